/** A passkey in software: what a browser answers navigator.credentials.create and get with, and what it should not. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

type Options = {
  readonly challenge: string
  readonly rp?: { readonly id: string }
  readonly rpId?: string
  readonly user?: { readonly id: string }
}
/** What it does otherwise than it should. */
export type Oddity = {
  readonly origin?: string
  readonly rpId?: string
  readonly type?: string
  /** Whether it verified its user (by fingerprint or PIN). */
  readonly isVerified?: boolean
  readonly counter?: number
  readonly userHandle?: string
  readonly signature?: string
}

export type Authenticator = {
  readonly id: string
  create(options: Options, oddity?: Oddity): string
  get(options: Options, oddity?: Oddity): string
}

const FLAGS = { present: 0x01, verified: 0x04, mayBeCopied: 0x08, isCopied: 0x10, hasKey: 0x40 }
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
const hash = (data: string | Uint8Array) => createHash('sha256').update(data).digest()

/** `isSynced` for one that is copied to other devices; without `counts` its signature counter stays 0. */
export function authenticator(origin: string, { isSynced = true, counts = false } = {}): Authenticator {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(32)
  let uses = 0
  let owner = ''
  const dataOf = (rpId: string, oddity: Oddity, key?: Uint8Array) => {
    const flags =
      FLAGS.present |
      (oddity.isVerified === false ? 0 : FLAGS.verified) |
      (isSynced ? FLAGS.mayBeCopied | FLAGS.isCopied : 0) |
      (key ? FLAGS.hasKey : 0)
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(oddity.counter ?? (counts ? ++uses : 0))
    return Buffer.concat([hash(oddity.rpId ?? rpId), Buffer.from([flags]), counter, key ?? Buffer.alloc(0)])
  }
  const clientData = (type: string, { challenge }: Options, oddity: Oddity) =>
    Buffer.from(
      JSON.stringify({ type: oddity.type ?? type, challenge, origin: oddity.origin ?? origin, crossOrigin: false }),
    )
  const answer = (response: Record<string, unknown>) =>
    JSON.stringify({ id: text(id), rawId: text(id), type: 'public-key', clientExtensionResults: {}, response })
  return {
    id: text(id),
    create(options, oddity = {}) {
      owner = options.user?.id ?? ''
      const credential = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, coseKey(publicKey)])
      const authData = dataOf(options.rp?.id ?? '', oddity, credential)
      const attestation = cbor(
        new Map<string, unknown>([
          ['fmt', 'none'],
          ['attStmt', new Map()],
          ['authData', authData],
        ]),
      )
      return answer({
        clientDataJSON: text(clientData('webauthn.create', options, oddity)),
        attestationObject: text(attestation),
        transports: ['internal'],
      })
    },
    get(options, oddity = {}) {
      const data = clientData('webauthn.get', options, oddity)
      const authData = dataOf(options.rpId ?? '', oddity)
      const signature = text(sign('sha256', Buffer.concat([authData, hash(data)]), privateKey))
      return answer({
        clientDataJSON: text(data),
        authenticatorData: text(authData),
        signature: oddity.signature ?? signature,
        userHandle: oddity.userHandle ?? owner,
      })
    },
  }
}

/** The key of ES256 as COSE has it (RFC 9052 section 7). */
function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  const parts: [number, unknown][] = [
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, Buffer.from(x, 'base64url')],
    [-3, Buffer.from(y, 'base64url')],
  ]
  return cbor(new Map(parts))
}

/** As much of CBOR (RFC 8949) as it takes. */
function cbor(value: unknown): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  if (value instanceof Map) return Buffer.concat([head(5, value.size), ...[...value].flat().map(cbor)])
  throw new Error('there is no such thing in a credential')
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length])
  return length < 256
    ? Buffer.from([(major << 5) | 24, length])
    : Buffer.from([(major << 5) | 25, length >> 8, length & 255])
}
