import type { ConnectionRow } from '../connections/queries.ts'
import type { LoginFlow } from '../db/schema.ts'

export type SignInOptions = {
  readonly password: boolean
  readonly connections: readonly { readonly id: string; readonly name: string }[]
}

/** The console knows its administrators by password. */
export const CONSOLE_OPTIONS: SignInOptions = { password: true, connections: [] }

/** A person's own account she may come to in whatever way she can sign in. */
export function accountOptions(connections: readonly { readonly id: string; readonly name: string }[]): SignInOptions {
  return { password: true, connections }
}

/**
 * What the sign-in page offers for an application's login flow, in the flow's order. A connection that is no more, or
 * that cannot sign people in, is passed over; if nothing is left, the password is asked for.
 */
export function signInOptions(flow: LoginFlow, connections: readonly ConnectionRow[]): SignInOptions {
  const options = flow.steps[0]?.options ?? []
  const offered = options.flatMap((option) => {
    if (option === 'password') return []
    const row = connections.find(({ id, authenticator }) => id === option.connection && authenticator !== null)
    return row ? [{ id: row.id, name: row.name }] : []
  })
  return { password: options.includes('password') || offered.length === 0, connections: offered }
}

/** Whether a session that came about by `method` ('pwd' or a connection's id) will do for a login flow. */
export function allowsMethod(flow: LoginFlow, method: string): boolean {
  const options = flow.steps[0]?.options ?? []
  return options.some((option) => (option === 'password' ? method === 'pwd' : option.connection === method))
}
