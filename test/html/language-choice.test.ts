import { beforeAll, describe, expect, test } from 'vitest'
import { browserClient, type Page } from '../support/browser-client.ts'
import { authorizeAddress, visitAll, visitedWorld, type VisitedWorld } from './visitor-pages.ts'
import { again } from './visits/person.ts'

let visited: VisitedWorld
let pages: [string, Page][]
beforeAll(async () => {
  visited = await visitedWorld()
  pages = [...(await visitAll(visited, {}))]
})

describe('the choice at the foot of a page', () => {
  const ORIGIN = 'https://localhost:9443'
  const languageOf = ({ text }: Page) => /<html lang="(\w+)"/.exec(text)?.[1]

  function choose(language: string, headers: Record<string, string>) {
    const body = new URLSearchParams({ language })
    return visited.world.app.request(`${ORIGIN}/language`, { method: 'POST', body, headers })
  }

  test('leads back to the page, in that language from then on, whatever the application and the browser say', async () => {
    const browser = browserClient(visited.world, { 'Accept-Language': 'de' })
    const page = await browser.get(authorizeAddress(visited.clientId, { ui_locales: 'ja' }))
    expect(page.text).toMatch(/<form[^>]*class="languages"[^>]*action="\/language"/)
    const again = await browser.post('/language', { language: 'ar' }, { Referer: ORIGIN + page.path })
    expect([again.path, languageOf(again)]).toEqual([page.path, 'ar'])
    expect(languageOf(await browser.get('/login'))).toBe('ar')
  })

  test('is kept for a year, as no secret of this server', async () => {
    const answer = await choose('fr', { Origin: ORIGIN, Referer: `${ORIGIN}/logout?a=b` })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/logout?a=b'])
    expect(answer.headers.get('Set-Cookie')).toMatch(
      /^postern-language=fr; Max-Age=31536000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
  })

  test.each(['https://evil.example/x', 'https://localhost:9443.evil.example/', '//evil.example', 'nonsense', ''])(
    'leads nowhere but to a page of this server, not to %j (RFC 9700 section 4.11)',
    async (Referer) => {
      const answer = await choose('fr', { Origin: ORIGIN, Referer })
      expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/login'])
    },
  )

  test('is not made by another site, and not of a language that is none', async () => {
    for (const [language, origin, status] of [
      ['fr', 'https://evil.example', 403],
      ['tlh', ORIGIN, 400],
      ['', ORIGIN, 400],
    ] as const) {
      const answer = await choose(language, { Origin: origin })
      expect([answer.status, answer.headers.get('Set-Cookie')]).toEqual([status, null])
    }
  })

  test('is not offered where the page cannot be had again', () => {
    const isOffered = ([, page]: [string, Page]) => page.text.includes('class="languages"')
    expect(pages.filter((one) => !isOffered(one)).map(([name]) => name)).toEqual([
      'form out of date',
      'no such tenant',
      'unknown state',
      'consent, nothing decided',
      'form_post',
      'recovery codes',
      'own recovery codes',
      'new password set',
      'address confirmed',
      'sign-out, others are told',
      'sign-out, the provider is next',
      'linked account, the only way',
    ])
  })

  test('leads back to what was asked for, from a page that answered a form, too', () => {
    const titleOf = ({ text }: Page) => /<h1>([^<]*)</.exec(text)?.[1]
    const others = pages.filter(([, page]) => titleOf(again.get(page) ?? page) !== titleOf(page))
    expect(others.map(([name]) => name)).toEqual([])
  })
})
