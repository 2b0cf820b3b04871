/** A browser without script for a running server: it keeps cookies and sends form tokens. */
import { fetch } from 'undici'
import { insecureAgent } from './processes.ts'

export function browserOf(baseUrl: string) {
  const cookies = new Map<string, string>()
  let formToken = ''

  async function send(path: string, form?: Readonly<Record<string, string>>): Promise<number> {
    const answer = await fetch(baseUrl + path, {
      method: form ? 'POST' : 'GET',
      dispatcher: insecureAgent,
      redirect: 'manual',
      headers: {
        Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form ? { 'Content-Type': 'application/x-www-form-urlencoded', Origin: baseUrl } : {}),
      },
      ...(form ? { body: new URLSearchParams({ _token: formToken, ...form }).toString() } : {}),
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    formToken = /name="_token" value="([^"]+)"/.exec(await answer.text())?.[1] ?? formToken
    return answer.status
  }

  return {
    get: (path: string) => send(path),
    post: (path: string, form: Readonly<Record<string, string>>) => send(path, form),
  }
}
