/** What became of people who came from providers, to be read in the console; and what would become of them. */
import { beforeAll, describe, expect, test } from 'vitest'
import { createConnection } from '../../src/connections/commands.ts'
import { connectionInput } from '../../src/connections/settings.ts'
import { federatedIdentities, signInDecisions, users } from '../../src/db/schema.ts'
import { type Entry, recordDecision } from '../../src/federation/decision/log/commands.ts'
import type { TestWorld } from '../support/app.ts'
import type { BrowserClient } from '../support/browser-client.ts'
import { errorBeside } from './forms.ts'
import { firstColumn, make, signedInWith } from './people.ts'
import { consoleWorld, makeProvider, PROVIDER } from './world.ts'

const LOG = '/console/sign-in-decisions'

let world: TestWorld
let browser: BrowserClient
beforeAll(async () => {
  ;({ world, browser } = await consoleWorld())
})

async function decide(connection: { id: string; name: string }, email: string, entry: Partial<Entry> = {}) {
  const person = { issuer: 'https://idp.example', subject: email, claims: { email } }
  const decided = { decision: 'create', reason: 'new', details: {}, ...entry } as const
  await recordDecision(await world.scope(), { connection, person, requestId: 'request-1' }, decided)
}

describe('the log', () => {
  test('says what it will list where nobody has come yet', async () => {
    expect((await browser.get(LOG)).text).toContain('Nobody has come yet')
  })

  test('is searched by connection, decision and user, the newest first', async () => {
    const [first, second] = [await makeProvider(world, 'First'), await makeProvider(world, 'Second')]
    const kim = await make(world, 'Users', { userName: 'kim' })
    await decide(first, 'old@x.example', { decision: 'refuse', reason: 'jit-off' })
    await decide(second, 'kim@x.example', { userId: kim.id })
    await decide(second, 'new@x.example', { decision: 'refuse', reason: 'deleted' })
    const found = async (query: string) => firstColumn((await browser.get(`${LOG}?${query}`)).text)
    expect(await found('')).toEqual(['new@x.example', 'kim@x.example', 'old@x.example'])
    expect(await found(`connection=${first.id}`)).toEqual(['old@x.example'])
    expect(await found('decision=refuse')).toEqual(['new@x.example', 'old@x.example'])
    expect(await found('user=kim')).toEqual(['kim@x.example'])
    expect(await found(`user=${kim.id}&decision=create`)).toEqual(['kim@x.example'])
    const nobody = await browser.get(`${LOG}?user=nobody`)
    expect(errorBeside(nobody.text, 'user')).toBe('There is no user of this name.')
    expect(firstColumn((await browser.get(`/console/connections/${first.id}/decisions`)).text)).toEqual([
      'old@x.example',
    ])
    expect((await browser.get(`/console/users/${kim.id}`)).text).toContain(`${LOG}?user=${kim.id}`)
  })

  test('is paged by 25, and a page leads to older ones and back to the newest', async () => {
    const many = await makeProvider(world, 'Many')
    for (let i = 0; i < 27; i++) await decide(many, `p${String(i).padStart(2, '0')}@x.example`)
    const path = `/console/connections/${many.id}/decisions`
    const page = await browser.get(path)
    expect(firstColumn(page.text)).toHaveLength(25)
    const [, href = ''] = /href="([^"]*)">\s*Older/.exec(page.text) ?? []
    const older = await browser.get(href.replaceAll('&amp;', '&'))
    expect(firstColumn(older.text)).toEqual(['p01@x.example', 'p00@x.example'])
    expect(older.text).toMatch(/Newest/)
    expect(older.text).not.toMatch(/Older/)
  })

  test('has a page for each decision: the reason in words, what it was decided by, and the way to the log', async () => {
    const connection = await makeProvider(world, 'Detail')
    const ann = await make(world, 'Users', { userName: 'ann' })
    const details = { by: 'externalId', note: '<b>' }
    await decide(connection, 'ann@x.example', { decision: 'refuse', reason: 'deactivated', userId: ann.id, details })
    const list = await browser.get(`/console/connections/${connection.id}/decisions`)
    const [, href = ''] = new RegExp(`href="(${LOG}/[^"]+)"`).exec(list.text) ?? []
    const { text } = await browser.get(href)
    expect(text).toContain('Her account is deactivated')
    expect(text).toContain(`href="/console/users/${ann.id}">ann</a>`)
    expect(text).toContain('request-1')
    expect(text).toContain('&lt;b&gt;')
    await (await world.tenant()).scim('DELETE', `/Users/${ann.id}`)
    expect((await browser.get(href)).status).toBeOneOf([200, 404])
    expect((await browser.get(`${LOG}/nothing`)).status).toBe(404)
  })

  test('of another tenant is not found', async () => {
    const { browser: other } = await signedInWith(world, ['connections:read'], 'acme')
    expect((await other.get(`/t/acme${LOG}`)).text).toContain('Nobody has come yet')
    const [, href = ''] = new RegExp(`href="(${LOG}/[^"]+)"`).exec((await browser.get(LOG)).text) ?? []
    expect((await other.get(`/t/acme${href}`)).status).toBe(404)
  })
})

describe('a dry run', () => {
  async function provider(name: string, jit: object) {
    const authenticator = { type: 'oidc', ...PROVIDER, issuer: 'https://idp.example' }
    const input = connectionInput.parse({ name, authenticator, jit })
    return `/console/connections/${(await createConnection(await world.scope(), input)).id}/dry-run`
  }
  const claims = (more: object = {}) => JSON.stringify({ sub: 'dry-1', preferred_username: 'dry', ...more })

  test('begins with an example, shows the account that would be made, and makes none', async () => {
    const { db } = await world.scope()
    const stored = async () => [
      await db.select().from(users),
      await db.select().from(federatedIdentities),
      await db.select().from(signInDecisions),
    ]
    const path = await provider('Dry', { enabled: true })
    expect((await browser.get(path)).text).toContain('&quot;sub&quot;: &quot;248289761001&quot;')
    const before = await stored()
    const page = await browser.post(path, { claims: claims(), issuer: '' })
    expect(page.status).toBe(200)
    expect(page.text).toContain('An account would be made')
    expect(page.text).toContain('&quot;userName&quot;: &quot;dry&quot;')
    expect(page.text).toContain('&quot;dry-1&quot;')
    expect(await stored()).toEqual(before)
  })

  test('names the groups and roles that would be given', async () => {
    const group = await make(world, 'Groups', { displayName: 'Dry group' })
    const jit = { enabled: true, groups: { claim: 'groups', map: { g: [group.id] }, sync: 'merge' } }
    const path = await provider('Groups', jit)
    const page = await browser.post(path, { claims: claims({ groups: ['g'] }), issuer: '' })
    expect(page.text).toMatch(/>Dry group<\/a>[^]*?>Given</)
    expect((await browser.post(path, { claims: claims(), issuer: '' })).text).not.toContain('Dry group')
  })

  test('says what she would be asked, and why she would be refused', async () => {
    const asks = await provider('Asks', { enabled: true, scheme: 'username' })
    const asked = await browser.post(asks, { claims: claims(), issuer: '' })
    expect(asked.text).toContain('She would be asked first')
    expect(asked.text).toContain('userName, password, consent')
    const off = await provider('Off', { enabled: false })
    const refused = await browser.post(off, { claims: claims(), issuer: '' })
    expect(refused.text).toContain('She would be refused')
    expect(refused.text).toContain('just-in-time provisioning is off')
  })

  test.each([
    ['no JSON', 'Give a JSON object'],
    ['[]', 'Give a JSON object'],
    ['{"name":"Jane"}', 'Give the claim sub'],
    ['{"sub":1}', 'Give the claim sub'],
  ])('of %s is refused beside its field, and what was typed stays', async (text, message) => {
    const path = await provider(`Wrong ${text}`, { enabled: true })
    const page = await browser.post(path, { claims: text, issuer: '' })
    expect(page.status).toBe(422)
    expect(errorBeside(page.text, 'claims')).toContain(message)
    expect(page.text).toContain(`${text.replaceAll('"', '&quot;')}</textarea>`)
  })

  test('tells of users, and so nothing to who may not read them', async () => {
    const path = await provider('Private', { enabled: true })
    const { browser: other } = await signedInWith(world, ['connections:read', 'connections:write'])
    expect((await other.get(path.replace('/dry-run', ''))).text).not.toContain('/dry-run')
    expect((await other.get(path)).status).toBe(403)
    expect((await other.send(path, { claims: claims() })).status).toBe(403)
  })
})
