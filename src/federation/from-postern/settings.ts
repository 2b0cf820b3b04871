import { z } from 'zod'
import { endpoint, headerSecret, name } from '../../connections/fields.ts'

/** Another postern tenant as a provider, in one step. */
export const posternInput = z.object({
  issuer: endpoint.transform((url) => url.replace(/\/+$/, '')),
  /** Where that tenant lets nobody register a client without one. */
  initialAccessToken: headerSecret.optional(),
  /** Absent: where it is. */
  name: name.optional(),
})
export type PosternInput = z.output<typeof posternInput>
