/** What follows the first step of a sign-in, however it was done: a session, or the second step. */
import type { LoginFlow } from '../db/schema.ts'
import { findEnrolled } from '../directory/factors/queries.ts'
import type { AppContext } from '../http.ts'
import { signedInPath } from './arrival-proof.ts'
import { startSession } from './commands.ts'
import { storePartial } from './partial/commands.ts'
import { findPendingRequest } from './pending/queries.ts'
import { OWN_FLOW, secondStep } from './second-factor.ts'
import type { Vouched } from './vouched/commands.ts'

export type FirstStep = {
  readonly userId: string
  /** 'pwd', 'passkey' or the id of the connection that vouched for the person. */
  readonly method: string
  /** RFC 8176. */
  readonly amr: readonly string[]
  readonly remember: boolean
  /** Of the password that was right. */
  readonly passwordHash?: string | null
  /** Of a connection: what it said. */
  readonly vouched?: Vouched
}

/** Where a sign-in goes on: a stored authorization request, or a page of one's own. */
export type GoesOn = { readonly request?: string | undefined; readonly return_to?: string | undefined }

/**
 * Signs somebody in who has done the first step, unless the flow wants a second one of her: then nothing but a row says
 * so, which no page but that of the second step takes. Answers the path where the browser goes on; undefined if she was
 * deactivated, or her password changed meanwhile.
 */
export async function finishFirstStep(c: AppContext, first: FirstStep, goesOn: GoesOn): Promise<string | undefined> {
  const { scope, browserHash } = c.var
  const { userId, method, amr, remember, passwordHash = null, vouched } = first
  const done = { methods: [method], amr }
  const [flow, enrolled] = await Promise.all([flowOf(c, goesOn), findEnrolled(scope, userId)])
  if (secondStep(flow, done, enrolled).kind === 'none') {
    const isIn = await startSession(c, { userId, done, remember, passwordHash, vouched })
    return isIn ? signedInPath(scope, goesOn, userId) : undefined
  }
  const { request: requestId = null, return_to: returnTo = null } = goesOn
  const id = await storePartial(
    scope,
    { browserHash, userId, method, amr: [...amr], passwordHash, remember, requestId, returnTo },
    vouched,
  )
  return `${scope.base}/login/second?sign_in=${id}`
}

/** The login flow that a sign-in is for: that of the application that asks, otherwise that of pages of one's own. */
export async function flowOf(c: AppContext, { request }: GoesOn): Promise<LoginFlow> {
  if (request === undefined) return OWN_FLOW
  return (await findPendingRequest(c.var.scope, request, c.var.browserHash))?.application.loginFlow ?? OWN_FLOW
}
