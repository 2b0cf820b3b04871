import { z } from 'zod'
import { type AppContext, newRouter } from '../../http.ts'
import { listSigningKeys } from '../../oidc/keys/queries.ts'
import { rotateSigningKeys } from '../../oidc/keys/rotation.ts'
import { EMPTY_DRAFT, submitForm } from '../form.ts'
import { viewOf } from '../frame.ts'
import { withMessage } from '../messages.ts'
import { formPage } from '../permissions.ts'
import { keysPage, keysPath, type Question, questionPage } from './pages.ts'

const KEYS = '/console/signing-keys'

/** Login & Registration > Signing keys. */
export const signingKeyPages = newRouter()
  .get(KEYS, async (c) => c.html(keysPage(viewOf(c), await listSigningKeys(c.var.scope))))
  .get(`${KEYS}/rotate`, formPage, (c) => c.html(questionPage(viewOf(c), 'rotate', EMPTY_DRAFT)))
  .post(`${KEYS}/rotate`, (c) => rotate(c, 'rotate'))
  .get(`${KEYS}/replace`, formPage, (c) => c.html(questionPage(viewOf(c), 'replace', EMPTY_DRAFT)))
  .post(`${KEYS}/replace`, (c) => rotate(c, 'replace'))

function rotate(c: AppContext, question: Question): Promise<Response> {
  const isReplaced = question === 'replace'
  return submitForm(
    c,
    z.object({}).catchall(z.unknown()),
    async () => {
      await rotateSigningKeys(c.var.scope, { immediately: isReplaced })
      return withMessage(keysPath(viewOf(c)), isReplaced ? 'keys-replaced' : 'keys-rotated')
    },
    (draft) => questionPage(viewOf(c), question, draft),
  )
}
