/**
 * What a server does for deliveries while none is due: the statements of its poller, counted and timed, with nothing to
 * deliver and with a hundred thousand that wait for later. Aim: one small query a second at most.
 */
import type { InStatement } from '@libsql/client'
import { runBatch } from '../../src/db/open.ts'
import { sql } from '../../src/db/sql.ts'
import { findUserByName } from '../../src/directory/users/queries.ts'
import { deliverDue } from '../../src/outbound/consumer.ts'
import type { Scope } from '../../src/platform.ts'
import { startPoller } from '../../src/runtime/poller.ts'
import { type Line, microseconds, progress, report } from '../report.ts'
import { temporaryFile } from '../world.ts'
import { connectTo, outboundWorld, type OutboundWorld } from './world.ts'

const WAITING = 100_000
const SECONDS = 20
const AIM = { most: 1 }

/** Of a second. */
type Spent = { readonly statements: number; readonly microseconds: number }

export async function run(): Promise<void> {
  const lines: Line[] = []
  for (const waiting of [0, WAITING]) {
    progress(`idle: ${waiting} wait, ${SECONDS} s`)
    const world = await outboundWorld(temporaryFile())
    const scope = await world.scope()
    const connectorId = await connectTo(scope, 9, 'token')
    if (waiting > 0) await runBatch(scope.db, [later(scope, connectorId, waiting)])
    const small = await smallQuery(scope)
    const spent = await watch(world)
    world.close()
    lines.push(...linesOf(`${waiting.toLocaleString('en')} wait`, spent, small))
  }
  progress('')
  report('idle', `a server with nothing to deliver, over ${SECONDS} s`, lines)
}

function linesOf(name: string, spent: Spent, small: number): Line[] {
  return [
    {
      name: `statements a second, ${name}`,
      measured: spent.statements.toFixed(1),
      beside: 'one a second',
      besideMeasured: '1.0',
      ratio: spent.statements,
      aim: AIM,
    },
    {
      name: `their time in a second, ${name}`,
      measured: microseconds(spent.microseconds),
      beside: 'one user by name, now and then',
      besideMeasured: microseconds(small),
      ratio: spent.microseconds / small,
      aim: AIM,
    },
  ]
}

/** The statements of the poller, after its first look, which is also the one that tidies up. */
async function watch({ platform }: OutboundWorld): Promise<Spent> {
  await deliverDue(platform)
  const client = platform.db.$client
  const { execute, batch, first } = client
  let [statements, milliseconds] = [0, 0]
  const timed = <T>(count: number, run: () => T): T => {
    statements += count
    const begin = performance.now()
    // All of them come to their end before they return: the database is in this process.
    const result = run()
    milliseconds += performance.now() - begin
    return result
  }
  Object.assign(client, {
    execute: (one: never) => timed(1, () => execute.call(client, one)),
    first: (one: never) => timed(1, () => first?.call(client, one)),
    batch: (all: InStatement[], mode?: never) => timed(all.length, () => batch.call(client, all, mode)),
  })
  const poller = startPoller(
    () => deliverDue(platform),
    platform.now,
    (error) => {
      throw error
    },
  )
  await pause(SECONDS)
  await poller.stop()
  Object.assign(client, { execute, batch, first })
  return { statements: statements / SECONDS, microseconds: (milliseconds * 1000) / SECONDS }
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000))
}

/** Microseconds, asked as seldom as the poller asks: what was asked just before is faster. */
async function smallQuery(scope: Scope): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < 10; i++) {
    await pause(0.5)
    const begin = performance.now()
    await findUserByName(scope, 'admin')
    times.push((performance.now() - begin) * 1000)
  }
  return times.toSorted((a, b) => a - b)[5] ?? 0
}

function later({ tenantId, now }: Scope, connectorId: string, count: number) {
  const at = now.getTime()
  return sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})
    insert into deliveries (tenant_id, id, connector_id, resource_type, resource_id, resource_name, operation,
      state, open, generation, with_password, attempts, next_attempt_at, created, last_modified)
    select ${tenantId}, printf('%012x', i), ${connectorId}, 'User', 'user' || i, 'user' || i, 'update', 'retrying', 1,
      1, 0, 3, ${at + 3_600_000} + i, ${at}, ${at} from n`
}
