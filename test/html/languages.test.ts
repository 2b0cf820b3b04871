import { beforeAll, describe, expect, test } from 'vitest'
import { directionOf, type Language, LANGUAGES } from '../../src/core/language.ts'
import { passwordWords } from '../../src/account/password/words.ts'
import { arrivalWords } from '../../src/federation/arrival/words.ts'
import { counted, LANGUAGE_NAMES } from '../../src/html/words.ts'
import { secondWords } from '../../src/login/second/words.ts'
import { loginWords } from '../../src/login/words.ts'
import { browserClient, type Page } from '../support/browser-client.ts'
import {
  APPLICATION,
  authorizeAddress,
  CONNECTION,
  PERSON,
  visitAll,
  visitedWorld,
  type VisitedWorld,
} from './visitor-pages.ts'
import { fill } from './visits/form.ts'
import { PASSKEY } from './visits/second.ts'

let visited: VisitedWorld
const all = new Map<Language, Map<string, Page>>()
beforeAll(async () => {
  visited = await visitedWorld()
  for (const language of LANGUAGES) all.set(language, await visitAll(visited, { 'Accept-Language': language }))
})

const pagesIn = (language: Language) => [...(all.get(language) ?? [])]

const escaped = (text: string) =>
  text.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c] ?? c)

/** What is no word of a page: names, and what is the same in every language. */
const NAMES = [APPLICATION, CONNECTION, PERSON.userName, PASSKEY]
  .map(escaped)
  .concat('postern', 'Safari', 'iPhone', 'app.example', 'example.com', Object.values(LANGUAGE_NAMES))
const ADDRESS = /[\w.-]+@example\.(?:org|com)/g

/** Words that are English as well. */
const SAME: Readonly<Partial<Record<Language, readonly string[]>>> = {
  de: ['Passkeys ·', 'Passkeys', 'Name', 'Code', 'Position'],
  fr: ['Applications ·', 'Applications', 'Code'],
}

/** The texts of a page that somebody reads or hears, names taken out; what is marked as English is meant to be. */
function wordsIn({ text }: Page): string[] {
  const body = text
    .replace(/<(span) lang="en" dir="ltr">[\s\S]*?<\/\1>/g, '')
    .replace(/<(script|style|svg|code)\b[\s\S]*?<\/\1>/g, '')
  const read = [...body.matchAll(/>([^<]+)</g), ...body.matchAll(/(?:placeholder|aria-label|alt|title)="([^"]*)"/g)]
  const words = read.map(([, words = '']) =>
    NAMES.reduce((rest, name) => rest.replaceAll(name, ''), words.replace(ADDRESS, '')).trim(),
  )
  return words.filter((one) => /\p{L}/u.test(one))
}

describe.each(LANGUAGES)('a visitor who reads %s', (language) => {
  test('finds it declared on every page, with the direction of its writing (WCAG 3.1.1)', () => {
    expect(pagesIn(language).length).toBeGreaterThan(20)
    for (const [name, { text }] of pagesIn(language)) {
      expect(text, name).toContain(`<html lang="${language}" dir="${directionOf(language)}">`)
    }
  })

  test('is told names as they are, within sentences, and never as markup', () => {
    for (const [name, { text }] of pagesIn(language)) {
      for (const raw of [APPLICATION, CONNECTION, PERSON.userName]) expect(text.includes(raw), name).toBe(false)
    }
    const text = (name: string) => all.get(language)?.get(name)?.text
    expect(text('consent')).toContain(`<strong>${escaped(APPLICATION)}</strong>`)
    expect(text('sign-out')).toContain(`<strong>${escaped(PERSON.userName)}</strong>`)
    expect(text('sign-in')).toContain(loginWords(language).signInWith(escaped(CONNECTION)))
  })
})

test('a name is asked for as it is said: in Japanese the family’s first', () => {
  const asked = (language: Language, page: string) =>
    [
      ...(all
        .get(language)
        ?.get(page)
        ?.text.matchAll(/name="((?:given|family)Name)"/g) ?? []),
    ].map(([, name]) => name)
  for (const page of ['sign-up', 'profile, too long']) {
    expect(asked('ja', page), page).toEqual(['familyName', 'givenName'])
    for (const language of ['en', 'ar'] as const) expect(asked(language, page)).toEqual(['givenName', 'familyName'])
  }
})

test('no page shows another one’s words: each was come to as its name says', () => {
  const statuses = Object.fromEntries(pagesIn('en').map(([name, { status }]) => [name, status]))
  expect(statuses).toMatchObject({
    'sign-in': 200,
    'sign-in, nothing typed': 422,
    'sign-in, too long': 422,
    'sign-in, wrong password': 401,
    'sign-in, too many': 429,
    'form out of date': 403,
    'nothing here': 404,
    'no such tenant': 404,
    'provider is away': 502,
    'refused sign-out': 400,
    consent: 200,
    form_post: 200,
    'sign-out': 200,
    'faulty sign-out': 400,
    'console not allowed': 403,
    'second step set up': 200,
    'second step set up, wrong code': 422,
    'recovery codes': 200,
    'second step': 200,
    'second step, wrong recovery code': 401,
    'second step, too many': 429,
    'own passkeys': 200,
    'own app': 200,
    'forgotten, mail sent': 200,
    'new password, too weak': 422,
    'new password set': 200,
    'new password, link is over': 410,
    'address confirmed': 200,
    'sign-up is off': 403,
    'sign-up, name is taken': 422,
    'sign-up, link followed': 200,
    'sign-up, link is over': 410,
    'device, unknown code': 422,
    'device, allowed?': 200,
    'device, over': 410,
    'device, too many codes': 429,
    'profile, too long': 422,
    'own password, wrong': 422,
    'own password, too many': 429,
    'sessions, one ended': 200,
    'linked account, the only way': 409,
    arrival: 200,
    'arrival, nothing typed': 422,
    'arrival, unfit': 422,
    'arrival, changed': 409,
    'arrival, name is taken': 422,
    'arrival, too many names': 429,
    'arrival is over': 400,
    'arrival to prove': 200,
    'arrival, another account': 200,
    'arrival to link': 200,
    'arrival, nothing more': 200,
  })
})

test.each(LANGUAGES.filter((language) => language !== 'en'))(
  'nothing is left in English on a page in %s',
  (language) => {
    const english = new Map(pagesIn('en'))
    for (const [name, page] of pagesIn(language)) {
      const left = new Set(wordsIn(english.get(name) ?? page).filter((words) => !SAME[language]?.includes(words)))
      expect(wordsIn(page).length, name).toBeGreaterThan(1)
      expect(
        wordsIn(page).filter((words) => left.has(words)),
        name,
      ).toEqual([])
    }
  },
)

test.each(['ja', 'ar'] as const)('a page in %s has no Latin words but names', (language) => {
  for (const [name, page] of pagesIn(language)) {
    const latin = wordsIn(page).flatMap((words) => words.match(/[A-Za-z]{3,}/g) ?? [])
    expect(
      latin.filter((word) => !['KiB', 'SCIM', 'JavaScript', 'PIN', 'UTC'].includes(word)),
      name,
    ).toEqual([])
  }
})

describe('the language of a page', () => {
  const languageOf = ({ text }: Page) => /<html lang="(\w+)"/.exec(text)?.[1]
  const reading = (header: string) => browserClient(visited.world, { 'Accept-Language': header })

  test('is what the application asks for in ui_locales, before what the browser accepts (OpenID Connect Core 3.1.2.1)', async () => {
    const browser = reading('de-CH, fr;q=0.9')
    const page = await browser.get(
      authorizeAddress(visited.clientId, { ui_locales: 'tlh ja-JP en', prompt: 'consent' }),
    )
    expect(languageOf(page)).toBe('ja')
    // And so on the pages that follow, as long as the request is pending.
    expect(languageOf(await fill(browser, page, { username: '', password: '' }))).toBe('ja')
    expect(languageOf(await fill(browser, page, { username: PERSON.userName, password: PERSON.password }))).toBe('ja')
  })

  test('is the browser’s where the application asks for one that is not spoken here', async () => {
    const page = await reading('de').get(authorizeAddress(visited.clientId, { ui_locales: 'tlh pt-BR' }))
    expect(languageOf(page)).toBe('de')
  })

  test.each(['pt-BR, tlh;q=0.5', '*', '', 'de;q=0', 'nonsense;;;,,q='])(
    'is English for who accepts %j',
    async (header) => {
      expect(languageOf(await reading(header).get('/login'))).toBe('en')
    },
  )

  test('holds on the refusal of an authorization request that goes nowhere, too', async () => {
    const page = await reading('de').get('/oauth2/authorize?client_id=nobody&ui_locales=fr')
    expect([page.status, languageOf(page)]).toEqual([400, 'fr'])
    expect(page.text).toContain(
      '<span lang="en" dir="ltr">client_id is missing or belongs to no application here.</span>',
    )
  })

  test('holds on a refusal in the midst of the request', async () => {
    const browser = reading('de')
    const signIn = await browser.get(authorizeAddress(visited.clientId, { ui_locales: 'ja', prompt: 'consent' }))
    const credentials = { username: PERSON.userName, password: PERSON.password }
    const consent = await fill(browser, signIn, credentials)
    const refused = await fill(browser, consent, { decision: 'perhaps' })
    expect([refused.status, languageOf(refused)]).toEqual([400, 'ja'])
  })

  test('holds on to the end of a sign-out (OpenID Connect RP-Initiated Logout 1.0 section 2)', async () => {
    const browser = reading('de')
    const signIn = await browser.get('/login?return_to=/console')
    await fill(browser, signIn, { username: PERSON.userName, password: PERSON.password })
    const question = await browser.get('/oidc/logout?ui_locales=es%20en')
    expect(languageOf(question)).toBe('es')
    const page = await fill(browser, question, {})
    expect([page.path, languageOf(page)]).toEqual(['/logout?ui_locales=es+en', 'es'])
  })

  test('holds where the provider of a sign-in is away', async () => {
    const browser = reading('de')
    const { path } = await browser.get(authorizeAddress(visited.clientId, { ui_locales: 'es' }))
    const search = new URL(path, 'https://localhost').search
    expect(languageOf(await browser.get(`/login/connections/${visited.connectionId}${search}`))).toBe('es')
  })

  test('is advertised (OpenID Connect Discovery section 3)', async () => {
    const answer = await (await visited.world.tenant()).fetch('/.well-known/openid-configuration')
    expect(await answer.json()).toMatchObject({ ui_locales_supported: LANGUAGES })
  })

  test('is English all over the console, refusals of it included', async () => {
    const browser = reading('ja')
    await browser.get('/login')
    await browser.post('/login', { username: 'admin', password: 'Adm1n-pass' })
    expect(languageOf(await browser.get('/console'))).toBe('en')
    expect(languageOf(await browser.get('/console/nothing'))).toBe('en')
  })
})

test('Arabic counts in six forms (Unicode CLDR plural rules)', () => {
  const forms = { zero: 'zero', one: 'one', two: 'two', few: '# few', many: '# many', other: '# other' }
  const said = [0, 1, 2, 3, 10, 11, 99, 100, 102, 103].map((count) => counted('ar', count, forms))
  expect(said.map((one) => one.replace(/^\P{L}+/u, ''))).toEqual([
    'zero',
    'one',
    'two',
    'few',
    'few',
    'many',
    'many',
    'other',
    'other',
    'few',
  ])
})

test('who typed too much is told of which field, and how much it takes (WCAG 3.3.1, 3.3.3)', () => {
  const text = (page: string) => all.get('en')?.get(page)?.text
  expect(text('profile, too long')).toMatch(
    /role="alert"[\s\S]*Display name: 200 characters at the most\.[\s\S]*Phone number: 200/,
  )
  expect(text('sign-up, too long')).toContain('User name: 200 characters at the most.')
})

test.each([
  [1, 'ثانية واحدة'],
  [2, 'ثانيتين'],
  [8, '8 ثوانٍ'],
  [64, '64 ثانية'],
])('whoever has to wait for %i s is told so in that form on every page', (seconds, said) => {
  for (const say of [loginWords, secondWords, passwordWords, arrivalWords]) {
    expect(say('ar').wait(seconds)).toContain(` بعد ${said}.`)
  }
})
