import { z } from 'zod'
import { createApplication, removeApplication, updateApplication } from '../../applications/commands.ts'
import { endFormerSecret, rotateClientSecret } from '../../applications/secrets/commands.ts'
import {
  getApplication,
  getApplicationToChange,
  listApplications,
  listProvisioners,
} from '../../applications/queries.ts'
import { applicationInput, permissionsGiven, type Template } from '../../applications/settings.ts'
import { listSignInConnections } from '../../connections/queries.ts'
import { Problem } from '../../core/errors.ts'
import { demandCovered } from '../../directory/credentials/caller.ts'
import { covers } from '../../directory/permissions.ts'
import { type AppContext, newRouter } from '../../http.ts'
import { EMPTY_DRAFT, submitForm } from '../form.ts'
import { viewOf } from '../frame.ts'
import { forgetKept, keep, kept } from '../keepsake.ts'
import { listStateOf, pageOf } from '../list.ts'
import { withMessage } from '../messages.ts'
import { formPage } from '../permissions.ts'
import { addProvisioner, confirmProvisioner, drawNewProvisioner, removeProvisioner } from '../provisioners/actions.ts'
import {
  applicationPath,
  deleteApplicationPage,
  generalPage,
  provisioningPage,
  provisioningPlace,
} from './application-pages.ts'
import { apiAccessForm, generalForm, loginFlowForm, newApplicationForm } from './form.ts'
import { apiAccessPage } from './api-access-page.ts'
import { loginFlowPage } from './login-flow-page.ts'
import { applicationsPage, newApplicationPage, templatesPage } from './pages.ts'
import { inFields, protocolForm } from './protocol/form.ts'
import { protocolPage } from './protocol/pages.ts'
import { endFormerSecretPage, newSecretPage, secretForm } from './protocol/secret-pages.ts'

const ONE = '/console/applications/:id'

/** Applications: the list, the way to a new one, and the tabs of each. */
export const applicationPages = newRouter()
  .get('/console/applications', async (c) => {
    const state = listStateOf(c, ['name'])
    const page = { search: state.q, descending: state.descending, ...pageOf(state) }
    const { total, rows } = await listApplications(c.var.scope, page)
    return c.html(applicationsPage(viewOf(c), { state, total, rows }))
  })
  .get('/console/applications/new', formPage, (c) => c.html(templatesPage(viewOf(c))))
  .get('/console/applications/new/:template', formPage, (c) =>
    c.html(newApplicationPage(viewOf(c), readTemplate(c), EMPTY_DRAFT)),
  )
  .post('/console/applications/new/:template', (c) => {
    const view = viewOf(c)
    const template = readTemplate(c)
    return submitForm(
      c,
      newApplicationForm(template),
      async (input) => {
        const { row, clientSecret } = await createApplication(c.var.scope, input)
        if (clientSecret !== undefined) await keep(c, secretOf(row), clientSecret)
        return withMessage(`${applicationPath(view, row)}/protocol`, 'application-created')
      },
      (draft) => newApplicationPage(view, template, draft),
    )
  })
  .get(ONE, async (c) => c.html(generalPage(...(await read(c)), EMPTY_DRAFT)))
  .post(ONE, async (c) => {
    const view = viewOf(c)
    const application = await toChange(c)
    return submitForm(
      c,
      generalForm,
      async (form) => {
        await updateApplication(c.var.scope, application.id, form)
        return withMessage(applicationPath(view, application), 'application-updated')
      },
      (draft) => generalPage(view, application, draft),
      application,
    )
  })
  .get(`${ONE}/protocol`, async (c) => {
    const [view, application] = await read(c)
    const secret = z.string().safeParse(await kept(c, secretOf(application))).data
    if (secret !== undefined) forgetKept(c)
    return c.html(protocolPage(view, application, secret, EMPTY_DRAFT))
  })
  .post(`${ONE}/protocol`, async (c) => {
    const view = viewOf(c)
    const application = await toChange(c)
    return submitForm(
      c,
      protocolForm(application),
      async (change) => {
        const present = permissionsGiven(application)
        const added = permissionsGiven(change).filter((name) => !present.includes(name))
        demandCovered(c.var.caller, Problem, added)
        await inFields(updateApplication(c.var.scope, application.id, change))
        return withMessage(`${applicationPath(view, application)}/protocol`, 'application-updated')
      },
      (draft) => protocolPage(view, application, undefined, draft),
      application,
    )
  })
  .get(`${ONE}/api-access`, async (c) => c.html(apiAccessPage(...(await read(c)), EMPTY_DRAFT)))
  .post(`${ONE}/api-access`, async (c) => {
    const view = viewOf(c)
    const application = await toChange(c)
    return submitForm(
      c,
      apiAccessForm,
      async (form) => {
        demandCovered(c.var.caller, Problem, form.permissions)
        await updateApplication(c.var.scope, application.id, form)
        return withMessage(`${applicationPath(view, application)}/api-access`, 'access-updated')
      },
      (draft) => apiAccessPage(view, application, draft),
      application,
    )
  })
  .get(`${ONE}/secret`, formPage, async (c) => c.html(newSecretPage(viewOf(c), await toChange(c), EMPTY_DRAFT)))
  .post(`${ONE}/secret`, async (c) => {
    const view = viewOf(c)
    const application = await toChange(c)
    return submitForm(
      c,
      secretForm,
      async (input) => {
        const { clientSecret } = await rotateClientSecret(c.var.scope, application.id, input)
        await keep(c, secretOf(application), clientSecret)
        return withMessage(`${applicationPath(view, application)}/protocol`, 'secret-made')
      },
      (draft) => newSecretPage(view, application, draft),
    )
  })
  .get(`${ONE}/secret/former`, formPage, async (c) => c.html(endFormerSecretPage(viewOf(c), await toChange(c))))
  .post(`${ONE}/secret/former`, async (c) => {
    const application = await toChange(c)
    await endFormerSecret(c.var.scope, application.id)
    return c.redirect(withMessage(`${applicationPath(viewOf(c), application)}/protocol`, 'former-secret-ended'), 303)
  })
  .get(`${ONE}/login-flow`, async (c) => {
    const [view, application] = await read(c)
    const connections = await listSignInConnections(c.var.scope)
    return c.html(loginFlowPage(view, application, connections, EMPTY_DRAFT))
  })
  .post(`${ONE}/login-flow`, async (c) => {
    const view = viewOf(c)
    const application = await toChange(c)
    return submitForm(
      c,
      loginFlowForm(application.loginFlow),
      async (loginFlow) => {
        await updateApplication(c.var.scope, application.id, { loginFlow })
        return withMessage(`${applicationPath(view, application)}/login-flow`, 'flow-updated')
      },
      async (draft) => loginFlowPage(view, application, await listSignInConnections(c.var.scope), draft),
      application,
    )
  })
  .get(`${ONE}/provisioning`, async (c) => {
    const [view, application] = await read(c)
    return c.html(provisioningPage(view, application, await listProvisioners(c.var.scope, application.id)))
  })
  .get(`${ONE}/provisioning/new`, formPage, async (c) => drawNewProvisioner(c, ...(await readPlace(c))))
  .post(`${ONE}/provisioning/new`, async (c) => addProvisioner(c, ...(await readPlace(c))))
  .get(`${ONE}/provisioning/:connector/delete`, formPage, async (c) => confirmProvisioner(c, ...(await readPlace(c))))
  .post(`${ONE}/provisioning/:connector/delete`, async (c) => removeProvisioner(c, ...(await readPlace(c))))
  .get(`${ONE}/delete`, formPage, async (c) => {
    const application = await toChange(c)
    const provisioners = await listProvisioners(c.var.scope, application.id)
    return c.html(deleteApplicationPage(viewOf(c), application, provisioners.length))
  })
  .post(`${ONE}/delete`, async (c) => {
    await removeApplication(c.var.scope, (await toChange(c)).id)
    return c.redirect(withMessage(`${viewOf(c).root}/applications`, 'application-deleted'), 303)
  })

/** An application, and the view of somebody who may change it or not: one that may do more than she is only shown. */
async function read(c: AppContext) {
  const [view, application] = [viewOf(c), await getApplication(c.var.scope, c.req.param('id') ?? '')]
  if (covers(view.permissions, new Set(permissionsGiven(application)))) return [view, application] as const
  const permissions = new Set([...view.permissions].filter((name) => name !== 'applications:write'))
  return [{ ...view, permissions }, application] as const
}

/** Throws Problem 403 for one that may do more than who is signed in. */
function toChange(c: AppContext) {
  return getApplicationToChange(c.var.scope, c.req.param('id') ?? '', c.var.caller.permissions)
}

async function readPlace(c: AppContext) {
  const application = await toChange(c)
  return [application.id, provisioningPlace(viewOf(c), application, true)] as const
}

function readTemplate(c: AppContext): Template {
  const template = applicationInput.shape.template.safeParse(c.req.param('template'))
  if (!template.success) throw new Problem(404, 'There is no such template.')
  return template.data
}

/** What a client secret is kept under until the page that shows it. */
function secretOf(application: { readonly id: string }): string {
  return `client secret of ${application.id}`
}
