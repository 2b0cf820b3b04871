import { describe, expect, test } from 'vitest'
import {
  OAuthError,
  type OAuthErrorCode,
  Problem,
  ScimError,
  SCIM_TYPE_STATUS,
  unreachable,
} from '../../src/core/errors.ts'

test.each(Object.entries(SCIM_TYPE_STATUS))(
  'a ScimError of %s has the status %i (RFC 7644 section 3.12, table 9)',
  (type, status) => {
    const error = new ScimError(type as keyof typeof SCIM_TYPE_STATUS, 'why')
    expect(error).toMatchObject({ scimType: type, status, message: 'why' })
    expect(status).toBe({ uniqueness: 409, sensitive: 403 }[type] ?? 400)
  },
)

test('an OAuthError says in ASCII what our own messages say with the signs of print (RFC 6749 section 5.2)', () => {
  expect(new OAuthError('invalid_request', 'the app’s “own” scheme').message).toBe("the app's 'own' scheme")
})

test('a ScimError of a bare status has no scimType', () => {
  expect(new ScimError(404, 'gone')).toMatchObject({ status: 404, scimType: undefined })
})

describe('the status of an OAuthError', () => {
  test.each<[OAuthErrorCode, number, string]>([
    ['invalid_client', 401, 'RFC 6749 section 5.2'],
    ['invalid_token', 401, 'RFC 6750 section 3.1'],
    ['insufficient_scope', 403, 'RFC 6750 section 3.1'],
    ['invalid_grant', 400, 'RFC 6749 section 5.2'],
    ['invalid_request', 400, 'RFC 6749 section 5.2'],
    ['unsupported_grant_type', 400, 'RFC 6749 section 5.2'],
    ['server_error', 500, 'for us'],
  ])('%s is %i (%s)', (code, status) => {
    expect(new OAuthError(code, 'why').status).toBe(status)
  })
})

test('each keeps its cause for the log, apart from what is told', () => {
  const cause = new Error('the inside')
  for (const error of [
    new ScimError(500, 'a', { cause }),
    new OAuthError('server_error', 'b', { cause }),
    new Problem(500, 'c', [], { cause }),
  ]) {
    expect(error.cause).toBe(cause)
    expect(error.message).not.toContain('inside')
  }
})

test('a case that was forgotten fails loudly', () => {
  expect(() => unreachable('x' as never)).toThrow('unexpected "x"')
})
