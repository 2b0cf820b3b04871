/** A provider that answers by a form: the way there, and its page's post from another site, without cookies. */
import type { browserOf, World } from './world.ts'

export async function postedBack(
  world: World,
  browser: ReturnType<typeof browserOf>,
  connectionId: string,
  query = '',
) {
  const start = await browser.get(`/login/connections/${connectionId}${query}`)
  const location = new URL(start.headers.get('Location') ?? '')
  const page = (await (await fetch(location)).json()) as { action: string; fields: Record<string, string> }
  const body = new URLSearchParams(page.fields)
  const headers = { Origin: location.origin }
  const answer = await world.app.request(page.action, { method: 'POST', body, headers })
  return { answer, sent: location.searchParams }
}
