/** Mail as it arrives in tests: what waits is sent, and the link in the last mail is followed. */
import { deliverDue } from '../../src/outbound/consumer.ts'
import type { MailMessage } from '../../src/platform.ts'
import type { TestWorld } from '../support/app.ts'

/** Sends what waits; answers what came of it. */
export async function mailsOf(world: TestWorld): Promise<MailMessage[]> {
  const before = world.mails.length
  await deliverDue(world.platform)
  return world.mails.slice(before)
}

/** The link in a mail, as a path of the server. */
export function linkIn(mail: MailMessage | undefined): string {
  const [link] = /https:\/\/\S+/.exec(mail?.text ?? '') ?? []
  if (link === undefined) throw new Error('there is no link in the mail')
  const { pathname, search } = new URL(link)
  return pathname + search
}

/** The token of such a link. */
export function tokenIn(mail: MailMessage | undefined): string {
  return new URL(linkIn(mail), 'https://localhost').searchParams.get('token') ?? ''
}
