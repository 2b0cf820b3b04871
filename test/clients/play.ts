/** Plays a fixture to a tenant that is made for it, and holds each answer against what the client needs. */
import type { TestTenant, TestWorld } from '../support/app.ts'
import { ANYTHING, differences, filled, filledText, isObject, type Json, nullsIn, valueAt } from './json.ts'
import type { Answer, Exchange, Scenario } from './scenario.ts'

const MESSAGES = 'urn:ietf:params:scim:api:messages:2.0'

type Played = { readonly accept: string; readonly response: Response; readonly body: Json | undefined }
/** A client with its credential, and what it was answered so far. */
type Session = {
  readonly world: TestWorld
  readonly tenant: TestTenant
  readonly headers: Readonly<Record<string, string>>
  readonly known: { [name: string]: Json }
}

/** Throws an error that names the request, the answer and each difference between that and what is expected. */
export async function play(world: TestWorld, slug: string, scenario: Scenario): Promise<void> {
  const tenant = await world.tenant(slug)
  for (const attribute of scenario.attributes) await made(tenant.api('POST', '/user-attributes', attribute))
  const session: Session = { world, tenant, headers: await headersOf(tenant, scenario), known: {} }
  for (const { as, type, resource } of scenario.before) {
    world.advance(1000)
    session.known[as] = await made(tenant.scim('POST', `/${type}`, filled(resource, session.known)))
  }
  for (const exchange of scenario.exchanges) await playExchange(session, exchange)
}

async function headersOf(tenant: TestTenant, { client, credential, headers }: Scenario) {
  const conformance = credential === 'strict token' ? 'strict' : 'lenient'
  const token = await made(tenant.api('POST', '/scim-tokens', { description: client, conformance }))
  return { ...headers, Authorization: `Bearer ${String(valueAt(token, 'token'))}` }
}

async function playExchange(session: Session, { as, request, answer, then }: Exchange): Promise<void> {
  const played = await send(session, request)
  if (as !== undefined && played.body !== undefined) session.known[as] = played.body
  demand(session, request, played, answer)
  for (const look of then ?? []) {
    const seen = { method: 'GET', path: look.path } as const
    demand(session, seen, await send(session, seen), look)
  }
}

async function send({ world, tenant, headers, known }: Session, request: Exchange['request']): Promise<Played> {
  // Time passes between two requests, so that what changes is dated otherwise.
  world.advance(1000)
  const { 'Content-Type': type, ...others } = headers
  const content = request.body === undefined ? undefined : filled(request.body, known)
  const sent: Record<string, string> = {
    ...others,
    ...(content !== undefined && type ? { 'Content-Type': type } : {}),
    ...request.headers,
  }
  const response = await tenant.fetch(`/scim2${filledText(request.path, known)}`, {
    method: request.method,
    headers: sent,
    ...(content === undefined ? {} : { body: typeof content === 'string' ? content : JSON.stringify(content) }),
  })
  const text = await response.text()
  return { accept: sent.Accept ?? '', response, body: text === '' ? undefined : parsed(text) }
}

/** What is no JSON is text; the Content-Type of it will be wrong as well. */
function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

function demand({ known }: Session, { method, path }: Exchange['request'], played: Played, answer: Answer): void {
  const wrong = [...faultsOfForm(played), ...faultsOf(played, answer, known)]
  if (wrong.length === 0) return
  const { response, body } = played
  throw new Error(
    [`${method} ${filledText(path, known)} is answered ${response.status}`, JSON.stringify(body), ...wrong].join(
      '\n  ',
    ),
  )
}

/** What holds for every answer of a SCIM service, whoever asks. */
function faultsOfForm({ accept, response, body }: Played): string[] {
  const { status, headers } = response
  const faults = status >= 500 ? ['the service failed'] : []
  if (body === undefined) return status === 204 ? faults : [...faults, 'there is no body']
  const type = headers.get('Content-Type') ?? ''
  if (!isAccepted(type, accept)) faults.push(`Content-Type is ${type}`)
  faults.push(...nullsIn(body).map((place) => `${place} is null`))
  if (status >= 400) faults.push(...faultsOfError(status, body))
  const schemas = valueAt(body, 'schemas')
  if (Array.isArray(schemas) && schemas.includes(`${MESSAGES}:ListResponse`)) faults.push(...faultsOfList(body))
  if (status === 201 && headers.get('Location') !== valueAt(body, 'meta.location')) faults.push('Location is another')
  return faults
}

/** SCIM's own media type, or JSON's for who takes no other (RFC 7644 section 3.8): OneLogin does not. */
function isAccepted(type: string, accept: string): boolean {
  const takesScim = accept === '' || /application\/scim\+json|\*\/\*/.test(accept)
  return (takesScim ? /^application\/scim\+json(;|$)/ : /^application\/(scim\+)?json(;|$)/).test(type)
}

/** RFC 7644 section 3.12. */
function faultsOfError(status: number, body: Json): string[] {
  const faults = differences({ schemas: [`${MESSAGES}:Error`], status: String(status), detail: ANYTHING }, body)
  return typeof valueAt(body, 'detail') === 'string' ? faults : [...faults, 'detail is no text']
}

/** RFC 7644 section 3.4.2: Okta reads numbers. */
function faultsOfList(body: Json): string[] {
  const numbers = ['totalResults', 'itemsPerPage', 'startIndex']
  const faults = numbers.filter((name) => typeof valueAt(body, name) !== 'number').map((name) => `${name} is no number`)
  const resources = valueAt(body, 'Resources')
  if (!Array.isArray(resources)) return [...faults, 'there are no Resources']
  return valueAt(body, 'itemsPerPage') === resources.length ? faults : [...faults, 'itemsPerPage is not what is there']
}

function faultsOf({ response, body }: Played, answer: Answer, known: { [name: string]: Json }): string[] {
  const faults = differences(answer.status, response.status, 'status')
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    faults.push(...differences(filled(value, known), response.headers.get(name) ?? undefined, name))
  }
  if (answer.body !== undefined) faults.push(...differences(filled(answer.body, known), body))
  const present = (answer.absent ?? []).filter((path) => valueAt(body, filledText(path, known)) !== undefined)
  return [...faults, ...present.map((path) => `body.${path} should not be there`)]
}

/** The answer to what has to succeed before anything can be tested. */
async function made(answer: Promise<Response>): Promise<Json> {
  const response = await answer
  const body = parsed(await response.text())
  if (response.status !== 201 || !isObject(body))
    throw new Error(`not made: ${response.status} ${JSON.stringify(body)}`)
  return body
}
