import { beforeEach, describe, expect, test } from 'vitest'
import { queueMail } from '../../src/mail/commands.ts'
import { deliverDue } from '../../src/outbound/consumer.ts'
import type { MailMessage } from '../../src/platform.ts'
import { testWorld, type TestWorld } from '../support/app.ts'

let world: TestWorld
let taken: MailMessage[]
let fault: Error | undefined
beforeEach(async () => {
  taken = []
  fault = undefined
  world = await testWorld({
    mail: async (message) => {
      if (fault) throw fault
      taken.push(message)
    },
  })
  world.hold(true)
})

const order = { kind: 'changed', what: 'password', address: 'kim@example.com', language: 'en' } as const
const queue = async () => queueMail(await world.scope(), order, { isOwn: true })
const rows = async (table: string) => (await world.platform.db.$client.execute(`select * from ${table}`)).rows

describe('mail waits until it was sent', () => {
  test('sealed, and the consumer is told at once', async () => {
    await queue()
    expect(JSON.stringify(await rows('mail_deliveries'))).not.toContain('kim@example.com')
    expect(world.wakes).toHaveLength(1)
    await deliverDue(world.platform)
    expect(taken).toMatchObject([{ to: 'kim@example.com', subject: 'Your password at postern was changed' }])
    expect(await rows('mail_deliveries')).toEqual([])
  })

  test('one that is not taken is tried again, later each time, as the same mail', async () => {
    await queue()
    fault = new Error('451 busy')
    const waits = []
    for (let attempt = 1; attempt <= 3; attempt++) {
      const next = await deliverDue(world.platform)
      waits.push(Math.round(((next?.getTime() ?? 0) - world.platform.now().getTime()) / 1000))
      world.advance((waits.at(-1) ?? 0) * 1000)
    }
    expect(waits).toEqual([5, 30, 120])
    fault = undefined
    await deliverDue(world.platform)
    expect(taken).toHaveLength(1)
    expect(taken[0]?.id).toBe(world.logs.find(({ event }) => event === 'mail failed')?.mail)
    expect(JSON.stringify(world.logs)).not.toContain('kim@example.com')
  })

  test('one that failed does not count against the next', async () => {
    fault = new Error('451 busy')
    await queue()
    for (const seconds of [0, 5, 30, 120, 600]) {
      world.advance(seconds * 1000)
      await deliverDue(world.platform)
    }
    expect(await rows('mailed_links')).toEqual([])
  })

  test('after some hours it is given up, and the log says so', async () => {
    fault = new Error('451 busy')
    await queue()
    for (const seconds of [0, 5, 30, 120, 600, 3600, 14_400]) {
      world.advance(seconds * 1000)
      await deliverDue(world.platform)
    }
    expect(await rows('mail_deliveries')).toEqual([])
    expect(world.logs.filter(({ event }) => event === 'mail given up')).toHaveLength(1)
  })

  test('of two consumers that find it at once, one sends it', async () => {
    await queue()
    await Promise.all([deliverDue(world.platform), deliverDue(world.platform)])
    expect(taken).toHaveLength(1)
  })

  test('one whose process died is sent by another, once the lease is over', async () => {
    await queue()
    const now = world.platform.now().getTime()
    await world.platform.db.$client.execute({
      sql: 'update mail_deliveries set attempts = 1, next_attempt_at = ?',
      args: [now + 60_000],
    })
    await deliverDue(world.platform)
    expect(taken).toEqual([])
    world.advance(60_000)
    await deliverDue(world.platform)
    expect(taken).toHaveLength(1)
  })

  test('a flood of what strangers ask for leaves room for what people are told of their own', async () => {
    const scope = await world.scope()
    await world.platform.db.$client.execute({
      sql: `with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)
        insert into mail_deliveries (tenant_id, id, sealed, attempts, next_attempt_at, created)
        select ?, i, '', 0, ?, 0 from n`,
      args: [scope.tenantId, world.platform.now().getTime() + 3_600_000],
    })
    await queueMail(scope, { kind: 'reset', typed: 'kim', language: 'en' }, { isOwn: false })
    expect(await rows('mail_deliveries')).toHaveLength(1000)
    await queue()
    expect(await rows('mail_deliveries')).toHaveLength(1001)
  })

  test('five mails an hour go to one address', async () => {
    for (let i = 0; i < 7; i++) await queue()
    await deliverDue(world.platform)
    expect(taken).toHaveLength(5)
  })
})
