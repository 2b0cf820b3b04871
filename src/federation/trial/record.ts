/** What is kept of a test of a connection: JSON, and nothing in it that signs anybody in. */
import { z } from 'zod'
import type { SignInFailure } from '../failure.ts'

const decoded = z.object({ header: z.unknown(), claims: z.unknown() })
const call = z.object({
  method: z.string(),
  url: z.string(),
  status: z.number().optional(),
  sent: z.record(z.string(), z.string()).optional(),
  said: z.unknown().optional(),
  idToken: decoded.optional(),
  fault: z.string().optional(),
})
const failure = z.custom<SignInFailure>((value) => typeof value === 'object' && value !== null && 'kind' in value)
const texts = z.record(z.string(), z.string())

/** The addresses of the provider, as they are told or discovered. */
const server = z.object({
  issuer: z.string(),
  authorization: z.string().optional(),
  token: z.string().optional(),
  keys: z.string().optional(),
  userinfo: z.string().optional(),
  pushed: z.string().optional(),
  endSession: z.string().optional(),
})

export const trialRecord = z.object({
  begunAt: z.number(),
  server: server.optional(),
  calls: z.array(call),
  /** Where the browser goes; absent if it cannot. */
  request: z.object({ url: z.string(), endpoint: z.string(), parameters: texts }).optional(),
  failure: failure.optional(),
  ended: z
    .object({
      at: z.number(),
      /** What the provider sent the browser back with. */
      answer: texts,
      calls: z.array(call),
      failure: failure.optional(),
      person: z
        .object({ issuer: z.string(), subject: z.string(), claims: z.record(z.string(), z.unknown()) })
        .optional(),
    })
    .optional(),
})
export type TrialRecord = z.infer<typeof trialRecord>
export type TrialCall = z.infer<typeof call>
