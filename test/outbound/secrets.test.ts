/** Passwords and credentials: they reach the target, and nothing else keeps them. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { pendingPasswords } from '../../src/db/schema.ts'
import { fakeTarget, type Fault, type Recorded, scimError } from '../support/fake-target.ts'
import { outboundWorld, PASSWORD, type World } from './world.ts'

let world: World
beforeEach(async () => void (world = await outboundWorld()))
afterEach(() => world.target.down())

const pending = () => world.platform.db.select().from(pendingPasswords)
const sentPasswords = () =>
  world.target.requests.flatMap(({ body }) => (body as { password?: string } | undefined)?.password ?? [])
const basic = (userName: string, password: string) =>
  `Basic ${Buffer.from(`${userName}:${password}`).toString('base64')}`

/** A target that answers 400 and repeats what it was sent, far into its words and at their beginning. */
const echo = ({ body, headers }: Recorded): Fault => {
  const words = `${JSON.stringify(body)} ${headers.authorization} ${JSON.stringify(headers)} `
  return { kind: 'answer', ...scimError(400, words.repeat(3)) }
}

describe('a password', () => {
  test('goes with the user once, and is then forgotten', async () => {
    await world.connect()
    const kim = await world.createUser('kim', { password: PASSWORD })
    expect(await pending()).toHaveLength(1)
    await world.deliver()
    expect(sentPasswords()).toEqual([PASSWORD])
    expect(await pending()).toEqual([])
    await world.updateUser(kim, { displayName: 'Kim' })
    await world.deliver()
    expect(sentPasswords()).toEqual([PASSWORD])
  })

  test('that is changed goes again, though nothing else of the user changed', async () => {
    await world.connect()
    const kim = await world.createUser('kim')
    await world.deliver()
    await world.updateUser(kim, { password: PASSWORD })
    await world.deliver()
    expect(sentPasswords()).toEqual([PASSWORD])
    expect(world.target.writes).toEqual(['POST Users', 'PUT Users'])
    expect(await pending()).toEqual([])
  })

  test('that is changed while the old one is on its way follows it', async () => {
    await world.connect()
    const kim = await world.createUser('kim', { password: PASSWORD })
    const held = world.target.hold('POST')
    const delivered = world.deliver()
    await held.arrived
    await world.updateUser(kim, { password: `${PASSWORD}2` })
    held.release()
    await delivered
    expect(sentPasswords()).toEqual([PASSWORD, `${PASSWORD}2`])
    expect(await pending()).toEqual([])
  })

  test('waits sealed while the target is down, and stands nowhere in the clear, before, in between and after', async () => {
    await world.connect()
    await world.target.down()
    await world.createUser('kim', { password: PASSWORD })
    expect(await world.written()).not.toContain(PASSWORD)
    await world.deliver()
    expect(await pending()).toHaveLength(1)
    expect(await world.written()).not.toContain(PASSWORD)
    await world.target.up()
    world.advance(2000)
    await world.deliver()
    expect(sentPasswords()).toEqual([PASSWORD])
    expect(await world.written()).not.toContain(PASSWORD)
  })

  test('is kept until the last of several targets has it', async () => {
    const other = await fakeTarget()
    await world.connect()
    await world.connect({}, { name: 'OTHER', to: other })
    await world.target.down()
    await world.createUser('kim', { password: PASSWORD })
    await world.deliver()
    expect(other.requests).toMatchObject([{ body: { password: PASSWORD } }])
    expect(await pending()).toHaveLength(1)
    await world.target.up()
    world.advance(2000)
    await world.deliver()
    expect(sentPasswords()).toEqual([PASSWORD])
    expect(await pending()).toEqual([])
    await other.down()
  })

  test('of a user who is deleted before it was told is forgotten', async () => {
    await world.connect()
    const kim = await world.createUser('kim', { password: PASSWORD })
    await world.removeUser(kim)
    await world.deliver()
    expect(await pending()).toEqual([])
    expect(sentPasswords()).toEqual([])
  })

  test('is not kept at all where nobody has to be told it', async () => {
    await world.createUser('ann', { password: PASSWORD })
    await world.connect({ passwordProvisioning: false })
    await world.createUser('kim', { password: PASSWORD })
    expect(await pending()).toEqual([])
  })
})

describe('without password provisioning', () => {
  const DEFAULT = 'Default-pa55word'

  test('the password stays here, and the default one goes with who is created', async () => {
    await world.connect({ passwordProvisioning: false, defaultPassword: DEFAULT })
    const kim = await world.createUser('kim', { password: PASSWORD })
    await world.deliver()
    await world.updateUser(kim, { password: `${PASSWORD}2`, displayName: 'Kim' })
    await world.deliver()
    expect(sentPasswords()).toEqual([DEFAULT])
    expect(await world.written()).not.toContain(DEFAULT)
  })

  test('who has an account there already keeps the password that she has', async () => {
    world.target.users.set('r1', { id: 'r1', userName: 'kim' })
    await world.connect({ passwordProvisioning: false, defaultPassword: DEFAULT })
    const kim = await world.createUser('kim')
    await world.deliver()
    const put = world.target.requests.find(({ method }) => method === 'PUT')
    expect(put?.body).toMatchObject({ externalId: kim })
    expect(put?.body).not.toHaveProperty('password')
  })

  test('who is created anew because the target lost her gets the default password again', async () => {
    await world.connect({ passwordProvisioning: false, defaultPassword: DEFAULT })
    const kim = await world.createUser('kim')
    await world.deliver()
    world.target.users.clear()
    await world.updateUser(kim, { displayName: 'Kim' })
    await world.deliver()
    expect(sentPasswords()).toEqual([DEFAULT, DEFAULT])
  })

  test('nothing goes where no default is set', async () => {
    await world.connect({ passwordProvisioning: false })
    await world.createUser('kim', { password: PASSWORD })
    await world.deliver()
    expect(world.target.named('kim')).toHaveLength(1)
    expect(sentPasswords()).toEqual([])
  })
})

describe('a connector that authenticates', () => {
  const SECRET = 'connector-s3cret-9f2c'

  test.each([
    ['with basic', { mode: 'basic', username: 'is1', password: SECRET }, { authorization: basic('is1', SECRET) }],
    [
      'with basic beyond ASCII (RFC 7617 section 2.1)',
      { mode: 'basic', username: 'zoë', password: `${SECRET}ß` },
      { authorization: basic('zoë', `${SECRET}ß`) },
    ],
    ['as bearer', { mode: 'bearer', token: SECRET }, { authorization: `Bearer ${SECRET}` }],
    ['with an API key', { mode: 'apiKey', header: 'X-Api-Key', value: SECRET }, { 'x-api-key': SECRET }],
  ] as const)('%s sends just that, and it is in no row and no log', async (_how, authentication, headers) => {
    await world.connect({ authentication })
    world.target.fault = echo
    const kim = await world.createUser('kim', { password: PASSWORD })
    await world.deliver()
    expect(world.target.requests[0]?.headers).toMatchObject(headers)
    expect(await world.delivery(kim)).toMatchObject({ state: 'blocked' })
    await demandSilence([SECRET, PASSWORD, ...Object.values(headers).map((value) => value.replace(/^\w+ /, ''))])
  })

  test('not at all sends no credential', async () => {
    await world.connect({ authentication: { mode: 'none' } })
    await world.createUser('kim')
    await world.deliver()
    expect(world.target.requests[0]?.headers).not.toHaveProperty('authorization')
  })

  test('with client credentials fetches one token for a run (RFC 6749 section 4.4)', async () => {
    const authentication = {
      mode: 'clientCredentials',
      tokenEndpoint: world.target.tokenEndpoint,
      clientId: 'is 1',
      clientSecret: `${SECRET}:/`,
      scope: 'scim',
    }
    world.target.admits = ({ authorization }) => authorization === `Bearer ${world.target.tokens.at(-1)}`
    await world.connect({ authentication })
    await Promise.all(['kim', 'ann', 'bob'].map((name) => world.createUser(name)))
    await world.deliver()
    const [tokenRequest, ...others] = world.target.requests.filter(({ path }) => path === '/token')
    expect(others).toEqual([])
    // Section 2.3.1: both parts are form-encoded before they are put together.
    expect(tokenRequest?.headers.authorization).toBe(basic('is+1', `${SECRET}%3A%2F`))
    expect(tokenRequest?.body).toBe('grant_type=client_credentials&scope=scim')
    expect(world.target.users.size).toBe(3)
  })

  test('with a token that expires in the middle of a run fetches another', async () => {
    const { tokenEndpoint } = world.target
    await world.connect({
      authentication: { mode: 'clientCredentials', tokenEndpoint, clientId: 'is1', clientSecret: SECRET },
    })
    const used = new Set<string>()
    world.target.admits = ({ authorization = '' }) => !used.has(authorization) && used.add(authorization) !== undefined
    const kim = await world.createUser('kim')
    await world.createGroup('Cooks', [kim])
    await world.deliver()
    expect(world.target.named('Cooks')).toHaveLength(1)
    expect(world.target.tokens).toHaveLength(2)
  })

  test('with a token that is refused is blocked, and the token is in no row and no log', async () => {
    const { tokenEndpoint } = world.target
    await world.connect({
      authentication: { mode: 'clientCredentials', tokenEndpoint, clientId: 'is1', clientSecret: SECRET },
    })
    world.target.fault = ({ path, headers }) =>
      path === '/token'
        ? undefined
        : { kind: 'answer', ...scimError(401, `${String(headers.authorization).slice(7)} is unknown`) }
    const kim = await world.createUser('kim')
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'blocked', answers: ['POST 401'] })
    expect(world.target.tokens).toHaveLength(1)
    await demandSilence([SECRET, ...world.target.tokens])
  })

  test.each([
    [400, 'blocked'],
    [503, 'retrying'],
    [429, 'retrying'],
  ])('whose token endpoint answers %i is %s, without a request to the target', async (status, state) => {
    const { tokenEndpoint } = world.target
    await world.connect({
      authentication: { mode: 'clientCredentials', tokenEndpoint, clientId: 'is1', clientSecret: SECRET },
    })
    world.target.fault = ({ path }) => (path === '/token' ? { kind: 'answer', status, body: {} } : undefined)
    const kim = await world.createUser('kim')
    await world.deliver()
    const delivery = await world.delivery(kim)
    expect(delivery).toMatchObject({ state, answers: [] })
    expect(delivery.lastError).toContain(`The token endpoint answered ${status}`)
  })

  test('with a key that no header can carry is refused where it is given, in words that do not have it', async () => {
    const value = `${SECRET}\n${SECRET}`
    const refusal = await world.connect({ authentication: { mode: 'apiKey', header: 'X-Api-Key', value } }).then(
      () => 'none',
      (error: unknown) => String(error),
    )
    expect(refusal).toContain('Give it as it was shown')
    expect(refusal).not.toContain(SECRET)
  })

  test.each([280, 290, 295])('does not have a secret cut in two by the end of the words, at %i', async (start) => {
    await world.connect({ authentication: { mode: 'bearer', token: SECRET } })
    world.target.misbehave({ kind: 'answer', ...scimError(400, 'x'.repeat(start) + SECRET) })
    await world.createUser('kim')
    await world.deliver()
    await demandSilence([SECRET, 'xconn'])
  })

  test.each([260, 275, 280])(
    'does not have a secret cut in two by the end of what its token endpoint says, at %i',
    async (start) => {
      const { tokenEndpoint } = world.target
      await world.connect({
        authentication: { mode: 'clientCredentials', tokenEndpoint, clientId: 'is1', clientSecret: SECRET },
      })
      const body = { error: 'invalid_client', error_description: 'x'.repeat(start) + SECRET }
      world.target.fault = ({ path }) => (path === '/token' ? { kind: 'answer', status: 400, body } : undefined)
      await world.createUser('kim')
      await world.deliver()
      await demandSilence([SECRET, 'xconn'])
    },
  )

  /** The database and the log have something, and none of these. */
  async function demandSilence(secrets: readonly string[]) {
    const written = await world.written()
    expect(written).toContain('delivery failed')
    for (const secret of secrets) expect(written).not.toContain(secret)
  }
})
