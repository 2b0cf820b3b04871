/**
 * A browser that has signed somebody in before (OWASP, device cookies): whoever guesses at her password elsewhere does not
 * make her wait here. The cookie has a random number and, for each of its people, a signature of it and her id.
 */
import { equalInConstantTime, hashToken, randomToken } from '../core/crypto.ts'
import type { Guesser } from '../directory/throttle/guesser.ts'
import { type AppContext, callerNetwork } from '../http.ts'
import { readCookie, writeCookie } from './cookie.ts'

/** As long as browsers keep any cookie. */
const REMEMBERED_SECONDS = 400 * 86_400
const MOST_PEOPLE = 5
const SIGNATURE_LENGTH = 22

/** Remembers that somebody has signed in in this browser; stands behind a sign-in with every step. */
export async function rememberDevice(c: AppContext, userId: string): Promise<void> {
  const { nonce, signatures } = readDevice(c) ?? { nonce: randomToken(), signatures: [] }
  const own = await signatureOf(c, nonce, userId)
  const others = signatures.filter((one) => one !== own).slice(0, MOST_PEOPLE - 1)
  writeCookie(c, 'device', [nonce, own, ...others].join('.'), REMEMBERED_SECONDS)
}

/** A name for this browser and somebody who has signed in in it; undefined if she has not. */
async function knownDevice(c: AppContext, userId: string): Promise<string | undefined> {
  const device = readDevice(c)
  if (!device) return undefined
  const own = await signatureOf(c, device.nonce, userId)
  const isKnown = device.signatures.some((one) => equalInConstantTime(one, own))
  return isKnown ? hashToken(`${device.nonce} ${userId}`) : undefined
}

function readDevice(c: AppContext) {
  const [nonce = '', ...signatures] = readCookie(c, 'device')?.split('.') ?? []
  return /^[\w-]{43}$/.test(nonce) ? { nonce, signatures: signatures.slice(0, MOST_PEOPLE) } : undefined
}

async function signatureOf(c: AppContext, nonce: string, userId: string): Promise<string> {
  const { platform, tenantId } = c.var.scope
  return (await platform.sealer.sign('device', `${tenantId} ${nonce} ${userId}`)).slice(0, SIGNATURE_LENGTH)
}

/** Who tries to sign in in this browser, for the back-off of guesses. */
export function guesserOf(c: AppContext): Guesser {
  return { network: callerNetwork(c), deviceOf: (userId) => knownDevice(c, userId) }
}
