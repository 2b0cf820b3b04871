/**
 * Google's token endpoint and the users of its Directory API, as their documentation says: a service account's JWT for a
 * bearer token, users by id, address or alias, a search whose index may be behind, and Google's form of errors.
 */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { decodeJwt, importSPKI, jwtVerify } from 'jose'
import { type Answered, type Asked, FakeApi, type Json } from './fake-api.ts'

const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
export const SERVICE_ACCOUNT = {
  serviceAccountEmail: 'postern@acme-123.iam.gserviceaccount.com',
  privateKey: pair.privateKey,
  adminEmail: 'tom@acme.example',
}

export class FakeGoogle extends FakeApi {
  readonly users = new Map<string, Json>()
  /** Access tokens that are good. */
  readonly tokens = new Set<string>()
  given = 0
  /** How long a token is good for, as it says. */
  tokenSeconds = 3599
  /** Whether the search knows of the latest users. */
  isIndexed = true
  /** The moment that tokens are checked against. */
  now = () => new Date()

  get endpoints() {
    return { apiUrl: this.origin, tokenEndpoint: `${this.origin}/token` }
  }
  get tokenRequests(): readonly Asked[] {
    return this.requests.filter(({ path }) => path === '/token')
  }
  /** What wrote, in short. */
  get writes(): readonly string[] {
    return this.requests.filter(({ method, path }) => method !== 'GET' && path !== '/token').map(({ method }) => method)
  }

  /** The one of this address. */
  at(email: string): Json | undefined {
    return [...this.users.values()].find((user) => user.primaryEmail === email)
  }

  add(user: Json): string {
    const id = String(100000 + this.users.size)
    this.users.set(id, { id, kind: 'admin#directory#user', ...user })
    return id
  }

  /** Whether the assertion of a token request is the service account's, for the administrator and this endpoint. */
  async verify({ body }: Asked) {
    const key = await importSPKI(pair.publicKey, 'RS256')
    const options = { audience: this.endpoints.tokenEndpoint, issuer: SERVICE_ACCOUNT.serviceAccountEmail }
    return jwtVerify(String(body?.assertion), key, { ...options, algorithms: ['RS256'], currentDate: this.now() })
  }

  protected answer(asked: Asked, url: URL): Answered {
    if (url.pathname === '/token') return this.#giveToken(asked)
    const token = asked.headers.authorization?.replace('Bearer ', '') ?? ''
    if (!this.tokens.has(token)) return googleError(401, 'authError', 'Invalid Credentials')
    const [, api, name, version, type, key, ...rest] = url.pathname.split('/')
    if (api !== 'admin' || name !== 'directory' || version !== 'v1' || type !== 'users' || rest.length > 0) {
      return { status: 404, body: '<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>' }
    }
    if (key !== undefined) return this.#one(asked, decodeURIComponent(key))
    return asked.method === 'POST' ? this.#insert(asked.body ?? {}) : this.#list(url.searchParams)
  }

  #giveToken({ body }: Asked): Answered {
    if (body?.grant_type !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
      return { status: 400, body: { error: 'unsupported_grant_type' } }
    }
    const { sub, iss, exp = 0, iat = 0 } = decodeJwt(String(body.assertion))
    if (iss !== SERVICE_ACCOUNT.serviceAccountEmail || exp - iat > 3600) {
      return { status: 400, body: { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' } }
    }
    if (sub !== SERVICE_ACCOUNT.adminEmail) {
      const error_description = 'Client is unauthorized to retrieve access tokens using this method.'
      return { status: 401, body: { error: 'unauthorized_client', error_description } }
    }
    const access_token = `ya29.${randomUUID()}`
    this.given++
    this.tokens.add(access_token)
    return { status: 200, body: { access_token, expires_in: this.tokenSeconds, token_type: 'Bearer' } }
  }

  /** users.insert */
  #insert(body: Json): Answered {
    const { password, name, primaryEmail } = body
    const { givenName, familyName } = (name ?? {}) as Json
    if (!primaryEmail || !givenName || !familyName) return googleError(400, 'required', 'Missing required field')
    if (typeof password !== 'string' || password.length < 8 || password.length > 100) {
      return googleError(400, 'invalid', 'Invalid Password')
    }
    if (this.#holder(String(primaryEmail))) return googleError(409, 'duplicate', 'Entity already exists.')
    const id = this.add(body)
    return { status: 200, body: shown(this.users.get(id)) }
  }

  /** users.list: by externalId, which is all that we ask for, or all of the customer. */
  #list(query: URLSearchParams): Answered {
    if (query.get('customer') !== 'my_customer') return googleError(400, 'badRequest', 'Bad Request')
    const [, wanted] = /^externalId='(.*)'$/.exec(query.get('query') ?? '') ?? []
    const isWanted = ({ externalIds }: Json) =>
      wanted === undefined || ((externalIds ?? []) as Json[]).some(({ value }) => value === wanted)
    const users = this.isIndexed ? [...this.users.values()].filter(isWanted).map(shown) : []
    return { status: 200, body: { kind: 'admin#directory#users', ...(users.length > 0 ? { users } : {}) } }
  }

  #one({ method, body = {} }: Asked, key: string): Answered {
    const user = this.users.get(key) ?? this.#holder(key)
    if (!user) return googleError(404, 'notFound', 'Resource Not Found: userKey')
    if (method === 'GET') return { status: 200, body: shown(user) }
    if (method === 'DELETE') {
      this.users.delete(String(user.id))
      return { status: 204 }
    }
    if (method !== 'PATCH') return { status: 404, body: 'Not Found' }
    const { primaryEmail } = body
    const holder = primaryEmail === undefined ? undefined : this.#holder(String(primaryEmail))
    if (holder && holder.id !== user.id) return googleError(409, 'duplicate', 'Entity already exists.')
    // Whose address changes keeps the one before as an alias.
    const isRenamed = primaryEmail !== undefined && primaryEmail !== user.primaryEmail
    if (isRenamed) user.aliases = [...((user.aliases ?? []) as string[]), String(user.primaryEmail)]
    Object.assign(user, body)
    return { status: 200, body: shown(user) }
  }

  #holder(email: string): Json | undefined {
    return [...this.users.values()].find(
      ({ primaryEmail, aliases }) => primaryEmail === email || ((aliases ?? []) as string[]).includes(email),
    )
  }
}

/** No answer tells a password. */
function shown(user: Json | undefined): Json {
  const { password: _password, ...rest } = user ?? {}
  return rest
}

export function googleError(code: number, reason: string, message: string): Answered {
  return { status: code, body: { error: { code, message, errors: [{ domain: 'global', reason, message }] } } }
}
