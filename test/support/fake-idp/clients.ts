/** Whether it is our client that asks. */
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'

export const CLIENT = { clientId: 'postern-client', clientSecret: 'upstream-secret-5f1c' }

export type ClientRules = {
  method: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'apple'
  clientId: string
  clientSecret: string
  /** Of private_key_jwt and apple: the public half. */
  keys?: JSONWebKeySet
  /** What the provider wants to be called in an assertion; absent: its issuer. */
  audience?: string
  /** Of apple. */
  teamId?: string
}

/** Like many providers it decodes nothing of Basic, although RFC 6749 section 2.3.1 says so. */
export async function isOurClient(
  rules: ClientRules,
  sent: { readonly authorization: string | undefined; readonly form: URLSearchParams; readonly issuer: string },
): Promise<boolean> {
  const { method, clientId, clientSecret } = rules
  const { authorization, form } = sent
  const named = form.get('client_id') === clientId
  switch (method) {
    case 'client_secret_basic':
      return authorization === `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
    case 'client_secret_post':
      return authorization === undefined && named && form.get('client_secret') === clientSecret
    case 'private_key_jwt':
      return (
        named &&
        isSigned(rules, form.get('client_assertion') ?? '', {
          issuer: clientId,
          audience: rules.audience ?? sent.issuer,
        })
      )
    case 'apple':
      return (
        named && isSigned(rules, form.get('client_secret') ?? '', { issuer: rules.teamId ?? '', audience: sent.issuer })
      )
  }
}

async function isSigned(
  { keys, clientId }: ClientRules,
  jwt: string,
  { issuer, audience }: { readonly issuer: string; readonly audience: string },
): Promise<boolean> {
  if (!keys) return false
  const options = { issuer, audience, subject: clientId, requiredClaims: ['exp', 'iat', 'jti'] }
  return jwtVerify(jwt, createLocalJWKSet(keys), options).then(
    () => true,
    () => false,
  )
}
