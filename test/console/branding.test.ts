import { beforeAll, expect, test } from 'vitest'
import type { TestWorld } from '../support/app.ts'
import type { BrowserClient } from '../support/browser-client.ts'
import { png } from '../tenancy/branding/world.ts'
import { signedInWith } from './people.ts'
import { consoleWorld, errorAt, valueIn } from './world.ts'

const PATH = '/console/branding'
const FORM = { displayName: 'Acme', accent: '#7a0000', accentDark: '', supportUrl: '', privacyUrl: '', termsUrl: '' }

let world: TestWorld
let browser: BrowserClient
beforeAll(async () => void ({ world, browser } = await consoleWorld()))

const branding = async () => (await (await world.tenant()).api('GET', '/branding')).json()

test('what is typed is previewed on both grounds without being set', async () => {
  const page = await browser.post(PATH, { ...FORM, action: 'preview' })
  expect(page.status).toBe(200)
  expect([valueIn(page.text, 'displayName'), valueIn(page.text, 'accent')]).toEqual(['Acme', '#7a0000'])
  expect(page.text.match(/class="preview (?:light|dark)"[\s\S]*?<span>Acme<\/span>/g)).toHaveLength(2)
  const style = /href="([^"]*preview\.css[^"]*)"/.exec(page.text)?.[1] ?? ''
  expect((await browser.get(style)).text).toContain('.preview.light { --accent: #7a0000;')
  expect(await branding()).toEqual({})
})

test('what is left empty is not set', async () => {
  const page = await browser.post(PATH, FORM)
  expect(page.text).toContain('The branding was updated.')
  expect(valueIn(page.text, 'displayName')).toBe('Acme')
  expect(await branding()).toEqual({ displayName: 'Acme', accent: '#7a0000' })
})

test.each(['', 'preview'])(
  'a colour that cannot be read is refused beside its field, what was typed stays (%s)',
  async (action) => {
    const page = await browser.post(PATH, { ...FORM, displayName: 'Other', accent: '#ffee00', action })
    expect(page.status).toBe(422)
    expect(errorAt(page.text, 'accent')).toMatch(/Choose a darker one/)
    expect([valueIn(page.text, 'displayName'), valueIn(page.text, 'accent')]).toEqual(['Other', '#ffee00'])
    expect(await branding()).toMatchObject({ displayName: 'Acme' })
  },
)

test('the preview’s style sheet has nothing in it but colours', async () => {
  const style = await browser.get(`${PATH}/preview.css?accent=${encodeURIComponent('#000000}body{display:none}')}`)
  expect(style.text).toBe('')
})

test('a logo is uploaded as a file, and removed after a question', async () => {
  const upload = async (bytes: Uint8Array<ArrayBuffer>) => {
    const form = new FormData()
    form.set('logo', new File([bytes], 'logo.png', { type: 'image/png' }))
    return browser.upload(`${PATH}/logo`, form)
  }
  const refused = await upload(new Uint8Array(Buffer.from('<svg/>')))
  expect([refused.status, errorAt(refused.text, 'logo')]).toEqual([422, expect.stringMatching(/SVG is not taken/)])
  const page = await upload(png())
  expect(page.text).toContain('The logo was updated.')
  expect(page.text).toMatch(/<img src="\/branding\/logo\?v=[^"]+" alt="The logo"/)
  expect((await browser.get('/logout')).text).toContain('<img src="/branding/logo?v=')
  expect((await browser.get(`${PATH}/logo/remove`)).text).toContain('Remove the logo?')
  expect((await browser.post(`${PATH}/logo/remove`)).text).toContain('The logo was removed.')
  expect((await browser.get('/logout')).text).not.toContain('<img')
})

test('no file at all is refused beside the field', async () => {
  const page = await browser.post(`${PATH}/logo`, {})
  expect([page.status, errorAt(page.text, 'logo')]).toEqual([422, expect.stringMatching(/Choose a PNG/)])
})

test('who may only read sees it and changes nothing', async () => {
  const { browser: reader } = await signedInWith(world, ['settings:read'], 'readers')
  const page = await reader.get(`/t/readers${PATH}`)
  expect(page.text).toContain('You can read this, and not change it.')
  expect(page.text).not.toMatch(/type="file"/)
  expect((await reader.post(`/t/readers${PATH}`, FORM)).status).toBe(403)
  expect((await reader.post(`/t/readers${PATH}/logo/remove`)).status).toBe(403)
})
