/** Salesforce, by its REST API, through the whole engine. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readTargetState } from '../../../src/outbound/target/queries.ts'
import { CONNECTED_APP, FakeSalesforce, PROFILE_ID, salesforceError } from '../../support/fake-salesforce.ts'
import { outboundWorld, PASSWORD, type World } from '../world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
let world: World
let salesforce: FakeSalesforce
let ids: { connection: string; connector: string }

async function connect(change: Record<string, unknown> = {}) {
  const settings = { type: 'salesforce', provisioningDomain: 'acme.example', ...salesforce.settings, ...change }
  ids = await world.connect(settings)
}

beforeEach(async () => {
  world = await outboundWorld()
  salesforce = new FakeSalesforce()
  await salesforce.up()
})
afterEach(() => Promise.all([salesforce.down(), world.target.down()]))

const KIM = { name: { givenName: 'Kim', familyName: 'Berry' }, emails: [{ value: 'kim@mail.example', primary: true }] }
const bodies = (method: string) => salesforce.requests.filter((one) => one.method === method).map(({ body }) => body)

describe('a user', () => {
  beforeEach(() => connect())

  test('who is created over SCIM arrives with all that Salesforce demands, and her password after her', async () => {
    const tenant = await world.tenant()
    const body = { schemas: [], userName: 'Kim.Berry', password: PASSWORD, ...KIM }
    const { id } = (await (await tenant.scim('POST', '/Users', body)).json()) as { id: string }
    await world.deliver()
    expect(salesforce.named('kim.berry@acme.example')).toMatchObject({
      LastName: 'Berry',
      FirstName: 'Kim',
      Email: 'kim@mail.example',
      IsActive: true,
      FederationIdentifier: id,
      Alias: 'kim.berr',
      ProfileId: PROFILE_ID,
      TimeZoneSidKey: 'GMT',
      LocaleSidKey: 'en_US',
      EmailEncodingKey: 'UTF-8',
      LanguageLocaleKey: 'en_US',
    })
    expect([...salesforce.passwords.values()]).toEqual([[PASSWORD]])
    expect(await world.delivery(id)).toMatchObject({ state: 'delivered', answers: ['POST 201', 'POST 204'] })
    expect(await world.written()).not.toContain(PASSWORD)
  })

  test('who changes is patched with what differs; a name that is gone is taken away', async () => {
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    await world.updateUser(kim, { name: { familyName: 'Berry-Jones' } })
    await world.deliver()
    expect(bodies('PATCH')).toEqual([{ LastName: 'Berry-Jones', FirstName: null }])
    expect(await world.delivery(kim)).toMatchObject({ answers: ['PATCH 204'] })
  })

  test('who is renamed keeps her account', async () => {
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    await world.updateUser(kim, { userName: 'kim2' })
    await world.deliver()
    expect([...salesforce.users.values()]).toMatchObject([{ Username: 'kim2@acme.example' }])
  })

  test('who is deactivated is deactivated there, and keeps her name', async () => {
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    await world.updateUser(kim, { active: false })
    await world.deliver()
    expect(salesforce.named('kim@acme.example')).toMatchObject({ IsActive: false })
    expect(bodies('PATCH')).toEqual([{ IsActive: false }])
  })

  test('who is deleted is deactivated, and her Username is free for the next one', async () => {
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    await world.removeUser(kim)
    await world.deliver()
    const [left] = salesforce.users.values()
    expect(left).toMatchObject({ IsActive: false })
    expect(left?.Username).toMatch(/^kim@acme\.example\.[0-9a-f]{12}$/)
    expect(salesforce.writes).toEqual(['POST', 'PATCH'])
    await world.createUser('kim', KIM)
    await world.deliver()
    expect(salesforce.named('kim@acme.example')).toMatchObject({ IsActive: true })
    expect(salesforce.users.size).toBe(2)
  })

  test('whose removal was not heard of is not renamed twice', async () => {
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    salesforce.fault = ({ method }) => (method === 'PATCH' ? 'lost' : undefined)
    await world.removeUser(kim)
    await world.deliver()
    salesforce.fault = () => undefined
    world.advance(MINUTE)
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered' })
    expect([...salesforce.users.values()][0]?.Username).toMatch(/^kim@acme\.example\.[0-9a-f]{12}$/)
    expect(bodies('PATCH')).toHaveLength(1)
  })

  test('whose password changes gets it there; one that Salesforce refuses says so', async () => {
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    await world.updateUser(kim, { password: PASSWORD })
    await world.deliver()
    expect(salesforce.writes).toEqual(['POST', 'password'])
    salesforce.fault = ({ path }) =>
      path.endsWith('/password') ? salesforceError(400, 'INVALID_NEW_PASSWORD', 'too common') : undefined
    await world.updateUser(kim, { password: 'An0ther-pass!' })
    await world.deliver()
    const { state, lastError } = await world.delivery(kim)
    expect(state).toBe('blocked')
    expect(lastError).toMatch(/INVALID_NEW_PASSWORD: too common/)
  })

  test('whose password was set by an attempt that was not heard of is not refused for repeating it', async () => {
    salesforce.fault = ({ path }) => (path.endsWith('/password') ? 'lost' : undefined)
    const kim = await world.createUser('kim', { ...KIM, password: PASSWORD })
    await world.deliver()
    salesforce.fault = () => undefined
    world.advance(MINUTE)
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered' })
    expect(salesforce.users.size).toBe(1)
  })
})

test('a default password goes to who is created, and stands in no row and no log however short it is', async () => {
  await connect({ passwordProvisioning: false, defaultPassword: 'q7z' })
  salesforce.fault = ({ path }) => (path.endsWith('/password') ? { status: 204 } : undefined)
  const kim = await world.createUser('kim', { ...KIM, password: PASSWORD })
  await world.deliver()
  expect(salesforce.requests.at(-1)?.body).toEqual({ NewPassword: 'q7z' })
  expect((await world.delivery(kim)).requests.at(-1)?.request).toBe('{"NewPassword":"[redacted]"}')
})

describe('who comes back', () => {
  test('gets her account again, with the name that she had', async () => {
    await connect({ userFilter: 'userType eq "Employee"' })
    const kim = await world.createUser('kim', { ...KIM, userType: 'Employee' })
    await world.deliver()
    await world.updateUser(kim, { userType: 'Guest' })
    await world.deliver()
    expect(salesforce.named('kim@acme.example')).toBeUndefined()
    await world.updateUser(kim, { userType: 'Employee' })
    await world.deliver()
    expect(salesforce.named('kim@acme.example')).toMatchObject({ IsActive: true, FederationIdentifier: kim })
    expect(salesforce.users.size).toBe(1)
  })
})

describe('a user who is there already', () => {
  beforeEach(() => connect())

  test('is taken over by her Username, and keeps her profile and what single sign-on knows her by', async () => {
    const mine = { Username: 'kim@acme.example', ProfileId: '00e000000000009AAA', FederationIdentifier: 'saml-kim' }
    const id = salesforce.add(mine)
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    expect(salesforce.users.get(id)).toMatchObject({ ...mine, IsActive: true, LastName: 'Berry' })
    expect(salesforce.users.size).toBe(1)
    await world.removeUser(kim)
    await world.deliver()
    expect(salesforce.users.get(id)).toMatchObject({ IsActive: false })
  })

  test('is ours by our id after an answer that never came, also under a new name', async () => {
    salesforce.fault = ({ method, path }) => (method === 'POST' && path.includes('sobjects') ? 'lost' : undefined)
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    salesforce.fault = () => undefined
    await world.updateUser(kim, { userName: "kim.o'hara" })
    world.advance(MINUTE)
    await world.deliver()
    expect([...salesforce.users.values()]).toMatchObject([{ Username: "kim.o'hara@acme.example" }])
  })

  test('whose name has a quotation mark in it is found by it', async () => {
    const id = salesforce.add({ Username: "kim.o'hara@acme.example" })
    await world.createUser("kim.o'hara", KIM)
    await world.deliver()
    expect(salesforce.users.get(id)).toMatchObject({ LastName: 'Berry' })
  })

  test('and is another of ours is left alone until her own change has arrived', async () => {
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    salesforce.fault = ({ method }) => (method === 'PATCH' ? { status: 503 } : undefined)
    await world.updateUser(kim, { userName: 'kim.old' })
    const other = await world.createUser('kim', KIM)
    await world.deliver()
    expect((await world.delivery(other)).lastError).toMatch(/is another resource from here/)
    salesforce.fault = () => undefined
    world.advance(HOUR)
    await world.deliver()
    world.advance(HOUR)
    await world.deliver()
    expect([...salesforce.users.values()].map(({ Username }) => Username).sort()).toEqual([
      'kim.old@acme.example',
      'kim@acme.example',
    ])
  })

  test('in another organization of Salesforce has the name for good: the log says so', async () => {
    salesforce.elsewhere.add('kim@acme.example')
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    const { state, lastError } = await world.delivery(kim)
    expect(state).toBe('blocked')
    expect(lastError).toMatch(/DUPLICATE_USERNAME/)
  })

  test('is found by name alone where no field holds our id', async () => {
    const other = await outboundWorld()
    await other.target.down()
    await world.connect(
      { type: 'salesforce', ...salesforce.settings, provisioningDomain: 'acme.example', externalIdField: '' },
      { name: 'another' },
    )
    salesforce.add({ Username: 'ann@acme.example' })
    const ann = await world.createUser('ann', KIM)
    await world.deliver()
    expect(salesforce.users.size).toBe(1)
    expect((await world.deliveries()).filter(({ resourceId }) => resourceId === ann)).toMatchObject([
      { state: 'delivered' },
      { state: expect.stringMatching(/delivered|retrying/) },
    ])
  })
})

describe('the access token', () => {
  test('is asked for with the username and the password, and with the client in the form', async () => {
    await connect()
    await world.createUser('kim', KIM)
    await world.deliver()
    expect(salesforce.tokenRequests.map(({ body }) => body)).toEqual([
      {
        grant_type: 'password',
        client_id: CONNECTED_APP.clientId,
        client_secret: CONNECTED_APP.clientSecret,
        username: CONNECTED_APP.username,
        password: CONNECTED_APP.password,
      },
    ])
    const written = await world.written()
    for (const secret of [...salesforce.tokens, CONNECTED_APP.clientSecret, CONNECTED_APP.password])
      expect(written).not.toContain(secret)
  })

  test('is asked for with the client alone where the connector says so', async () => {
    await connect({ grant: 'clientCredentials', username: undefined, password: undefined })
    await world.createUser('kim', KIM)
    await world.deliver()
    expect(salesforce.tokenRequests[0]?.body).not.toHaveProperty('username')
    expect(salesforce.users.size).toBe(1)
  })

  test('whose session has ended (INVALID_SESSION_ID) is renewed once, and the delivery arrives', async () => {
    await connect()
    await world.createUser('kim', KIM)
    await world.deliver()
    salesforce.tokens.clear()
    const ann = await world.createUser('ann', KIM)
    await world.deliver()
    expect(await world.delivery(ann)).toMatchObject({ state: 'delivered', answers: ['POST 401', 'POST 201'] })
    expect(salesforce.given).toBe(2)
  })

  test('that is refused pauses the connector, which says why', async () => {
    await connect({ password: 'an old password' })
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'blocked', answers: [] })
    const { pausedAt, pauseReason } = await readTargetState(await world.scope(), ids.connector)
    expect(pausedAt).toBeInstanceOf(Date)
    expect(pauseReason).toMatch(/answered 400 and no access token\. invalid_grant: authentication failure/)
  })
})

describe('what Salesforce refuses', () => {
  beforeEach(() => connect())
  const afterPost = async (status: number, code: string, change: Record<string, unknown> = {}) => {
    salesforce.fault = ({ method, path }) =>
      method === 'POST' && path.includes('/sobjects/') ? salesforceError(status, code, 'as it says') : undefined
    const kim = await world.createUser('kim', { ...KIM, ...change })
    await world.deliver()
    return { kim, ...(await world.delivery(kim)), target: await readTargetState(await world.scope(), ids.connector) }
  }

  test('for its limit of requests (403) holds the whole connector, and does not pause it', async () => {
    const { kim, state, target } = await afterPost(403, 'REQUEST_LIMIT_EXCEEDED')
    expect([state, target.pausedAt]).toEqual(['retrying', undefined])
    expect(Number(target.waitUntil)).toBeGreaterThan(Number(world.platform.now()) + 14 * MINUTE)
    salesforce.fault = () => undefined
    world.advance(HOUR)
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered' })
  })

  test.each([
    [503, 'SERVER_UNAVAILABLE', 'retrying'],
    [400, 'UNABLE_TO_LOCK_ROW', 'retrying'],
    [400, 'LICENSE_LIMIT_EXCEEDED', 'blocked'],
    [400, 'INVALID_CROSS_REFERENCE_KEY', 'blocked'],
    [400, 'FIELD_CUSTOM_VALIDATION_EXCEPTION', 'blocked'],
    [403, 'INSUFFICIENT_ACCESS_OR_READONLY', 'blocked'],
  ])('with %i %s is %s', async (status, code, state) => {
    const failed = await afterPost(status, code)
    expect(failed.state).toBe(state)
    expect(failed.target.pausedAt).toBeUndefined()
    expect(failed.lastError).toMatch(code)
  })

  test('of a user with a wrong version in the address (404) is not "gone"', async () => {
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    salesforce.fault = ({ path }) =>
      path.includes('/services/data/')
        ? salesforceError(404, 'NOT_FOUND', 'The requested resource does not exist')
        : undefined
    await world.updateUser(kim, { active: false })
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'blocked', answers: ['PATCH 404', 'GET 404'] })
    expect(salesforce.writes).toEqual(['POST', 'PATCH'])
  })

  test('because she is gone is confirmed by a query, and she is made again', async () => {
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    salesforce.users.clear()
    await world.updateUser(kim, { active: false })
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ answers: ['PATCH 404', 'GET 200', 'POST 201'] })
    expect(salesforce.named('kim@acme.example')).toMatchObject({ IsActive: false })
  })
})
