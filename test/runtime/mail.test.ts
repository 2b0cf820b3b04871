import { createServer, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { createNodeFetch } from '../../src/runtime/guarded-fetch-node.ts'
import { mailByHttp, mailByNobody, mailByPrint } from '../../src/runtime/mail.ts'
import { mailBySmtp } from '../../src/runtime/mail-smtp.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'

const MAIL = {
  id: 'id-of-mail',
  to: 'kim@example.com',
  subject: 'Grüße, パスワード',
  text: 'Follow this link:\n\nhttps://localhost/forgot/new?token=abc\n\n.\nEnd\n',
  html: '<p>Follow</p>',
}

describe('by SMTP', () => {
  let sink: SmtpSink
  beforeAll(async () => {
    sink = await startSmtpSink()
  })
  afterAll(() => sink.close())
  const open = () =>
    mailBySmtp({ kind: 'smtp', url: `smtp://127.0.0.1:${sink.port}`, from: 'Postern <no-reply@example.org>' })

  test('a mail is handed over with who it is from, and an id that is the same each time', async () => {
    await open()(MAIL)
    expect(sink.mails).toMatchObject([{ from: 'no-reply@example.org', to: 'kim@example.com' }])
    const [{ data = '' } = {}] = sink.mails
    expect(data).toContain('From: Postern <no-reply@example.org>')
    expect(data).toContain('Message-ID: <id-of-mail@example.org>')
    expect(data).toMatch(/Subject: =\?UTF-8\?/)
    expect(data).toContain('multipart/alternative')
    expect(data).not.toMatch(/^Bcc:/m)
  })

  test('a server that does not take it is an error with its words', async () => {
    sink.refuseWith('451 4.3.0 busy')
    await expect(open()(MAIL)).rejects.toThrow('451 4.3.0 busy')
    sink.refuseWith(undefined)
  })

  test('an address is one address: what would be a second recipient or a header is not sent', async () => {
    const before = sink.mails.length
    const answers = await Promise.allSettled(
      ['a@example.com, b@example.com', 'a@example.com\r\nBcc: b@example.com'].map((to) => open()({ ...MAIL, to })),
    )
    expect(answers).toHaveLength(2)
    for (const { to, data } of sink.mails.slice(before)) {
      expect(to).not.toBe('b@example.com')
      expect(data).not.toMatch(/^Bcc:/m)
    }
  })

  test('a password goes to another machine over TLS alone', async () => {
    const url = `smtp://user:secret@127.0.0.2.nip.invalid:${sink.port}`
    const before = sink.mails.length
    await expect(mailBySmtp({ kind: 'smtp', url, from: 'a@example.org' })(MAIL)).rejects.toThrow()
    expect(sink.mails).toHaveLength(before)
  })
})

describe('by an HTTP provider', () => {
  const requests: { readonly headers: IncomingMessage['headers']; readonly body: unknown }[] = []
  let status = 200
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      requests.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) })
      response.writeHead(status, { 'Content-Type': 'application/json' }).end('{"id":"1"}')
    })
  })
  let url = ''
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/emails`
  })
  afterAll(() => void server.close())
  const open = (allow: readonly string[] = ['127.0.0.0/8']) =>
    mailByHttp(createNodeFetch(allow, []), { kind: 'http', url, token: 'secret-token', from: 'no-reply@example.org' })

  test('a mail is posted as Resend takes it, with the bearer token', async () => {
    await open()(MAIL)
    const { id, to, ...rest } = MAIL
    expect(requests).toMatchObject([
      {
        headers: { authorization: 'Bearer secret-token', 'idempotency-key': id, 'content-type': 'application/json' },
        body: { from: 'no-reply@example.org', to: [to], ...rest },
      },
    ])
  })

  test('a provider that refuses it is an error with its status, and no more of it', async () => {
    status = 422
    await expect(open()(MAIL)).rejects.toThrow('the mail provider answered 422')
    status = 200
  })

  test('goes through the guard as every other call', async () => {
    const before = requests.length
    await expect(open([])(MAIL)).rejects.toThrow()
    expect(requests).toHaveLength(before)
  })
})

test('on a trial the mail is shown, link and all', async () => {
  let shown = ''
  await mailByPrint((text) => void (shown += text))(MAIL)
  expect(shown).toContain('Mail to kim@example.com: Grüße')
  expect(shown).toContain('https://localhost/forgot/new?token=abc')
})

test('where no mail is set, none is lost without a word', async () => {
  await expect(mailByNobody(MAIL)).rejects.toThrow('no mail is set')
})

describe('settings', () => {
  const FROM = { MAIL_FROM: 'Postern <no-reply@example.org>' }
  test('none: printed on a trial, not offered elsewhere', () => {
    expect(parseConfig({}).mail).toEqual({ kind: 'print' })
    expect(parseConfig({ BASE_URL: 'https://login.example' }).mail).toEqual({ kind: 'none' })
  })

  test('SMTP, or an HTTP provider', () => {
    const smtp = parseConfig({ ...FROM, SMTP_URL: 'smtps://user:pass@mail.example' })
    expect(smtp.mail).toEqual({ kind: 'smtp', url: 'smtps://user:pass@mail.example', from: FROM.MAIL_FROM })
    const http = parseConfig({ ...FROM, MAIL_URL: 'https://api.resend.com/emails', MAIL_TOKEN: 're_1' })
    expect(http.mail).toMatchObject({ kind: 'http', token: 're_1' })
  })

  test.each([
    [{ SMTP_URL: 'smtp://mail.example' }, 'MAIL_FROM'],
    [{ ...FROM, SMTP_URL: 'smtp://mail.example', MAIL_URL: 'https://mail.example' }, 'SMTP_URL and MAIL_URL'],
    [{ ...FROM, MAIL_TOKEN: 'secret' }, 'MAIL_TOKEN'],
    [{ ...FROM, SMTP_URL: 'https://mail.example' }, 'SMTP_URL'],
    [{ ...FROM, MAIL_URL: 'smtp://mail.example' }, 'MAIL_URL'],
    [{ MAIL_FROM: 'Postern' }, 'MAIL_FROM'],
    [{ MAIL_FROM: 'a@example.org\r\nBcc: b@example.org' }, 'MAIL_FROM'],
  ])('%j is refused and says which', (env, name) => {
    expect(() => parseConfig(env)).toThrow(name)
  })
})
