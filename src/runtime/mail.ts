/** How a mail is handed over: what all runtimes have. SMTP, which Workers have not, is in mail-smtp.ts. */
import type { MailConfig } from '../config.ts'
import type { GuardedFetch, MailMessage } from '../platform.ts'

export type SendMail = (message: MailMessage) => Promise<void>

const TIMEOUT_MS = 10_000

/**
 * Posts each mail as JSON with a bearer token: the body is what Resend takes, and what others take beside their own. The
 * id is sent along, so that a provider that knows the header sends a mail once that it was handed twice.
 */
export function mailByHttp(fetch: GuardedFetch, { url, token, from }: Extract<MailConfig, { kind: 'http' }>): SendMail {
  return async ({ id, to, subject, text, html }) => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Idempotency-Key': id,
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ from, to: [to], subject, text, ...(html === undefined ? {} : { html }) }),
      timeoutMs: TIMEOUT_MS,
    })
    await answer.body?.cancel()
    if (!answer.ok) throw new Error(`the mail provider answered ${answer.status}`)
  }
}

/** For a trial on one machine: the mail is shown where the server was started, links and all. */
export function mailByPrint(write: (text: string) => void): SendMail {
  return async ({ to, subject, text }) => {
    write(`\nMail to ${to}: ${subject}\n${text.replace(/^/gm, '  ').trimEnd()}\n\n`)
  }
}

/** Where no mail is set: what comes here has been queued before the setting went. */
export const mailByNobody: SendMail = () => Promise.reject(new Error('no mail is set: MAIL_URL or SMTP_URL'))
