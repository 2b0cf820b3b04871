/** Whether an authenticator says enough of its provider, and nothing that lets the wrong people in. Pure. */
import { type FieldError, Problem } from '../../core/errors.ts'
import type { Authenticator } from '../../db/schema.ts'
import { PRESETS } from '../presets/presets.ts'

const TENANT_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** Problem 400 unless it says where the provider is: by its issuer, or by its endpoints; and whose people may come. */
export function checkAuthenticator(authenticator: Partial<Authenticator>): Authenticator {
  const missing = missingOf(authenticator).map((name) => ({ name, message: 'Give a value.' }))
  const errors = [...missing, ...tenantFaults(authenticator)]
  if (errors.length > 0) throw notComplete(errors)
  return authenticator as Authenticator
}

export function notComplete(errors: readonly { readonly name: string; readonly message: string }[]): Problem {
  const fields: FieldError[] = errors.map(({ name, message }) => ({ field: `authenticator.${name}`, message }))
  return new Problem(400, 'The authenticator is not complete.', fields)
}

function missingOf(authenticator: Partial<Authenticator>): string[] {
  const { type, preset, issuer, clientAuthentication } = authenticator
  const absent = (...names: readonly (keyof Authenticator)[]) => names.filter((name) => !authenticator[name])
  const client = absent('clientId', ...(clientAuthentication === 'apple' ? (['teamId', 'keyId'] as const) : []))
  if (type === 'oauth2') return [...client, ...absent('authorizationEndpoint', 'tokenEndpoint', 'userinfoEndpoint')]
  if (issuer) return client
  const endpoints = absent('authorizationEndpoint', 'tokenEndpoint')
  if (endpoints.length === 0 || preset === undefined) return [...client, ...endpoints]
  const place = PRESETS[preset].fields.filter(({ name }) => name === 'domain' || name === 'tenant')
  return [...client, ...place.map(({ name }) => name)]
}

/** Who lets in people of whatever directory lets in whoever makes herself one: that takes a list of those that may. */
function tenantFaults({ preset, issuer, allowedTenants = [] }: Partial<Authenticator>) {
  const name = 'allowedTenants'
  const faults: { readonly name: string; readonly message: string }[] = []
  if (isMultiTenant({ preset, issuer }) && allowedTenants.length === 0) {
    faults.push({ name, message: 'Say which directories may sign in: their tenant IDs.' })
  }
  if (allowedTenants.length > 0 && preset !== 'entra') {
    faults.push({ name, message: 'Only Microsoft Entra ID has directories.' })
  } else if (!allowedTenants.every((tenant) => TENANT_ID.test(tenant))) {
    faults.push({ name, message: 'Give the tenant ID of each directory: not its name.' })
  }
  return faults
}

/** Microsoft Entra ID for people of more than one directory: each has an issuer of its own. */
export function isMultiTenant({
  preset,
  issuer,
}: {
  readonly preset?: string | undefined
  readonly issuer?: string | undefined
}) {
  return (
    preset === 'entra' && issuer !== undefined && /^\/(?:common|organizations)(?:\/|$)/i.test(new URL(issuer).pathname)
  )
}
