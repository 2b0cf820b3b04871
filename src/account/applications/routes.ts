import { newRouter } from '../../http.ts'
import { withdrawConsent } from '../../oidc/consent/commands.ts'
import { listConsents } from '../../oidc/consent/queries.ts'
import { donePath, sectionPath, viewOf } from '../frame.ts'
import { applicationsPage, withdrawPage } from './pages.ts'

/** What she has let applications know and do, and the way to take it back. */
export const applicationSection = newRouter()
  .get('/account/applications', async (c) => {
    const view = viewOf(c)
    return c.html(applicationsPage(view, await listConsents(c.var.scope, view.person.userId)))
  })
  .get('/account/applications/:application/withdraw', async (c) => {
    const view = viewOf(c)
    const consents = await listConsents(c.var.scope, view.person.userId)
    const given = consents.find(({ applicationId }) => applicationId === c.req.param('application'))
    return given ? c.html(withdrawPage(view, given)) : c.redirect(sectionPath(view, 'applications'), 303)
  })
  .post('/account/applications/:application/withdraw', async (c) => {
    const view = viewOf(c)
    await withdrawConsent(c.var.scope, view.person.userId, c.req.param('application'))
    return c.redirect(donePath(view, 'applications', 'withdrawn'), 303)
  })
