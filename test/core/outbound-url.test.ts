import { describe, expect, test } from 'vitest'
import { BlockedRequest, checkOutboundUrl, isAllowedAddress } from '../../src/core/outbound-url.ts'

const reach = (address: string, allow: readonly string[] = []) =>
  isAllowedAddress(address, 'target.example', 443, allow)

describe('an address that a name resolved to', () => {
  test.each([
    ['unspecified', '0.0.0.0'],
    ['private', '10.1.2.3'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['carrier-grade NAT, its end', '100.127.255.255'],
    ['loopback', '127.0.0.1'],
    ['loopback beyond the first', '127.255.255.254'],
    ['cloud metadata', '169.254.169.254'],
    ['private', '172.16.0.1'],
    ['private, its end', '172.31.255.255'],
    ['documentation', '192.0.2.1'],
    ['6to4 relay', '192.88.99.1'],
    ['private', '192.168.0.1'],
    ['benchmarks', '198.19.0.1'],
    ['documentation', '198.51.100.7'],
    ['documentation', '203.0.113.7'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['loopback written out', '0:0:0:0:0:0:0:1'],
    ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
    ['IPv4-mapped in hexadecimal', '::ffff:a9fe:a9fe'],
    ['IPv4-compatible', '::127.0.0.1'],
    ['NAT64 of a private address', '64:ff9b::10.0.0.1'],
    ['local NAT64', '64:ff9b:1::8.8.8.8'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    ['documentation', '2001:db8::1'],
    ['6to4', '2002:7f00:1::'],
    ['documentation', '3fff::1'],
    ['unique local', 'fd00::1'],
    ['link-local', 'fe80::1'],
    ['multicast', 'ff02::1'],
  ])('is refused if it is %s: %s', (_kind, address) => {
    expect(reach(address)).toBe(false)
  })

  test.each(['8.8.8.8', '100.63.255.255', '172.32.0.1', '2606:4700::1111', '64:ff9b::8.8.8.8', '::ffff:8.8.8.8'])(
    'is let through if it is public: %s',
    (address) => {
      expect(reach(address)).toBe(true)
    },
  )

  test.each([
    '',
    'localhost',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1:2:3',
    '1::2::3',
    ':::',
    '12345::',
    '8.8.8.8%1',
  ])('is refused if it is no address: "%s"', (address) => {
    expect(reach(address)).toBe(false)
  })
})

describe('OUTBOUND_ALLOW', () => {
  test('a CIDR lets its own addresses through and no others', () => {
    expect(reach('10.20.0.5', ['10.20.0.0/16'])).toBe(true)
    expect(reach('10.21.0.5', ['10.20.0.0/16'])).toBe(false)
    expect(reach('fd12::1', ['fd12::/16'])).toBe(true)
    expect(reach('fd13::1', ['fd12::/16'])).toBe(false)
  })

  test('a CIDR whose length is no multiple of eight ends where it says', () => {
    expect(reach('172.16.15.255', ['172.16.0.0/20'])).toBe(true)
    expect(reach('172.16.16.0', ['172.16.0.0/20'])).toBe(false)
  })

  test('an IPv4 CIDR lets the same address through in its IPv4-mapped form', () => {
    expect(reach('::ffff:10.0.0.1', ['10.0.0.0/8'])).toBe(true)
  })

  test('a bare address lets through itself alone', () => {
    expect(reach('10.0.0.1', ['10.0.0.1'])).toBe(true)
    expect(reach('10.0.0.2', ['10.0.0.1'])).toBe(false)
  })

  test('a host lets through whatever it resolves to, in any case and with a dot at its end', () => {
    expect(isAllowedAddress('10.0.0.1', 'IDP.internal.', 443, ['idp.internal'])).toBe(true)
    expect(isAllowedAddress('10.0.0.1', 'evil.idp.internal', 443, ['idp.internal'])).toBe(false)
  })

  test('host:port lets through that port alone', () => {
    expect(isAllowedAddress('10.0.0.1', 'idp.internal', 8443, ['idp.internal:8443'])).toBe(true)
    expect(isAllowedAddress('10.0.0.1', 'idp.internal', 443, ['idp.internal:8443'])).toBe(false)
    expect(isAllowedAddress('::1', '::1', 8443, ['[::1]:8443'])).toBe(true)
    expect(isAllowedAddress('::1', '::1', 443, ['[::1]:8443'])).toBe(false)
  })

  test.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0/8', '/0', '10.0.0.0/-1'])(
    'an entry that is no CIDR lets nothing through: %s',
    (entry) => {
      expect(reach('10.0.0.1', [entry])).toBe(false)
    },
  )
})

describe('the URL of an outbound call', () => {
  const blocked = (url: string, allow: readonly string[] = []) => {
    try {
      checkOutboundUrl(url, allow)
      return false
    } catch (error) {
      expect(error).toBeInstanceOf(BlockedRequest)
      return true
    }
  }

  test.each([
    'ftp://idp.example/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/plain,x',
    'idp.example/scim',
    '',
    'https://',
    'https://user@idp.example/',
    'https://user:secret@idp.example/',
    'http://idp.example/',
  ])('is refused: %s', (url) => {
    expect(blocked(url)).toBe(true)
  })

  test.each([
    ['in decimal', 'https://2130706433/'],
    ['in hexadecimal', 'https://0x7f000001/'],
    ['in octal', 'https://0177.0.0.1/'],
    ['shortened', 'https://127.1/'],
    ['in full-width digits', 'https://①②⑦.⓪.⓪.①/'],
    ['with a dot at its end', 'https://127.0.0.1./'],
    ['in IPv6', 'https://[::1]/'],
    ['mapped', 'https://[::ffff:127.0.0.1]/'],
    ['by name', 'https://localhost/'],
    ['by a name under localhost', 'https://idp.localhost/'],
    ['by name with a dot at its end', 'https://LOCALHOST./'],
  ])('is refused if it is loopback %s: %s', (_form, url) => {
    expect(blocked(url)).toBe(true)
  })

  test('may be https to any name or public address', () => {
    expect(blocked('https://idp.example/scim2')).toBe(false)
    expect(blocked('https://8.8.8.8:8443/scim2')).toBe(false)
  })

  test('may be http to a host or address that OUTBOUND_ALLOW names', () => {
    expect(blocked('http://scim.internal:8080/', ['scim.internal:8080'])).toBe(false)
    expect(blocked('http://scim.internal:8081/', ['scim.internal:8080'])).toBe(true)
    expect(blocked('http://127.0.0.1:8080/', ['127.0.0.0/8'])).toBe(false)
    expect(blocked('http://localhost:8080/', ['localhost'])).toBe(false)
    expect(blocked('http://[::1]:8080/', ['::1/128'])).toBe(false)
  })

  test('is not let through by a name that another host ends with', () => {
    expect(blocked('http://notlocalhost/', ['localhost'])).toBe(true)
    expect(blocked('http://localhost.evil.example/', ['localhost'])).toBe(true)
  })

  test('does not stand in the refusal where it carries a password', () => {
    expect(() => checkOutboundUrl('https://user:hunter2@idp.example/', [])).not.toThrow(/hunter2/)
  })
})
