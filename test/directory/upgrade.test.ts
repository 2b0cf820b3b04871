/** What a database of version 0.1.0 becomes: its tables, what is searched in them, and what its roles permit. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate as runMigrations } from 'drizzle-orm/libsql/migrator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '../../src/db/migrate.ts'
import { type Db, rowsOf } from '../../src/db/open.ts'
import { sql } from '../../src/db/sql.ts'
import { upgradeDirectory } from '../../src/directory/setup/upgrade/commands.ts'
import { openDatabase } from '../../src/runtime/open-database.ts'
import { get, type List, names, patched, post, type Service, service, user } from '../conformance/world.ts'
import { testWorld } from '../support/app.ts'
import { firstMigrations } from '../support/old-migrations.ts'

const TENANT = 'tenant-1'

let folder: string
let db: Db
let scim: Service
let doubled: string[]
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'upgrade-'))
  db = openDatabase(`file:${folder}/postern.db`)
  await runMigrations(db, { migrationsFolder: firstMigrations(folder, 1) })
  await fill()
  await migrate(db)
  doubled = await upgradeDirectory(db)
  // A hash of ours is made anew for the administrator, so that the API lets her in.
  const world = await testWorld({ url: `file:${folder}/fresh.db` })
  const [admin] = await rowsOf<{ hash: string }>(world.platform.db, sql`select password_hash as hash from users`)
  await db.$client.execute({ sql: "update users set password_hash = ? where id = 'admin'", args: [admin?.hash ?? ''] })
  db.$client.close()
  world.platform.db.$client.close()
  scim = await service('', await testWorld({ url: `file:${folder}/postern.db` }))
})
afterAll(() => {
  scim.world.platform.db.$client.close()
  rmSync(folder, { recursive: true })
})

/** As 0.1.0 stored people: keys in small letters, documents alone. */
async function fill(): Promise<void> {
  const run = (text: string, ...args: (string | number | null)[]) => db.$client.execute({ sql: text, args })
  await run("insert into tenants (id, slug, name, created) values (?, '', 'postern', 1)", TENANT)
  const people = [
    { id: 'admin', userName: 'admin' },
    {
      id: 'u1',
      userName: 'STRAßE',
      title: 'Boss',
      emails: [{ value: 'ß@x.example', type: 'work' }, { value: 'Ann@X.example' }],
    },
    { id: 'u2', userName: 'strasse', displayName: 'Second' },
    { id: 'u3', userName: 'σίσυφος' },
  ]
  for (const { id, ...attributes } of people) {
    const document = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], ...attributes }
    await run(
      `insert into users (tenant_id, id, user_name, user_name_key, display_name, active, document, source, created, last_modified, version)
       values (?, ?, ?, ?, ?, 1, ?, 'scim', 1000, 2000, 3)`,
      TENANT,
      id,
      attributes.userName,
      attributes.userName.toLowerCase(),
      attributes.displayName ?? null,
      JSON.stringify(document),
    )
    for (const { value } of attributes.emails ?? []) {
      await run(
        'insert into user_emails (tenant_id, user_id, value_key, value) values (?, ?, ?, ?)',
        TENANT,
        id,
        value.toLowerCase(),
        value,
      )
    }
  }
  const group = JSON.stringify({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Guides' })
  await run(
    "insert into groups (tenant_id, id, display_name, display_name_key, document, created, last_modified, version) values (?, 'g1', 'Guides', 'guides', ?, 1000, 2000, 3)",
    TENANT,
    group,
  )
  await run(
    "insert into group_members (tenant_id, group_id, member_id, member_type) values (?, 'g1', 'u1', 'User')",
    TENANT,
  )
  for (const name of ['admin', 'everyone']) {
    await run(
      'insert into roles (tenant_id, id, display_name, created) values (?, ?, ?, 1000)',
      TENANT,
      `role-${name}`,
      name,
    )
  }
  await run("insert into role_members (tenant_id, role_id, user_id) values (?, 'role-admin', 'admin')", TENANT)
}

const found = async (filter: string) => names(await get<List>(scim.strict, `/Users?${new URLSearchParams({ filter })}`))

test('everybody is there, as she was, with her version', async () => {
  expect(await get(scim.strict, '/Users/u1')).toMatchObject({
    userName: 'STRAßE',
    title: 'Boss',
    groups: [{ value: 'g1', display: 'Guides' }],
    roles: [{ display: 'everyone' }],
    meta: { created: '1970-01-01T00:00:01.000Z', version: 'W/"3"' },
  })
  expect(await get(scim.strict, '/Groups/g1')).toMatchObject({ displayName: 'Guides', members: [{ value: 'u1' }] })
})

test('everything is found by what it is compared by now', async () => {
  expect(await found('userName eq "ΣΊΣΥΦΟΣ"')).toEqual(['σίσυφος'])
  expect(await found('title eq "boss"')).toEqual(['STRAßE'])
  expect(await found('emails.value eq "SS@x.example"')).toEqual(['STRAßE'])
  expect(await found('emails eq "ann@x.EXAMPLE"')).toEqual(['STRAßE'])
  expect(await found('displayName eq "second"')).toEqual(['strasse'])
})

test('two names that are one name now both stay, and are told', async () => {
  expect(doubled).toHaveLength(1)
  expect(await found('id eq "u1" or id eq "u2"')).toEqual(['STRAßE', 'strasse'])
  const [renamed] = doubled
  const id = renamed === 'strasse' ? 'u2' : 'u1'
  const after = await patched(scim.strict, `/Users/${id}`, { op: 'replace', path: 'userName', value: 'renamed' })
  expect(after.userName).toBe('renamed')
})

test('the administrator may do everything, and the rest what everybody may', async () => {
  expect((await scim.tenant.api('GET', '/connections')).status).toBe(200)
  const roles = await get<List>(scim.strict, '/Roles')
  const everyone = roles.Resources.find(({ displayName }) => displayName === 'everyone')
  expect(everyone?.permissions).toMatchObject([{ value: 'scim:me' }])
  await post(scim.strict, '/Users', user({ userName: 'new' }))
})

test('a second time changes nothing', async () => {
  expect(await upgradeDirectory(scim.world.platform.db)).toEqual([])
})
