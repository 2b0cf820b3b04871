import type { ProviderPreset } from '../../../db/schema.ts'

/** Whose accounts they are, for the chooser. */
export const PRESET_LINES: Readonly<Record<ProviderPreset, string>> = {
  google: 'Google accounts, personal ones or those of a Workspace.',
  entra: 'Work and school accounts of Microsoft, of one directory or of several.',
  okta: 'The people of an Okta organization.',
  auth0: 'The people of an Auth0 tenant.',
  apple: 'Apple accounts. A key of a developer account takes the place of a secret.',
  github: 'GitHub accounts, also of a GitHub Enterprise server.',
  gitlab: 'Accounts of gitlab.com, or of a GitLab server of your own.',
  facebook: 'Facebook accounts.',
  linkedin: 'LinkedIn accounts.',
  slack: 'The members of Slack workspaces.',
  discord: 'Discord accounts.',
  x: 'X accounts. X tells no e-mail address.',
  postern: 'The people of another tenant, here or on another server: its issuer is enough.',
}
