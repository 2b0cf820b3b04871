/** What somebody sees and changes of herself, and how it is refused. */
import { expect } from 'vitest'
import type { BrowserClient } from '../../support/browser-client.ts'
import { fill } from './form.ts'
import { atHome, type Newcomer, newcomer, PASSWORD, type Visit } from './person.ts'

const PHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1'

/** `address` is where an application asks for what she has to allow. */
export async function visitAccount(visit: Visit, address: string, connectionId: string): Promise<void> {
  const { world, pages } = visit
  const person = await newcomer(world)
  const browser = await atHome(visit, person)
  pages.set('account', await browser.get('/account'))
  await visitProfile(visit, browser)
  await visitSessions(visit, browser, person)
  await visitApplications(visit, browser, address)
  await link(visit, person, connectionId)
  pages.set('linked accounts', await browser.get('/account/linked'))
  pages.set('linked account, parted?', await browser.get(`/account/linked/${connectionId}/unlink`))
  await visitPassword(visit, browser)
  await visitWithoutPassword(visit, browser, person, connectionId)
}

async function visitProfile({ pages }: Visit, browser: BrowserClient): Promise<void> {
  const send = (fields: Record<string, string>) => browser.post('/account/profile', { shown: '{}', ...fields })
  pages.set('profile', await browser.get('/account/profile'))
  pages.set('profile, too long', await send({ displayName: '1'.repeat(201), phone: '1'.repeat(201) }))
  pages.set('profile, saved', await send({ displayName: '1' }))
  pages.set('own address', await browser.get('/account/profile/email'))
  pages.set('own address, none', await browser.post('/account/profile/email', { email: '1' }))
}

async function visitSessions(visit: Visit, browser: BrowserClient, person: Newcomer): Promise<void> {
  const { pages } = visit
  pages.set('sessions, one', await browser.get('/account/sessions'))
  await atHome({ ...visit, sent: { ...visit.sent, 'User-Agent': PHONE } }, person)
  const sessions = await browser.get('/account/sessions')
  pages.set('sessions', sessions)
  const [, end = ''] = /name="end" value="([^"]{20,})"/.exec(sessions.text) ?? []
  pages.set('sessions, one ended', await browser.post('/account/sessions', { end }))
  pages.set('sessions, others ended', await browser.post('/account/sessions', { end: 'others' }))
}

async function visitApplications({ pages }: Visit, browser: BrowserClient, address: string): Promise<void> {
  pages.set('applications, none', await browser.get('/account/applications'))
  const answer = await fill(browser, await browser.get(address), { decision: 'allow' })
  expect(answer.path).toContain('code=')
  const applications = await browser.get('/account/applications')
  pages.set('applications', applications)
  const [, withdraw = ''] = /href="(\/account\/applications\/[^"/]+\/withdraw)"/.exec(applications.text) ?? []
  pages.set('application, withdrawn?', await browser.get(withdraw))
  pages.set('applications, withdrawn', await browser.post(withdraw))
}

async function link({ world }: Visit, { id, userName }: Newcomer, connectionId: string): Promise<void> {
  const { tenantId } = await world.scope()
  await world.platform.db.$client.execute({
    sql: `insert into federated_identities (tenant_id, connection_id, issuer, subject, user_id, created, last_sign_in)
      values (?, ?, 'https://idp.example', ?, ?, 0, 0)`,
    args: [tenantId, connectionId, userName, id],
  })
}

async function visitPassword({ pages }: Visit, browser: BrowserClient): Promise<void> {
  const send = (current: string, password: string) => browser.post('/account/password', { current, password })
  pages.set('own password', await browser.get('/account/password'))
  pages.set('own password, nothing typed', await send('', ''))
  pages.set('own password, too weak', await send(PASSWORD, 'weak'))
  pages.set('own password, changed', await send(PASSWORD, `${PASSWORD}2`))
  pages.set('own password, wrong', await send('wrong', PASSWORD))
  let page = await send('wrong', PASSWORD)
  for (let failures = 2; failures < 10 && page.status !== 429; failures++) page = await send('wrong', PASSWORD)
  pages.set('own password, too many', page)
}

/** Somebody who is known by another provider alone, and parts from it. */
async function visitWithoutPassword(
  { world, pages }: Visit,
  browser: BrowserClient,
  { id }: Newcomer,
  connectionId: string,
): Promise<void> {
  await world.platform.db.$client.execute({ sql: 'update users set password_hash = null where id = ?', args: [id] })
  pages.set('own password, none', await browser.get('/account/password'))
  const unlink = `/account/linked/${connectionId}/unlink`
  await browser.get(unlink)
  pages.set('linked account, the only way', await browser.post(unlink))
}
