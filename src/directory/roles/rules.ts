/** What a role may be, and who may change it. Pure. */
import { ScimError } from '../../core/errors.ts'
import { isComplex, type Resource } from '../../scim/schema.ts'
import type { MemberChange, MemberEdit } from '../members/edit.ts'
import type { Origin } from '../outbox.ts'
import { ALL_PERMISSIONS, covers, isAdminRole, isPermission } from '../permissions.ts'

const MOST_PERMISSIONS = 200
/** What a scope may be called (RFC 6749 section 3.3): an application's roles permit what it has words for. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/

export type Role = {
  readonly displayName: string
  readonly audience: string
  readonly builtIn: boolean
  readonly permissions: readonly string[]
}

export function isAdmin({ displayName, builtIn }: Role): boolean {
  return isAdminRole({ name: displayName, builtIn })
}

/** The names of a resource's permissions, each once. Throws invalidValue for what its audience does not know. */
export function permissionsIn({ permissions }: Resource, audience: string): string[] {
  const values = Array.isArray(permissions) ? permissions : []
  const names = values.map((one, i) => {
    if (isComplex(one) && typeof one.value === 'string') return one.value
    throw new ScimError('invalidValue', `permissions[${i}].value is required`)
  })
  if (names.length > MOST_PERMISSIONS) {
    throw new ScimError('invalidValue', `permissions has more than ${MOST_PERMISSIONS} values`)
  }
  const wrong = names.find((name) => (audience === '' ? !isPermission(name) : !SCOPE_TOKEN.test(name)))
  if (wrong !== undefined) {
    throw new ScimError('invalidValue', `permissions: there is no permission ${wrong.slice(0, 200)}`)
  }
  return [...new Set(names)].sort()
}

export function externalIdIn({ externalId }: Resource): string | null {
  return typeof externalId === 'string' ? externalId : null
}

/** Nobody gives what she has not, and nobody takes it from others. An application's role permits nothing here. */
export function demandCovered({ by }: Origin, role: Role): void {
  if (!by || role.audience !== '') return
  const granted = isAdmin(role) ? ALL_PERMISSIONS : new Set(role.permissions)
  if (covers(by, granted)) return
  const missing = [...granted].find((permission) => permission !== 'scim:me' && !by.has(permission))
  throw new ScimError(403, `This credential lacks the permission ${missing}: it can neither give nor take it.`)
}

/** Of `admin` only who holds it can be changed, of `everyone` nothing; a body of PUT that says nothing else is none. */
export function demandBuiltInKept(
  role: Role,
  edited: Resource,
  { members, isWhole = false }: Pick<MemberEdit, 'members' | 'isWhole'>,
): void {
  if (!role.builtIn) return
  if (edited.displayName !== role.displayName) {
    throw new ScimError('mutability', `displayName: ${role.displayName} is built in`)
  }
  const given = edited.permissions === undefined && isWhole ? role.permissions : permissionsIn(edited, role.audience)
  if ([...given].sort().join() !== [...role.permissions].sort().join()) {
    throw new ScimError('mutability', `permissions: those of ${role.displayName} are built in`)
  }
  const isNothing = (change: MemberChange) => isWhole && 'ids' in change && change.ids.length === 0
  if (!isAdmin(role) && !members.every(isNothing)) {
    throw new ScimError('mutability', `${role.displayName} is held by every user`)
  }
}

export function demandSameAudience(current: Resource, edited: Resource): void {
  const had = isComplex(current.audience) ? current.audience : {}
  const given = isComplex(edited.audience) ? edited.audience : {}
  const isOther = ['type', 'value'].some((name) => given[name] !== undefined && given[name] !== had[name])
  if (isOther) throw new ScimError('mutability', 'audience is immutable')
}
