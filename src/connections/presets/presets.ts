/** The one table of providers whose addresses and habits are known, for the console's chooser and for the settings. */
import type { ProviderPreset } from '../../db/schema.ts'
import { OAUTH_PRESETS } from './oauth.ts'
import { OPENID_PRESETS } from './openid.ts'
import type { Habits, Preset } from './preset.ts'

/** In the order in which they are offered. */
export const PRESETS: Readonly<Record<ProviderPreset, Preset>> = {
  google: OPENID_PRESETS.google,
  entra: OPENID_PRESETS.entra,
  okta: OPENID_PRESETS.okta,
  auth0: OPENID_PRESETS.auth0,
  apple: OPENID_PRESETS.apple,
  github: OAUTH_PRESETS.github,
  gitlab: OPENID_PRESETS.gitlab,
  facebook: OAUTH_PRESETS.facebook,
  linkedin: OPENID_PRESETS.linkedin,
  slack: OPENID_PRESETS.slack,
  discord: OAUTH_PRESETS.discord,
  x: OAUTH_PRESETS.x,
  postern: OPENID_PRESETS.postern,
}

const NONE: Habits = {}

export function habitsOf({ preset }: { readonly preset?: ProviderPreset }): Habits {
  return (preset && PRESETS[preset].habits) ?? NONE
}
