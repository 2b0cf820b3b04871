/** What an id_token and userinfo say, put together. Pure: both were verified before. */
import { withoutUndefined } from '../../../core/members.ts'
import type { IDToken, TokenEndpointResponse } from 'oauth4webapi'
import type { UpstreamPerson, UpstreamTokens } from '../person.ts'

type Claims = Readonly<Record<string, unknown>>

export function personOf(claims: IDToken, userinfo: Claims, tokens: TokenEndpointResponse): UpstreamPerson {
  const { sid } = claims
  return {
    issuer: claims.iss,
    subject: claims.sub,
    claims: together(claims, userinfo),
    tokens: tokensOf(tokens),
    ...(typeof sid === 'string' ? { sid } : {}),
  }
}

export function tokensOf(answer: TokenEndpointResponse): UpstreamTokens {
  const { access_token: accessToken, refresh_token: refreshToken, id_token: idToken } = answer
  return {
    accessToken,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(idToken === undefined ? {} : { idToken }),
    ...(answer.expires_in === undefined ? {} : { expiresIn: answer.expires_in }),
    ...(answer.scope === undefined ? {} : { scope: answer.scope }),
  }
}

/** Userinfo is the fresher of the two, but who the person is stands in the id_token alone. */
function together(claims: IDToken, userinfo: Claims): Claims {
  const known: Claims = withoutUndefined({
    ...claims,
    ...userinfo,
    ...verificationOf('email', claims, userinfo),
    ...verificationOf('phone_number', claims, userinfo),
    iss: claims.iss,
    sub: claims.sub,
  })
  // Apple, and some others, say it in words.
  return claimIsTrue(known.email_verified) ? { ...known, email_verified: true } : known
}

/** Whether a value is verified is said of the value beside it, and of no other. */
function verificationOf(name: string, idToken: Claims, userinfo: Claims): Claims {
  const verified = `${name}_verified`
  const isOfUserinfo = name in userinfo && (verified in userinfo || userinfo[name] !== idToken[name])
  return { [verified]: (isOfUserinfo ? userinfo : idToken)[verified] }
}

function claimIsTrue(value: unknown): boolean {
  return value === true || value === 'true'
}
