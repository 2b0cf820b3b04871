import { beforeEach, describe, expect, test } from 'vitest'
import { findUser } from '../../src/directory/users/queries.ts'
import { isVerified } from '../../src/directory/verified/queries.ts'
import { linkIn, mailsOf, tokenIn } from '../mail/world.ts'
import { KIM, oidcWorld, type OidcWorld } from '../oidc/world.ts'
import { type BrowserClient, browserClient, signedIn } from '../support/browser-client.ts'

let world: OidcWorld
let kim: BrowserClient
beforeEach(async () => {
  world = await oidcWorld()
  kim = await signedIn(world, KIM)
})

const self = async () => (await findUser(await world.scope(), world.kimId))?.document

/** Sends the profile's form with what it showed, and these fields as they were typed. */
async function save(fields: Readonly<Record<string, string>>) {
  const { text } = await kim.get('/account/profile')
  const shown = (/name="shown" value="([^"]+)"/.exec(text)?.[1] ?? '').replaceAll('&quot;', '"')
  return kim.post('/account/profile', { ...(JSON.parse(shown) as Record<string, string>), shown, ...fields })
}

describe('the profile', () => {
  test('is changed as over SCIM, and what is not in the form stays as it is', async () => {
    const before = await self()
    const page = await save({ displayName: 'Kim B.', givenName: 'Kimmy', phone: '+49 30 1234567', language: 'de' })
    expect(page).toMatchObject({ status: 200, path: '/account/profile?done=saved' })
    expect(page.text).toContain('Your profile was saved.')
    expect(await self()).toEqual({
      ...before,
      displayName: 'Kim B.',
      name: { givenName: 'Kimmy', familyName: 'Berry' },
      phoneNumbers: [{ value: '+49 30 1234567', primary: true }],
      preferredLanguage: 'de',
    })
    await save({ phone: '', displayName: '' })
    expect(await self()).not.toHaveProperty('phoneNumbers')
    expect(await self()).not.toHaveProperty('displayName')
  })

  test('is not changed by what a person may not change of herself', async () => {
    const before = await self()
    await save({ userName: 'admin', active: 'false', roles: 'admin', externalId: 'x', emails: 'x@example.com' })
    expect(await self()).toEqual(before)
  })

  test('a slip is told beside the field, with what was typed', async () => {
    const page = await save({ phone: 'call me', givenName: 'Kimmy' })
    expect(page.status).toBe(422)
    expect(page.text).toContain('id="field-phone-error"')
    expect(page.text).toContain('value="call me"')
    expect(page.text).toContain('value="Kimmy"')
  })
})

describe('the e-mail address', () => {
  async function follow(link: string) {
    // Mail is read wherever it is read.
    const browser = browserClient(world)
    const page = await browser.get(link)
    if (page.status !== 200) return page
    const token = new URL(link, 'https://localhost').searchParams.get('token') ?? ''
    return browser.post('/verify-email', { token })
  }
  async function change(email: string) {
    await kim.get('/account/profile/email')
    return kim.post('/account/profile/email', { email })
  }

  test('is another one once a link that was mailed there has been followed; the former one is told', async () => {
    expect((await change('kim@new.example')).path).toBe('/account/profile?done=mailed')
    expect((await self())?.emails).toMatchObject([{ value: 'kim@example.com' }])
    const [mail] = await mailsOf(world)
    expect(mail?.to).toBe('kim@new.example')
    expect(await follow(linkIn(mail))).toMatchObject({ status: 200 })
    expect((await self())?.emails).toEqual([{ value: 'kim@new.example', primary: true }])
    expect(await isVerified(await world.scope(), world.kimId, 'kim@new.example')).toBe(true)
    expect((await kim.get('/account/profile')).text).toContain('Confirmed')
    expect(await mailsOf(world)).toMatchObject([
      { to: 'kim@example.com', subject: 'Your e-mail address at postern was changed' },
    ])
    expect(await follow(linkIn(mail))).toMatchObject({ status: 410 })
  })

  test('is confirmed as it is by a link', async () => {
    expect((await kim.get('/account/profile')).text).toContain('Not confirmed')
    expect((await kim.post('/account/profile', { send: 'link' })).path).toBe('/account/profile?done=linked')
    const [mail] = await mailsOf(world)
    await follow(linkIn(mail))
    expect((await kim.get('/account/profile')).text).not.toContain('Not confirmed')
    expect(await mailsOf(world)).toEqual([])
  })

  test('a link is over once the password has changed: whoever asked for it may have been somebody else', async () => {
    await change('thief@evil.example')
    const [mail] = await mailsOf(world)
    const tenant = await world.tenant()
    await tenant.scim('PATCH', `/Users/${world.kimId}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'password', value: 'An0ther-pa33word' }],
    })
    expect(await follow(linkIn(mail))).toMatchObject({ status: 410 })
    expect((await self())?.emails).toMatchObject([{ value: 'kim@example.com' }])
  })

  test('of two who follow one link at once, one gets it', async () => {
    await change('kim@new.example')
    const [mail] = await mailsOf(world)
    const browsers = [browserClient(world), browserClient(world)]
    for (const browser of browsers) await browser.get(linkIn(mail))
    const answers = await Promise.all(browsers.map((one) => one.send('/verify-email', { token: tokenIn(mail) })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410])
  })

  test('needs a sign-in of the last ten minutes', async () => {
    world.advance(10 * 60_000 + 1)
    expect((await kim.get('/account/profile/email')).path).toBe('/login?return_to=%2Faccount%2Fprofile%2Femail')
    await kim.get('/account/profile')
    const answer = await kim.send('/account/profile/email', { email: 'kim@new.example' })
    expect(answer.headers.get('Location')).toBe('/login?return_to=%2Faccount%2Fprofile%2Femail')
    expect(await mailsOf(world)).toEqual([])
  })

  test('what is none is refused beside the field', async () => {
    const page = await change('kim at example')
    expect(page.status).toBe(422)
    expect(page.text).toContain('id="field-email-error"')
    expect(page.text).toContain('value="kim at example"')
  })
})
