import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { makeKey, readKey } from '../../src/connections/authenticator/private-key.ts'

const pem = (key: { export(options: { type: 'pkcs8'; format: 'pem' }): string | Buffer }) =>
  String(key.export({ type: 'pkcs8', format: 'pem' }))
const rsa = (modulusLength: number) => pem(generateKeyPairSync('rsa', { modulusLength }).privateKey)
const ec = (namedCurve: string) => pem(generateKeyPairSync('ec', { namedCurve }).privateKey)

describe('a private key', () => {
  test.each([
    ['RSA', rsa(2048), 'RS256'],
    ['EC on P-256', ec('P-256'), 'ES256'],
    ['Ed25519', pem(generateKeyPairSync('ed25519').privateKey), 'EdDSA'],
  ])('%s is known for what it is, and only its public half is told', async (_kind, text, algorithm) => {
    const key = await readKey(text, undefined)
    expect(key.algorithm).toBe(algorithm)
    expect(key.publicKey).toMatchObject({
      alg: algorithm,
      use: 'sig',
      kid: expect.stringMatching(/^[\w-]{43}$/) as string,
    })
    expect(Object.keys(key.publicKey).filter((name) => ['d', 'p', 'q', 'dp', 'dq', 'qi'].includes(name))).toEqual([])
  })

  test.each([
    ['an RSA key of 1,024 bits', rsa(1024), undefined],
    ['a key on another curve', ec('P-384'), undefined],
    ['a key for another algorithm', ec('P-256'), 'RS256'],
    ['a public key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', undefined],
    ['any text', 'what nobody can read as a private key of any kind, however long it is', undefined],
  ] as const)('that is %s is refused beside its field, and is in no message', async (_kind, text, wanted) => {
    const error = await readKey(text, wanted).catch((thrown: unknown) => thrown as Error & { errors: unknown })
    expect(error).toMatchObject({ status: 400, errors: [{ field: 'authenticator.privateKey' }] })
    expect(JSON.stringify(error)).not.toContain(text.slice(30, 80) || text)
  })

  test('that is made here is its own, and has the name that it is given', async () => {
    const [one, other] = await Promise.all([makeKey(), makeKey('EdDSA', 'mine')])
    expect(one.publicKey.kid).not.toBe(other.publicKey.kid)
    expect(other).toMatchObject({ algorithm: 'EdDSA', publicKey: { kid: 'mine' } })
  })
})
