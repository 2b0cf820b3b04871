import { expect, test } from 'vitest'
import { parseBasic, parseBearer } from '../../src/core/basic.ts'

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

test('user name and password are parted at the first colon, in UTF-8 (RFC 7617 section 2)', () => {
  expect(parseBasic(basic('admin:a:b'))).toEqual({ userName: 'admin', password: 'a:b' })
  expect(parseBasic(basic('zoë:pä£'))).toEqual({ userName: 'zoë', password: 'pä£' })
  expect(parseBasic(basic('admin:'))).toEqual({ userName: 'admin', password: '' })
})

test('the scheme is read in any case (RFC 9110 section 11.1)', () => {
  expect(parseBasic(basic('a:b').replace('Basic', 'bAsIc'))).toEqual({ userName: 'a', password: 'b' })
  expect(parseBearer('bearer abc')).toBe('abc')
})

test.each([
  ['no header', undefined],
  ['another scheme', 'Bearer YTpi'],
  ['no colon', basic('admin')],
  ['no base64', 'Basic ***'],
  ['bytes that are no UTF-8', `Basic ${Buffer.from([0xff, 0x3a, 0xff]).toString('base64')}`],
  ['nothing', 'Basic '],
])('%s is no Basic credential', (_, header) => {
  expect(parseBasic(header)).toBeUndefined()
})

test.each([
  ['no header', undefined],
  ['another scheme', 'Basic abc'],
  ['no token', 'Bearer '],
  ['a blank within', 'Bearer a b'],
  ['a list', 'Bearer a, Bearer b'],
])('%s is no Bearer token (RFC 6750 section 2.1)', (_, header) => {
  expect(parseBearer(header)).toBeUndefined()
})
