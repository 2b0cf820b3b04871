/** A real SCIM target on 127.0.0.1, in memory (RFC 7644 as far as provisioning asks), that can be told to misbehave. */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { listed, type Paging, withoutMembers } from './target-pages.ts'

export type Json = Record<string, unknown>
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type Recorded = {
  readonly method: string
  /** Path and query, as it came. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** Undefined without a body; text if it is no JSON. */
  readonly body: unknown
}

/** What a request comes to in place of its answer. */
export type Fault =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers?: Record<string, string>
      readonly body?: unknown
    }
  /** Never answers; and never does it, or does it all the same. */
  | { readonly kind: 'silence' }
  | { readonly kind: 'lost' }
  /** Does what it was asked, and the connection is gone before the answer. */
  | { readonly kind: 'drop' }

export type Hold = { readonly arrived: Promise<void>; release(): void }

type Type = 'Users' | 'Groups'
export type Answer = { status: number; body?: unknown; headers?: Record<string, string> }

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error'
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'

export class FakeTarget {
  readonly requests: Recorded[] = []
  readonly users = new Map<string, Json>()
  readonly groups = new Map<string, Json>()
  /** Access tokens that its token endpoint gave. */
  readonly tokens: string[] = []
  /** Whether a userName or displayName that is taken is refused, as it should be. */
  isUnique = true
  /** What its ServiceProviderConfig says of PATCH; it has none if that is undefined. */
  saysPatch: boolean | undefined
  /** How it pages what it has. */
  paging: Paging = {}
  /** Which of the two it takes. */
  takes: ReadonlySet<'PUT' | 'PATCH'> = new Set(['PUT'])
  /** Decides by the headers who is let in; the others get 401. */
  admits: (headers: IncomingMessage['headers']) => boolean = () => true
  /** What a target of its kind refuses, whatever the request says else (target-kinds.ts). */
  refuses: (request: Recorded) => Answer | undefined = () => undefined
  /** The fault of this request, if it has one. */
  fault: (request: Recorded) => Fault | undefined = () => undefined
  #server: Server | undefined
  #port = 0
  #hold: { method: Method; arrive(): void; released: Promise<void> } | undefined

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`
  }
  get endpoints() {
    return { userEndpoint: `${this.origin}/scim/Users`, groupEndpoint: `${this.origin}/scim/Groups` }
  }
  get tokenEndpoint(): string {
    return `${this.origin}/token`
  }

  /** The requests that write, in short: 'POST Users', 'PUT Groups', and so on. */
  get writes(): string[] {
    return this.requests
      .filter(({ method, path }) => method !== 'GET' && path.startsWith('/scim/'))
      .map(({ method, path }) => `${method} ${path.split('/')[2]}`)
  }

  /** Starts it, or starts it again on its port with all that it had. */
  async up(): Promise<void> {
    const server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => response.destroy(error as Error))
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#port, '127.0.0.1', resolve)
    })
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  /** Ends it at once: connections are cut, and new ones are refused. */
  async down(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }

  /** Every request of this kind from now on ends so; without a fault all is well again. */
  misbehave(fault?: Fault, method?: Method): void {
    this.fault = (request) =>
      request.path.startsWith('/scim/') && (method ?? request.method) === request.method ? fault : undefined
  }

  /** The next request of this kind is done, and its answer held back until it is released. */
  hold(method: Method): Hold {
    const arrived = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    this.#hold = { method, arrive: arrived.resolve, released: released.promise }
    return { arrived: arrived.promise, release: released.resolve }
  }

  /** The operations of each PATCH that came. */
  get patches(): Json[][] {
    return this.requests.flatMap(({ method, body }) =>
      method === 'PATCH' ? [(body as Json).Operations as Json[]] : [],
    )
  }

  /** The one that it has under this name. */
  only(name: string): Json {
    return this.named(name)[0] ?? {}
  }

  /** What it has under a userName or displayName. */
  named(name: string): Json[] {
    return [...this.users.values(), ...this.groups.values()].filter((one) => nameOf(one) === name.toLowerCase())
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const recorded = await record(request)
    this.requests.push(recorded)
    const fault = this.fault(recorded)
    if (fault?.kind === 'silence') return
    const answer: Answer = fault?.kind === 'answer' ? fault : this.#answer(recorded)
    const hold = this.#hold?.method === recorded.method ? this.#hold : undefined
    if (hold) {
      this.#hold = undefined
      hold.arrive()
      await hold.released
    }
    if (fault?.kind === 'lost') return
    if (fault?.kind === 'drop') return void request.socket.destroy()
    const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
    response.writeHead(answer.status, { 'Content-Type': 'application/scim+json', ...answer.headers })
    response.end(answer.status === 204 ? undefined : body)
  }

  #answer({ method, path, headers, body }: Recorded): Answer {
    const url = new URL(path, this.origin)
    if (url.pathname === '/token') return this.#giveToken()
    if (!this.admits(headers)) return scimError(401, 'Who are you?')
    const refused = this.refuses({ method, path, headers, body })
    if (refused) return refused
    const [, , type, id] = url.pathname.split('/')
    if (type === 'ServiceProviderConfig' && (this.saysPatch !== undefined || this.paging.byCursor)) {
      const pagination = { cursor: this.paging.byCursor === true, index: true }
      return { status: 200, body: { patch: { supported: this.saysPatch === true }, pagination } }
    }
    if (type !== 'Users' && type !== 'Groups') return { status: 404, body: 'nothing here' }
    if (id !== undefined) return this.#answerOne(type, id, method, body as Json)
    if (method === 'POST') return this.#write(type, randomUUID(), body as Json, 201)
    if (!url.searchParams.has('filter')) return listed([...this.#all(type).values()], url.searchParams, this.paging)
    return this.#list(type, url.searchParams.get('filter') ?? '')
  }

  #answerOne(type: Type, id: string, method: string, body: Json): Answer {
    const present = this.#all(type).get(id)
    if (!present) return scimError(404, `${id} not found`)
    if ((method === 'PUT' || method === 'PATCH') && !this.takes.has(method))
      return { status: 405, body: 'no such method' }
    if (method === 'PUT') return this.#write(type, id, body, 200)
    if (method === 'PATCH') return this.#patch(type, id, present, body.Operations as PatchOperation[])
    if (method !== 'DELETE')
      return { status: 200, body: this.paging.showsMembers === false ? withoutMembers(present) : present }
    this.#all(type).delete(id)
    for (const group of this.groups.values()) {
      if (Array.isArray(group.members)) {
        group.members = (group.members as { value: string }[]).filter(({ value }) => value !== id)
      }
    }
    return { status: 204 }
  }

  #write(type: Type, id: string, body: Json, status: number): Answer {
    const { password: _password, ...rest } = body
    const same = [...this.#all(type)].some(([other, one]) => other !== id && nameOf(one) === nameOf(rest))
    if (same && this.isUnique) return scimError(409, 'The name is taken.', 'uniqueness')
    const members = Array.isArray(rest.members) ? (rest.members as { value: string }[]) : []
    const stranger = members.find(({ value }) => !this.users.has(value) && !this.groups.has(value))
    if (stranger) return scimError(400, `There is no member ${stranger.value}.`, 'invalidValue')
    const resource = { ...rest, id }
    this.#all(type).set(id, resource)
    return { status, body: resource }
  }

  /** All of it or nothing (RFC 7644 section 3.5.2); no more than 100 members at once, as AWS has it. */
  #patch(type: Type, id: string, present: Json, operations: readonly PatchOperation[]): Answer {
    const resource = structuredClone(present)
    let touched = 0
    for (const { op, path, value } of operations) {
      const [, member] = /^members\[value eq "(.+)"\]$/.exec(path) ?? []
      const members = (resource.members ?? []) as { value: string }[]
      if (member !== undefined) {
        touched++
        if (!members.some((one) => one.value === member)) return scimError(400, `${member} is no member`, 'noTarget')
        resource.members = members.filter((one) => one.value !== member)
      } else if (path === 'members' && op === 'add') {
        const added = value as { value: string }[]
        touched += added.length
        resource.members = [...members, ...added.filter((one) => !members.some((old) => old.value === one.value))]
      } else if (path === 'members' && op === 'remove' && value !== undefined) {
        const gone = (value as { value: string }[]).map((one) => one.value)
        touched += gone.length
        resource.members = members.filter((one) => !gone.includes(one.value))
      } else if (!setAt(resource, path, op === 'remove' ? undefined : value, op)) {
        return scimError(400, `${path} finds nothing`, 'noTarget')
      }
    }
    return touched > 100 ? scimError(400, 'Too many members at once.') : this.#write(type, id, resource, 200)
  }

  #list(type: Type, filter: string): Answer {
    const [, group, member] = /^id eq "(.+)" and members eq "(.+)"$/.exec(filter) ?? []
    if (group !== undefined) {
      const members = (this.groups.get(group)?.members ?? []) as { value: string }[]
      const isIn = members.some(({ value }) => value === member)
      return { status: 200, body: { totalResults: isIn ? 1 : 0, Resources: isIn ? [{ id: group }] : [] } }
    }
    const [, attribute = '', quoted = '""'] = /^(userName|externalId|displayName) eq (".*")$/.exec(filter) ?? []
    if (attribute === '') return scimError(400, `The filter is not understood: ${filter}`, 'invalidFilter')
    const value = String(JSON.parse(quoted))
    const fold = (text: unknown) => (attribute === 'externalId' ? String(text) : String(text).toLowerCase())
    const Resources = [...this.#all(type).values()].filter((one) => fold(one[attribute]) === fold(value))
    return { status: 200, body: { schemas: [LIST], totalResults: Resources.length, Resources } }
  }

  #giveToken(): Answer {
    const token = `access-token-${this.tokens.length + 1}-${randomUUID()}`
    this.tokens.push(token)
    return { status: 200, body: { access_token: token, token_type: 'Bearer' } }
  }

  #all(type: Type): Map<string, Json> {
    return type === 'Users' ? this.users : this.groups
  }
}

type PatchOperation = { readonly op: string; readonly path: string; readonly value?: unknown }

/** An attribute, a part of it, or one of its values by its type; false if a filter finds none that is to be replaced. */
function setAt(resource: Json, path: string, value: unknown, op: string): boolean {
  const [, many, type, part] = /^(\w+)\[type eq "([^"]+)"\](?:\.(\w+))?$/.exec(path) ?? []
  if (many !== undefined) {
    const all = (resource[many] ?? []) as Json[]
    const found = all.find((one) => one.type === type)
    if (!found && op === 'replace') return false
    if (part === undefined) resource[many] = all.filter((one) => one !== found)
    else resource[many] = [...all.filter((one) => one !== found), { ...(found ?? { type }), [part]: value }]
    return true
  }
  const end = path.lastIndexOf(':')
  const [name = '', sub] = path.slice(end + 1).split('.')
  const urn = end < 0 ? undefined : path.slice(0, end)
  const holder = urn === undefined ? resource : { ...(resource[urn] as Json | undefined) }
  holder[name] = sub === undefined ? value : { ...(holder[name] as Json | undefined), [sub]: value }
  if (value === undefined && sub === undefined) delete holder[name]
  if (urn !== undefined) resource[urn] = holder
  return true
}

/** A target that is up. */
export async function fakeTarget(): Promise<FakeTarget> {
  const target = new FakeTarget()
  await target.up()
  return target
}

/** An error as SCIM has it (RFC 7644 section 3.12). */
export function scimError(status: number, detail: string, scimType?: string): Answer {
  return { status, body: { schemas: [ERROR], status: String(status), detail, ...(scimType ? { scimType } : {}) } }
}

function nameOf(resource: Json): string {
  return String(resource.userName ?? resource.displayName).toLowerCase()
}

async function record(request: IncomingMessage): Promise<Recorded> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  const isJson = /json/.test(request.headers['content-type'] ?? '')
  const body: unknown = text === '' ? undefined : isJson ? JSON.parse(text) : text
  return { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body }
}
