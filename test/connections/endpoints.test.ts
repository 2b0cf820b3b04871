import { describe, expect, test } from 'vitest'
import { configurationUrl, endpointsOf, givenEndpoints } from '../../src/connections/connectors/endpoints.ts'
import { connectorInput } from '../../src/connections/connectors/settings.ts'

const BASE = 'https://t.example/scim2'
const BELOW = { userEndpoint: `${BASE}/Users`, groupEndpoint: `${BASE}/Groups` }

describe('the endpoints of a target', () => {
  test.each([
    ['below its base URL', { baseUrl: BASE }, { baseUrl: BASE, ...BELOW }],
    ['whether that ends in a slash or not', { baseUrl: `${BASE}/` }, { baseUrl: `${BASE}/`, ...BELOW }],
    [
      'as they are given, where they are',
      { baseUrl: BASE, userEndpoint: 'https://u.example/people' },
      { baseUrl: BASE, ...BELOW, userEndpoint: 'https://u.example/people' },
    ],
    [
      'without groups, where only users have one',
      { userEndpoint: BELOW.userEndpoint },
      { userEndpoint: BELOW.userEndpoint },
    ],
  ])('are %s', (_what, input, endpoints) => {
    expect(endpointsOf(input, undefined)).toEqual(endpoints)
  })

  test('follow a new base URL, though they are sent back as they followed from the old one', () => {
    const before = endpointsOf({ baseUrl: BASE }, undefined)
    const moved = endpointsOf({ ...before, baseUrl: 'https://new.example' }, before)
    expect(moved.userEndpoint).toBe('https://new.example/Users')
    const own = { baseUrl: BASE, userEndpoint: 'https://u.example/people' }
    expect(endpointsOf({ ...own, baseUrl: 'https://new.example' }, own).userEndpoint).toBe(own.userEndpoint)
  })

  test('are shown in a form where they were given, and nowhere else', () => {
    expect(givenEndpoints({ baseUrl: BASE, ...BELOW })).toEqual({ userEndpoint: '', groupEndpoint: '' })
    expect(givenEndpoints({ userEndpoint: BELOW.userEndpoint })).toEqual({ ...BELOW, groupEndpoint: '' })
  })

  test('have the ServiceProviderConfig below the base, or beside them (RFC 7644 section 4)', () => {
    const url = `${BASE}/ServiceProviderConfig`
    expect(configurationUrl({ baseUrl: `${BASE}/`, userEndpoint: 'https://u.example/people' })).toBe(url)
    expect(configurationUrl({ userEndpoint: `${BASE}/Users/` })).toBe(url)
  })
})

test('a connector without a base URL and without a user endpoint is refused beside that field', () => {
  const { error } = connectorInput.safeParse({ name: 'SCIM2', authentication: { mode: 'none' } })
  expect(error?.issues).toMatchObject([{ path: ['userEndpoint'], message: 'Give a user endpoint, or a base URL.' }])
})
