/** What was decided of people who came from providers, and what would be, in the management API. */
import { beforeAll, expect, test } from 'vitest'
import { type Arrivals, arrivalsWorld, BY_EMAIL, ISSUER, JIT, whoIs } from '../federation/arrivals.ts'
import { basicHeader, type TestTenant } from '../support/app.ts'
import { contentsOf } from '../support/contents.ts'
import { answered, type Json, problem } from './world.ts'

const PASSWORD = 'MyPa33w@rd'
let world: Arrivals
let tenant: TestTenant
let corp: string
let kim: string
beforeAll(async () => {
  world = await arrivalsWorld()
  tenant = await world.tenant()
  corp = await world.connect(BY_EMAIL)
  const other = await world.connect()
  kim = whoIs(await world.arrive(corp, { sub: 'kim', preferred_username: 'kim', name: 'Kim' }))
  await world.arrive(corp, { sub: 'kim', preferred_username: 'kim' })
  await world.arrive(other, { sub: 'lee', preferred_username: 'lee' })
})

type Page = { readonly items: Json[]; readonly nextCursor?: string }
const listed = async (query: Record<string, string> = {}) =>
  (await answered(tenant.api('GET', `/sign-in-decisions?${new URLSearchParams(query)}`))) as unknown as Page
const dryRun = (body: object, id = corp, of = tenant) => of.api('POST', `/connections/${id}/dry-run`, body)

test('the log has the newest first, and tells of each what and why in a sentence', async () => {
  const { items } = await listed()
  expect(items.map(({ subject, decision }) => [subject, decision])).toEqual([
    ['lee', 'create'],
    ['kim', 'sign-in'],
    ['kim', 'create'],
  ])
  expect(items[1]).toEqual({
    id: expect.any(String),
    at: expect.any(String),
    connection: corp,
    connectionName: 'IdP 1',
    issuer: ISSUER,
    subject: 'kim',
    display: 'kim',
    userId: kim,
    decision: 'sign-in',
    reason: 'linked-before',
    explanation: 'The account that is linked with this person is signed in to.',
    details: { sync: 'override' },
  })
  expect(await answered(tenant.api('GET', `/sign-in-decisions/${items[1]?.id}`))).toEqual(items[1])
})

test('it pages with a cursor, each decision once, and is narrowed', async () => {
  const { items, nextCursor = '' } = await listed({ limit: '2' })
  const rest = await listed({ limit: '2', cursor: nextCursor })
  expect([...items, ...rest.items].map(({ subject }) => subject)).toEqual(['lee', 'kim', 'kim'])
  expect(rest.nextCursor).toBeUndefined()
  expect((await listed({ connection: corp })).items).toHaveLength(2)
  expect((await listed({ user: kim, decision: 'create' })).items).toHaveLength(1)
  expect((await listed({ decision: 'refuse' })).items).toEqual([])
  expect(await problem(tenant.api('GET', '/sign-in-decisions?decision=maybe'))).toMatchObject({ status: 400 })
  expect(await problem(tenant.api('GET', '/sign-in-decisions?cursor=%ff'))).toMatchObject({ status: 400 })
  expect(await problem(tenant.api('GET', '/sign-in-decisions/none'))).toMatchObject({ status: 404 })
})

test('a dry run of somebody new tells the account that she would get, and leaves nothing behind', async () => {
  const before = await contentsOf(world.db)
  const claims = { sub: 'ann', preferred_username: 'kim', name: 'Ann', email: 'ann@corp.example', email_verified: true }
  expect(await answered(dryRun({ claims }))).toMatchObject({
    decision: 'create',
    reason: 'new',
    explanation: 'A new account is made: kim.idp-1. By the rule email = emails nobody was found.',
    userName: 'kim.idp-1',
    user: { userName: 'kim.idp-1', displayName: 'Ann', emails: [{ value: 'ann@corp.example', primary: true }] },
  })
  expect(await contentsOf(world.db)).toEqual(before)
})

test('a dry run of who is linked tells which attributes would change', async () => {
  const claims = { sub: 'kim', name: 'Kim Berry' }
  const run = await answered(dryRun({ claims, issuer: ISSUER }))
  expect(run).toMatchObject({
    decision: 'sign-in',
    userId: kim,
    changes: [
      { attribute: 'displayName', to: 'Kim Berry' },
      { attribute: 'name', to: { formatted: 'Kim Berry' } },
    ],
  })
})

test('a dry run tells of a link, a proof, a question and a refusal, and why', async () => {
  const emails = [{ value: 'bo@corp.example', primary: true }]
  const bo = await world.kept({ userName: 'bo', emails })
  const claims = { sub: 'bo', email: 'bo@corp.example', email_verified: true }
  expect(await answered(dryRun({ claims }))).toMatchObject({
    decision: 'link',
    userId: bo,
    reason: 'linked-by-attribute',
    explanation: 'The account with her verified address is linked.',
  })
  const unverified = await answered(dryRun({ claims: { ...claims, email_verified: false } }))
  expect(unverified).toMatchObject({
    decision: 'create',
    explanation:
      'A new account is made: user@idp-1. By the rule email = emails nobody was looked for: it is not the address that the provider has verified.',
  })
  const asking = await world.connect({
    domains: ['ask.example'],
    jit: { ...JIT, scheme: 'username', requiredAttributes: ['title'], restrictToDomains: true },
  })
  const asked = { subject: 'cy', claims: { email: 'cy@ask.example', email_verified: true } }
  expect(await answered(dryRun(asked, asking))).toMatchObject({
    decision: 'ask',
    userName: 'cy@ask.example',
    asks: ['userName', 'password', 'consent', 'title'],
  })
  expect(await answered(dryRun({ ...asked, claims: {} }, asking))).toMatchObject({
    decision: 'refuse',
    reason: 'domain-not-allowed',
    explanation: 'Only people of the connection’s domains get an account, and her e-mail address is missing.',
  })
})

test('a dry run needs to know who would come, and takes nothing else', async () => {
  expect(await problem(dryRun({ claims: {} }))).toMatchObject({ status: 400, errors: [{ field: 'subject' }] })
  expect(await problem(dryRun({ subject: 'x' }))).toMatchObject({ status: 400, errors: [{ field: 'claims' }] })
  expect(await problem(dryRun({ claims: {}, subject: 'x', answers: {} }))).toMatchObject({ status: 400 })
  expect(await problem(dryRun({ claims: { sub: 'x' } }, 'none'))).toMatchObject({ status: 404 })
  // The issuer of a directory that is named by a domain has its id: it would have to be asked for.
  const microsoft = { issuer: 'https://login.microsoftonline.com/contoso.com/v2.0', preset: 'entra' } as const
  const entra = { type: 'oidc', clientId: 'c', clientSecret: 's', ...microsoft } as const
  for (const authenticator of [undefined, entra]) {
    const unknown = await world.connect({ authenticator })
    expect(await problem(dryRun({ claims: { sub: 'x' } }, unknown))).toMatchObject({
      status: 400,
      errors: [{ field: 'issuer' }],
    })
  }
})

test('none of it is for another tenant, for nobody, or for who may not read or change connections', async () => {
  const acme = await world.tenant('acme')
  const [{ id } = { id: '' }] = (await listed()).items
  expect(await answered(acme.api('GET', '/sign-in-decisions'))).toEqual({ items: [] })
  expect((await acme.api('GET', `/sign-in-decisions/${id}`)).status).toBe(404)
  expect((await dryRun({ claims: { sub: 'kim' } }, corp, acme)).status).toBe(404)
  const made = await answered(tenant.scim('POST', '/Users', { userName: 'reader', password: PASSWORD }), 201)
  const permissions = [{ value: 'connections:read' }]
  const role = { displayName: 'Readers', users: [{ value: made.id }], permissions }
  expect((await tenant.scim('POST', '/v2/Roles', role)).status).toBe(201)
  const writer = await answered(tenant.scim('POST', '/Users', { userName: 'writer', password: PASSWORD }), 201)
  const writing = [...permissions, { value: 'connections:write' }]
  await tenant.scim('POST', '/v2/Roles', {
    displayName: 'Writers',
    users: [{ value: writer.id }],
    permissions: writing,
  })
  await answered(tenant.scim('POST', '/Users', { userName: 'plain', password: PASSWORD }), 201)
  const body = JSON.stringify({ claims: { sub: 'kim' } })
  const calls: readonly (readonly [string, RequestInit])[] = [
    ['/sign-in-decisions', {}],
    [`/sign-in-decisions/${id}`, {}],
    [`/connections/${corp}/dry-run`, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } }],
  ]
  const statuses = (Authorization?: string) =>
    Promise.all(
      calls.map(async ([path, init]) => {
        const headers = { ...init.headers, ...(Authorization === undefined ? {} : { Authorization }) }
        return (await tenant.fetch(`/api/v1${path}`, { ...init, headers })).status
      }),
    )
  expect(await statuses()).toEqual([401, 401, 401])
  expect(await statuses(basicHeader('plain', PASSWORD))).toEqual([403, 403, 403])
  // What would become of somebody tells whose account an address is: that is for who may change connections and read users.
  expect(await statuses(basicHeader('reader', PASSWORD))).toEqual([200, 200, 403])
  expect(await statuses(basicHeader('writer', PASSWORD))).toEqual([200, 200, 403])
})
