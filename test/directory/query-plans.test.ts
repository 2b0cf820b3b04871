/** What each request to scim2 asks the database uses an index for every table that it reads, and begins with the tenant. */
import { beforeAll, describe, expect, test } from 'vitest'
import { type Plans, plansOf, type Statement } from '../support/plans.ts'
import {
  clientOf,
  ENTERPRISE,
  group,
  patchOf,
  post,
  query,
  type Ask,
  type Resource,
  type Service,
  service,
  user,
} from '../conformance/world.ts'

let scim: Service
let ask: Ask
let plans: Plans
let kim: Resource
let guides: Resource
beforeAll(async () => {
  scim = await service()
  ask = await clientOf(scim.tenant, 'strict')
  kim = await post(ask, '/Users', user({ userName: 'kim', emails: [{ value: 'kim@x.example' }], externalId: 'HR-1' }))
  guides = await post(ask, '/Groups', group({ displayName: 'Guides', members: [{ value: kim.id }] }))
  plans = await plansOf(scim.world.platform.db)
})

/** Tables that hold a tenant's few settings. */
const SETTINGS = /^SEARCH (custom_attributes|password_policies) |INDEX (\w+_)?(connectors|connections|provisioners)_/

/**
 * Every step that finds rows of a table does so by an index that begins with the tenant, and by something more: all of a
 * tenant's rows are read by nothing but a listing, of its own resources `r`.
 */
async function demandTenant(statements: readonly Statement[]): Promise<void> {
  for (const statement of statements) {
    for (const step of await plans.planOf(statement)) {
      if (!/^SEARCH \w+ USING/.test(step) || /VIRTUAL TABLE|AUTOMATIC|autoindex_tenants/.test(step)) continue
      expect(step, statement.sql).toMatch(/\(tenant_id=\?/)
      if (!SETTINGS.test(step) && !step.startsWith('SEARCH r '))
        expect(step, statement.sql).not.toMatch(/\(tenant_id=\?\)/)
    }
  }
}

const demand = async (run: () => Promise<Response>) => {
  const statements = await plans.demandIndexes(async () => expect((await run()).status).toBeLessThan(300))
  await demandTenant(statements)
  return statements
}
const listing = (path: string, parameters: Record<string, string>) =>
  ask('GET', query(path, { count: '100', ...parameters }))

describe('a request', () => {
  test.each<[string, () => Promise<Response>]>([
    ['reads a user', () => ask('GET', `/Users/${kim.id}`)],
    ['reads a group', () => ask('GET', `/Groups/${guides.id}`)],
    [
      'creates a user',
      () => ask('POST', '/Users', user({ userName: 'new', emails: [{ value: 'n@x' }], externalId: 'n' })),
    ],
    ['patches a user', () => ask('PATCH', `/Users/${kim.id}`, patchOf({ op: 'replace', path: 'title', value: 'T' }))],
    [
      'adds a member',
      () => ask('PATCH', `/Groups/${guides.id}`, patchOf({ op: 'add', path: 'members', value: [{ value: kim.id }] })),
    ],
    [
      'removes a member',
      () => ask('PATCH', `/Groups/${guides.id}`, patchOf({ op: 'remove', path: `members[value eq "${kim.id}"]` })),
    ],
    [
      'deactivates a user',
      () => ask('PATCH', `/Users/${kim.id}`, patchOf({ op: 'replace', path: 'active', value: false })),
    ],
    [
      'deletes a user',
      async () => ask('DELETE', `/Users/${(await post(ask, '/Users', user({ userName: 'gone' }))).id}`),
    ],
    ['replaces a user', () => ask('PUT', `/Users/${kim.id}`, user({ userName: 'kim' }))],
    ['lists the first page', () => listing('/Users', { cursor: '' })],
    ['lists groups', () => listing('/Groups', { cursor: '' })],
    ['lists roles', () => listing('/Roles', {})],
  ])('%s by index', async (_what, run) => void (await demand(run)))
})

/** The index that finds who is meant. */
async function demandIndex(run: () => Promise<Response>, index: RegExp): Promise<void> {
  const steps = (await Promise.all((await demand(run)).map((one) => plans.planOf(one)))).flat()
  expect(
    steps.some((step) => index.test(step)),
    steps.join('\n'),
  ).toBe(true)
}

describe('a filter', () => {
  const [users, emails] = [
    (name: string) => new RegExp(`INDEX ${name} \\(tenant_id=\\? AND`),
    /user_emails USING PRIMARY KEY \(tenant_id=\? AND value_key/,
  ]
  test.each([
    ['userName eq "kim"', users('users_user_name')],
    ['userName sw "ki"', users('users_user_name')],
    ['externalId eq "HR-1"', users('users_external_id')],
    ['displayName eq "Kim"', users('users_display_name')],
    ['id eq "x"', users('sqlite_autoindex_users_1')],
    ['emails eq "kim@x.example"', emails],
    ['emails.value sw "kim@"', emails],
    ['emails[type eq "work" and value eq "kim@x.example"]', emails],
    ['userName eq "kim" and active eq true', users('users_user_name')],
    ['userName eq "kim" or externalId eq "HR-1"', users('users_external_id')],
    ['(userName eq "a" or emails eq "b") and active eq true', emails],
    ['groups.value eq "g"', /group_members/],
    ['meta.lastModified gt "2999-01-01T00:00:00Z"', users('users_last_modified')],
    [`userName eq "kim" and ${ENTERPRISE}:department eq "x"`, users('users_user_name')],
  ])('%s is answered by an index', (filter, index) => demandIndex(() => listing('/Users', { filter }), index))

  test.each([
    ['displayName eq "Guides"', /INDEX groups_display_name \(tenant_id=\? AND/],
    ['externalId eq "x"', /INDEX groups_external_id \(tenant_id=\? AND/],
    ['members.value eq "u"', /group_members USING .*group_members_member \(tenant_id=\? AND member_id/],
    ['id eq "g" and members eq "u"', /INDEX sqlite_autoindex_groups_1 \(tenant_id=\? AND id/],
  ])('%s is answered by an index, of groups', (filter, index) =>
    demandIndex(() => listing('/Groups', { filter }), index),
  )
})

test.each(['userName', 'displayName', 'externalId', 'meta.created', 'meta.lastModified', 'id'])(
  'a page by cursor in the order of %s is read from an index that has that order: nothing is sorted but the page',
  async (sortBy) => {
    for (const sortOrder of ['ascending', 'descending']) {
      const statements = await demand(() => listing('/Users', { cursor: '', sortBy, sortOrder }))
      const page = statements.find(({ sql }) => sql.includes('page_id')) as Statement
      const steps = await plans.planOf(page)
      // The ids of the page are found first; what comes after that reads the page's own rows.
      const found = steps.findIndex((step) =>
        /^SEARCH r USING INDEX sqlite_autoindex_users_1 .* AND id=\?\)/.test(step),
      )
      const before = steps.slice(0, found)
      expect(before, steps.join('\n')).toContainEqual(expect.stringMatching(/^SEARCH r USING .*INDEX/))
      expect(before.join('\n')).not.toContain('TEMP B-TREE')
    }
  },
)
