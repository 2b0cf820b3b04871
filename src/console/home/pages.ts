import { html } from 'hono/html'
import { type Content, flash, type Html, linkButton } from '../../html.ts'
import { badge, codeBlock, facts, panel } from '../../html/parts.ts'
import { consolePage, type View } from '../frame.ts'
import { mayRead } from '../permissions.ts'
import type { HomeCounts } from './queries.ts'

export function homePage(view: View, counts: HomeCounts): Html {
  return consolePage(view, {
    section: 'home',
    title: 'Home',
    lead: `Welcome to ${view.scope.tenant.name}, ${view.administrator.userName}.`,
    body: [
      mayRead(view.permissions, '/console/connections') && counts.deliveriesInTrouble > 0
        ? flash(troubleWords(view, counts), 'warning')
        : '',
      countCards(view, counts),
      // What somebody else has to do is not shown as hers to do.
      mayAll(view, ['connections:write', 'scim:write'])
        ? panel(
            {
              title: 'Provision users to another system',
              lead: 'Whoever is added here is added there within seconds.',
            },
            stepList(outboundSteps(view, counts)),
          )
        : '',
      mayAll(view, ['connections:write', 'applications:write'])
        ? panel(
            { title: 'Let people in from another system', lead: 'They sign in there, and are users here on arrival.' },
            stepList(jitSteps(view, counts)),
          )
        : '',
      panel(
        { title: 'Addresses', lead: 'For whatever provisions users to this server, or signs people in with it.' },
        facts([
          ['SCIM 2.0', codeBlock('scim', `${view.scope.issuer}/scim2`)],
          ['OpenID Connect discovery', codeBlock('discovery', `${view.scope.issuer}/.well-known/openid-configuration`)],
        ]),
      ),
    ],
  })
}

/** To follow the steps one also has to see what is there: who may change something may not always. */
function mayAll({ permissions }: View, writes: readonly `${'connections' | 'scim' | 'applications'}:write`[]): boolean {
  return writes.every((name) => permissions.has(name) && permissions.has(name.replace('write', 'read')))
}

function troubleWords(view: View, { deliveriesInTrouble: total }: HomeCounts): Html {
  return html`${counted(total, 'delivery needs', 'deliveries need')} your attention. The log of each of your
    <a href="${view.root}/connections">connections</a> says why, under Outbound Provisioning.`
}

function countCards(view: View, counts: HomeCounts): Content {
  const { users, groups, applications, applicationsOfferingOne: offering, connections, enabledConnectors } = counts
  const cards = [
    ['Users', 'users', users, counted(groups, 'group', 'groups')],
    ['Applications', 'applications', applications, `${offering.toLocaleString('en')} with a connection to sign in`],
    ['Connections', 'connections', connections, counted(enabledConnectors, 'connector enabled', 'connectors enabled')],
  ] as const
  const shown = cards.filter(([, path]) => mayRead(view.permissions, `/console/${path}`))
  if (shown.length === 0) return ''
  return html`<ul class="cards">
    ${shown.map(
      ([label, path, total, words]) =>
        html`<li>
          <a href="${view.root}/${path}">
            <span>${label}</span><span class="count">${total.toLocaleString('en')}</span
            ><span class="help">${words}</span>
          </a>
        </li>`,
    )}
  </ul>`
}

function counted(total: number, one: string, many: string): string {
  return `${total.toLocaleString('en')} ${total === 1 ? one : many}`
}

type Step = {
  readonly title: string
  readonly words: string
  readonly href: string
  readonly label: string
  readonly done: boolean
}

function outboundSteps({ root }: View, counts: HomeCounts): readonly Step[] {
  const hasConnector = counts.enabledConnectors > 0
  return [
    {
      title: 'Add a connection with a connector',
      words: 'Choose Custom Connector, then New Connector on its tab Outbound Provisioning, and switch it on.',
      href: hasConnector || counts.connections > 0 ? `${root}/connections` : `${root}/connections/new/custom`,
      label: hasConnector || counts.connections > 0 ? 'Connections' : 'New Connection',
      done: hasConnector,
    },
    {
      title: 'Name it as a provisioner',
      words: 'Login & Registration says through which connectors changes made in this console go out.',
      href: `${root}/login-registration/provisioning/outbound`,
      label: 'Provisioning Settings',
      done: counts.residentProvisioners > 0,
    },
    {
      title: 'Add a user',
      words: 'The connection’s provisioning log shows how the user arrives at the target.',
      href: `${root}/users/new`,
      label: 'Add User',
      // The first one is the administrator.
      done: counts.users > 1,
    },
  ]
}

function jitSteps({ root }: View, counts: HomeCounts): readonly Step[] {
  return [
    {
      title: 'Add the provider as a connection',
      words: 'Choose Standard-Based IdP, and check Just-in-Time Provisioning on its tab.',
      href: counts.signInConnections > 0 ? `${root}/connections` : `${root}/connections/new/standard-based`,
      label: counts.signInConnections > 0 ? 'Connections' : 'New Connection',
      done: counts.signInConnections > 0,
    },
    {
      title: 'Register your application',
      words: 'Choose Traditional Web Application, and give the application its client ID and secret.',
      href: counts.applications > 0 ? `${root}/applications` : `${root}/applications/new`,
      label: counts.applications > 0 ? 'Applications' : 'New Application',
      done: counts.applications > 0,
    },
    {
      title: 'Offer the connection on its sign-in page',
      words: 'Add the connection as a sign-in option on the application’s tab Login Flow.',
      href: `${root}/applications`,
      label: 'Applications',
      done: counts.applicationsOfferingOne > 0,
    },
  ]
}

function stepList(list: readonly Step[]): Html {
  return html`<ol class="rows">
    ${list.map(
      (step) =>
        html`<li>
          <span class="what"><strong>${step.title}</strong><span class="help">${step.words}</span></span>
          ${step.done ? badge('Done', 'good') : linkButton({ label: step.label, href: step.href })}
        </li>`,
    )}
  </ol>`
}
