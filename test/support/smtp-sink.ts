/** An SMTP server on loopback that keeps what it is sent, or refuses it. */
import { createServer, type Socket } from 'node:net'

export type SmtpSink = {
  readonly port: number
  /** What came, header and body as they were sent. */
  readonly mails: { readonly from: string; readonly to: string; readonly data: string }[]
  /** The next mails are answered with this, such as `451 busy`. */
  refuseWith(reply: string | undefined): void
  close(): Promise<void>
}

export async function startSmtpSink(): Promise<SmtpSink> {
  const mails: SmtpSink['mails'] = []
  let refusal: string | undefined
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
    converse(socket, (mail) => {
      if (refusal !== undefined) return refusal
      mails.push(mail)
      return '250 kept'
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    mails,
    refuseWith: (reply) => void (refusal = reply),
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** As much of RFC 5321 as a client needs to hand over a mail. */
function converse(socket: Socket, take: (mail: SmtpSink['mails'][number]) => string): void {
  let [buffer, from, to, data] = ['', '', '', undefined as string | undefined]
  const say = (line: string) => void socket.write(`${line}\r\n`)
  const hear = (line: string) => {
    if (data !== undefined) {
      if (line !== '.') return void (data += `${line.replace(/^\./, '')}\r\n`)
      say(take({ from, to, data }))
      data = undefined
      return
    }
    const [, address = ''] = /<([^>]*)>/.exec(line) ?? []
    const verb = line.slice(0, 4).toUpperCase()
    if (verb === 'MAIL') from = address
    if (verb === 'RCPT') to = address
    if (verb === 'DATA') data = ''
    say(verb === 'DATA' ? '354 go on' : verb === 'QUIT' ? '221 bye' : '250 ok')
    if (verb === 'QUIT') socket.end()
  }
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    buffer += chunk
    for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
      const line = buffer.slice(0, end)
      buffer = buffer.slice(end + 2)
      hear(line)
    }
  })
  say('220 sink')
}
