/** The plan of the house as data, and whether src keeps to it. */
import { is } from 'drizzle-orm'
import { getTableConfig, SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { describe, expect, test } from 'vitest'
import * as schema from '../src/db/schema.ts'
import { placesOf, type Source, SOURCES, unitOf } from './architecture/sources.ts'
import { chainsOf, conditionsOf, pieceOfSqlOf } from './architecture/statements.ts'

/** Who may import whom: its own unit, and what stands above. Units of one line do not know each other. */
const LAYERS: readonly (readonly string[])[] = [
  ['core'],
  ['scim', 'db'],
  ['config'],
  ['platform'],
  ['html'],
  ['http'],
  ['tenancy'],
  ['directory'],
  ['applications', 'connections'],
  ['session'],
  ['mail'],
  ['federation'],
  ['login'],
  ['oidc'],
  ['account'],
  ['outbound'],
  ['api'],
  ['console'],
  ['assets'],
  ['app'],
  ['runtime'],
  ['node', 'deno', 'worker'],
]
const ENTRIES = ['runtime', 'node', 'deno', 'worker']

const isEntry = ({ unit }: Source) => ENTRIES.includes(unit)
const nameOf = ({ path }: Source) => path.split('/').at(-1) ?? path

/** Who may import a package, by the package's name. */
const PACKAGES: readonly {
  readonly name: string
  readonly what: RegExp
  readonly who: string
  readonly may: (file: Source) => boolean
}[] = [
  {
    name: 'drizzle-orm',
    what: /^drizzle-orm\b/,
    who: 'queries.ts, commands.ts and db/',
    may: (file) => ['queries.ts', 'commands.ts'].includes(nameOf(file)) || file.unit === 'db',
  },
  { name: 'libSQL', what: /^(?:@libsql\/|libsql$)/, who: 'db/', may: ({ unit }) => unit === 'db' },
  {
    name: 'hono',
    what: /^@?hono\b(?!\/node-server)/,
    who: 'routes, pages, guards and resolvers, http, html, session, account, api, console and app',
    may: (file) =>
      ['routes.ts', 'pages.ts', 'guard.ts', 'resolve.ts'].includes(nameOf(file)) ||
      ['http', 'html', 'session', 'account', 'api', 'console', 'app'].includes(file.unit) ||
      // The guard of scim2, and the routes of the token endpoint.
      ['directory/auth.ts', 'oidc/form.ts'].includes(file.path),
  },
  {
    name: 'a hash of passwords',
    what: /^(?:@noble\/hashes|bcryptjs)\b/,
    who: 'core/imported-hash.ts',
    may: ({ path }) => path === 'core/imported-hash.ts',
  },
  {
    name: 'nodemailer, which no Worker can run',
    what: /^nodemailer$/,
    who: 'runtime/mail-smtp.ts, which the Worker does not import',
    may: ({ path }) => path === 'runtime/mail-smtp.ts',
  },
  { name: 'oslo', what: /^oslo\b/, who: 'core/', may: ({ unit }) => unit === 'core' },
  {
    name: 'arctic',
    what: /^arctic$/,
    who: 'one file of federation/',
    may: ({ path }) => path === 'federation/upstream/request/parameters.ts',
  },
  { name: 'oauth4webapi', what: /^oauth4webapi$/, who: 'federation/', may: ({ unit }) => unit === 'federation' },
  {
    name: 'SimpleWebAuthn',
    what: /^@simplewebauthn\//,
    who: 'one file of login/',
    may: ({ path }) => path === 'login/passkeys/verify.ts',
  },
  {
    name: 'A runtime',
    what: /^(?:node|cloudflare):|^@cloudflare\/|^@hono\/node-server$|^undici$/,
    who: 'the entries; and of Node what all three runtimes have, where it is named',
    may: (file) =>
      isEntry(file) ||
      (file.packages.every((name) => !/^(?:cloudflare|@cloudflare|@hono\/node-server|undici)/.test(name)) &&
        (NODE_APIS[file.path] ?? []).length === file.packages.filter((name) => name.startsWith('node:')).length),
  },
]
/** What Workers and Deno have as well: scrypt; a digest while a module loads; turns of the event loop; and paths, where a disk is. */
const NODE_APIS: Readonly<Record<string, readonly string[]>> = {
  'core/crypto.ts': ['node:buffer', 'node:crypto'],
  'core/imported-hash.ts': ['node:buffer', 'node:crypto'],
  'core/password.ts': ['node:buffer', 'node:crypto'],
  'html/assets.ts': ['node:crypto'],
  'db/migrate.ts': ['node:url'],
  'db/stamp.ts': ['node:timers'],
  'db/when-quiet.ts': ['node:timers'],
}

describe('who imports whom', () => {
  test('every file of src belongs to a unit of the plan', () => {
    const known = LAYERS.flat()
    expect(SOURCES.filter(({ unit }) => !known.includes(unit)).map(({ path }) => path)).toEqual([])
    expect(known.filter((unit) => !SOURCES.some((file) => file.unit === unit))).toEqual([])
  })

  test('a file imports from its own unit and from what stands above it, and nothing else', () => {
    const rank = (unit: string) => LAYERS.findIndex((layer) => layer.includes(unit))
    const wrong = SOURCES.flatMap((file) =>
      file.imports
        .filter((path) => unitOf(path) !== file.unit && rank(unitOf(path)) >= rank(file.unit))
        .map((path) => `${file.path} imports ${path}`),
    )
    expect(wrong).toEqual([])
  })

  test('every import of a file of ours names a file that is there, with its ending', () => {
    const paths = new Set(SOURCES.map(({ path }) => path))
    const lost = SOURCES.flatMap((file) =>
      file.imports.filter((path) => !paths.has(path)).map((path) => `${file.path}: ${path}`),
    )
    expect(lost).toEqual([])
  })

  test.each(PACKAGES)('$name is imported by nobody but $who', ({ what, may }) => {
    const importers = SOURCES.filter(({ packages }) => packages.some((name) => what.test(name)))
    expect(importers.length).toBeGreaterThan(0)
    expect(importers.filter((file) => !may(file)).map(({ path }) => path)).toEqual([])
  })

  test('nothing but the entries names a runtime', () => {
    const others = SOURCES.filter((file) => !isEntry(file))
    expect(placesOf(/\bDeno\b\.|\bprocess\.|\bBun\b|navigator\.userAgent/, others)).toEqual([])
  })

  test('SQL is written where drizzle is used, and by the lists and guards of the directory', () => {
    const writers = SOURCES.filter(({ code }) => /\bsql(?:<[^>]*>)?`/.test(code)).map(({ path }) => path)
    const others = writers.filter((path) => !/(?:^|\/)(?:queries|commands)\.ts$/.test(path))
    expect(others.filter((path) => !/^(?:db|directory\/list)\//.test(path))).toEqual([
      'directory/outbox.ts',
      'directory/roles/last-administrator.ts',
    ])
  })

  test('core and scim know no web, no database and no package but what reads text and hashes', () => {
    const packages = SOURCES.filter(({ unit }) => unit === 'core' || unit === 'scim').flatMap((file) => file.packages)
    expect(
      packages.filter((name) => !/^(?:oslo|@noble\/hashes)\/|^bcryptjs$|^node:(?:buffer|crypto)$/.test(name)),
    ).toEqual([])
  })
})

describe('what is done in one place alone', () => {
  test('the clock is read and random values are made in core and by the entries, nowhere else', () => {
    const others = SOURCES.filter((file) => file.unit !== 'core' && !isEntry(file))
    const pattern = /Date\.now\b|new Date\(\)|Math\.random|getRandomValues|randomUUID|randomBytes|performance\.now/
    expect(placesOf(pattern, others)).toEqual([])
  })

  test('other systems are called in few places: upstream, push, logouts, and for a client’s keys, requests, logo and redirect URIs', () => {
    const callers = SOURCES.filter((file) => !isEntry(file) && file.path !== 'html/script.ts')
    const files = placesOf(/\bfetch\(/, callers).map((place) => place.split(':')[0])
    const known = [
      'applications/logo/fetch.ts',
      'applications/sector.ts',
      // It passes on what upstream calls, and writes it down.
      'federation/trial/recorder.ts',
      'federation/upstream/calls.ts',
      'oidc/assertions/client-keys.ts',
      'oidc/request-object/referred.ts',
      'outbound/logouts/push.ts',
      'outbound/push.ts',
    ]
    expect(new Set(files)).toEqual(new Set(known))
  })

  test('users, groups and roles are written by the directory alone', () => {
    const built = /\.(?:insert|update|delete)\((?:users|userEmails|groups|groupMembers|roles|roleMembers)\)/
    const written =
      /\b(?:insert into|update|delete from)\s+(?:\$\{|(?:users|user_emails|groups|group_members|roles|role_members)\b)/
    const writers = SOURCES.filter(({ code }) => built.test(code) || written.test(code))
    expect(writers.length).toBeGreaterThan(0)
    expect(writers.map(({ path }) => path).filter((path) => !/^directory\/(?:\w+\/)*commands\.ts$/.test(path))).toEqual(
      [],
    )
  })

  test('a scope is made where the request names its tenant, and by those who have no request of that tenant', () => {
    const makers = SOURCES.filter(({ code }) => /\bscopeOf\(/.test(code)).map(({ path }) => path)
    expect(makers).toEqual([
      // The answer to whoever makes a tenant names its issuer.
      'api/tenants.ts',
      'directory/setup/commands.ts',
      // RFC 8414 puts the tenant behind the well-known part.
      'oidc/routes.ts',
      'outbound/consumer.ts',
      'tenancy/resolve.ts',
    ])
  })
})

describe('the database', () => {
  const tables = Object.values<unknown>(schema).filter((value): value is SQLiteTable => is(value, SQLiteTable))
  const configs = tables.filter((table) => table !== schema.tenants).map((table) => getTableConfig(table))
  /** The poller asks for whatever is due, of all tenants. */
  const INDEXES_ACROSS_TENANTS = [
    'reconciliations_due',
    'deliveries_due',
    'logout_deliveries_due',
    'mail_deliveries_due',
  ]
  /** tenants has no tenant; the rest asks for all tenants at once, and says so. */
  const ACROSS_TENANTS = [
    'tenancy/queries.ts#findTenantBySlug',
    'tenancy/queries.ts#findTenant',
    'tenancy/queries.ts#listTenants',
    'outbound/queries.ts#listDue',
    'outbound/queries.ts#findNextDue',
    'outbound/metrics/queries.ts#findFigures',
    'outbound/sync/queries.ts#listRunningSyncs',
    'outbound/notices/queries.ts#listPendingNotices',
    'outbound/reconcile/queries.ts#listDueReconciliations',
    'db/open.ts#checkMigrated',
    // The tenant's own row.
    'directory/attributes/queries.ts#readSchemaVersion',
    'directory/attributes/commands.ts#raiseSchemaVersion',
  ]
  /** What they are put together from names the tenant. */
  const COMPOSED = [
    'directory/list/queries.ts#listAcross',
    'directory/roles/last-administrator.ts#isAmongThem',
    'directory/users/links/queries.ts#rolesOfUser',
    'directory/users/links/queries.ts#groupsOfUser',
    // JSON that the row holds.
    'directory/list/where.ts#someRow',
    'directory/list/where.ts#hasContent',
  ]
  /** Its callers add the condition. */
  const WITHOUT_WHERE = [...ACROSS_TENANTS, 'outbound/log/queries.ts#deliveriesWithNames']
  const readers = SOURCES.filter(
    ({ packages, imports, path }) =>
      !path.startsWith('db/schema') && (packages.includes('drizzle-orm') || imports.includes('db/sql.ts')),
  )
  const namesTenant = ({ text }: { readonly text: string }) => /tenantId|tenant_id/.test(text)

  test.each(configs)('$name begins with tenant_id, and so does its key', ({ columns, primaryKeys }) => {
    expect(columns[0]?.name).toBe('tenant_id')
    expect(columns[0]?.notNull).toBe(true)
    expect(primaryKeys.map((key) => key.columns[0]?.name)).toEqual(['tenant_id'])
  })

  test('every index begins with tenant_id, but for those that are named here', () => {
    const indexes = configs.flatMap((table) => table.indexes.map((one) => one.config))
    const first = indexes.map(({ name, columns }) => ({ name, column: columns[0] }))
    const other = first.filter(({ column }) => !is(column, SQLiteColumn) || column.name !== 'tenant_id')
    expect(other.map(({ name }) => name)).toEqual(INDEXES_ACROSS_TENANTS)
    expect(indexes.length).toBeGreaterThan(20)
  })

  test('every condition of a query and of a join names the tenant', () => {
    const conditions = readers.flatMap(conditionsOf)
    expect(conditions.length).toBeGreaterThan(100)
    const wrong = conditions.filter((one) => !namesTenant(one) && !ACROSS_TENANTS.includes(one.place))
    expect(wrong).toEqual([])
  })

  test('every query, update and delete has a condition', () => {
    const chains = readers.flatMap(chainsOf)
    expect(chains.length).toBeGreaterThan(100)
    const wrong = chains.filter(({ place, text }) => !text.includes('.where(') && !WITHOUT_WHERE.includes(place))
    expect(wrong).toEqual([])
  })

  test('every piece of SQL that reads or writes a table names the tenant', () => {
    const pieces = readers.flatMap(pieceOfSqlOf)
    expect(pieces.length).toBeGreaterThan(10)
    const exempt = [...ACROSS_TENANTS, ...COMPOSED]
    expect(pieces.filter((one) => !namesTenant(one) && !exempt.includes(one.place))).toEqual([])
  })

  test('nothing opens a transaction: one statement, or one batch', () => {
    // The embedded client makes the transaction that a batch is.
    const others = SOURCES.filter(({ path }) => path !== 'db/embedded.ts')
    expect(placesOf(/\.transaction\(|\bbegin immediate\b/i, others)).toEqual([])
  })
})

describe('sizes', () => {
  test('no file is longer than 250 lines', () => {
    const lines = ({ text }: Source) => text.split('\n').length - 1
    const long = SOURCES.filter((file) => lines(file) > 250)
    expect(long.map((file) => `${file.path}: ${lines(file)}`)).toEqual([])
  })
})
