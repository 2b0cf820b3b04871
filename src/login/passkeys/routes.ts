import { type FieldError, Problem } from '../../core/errors.ts'
import { removeFactor, renamePasskey } from '../../directory/factors/commands.ts'
import { countRecoveryCodes, findPasskey, listPasskeys, type PasskeyRow } from '../../directory/factors/queries.ts'
import { type AppContext, formOf, languageOf, newRouter } from '../../http.ts'
import { guardForms, knowBrowser } from '../../session/browser.ts'
import type { Session } from '../../session/queries.ts'
import { afterEnrolment, asOwner, pageOf } from '../factors/routes.ts'
import { creationOptions } from './options.ts'
import { passkeyPage, passkeysPage, removePasskeyPage } from './own/pages.ts'
import { registerPasskey } from './verify.ts'
import { passkeyWords } from './words.ts'

const LIST = '/account/passkeys'
const LONGEST_NAME = 100

/** {T}/account/passkeys: one's own passkeys, several of them, each with a name. */
export const passkeyRoutes = newRouter()
  .use(`${LIST}/*`, knowBrowser, guardForms)
  .get(LIST, (c) => asOwner(c, LIST, (owner) => drawList(c, owner)))
  .post(LIST, (c) => asOwner(c, LIST, (owner) => add(c, owner)))
  .get(`${LIST}/:id`, (c) =>
    asOwner(c, LIST, async (owner) => {
      const passkey = await readOwn(c, owner)
      return c.html(passkeyPage({ ...pageOf(c), passkey, draft: { name: passkey.name, errors: [] } }))
    }),
  )
  .post(`${LIST}/:id`, (c) => asOwner(c, LIST, (owner) => rename(c, owner)))
  .get(`${LIST}/:id/remove`, (c) =>
    asOwner(c, LIST, async (owner) => c.html(removePasskeyPage({ ...pageOf(c), passkey: await readOwn(c, owner) }))),
  )
  .post(`${LIST}/:id/remove`, (c) =>
    asOwner(c, LIST, async (owner) => {
      const { scope } = c.var
      const { credentialId } = await readOwn(c, owner)
      await removeFactor(scope, owner.userId, { passkey: credentialId })
      scope.platform.log.info('passkey removed', { tenantId: scope.tenantId, userId: owner.userId })
      return c.redirect(scope.base + LIST, 303)
    }),
  )

/** Throws 404 for a passkey that is somebody else's, too. */
async function readOwn(c: AppContext, { userId }: Session): Promise<PasskeyRow> {
  const passkey = await findPasskey(c.var.scope, c.req.param('id') ?? '')
  if (passkey?.userId !== userId) throw new Problem(404, 'There is no such passkey.')
  return passkey
}

async function drawList(
  c: AppContext,
  owner: Session,
  typed?: { readonly name: string; readonly errors: readonly FieldError[] },
): Promise<Response> {
  const { scope, browserHash } = c.var
  const [passkeys, codesLeft] = await Promise.all([
    listPasskeys(scope, owner.userId),
    countRecoveryCodes(scope, owner.userId),
  ])
  const draft = typed ?? { name: freeName(passkeyWords(languageOf(c)).keyDefaultName, passkeys), errors: [] }
  const options = await creationOptions(scope, browserHash, { ...owner, id: owner.userId }, passkeys)
  return c.html(passkeysPage({ ...pageOf(c), passkeys, codesLeft, options, draft }), typed ? 422 : 200)
}

/** A name that none has yet: Passkey, Passkey 2, and so on. */
function freeName(word: string, passkeys: readonly PasskeyRow[]): string {
  const taken = new Set(passkeys.map(({ name }) => name))
  for (let i = 1; ; i++) {
    const name = i === 1 ? word : `${word} ${i}`
    if (!taken.has(name)) return name
  }
}

async function add(c: AppContext, owner: Session): Promise<Response> {
  const { scope, browserHash } = c.var
  const words = passkeyWords(languageOf(c))
  const form = await formOf(c)
  const { name, errors } = readName(c, form.name)
  if (errors.length > 0) return drawList(c, owner, { name, errors })
  const purpose = { kind: 'register', browserHash, userId: owner.userId } as const
  const registered = await registerPasskey(scope, purpose, name, form.credential)
  if (registered.kind === 'added') {
    scope.platform.log.info('passkey added', { tenantId: scope.tenantId, userId: owner.userId })
    return afterEnrolment(c, owner, 'passkey', registered.amr, LIST)
  }
  const message = registered.kind === 'known' ? words.keyKnown : words.keyFailed
  return drawList(c, owner, { name, errors: [{ field: '', message }] })
}

async function rename(c: AppContext, owner: Session): Promise<Response> {
  const { scope } = c.var
  const passkey = await readOwn(c, owner)
  const draft = readName(c, (await formOf(c)).name)
  if (draft.errors.length > 0) return c.html(passkeyPage({ ...pageOf(c), passkey, draft }), 422)
  await renamePasskey(scope, owner.userId, passkey.credentialId, draft.name)
  return c.redirect(scope.base + LIST, 303)
}

function readName(c: AppContext, typed: unknown): { readonly name: string; readonly errors: readonly FieldError[] } {
  const words = passkeyWords(languageOf(c))
  const name = typeof typed === 'string' ? typed.trim() : ''
  if (name === '') return { name, errors: [{ field: 'name', message: words.keyNameMissing }] }
  return name.length <= LONGEST_NAME
    ? { name, errors: [] }
    : { name, errors: [{ field: 'name', message: words.keyNameLong }] }
}
