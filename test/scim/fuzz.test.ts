import { expect, test } from 'vitest'
import { ScimError } from '../../src/core/errors.ts'
import { checkFilter } from '../../src/scim/check.ts'
import { parseFilter } from '../../src/scim/filter.ts'
import { parseJson } from '../../src/scim/json.ts'
import { matches } from '../../src/scim/matches.ts'
import { normalizePatch, normalizeResource } from '../../src/scim/lenient.ts'
import { PATCH_OP_SCHEMA } from '../../src/scim/messages.ts'
import { patchResource } from '../../src/scim/patch.ts'
import { project } from '../../src/scim/project.ts'
import { USER } from '../../src/scim/resource-types.ts'
import type { Resource } from '../../src/scim/schema.ts'
import { validateResource } from '../../src/scim/validate.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const WORDS =
  `userName name name.givenName emails emails.value members schemas meta.created active $ref ${ENTERPRISE} id type value ` +
  `${ENTERPRISE}:manager.value ${ENTERPRISE}.department urn:x not and or eq ne co sw ew gt ge lt le pr true false null ` +
  '( ) [ ] . : "work" "" "True" "2011-05-13T04:42:34Z" 1 -1.5 "\\u00e9" " \\ ; ] __proto__ constructor toString'
/** V8's JSON.parse takes a key for another one where it expects a backslash, which tells nothing about ours. */
const keys = () => PIECES.filter((piece) => piece !== '\\')
const PIECES = [...WORDS.split(' '), 'emails[type eq "work"]', 'emails[type eq "work"].value', '']
const KIM: Resource = {
  schemas: [USER.schema.id, ENTERPRISE],
  id: '7',
  userName: 'kim',
  emails: [{ value: 'k', type: 'work', primary: true }],
  [ENTERPRISE]: { manager: { value: 'm' } },
}

/** Repeats from its seed, so that a failure can be looked at. */
function newRandom(seed: number) {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

type Random = ReturnType<typeof newRandom>

function pick<T>(random: Random, from: readonly T[]): T {
  return from[random(from.length)]!
}

function anyText(random: Random, length: number, joint: string): string {
  return Array.from({ length: 1 + random(length) }, () => pick(random, PIECES)).join(joint)
}

function anyValue(random: Random, depth = 0): unknown {
  const kind = random(depth > 3 ? 5 : 8)
  if (kind < 5) return [pick(random, PIECES), random(9), true, null, ''][kind]
  if (kind === 5) return Array.from({ length: random(3) }, () => anyValue(random, depth + 1))
  return Object.fromEntries(
    Array.from({ length: random(4) }, () => [pick(random, keys()), anyValue(random, depth + 1)]),
  )
}

/** What the call gives, undefined if it refuses; any error but a refusal is a fault of ours. */
function refusedOr<T>(input: unknown, call: () => T): T | undefined {
  try {
    return call()
  } catch (error) {
    if (error instanceof ScimError && error.status >= 400 && error.status < 500) return undefined
    throw new Error(`${JSON.stringify(input)} broke the engine`, { cause: error })
  }
}

test('whatever a filter says, it is read or refused, and what is read can be matched', () => {
  const random = newRandom(1)
  let read = 0
  for (let i = 0; i < 20_000; i++) {
    const text = anyText(random, 8, ' ')
    const filter = refusedOr(text, () => parseFilter(text))
    if (!filter) continue
    read++
    refusedOr(text, () => checkFilter([USER], filter))
    expect(typeof matches(USER, filter, KIM)).toBe('boolean')
  }
  expect(read).toBeGreaterThan(100)
})

test('whatever a PATCH says, it is applied or refused, and the resource that it came to is never changed', () => {
  const random = newRandom(2)
  const before = JSON.stringify(KIM)
  let applied = 0
  for (let i = 0; i < 20_000; i++) {
    const operation = {
      op: pick(random, ['add', 'Replace', 'remove']),
      path: anyText(random, 2, ''),
      value: anyValue(random),
    }
    const body = {
      schemas: [PATCH_OP_SCHEMA],
      Operations: [random(3) === 0 ? { ...operation, path: undefined } : operation],
    }
    const user = refusedOr(body, () => patchResource(USER, KIM, random(2) === 0 ? body : normalizePatch(USER, body)))
    if (!user) continue
    if (user !== KIM) applied++
    // What a PATCH leaves is a resource that a PUT would take.
    expect(validateResource(USER, user).userName).toBe(user.userName)
    expect(JSON.stringify(project(USER, user))).not.toMatch(/[:,[]null/)
  }
  expect(JSON.stringify(KIM)).toBe(before)
  expect(applied).toBeGreaterThan(100)
})

test('whatever a body says, it is taken or refused', () => {
  const random = newRandom(3)
  for (let i = 0; i < 20_000; i++) {
    const body = { userName: 'kim', [pick(random, keys())]: anyValue(random), emails: anyValue(random) }
    const user = refusedOr(body, () => validateResource(USER, normalizeResource(USER, body)))
    if (user) expect(validateResource(USER, user)).toEqual(user)
    const text = JSON.stringify(body)
    const cut = text.slice(0, random(text.length)) + pick(random, PIECES) + text.slice(random(text.length))
    refusedOr(cut, () => parseJson(cut))
    // As text, since an own __proto__ confuses a comparison of objects.
    expect(JSON.stringify(parseJson(text))).toBe(text)
  }
})
