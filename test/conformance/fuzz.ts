/** Requests that nobody would send, from a seed, so that a failure can be looked at again. */
import { ENDPOINTS, FuzzValues } from './fuzz-values.ts'
import { BULK_REQUEST, CUSTOM, ENTERPRISE, GROUP, PATCH_OP, SEARCH_REQUEST, USER } from './world.ts'

export type Request = {
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

const ROLE = 'urn:ietf:params:scim:schemas:extension:2.0:Role'
const SCHEMAS: Readonly<Record<string, readonly string[]>> = {
  Users: [USER, ENTERPRISE, CUSTOM],
  Groups: [GROUP],
  Roles: [ROLE],
  'v2/Roles': [ROLE],
}

export class Fuzz extends FuzzValues {
  resource(endpoint = this.pick(ENDPOINTS)): unknown {
    if (this.chance(3)) return this.value()
    const schemas = this.chance(90)
      ? SCHEMAS[endpoint]
      : this.pick([[USER, USER], [], undefined, USER, [USER, 'urn:x']])
    const wrong = this.chance(40) ? this.object(1) : {}
    return { ...(this.chance(95) ? { schemas } : {}), ...this.plausible(endpoint), ...wrong }
  }

  patch(endpoint = this.pick(ENDPOINTS)): unknown {
    const operation = () => {
      if (this.chance(3)) return this.value()
      const op = this.pick([
        'add',
        'replace',
        'remove',
        'add',
        'replace',
        'Add',
        ...(this.chance(10) ? ['move', 7] : []),
      ])
      const entry = this.pick(Object.entries(this.plausible(endpoint)))
      const [path, value] = entry && this.chance(60) ? entry : [this.patchPath(), this.value()]
      const isPathless = this.chance(20)
      if (op === 'remove' && this.chance(80)) return isPathless ? { op } : { op, path }
      return isPathless ? { op, value: this.chance(80) ? { [path]: value } : value } : { op, path, value }
    }
    const Operations = Array.from({ length: 1 + this.below(3) }, operation)
    return { ...(this.chance(95) ? { schemas: [PATCH_OP] } : {}), ...(this.chance(97) ? { Operations } : {}) }
  }

  bulk(): unknown {
    const operation = () => {
      const method = this.pick(['POST', 'POST', 'PUT', 'PATCH', 'DELETE', 'GET', 7])
      const endpoint = this.pick(ENDPOINTS.slice(0, this.chance(10) ? 4 : 2))
      const target = this.chance(30) ? `bulkId:${this.pick('abc'.split(''))}` : this.id(endpoint)
      const path = this.chance(90)
        ? `/${endpoint}${method === 'POST' && this.chance(90) ? '' : `/${target}`}`
        : this.value()
      const data = method === 'PATCH' ? this.patch(endpoint) : this.resource(endpoint)
      const reference = this.chance(30) ? this.reference() : {}
      const named = typeof data === 'object' && !Array.isArray(data) ? { ...data, ...reference } : data
      return {
        method,
        path,
        ...(this.chance(95) ? { data: named } : {}),
        ...(this.chance(90) ? { bulkId: this.chance(97) ? this.pick('abcde'.split('')) : this.value() } : {}),
        ...(this.chance(10) ? { version: this.pick(['W/"1"', 'x', 7]) } : {}),
      }
    }
    const failOnErrors = this.chance(30)
      ? { failOnErrors: this.pick([1, 2, 3, null, ...(this.chance(20) ? [0, -1, 1.5, '1'] : [])]) }
      : {}
    const Operations = Array.from({ length: this.below(5) }, () => (this.chance(97) ? operation() : this.value()))
    return { ...(this.chance(97) ? { schemas: [BULK_REQUEST] } : {}), ...failOnErrors, Operations }
  }

  search(): unknown {
    const parameters: Record<string, unknown> = this.parameters()
    for (const name of Object.keys(parameters)) if (this.chance(15)) parameters[name] = this.value()
    return { ...(this.chance(95) ? { schemas: [SEARCH_REQUEST] } : {}), ...parameters }
  }

  read(): Request {
    const query = () => `?${new URLSearchParams(this.parameters())}`
    const endpoint = this.pick([...ENDPOINTS, 'Users'])
    const condition = this.chance(20) ? { headers: { 'If-None-Match': this.pick(['*', 'W/"1"', 'x', ',']) } } : {}
    return this.pick<() => Request>([
      () => ({ method: 'GET', path: `/${endpoint}${query()}` }),
      () => ({ method: 'GET', path: `/${endpoint}${query()}` }),
      () => ({ method: 'GET', path: `/${query()}` }),
      () => ({ method: 'GET', path: `/${endpoint}/${encodeURIComponent(this.id(endpoint))}${query()}`, ...condition }),
      () => ({ method: 'GET', path: this.pick(['/Schemas', '/ResourceTypes', '/ServiceProviderConfig', '/Me', '/x']) }),
      () => ({ method: 'POST', path: `/${endpoint}/.search`, body: this.broken(this.search()) }),
      () => ({ method: 'POST', path: '/.search', body: this.broken(this.search()) }),
    ])()
  }

  write(): Request {
    const endpoint = this.pick(ENDPOINTS)
    const own = `/${endpoint}/${encodeURIComponent(this.id(endpoint))}`
    const query = this.chance(20) ? `?${new URLSearchParams(this.parameters())}` : ''
    const condition = this.chance(10) ? { headers: { 'If-Match': this.pick(['*', 'W/"1"', '"1", x', '']) } } : {}
    return this.pick<() => Request>([
      () => ({ method: 'POST', path: `/${endpoint}${query}`, body: this.broken(this.resource(endpoint)) }),
      () => ({ method: 'PUT', path: own + query, body: this.broken(this.resource(endpoint)), ...condition }),
      () => ({ method: 'PATCH', path: own + query, body: this.broken(this.patch(endpoint)), ...condition }),
      () => ({ method: 'PATCH', path: own + query, body: this.broken(this.patch(endpoint)), ...condition }),
      () => ({ method: 'POST', path: '/Bulk', body: this.broken(this.bulk()) }),
      () => ({ method: 'POST', path: '/Bulk', body: this.broken(this.bulk()) }),
      () => (this.chance(30) ? { method: 'DELETE', path: own, ...condition } : this.write()),
    ])()
  }

  reference(): Record<string, unknown> {
    const value = `bulkId:${this.pick('abcde'.split(''))}`
    return this.chance(60) ? { members: [{ value }] } : { [ENTERPRISE]: { manager: { value } } }
  }

  /** Once in a while JSON that is none any more. */
  broken(body: unknown): unknown {
    return this.chance(5) ? this.scratched(JSON.stringify(body) ?? '', 100) : body
  }
}
