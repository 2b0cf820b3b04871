/** A whole sign-in at a provider, as a browser sends it: the way there, and the way back. */
import { http } from '../load.ts'

/** What a connection of the load sends next: to the provider, or back from there as `sub`, whom it names itself. */
export function nextRequest(connectionId: string, before: string | undefined, sub: () => string): string {
  const there = before === undefined ? undefined : locationIn(before)
  if (before === undefined || there?.pathname !== '/authorize') {
    return http('GET', `/login/connections/${connectionId}?return_to=/account`, {})
  }
  const { searchParams, origin } = there
  const code = `${sub()}.${searchParams.get('nonce')}`
  const query = new URLSearchParams({ state: searchParams.get('state') ?? '', code, iss: origin })
  return http('GET', `/commonauth?${query}`, { Cookie: cookiesIn(before) })
}

function locationIn(answer: string): URL | undefined {
  const [, location = ''] = /^location: (.*)$/im.exec(answer) ?? []
  return URL.canParse(location) ? new URL(location) : undefined
}

function cookiesIn(answer: string): string {
  return [...answer.matchAll(/^set-cookie: ([^;\r]+)/gim)].map(([, cookie]) => cookie).join('; ')
}
