/** Mail on each runtime: by SMTP where there are sockets, by an HTTP provider on Workers. */
import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call } from '../support/http.ts'
import { type Postern, startPostern, until } from '../support/processes.ts'
import { browserOf } from '../support/server-browser.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'

const FROM = { MAIL_FROM: 'no-reply@example.org' }
const KIM = { userName: 'kim', password: 'MyPa33w@rd', emails: [{ value: 'kim@example.com', primary: true }] }

const posted: { readonly to: string; readonly text: string }[] = []
const provider = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { to, text } = JSON.parse(Buffer.concat(chunks).toString()) as { to: string[]; text: string }
    posted.push({ to: to.join(), text })
    response.end('{}')
  })
})
let sink: SmtpSink
let port = 0
beforeAll(async () => {
  sink = await startSmtpSink()
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  const address = provider.address()
  port = typeof address === 'object' && address ? address.port : 0
})
afterAll(async () => {
  provider.close()
  await sink.close()
})

/** Asks for a link for Kim, at a server of her own. */
async function forgotten(server: Postern): Promise<void> {
  expect((await call('POST', `${server.baseUrl}/scim2/Users`, KIM)).status).toBe(201)
  const browser = browserOf(server.baseUrl)
  await browser.get('/forgot')
  expect(await browser.post('/forgot', { username: 'kim' })).toBe(303)
}

test.each(['node', 'deno'] as const)('on %s a mail goes out by SMTP', async (runtime) => {
  const before = sink.mails.length
  const env = { ...FROM, SMTP_URL: `smtp://127.0.0.1:${sink.port}` }
  const server = await startPostern({ runtime, env })
  try {
    await forgotten(server)
    const mail = await until(
      async () => sink.mails[before],
      20_000,
      () => server.output(),
    )
    expect(mail.to).toBe('kim@example.com')
    expect(mail.data.replaceAll('=\r\n', '')).toContain(`${server.baseUrl}/forgot/new?token=3D`)
  } finally {
    await server.stop()
  }
})

test('on workerd a mail goes out by an HTTP provider', async () => {
  const env = { ...FROM, MAIL_URL: `http://127.0.0.1:${port}/emails`, MAIL_TOKEN: 'secret' }
  const server = await startPostern({ runtime: 'workerd', env })
  try {
    await forgotten(server)
    const mail = await until(
      async () => posted[0],
      30_000,
      () => server.output(),
    )
    expect(mail.to).toBe('kim@example.com')
    expect(mail.text).toContain(`${server.baseUrl}/forgot/new?token=`)
  } finally {
    await server.stop()
  }
})
