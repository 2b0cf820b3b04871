/**
 * npm run bench: what postern adds to what cannot be avoided. Each line stands beside a floor of the same run; only the
 * ratios mean something on another machine. Prints a table and writes bench/results/latest.json.
 */
import { createServer } from 'node:http'
import { mkdirSync, writeFileSync } from 'node:fs'
import { sql } from 'drizzle-orm'
import { createUser } from '../src/directory/users/creation/commands.ts'
import { issueAccessToken } from '../src/oidc/tokens.ts'
import { signingKey } from '../src/oidc/keys.ts'
import { deliverDue } from '../src/outbound/consumer.ts'
import { testWorld } from '../test/support/app.ts'
import { measure, type Measured, type Subject } from './measure.ts'

const SMALL = 100
const LARGE = 20_000

const small = await worldOf(SMALL)
const large = await worldOf(LARGE)
const target = await startTarget()
const results: Measured[] = []
for (const subject of [...scimSubjects(), ...(await tokenSubjects()), ...(await outboundSubjects())]) {
  results.push(await measure(subject))
}
target.close()
report(results)

/** A tenant with so many users. */
async function worldOf(users: number) {
  const world = await testWorld({ env: { LOG_LEVEL: 'silent' } })
  const scope = await world.scope()
  const now = Date.now()
  await world.platform.db.run(sql`insert into users (tenant_id, id, user_name, user_name_key, active, document, source,
      created, last_modified, version)
    select ${scope.tenantId}, 'id-' || value, 'user' || value, 'user' || value, 1,
      json_object('schemas', json_array('urn:ietf:params:scim:schemas:core:2.0:User'), 'userName', 'user' || value), 'scim',
      ${now} + value, ${now} + value, 1
    from generate_series(1, ${users})`)
  const tenant = await world.tenant()
  // The password of the administrator is verified once; what is measured is a client that comes again.
  await tenant.scim('GET', '/Users?count=1')
  return { world, scope, tenant, users }
}

function scimSubjects(): Subject[] {
  const get = (world: typeof small) => async () => (await world.tenant.scim('GET', `/Users/id-${world.users}`)).text()
  const filter = encodeURIComponent(`userName eq "user50"`)
  const find = (world: typeof small) => async () => (await world.tenant.scim('GET', `/Users?filter=${filter}`)).text()
  const list = (world: typeof small) => async () => (await world.tenant.scim('GET', '/Users?count=100')).text()
  const read = (world: typeof small) => async () =>
    world.world.platform.db.all(
      sql`select * from users where tenant_id = ${world.scope.tenantId} and id = ${`id-${world.users}`}`,
    )
  let i = 0
  const create = async () => {
    const body = { schemas: [], userName: `new${i++}`, name: { givenName: 'A', familyName: 'B' } }
    return (await small.tenant.scim('POST', '/Users', body)).text()
  }
  const insert = async () =>
    small.world.platform.db
      .run(sql`insert into users (tenant_id, id, user_name, user_name_key, active, document, source,
      created, last_modified, version) values (${small.scope.tenantId}, ${`raw${i++}`}, ${`raw${i}`}, ${`raw${i}`}, 1, '{}',
      'scim', 1, 1, 1)`)
  return [
    { name: `SCIM read, ${LARGE} users`, run: get(large), floor: { name: 'the SELECT alone', run: read(large) } },
    {
      name: `SCIM read, ${LARGE} users`,
      run: get(large),
      floor: { name: `the same, ${SMALL} users`, run: get(small) },
    },
    {
      name: `userName eq, ${LARGE} users`,
      run: find(large),
      floor: { name: `the same, ${SMALL} users`, run: find(small) },
    },
    {
      name: `list of 100, ${LARGE} users`,
      run: list(large),
      floor: { name: `the same, ${SMALL} users`, run: list(small) },
    },
    { name: 'SCIM create', run: create, floor: { name: 'one INSERT', run: insert } },
  ]
}

async function tokenSubjects(): Promise<Subject[]> {
  const { privateKey } = await signingKey(small.scope)
  const data = new TextEncoder().encode('x'.repeat(300))
  const grant = {
    clientId: 'client',
    userId: 'user',
    scope: 'openid',
    tokenId: 'token',
    authenticatedAt: small.scope.now,
    nonce: null,
  }
  return [
    {
      name: 'access token',
      run: () => issueAccessToken(small.scope, grant),
      floor: {
        name: 'one RS256 signature',
        run: async () => crypto.subtle.sign('RSASSA-PKCS1-v1_5', privateKey, data),
      },
    },
  ]
}

/** One user changed and delivered, beside the bare request to the same target. */
async function outboundSubjects(): Promise<Subject[]> {
  const { tenant, world, scope } = await worldOf(1)
  const connector = {
    type: 'scim2',
    name: 'SCIM2',
    enabled: true,
    authentication: { mode: 'bearer', token: 'secret' },
    userEndpoint: `${target.url}/Users`,
  }
  const connection = await tenant.api('POST', '/connections', { name: 'target', outbound: { connectors: [connector] } })
  const { id } = (await connection.json()) as { id: string }
  await tenant.api('PUT', '/resident-application', { outboundProvisioning: [{ connection: id, connector: 'SCIM2' }] })
  let i = 0
  const push = async () => {
    await createUser(scope, { schemas: [], userName: `pushed${i++}` }, { source: 'scim' })
    await deliverDue(world.platform)
  }
  const post = async () =>
    (await fetch(`${target.url}/Users`, { method: 'POST', body: JSON.stringify({ userName: 'x' }) })).text()
  return [{ name: 'create and push a user', run: push, floor: { name: 'one POST to the target', run: post } }]
}

async function startTarget() {
  let i = 0
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(201, { 'Content-Type': 'application/scim+json' }).end(JSON.stringify({ id: `remote${i++}` }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

function report(measured: readonly Measured[]): void {
  const lines = measured.map(({ name, floor, microseconds, floorMicroseconds, ratio }) => [
    name,
    `${microseconds.toFixed(0)} µs`,
    floor,
    `${floorMicroseconds.toFixed(0)} µs`,
    `${ratio.toFixed(2)}x`,
  ])
  const rows = [['subject', 'one run', 'floor', 'one run', 'ratio'], ...lines]
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? []
  for (const row of rows)
    process.stdout.write(
      `${row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    )
  const memory = Math.round(process.memoryUsage().rss / 1024 / 1024)
  process.stdout.write(`memory at the end: ${memory} MiB\n`)
  const directory = new URL('results/', import.meta.url)
  mkdirSync(directory, { recursive: true })
  const results = { node: process.version, memoryMiB: memory, measured }
  writeFileSync(new URL('latest.json', directory), `${JSON.stringify(results, null, 2)}\n`)
}
