/**
 * Salesforce's token endpoint and its REST API as far as users go, as its documentation says: sObject User, User Password
 * and Query; errors as a list; no DELETE of a user; a Username is one of all organizations.
 */
import { randomUUID } from 'node:crypto'
import { type Answered, type Asked, FakeApi, type Json } from './fake-api.ts'

export const CONNECTED_APP = {
  clientId: '3MVG9.consumer-key',
  clientSecret: 'consumer-secret-of-app',
  username: 'integration@acme.example',
  password: 'password-and-token',
}
export const PROFILE_ID = '00e000000000001AAA'
const REQUIRED = [
  'Username',
  'LastName',
  'Email',
  'Alias',
  'ProfileId',
  'TimeZoneSidKey',
  'LocaleSidKey',
  'EmailEncodingKey',
  'LanguageLocaleKey',
]
const OPTIONAL = ['FirstName', 'IsActive', 'FederationIdentifier', 'Postern_Id__c']

export class FakeSalesforce extends FakeApi {
  readonly users = new Map<string, Json>()
  readonly passwords = new Map<string, string[]>()
  /** Usernames of other organizations. */
  readonly elsewhere = new Set<string>()
  /** Access tokens that are good. */
  readonly tokens = new Set<string>()
  given = 0

  get settings() {
    return {
      apiVersion: 'v64.0',
      domainName: this.origin,
      tokenEndpoint: `${this.origin}/services/oauth2/token`,
      profileId: PROFILE_ID,
      ...CONNECTED_APP,
    }
  }
  get tokenRequests(): readonly Asked[] {
    return this.requests.filter(({ path }) => path === '/services/oauth2/token')
  }
  /** What wrote, in short. */
  get writes(): readonly string[] {
    return this.requests
      .filter(({ method, path }) => method !== 'GET' && path !== '/services/oauth2/token')
      .map(({ method, path }) => (path.endsWith('/password') ? 'password' : method))
  }

  named(username: string): Json | undefined {
    return [...this.users.values()].find(({ Username }) => Username === username)
  }

  add(user: Json): string {
    const Id = `005${String(this.users.size).padStart(12, '0')}AAA`
    this.users.set(Id, { Id, IsActive: false, FederationIdentifier: null, ...user })
    return Id
  }

  protected answer(asked: Asked, url: URL): Answered {
    if (url.pathname === '/services/oauth2/token') return this.#giveToken(asked)
    const token = asked.headers.authorization?.replace('Bearer ', '') ?? ''
    if (!this.tokens.has(token)) return salesforceError(401, 'INVALID_SESSION_ID', 'Session expired or invalid')
    const [, services, data, version, ...path] = url.pathname.split('/')
    if (services !== 'services' || data !== 'data' || version !== 'v64.0') return NOT_FOUND
    if (path[0] === 'query') return this.#query(url.searchParams.get('q') ?? '')
    if (path[0] !== 'sobjects' || path[1] !== 'User') return NOT_FOUND
    const [, , id, part] = path
    if (id === undefined || id === '') return asked.method === 'POST' ? this.#create(asked.body ?? {}) : NOT_ALLOWED
    const user = this.users.get(id)
    if (!user) return NOT_FOUND
    if (part === 'password' && asked.method === 'POST') return this.#setPassword(id, String(asked.body?.NewPassword))
    if (asked.method === 'GET') return this.#read(user, url.searchParams.get('fields'))
    if (asked.method === 'PATCH') return this.#update(user, asked.body ?? {})
    if (asked.method !== 'DELETE') return NOT_ALLOWED
    return salesforceError(400, 'INSUFFICIENT_ACCESS_OR_READONLY', 'entity type User is not deletable')
  }

  #giveToken({ body = {} }: Asked): Answered {
    const isApp = body.client_id === CONNECTED_APP.clientId && body.client_secret === CONNECTED_APP.clientSecret
    if (!isApp)
      return { status: 400, body: { error: 'invalid_client', error_description: 'invalid client credentials' } }
    const isUser = body.username === CONNECTED_APP.username && body.password === CONNECTED_APP.password
    if (body.grant_type === 'password' ? !isUser : body.grant_type !== 'client_credentials') {
      return { status: 400, body: { error: 'invalid_grant', error_description: 'authentication failure' } }
    }
    const access_token = `00D000!${randomUUID()}`
    this.given++
    this.tokens.add(access_token)
    const issued_at = String(Date.now())
    return { status: 200, body: { access_token, instance_url: this.origin, token_type: 'Bearer', issued_at } }
  }

  #create(body: Json): Answered {
    const missing = REQUIRED.filter((name) => !body[name])
    if (missing.length > 0) {
      return salesforceError(400, 'REQUIRED_FIELD_MISSING', `Required fields are missing: [${missing.join(', ')}]`)
    }
    const refused = this.#refused(body, undefined)
    if (refused) return refused
    const id = this.add(body)
    return { status: 201, body: { id, success: true, errors: [] } }
  }

  #update(user: Json, body: Json): Answered {
    const refused = this.#refused(body, user)
    if (refused) return refused
    Object.assign(user, body)
    return { status: 204 }
  }

  #refused(body: Json, user: Json | undefined): Answered | undefined {
    const unknown = Object.keys(body).find((name) => ![...REQUIRED, ...OPTIONAL].includes(name))
    if (unknown) return salesforceError(400, 'INVALID_FIELD', `No such column '${unknown}' on sobject of type User`)
    const { Username, FederationIdentifier, Alias } = body
    if (typeof Alias === 'string' && Alias.length > 8) return salesforceError(400, 'STRING_TOO_LONG', 'Alias: too long')
    const others = [...this.users.values()].filter((one) => one !== user)
    if (typeof Username === 'string') {
      if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(Username) || Username.length > 80) {
        return salesforceError(400, 'INVALID_EMAIL_ADDRESS', 'Username: invalid email address')
      }
      if (this.elsewhere.has(Username) || others.some((one) => one.Username === Username)) {
        return salesforceError(400, 'DUPLICATE_USERNAME', 'Duplicate Username. Another user has already selected it.')
      }
    }
    if (FederationIdentifier && others.some((one) => one.FederationIdentifier === FederationIdentifier)) {
      return salesforceError(400, 'DUPLICATE_VALUE', 'duplicate value found: FederationIdentifier')
    }
    return undefined
  }

  #read(user: Json, fields: string | null): Answered {
    const names = ['Id', ...(fields ?? '').split(',')]
    return { status: 200, body: { attributes: { type: 'User' }, ...pick(user, names) } }
  }

  #setPassword(id: string, password: string): Answered {
    const before = this.passwords.get(id) ?? []
    if (password.length < 8) return salesforceError(400, 'INVALID_NEW_PASSWORD', 'Your password must be 8 characters')
    if (before.includes(password)) return salesforceError(400, 'INVALID_NEW_PASSWORD', 'invalid repeated password')
    this.passwords.set(id, [...before, password])
    return { status: 204 }
  }

  /** SELECT … FROM User [WHERE one field = 'a text'] [LIMIT n]. */
  #query(soql: string): Answered {
    const pattern = /^SELECT ([\w, ]+) FROM User(?: WHERE (\w+) = '((?:[^'\\]|\\.)*)')?(?: LIMIT (\d+))?$/
    const match = pattern.exec(soql)
    if (!match) return salesforceError(400, 'MALFORMED_QUERY', `unexpected token: ${soql}`)
    const [, fields = '', field, value = '', limit = '200'] = match
    const names = fields.split(', ')
    const known = ['Id', ...REQUIRED, ...OPTIONAL]
    const unknown = [...names, ...(field ? [field] : [])].find((name) => !known.includes(name))
    if (unknown) return salesforceError(400, 'INVALID_FIELD', `No such column '${unknown}' on entity 'User'`)
    const text = value.replaceAll(/\\(.)/g, '$1').toLowerCase()
    const records = [...this.users.values()]
      .filter((user) => field === undefined || String(user[field]).toLowerCase() === text)
      .slice(0, Number(limit))
      .map((user) => ({ attributes: { type: 'User' }, ...pick(user, names) }))
    return { status: 200, body: { totalSize: records.length, done: true, records } }
  }
}

export function salesforceError(status: number, errorCode: string, message: string): Answered {
  return { status, body: [{ message, errorCode, fields: [] }] }
}

const NOT_FOUND = salesforceError(404, 'NOT_FOUND', 'The requested resource does not exist')
const NOT_ALLOWED = salesforceError(405, 'METHOD_NOT_ALLOWED', 'HTTP Method not allowed')

function pick(user: Json, names: readonly string[]): Json {
  return Object.fromEntries(names.filter((name) => name !== '').map((name) => [name, user[name] ?? null]))
}
