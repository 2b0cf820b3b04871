/** The servers that are compared, each a process of its own, with a client and people who have signed in. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { basicHeader } from '../../test/support/app.ts'
import { freePort, ROOT, temporaryDirectory, until } from '../../test/support/child.ts'
import { startServer } from '../server.ts'
import { CLIENT, REDIRECT_URI, RESOURCE } from './names.ts'

export type Peer = {
  readonly name: string
  readonly pid: number
  readonly port: number
  readonly basic: string
  readonly clientId: string
  readonly paths: Readonly<Record<'authorize' | 'token' | 'userinfo' | 'jwks' | 'discovery', string>>
  /** What a request for a token says beside what the standard has it say, so that the token is a JWT. */
  readonly forJwt: Readonly<Record<string, string>>
  /** The cookies of a browser in which somebody is signed in. */
  readonly signIn: () => Promise<string>
  stop(): Promise<unknown>
}

export const ADMIN = { userName: 'admin', password: 'Adm1n-pass' }
const KIM = { userName: 'kim', password: 'MyPa33w@rd' }

/** postern as `npm start` runs it, over a file, without TLS. */
export async function startPostern(): Promise<Peer> {
  const port = await freePort()
  const base = `http://localhost:${port}`
  const child = startInSession([...nodeArguments(), 'src/node.ts'], {
    PORT: String(port),
    HOST: '127.0.0.1',
    TLS: 'off',
    DATA_DIR: temporaryDirectory(),
    ADMIN_PASSWORD: ADMIN.password,
  })
  const isReady = () =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      (answer) => answer.ok || undefined,
      () => undefined,
    )
  await until(isReady, 20_000, () => `postern does not start: ${child.output()}`)
  const post = async (path: string, body: unknown, type = 'application/json') => {
    const headers = { Authorization: basicHeader(ADMIN.userName, ADMIN.password), 'Content-Type': type }
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Record<string, string>
  }
  const name = { givenName: 'Kim', familyName: 'Berry' }
  await post('/scim2/Users', { ...KIM, name, emails: [{ value: 'kim@example.com' }] }, 'application/scim+json')
  const { clientId = '', clientSecret = '' } = await post('/api/v1/applications', {
    name: 'bench',
    redirectUris: [REDIRECT_URI],
    grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
  })
  const signIn = async () => {
    const browser = browserOf(port)
    const page = await browser.get('/login')
    const _token = /name="_token" value="([^"]+)"/.exec(page)?.[1] ?? ''
    await browser.post('/login', { _token, username: KIM.userName, password: KIM.password }, base)
    return browser.cookies()
  }
  const paths = {
    authorize: '/oauth2/authorize',
    token: '/oauth2/token',
    userinfo: '/oauth2/userinfo',
    jwks: '/oauth2/jwks',
    discovery: '/.well-known/openid-configuration',
  }
  const basic = basicHeader(clientId, clientSecret)
  const stop = child.stop
  return { name: 'postern', pid: child.pid, port, basic, clientId, paths, forJwt: {}, signIn, stop }
}

/** As the peers run: a process group of its own would have the system share the processors otherwise. */
function startInSession(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    cwd: ROOT,
  })
  process.on('exit', () => child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const exited = once(child, 'exit')
  return { pid: child.pid ?? 0, output: () => output, stop: () => (child.kill('SIGTERM'), exited) }
}

/** BENCH_NODE_ARGS=--cpu-prof for who wants to know where the time goes. */
function nodeArguments(): string[] {
  return (process.env.BENCH_NODE_ARGS ?? '').split(' ').filter((word) => word !== '')
}

/** node oidc-provider in memory. */
export async function startProvider(): Promise<Peer> {
  const server = await startServer(new URL('provider-server.ts', import.meta.url))
  const { pid, port } = server
  const paths = {
    authorize: '/auth',
    token: '/token',
    userinfo: '/me',
    jwks: '/jwks',
    discovery: '/.well-known/openid-configuration',
  }
  const query = new URLSearchParams({
    client_id: CLIENT.id,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })
  const signIn = async () => {
    const browser = browserOf(port)
    await browser.get(`/auth?${query}`)
    return browser.cookies()
  }
  const basic = basicHeader(CLIENT.id, CLIENT.secret)
  const forJwt = { resource: RESOURCE }
  return {
    name: 'oidc-provider',
    pid,
    port,
    basic,
    clientId: CLIENT.id,
    paths,
    forJwt,
    signIn,
    stop: async () => server.stop(),
  }
}

/** Bare hono with one signature: token requests alone. */
export async function startFloor(): Promise<Peer> {
  const { pid, port, stop } = await startServer(new URL('floor-server.ts', import.meta.url))
  const paths = { authorize: '', token: '/oauth2/token', userinfo: '', jwks: '', discovery: '' }
  const basic = basicHeader(CLIENT.id, CLIENT.secret)
  const signIn = () => Promise.reject(new Error('nobody signs in here'))
  return {
    name: 'hono + one ES256',
    pid,
    port,
    basic,
    clientId: CLIENT.id,
    paths,
    forJwt: {},
    signIn,
    stop: async () => stop(),
  }
}

/** Keeps cookies, and follows the redirects of what it gets as far as this server. */
function browserOf(port: number) {
  const cookies = new Map<string, string>()
  const request = async (path: string, init: RequestInit = {}): Promise<string> => {
    const headers = { ...(init.headers as Record<string, string>), Cookie: join() }
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers, redirect: 'manual' })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value !== '') cookies.set(name, value)
    }
    if (answer.status >= 400) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    const location = new URL(answer.headers.get('Location') ?? path, `http://127.0.0.1:${port}`)
    const isHere = ['localhost', '127.0.0.1'].includes(location.hostname)
    if (init.method !== 'POST' && answer.headers.has('Location') && isHere)
      return request(location.pathname + location.search)
    return answer.text()
  }
  const join = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  return {
    get: (path: string) => request(path),
    post: (path: string, form: Record<string, string>, origin: string) =>
      request(path, { method: 'POST', body: new URLSearchParams(form), headers: { Origin: origin } }),
    cookies: join,
  }
}
