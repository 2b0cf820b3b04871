/** A caller of running servers: JSON over TLS of the local CA, as an administrator with Basic. */
import { fetch } from 'undici'
import { insecureAgent } from './processes.ts'

export type Answer = { readonly status: number; readonly headers: Headers; readonly json: Record<string, unknown> }

/** What a server answers to a user; `as` is userName:password. An answer without a body counts as {}. */
export async function call(
  method: string,
  url: string,
  body?: unknown,
  options: { as?: string; type?: string } = {},
): Promise<Answer> {
  const { as = 'admin:Adm1n-pass', type = url.includes('/scim2/') ? 'application/scim+json' : 'application/json' } =
    options
  const response = await fetch(url, {
    method,
    dispatcher: insecureAgent,
    headers: {
      Authorization: `Basic ${Buffer.from(as).toString('base64')}`,
      ...(body === undefined ? {} : { 'Content-Type': type }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const json = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  return { status: response.status, headers: new Headers([...response.headers]), json }
}

/** The resources of a SCIM list, by a filter. */
export async function findByFilter(server: string, type: 'Users' | 'Groups', filter: string, as?: string) {
  const url = `${server}/scim2/${type}?filter=${encodeURIComponent(filter)}`
  const { json } = await call('GET', url, undefined, as === undefined ? {} : { as })
  return (json.Resources ?? []) as Record<string, unknown>[]
}
