import { expect, test } from 'vitest'
import { listDeletedUsersAfter } from '../../src/directory/deleted/queries.ts'
import { createConnection } from '../../src/connections/commands.ts'
import { decideProvisioning } from '../../src/federation/decision/decide.ts'
import { findSituation } from '../../src/federation/decision/situation/situation.ts'
import type { TestWorld } from '../support/app.ts'
import { signedInWith } from './people.ts'
import { consoleWorld } from './world.ts'

const LIST = '/console/deleted-users'

/** Somebody who was here, and was deleted. */
async function bury(world: TestWorld, userName: string, more: Record<string, string> = {}, slug = '') {
  const tenant = await world.tenant(slug)
  const { id } = await (await tenant.scim('POST', '/Users', { userName, ...more })).json()
  await tenant.scim('DELETE', `/Users/${id}`)
  return id as string
}

const left = async (world: TestWorld) =>
  (await listDeletedUsersAfter(await world.scope(), { key: '', id: '' }, 100)).map(({ userName }) => userName)

test('where nobody was deleted, the list says so, and what it is for', async () => {
  const { browser } = await consoleWorld()
  const { text } = await browser.get(LIST)
  expect(text).toContain('Nobody was deleted yet')
  expect(text).toContain('just-in-time provisioning passes over')
})

test('a deleted user is listed with what she is known by', async () => {
  const { world, browser } = await consoleWorld()
  const id = await bury(world, 'kim', { externalId: 'HR-7' })
  const { text } = await browser.get(LIST)
  for (const words of ['kim', 'HR-7', '1 deleted user', `${LIST}/${id}/allow`]) expect(text).toContain(words)
})

test('the list has pages, in the order of user names or the other way round', async () => {
  const { world, browser } = await consoleWorld()
  for (let i = 10; i < 37; i++) await bury(world, `user-${i}`)
  const namesOn = async (query: string) =>
    [...(await browser.get(LIST + query)).text.matchAll(/<strong>(user-\d+)</g)].map(([, name]) => name)
  expect(await namesOn('')).toEqual([...Array(25).keys()].map((i) => `user-${i + 10}`))
  expect(await namesOn('?page=2')).toEqual(['user-35', 'user-36'])
  expect((await namesOn('?sort=userName&order=descending'))[0]).toBe('user-36')
  expect((await browser.get(`${LIST}?page=9`)).text).toContain('Go to the first page.')
})

test('a part of the user name finds her, in any case and as it is typed', async () => {
  const { world, browser } = await consoleWorld()
  await bury(world, 'kim.berry')
  await bury(world, 'ann_lee')
  const found = await browser.get(`${LIST}?q=KIM`)
  expect(found.text).toContain('kim.berry')
  expect(found.text).not.toContain('ann_lee')
  const none = await browser.get(`${LIST}?q=${encodeURIComponent('%<b>')}`)
  expect(none.text).toContain('No deleted user was found')
  expect(none.text).toContain('“%&lt;b&gt;”')
})

test('she may come back after a question: just-in-time provisioning passes over her no longer', async () => {
  const { world, browser } = await consoleWorld()
  const id = await bury(world, 'kim', { externalId: 'HR-7' })
  await bury(world, 'ann')
  const kim = { issuer: 'https://idp.example', subject: 'HR-7', claims: { preferred_username: 'kim' } }
  const jit = { enabled: true, scheme: 'silent', userStore: 'PRIMARY', attributeSync: 'none' } as const
  const connection = await createConnection(await world.scope(), { name: 'IdP', jit })
  const decided = async () => decideProvisioning(await findSituation(await world.scope(), connection, kim))
  const question = await browser.get(`${LIST}/${id}/allow`)
  expect(question.text).toContain('Allow kim to come back?')
  expect(await decided()).toMatchObject({ kind: 'refuse', refusal: 'deleted' })
  const page = await browser.post(`${LIST}/${id}/allow`)
  expect(page.text).toContain('The user may come back.')
  expect(await decided()).toMatchObject({ kind: 'create', userName: 'kim' })
  expect(await left(world)).toEqual(['ann'])
  expect((await browser.get(`${LIST}/${id}/allow`)).status).toBe(404)
  expect((await browser.send(`${LIST}/${id}/allow`)).status).toBe(404)
})

test('who may only read sees the list and no way to change it', async () => {
  const { world } = await consoleWorld()
  const id = await bury(world, 'kim')
  const { browser } = await signedInWith(world, ['settings:read'])
  const { text } = await browser.get(LIST)
  expect(text).toContain('kim')
  expect(text).not.toContain(`/allow"`)
  expect((await browser.get(`${LIST}/${id}/allow`)).status).toBe(403)
  expect((await browser.send(`${LIST}/${id}/allow`)).status).toBe(403)
  expect(await left(world)).toEqual(['kim'])
})
