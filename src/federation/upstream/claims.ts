/** What an id_token and userinfo say, put together. Pure: both were verified before. */
import type { IDToken, TokenEndpointResponse } from 'oauth4webapi'
import type { UpstreamPerson, UpstreamTokens } from './person.ts'

type Claims = Readonly<Record<string, unknown>>

export function personOf(claims: IDToken, userinfo: Claims, tokens: TokenEndpointResponse): UpstreamPerson {
  const { sid, acr, amr, auth_time: authTime } = claims
  return {
    issuer: claims.iss,
    subject: claims.sub,
    claims: { ...userinfo, ...withoutProtocol(claims, userinfo) },
    tokens: tokensOf(tokens),
    ...(typeof sid === 'string' ? { sid } : {}),
    ...(typeof acr === 'string' ? { acr } : {}),
    ...(isListOfText(amr) ? { amr } : {}),
    ...(typeof authTime === 'number' ? { authTime: new Date(authTime * 1000) } : {}),
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
function withoutProtocol(claims: IDToken, userinfo: Claims): Claims {
  return Object.fromEntries(
    Object.entries(claims).filter(([name]) => name === 'sub' || name === 'iss' || !(name in userinfo)),
  )
}

function isListOfText(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}
