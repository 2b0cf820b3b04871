import { z } from 'zod'
import { LANGUAGES } from '../core/language.ts'

const language = z.enum(LANGUAGES)

/** Who wants to be a user. */
export const newcomer = z.object({
  userName: z.string(),
  email: z.string(),
  givenName: z.string(),
  familyName: z.string(),
})
export type Newcomer = z.infer<typeof newcomer>

/**
 * What is to be mailed, as it is asked for. Whose a typed name or address is, and whether it is anybody's, is looked up
 * when the mail is made and not while somebody waits for an answer: that takes the same time whoever she names.
 */
export const mailOrder = z.discriminatedUnion('kind', [
  /** Somebody has forgotten the password of a user name or an e-mail address; `request` as below. */
  z.object({ kind: z.literal('reset'), typed: z.string(), request: z.string().optional(), language }),
  /** A user is to show that an address is hers. */
  z.object({ kind: z.literal('verify'), userId: z.string(), address: z.string(), language }),
  /** Somebody wants to sign up; `request` is the authorization request that she came with. */
  z.object({ kind: z.literal('sign-up'), newcomer, request: z.string().optional(), language }),
  /** A user is told what was changed, where she was reached before. */
  z.object({ kind: z.literal('changed'), what: z.enum(['password', 'email']), address: z.string(), language }),
])
export type MailOrder = z.infer<typeof mailOrder>
