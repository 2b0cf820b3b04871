import { z } from 'zod'
import { type FieldError, ScimError } from '../../core/errors.ts'
import { updateUser } from '../../directory/users/commands.ts'
import { findUser, type UserRow } from '../../directory/users/queries.ts'
import { isVerified, primaryEmail } from '../../directory/verified/queries.ts'
import { type AppContext, formOf, newRouter } from '../../http.ts'
import { queueMail } from '../../mail/commands.ts'
import { donePath, sectionPath, viewOf } from '../frame.ts'
import { requireRecentSignIn } from '../guard.ts'
import { editProfile, faultsOf, type Profile, profileOf, typedProfile } from './edit.ts'
import { emailPage, profilePage } from './pages.ts'
import { profileWords } from './words.ts'

/** Who she is: changed by the same command as over SCIM, so that what is provisioned hears of it. */
export const profileSection = newRouter()
  .get('/account/profile', async (c) => {
    const user = await readSelf(c)
    return draw(c, user, profileOf(user.document))
  })
  .post('/account/profile', async (c) => {
    const view = viewOf(c)
    const form = await formOf(c)
    const user = await readSelf(c)
    if (form.send === 'link') return confirmEmail(c, user)
    const shown = shownIn(form.shown)
    const typed = typedProfile(form)
    const faults = faultsOf(typed, shown, view.language)
    if (faults.length > 0) return draw(c, user, typed, faults)
    try {
      await updateUser(c.var.scope, user.id, (current, type) => editProfile(type, current, typed, shown), {
        source: 'account',
      })
    } catch (error) {
      if (!(error instanceof ScimError)) throw error
      c.var.scope.platform.log.info('profile refused', { tenantId: c.var.scope.tenantId, userId: user.id, error })
      return draw(c, user, typed, [{ field: '', message: profileWords(view.language).refused }])
    }
    return c.redirect(donePath(view, 'profile', 'saved'), 303)
  })
  .get('/account/profile/email', requireRecentSignIn, (c) =>
    canMail(c) ? c.html(emailPage(viewOf(c), '')) : c.redirect(sectionPath(viewOf(c), 'profile'), 303),
  )
  // The address decides where a forgotten password is sent: a browser that was left alone must not change it.
  .post('/account/profile/email', requireRecentSignIn, async (c) => {
    const view = viewOf(c)
    const form = await formOf(c)
    const email = typeof form.email === 'string' ? form.email.trim() : ''
    if (!z.email().max(200).safeParse(email).success) {
      const errors = [{ field: 'email', message: profileWords(view.language).enterEmail }]
      return c.html(emailPage(view, email, errors), 422)
    }
    await sendLink(c, email)
    return c.redirect(donePath(view, 'profile', 'mailed'), 303)
  })

function canMail(c: AppContext): boolean {
  return c.var.scope.platform.config.mail.kind !== 'none'
}

/** A link to the address that she has, to confirm it. */
async function confirmEmail(c: AppContext, user: UserRow): Promise<Response> {
  const email = primaryEmail(user.document)
  if (email !== undefined) await sendLink(c, email)
  return c.redirect(donePath(viewOf(c), 'profile', 'linked'), 303)
}

async function sendLink(c: AppContext, address: string): Promise<void> {
  const { scope, signedIn } = c.var
  if (!canMail(c)) return
  const { language } = viewOf(c)
  await queueMail(scope, { kind: 'verify', userId: signedIn.userId, address, language }, { isOwn: true })
}

/** Her session lives: so does she. */
async function readSelf(c: AppContext): Promise<UserRow> {
  const user = await findUser(c.var.scope, c.var.signedIn.userId)
  if (!user) throw new Error('the user of a living session is gone')
  return user
}

async function draw(c: AppContext, user: UserRow, typed: Profile, errors: readonly FieldError[] = []) {
  const email = primaryEmail(user.document)
  const profile = {
    userName: user.userName,
    shown: profileOf(user.document),
    typed,
    email,
    isVerified: email !== undefined && (await isVerified(c.var.scope, user.id, email)),
    canMail: canMail(c),
    errors,
  }
  return c.html(profilePage(viewOf(c), profile), errors.length === 0 ? 200 : 422)
}

/** What the form showed, by itself; what cannot be read is as if nothing had been there. */
function shownIn(value: unknown): Profile {
  try {
    const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : {}
    return typedProfile(typeof parsed === 'object' && parsed !== null ? { ...parsed } : {})
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return typedProfile({})
  }
}
