/** What can go wrong between a provider and us. */
import type { ServerResponse } from 'node:http'
import type { Misbehaviour } from './misbehaviour.ts'

/** Answers as the network would; false if nothing is wrong with this path. */
export function answerBadly(
  path: string,
  { hangs, broken, cut, huge, redirects }: Misbehaviour,
  response: ServerResponse,
) {
  if (hangs?.includes(path)) return true
  if (broken?.includes(path)) {
    response.writeHead(500).end('broken')
    return true
  }
  if (cut?.includes(path)) {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 4000 })
    response.write('{"access_token":"', () => response.destroy())
    return true
  }
  if (huge?.includes(path)) {
    response.writeHead(200, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify({ padding: 'x'.repeat(2 * 1024 * 1024) }))
    return true
  }
  const to = redirects?.[path]
  if (to !== undefined) response.writeHead(307, { Location: to }).end()
  return to !== undefined
}
