/** Every visitor page in a real browser: what axe finds, what a keyboard reaches, and what is left of it in little room. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, openPage, picture } from '../support/browser.ts'
import { READABLE } from '../../src/core/colour.ts'
import { accentContrast } from '../../src/html/branding/colours.ts'
import { call } from '../support/http.ts'
import { type Postern, startPostern } from '../support/processes.ts'
import { expectToLookWell, violationsOf } from './looks.ts'
import { furnish, type Visited, VISITS } from './visitor-pages.ts'

let server: Postern
let browser: Browser
let visited: Visited
beforeAll(async () => {
  ;[server, browser] = await Promise.all([startPostern(), openBrowser()])
  visited = await furnish(server)
})
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()])
})

const FOCUSED = `document.activeElement.textContent.replace(/\\s+/g, ' ').trim() || document.activeElement.name`
const OUTLINE = `(({ outlineStyle, outlineWidth }) => outlineStyle + ' ' + outlineWidth)(getComputedStyle(document.activeElement))`
const MOVING = `[...document.querySelectorAll('*')].map((one) => getComputedStyle(one)).filter(
  ({ animationName, transitionDuration }) => animationName !== 'none' || transitionDuration !== '0s').length`

function styleOf(page: Page, selector: string, property: string): Promise<string> {
  return page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${property}`)
}

describe.each(['en-GB', 'ar'])('read in %s,', (locale) => {
  let page: Page
  beforeAll(async () => void (page = await openPage(browser, { locale })))
  afterAll(() => page.context().close())

  test.each(Object.entries(VISITS))(
    'the page "%s" has no violation of WCAG 2.2 AA in light and dark, wide and at 320 pixels (1.4.3, 1.4.10, 2.5.8)',
    async (name, visit) => {
      await visit(page, visited)
      expect(await page.locator('html').getAttribute('dir')).toBe(locale === 'ar' ? 'rtl' : 'ltr')
      await expectToLookWell(page, name)
    },
  )
})

describe('on a page that is read from the right,', () => {
  let page: Page
  beforeAll(async () => void (page = await openPage(browser, { locale: 'ar' })))
  afterAll(() => page.context().close())

  /** Whether the first letter of an element's text stands left of its last. */
  const startsAtTheLeft = (selector: string, text: string) =>
    page.evaluate<boolean>(`(() => {
      const element = document.querySelector('${selector}')
      element.textContent = '${text}'
      const leftOf = (from) => {
        const range = document.createRange()
        range.setStart(element.firstChild, from)
        range.setEnd(element.firstChild, from + 1)
        return range.getBoundingClientRect().left
      }
      return leftOf(0) < leftOf(${text.length - 1})
    })()`)

  test('a code, a name, and what is typed keep the order that they have themselves (Unicode Standard Annex 9)', async () => {
    await VISITS['nothing here']?.(page, visited)
    expect(await startsAtTheLeft('code', '12345678-abcd')).toBe(true)
    await VISITS['sign-in']?.(page, visited)
    expect(await startsAtTheLeft('.help strong', 'Yahoo!')).toBe(true)
    expect(await startsAtTheLeft('.help strong', 'ياهو!')).toBe(false)
    // What is cut off of a long name is its end.
    for (const selector of ['[name=username]', '.brand span']) {
      expect(await styleOf(page, selector, 'unicodeBidi'), selector).toBe('plaintext')
    }
  })
})

const rgbOf = (grey = '') =>
  `rgb(${Array(3)
    .fill(Number.parseInt(grey.slice(1, 3), 16))
    .join(', ')})`

describe('with a tenant’s own colours', () => {
  const put = (body: unknown) => call('PUT', `${server.baseUrl}/api/v1/branding`, body, { as: 'admin:Adm1n-pass' })
  afterAll(() => put({}))

  test('that are as pale as they may be, the sign-in page has no violation either', async () => {
    const links = {
      supportUrl: 'mailto:a@b.example',
      privacyUrl: 'https://b.example/p',
      termsUrl: 'https://b.example/t',
    }
    const greys = Array.from({ length: 256 }, (_, level) => `#${level.toString(16).padStart(2, '0').repeat(3)}`)
    const accent = greys.findLast((grey) => accentContrast(grey, 'light') >= READABLE)
    const accentDark = greys.find((grey) => accentContrast(grey, 'dark') >= READABLE)
    const branding = { displayName: 'Acme', accent, accentDark, ...links }
    expect((await put(branding)).status).toBe(200)
    const page = await openPage(browser)
    await VISITS['sign-in refused']?.(page, visited)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await violationsOf(page), colorScheme).toEqual([])
    }
    expect(await styleOf(page, '.primary', 'backgroundColor')).toBe(rgbOf(accentDark))
    await page.context().close()
  })
})

test('the console’s page of it has no violation, and shows in its previews what was set', async () => {
  const page = await openPage(browser)
  await page.goto(`${server.baseUrl}/console/branding`)
  await page.getByLabel('Username').fill('admin')
  await page.getByLabel('Password').fill('Adm1n-pass')
  await page.getByRole('button', { name: 'Sign In', exact: true }).click()
  await page.getByLabel('Accent colour', { exact: true }).fill('#7a0000')
  await page.getByRole('button', { name: 'Preview' }).click()
  await page.getByText('It is not set yet.').waitFor()
  expect(await styleOf(page, '.preview.light .primary', 'backgroundColor')).toBe('rgb(122, 0, 0)')
  expect(await styleOf(page, '.preview.light', 'backgroundColor')).toBe('rgb(245, 246, 248)')
  expect(await styleOf(page, '.preview.dark', 'backgroundColor')).toBe('rgb(15, 17, 22)')
  expect(await violationsOf(page)).toEqual([])
  await picture(page, 'branding')
  await page.context().close()
})

describe('the sign-in page', () => {
  let page: Page
  beforeAll(async () => void (page = await openPage(browser)))
  afterAll(() => page.context().close())

  const focused = () => page.evaluate<string>(FOCUSED)

  test('is walked through by keyboard in the order in which it is read, each stop in sight (2.1.1, 2.4.3, 2.4.7)', async () => {
    await VISITS['sign-in']?.(page, visited)
    const stops: string[] = []
    // The first field has the focus already.
    for (let stop = 0; stop < 12; stop++) {
      stops.push(await focused())
      expect(await page.evaluate(OUTLINE), stops.at(-1)).toBe('solid 2px')
      await page.keyboard.press('Tab')
    }
    expect(stops).toEqual([
      'username',
      'password',
      'Show Password',
      'remember',
      'Sign In',
      'Sign In With IDP-IS2',
      'Forgotten password?',
      'Deutsch',
      'Français',
      'Español',
      '日本語',
      'العربية',
    ])
  })

  test('says what is wrong in a summary that has the focus, beside each field, and to who hears it (3.3.1, 4.1.3)', async () => {
    await VISITS['sign-in with nothing typed']?.(page, visited)
    await page.locator('.error-summary:focus').waitFor()
    const field = page.getByRole('textbox', { name: 'Username' })
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    const described = (await field.getAttribute('aria-describedby')) ?? ''
    expect(await page.locator(`#${described}`).innerText()).toContain('Enter your username.')
    await page.getByRole('alert').getByRole('link', { name: 'Enter your password.' }).click()
    expect(await focused()).toBe('password')
  })

  test('names the password’s button by what it does, which changes with it (4.1.2)', async () => {
    await VISITS['sign-in']?.(page, visited)
    const password = page.getByLabel('Password', { exact: true })
    await page.getByRole('button', { name: 'Show Password' }).click()
    expect(await password.getAttribute('type')).toBe('text')
    await page.getByRole('button', { name: 'Hide Password' }).click()
    expect(await password.getAttribute('type')).toBe('password')
  })

  test('says what each field is for (1.3.5)', async () => {
    await VISITS['sign-in']?.(page, visited)
    expect(await page.locator('[name=username]').getAttribute('autocomplete')).toBe('username')
    expect(await page.locator('[name=password]').getAttribute('autocomplete')).toBe('current-password')
  })

  test('moves nothing by itself', async () => {
    expect(await page.evaluate(MOVING)).toBe(0)
  })

  test('keeps the edges of its controls where the system’s colours are forced', async () => {
    await page.emulateMedia({ forcedColors: 'active' })
    for (const selector of ['[name=username]', '.primary', '.card']) {
      const edge = [await styleOf(page, selector, 'borderTopStyle'), await styleOf(page, selector, 'borderTopWidth')]
      expect(edge, selector).toEqual(['solid', '1px'])
    }
    await page.emulateMedia({ forcedColors: 'none' })
  })

  test('is read in another language by one press, and goes on with the same request', async () => {
    await VISITS['sign-in']?.(page, visited)
    const { search } = new URL(page.url())
    await page.getByRole('button', { name: 'Deutsch' }).click()
    await page.getByRole('heading', { name: 'Anmelden' }).waitFor()
    expect(new URL(page.url()).search).toBe(search)
    await page.getByRole('button', { name: 'Anzeigen Passwort' }).waitFor()
    // A page that answers a form comes back as well, as it was before.
    await page.locator('[name=username]').fill('nobody')
    await page.locator('[name=password]').fill('wrong')
    await page.getByRole('button', { name: 'Anmelden', exact: true }).click()
    await page.getByRole('alert').waitFor()
    await page.getByRole('button', { name: 'العربية' }).click()
    await page.getByRole('heading', { name: 'تسجيل الدخول' }).waitFor()
    expect(new URL(page.url()).search).toBe(search)
  })
})

test('without script, whoever reads the sign-in page finds no button that does nothing, and can sign in', async () => {
  const page = await openPage(browser, { script: false })
  await VISITS['sign-in to the console']?.(page, visited)
  expect(await page.getByRole('button').allInnerTexts()).toEqual([
    'Sign In',
    'Deutsch',
    'Français',
    'Español',
    '日本語',
    'العربية',
  ])
  await VISITS['console not allowed']?.(page, visited)
  await page.getByText('You are signed in as kim').waitFor()
  await page.getByRole('button', { name: '日本語' }).click()
  await page.getByRole('heading', { name: '許可されていません' }).waitFor()
  await page.context().close()
})
