import { expect, test } from 'vitest'
import { ScimError } from '../../src/core/errors.ts'
import { listResponse, scimErrorBody } from '../../src/scim/messages.ts'
import { parseListQuery } from '../../src/scim/query.ts'
import { refusalOf } from './refusal.ts'

test('a list names the total, and as itemsPerPage what is in this page (RFC 7644 §3.4.2)', () => {
  expect(listResponse({ total: 5, startIndex: 4, resources: [{ id: '4' }, { id: '5' }] })).toEqual({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: 5,
    startIndex: 4,
    itemsPerPage: 2,
    Resources: [{ id: '4' }, { id: '5' }],
  })
})

test('an empty list has Resources all the same (RFC 7644 §3.4.2)', () => {
  expect(listResponse({ total: 0, startIndex: 1, resources: [] })).toMatchObject({ totalResults: 0, Resources: [] })
})

test('the status of an error is text, and one without a keyword has no scimType (RFC 7644 §3.12)', () => {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error']
  const taken = scimErrorBody(new ScimError('uniqueness', 'taken'))
  expect(taken).toEqual({ schemas, status: '409', scimType: 'uniqueness', detail: 'taken' })
  expect(scimErrorBody(new ScimError(404, 'gone'))).toEqual({ schemas, status: '404', detail: 'gone' })
})

test.each([
  [{}, 1, 100],
  [{ startindex: '', count: '' }, 1, 100],
  [{ startindex: '0', count: '0' }, 1, 0],
  [{ startindex: '-3', count: '-3' }, 1, 0],
  [{ startindex: '11', count: '10' }, 11, 10],
  [{ startindex: 11, count: 5000 }, 11, 1000],
])('%j starts at %s and gives %s at the most (RFC 7644 §3.4.2.4)', (query, startIndex, count) => {
  expect(parseListQuery(query)).toMatchObject({ count, paging: { kind: 'index', startIndex } })
})

test.each([{ startindex: 'one' }, { count: '1.5' }, { count: '1e3' }, { count: '9'.repeat(400) }, { count: 1.5 }])(
  '%j is invalidValue (RFC 7644 §3.12)',
  (query) => {
    expect(refusalOf(() => parseListQuery(query))).toMatch(/^invalidValue: (startIndex|count) must be an integer/)
  },
)
