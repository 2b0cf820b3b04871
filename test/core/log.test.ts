import { expect, test } from 'vitest'
import { createLog } from '../../src/core/log.ts'

function written(level: Parameters<typeof createLog>[0]) {
  const lines: string[] = []
  return { lines, log: createLog(level, (line) => lines.push(line)) }
}

test('a line is one JSON object with time, level and event, whatever is in its facts', () => {
  const { lines, log } = written('info')
  log.info('delivered', { detail: 'two\nlines' })
  expect(lines).toHaveLength(1)
  expect(lines[0]).not.toContain('\n')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', event: 'delivered', detail: 'two\nlines' })
})

test.each([
  ['debug', 4],
  ['info', 3],
  ['warn', 2],
  ['error', 1],
  ['silent', 0],
] as const)('at level %s, %i of the four levels are written', (level, expected) => {
  const { lines, log } = written(level)
  log.debug('a')
  log.info('a')
  log.warn('a')
  log.error('a')
  expect(lines).toHaveLength(expected)
})

test('an error is written with its message and its cause, not as {}', () => {
  const { lines, log } = written('error')
  log.error('failed', { error: new Error('outer', { cause: new Error('inner') }) })
  expect(JSON.parse(lines[0] ?? '').error).toMatchObject({ message: 'outer', cause: { message: 'inner' } })
})
