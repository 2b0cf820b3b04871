/**
 * What providers without OpenID Connect say of a person, as the claims that one with it would have sent (OIDC Core
 * section 5.1). What else they say stays under the provider's own names, for a mapping. Pure.
 */
import { withoutUndefined } from '../../../core/members.ts'
import { isRecord } from '../../../core/json-value.ts'
import type { ProviderPreset } from '../../../db/schema.ts'

type Said = Readonly<Record<string, unknown>>
export type User = { readonly subject: string; readonly claims: Said }

/** What is to be said by nobody but the functions below: a claim that decides whom an account is given to. */
const OURS = ['sub', 'iss', 'aud', 'email', 'email_verified', 'phone_number_verified']

/** Undefined if the answer does not say who it is. `emails` are GitHub's. */
export function userOf(preset: ProviderPreset | undefined, answer: Said, emails: unknown): User | undefined {
  const said = preset === 'x' && isRecord(answer.data) ? answer.data : answer
  const id = preset === undefined ? (said.sub ?? said.id) : said.id
  const subject = typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : id
  if (typeof subject !== 'string' || subject === '' || subject.length > 255) return undefined
  const rest = Object.fromEntries(Object.entries(said).filter(([name]) => !OURS.includes(name)))
  return { subject, claims: { ...rest, ...withoutUndefined(standardClaims(preset, said, emails)), sub: subject } }
}

function standardClaims(preset: ProviderPreset | undefined, said: Said, emails: unknown): Said {
  switch (preset) {
    case 'github':
      return {
        ...primaryOf(emails),
        preferred_username: said.login,
        name: said.name ?? undefined,
        picture: said.avatar_url,
        profile: said.html_url,
      }
    case 'facebook':
      // Facebook does not say whether the address was verified: it counts as if it was not.
      return {
        email: said.email,
        given_name: said.first_name,
        family_name: said.last_name,
        picture: pictureOf(said.picture),
      }
    case 'discord':
      return {
        email: said.email ?? undefined,
        email_verified: said.verified === true,
        preferred_username: said.username,
        name: said.global_name ?? said.username,
        picture: avatarOf(said),
      }
    case 'x':
      return {
        ...(typeof said.confirmed_email === 'string' ? { email: said.confirmed_email, email_verified: true } : {}),
        preferred_username: said.username,
        picture: said.profile_image_url,
      }
    default:
      return { email: said.email, ...(said.email_verified === true ? { email_verified: true } : {}) }
  }
}

/** GitHub's list of addresses: the primary one, and whether GitHub verified it. */
function primaryOf(emails: unknown): Said {
  const list = Array.isArray(emails) ? emails.filter(isRecord) : []
  const primary = list.find((one) => one.primary === true)
  return typeof primary?.email === 'string' ? { email: primary.email, email_verified: primary.verified === true } : {}
}

function pictureOf(picture: unknown): unknown {
  return isRecord(picture) && isRecord(picture.data) ? picture.data.url : undefined
}

function avatarOf({ id, avatar }: Said): string | undefined {
  const isKnown = typeof id === 'string' && typeof avatar === 'string' && /^\w+$/.test(id) && /^\w+$/.test(avatar)
  return isKnown ? `https://cdn.discordapp.com/avatars/${id}/${avatar}.png` : undefined
}
