/** Mail by SMTP, on Node and Deno. */
import { createTransport } from 'nodemailer'
import type { MailConfig } from '../config.ts'
import type { SendMail } from './mail.ts'

const TIMEOUT_MS = 10_000

/** By a server of one's own or a provider's; a password is sent over TLS alone, unless the server is on this machine. */
export function mailBySmtp({ url, from }: Extract<MailConfig, { kind: 'smtp' }>): SendMail {
  const { protocol, hostname, port, username, password } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const isSecure = protocol === 'smtps:'
  const isHere = host === 'localhost' || host === '::1' || host.startsWith('127.')
  const transport = createTransport({
    host,
    port: port === '' ? (isSecure ? 465 : 587) : Number(port),
    secure: isSecure,
    requireTLS: !isSecure && username !== '' && !isHere,
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // What a mail is made of is ours alone: no file and no address is read for it.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return async ({ id, to, subject, text, html }) => {
    const messageId = `<${id}@${/@([^\s>]+)/.exec(from)?.[1] ?? 'localhost'}>`
    await transport.sendMail({
      from,
      to: { name: '', address: to },
      subject,
      text,
      messageId,
      ...(html ? { html } : {}),
    })
  }
}
