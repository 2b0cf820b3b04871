import { z } from 'zod'
import { endpoint, name, secret } from '../../connections/fields.ts'

/** Another postern tenant as a provider, in one step. */
export const posternInput = z.object({
  issuer: endpoint.transform((url) => url.replace(/\/+$/, '')),
  /** Where that tenant lets nobody register a client without one. */
  initialAccessToken: secret.regex(/^[\x21-\x7e]+$/, 'Give the token as it was shown there.').optional(),
  /** Absent: where it is. */
  name: name.optional(),
})
export type PosternInput = z.output<typeof posternInput>
