/** Whatever is asked, the service stands: it refuses in the words of RFC 7644 section 3.12, and what it refuses it does not do. */
import { beforeAll, expect, test } from 'vitest'
import { Fuzz, type Request } from './fuzz.ts'
import type { Known } from './fuzz-values.ts'
import {
  type Ask,
  CUSTOM,
  define,
  get,
  group,
  type Json,
  type List,
  post,
  type Service,
  service,
  stored,
  USER,
  user,
} from './world.ts'

const READS = 6000
const WRITES = 3000
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error'

let scim: Service
let known: Known
const faults: string[] = []
beforeAll(async () => {
  scim = await service()
  const { tenant, strict } = scim
  await define(tenant, { name: 'score', type: 'decimal' })
  await define(tenant, { name: 'at', type: 'dateTime' })
  await define(tenant, { name: 'tags', type: 'string', multiValued: true })
  const uris = { name: 'uris', type: 'string', multiValued: true }
  await define(tenant, { name: 'event', type: 'complex', subAttributes: [uris] })
  const parts = ['type', 'plate'].map((name) => ({ name, type: 'string' }))
  await define(tenant, { name: 'cars', type: 'complex', multiValued: true, subAttributes: parts })
  const custom = { score: 1.5, at: '2011-05-13T04:42:34Z', tags: ['a'], event: { uris: ['u'] }, cars: [{ type: 'x' }] }
  const ann = await post(strict, '/Users', { schemas: [USER, CUSTOM], userName: 'ann', [CUSTOM]: custom })
  const emails = [{ value: 'b@x', type: 'work', primary: true }, { value: 'c@x' }]
  const bob = await post(strict, '/Users', user({ userName: 'bob', title: 'T', emails, name: { givenName: 'B' } }))
  const one = await post(strict, '/Groups', group({ displayName: 'one', members: [{ value: ann.id }] }))
  const two = await post(strict, '/Groups', group({ displayName: 'two', members: [{ value: one.id }] }))
  const roles = await get<List>(strict, '/Roles')
  const ids = { Users: [ann.id, bob.id], Groups: [one.id, two.id], Roles: roles.Resources.map(({ id }) => id) }
  const page = await get<List>(strict, '/Users?cursor&count=1')
  known = { ids, cursors: [String(page.nextCursor)] }
})

/** What is wrong with an error, undefined if nothing is. */
function faultOf(body: Json, status: number): string | undefined {
  const isRight =
    JSON.stringify(body.schemas) === JSON.stringify([ERROR]) &&
    body.status === String(status) &&
    typeof body.detail === 'string' &&
    body.detail !== '' &&
    ['string', 'undefined'].includes(typeof body.scimType)
  return isRight ? undefined : `is no SCIM Error: ${JSON.stringify(body)}`
}

/** Asks, and remembers what is wrong with the answer; gives the statuses of all that it tells of. */
async function asked(ask: Ask, request: Request): Promise<number[]> {
  const fault = (what: string) => faults.push(`${what} — ${JSON.stringify(request).slice(0, 1500)}`)
  const body = request.body === undefined && request.method !== 'GET' ? '' : request.body
  const answer = await ask(request.method, request.path, body, request.headers)
  const text = await answer.text()
  const { status } = answer
  if (status >= 500 && status !== 501) fault(`${status} ${text}`)
  if (status === 204 || status === 304) return [status]
  if (!/^application\/scim\+json\b/.test(answer.headers.get('Content-Type') ?? '')) fault(`${status} is no SCIM`)
  const parsed = JSON.parse(text) as Json
  if (status >= 400) {
    const wrong = faultOf(parsed, status)
    if (wrong) fault(`${status} ${wrong}`)
    return [status]
  }
  if (/[:,[]null\b/.test(text)) fault(`${status} shows null: ${text}`)
  if (typeof parsed.nextCursor === 'string' && known.cursors.length < 20) known.cursors.push(parsed.nextCursor)
  if (request.path !== '/Bulk') return [status]
  const outcomes = parsed.Operations as { status: string; response?: Json }[]
  for (const outcome of outcomes) {
    if (Number(outcome.status) >= 500) fault(`in a Bulk ${JSON.stringify(outcome)}`)
    const wrong = Number(outcome.status) < 400 ? undefined : faultOf(outcome.response ?? {}, Number(outcome.status))
    if (wrong) fault(`in a Bulk ${wrong}`)
  }
  return outcomes.map((outcome) => Number(outcome.status))
}

/** Sees to it that there are people and groups to ask for, whatever was deleted. */
async function refresh(fuzz: Fuzz): Promise<void> {
  for (const endpoint of ['Users', 'Groups', 'Roles']) {
    const list = await get<List>(scim.strict, `/${endpoint}?count=20&attributes=id,userName`)
    const ids = list.Resources.map(({ id, userName }) => (userName === 'admin' ? '' : id)).filter((id) => id !== '')
    for (let i = ids.length; i < 3 && endpoint !== 'Roles'; i++) {
      const name = `made ${fuzz.below(1e9)}`
      const body = endpoint === 'Users' ? user({ userName: name }) : group({ displayName: name })
      ids.push((await post(scim.strict, `/${endpoint}`, body)).id)
    }
    known.ids[endpoint]?.splice(0, Infinity, ...ids)
  }
}

/** A SCIM token may not change roles: the administrator does. */
const clients = () => [scim.strict, scim.lenient, scim.tenant.scim]

test('whatever a query asks, it is answered or refused, and changes nothing', async () => {
  const fuzz = new Fuzz(1, known)
  const before = await stored(scim)
  let found = 0
  for (let i = 0; i < READS && faults.length < 20; i++) {
    const statuses = await asked(fuzz.pick(clients()), fuzz.read())
    if (statuses[0] === 200) found++
  }
  expect(faults.splice(0)).toEqual([])
  expect(await stored(scim)).toBe(before)
  expect(found).toBeGreaterThan(READS / 10)
})

test('whatever a change asks, it is done or refused, and what is refused was not done', async () => {
  const fuzz = new Fuzz(2, known)
  let before = ''
  let [refused, done] = [0, 0]
  for (let i = 0; i < WRITES && faults.length < 20; i++) {
    if (i % 20 === 0) {
      await refresh(fuzz)
      before = await stored(scim)
    }
    const request = fuzz.write()
    const isOfRoles = request.path.includes('Roles') && fuzz.chance(80)
    const statuses = await asked(isOfRoles ? scim.tenant.scim : fuzz.pick(clients()), request)
    const after = await stored(scim)
    const isRefused = statuses.every((status) => status >= 400)
    if (isRefused && after !== before) faults.push(`refused, and done: ${JSON.stringify(request).slice(0, 1500)}`)
    if (isRefused) refused++
    else done++
    before = after
  }
  expect(faults.splice(0)).toEqual([])
  expect(refused).toBeGreaterThan(WRITES / 10)
  expect(done).toBeGreaterThan(WRITES / 20)
})
