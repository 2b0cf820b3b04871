import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { http, load } from '../load.ts'
const dir = mkdtempSync(join(tmpdir(), 'bench-'))
async function start(name: string) {
  const child = spawn(
    process.execPath,
    [new URL(`${name}-server.ts`, import.meta.url).pathname, `file:${join(dir, name)}.db`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const line = await new Promise<string>((r) => child.stdout.once('data', (d) => r(String(d))))
  return { ...(JSON.parse(line) as { port: number; token: string }), stop: () => child.kill() }
}
const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User'
const user = (n: string) => ({
  schemas: [CORE],
  userName: n,
  name: { givenName: 'A', familyName: 'B' },
  emails: [{ value: `${n}@b.c`, type: 'work', primary: true }],
  active: true,
})
const patch = (i: number) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path: 'displayName', value: `x${i}` }],
})
const out: Record<string, Record<string, number>> = {}
for (const name of ['floor', 'scimmy', 'postern']) {
  const s = await start(name)
  const H = { Authorization: `Bearer ${s.token}` }
  const ids: string[] = []
  for (let i = 0; i < 1000; i++) {
    const r = await fetch(`http://127.0.0.1:${s.port}/scim2/Users`, {
      method: 'POST',
      headers: { ...H, 'Content-Type': 'application/scim+json' },
      body: JSON.stringify(user(`u${i}`)),
    })
    ids.push(((await r.json()) as { id: string }).id)
  }
  const pick = (n: number) => ids[(n * 7) % 1000]!
  const gets = ids.map((id) => http('GET', `/scim2/Users/${id}`, H))
  const run = async (k: string, request: (n: number) => string) => {
    await load({ port: s.port, connections: 16, seconds: 2.5, request: (n) => request(n + 1e6) })
    const r = await load({ port: s.port, connections: 16, seconds: 5, request })
    ;(out[k] ??= {})[name] = Math.round(r.perSecond)
    if (r.failures) console.log(name, k, 'failures', r.failures)
  }
  await run('get', (n) => gets[(n * 7) % 1000]!)
  await run('filter', (n) => http('GET', `/scim2/Users?filter=userName%20eq%20%22u${(n * 7) % 1000}%22`, H))
  await run('patch', (n) => http('PATCH', `/scim2/Users/${pick(n)}`, H, patch(n)))
  await run('create', (n) => http('POST', '/scim2/Users', H, user(`n${n}`)))
  s.stop()
}
for (const [k, v] of Object.entries(out))
  console.log(
    k.padEnd(8),
    v,
    'vs scimmy',
    (v.postern! / v.scimmy!).toFixed(2),
    'vs floor',
    (v.postern! / v.floor!).toFixed(2),
  )
