import { describe, expect, test } from 'vitest'
import { isSameJson } from '../../src/core/same-json.ts'
import { groupBody, userBody, withMembers } from '../../src/outbound/body.ts'

const SETTINGS = { authentication: { mode: 'none' }, userEndpoint: 'https://target.example/Users' } as const
const KIM = {
  id: 'id-of-kim',
  userName: 'kim',
  active: true,
  document: { schemas: ['urn:x'], userName: 'kim', externalId: 'hr-7', emails: [{ value: 'kim@example.com' }] },
}

describe('a user', () => {
  test('goes out whole, for a PUT takes away what is left out (RFC 7644 section 3.5.1)', () => {
    expect(userBody(KIM, SETTINGS)).toEqual({
      schemas: ['urn:x'],
      userName: 'kim',
      active: true,
      externalId: 'id-of-kim',
      emails: [{ value: 'kim@example.com' }],
    })
  })

  test('has our id as externalId, not that of whoever provisioned her here: she is found by it again', () => {
    expect(userBody(KIM, SETTINGS).externalId).toBe('id-of-kim')
  })

  test('who is deactivated goes out as active: false', () => {
    expect(userBody({ ...KIM, active: false }, SETTINGS).active).toBe(false)
  })

  test.each([
    [undefined, 'kim'],
    ['', 'kim'],
    ['PRIMARY', 'kim'],
    ['primary', 'kim'],
    ['PARTNERS', 'PARTNERS/kim'],
  ])('of the user store domain %j is %s at the target', (userStoreDomain, userName) => {
    const settings = userStoreDomain === undefined ? SETTINGS : { ...SETTINGS, userStoreDomain }
    expect(userBody(KIM, settings).userName).toBe(userName)
  })
})

describe('a group', () => {
  const cooks = { id: 'id-of-cooks', displayName: 'Cooks', document: { schemas: ['urn:g'], externalId: 'hr-g' } }

  test('has the members that the target has, by their ids there', () => {
    const members = [
      { remoteId: 'r2', type: 'Group' },
      { remoteId: 'r1', type: 'User' },
    ] as const
    expect(withMembers(groupBody(cooks), members)).toEqual({
      schemas: ['urn:g'],
      displayName: 'Cooks',
      externalId: 'id-of-cooks',
      members: [
        { value: 'r1', type: 'User' },
        { value: 'r2', type: 'Group' },
      ],
    })
  })

  test('is the same group whatever the order in which its members are read', () => {
    const [a, b] = [{ remoteId: 'a', type: 'User' } as const, { remoteId: 'b', type: 'User' } as const]
    expect(isSameJson(withMembers(groupBody(cooks), [a, b]), withMembers(groupBody(cooks), [b, a]))).toBe(true)
    expect(isSameJson(withMembers(groupBody(cooks), [a, b]), withMembers(groupBody(cooks), [a]))).toBe(false)
  })
})

describe('two bodies are the same', () => {
  test('in whatever order their attributes stand, at any depth', () => {
    expect(isSameJson({ a: 1, b: { c: 2, d: [{ e: 3, f: 4 }] } }, { b: { d: [{ f: 4, e: 3 }], c: 2 }, a: 1 })).toBe(
      true,
    )
  })

  test.each([
    [{ a: 1 }, { a: '1' }],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: 1 }, { a: 1, b: null }],
    [{ a: [] }, { a: {} }],
  ])('but %j is not %j', (one, other) => {
    expect(isSameJson(one, other)).toBe(false)
  })
})
