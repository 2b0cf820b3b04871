import { join } from 'node:path'
import { fetch } from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startHrana } from '../support/hrana.ts'
import { startChild, temporaryDirectory, until } from '../support/child.ts'
import { freePort, insecureAgent, type Postern, startPostern } from '../support/processes.ts'
import { workerCommand } from '../support/worker.ts'

/** The Worker in real workerd. What it shares with the other runtimes is tested with them. */

let postern: Postern
beforeAll(async () => void (postern = await startPostern({ runtime: 'workerd' })))
afterAll(() => postern.stop())

const authorization = `Basic ${btoa('admin:Adm1n-pass')}`
const call = (path: string, init: Parameters<typeof fetch>[1] = {}) =>
  fetch(postern.baseUrl + path, { dispatcher: insecureAgent, ...init, headers: { authorization, ...init.headers } })

test('requests that run at the same time share the isolate and its database, and are all answered', async () => {
  const answers = await Promise.all(Array.from({ length: 40 }, () => call('/scim2/Users')))
  expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200))
  await Promise.all(answers.map((answer) => answer.body?.cancel()))
})

test('the first request to an empty database made the administrator of ADMIN_PASSWORD, once', async () => {
  const users = (await (await call('/scim2/Users')).json()) as { Resources: { userName: string }[] }
  expect(users.Resources.map(({ userName }) => userName)).toEqual(['admin'])
})

test('the cron trigger runs the consumer', async () => {
  const answer = await call('/cdn-cgi/handler/scheduled')
  expect([answer.status, await answer.text()]).toEqual([200, 'ok'])
})

/** A Worker that is expected not to become ready: what its /readyz answers, once it has logged `event`. */
async function unreadyWorker(databaseUrl: string, settings: Record<string, string>, event: string) {
  const dataDir = temporaryDirectory()
  const port = await freePort()
  const command = await workerCommand({ port, dataDir, caDir: join(dataDir, 'ca'), databaseUrl, settings })
  const child = startChild(process.execPath, command.args, command.env)
  const ask = () => fetch(`${command.baseUrl}/readyz`, { dispatcher: insecureAgent }).catch(() => undefined)
  const answer = await until(ask, 60_000, child.output)
  const found = { status: answer.status, text: await answer.text() }
  await until(async () => child.output().includes(event) || undefined, 10_000, child.output)
  child.signal('SIGINT')
  await child.waitExit()
  return found
}

test('a database without tables is not ready, and is left as it is', async () => {
  const hrana = await startHrana({ file: join(temporaryDirectory(), 'empty.db') })
  const { status, text } = await unreadyWorker(hrana.url, { ADMIN_PASSWORD: 'Adm1n-pass' }, 'not ready')
  await hrana.close()
  expect([status, JSON.parse(text)]).toEqual([503, { status: 'not ready' }])
})

test.each([
  ['a missing secret', 'MASTER_KEY: is required on Workers', { MASTER_KEY: '' }],
  [
    'a setting that another runtime alone reads',
    'CLIENT_ADDRESS_HEADER: not on Workers',
    { CLIENT_ADDRESS_HEADER: 'X-A' },
  ],
])('%s is answered with 503 and named in the log alone', async (_what, reason, settings) => {
  const { status, text } = await unreadyWorker('http://127.0.0.1:1', settings, reason)
  expect(status).toBe(503)
  expect(text).not.toMatch(/[A-Z]_[A-Z]/)
})
