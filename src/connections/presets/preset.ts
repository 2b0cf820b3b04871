/** What is known of a provider: what an administrator has to say of hers, and what follows from that. */
import type { Authenticator } from '../../db/schema.ts'

/** A field of the authenticator that this provider needs, or takes, beside client id and secret. */
export type PresetField = {
  readonly name: 'domain' | 'tenant' | 'allowedTenants' | 'teamId' | 'keyId' | 'privateKey' | 'initialAccessToken'
  readonly label: string
  readonly isRequired: boolean
  readonly placeholder?: string
  readonly help?: string
}

/** What an administrator says of hers. `domain` is a host, or an address. */
export type PresetPlace = { readonly domain?: string | undefined; readonly tenant?: string | undefined }

export type PresetSettings = Pick<Authenticator, 'type' | 'issuer' | 'scopes'> & Partial<Authenticator>

/** Where a provider is not quite what the standards say. */
export type Habits = {
  /** Its id_token has no nonce, though one was sent. */
  readonly nonce?: false
  /** It refuses a code_verifier. */
  readonly pkce?: false
  /** What it wants to be called in a client assertion; absent: its issuer. */
  readonly audience?: 'token-endpoint'
  /** The parameter that names the domain of whoever is sent there. */
  readonly domainHint?: string
}

export type Preset = {
  readonly label: string
  readonly fields: readonly PresetField[]
  /** Absent: it takes a client secret. */
  readonly isWithoutSecret?: true
  /** Where the provider is told our callback address. */
  readonly registration: string
  readonly scopes: readonly string[]
  readonly habits?: Habits
  /** The settings at this place; undefined if it is not said where. */
  readonly settingsAt: (place: PresetPlace) => Omit<PresetSettings, 'scopes'> | undefined
}

/** The address that a host or an address is meant by, without a slash at its end. */
export function addressOf(domain: string): string {
  return (/^https?:\/\//.test(domain) ? domain : `https://${domain}`).replace(/\/+$/, '')
}
