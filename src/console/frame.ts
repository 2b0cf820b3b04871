/** The frame of every page of the console: top bar, menu, breadcrumb, title, and one primary action. */
import { html } from 'hono/html'
import { accountWords } from '../account/words.ts'
import { attr, button, type Content, flash, type Html, tokenField } from '../html.ts'
import { documentPage, mark } from '../html/document.ts'
import { type Icon, icon } from '../html/icons.ts'
import type { Permissions } from '../directory/permissions.ts'
import type { AppContext, Person } from '../http.ts'
import type { Scope } from '../platform.ts'
import type { Origin } from '../directory/outbox.ts'
import { messageOf } from './messages.ts'
import { mayRead } from './permissions.ts'

/** What every page needs to know of the request that asked for it. */
export type View = {
  readonly scope: Scope
  /** Who is signed in, and what her roles permit. */
  readonly administrator: Person
  readonly permissions: Permissions
  readonly formToken: string
  /** {T}/console: the prefix of every address in the console. */
  readonly root: string
  /** What was done just before, if the address says so. */
  readonly message: string | undefined
}

export function viewOf(c: AppContext): View {
  const { scope, caller, formToken } = c.var
  return {
    scope,
    administrator: personOf(c),
    permissions: caller.permissions,
    formToken,
    root: `${scope.base}/console`,
    message: messageOf(c.req.query('done')),
  }
}

/** The guard lets nobody else in. */
export function personOf(c: AppContext): Person {
  const { person } = c.var.caller
  if (!person) throw new Error('the console is for persons')
  return person
}

/** A change that is made in the console, by whoever is signed in. */
export function originOf(c: AppContext): Origin {
  return { source: 'console', by: c.var.caller.permissions }
}

export type Section =
  | 'home'
  | 'applications'
  | 'connections'
  | 'users'
  | 'groups'
  | 'roles'
  | 'deleted-users'
  | 'scim-tokens'
  | 'attributes'
  | 'login-registration'
  | 'sign-in-decisions'
  | 'password-policy'
  | 'signing-keys'
  | 'client-registration'
  | 'branding'

type MenuEntry = {
  readonly label: string
  readonly icon?: Icon
  readonly section?: Section
  /** What its page leads to; without any of it there is nothing to see there. */
  readonly leadsTo?: readonly string[]
  readonly inside?: readonly MenuEntry[]
}

const MENU: readonly MenuEntry[] = [
  { label: 'Home', icon: 'home', section: 'home' },
  { label: 'Applications', icon: 'applications', section: 'applications' },
  { label: 'Connections', icon: 'connections', section: 'connections' },
  {
    label: 'User Management',
    icon: 'people',
    inside: [
      { label: 'Users', section: 'users' },
      { label: 'Groups', section: 'groups' },
      { label: 'Roles', section: 'roles' },
      { label: 'Deleted users', section: 'deleted-users' },
      { label: 'SCIM tokens', section: 'scim-tokens' },
    ],
  },
  {
    label: 'User Attributes & Stores',
    icon: 'attributes',
    inside: [{ label: 'Attributes', section: 'attributes' }],
  },
  {
    label: 'Login & Registration',
    icon: 'login',
    section: 'login-registration',
    leadsTo: [
      '/password-policy',
      '/authorization-policy',
      '/sign-up',
      '/signing-keys',
      '/client-registration',
      '/login-registration/provisioning',
    ],
    inside: [
      { label: 'Sign-in decisions', section: 'sign-in-decisions' },
      { label: 'Password policy', section: 'password-policy' },
      { label: 'Signing keys', section: 'signing-keys' },
      { label: 'Client registration', section: 'client-registration' },
    ],
  },
  { label: 'Branding', icon: 'branding', section: 'branding' },
]

export type ConsolePage = {
  readonly section: Section
  readonly title: string
  /** The way back up, from the section's first page on; the page itself is added. */
  readonly crumbs?: readonly { readonly label: string; readonly href: string }[]
  readonly lead?: Content
  readonly action?: Content
  readonly body: Content
}

/** A page of the console as a whole document. */
export function consolePage(view: View, page: ConsolePage): Html {
  return documentPage({
    title: page.title,
    site: `${view.scope.tenant.name} console`,
    kind: 'console',
    body: html`<a class="skip" href="#main">Skip to content</a>
      ${topBar(view)}
      <details class="menu-fold">
        <summary>Menu</summary>
      </details>
      <nav class="menu" aria-label="Main">${menuList(view, visible(view, MENU), page.section)}</nav>
      <main class="page" id="main">
        ${breadcrumb(page)}
        <div class="title">
          <div>
            <h1>${page.title}</h1>
            ${page.lead ? html`<p class="lead">${page.lead}</p>` : ''}
          </div>
          ${page.action ? html`<div class="buttons">${page.action}</div>` : ''}
        </div>
        ${view.message ? flash(view.message) : ''} ${page.body}
      </main>`,
  })
}

function topBar({ scope, administrator, formToken, root }: View): Html {
  return html`<header class="top">
    <a class="home" href="${root}">${mark()}<span>${scope.tenant.name}</span></a>
    <div class="who">
      <span>${administrator.userName}</span> <a href="${scope.base}/account">${accountWords('en').account}</a>
    </div>
    <form method="post" action="${scope.base}/logout">
      ${tokenField(formToken)} ${button({ label: 'Sign out', kind: 'quiet' })}
    </form>
  </header>`
}

/** The entries whose pages one may see; a heading with none of them below it goes too. */
function visible(view: View, entries: readonly MenuEntry[]): readonly MenuEntry[] {
  return entries
    .map((entry) => (entry.inside ? { ...entry, inside: visible(view, entry.inside) } : entry))
    .filter(({ section, inside = [], leadsTo }) => {
      if (section === undefined) return inside.length > 0
      return (leadsTo ?? [`/${section}`]).some((path) => mayRead(view.permissions, `/console${path}`))
    })
}

function menuList(view: View, entries: readonly MenuEntry[], current: Section): Html {
  return html`<ul>
    ${entries.map((entry) => html`<li>${menuEntry(view, entry, current)}</li>`)}
  </ul>`
}

function menuEntry(view: View, entry: MenuEntry, current: Section): Content {
  const words = [entry.icon ? icon(entry.icon) : '', entry.label]
  const below = entry.inside && entry.inside.length > 0 ? menuList(view, entry.inside, current) : ''
  if (entry.section === undefined) return [html`<span class="heading">${words}</span>`, below]
  const href = entry.section === 'home' ? view.root : `${view.root}/${entry.section}`
  return [html`<a href="${href}" ${attr('aria-current', entry.section === current && 'page')}>${words}</a>`, below]
}

function breadcrumb(page: ConsolePage): Content {
  if (!page.crumbs) return ''
  return html`<nav class="crumbs" aria-label="Breadcrumb">
    <ol>
      ${page.crumbs.map((crumb) => html`<li><a href="${crumb.href}">${crumb.label}</a></li>`)}
      <li aria-current="page">${page.title}</li>
    </ol>
  </nav>`
}
