import { expect, test } from 'vitest'
import { networkOf } from '../../src/core/ip-address.ts'

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '20010db800010002/64'],
  ['2001:db8:1:2::1', '20010db800010002/64'],
  ['2001:db8:1:3::1', '20010db800010003/64'],
  ['fe80::1%eth0', 'fe80000000000000/64'],
  ['::1', '0000000000000000/64'],
  ['localhost', undefined],
  ['', undefined],
  ['203.0.113.7, 10.0.0.1', undefined],
])('%j is of the network %j: one IPv4 address, or the /64 that a customer has (RFC 6177)', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
