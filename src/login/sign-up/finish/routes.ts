import { z } from 'zod'
import type { FieldError } from '../../../core/errors.ts'
import { findPasswordPolicy } from '../../../directory/passwords/queries.ts'
import { findSignUpPolicy } from '../../../directory/sign-up/queries.ts'
import { verifyEmail } from '../../../directory/verified/commands.ts'
import { type AppContext, contentSecurityPolicy, formOf, formTargetsOf, languageOf, newRouter } from '../../../http.ts'
import { orPutBack, putLinkBack, takeLink } from '../../../mail/links/commands.ts'
import { findLink } from '../../../mail/links/queries.ts'
import { type Newcomer, newcomer } from '../../../mail/orders.ts'
import { waitingRequest } from '../../asked-for.ts'
import { policyInWords } from '../../../directory/passwords/words.ts'
import { createNewcomer } from '../create.ts'
import { nameFaults } from '../form.ts'
import { goOnAs } from '../go-on.ts'
import { finishPage, signUpOverPage } from '../pages.ts'
import { signUpWords } from '../words.ts'

const about = z.object({ newcomer, request: z.string().optional() })
type About = z.infer<typeof about>

/**
 * The page behind the link that was mailed. The password is chosen here and not before: somebody else may have typed the
 * address, and whoever follows the link must not get an account that another knows the password of.
 */
export const finishRoutes = newRouter()
  .get('/signup/finish', async (c) => {
    const token = c.req.query('token') ?? ''
    const found = await findSignUp(c, token)
    return found ? draw(c, token, found.about, found.about.newcomer) : drawOver(c)
  })
  .post('/signup/finish', async (c) => {
    const { scope } = c.var
    const { token, password, userName } = await formOf(c)
    const found = typeof token === 'string' ? await findSignUp(c, token) : undefined
    if (typeof token !== 'string' || !found) return drawOver(c)
    const { pending, language } = await readWaiting(c, found.about)
    const isChosen = found.about.newcomer.userName !== found.about.newcomer.email
    const typed = isChosen && typeof userName === 'string' ? userName.trim() : found.about.newcomer.userName
    const person = { ...found.about.newcomer, userName: typed }
    const faults = isChosen ? nameFaults(typed, language) : []
    if (faults.length > 0) return draw(c, token, found.about, person, faults)
    if (typeof password !== 'string' || password === '') {
      return draw(c, token, found.about, person, [{ field: 'password', message: signUpWords(language).enterPassword }])
    }
    if (!(await takeLink(scope, found.link))) return drawOver(c)
    const applicationId = pending?.application.id
    const creating = createNewcomer(scope, person, password, { language, applicationId })
    const created = await orPutBack(scope, found.link, creating)
    if (created.kind === 'refused') {
      await putLinkBack(scope, found.link)
      return draw(c, token, found.about, person, [created.error])
    }
    await verifyEmail(scope, created.user.id, person.email)
    return goOnAs(c, created.user, pending)
  })

/** A link is good only while the tenant lets people sign up. */
async function findSignUp(c: AppContext, token: string) {
  const link = await findLink(c.var.scope, 'sign-up', token)
  if (!link || !(await findSignUpPolicy(c.var.scope)).enabled) return undefined
  return { link, about: about.parse(link.about) }
}

/** The mail may be read in another browser than the one in which the application's request waits. */
function readWaiting(c: AppContext, { request }: About) {
  return waitingRequest(c, request === undefined ? {} : { request })
}

async function draw(
  c: AppContext,
  token: string,
  found: About,
  person: Newcomer,
  errors: readonly FieldError[] = [],
): Promise<Response> {
  const { scope, formToken } = c.var
  const { pending, language } = await readWaiting(c, found)
  c.header('Content-Security-Policy', contentSecurityPolicy(formTargetsOf(pending?.parameters.redirectUri)))
  const rules = policyInWords(await findPasswordPolicy(scope), language)
  const page = finishPage({ scope, language, formToken, token, newcomer: person, rules, errors })
  return c.html(page, errors.length === 0 ? 200 : 422)
}

function drawOver(c: AppContext) {
  return c.html(signUpOverPage({ scope: c.var.scope, language: languageOf(c) }), 410)
}
