/** What was asked for claim by claim (OpenID Connect Core section 5.5) outlives the first access token. */
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { oidcWorld, register, userinfo } from '../world.ts'
import { post, tokensFor, tokensOf } from './world.ts'

test('single claims are kept with the grant: userinfo and the id_token have them after each refresh', async () => {
  const world = await oidcWorld('acme')
  const client = await register(world, { name: 'x', grantTypes: ['authorization_code', 'refresh_token'] }, 'acme')
  const claims = JSON.stringify({ userinfo: { email: null }, id_token: { given_name: { essential: true } } })
  let tokens = await tokensFor(world, client, { scope: 'openid offline_access', claims })
  for (let i = 0; i < 3; i++) {
    expect(await (await userinfo(world, tokens.access_token)).json()).toEqual({
      sub: world.kimId,
      email: 'kim@example.com',
    })
    expect(decodeJwt(tokens.id_token).given_name).toBe('Kim')
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
    tokens = { ...(await tokensOf(post(world, client, form))), code: '' }
  }
  const plain = await tokensFor(world, client, { scope: 'openid offline_access' })
  expect(await (await userinfo(world, plain.access_token)).json()).toEqual({ sub: world.kimId })
})
