/** Targets that refuse what those of some makers refuse, by their documentation. */
import { type Answer, type FakeTarget, type Json, type Recorded, scimError } from './fake-target.ts'

type Change = { readonly op: string; readonly path?: string; readonly value?: unknown }

function partsOf({ path, method, body }: Recorded) {
  const [, , type, id] = path.split(/[/?]/)
  const changes = method === 'PATCH' ? ((body as Json).Operations as Change[]) : []
  return { type, id, changes, resource: (method === 'POST' || method === 'PUT' ? body : {}) as Json }
}

/** A list of what is wrong in order; the first of it is the answer. */
function firstOf(...checks: readonly (Answer | false | undefined)[]): Answer | undefined {
  return checks.find((one) => one !== false && one !== undefined) || undefined
}

const AWS_GROUP = ['displayName', 'members', 'externalId']
const AWS_REFUSES = ['ims', 'photos', 'x509Certificates', 'entitlements', 'password', 'groups']

/**
 * AWS IAM Identity Center (developer guide: Limitations, CreateUser, PatchUser, PatchGroup): no PUT of groups, one value
 * of each multi-valued attribute and the e-mail primary, displayName and both names demanded, no replacing of members,
 * 100 of them a request; a PATCH without a path for one attribute alone.
 */
export function asAws(target: FakeTarget): void {
  target.saysPatch = true
  target.takes = new Set(['PUT', 'PATCH'])
  target.refuses = (request) => {
    const { type, changes, resource } = partsOf(request)
    const named = [...Object.keys(resource), ...changes.map(({ path = '' }) => path)]
    const values = [...Object.entries(resource), ...changes.map(({ path = '', value }) => [path, value] as const)]
    const members = values.filter(([name]) => name === 'members').flatMap(([, value]) => value ?? [])
    return firstOf(
      type === 'Groups' && request.method === 'PUT' && scimError(501, 'PutGroup is not there.'),
      changes.some(({ path, value }) => !path && Object.keys(value as Json).length > 1) &&
        scimError(400, 'A PATCH without a path takes a single attribute.'),
      changes.some(({ op, path }) => path === 'members' && op !== 'add') && scimError(400, 'Members are not replaced.'),
      changes.length + members.length > 101 && scimError(400, 'More than 100 membership changes.'),
      type === 'Groups' &&
        changes.some(({ path = '' }) => !AWS_GROUP.includes(path.replace(/\[.*/, ''))) &&
        scimError(400, 'Only displayName, members and externalId.'),
      type === 'Users' && named.some((name) => AWS_REFUSES.includes(name)) && scimError(400, 'Not supported.'),
      type === 'Users' && named.some((name) => /^urn:(?!.*enterprise)/.test(name)) && scimError(400, 'Unknown schema.'),
      type === 'Users' &&
        values.some(([name, value]) => {
          if (!['emails', 'phoneNumbers', 'addresses'].includes(name) || value === undefined) return false
          const [one = {}, ...more] = value as Json[]
          return more.length > 0 || 'display' in one || (name === 'emails' && one.primary !== true)
        }) &&
        scimError(400, 'One value, primary, without display.'),
      type === 'Users' &&
        Object.keys(resource).length > 0 &&
        !(resource.displayName && (resource.name as Json | undefined)?.givenName) &&
        scimError(400, 'displayName and name are required.'),
    )
  }
}

/** Google Cloud Identity: no PUT; it answers one with a page, as authentik#16678 saw. */
export function asGoogle(target: FakeTarget): void {
  target.saysPatch = true
  target.takes = new Set(['PATCH'])
  target.refuses = ({ method }) => (method === 'PUT' ? { status: 404, body: '<html>404</html>' } : undefined)
}

/** A server that knows what Entra ID sends, and no more (Microsoft's SCIM reference for application developers). */
export function asEntraMade(target: FakeTarget): void {
  target.takes = new Set(['PATCH'])
  target.refuses = (request) => {
    const { type, changes, resource } = partsOf(request)
    return firstOf(
      request.path.endsWith('/ServiceProviderConfig') && { status: 404, body: 'nothing here' },
      type === 'Groups' &&
        Array.isArray(resource.members) &&
        resource.members.length > 0 &&
        scimError(400, 'Members come later.'),
      changes.some(
        ({ path, value }) => path !== 'members' && !path?.includes(':') && typeof value === 'object' && value !== null,
      ) && scimError(400, 'A change is of one part.'),
    )
  }
}

/** GitHub: no filter in the path of a PATCH, and no extension. */
export function asGitHub(target: FakeTarget): void {
  target.takes = new Set(['PATCH', 'PUT'])
  target.refuses = (request) => {
    const { changes, resource } = partsOf(request)
    return firstOf(
      changes.some(({ path = '' }) => path.includes('[')) && scimError(400, 'No filter in a path.'),
      Object.keys(resource).some((name) => name.startsWith('urn:') || name === 'password') &&
        scimError(400, 'Not supported.'),
    )
  }
}

/** Slack: so many writes, then 429 until `seconds` are over; DELETE of a user deactivates her. */
export function asSlack(target: FakeTarget, now: () => Date, { burst, seconds }: { burst: number; seconds: number }) {
  target.takes = new Set(['PATCH', 'PUT'])
  let [left, until] = [burst, 0]
  target.refuses = (request) => {
    if (request.method === 'GET') return undefined
    const { type, id = '' } = partsOf(request)
    if (now().getTime() >= until && left === 0) left = burst
    if (left === 0) return { ...scimError(429, 'Rate limited.'), headers: { 'Retry-After': String(seconds) } }
    left--
    if (left === 0) until = now().getTime() + seconds * 1000
    const user = type === 'Users' && request.method === 'DELETE' ? target.users.get(id) : undefined
    if (!user) return undefined
    user.active = false
    return { status: 204 }
  }
}
