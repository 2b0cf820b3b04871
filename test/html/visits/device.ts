/** A device is connected, or not; and a sign-out that an application hears of in a frame. */
import { expect } from 'vitest'
import { fill } from './form.ts'
import { atHome, newcomer, PASSWORD, type Visit, visitor } from './person.ts'

/** `clientId` is a public client that may use device codes. */
export async function visitDevice(visit: Visit, clientId: string): Promise<void> {
  const { world, sent, pages } = visit
  const person = await newcomer(world)
  const browser = visitor({ world, sent })
  const entry = await browser.get('/device')
  pages.set('device', entry)
  pages.set('device, no code', await fill(browser, entry, { user_code: '1' }))
  pages.set('device, unknown code', await fill(browser, entry, { user_code: 'BBBBBBBB' }))
  const signIn = await fill(browser, entry, { user_code: await userCode(visit, clientId, 'openid profile email') })
  const confirm = await fill(browser, signIn, { username: person.userName, password: PASSWORD })
  pages.set('device, allowed?', confirm)
  pages.set('device, nothing decided', await fill(browser, confirm, {}))
  pages.set('device, allowed', await fill(browser, confirm, { decision: 'allow' }))
  const next = await fill(browser, await browser.get('/device'), { user_code: await userCode(visit, clientId, '') })
  pages.set('device that asks for nothing, allowed?', next)
  pages.set('device, denied', await fill(browser, next, { decision: 'deny' }))
  pages.set('device, over', await browser.get('/device/confirm?request=gone'))
  let page = entry
  for (let tries = 0; tries < 30 && page.status !== 429; tries++) {
    page = await fill(browser, entry, { user_code: 'BBBBBBBB' })
  }
  pages.set('device, too many codes', page)
}

async function userCode({ world }: Visit, clientId: string, scope: string): Promise<string> {
  const body = new URLSearchParams({ client_id: clientId, ...(scope === '' ? {} : { scope }) })
  const { baseUrl } = world.platform.config
  const answer = await world.app.request(`${baseUrl}/oauth2/device_authorize`, { method: 'POST', body })
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { user_code: string }).user_code
}

/** `address` is where an application asks that wants to hear of a sign-out in the browser. */
export async function visitFrames(visit: Visit, address: string): Promise<void> {
  const browser = await atHome(visit, await newcomer(visit.world))
  expect((await browser.get(address)).path).toContain('code=')
  await browser.get('/logout')
  visit.pages.set('sign-out, others are told', await browser.post('/logout'))
}
