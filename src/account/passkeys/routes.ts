import { type FieldError, Problem } from '../../core/errors.ts'
import { removeFactor, renamePasskey } from '../../directory/factors/commands.ts'
import { countRecoveryCodes, findPasskey, listPasskeys, type PasskeyRow } from '../../directory/factors/queries.ts'
import { pageWords } from '../../html/page-words.ts'
import { type AppContext, formOf, languageOf, newRouter } from '../../http.ts'
import { creationOptions } from '../../login/passkeys/options.ts'
import { registerPasskey } from '../../login/passkeys/verify.ts'
import { passkeyWords } from '../../login/passkeys/words.ts'
import { donePath, viewOf } from '../frame.ts'
import { requireRecentSignIn } from '../guard.ts'
import { afterEnrolment } from '../recovery-codes/after-enrolment.ts'
import { type Draft, passkeyPage, passkeysPage, removePasskeyPage } from './pages.ts'
import { keyWords } from './words.ts'

const LONGEST_NAME = 100

/** {T}/account/passkeys: one's own passkeys, several of them, each with a name. */
export const passkeySection = newRouter()
  .get('/account/passkeys', requireRecentSignIn, (c) => drawList(c))
  .post('/account/passkeys', requireRecentSignIn, (c) => add(c))
  .get('/account/passkeys/:id', requireRecentSignIn, async (c) => {
    const passkey = await readOwn(c)
    return c.html(passkeyPage(viewOf(c), passkey, { name: passkey.name, errors: [] }))
  })
  .post('/account/passkeys/:id', requireRecentSignIn, (c) => rename(c))
  .get('/account/passkeys/:id/remove', requireRecentSignIn, async (c) =>
    c.html(removePasskeyPage(viewOf(c), await readOwn(c))),
  )
  .post('/account/passkeys/:id/remove', requireRecentSignIn, async (c) => {
    const { scope, signedIn } = c.var
    const { credentialId } = await readOwn(c)
    const isGone = await removeFactor(scope, signedIn.userId, { passkey: credentialId, byHerself: true })
    if (!isGone && (await findPasskey(scope, credentialId))) {
      return drawList(c, { errors: [{ field: '', message: keyWords(languageOf(c)).onlyWay }] }, 409)
    }
    scope.platform.log.info('passkey removed', { tenantId: scope.tenantId, userId: signedIn.userId })
    return c.redirect(donePath(viewOf(c), 'passkeys', 'passkey-removed'), 303)
  })

/** Throws 404 for a passkey that is somebody else's, too. */
async function readOwn(c: AppContext): Promise<PasskeyRow> {
  const passkey = await findPasskey(c.var.scope, c.req.param('id') ?? '')
  if (passkey?.userId !== c.var.signedIn.userId) throw new Problem(404, (language) => pageWords(language).nothingHere)
  return passkey
}

async function drawList(c: AppContext, typed?: Partial<Draft>, status: 409 | 422 = 422): Promise<Response> {
  const { scope, browserHash, signedIn } = c.var
  const [passkeys, codesLeft] = await Promise.all([
    listPasskeys(scope, signedIn.userId),
    countRecoveryCodes(scope, signedIn.userId),
  ])
  const draft = { name: freeName(passkeyWords(languageOf(c)).keyDefaultName, passkeys), errors: [], ...typed }
  const options = await creationOptions(scope, browserHash, { ...signedIn, id: signedIn.userId }, passkeys)
  return c.html(passkeysPage(viewOf(c), { passkeys, codesLeft, options, draft }), typed ? status : 200)
}

/** A name that none has yet: Passkey, Passkey 2, and so on. */
function freeName(word: string, passkeys: readonly PasskeyRow[]): string {
  const taken = new Set(passkeys.map(({ name }) => name))
  for (let i = 1; ; i++) {
    const name = i === 1 ? word : `${word} ${i}`
    if (!taken.has(name)) return name
  }
}

async function add(c: AppContext): Promise<Response> {
  const { scope, browserHash, signedIn } = c.var
  const words = passkeyWords(languageOf(c))
  const form = await formOf(c)
  const { name, errors } = readName(c, form.name)
  if (errors.length > 0) return drawList(c, { name, errors })
  const purpose = { kind: 'register', browserHash, userId: signedIn.userId } as const
  const registered = await registerPasskey(scope, purpose, name, form.credential)
  if (registered.kind === 'added') {
    scope.platform.log.info('passkey added', { tenantId: scope.tenantId, userId: signedIn.userId })
    return afterEnrolment(c, 'passkey', registered.amr)
  }
  const message = registered.kind === 'known' ? words.keyKnown : words.keyFailed
  return drawList(c, { name, errors: [{ field: '', message }] })
}

async function rename(c: AppContext): Promise<Response> {
  const passkey = await readOwn(c)
  const draft = readName(c, (await formOf(c)).name)
  const view = viewOf(c)
  if (draft.errors.length > 0) return c.html(passkeyPage(view, passkey, draft), 422)
  await renamePasskey(c.var.scope, view.person.userId, passkey.credentialId, draft.name)
  return c.redirect(donePath(view, 'passkeys', 'passkey-saved'), 303)
}

function readName(c: AppContext, typed: unknown): Draft {
  const words = keyWords(languageOf(c))
  const name = typeof typed === 'string' ? typed.trim() : ''
  const error = (message: string): FieldError[] => [{ field: 'name', message }]
  if (name === '') return { name, errors: error(words.nameMissing) }
  return { name, errors: name.length <= LONGEST_NAME ? [] : error(words.nameLong) }
}
