import { beforeAll, describe, expect, test } from 'vitest'
import { groupMembers } from '../../src/db/schema.ts'
import {
  create,
  directory,
  type Directory,
  GROUP,
  list,
  ORIGIN,
  PATCH_OP,
  read,
  refusal,
  type Resource,
} from './world.ts'

let scim: Directory
let kim: Resource
let lee: Resource
beforeAll(async () => {
  scim = await directory()
  kim = await create(scim, 'Users', { userName: 'kim' })
  lee = await create(scim, 'Users', { userName: 'lee' })
})

const memberIds = (group: Resource) => ((group.members ?? []) as { value: string }[]).map(({ value }) => value)
const patch = (id: string, ...Operations: object[]) =>
  scim.tenant.scim('PATCH', `/Groups/${id}`, { schemas: [PATCH_OP], Operations })

test('a group is created with its members: 201, Location, and each member with name and address (RFC 7643 section 4.2)', async () => {
  const answer = await scim.tenant.scim('POST', '/Groups', {
    schemas: [GROUP],
    displayName: 'team',
    members: [{ value: kim.id }],
  })
  expect(answer.status).toBe(201)
  const group = (await answer.json()) as Resource
  expect(answer.headers.get('Location')).toBe(`${ORIGIN}/scim2/Groups/${group.id}`)
  expect(group).toMatchObject({
    schemas: [GROUP],
    displayName: 'team',
    members: [{ value: kim.id, $ref: `${ORIGIN}/scim2/Users/${kim.id}`, display: 'kim', type: 'User' }],
    meta: { resourceType: 'Group', version: 'W/"1"' },
  })
  expect(await read(scim, 'Groups', group.id)).toEqual(group)
})

test('a member shows the group that she is in (RFC 7643 section 4.1.2)', async () => {
  const group = await create(scim, 'Groups', { displayName: 'shown', members: [{ value: lee.id }] })
  const { groups } = await read(scim, 'Users', lee.id)
  expect(groups).toEqual([
    { value: group.id, $ref: `${ORIGIN}/scim2/Groups/${group.id}`, display: 'shown', type: 'direct' },
  ])
  await scim.tenant.scim('DELETE', `/Groups/${group.id}`)
  expect((await read(scim, 'Users', lee.id)).groups).toBeUndefined()
})

describe('members', () => {
  test('are added and removed by PATCH, each once', async () => {
    const { id } = await create(scim, 'Groups', { displayName: 'patched' })
    await patch(id, { op: 'add', path: 'members', value: [{ value: kim.id }, { value: lee.id }] })
    await patch(id, { op: 'Add', path: 'members', value: [{ value: kim.id }] })
    expect(memberIds(await read(scim, 'Groups', id))).toEqual([kim.id, lee.id])
    await patch(id, { op: 'remove', path: `members[value eq "${kim.id}"]` })
    expect(memberIds(await read(scim, 'Groups', id))).toEqual([lee.id])
    await patch(id, { op: 'remove', path: 'members' })
    expect(memberIds(await read(scim, 'Groups', id))).toEqual([])
  })

  test('are replaced by PUT, and go if it names none', async () => {
    const { id } = await create(scim, 'Groups', { displayName: 'replaced', members: [{ value: kim.id }] })
    await scim.tenant.scim('PUT', `/Groups/${id}`, { displayName: 'replaced', members: [{ value: lee.id }] })
    expect(memberIds(await read(scim, 'Groups', id))).toEqual([lee.id])
    await scim.tenant.scim('PUT', `/Groups/${id}`, { displayName: 'replaced' })
    expect(memberIds(await read(scim, 'Groups', id))).toEqual([])
  })

  test('may be groups', async () => {
    const inner = await create(scim, 'Groups', { displayName: 'inner' })
    const outer = await create(scim, 'Groups', { displayName: 'outer', members: [{ value: inner.id }] })
    expect(outer.members).toMatchObject([{ value: inner.id, type: 'Group', display: 'inner' }])
  })

  test('who are nobody here are refused, and nothing was changed', async () => {
    const acme = await scim.world.tenant('acme')
    const stranger = (await (await acme.scim('POST', '/Users', { userName: 'stranger' })).json()) as Resource
    const { id } = await create(scim, 'Groups', { displayName: 'closed', members: [{ value: kim.id }] })
    for (const value of ['nobody', stranger.id]) {
      const refused = await refusal(patch(id, { op: 'add', path: 'members', value: [{ value: lee.id }, { value }] }))
      expect(refused).toMatchObject({ status: 400, scimType: 'invalidValue' })
      const made = await refusal(scim.tenant.scim('POST', '/Groups', { displayName: 'new', members: [{ value }] }))
      expect(made.status).toBe(400)
    }
    expect(memberIds(await read(scim, 'Groups', id))).toEqual([kim.id])
    expect((await list(scim, 'Groups', { filter: 'displayName eq "new"' })).totalResults).toBe(0)
  })

  test('that two requests add at once are both in', async () => {
    const { id } = await create(scim, 'Groups', { displayName: 'busy' })
    const answers = await Promise.all(
      [kim, lee].map((user) => patch(id, { op: 'add', path: 'members', value: [{ value: user.id }] })),
    )
    expect(answers.map(({ status }) => status)).toEqual([204, 204])
    expect(memberIds(await read(scim, 'Groups', id)).toSorted()).toEqual([kim.id, lee.id].toSorted())
  })

  test('go from the group with their account, and memberships go with the group', async () => {
    const leaver = await create(scim, 'Users', { userName: 'leaver' })
    const group = await create(scim, 'Groups', {
      displayName: 'left',
      members: [{ value: leaver.id }, { value: kim.id }],
    })
    await scim.tenant.scim('DELETE', `/Users/${leaver.id}`)
    expect(memberIds(await read(scim, 'Groups', group.id))).toEqual([kim.id])
    await scim.tenant.scim('DELETE', `/Groups/${group.id}`)
    const rows = await scim.world.platform.db.select().from(groupMembers)
    expect(rows.filter((row) => [row.groupId, row.memberId].includes(group.id) || row.memberId === leaver.id)).toEqual(
      [],
    )
  })
})

test('a displayName that is taken is refused: 409 uniqueness, also when two creates race', async () => {
  const answers = await Promise.all(
    ['raced', 'Raced', 'RACED'].map((displayName) => scim.tenant.scim('POST', '/Groups', { displayName })),
  )
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409])
  const refused = await refusal(scim.tenant.scim('POST', '/Groups', { displayName: 'raced' }))
  expect(refused).toMatchObject({ status: 409, scimType: 'uniqueness' })
})

test('If-Match of another version is refused: 412', async () => {
  const { id } = await create(scim, 'Groups', { displayName: 'versioned' })
  const put = (tag: string) =>
    scim.tenant.scim('PUT', `/Groups/${id}`, { displayName: 'versioned', externalId: tag }, { 'If-Match': tag })
  expect((await put('W/"1"')).headers.get('ETag')).toBe('W/"2"')
  expect((await refusal(put('W/"1"'))).status).toBe(412)
})

test('a change that changes nothing makes no version', async () => {
  const { id } = await create(scim, 'Groups', { displayName: 'same', members: [{ value: kim.id }, { value: lee.id }] })
  const members = [{ value: lee.id }, { value: kim.id }]
  const answer = await scim.tenant.scim('PUT', `/Groups/${id}`, { displayName: 'same', members })
  expect(answer.headers.get('ETag')).toBe('W/"1"')
})

test.each([
  ['displayName eq "TEAM"', ['team']],
  ['externalId eq "ext-1"', ['found']],
  ['displayName sw "fou"', ['found']],
])('%s finds %j', async (filter, names) => {
  if ((await list(scim, 'Groups', { filter: 'displayName eq "found"' })).totalResults === 0) {
    await create(scim, 'Groups', { displayName: 'found', externalId: 'ext-1' })
  }
  const { Resources } = await list(scim, 'Groups', { filter })
  expect(Resources.map(({ displayName }) => displayName)).toEqual(names)
})

test('groups are found by a member, and by nothing that is not theirs', async () => {
  const { id } = await create(scim, 'Groups', { displayName: 'by member', members: [{ value: lee.id }] })
  const filter = `displayName eq "by member" and members.value eq "${lee.id}"`
  expect((await list(scim, 'Groups', { filter })).Resources.map((group) => group.id)).toEqual([id])
  const refused = await refusal(
    scim.tenant.scim('GET', `/Groups?${new URLSearchParams({ filter: 'userName eq "kim"' })}`),
  )
  expect(refused.scimType).toBe('invalidFilter')
})

test('the built-in roles are read, by either path, and stay', async () => {
  for (const path of ['/Roles', '/v2/Roles']) {
    const { Resources } = (await (await scim.tenant.scim('GET', path)).json()) as { Resources: Resource[] }
    expect(Resources.map(({ displayName }) => displayName).toSorted()).toEqual(['admin', 'everyone'])
    for (const role of Resources) {
      expect(await (await scim.tenant.scim('GET', `${path}/${role.id}`)).json()).toEqual(role)
      expect((await refusal(scim.tenant.scim('DELETE', `${path}/${role.id}`))).status).toBe(403)
    }
    expect((await refusal(scim.tenant.scim('GET', `${path}/nothing`))).status).toBe(404)
  }
})
