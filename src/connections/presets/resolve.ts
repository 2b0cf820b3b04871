/** What a preset says of a provider, written into the settings. Pure. */
import type { Authenticator } from '../../db/schema.ts'

/** The settings as they are stored: `domain` and `tenant` are no part of them, the addresses made of them are. */
export function resolvePreset(
  input: Partial<Authenticator> & { readonly domain?: string; readonly tenant?: string },
): Partial<Authenticator> {
  const { domain: _domain, tenant: _tenant, ...authenticator } = input
  return authenticator
}
