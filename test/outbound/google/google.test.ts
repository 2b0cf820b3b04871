/** Google Workspace, by its Directory API, through the whole engine. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readTargetState } from '../../../src/outbound/target/queries.ts'
import { FakeGoogle, googleError, SERVICE_ACCOUNT } from '../../support/fake-google.ts'
import { outboundWorld, PASSWORD, type World } from '../world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
let world: World
let google: FakeGoogle
let ids: { connection: string; connector: string }

async function connect(change: Record<string, unknown> = {}) {
  const settings = { type: 'google', domainName: 'acme.example', ...SERVICE_ACCOUNT, ...google.endpoints, ...change }
  ids = await world.connect(settings)
}

beforeEach(async () => {
  world = await outboundWorld()
  google = new FakeGoogle()
  google.now = () => world.platform.now()
  await google.up()
})
afterEach(() => Promise.all([google.down(), world.target.down()]))

const KIM = { name: { givenName: 'Kim', familyName: 'Berry' } }
const bodies = (method: string) => google.requests.filter((one) => one.method === method).map(({ body }) => body)

describe('a user', () => {
  beforeEach(() => connect())

  test('who is created over SCIM arrives with her names, a password and our id', async () => {
    const tenant = await world.tenant()
    const body = { schemas: [], userName: 'Kim', password: PASSWORD, ...KIM }
    const { id } = (await (await tenant.scim('POST', '/Users', body)).json()) as { id: string }
    await world.deliver()
    expect(google.at('kim@acme.example')).toMatchObject({
      name: { givenName: 'Kim', familyName: 'Berry' },
      suspended: false,
      password: PASSWORD,
      externalIds: [{ value: id, type: 'custom', customType: 'postern' }],
    })
    expect(await world.delivery(id)).toMatchObject({ state: 'delivered', answers: ['POST 200'] })
    expect(google.requests.at(-1)?.headers).toMatchObject({ 'content-type': 'application/json' })
  })

  test('without names is called by her user name, and without a password gets one that nobody knows', async () => {
    await world.createUser('kim')
    await world.createUser('ann')
    await world.deliver()
    expect(google.at('kim@acme.example')).toMatchObject({ name: { givenName: 'kim', familyName: 'kim' } })
    const passwords = ['kim', 'ann'].map((name) => google.at(`${name}@acme.example`)?.password)
    expect(new Set(passwords).size).toBe(2)
    expect(String(passwords[0]).length).toBeGreaterThan(30)
  })

  test('who changes is patched with what differs, and nothing else', async () => {
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    await world.updateUser(kim, { name: { givenName: 'Kimberly', familyName: 'Berry' }, title: 'Cook' })
    await world.deliver()
    expect(bodies('PATCH')).toEqual([{ name: { givenName: 'Kimberly', familyName: 'Berry' } }])
    await world.updateUser(kim, { title: 'Chef' })
    await world.deliver()
    expect(google.writes).toEqual(['POST', 'PATCH'])
  })

  test('who is renamed keeps her account', async () => {
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    const { id } = google.at('kim@acme.example') ?? {}
    await world.updateUser(kim, { userName: 'kim.berry' })
    await world.deliver()
    expect(google.at('kim.berry@acme.example')).toMatchObject({ id, aliases: ['kim@acme.example'] })
    expect(google.users.size).toBe(1)
  })

  test('who is deactivated is suspended, and comes back', async () => {
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    await world.updateUser(kim, { active: false })
    await world.deliver()
    expect(google.at('kim@acme.example')?.suspended).toBe(true)
    await world.updateUser(kim, { active: true })
    await world.deliver()
    expect(google.at('kim@acme.example')?.suspended).toBe(false)
    expect(bodies('PATCH')).toEqual([{ suspended: true }, { suspended: false }])
  })

  test('whose password changes gets it there', async () => {
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    await world.updateUser(kim, { password: PASSWORD })
    await world.deliver()
    expect(bodies('PATCH')).toEqual([{ password: PASSWORD }])
    expect(await world.written()).not.toContain(PASSWORD)
  })

  test('who is deleted is deleted, and who is gone there already is no failure', async () => {
    const [kim, ann] = [await world.createUser('kim'), await world.createUser('ann')]
    await world.deliver()
    google.users.delete(String(google.at('ann@acme.example')?.id))
    await world.removeUser(kim)
    await world.removeUser(ann)
    await world.deliver()
    expect(google.users.size).toBe(0)
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered', answers: ['DELETE 204'] })
    expect(await world.delivery(ann)).toMatchObject({ state: 'delivered', answers: ['DELETE 404'] })
  })

  test('who was deleted by hand there is made again with her next change', async () => {
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    google.users.clear()
    await world.updateUser(kim, { active: false })
    await world.deliver()
    expect(google.at('kim@acme.example')).toMatchObject({ suspended: true })
    expect(await world.delivery(kim)).toMatchObject({ answers: ['PATCH 404', 'GET 404', 'POST 200'] })
  })

  test('is not gone because a proxy answers 404 in HTML', async () => {
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    google.fault = ({ method }) => (method === 'PATCH' ? { status: 404, body: '<h1>Not Found</h1>' } : undefined)
    await world.updateUser(kim, { active: false })
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'blocked', answers: ['PATCH 404'] })
    expect(google.users.size).toBe(1)
  })
})

describe('an account that is there already', () => {
  beforeEach(() => connect())

  test('is taken over on 409, with the other identifiers that it has', async () => {
    const employee = { value: '4711', type: 'organization' }
    const id = google.add({ primaryEmail: 'kim@acme.example', suspended: true, externalIds: [employee] })
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    expect(google.users.get(id)).toMatchObject({
      name: { givenName: 'Kim' },
      suspended: false,
      externalIds: [employee, { value: kim, customType: 'postern' }],
    })
    expect(google.users.size).toBe(1)
    expect((await world.delivery(kim)).answers).toEqual(['POST 409', 'GET 200', 'GET 200', 'GET 200', 'PATCH 200'])
    await world.removeUser(kim)
    await world.deliver()
    expect(google.users.size).toBe(0)
  })

  test('of another of ours is not taken over: her own change goes first', async () => {
    const kim = await world.createUser('kim')
    await world.deliver()
    google.fault = ({ method }) => (method === 'PATCH' ? { status: 503 } : undefined)
    await world.updateUser(kim, { userName: 'kim.old' })
    const other = await world.createUser('kim')
    await world.deliver()
    expect(await world.delivery(other)).toMatchObject({ state: 'retrying' })
    expect((await world.delivery(other)).lastError).toMatch(/is another resource from here/)
    expect(google.users.size).toBe(1)
  })

  test('is not taken over by an alias, and the log says whose it is', async () => {
    google.add({ primaryEmail: 'ann@acme.example', aliases: ['kim@acme.example'] })
    const kim = await world.createUser('kim')
    await world.deliver()
    const { state, lastError } = await world.delivery(kim)
    expect(state).toBe('blocked')
    expect(lastError).toMatch(/kim@acme\.example is an alias of ann@acme\.example/)
  })

  test('is found again after an answer that never came, also under a new name', async () => {
    google.fault = ({ method }) => (method === 'POST' ? 'lost' : undefined)
    const kim = await world.createUser('kim', KIM)
    google.fault = ({ method, path }) => (method === 'POST' && path !== '/token' ? 'lost' : undefined)
    await world.deliver()
    expect(google.users.size).toBe(1)
    google.fault = () => undefined
    await world.updateUser(kim, { userName: 'kim.berry' })
    world.advance(MINUTE)
    await world.deliver()
    expect([...google.users.values()]).toMatchObject([{ primaryEmail: 'kim.berry@acme.example' }])
    expect(google.writes).toEqual(['POST', 'PATCH'])
  })

  test('is found again by its address while the search knows nothing of it', async () => {
    google.isIndexed = false
    google.fault = ({ method, path }) => (method === 'POST' && path !== '/token' ? 'lost' : undefined)
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    google.fault = () => undefined
    world.advance(MINUTE)
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered' })
    expect(google.writes).toEqual(['POST', 'PATCH'])
  })
})

describe('who leaves', () => {
  test('is suspended and keeps her data where the connector says so; and comes back to it', async () => {
    await connect({ deprovisioning: 'suspend', userFilter: 'userType eq "Employee"' })
    const kim = await world.createUser('kim', { ...KIM, userType: 'Employee' })
    await world.deliver()
    const { id } = google.at('kim@acme.example') ?? {}
    await world.updateUser(kim, { userType: 'Guest' })
    await world.deliver()
    expect(google.at('kim@acme.example')).toMatchObject({ id, suspended: true })
    await world.updateUser(kim, { userType: 'Employee' })
    await world.deliver()
    expect(google.at('kim@acme.example')).toMatchObject({ id, suspended: false })
    expect(google.users.size).toBe(1)
  })

  test('does not leave her mailbox to the next one of her name', async () => {
    await connect({ deprovisioning: 'suspend' })
    const kim = await world.createUser('kim')
    await world.deliver()
    await world.removeUser(kim)
    await world.deliver()
    const next = await world.createUser('kim')
    await world.deliver()
    expect(google.at('kim@acme.example')).toMatchObject({ suspended: true, externalIds: [{ value: kim }] })
    const { state, lastError } = await world.delivery(next)
    expect(state).toBe('blocked')
    expect(lastError).toMatch(/was somebody else's from here/)
  })
})

describe('the access token', () => {
  test('is asked for with a JWT of the service account for the administrator (RFC 7523)', async () => {
    await connect({ applicationName: 'Postern at Acme' })
    await world.createUser('kim')
    await world.deliver()
    const [request] = google.tokenRequests
    if (!request) throw new Error('nothing was asked')
    const { payload, protectedHeader } = await google.verify(request)
    expect(protectedHeader).toMatchObject({ alg: 'RS256' })
    expect(payload).toMatchObject({
      iss: SERVICE_ACCOUNT.serviceAccountEmail,
      sub: SERVICE_ACCOUNT.adminEmail,
      scope: 'https://www.googleapis.com/auth/admin.directory.user',
    })
    expect(google.requests.at(-1)?.headers['user-agent']).toBe('Postern at Acme')
    const written = await world.written()
    for (const secret of [...google.tokens, String(request.body?.assertion), 'PRIVATE KEY'])
      expect(written).not.toContain(secret)
  })

  test('serves until it expires, run after run', async () => {
    await connect()
    const run = async (name: string) => {
      await world.createUser(name)
      await world.deliver()
    }
    await run('kim')
    await run('ann')
    expect(google.given).toBe(1)
    world.advance(HOUR)
    await run('bob')
    expect([google.given, google.users.size]).toEqual([2, 3])
  })

  test('that is refused before its time is renewed once, and the delivery arrives', async () => {
    await connect()
    await world.createUser('kim')
    await world.deliver()
    google.tokens.clear()
    const ann = await world.createUser('ann')
    await world.deliver()
    expect(await world.delivery(ann)).toMatchObject({ state: 'delivered', answers: ['POST 401', 'POST 200'] })
    expect(google.given).toBe(2)
  })

  test.each([
    ['of another administrator', { adminEmail: 'mallory@acme.example' }, /unauthorized_client/],
    ['of another service account', { serviceAccountEmail: 'x@acme-123.iam.gserviceaccount.com' }, /invalid_grant/],
  ])('%s is refused: the connector is paused, and says why', async (_, change, words) => {
    await connect(change)
    const kim = await world.createUser('kim')
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'blocked', answers: [] })
    const { pausedAt, pauseReason } = await readTargetState(await world.scope(), ids.connector)
    expect(pausedAt).toBeInstanceOf(Date)
    expect(pauseReason).toMatch(words)
    expect(google.users.size).toBe(0)
  })

  test('cannot be asked for with a key that is none: the connector is paused', async () => {
    const body = Buffer.alloc(200, 7).toString('base64')
    await connect({ privateKey: `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n` })
    await world.createUser('kim')
    await world.deliver()
    const { pauseReason } = await readTargetState(await world.scope(), ids.connector)
    expect(pauseReason).toMatch(/private key of the service account cannot be read/)
    expect(await world.written()).not.toContain(body)
  })
})

describe('what Google refuses', () => {
  beforeEach(() => connect())
  const refuse = (...[status, reason, words = reason]: [number, string, string?]) => {
    google.fault = ({ method }) => (method === 'POST' ? googleError(status, reason, words) : undefined)
  }
  const afterPost = async (status: number, reason: string, words?: string) => {
    await world.createUser('first')
    await world.deliver()
    refuse(status, reason, words)
    const kim = await world.createUser('kim')
    await world.deliver()
    return { kim, ...(await world.delivery(kim)), target: await readTargetState(await world.scope(), ids.connector) }
  }

  test.each([
    [403, 'userRateLimitExceeded'],
    [403, 'quotaExceeded'],
    [429, 'rateLimitExceeded'],
  ])('for its quota (%i %s) holds the whole connector a while, and no longer', async (status, reason) => {
    const { kim, state, target } = await afterPost(status, reason)
    expect(state).toBe('retrying')
    expect(target.pausedAt).toBeUndefined()
    expect(Number(target.waitUntil)).toBeGreaterThan(Number(world.platform.now()) + 5000)
    google.fault = () => undefined
    world.advance(MINUTE)
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered' })
  })

  test('because a user is not whole yet (412) is tried again', async () => {
    expect(await afterPost(412, 'conditionNotMet', 'User creation is not complete.')).toMatchObject({
      state: 'retrying',
    })
  })

  test('because there is no licence left (412) waits for somebody, and no other connector', async () => {
    const { state, lastError } = await afterPost(412, 'limitExceeded', 'Domain user limit reached.')
    expect(state).toBe('blocked')
    expect(lastError).toMatch(/Domain user limit reached/)
  })

  test('of one person (400) is hers alone', async () => {
    const { state, target } = await afterPost(400, 'invalid', 'Invalid Given/Family Name: FamilyName')
    expect(state).toBe('blocked')
    expect(target.pausedAt).toBeUndefined()
  })

  test('of one person (403) pauses nothing while a list of one is allowed; refused as well, it is the credential', async () => {
    const { kim, state, target } = await afterPost(403, 'forbidden', 'Not Authorized to access this resource/api')
    expect([state, target.pausedAt]).toEqual(['blocked', undefined])
    google.fault = () => googleError(403, 'forbidden', 'Not Authorized to access this resource/api')
    world.advance(HOUR)
    await world.deliver()
    expect((await readTargetState(await world.scope(), ids.connector)).pausedAt).toBeInstanceOf(Date)
    expect(await world.delivery(kim)).toMatchObject({ state: 'blocked' })
  })
})

test('groups do not go to Google', async () => {
  await connect()
  const kim = await world.createUser('kim')
  await world.createGroup('Cooks', [kim])
  await world.deliver()
  expect((await world.deliveries()).map(({ resourceName }) => resourceName)).toEqual(['kim'])
})
