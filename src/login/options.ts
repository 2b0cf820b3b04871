import type { ConnectionRow } from '../connections/queries.ts'
import type { LoginFlow } from '../db/schema.ts'

export type SignInOptions = {
  readonly password: boolean
  readonly passkey: boolean
  readonly connections: readonly { readonly id: string; readonly name: string }[]
  /** Who she is, is asked before anything else: where it goes on depends on her address. */
  readonly identifierFirst: boolean
}

/** The console and one's own page know their people by password and passkey. */
export const CONSOLE_OPTIONS: SignInOptions = {
  password: true,
  passkey: true,
  connections: [],
  identifierFirst: false,
}

/** A person's own account she may come to in whatever way she can sign in. */
export function accountOptions(connections: readonly { readonly id: string; readonly name: string }[]): SignInOptions {
  return { ...CONSOLE_OPTIONS, connections }
}

/**
 * What the sign-in page offers for an application's login flow, in the flow's order. A connection that is no more, or
 * that cannot sign people in, is passed over; if nothing is left, the password is asked for.
 */
export function signInOptions(flow: LoginFlow, connections: readonly ConnectionRow[]): SignInOptions {
  const options = flow.steps[0]?.options ?? []
  const offered = options.flatMap((option) => {
    if (typeof option === 'string') return []
    const row = connections.find(({ id, authenticator }) => id === option.connection && authenticator !== null)
    return row ? [{ id: row.id, name: row.name }] : []
  })
  const passkey = options.includes('passkey')
  const password = options.includes('password') || (offered.length === 0 && !passkey)
  // One connection alone, or passkeys alone: there is nothing to find out.
  const identifierFirst = flow.identifierFirst === true && (password || offered.length > 1)
  return { password, passkey, connections: offered, identifierFirst }
}

/** Whether a session whose first step was `method` ('pwd', 'passkey' or a connection's id) will do for a login flow. */
export function allowsMethod(flow: LoginFlow, method: string): boolean {
  const options = flow.steps[0]?.options ?? []
  return options.some((option) => {
    if (option === 'password') return method === 'pwd'
    return typeof option === 'string' ? option === method : option.connection === method
  })
}
