import { describe, expect, test } from 'vitest'
import type { Scope } from '../../src/platform.ts'
import { returnPath } from '../../src/session/return-to.ts'

const root = { base: '' } as Scope
const acme = { base: '/t/acme' } as Scope

test('a sign-in for an application goes on with its request, whatever else is asked for', () => {
  const query = { request: 'a/b?c', return_to: '/console/users' }
  expect(returnPath(acme, query)).toBe('/t/acme/oauth2/authorize?resume=a%2Fb%3Fc')
})

test('a sign-in for the console goes on where it was begun', () => {
  expect(returnPath(root, { return_to: '/console/users?q=kim' })).toBe('/console/users?q=kim')
  expect(returnPath(acme, { return_to: '/t/acme/console/users' })).toBe('/t/acme/console/users')
})

test('a sign-in for the own account goes on where it was begun, and so does one for nothing else', () => {
  expect(returnPath(acme, {})).toBe('/t/acme/account')
  expect(returnPath(root, { return_to: '/account' })).toBe('/account')
  expect(returnPath(acme, { return_to: '/t/acme/account/sessions?done=x' })).toBe('/t/acme/account/sessions?done=x')
})

describe('no open redirector (RFC 9700 section 4.11): anything else leads to the account', () => {
  test.each([
    'https://evil.example/',
    '//evil.example/console',
    '/\\evil.example',
    '\\/evil.example/console',
    '/console\\@evil.example',
    'javascript:alert(1)',
    '/consolevil',
    '/console.evil.example',
    '/t/acme/console',
    '/t/acme/account',
    '/accountant',
    '//evil.example/account',
    '/account\\@evil.example',
    '/logout',
    '/oauth2/authorize?client_id=x',
    '/console/\nLocation: x',
    '/console/ü',
    ' /console/users',
    '',
  ])('%j', (return_to) => {
    expect(returnPath(root, { return_to })).toBe('/account')
  })
})
