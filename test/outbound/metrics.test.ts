/** /metrics in Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/). */
import { beforeEach, expect, test } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { MASTER_KEY } from '../support/app.ts'
import { HOUR_MS, type LogWorld, logWorld, MINUTE_MS } from './log/world.ts'

const TOKEN = 'a-token-of-prometheus'
const URL = 'https://localhost:9443/metrics'
let world: LogWorld
beforeEach(async () => {
  world = await logWorld({ METRICS_TOKEN: TOKEN })
})

const get = (Authorization = `Bearer ${TOKEN}`) => world.app.request(URL, { headers: { Authorization } })
const samples = async () => (await (await get()).text()).split('\n').filter((line) => /^\w/.test(line))

test('an empty server has a number for everything', async () => {
  const answer = await get()
  expect(answer.headers.get('Content-Type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const text = await answer.text()
  expect(text.endsWith('\n')).toBe(true)
  for (const line of text.trimEnd().split('\n')) {
    expect(line).toMatch(/^# (?:HELP \w+ .+|TYPE \w+ gauge)$|^\w+(?:\{state="\w+"\})? \d+(?:\.\d+)?$/)
  }
  expect(await samples()).toEqual([
    'postern_outbound_open{state="pending"} 0',
    'postern_outbound_open{state="retrying"} 0',
    'postern_outbound_open{state="blocked"} 0',
    'postern_outbound_open{state="dead"} 0',
    'postern_outbound_oldest_seconds 0',
    'postern_outbound_paused_connectors 0',
  ])
})

test('it counts over all tenants what is open, how old the oldest is that is not given up, and who is paused', async () => {
  const [here = ''] = (await world.connection('A', ['Main'])).connectors
  const [there = ''] = (await world.connection('A', ['Main'], 'acme')).connectors
  await world.delivery({ connectorId: here, state: 'pending', created: world.ago(MINUTE_MS) })
  await world.delivery({ connectorId: here, state: 'dead', created: world.ago(9 * HOUR_MS) })
  await world.delivery({ connectorId: here, state: 'delivered', created: world.ago(9 * HOUR_MS) })
  await world.delivery({ connectorId: there, state: 'pending', created: world.ago(2 * MINUTE_MS) }, 'acme')
  await world.delivery({ connectorId: there, state: 'blocked', created: world.ago(90_500) }, 'acme')
  await world.target({ connectorId: here, lastFailure: world.ago(0) })
  await world.target({ connectorId: there, pausedAt: world.ago(0) }, 'acme')
  expect(await samples()).toEqual([
    'postern_outbound_open{state="pending"} 2',
    'postern_outbound_open{state="retrying"} 0',
    'postern_outbound_open{state="blocked"} 1',
    'postern_outbound_open{state="dead"} 1',
    'postern_outbound_oldest_seconds 120',
    'postern_outbound_paused_connectors 1',
  ])
})

test.each([
  ['nothing', ''],
  ['another token', 'Bearer another-token-of-it'],
  ['the beginning of the token', `Bearer ${TOKEN.slice(0, -1)}`],
  ['the token and more', `Bearer ${TOKEN}x`],
  ['the token as a password', `Basic ${TOKEN}`],
])('%s does not open it', async (_what, authorization) => {
  const answer = await get(authorization)
  expect([answer.status, answer.headers.get('WWW-Authenticate')]).toEqual([401, 'Bearer'])
  expect(await answer.text()).not.toContain('postern_')
})

test('without METRICS_TOKEN it is not there, whatever is sent; and it is the server’s, no tenant’s', async () => {
  await world.tenant('acme')
  const open = { headers: { Authorization: `Bearer ${TOKEN}` } }
  expect((await world.app.request('https://localhost:9443/t/acme/metrics', open)).status).toBe(404)
  const closed = await logWorld()
  for (const Authorization of ['', 'Bearer ', 'Bearer undefined', `Bearer ${TOKEN}`]) {
    expect((await closed.app.request(URL, { headers: { Authorization } })).status).toBe(404)
  }
})

test.each(['short', 'a token with blanks in it'])('METRICS_TOKEN may not be %s', (METRICS_TOKEN) => {
  expect(() => parseConfig({ MASTER_KEY, METRICS_TOKEN })).toThrow(/^METRICS_TOKEN: /)
})
