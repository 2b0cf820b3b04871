/** A server that is told to end in the middle of pushes: another one on its database goes on at once. */
import { expect, onTestFinished, test } from 'vitest'
import { call } from '../support/http.ts'
import { startPostern, temporaryDirectory } from '../support/processes.ts'
import { countingTarget, createUser, provision, settled } from './provisioning.ts'

/** Less than the lease of a process that died. */
const AT_ONCE_MS = 20_000

test.each(['node', 'deno'] as const)(
  'on %s SIGTERM ends it while its target hangs; what it was sending arrives from another process, once',
  async (runtime) => {
    const [dataDir, there] = [temporaryDirectory(), await countingTarget(onTestFinished)]
    const first = await startPostern({ runtime, dataDir })
    onTestFinished(async () => void (await first.kill()))
    await provision(first.baseUrl, there.endpoints)
    const posted = new Map(['ann', 'bob'].map((name) => [name, Promise.withResolvers<void>()]))
    there.fault = ({ method, body }) => {
      const { userName = '' } = (body ?? {}) as { userName?: string }
      posted.get(userName)?.resolve()
      return method === 'POST' ? { kind: userName === 'ann' ? 'lost' : 'silence' } : undefined
    }
    await createUser(first.baseUrl, 'ann')
    await createUser(first.baseUrl, 'bob')
    await Promise.all([...posted.values()].map(({ promise }) => promise))

    first.signal('SIGTERM')
    expect(await first.waitExit()).toEqual({ code: 0, signal: null })

    there.misbehave()
    const second = await startPostern({ runtime, dataDir })
    onTestFinished(async () => void (await second.kill()))
    const log = await settled(second.baseUrl, AT_ONCE_MS)
    expect([...there.users.values()].map(({ userName }) => userName).sort()).toEqual(['ann', 'bob'])
    for (const { id, attempts, lastError } of log) {
      expect([attempts, lastError]).toEqual([2, undefined])
      const { json } = await call('GET', `${second.baseUrl}/api/v1/provisioning/deliveries/${id}`)
      expect(JSON.stringify(json)).toContain('this server ended before the answer came')
    }
  },
)
