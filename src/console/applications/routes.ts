import { z } from 'zod'
import {
  createApplication,
  removeApplication,
  rotateClientSecret,
  updateApplication,
} from '../../applications/commands.ts'
import { getApplication, listApplications, listProvisioners } from '../../applications/queries.ts'
import { applicationInput, type Template } from '../../applications/settings.ts'
import { listSignInConnections } from '../../connections/queries.ts'
import { Problem } from '../../core/errors.ts'
import { type AppContext, newRouter } from '../../http.ts'
import { EMPTY_DRAFT, submitForm } from '../form.ts'
import { viewOf } from '../frame.ts'
import { forgetKept, keep, kept } from '../keepsake.ts'
import { listStateOf, pageOf } from '../list.ts'
import { withMessage } from '../messages.ts'
import { addProvisioner, confirmProvisioner, drawNewProvisioner, removeProvisioner } from '../provisioners/actions.ts'
import {
  applicationPath,
  deleteApplicationPage,
  generalPage,
  loginFlowPage,
  provisioningPage,
  provisioningPlace,
} from './application-pages.ts'
import { generalForm, loginFlowForm, newApplicationForm, protocolForm } from './form.ts'
import { applicationsPage, newApplicationPage, templatesPage } from './pages.ts'
import { newSecretPage, protocolPage } from './protocol-page.ts'

const ONE = '/console/applications/:id'

/** Applications: the list, the way to a new one, and the tabs of each. */
export const applicationPages = newRouter()
  .get('/console/applications', async (c) => {
    const state = listStateOf(c, ['name'])
    const page = { search: state.q, descending: state.descending, ...pageOf(state) }
    const { total, rows } = await listApplications(c.var.scope, page)
    return c.html(applicationsPage(viewOf(c), { state, total, rows }))
  })
  .get('/console/applications/new', (c) => c.html(templatesPage(viewOf(c))))
  .get('/console/applications/new/:template', (c) =>
    c.html(newApplicationPage(viewOf(c), readTemplate(c), EMPTY_DRAFT)),
  )
  .post('/console/applications/new/:template', (c) => {
    const view = viewOf(c)
    const template = readTemplate(c)
    return submitForm(
      c,
      newApplicationForm,
      async ({ name, redirectUris }) => {
        const input = applicationInput.parse({ name, redirectUris, template })
        const { row, clientSecret } = await createApplication(c.var.scope, input)
        if (clientSecret !== undefined) await keep(c, secretOf(row), clientSecret)
        return withMessage(`${applicationPath(view, row)}/protocol`, 'application-created')
      },
      (draft) => newApplicationPage(view, template, draft),
    )
  })
  .get(ONE, async (c) => c.html(generalPage(viewOf(c), await readApplication(c), EMPTY_DRAFT)))
  .post(ONE, async (c) => {
    const view = viewOf(c)
    const application = await readApplication(c)
    return submitForm(
      c,
      generalForm,
      async (form) => {
        await updateApplication(c.var.scope, application.id, form)
        return withMessage(applicationPath(view, application), 'application-updated')
      },
      (draft) => generalPage(view, application, draft),
    )
  })
  .get(`${ONE}/protocol`, async (c) => {
    const application = await readApplication(c)
    const secret = z.string().safeParse(await kept(c, secretOf(application))).data
    if (secret !== undefined) forgetKept(c)
    return c.html(protocolPage(viewOf(c), application, secret, EMPTY_DRAFT))
  })
  .post(`${ONE}/protocol`, async (c) => {
    const view = viewOf(c)
    const application = await readApplication(c)
    return submitForm(
      c,
      protocolForm,
      async (form) => {
        await updateApplication(c.var.scope, application.id, form)
        return withMessage(`${applicationPath(view, application)}/protocol`, 'application-updated')
      },
      (draft) => protocolPage(view, application, undefined, draft),
    )
  })
  .get(`${ONE}/secret`, async (c) => c.html(newSecretPage(viewOf(c), await readApplication(c))))
  .post(`${ONE}/secret`, async (c) => {
    const application = await readApplication(c)
    await keep(c, secretOf(application), await rotateClientSecret(c.var.scope, application.id))
    return c.redirect(withMessage(`${applicationPath(viewOf(c), application)}/protocol`, 'secret-made'), 303)
  })
  .get(`${ONE}/login-flow`, async (c) => {
    const application = await readApplication(c)
    const connections = await listSignInConnections(c.var.scope)
    return c.html(loginFlowPage(viewOf(c), application, connections, EMPTY_DRAFT))
  })
  .post(`${ONE}/login-flow`, async (c) => {
    const view = viewOf(c)
    const application = await readApplication(c)
    return submitForm(
      c,
      loginFlowForm(application.loginFlow),
      async (loginFlow) => {
        await updateApplication(c.var.scope, application.id, { loginFlow })
        return withMessage(`${applicationPath(view, application)}/login-flow`, 'flow-updated')
      },
      async (draft) => loginFlowPage(view, application, await listSignInConnections(c.var.scope), draft),
    )
  })
  .get(`${ONE}/provisioning`, async (c) => {
    const application = await readApplication(c)
    return c.html(provisioningPage(viewOf(c), application, await listProvisioners(c.var.scope, application.id)))
  })
  .get(`${ONE}/provisioning/new`, async (c) => drawNewProvisioner(c, ...(await readPlace(c))))
  .post(`${ONE}/provisioning/new`, async (c) => addProvisioner(c, ...(await readPlace(c))))
  .get(`${ONE}/provisioning/:connector/delete`, async (c) => confirmProvisioner(c, ...(await readPlace(c))))
  .post(`${ONE}/provisioning/:connector/delete`, async (c) => removeProvisioner(c, ...(await readPlace(c))))
  .get(`${ONE}/delete`, async (c) => {
    const application = await readApplication(c)
    const provisioners = await listProvisioners(c.var.scope, application.id)
    return c.html(deleteApplicationPage(viewOf(c), application, provisioners.length))
  })
  .post(`${ONE}/delete`, async (c) => {
    await removeApplication(c.var.scope, (await readApplication(c)).id)
    return c.redirect(withMessage(`${viewOf(c).root}/applications`, 'application-deleted'), 303)
  })

function readApplication(c: AppContext) {
  return getApplication(c.var.scope, c.req.param('id') ?? '')
}

async function readPlace(c: AppContext) {
  const application = await readApplication(c)
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
