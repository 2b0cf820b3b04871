import { z } from 'zod'
import { type AppContext, formOf, languageOf, newRouter } from '../../http.ts'
import { orPutBack, putLinkBack, takeLink } from '../../mail/links/commands.ts'
import { findLink } from '../../mail/links/queries.ts'
import { guardForms, knowBrowser } from '../../session/browser.ts'
import { takeAddress } from './change.ts'
import { verifiedPage, verifyOverPage, verifyPage } from './pages.ts'

const about = z.object({ address: z.string() })

/** {T}/verify-email: the page behind a link that was mailed to an address, for whoever reads that mail. */
export const verifyRoutes = newRouter()
  .use('/verify-email', knowBrowser, guardForms)
  .get('/verify-email', async (c) => {
    const token = c.req.query('token') ?? ''
    const link = await findLink(c.var.scope, 'verify', token)
    return link ? draw(c, token, about.parse(link.about).address) : drawOver(c)
  })
  .post('/verify-email', async (c) => {
    const { scope } = c.var
    const language = languageOf(c)
    const { token } = await formOf(c)
    const link = typeof token === 'string' ? await findLink(scope, 'verify', token) : undefined
    if (typeof token !== 'string' || !link?.user || !(await takeLink(scope, link))) return drawOver(c)
    const { address } = about.parse(link.about)
    if (await orPutBack(scope, link, takeAddress(scope, link.user, address, language))) {
      return c.html(verifiedPage({ scope, language }, address))
    }
    await putLinkBack(scope, link)
    return draw(c, token, address, true)
  })

function draw(c: AppContext, token: string, address: string, isRefused = false) {
  const { scope, formToken } = c.var
  const page = verifyPage({ scope, language: languageOf(c), formToken, token, address, isRefused })
  return c.html(page, isRefused ? 502 : 200)
}

function drawOver(c: AppContext) {
  return c.html(verifyOverPage({ scope: c.var.scope, language: languageOf(c) }), 410)
}
