/** Where a sign-in page leads on to a provider: by itself, or by the address that was typed. */
import { findConnectionOfDomain } from '../../connections/domains/queries.ts'
import { nameKey } from '../../core/ids.ts'
import type { AuthorizationParameters } from '../../db/schema.ts'
import { domainOfAddress } from '../../directory/verified/address.ts'
import type { Scope } from '../../platform.ts'
import type { SignInOptions } from '../options.ts'
import type { Asked } from './asked.ts'

export type Offered = SignInOptions['connections'][number]

/**
 * The way to a provider without a page of ours: because the application or the address of the page names the connection or
 * a domain of its people, or because there is no other way. Whatever is not offered here counts for nothing, and is not
 * told apart from what does not exist. Undefined: the page.
 */
export async function straightTo(
  scope: Scope,
  asked: Asked,
  query: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const { options, pending } = asked
  // A device's person comes from a form of ours, after which browsers follow no redirect to another server.
  if (pending?.parameters.deviceCodeHash !== undefined || pending?.parameters.choose === true) return undefined
  const parameters: Partial<AuthorizationParameters> = pending?.parameters ?? {}
  const { connection = query.connection, domainHint, loginHint, prompt = [] } = parameters
  const named = findOffered(options, connection)
  if (named) return pathTo(scope, asked, named)
  const hinted = await findOfferedOfDomain(scope, options, domainHint)
  if (hinted) return pathTo(scope, asked, hinted)
  const address = options.identifierFirst ? loginHint : undefined
  const theirs = await findOfferedOfAddress(scope, options, address)
  if (theirs) return pathTo(scope, asked, theirs, address)
  const [only, ...others] = options.connections
  const isOnly = pending !== undefined && !options.password && !options.passkey && others.length === 0
  return only && isOnly && !prompt.includes('select_account') ? pathTo(scope, asked, only) : undefined
}

/** By its id or its name. */
function findOffered({ connections }: SignInOptions, wanted: string | undefined): Offered | undefined {
  if (wanted === undefined) return undefined
  return connections.find(({ id, name }) => id === wanted || nameKey(name) === nameKey(wanted))
}

/** Whose people the address is of, if they may come through it here. It says nothing of whether there is an account. */
export function findOfferedOfAddress(
  scope: Scope,
  options: SignInOptions,
  address: string | undefined,
): Promise<Offered | undefined> {
  return findOfferedOfDomain(scope, options, address === undefined ? undefined : domainOfAddress(address))
}

async function findOfferedOfDomain(
  scope: Scope,
  { connections }: SignInOptions,
  domain: string | undefined,
): Promise<Offered | undefined> {
  if (domain === undefined || connections.length === 0) return undefined
  const id = await findConnectionOfDomain(scope, domain)
  return connections.find((one) => one.id === id)
}

/** `loginHint` is an address of that provider's people. */
export function pathTo({ base }: Scope, { query }: Pick<Asked, 'query'>, { id }: Offered, loginHint?: string): string {
  const search = new URLSearchParams({
    ...query,
    ...(loginHint === undefined ? {} : { login_hint: loginHint }),
  }).toString()
  return `${base}/login/connections/${encodeURIComponent(id)}${search === '' ? '' : `?${search}`}`
}
