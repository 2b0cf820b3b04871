/** A browser without script over app.request: it keeps cookies, follows redirects after a form, and sends form tokens. */
import { ADMIN, type TestWorld } from './app.ts'

export type Page = { readonly status: number; readonly path: string; readonly text: string; readonly headers: Headers }
type Fields = Readonly<Record<string, string | readonly string[]>>
type Sent = Readonly<Record<string, string>>

export type BrowserClient = {
  /** Reads a page, and the pages that it redirects to, as far as this server. Paths are those of the whole server. */
  get(path: string): Promise<Page>
  /** Sends a form as the page at hand would: with its token, and then on to where the answer leads. */
  post(path: string, fields?: Fields, headers?: Sent): Promise<Page>
  /** As `post`, of a form that carries a file. */
  upload(path: string, form: FormData): Promise<Page>
  /** As `post`, without following: for what the answer itself says. */
  send(path: string, fields?: Fields, headers?: Sent): Promise<Response>
}

/** `sent` goes along with every request, such as what the person reads. */
export function browserClient(world: TestWorld, sent: Sent = {}): BrowserClient {
  const { baseUrl } = world.platform.config
  const cookies = new Map<string, string>()
  let formToken = ''

  async function request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers({ ...sent, ...(init.headers as Record<string, string> | undefined) })
    headers.set('Cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const answer = await world.app.request(baseUrl + path, { ...init, headers, redirect: 'manual' })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/;\s*max-age=0\b/i.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
    return answer
  }

  async function follow(answer: Response, path: string): Promise<Page> {
    const location = answer.headers.get('Location')
    // Where another system is meant to go on, this browser stops.
    if (location !== null && URL.canParse(location) && new URL(location).origin !== baseUrl) {
      return { status: answer.status, path: location, text: '', headers: answer.headers }
    }
    if (location !== null) return get(location.replace(baseUrl, ''))
    const text = await answer.text()
    formToken = /name="_token" value="([^"]+)"/.exec(text)?.[1] ?? formToken
    return { status: answer.status, path, text, headers: answer.headers }
  }

  async function get(path: string): Promise<Page> {
    return follow(await request(path), path)
  }

  function send(path: string, fields: Fields = {}, more: Sent = {}): Promise<Response> {
    const body = new URLSearchParams({ _token: formToken })
    for (const [name, value] of Object.entries(fields)) {
      for (const one of typeof value === 'string' ? [value] : value) body.append(name, one)
    }
    return request(path, { method: 'POST', body, headers: { Origin: baseUrl, ...more } })
  }

  async function upload(path: string, form: FormData): Promise<Page> {
    form.set('_token', formToken)
    return follow(await request(path, { method: 'POST', body: form, headers: { Origin: baseUrl } }), path)
  }

  return { get, send, upload, post: async (path, fields, headers) => follow(await send(path, fields, headers), path) }
}

/** A browser in which somebody, the administrator unless told otherwise, has signed in at a tenant's console. */
export async function signedIn(
  world: TestWorld,
  person: { userName: string; password: string } = ADMIN,
  base = '',
): Promise<BrowserClient> {
  const browser = browserClient(world)
  await browser.get(`${base}/login`)
  const answer = await browser.send(`${base}/login`, { username: person.userName, password: person.password })
  if (answer.status !== 303) throw new Error(`the sign-in was refused with ${answer.status}`)
  // The form token changes with the session: it is read anew.
  await browser.get(`${base}/console`)
  return browser
}
