/** The figures of the outbound queue in Prometheus' text format, version 0.0.4. Pure. */
import type { Figures } from './queries.ts'

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'
const STATES = ['pending', 'retrying', 'blocked', 'dead'] as const

type Sample = readonly [labels: string, value: number]

/** Each state is always there: what is missing now and then cannot be told from what is nothing. */
export function metricsText({ open, pausedConnectors }: Figures, now: Date): string {
  const totalIn = (state: string) => open.find((row) => row.state === state)?.total ?? 0
  const waiting = open.filter(({ state }) => state !== 'dead').map(({ oldest }) => oldest)
  const age = waiting.length === 0 ? 0 : Math.max(0, (now.getTime() - Math.min(...waiting)) / 1000)
  return [
    gauge(
      'postern_outbound_open',
      'Outbound deliveries that have not arrived, by state.',
      STATES.map((state) => [`{state="${state}"}`, totalIn(state)]),
    ),
    gauge('postern_outbound_oldest_seconds', 'Age of the oldest change that is still going to be delivered.', [
      ['', age],
    ]),
    gauge('postern_outbound_paused_connectors', 'Connectors that wait for somebody to look after them.', [
      ['', pausedConnectors],
    ]),
  ].join('')
}

function gauge(name: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([labels, value]) => `${name}${labels} ${value}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`
}
