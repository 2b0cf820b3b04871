/** The requests of a code flow, as text for the load and sent one by one where something is prepared. */
import { createHash } from 'node:crypto'
import { httpForm, http } from '../load.ts'
import { REDIRECT_URI } from './names.ts'
import type { Peer } from './peers.ts'

const VERIFIER = 'verifier-of-forty-three-characters-or-more-0123'
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

/** `forJwt` is what has the peer give a JWT, and no token for its own userinfo. */
export function authorizeRequest(peer: Peer, cookie: string, scope: string, forJwt = peer.forJwt): string {
  const query = new URLSearchParams({
    client_id: peer.clientId,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope,
    state: 'state-1',
    nonce: 'nonce-1',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...forJwt,
  })
  return http('GET', `${peer.paths.authorize}?${query}`, { Cookie: cookie })
}

/** What redeems the code of the answer that authorizeRequest got. */
export function codeRequest(peer: Peer, answer: string, forJwt = peer.forJwt): string {
  const [, location = ''] = /^location: (.*)$/im.exec(answer) ?? []
  const code = URL.canParse(location) ? new URL(location).searchParams.get('code') : null
  if (code === null) throw new Error(`${peer.name}: no code in ${answer}`)
  const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier: VERIFIER }
  return httpForm(peer.paths.token, { Authorization: peer.basic }, { ...form, ...forJwt })
}

export function refreshRequest(peer: Peer, refreshToken: string): string {
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken }
  return httpForm(peer.paths.token, { Authorization: peer.basic }, { ...form, ...peer.forJwt })
}

export type Tokens = { readonly access_token: string; readonly refresh_token?: string; readonly id_token?: string }

/** The JSON of an answer that came over a socket. */
export function tokensIn(answer: string | undefined): Tokens {
  const [, json] = /(\{.*\})/s.exec(answer ?? '') ?? []
  return JSON.parse(json ?? '') as Tokens
}
