/** A user as a target of some kind takes her: without what it would refuse. Pure. */
import type { Profile } from '../connections/connectors/profiles.ts'
import { isRecord } from '../core/json-value.ts'
import { oneOf } from '../scim/mapping/transforms.ts'
import type { Body, ScimBody } from './body.ts'

/** What goes out of a body to a target with this profile. */
export function fittedTo(profile: Profile, body: ScimBody): ScimBody {
  const { extensions } = profile
  const isSent = (name: string) =>
    name.includes(':') ? (extensions?.includes(name) ?? true) : !profile.without.includes(name)
  const sent = Object.entries(body)
    .filter(([name]) => isSent(name))
    .map(([name, value]) => [name, fittedValue(profile, name, value)] as const)
  const fitted: Record<string, unknown> = Object.fromEntries(sent)
  const schemas = extensions ? body.schemas.filter((urn) => !body[urn] || isSent(urn)) : body.schemas
  const displayName = profile.demandsDisplayName ? displayNameOf(body) : undefined
  return { ...fitted, schemas, ...(displayName === undefined ? {} : { displayName }) }
}

function fittedValue({ single, withoutParts }: Profile, name: string, value: unknown): unknown {
  if (!Array.isArray(value) || value.length === 0) return value
  const isSingle = single.includes(name)
  const kept: readonly unknown[] = isSingle ? [oneOf(value)] : value
  return kept.map((one) => {
    if (!isRecord(one)) return one
    const parts = Object.fromEntries(Object.entries(one).filter(([part]) => !withoutParts.includes(part)))
    // The only one there is the preferred one, and AWS wants that said.
    return isSingle ? { ...parts, primary: true } : parts
  })
}

function displayNameOf({ displayName, name, userName }: Body): string | undefined {
  const parts = isRecord(name) ? name : {}
  const full = [parts.givenName, parts.familyName].filter((part) => typeof part === 'string').join(' ')
  return [displayName, parts.formatted, full, userName]
    .filter((one) => typeof one === 'string')
    .find((one) => one !== '')
}
