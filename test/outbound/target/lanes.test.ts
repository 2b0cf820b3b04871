import { expect, test } from 'vitest'
import type { Due } from '../../../src/outbound/queries.ts'
import { emptyLane, endTurn, fillLanes, type Lanes, takeTurn, type Turn } from '../../../src/outbound/target/lanes.ts'

const LIMITS = { perTarget: 4, atOnce: 8 }
const SHARE = 50

function due(connectorId: string, count: number, change: Partial<Due> = {}): Due[] {
  const known = { waitedUntil: null, lastSuccess: null, lastFailure: null }
  return Array.from({ length: count }, (_, i) => ({
    tenantId: 't',
    connectorId,
    id: `${change.type ?? 'User'}${i}`,
    type: 'User' as const,
    ...known,
    ...change,
  }))
}

function lanesOf(...due: Due[]): Lanes {
  const lanes: Lanes = new Map()
  fillLanes(lanes, due, SHARE)
  return lanes
}

function takeAll(lanes: Lanes): Turn[] {
  const turns: Turn[] = []
  for (let turn = takeTurn(lanes, LIMITS); turn; turn = takeTurn(lanes, LIMITS)) turns.push(turn)
  return turns
}
const names = (turns: readonly Turn[]) => turns.map(({ lane }) => lane.connectorId).join('')

test('targets take turns, whoever has more', () => {
  expect(names(takeAll(lanesOf(...due('a', 9), ...due('b', 3))))).toBe('abababa')
})

test('of one target no more are under way than its limit, and of all no more than theirs', () => {
  const lanes = lanesOf(...due('a', 9), ...due('b', 9), ...due('c', 9))
  expect(names(takeAll(lanesOf(...due('a', 9))))).toBe('aaaa')
  expect(takeAll(lanes)).toHaveLength(8)
})

test('a target that comes later gets its first at once, however many slow ones hold all places', () => {
  const lanes = lanesOf(...due('a', 9), ...due('b', 9))
  takeAll(lanes)
  fillLanes(lanes, due('c', 9), SHARE)
  expect(names(takeAll(lanes))).toBe('c')
})

test('a place that becomes free goes to the target with the fewest under way', () => {
  const lanes = lanesOf(...due('a', 9), ...due('b', 9))
  const turns = takeAll(lanes)
  fillLanes(lanes, due('c', 9), SHARE)
  expect(names(takeAll(lanes))).toBe('c')
  for (const turn of turns.filter(({ lane }) => lane.connectorId === 'a').slice(0, 2)) endTurn(turn)
  expect(names(takeAll(lanes))).toBe('c')
})

test('a target that was left alone is asked by one delivery at a time', () => {
  const lanes = lanesOf(...due('a', 9, { waitedUntil: 1 }), ...due('b', 2))
  const turns = takeAll(lanes)
  expect(names(turns)).toBe('abb')
  for (const turn of turns) endTurn(turn)
  expect(names(takeAll(lanes))).toBe('a')
})

test('groups wait until the users of their target are through, and for no others', () => {
  const lanes = lanesOf(...due('a', 1, { type: 'Group' }), ...due('a', 2), ...due('b', 1, { type: 'Group' }))
  const turns = takeAll(lanes)
  expect(turns.map(({ lane, id }) => `${lane.connectorId} ${id}`)).toEqual(['a User0', 'b Group0', 'a User1'])
  for (const turn of turns) endTurn(turn)
  expect(takeAll(lanes).map(({ id }) => id)).toEqual(['Group0'])
})

test('a lane that was emptied sends nothing before it is listed again', () => {
  const lanes = lanesOf(...due('a', 9))
  for (const lane of lanes.values()) emptyLane(lane)
  expect(takeAll(lanes)).toEqual([])
  fillLanes(lanes, due('a', 1), SHARE)
  expect(names(takeAll(lanes))).toBe('a')
})

test('a lane that has something keeps it: what is listed meanwhile is the same', () => {
  const lanes = lanesOf(...due('a', 5))
  fillLanes(lanes, due('a', 5), SHARE)
  expect([...lanes.values()][0]?.users).toHaveLength(5)
})

test('more is looked for where the whole share was listed, until nothing comes', () => {
  const lanes = lanesOf(...due('a', SHARE), ...due('b', SHARE - 1))
  const more = () => [...lanes.values()].map(({ hasMore }) => hasMore)
  expect(more()).toEqual([true, false])
  for (const lane of lanes.values()) lane.users.length = 0
  fillLanes(lanes, [], SHARE)
  expect(more()).toEqual([false, false])
})
