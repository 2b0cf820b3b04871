/** Microsoft Entra ID, where each directory (tenant) has an issuer of its own. Pure. */
import { isMultiTenant } from '../../connections/authenticator/check.ts'
import type { Authenticator } from '../../db/schema.ts'

const DIRECTORY = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i
/** What stands in the metadata of `organizations` and `common` in the place of somebody's directory. */
const ANY_DIRECTORY = '{tenantid}'

const PARTS = /^(https?:\/\/[^/]+)\/([^/]+)(\/.*)?$/

type Settings = Pick<Authenticator, 'preset' | 'issuer' | 'allowedTenants'>

/**
 * Whether this issuer in the metadata is what the connection means by its own: of a directory that is told by a domain it
 * has the id, and for many directories it is a template.
 */
export function isDirectoryIssuer(found: string, { preset, issuer }: Settings): boolean {
  if (preset !== 'entra' || issuer === undefined) return false
  const [, server, directory = '', rest] = PARTS.exec(issuer) ?? []
  const [, foundServer, foundDirectory = '', foundRest] = PARTS.exec(found) ?? []
  if (server === undefined || server !== foundServer || rest !== foundRest) return false
  if (isMultiTenant({ preset, issuer })) return foundDirectory === ANY_DIRECTORY
  return !DIRECTORY.test(directory) && DIRECTORY.test(foundDirectory)
}

export function isTemplate(issuer: string): boolean {
  return issuer.includes(ANY_DIRECTORY)
}

/** Whether this is the issuer of one of the directories that a template stands for. */
export function isTemplateOf(template: string, issuer: string): boolean {
  const [before = '', after] = template.split(ANY_DIRECTORY)
  if (after === undefined || !issuer.startsWith(before) || !issuer.endsWith(after)) return false
  return DIRECTORY.test(issuer.slice(before.length, issuer.length - after.length))
}

/** The issuer of the directory that an id_token names; undefined if that directory may not sign in here. */
export function directoryIssuer(
  template: string,
  { tid }: Readonly<Record<string, unknown>>,
  { allowedTenants = [] }: Settings,
): string | undefined {
  if (typeof tid !== 'string' || !DIRECTORY.test(tid)) return undefined
  const isAllowed = allowedTenants.some((allowed) => allowed.toLowerCase() === tid.toLowerCase())
  return isAllowed ? template.replace(ANY_DIRECTORY, tid) : undefined
}

/**
 * Anybody can make a directory and write any address into it. Where the application's registration adds the optional claim
 * xms_edov, it says whether the owner of the address's domain is the directory's: that alone is a verified address.
 */
export function withVerifiedAddress<T extends Readonly<Record<string, unknown>>>(claims: T, { preset }: Settings): T {
  const isOwners = [true, 1, 'true', '1'].some((yes) => claims.xms_edov === yes)
  return preset === 'entra' && isOwners ? { ...claims, email_verified: true } : claims
}
