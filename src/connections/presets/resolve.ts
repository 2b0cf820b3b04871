/** What a preset says of a provider, written into the settings. Pure. */
import { changedMembers } from '../../core/members.ts'
import type { Authenticator, ProviderPreset } from '../../db/schema.ts'
import type { AuthenticatorChange } from '../authenticator/settings.ts'
import type { PresetPlace } from './preset.ts'
import { PRESETS } from './presets.ts'

/** What belongs to one provider, and nothing of it to another. */
const OF_A_PROVIDER = [
  'type',
  'issuer',
  'authorizationEndpoint',
  'tokenEndpoint',
  'jwksUri',
  'userinfoEndpoint',
  'endSessionEndpoint',
  'pushedAuthorizationRequestEndpoint',
  'scopes',
  'clientAuthentication',
  'keyId',
  'keyAlgorithm',
  'teamId',
  'responseMode',
  'parameters',
  'allowedTenants',
] as const
const ADDRESSES = OF_A_PROVIDER.filter((name) => /issuer|Endpoint$|Uri$/.test(name))

type Given = Omit<AuthenticatorChange, 'clientSecret' | 'privateKey'>

/**
 * The settings as they are stored: `domain` and `tenant` are no part of them, the addresses made of them are. What is
 * given counts, then what was there, then what the preset says; another preset begins anew, another place has other
 * addresses, and null gives up what was there.
 */
export function resolvePreset(before: Authenticator | null, given: Given): Partial<Authenticator> {
  const { domain, tenant, ...said } = given
  const preset = said.preset === undefined ? before?.preset : (said.preset ?? undefined)
  const isOther = preset !== undefined && preset !== before?.preset
  const isMoved = domain !== undefined || tenant !== undefined
  const kept = without(before ?? {}, isOther ? OF_A_PROVIDER : isMoved ? ADDRESSES : [])
  const defaults =
    preset === undefined ? {} : defaultsOf(preset, { domain: domain ?? undefined, tenant: tenant ?? undefined })
  // Addresses were made for a place that is not known any more: nothing but the place makes them anew.
  const known =
    isOther || isMoved || preset === undefined || !takesPlace(preset) ? defaults : without(defaults, ADDRESSES)
  return { type: 'oidc', ...known, ...together(kept, said) }
}

function defaultsOf(preset: ProviderPreset, place: PresetPlace): Partial<Authenticator> {
  const { scopes, settingsAt } = PRESETS[preset]
  return { ...settingsAt(place), scopes: [...scopes] }
}

function takesPlace(preset: ProviderPreset): boolean {
  return PRESETS[preset].fields.some(({ name }) => name === 'domain' || name === 'tenant')
}

function together(kept: Partial<Authenticator>, said: Omit<Given, 'domain' | 'tenant'>): Partial<Authenticator> {
  return changedMembers(kept, said)
}

function without<T extends object>(value: T, names: readonly string[]): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name))) as Partial<T>
}
