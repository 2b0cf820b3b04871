/** The tab Settings of a connection: how its provider is reached, and which domains are its. */
import { beforeAll, expect, test } from 'vitest'
import { listDomains } from '../../../src/connections/domains/queries.ts'
import { getConnection, openClientSecret } from '../../../src/connections/queries.ts'
import type { BrowserClient } from '../../support/browser-client.ts'
import type { TestWorld } from '../../support/app.ts'
import { errorBeside, formOf } from '../forms.ts'
import { consoleWorld, makeConnection, makeProvider, PROVIDER, SECRETS } from '../world.ts'

let world: TestWorld
let browser: BrowserClient
beforeAll(async () => {
  ;({ world, browser } = await consoleWorld())
})

async function provider(name: string) {
  const { id } = await makeProvider(world, name)
  const scope = await world.scope()
  return { id, path: `/console/connections/${id}/settings`, stored: () => getConnection(scope, id) }
}

test('every setting can be given, and is shown again', async () => {
  const { path, stored } = await provider('every')
  await browser.post(path, {
    ...PROVIDER,
    issuer: 'https://idp.example',
    jwksUri: 'https://idp.example/jwks',
    endSessionEndpoint: 'https://idp.example/logout',
    pushedAuthorizationRequestEndpoint: 'https://idp.example/par',
    scopes: 'openid  email',
  })
  await browser.post(path, { clientAuthentication: 'client_secret_post' })
  await browser.post(path, {
    parameters: 'hd = example.com\r\nprompt=select_account',
    responseMode: 'form_post',
    passOn: ['', 'login_hint', 'max_age'],
    ownCallback: 'true',
  })
  await browser.post(path, { keepTokens: 'true', passSignOut: 'true' })
  expect((await stored()).authenticator).toEqual({
    type: 'oidc',
    clientId: PROVIDER.clientId,
    authorizationEndpoint: PROVIDER.authorizationEndpoint,
    tokenEndpoint: PROVIDER.tokenEndpoint,
    issuer: 'https://idp.example',
    jwksUri: 'https://idp.example/jwks',
    endSessionEndpoint: 'https://idp.example/logout',
    pushedAuthorizationRequestEndpoint: 'https://idp.example/par',
    scopes: ['openid', 'email'],
    clientAuthentication: 'client_secret_post',
    parameters: { hd: 'example.com', prompt: 'select_account' },
    responseMode: 'form_post',
    passOn: ['login_hint', 'max_age'],
    ownCallback: true,
    keepTokens: true,
    passSignOut: true,
  })
  const { text } = await browser.get(path)
  expect(text).toContain('hd=example.com\nprompt=select_account</textarea>')
  expect(text).not.toContain(SECRETS.upstream)
  expect(text).toContain(`/commonauth/${(await stored()).id}<`)
})

test('a form that is sent as it stands changes nothing', async () => {
  const { path, stored } = await provider('untouched')
  await browser.post(path, { parameters: 'hd=example.com', responseMode: 'form_post', passOn: ['', 'prompt'] })
  const before = (await stored()).authenticator
  const { text } = await browser.get(path)
  await browser.post(path, formOf(text, path))
  expect((await stored()).authenticator).toEqual(before)
  expect(await openClientSecret(await world.scope(), await stored())).toBe(SECRETS.upstream)
})

test('what is emptied or unticked is gone', async () => {
  const { path, stored } = await provider('emptied')
  await browser.post(path, { parameters: 'hd=example.com', responseMode: 'form_post', passOn: ['', 'prompt'] })
  await browser.post(path, { parameters: ' ', responseMode: '', passOn: '' })
  const { authenticator } = await stored()
  for (const name of ['parameters', 'responseMode', 'passOn']) expect(authenticator).not.toHaveProperty(name)
})

test.each([
  ['parameters', { parameters: 'hd' }, 'hd: write it as name=value.'],
  ['parameters', { parameters: 'a=1\na=2' }, 'a is there twice.'],
  ['parameters', { parameters: 'a b=1' }, 'a b=1: write it as name=value.'],
  ['parameters', { parameters: 'a~=1' }, 'a~: This is no name of a parameter.'],
  ['responseMode', { responseMode: 'fragment' }, 'Choose one of these.'],
  ['scopes', { scopes: 'openid "x"' }, '"x": A scope has no blanks.'],
  [
    'authorizationEndpoint',
    { authorizationEndpoint: 'nowhere' },
    'Give an address that begins with https:// (or http://).',
  ],
])('what is wrong with %s stands beside it: %j', async (field, values, message) => {
  const { path, stored } = await provider(`wrong ${JSON.stringify(values)}`)
  const before = await stored()
  const page = await browser.post(path, values as Record<string, string>)
  expect(page.status).toBe(422)
  expect(errorBeside(page.text, field)).toContain(message.replace('"x": ', ''))
  expect(await stored()).toEqual(before)
})

test('the domains of a connection are its own alone: another’s is refused beside the field', async () => {
  const first = await provider('first')
  const second = await provider('second')
  await browser.post(`${first.path}/domains`, { domains: 'Example.com\nexample.org\n' })
  expect(await listDomains(await world.scope(), first.id)).toEqual(['example.com', 'example.org'])
  const refused = await browser.post(`${second.path}/domains`, { domains: 'other.example\nexample.org' })
  expect(errorBeside(refused.text, 'domains')).toBe('Another connection has example.org.')
  const wrong = await browser.post(`${second.path}/domains`, { domains: 'fine.example\nnot a domain' })
  expect(errorBeside(wrong.text, 'domains')).toBe('not a domain: Give a domain such as example.com.')
  expect(wrong.text).toContain('fine.example\nnot a domain</textarea>')
  expect(await listDomains(await world.scope(), second.id)).toEqual([])
  await browser.post(`${first.path}/domains`, { domains: '' })
  expect(await listDomains(await world.scope(), first.id)).toEqual([])
})

test('the addresses for the provider are shown: those of signing out where it is an OpenID provider', async () => {
  const { id, path } = await provider('addresses')
  const signOut = [
    'id="post-logout-url">https://localhost:9443/commonauth/logout<',
    `id="backchannel-logout-url">https://localhost:9443/login/connections/${id}/backchannel-logout<`,
  ]
  const { text } = await browser.get(path)
  expect(text).toContain('id="callback-url">https://localhost:9443/commonauth<')
  for (const address of signOut) expect(text).toContain(address)
  const preset = { preset: 'github', clientId: 'us', clientSecret: 'secret' }
  const api = await (await world.tenant()).api('POST', '/connections', { name: 'no openid', authenticator: preset })
  const github = ((await api.json()) as { id: string }).id
  const page = await browser.get(`/console/connections/${github}/settings`)
  expect(page.text).toContain('id="callback-url"')
  expect(page.text).not.toContain('logout-url')
})

test('a connection that signs nobody in is asked for no more than the provider', async () => {
  const { id } = await makeConnection(world, 'custom')
  const { text } = await browser.get(`/console/connections/${id}/settings`)
  expect(text).toContain('Nobody can sign in through this connection yet')
  expect(text).not.toContain('name="passOn"')
  expect(text).not.toContain('name="domains"')
})

test('an issuer alone says where the provider is', async () => {
  const { id } = await makeConnection(world, 'by issuer')
  const path = `/console/connections/${id}/settings`
  await browser.post(path, {
    clientId: 'us',
    clientSecret: 'secret',
    issuer: 'https://idp.example',
    authorizationEndpoint: '',
    tokenEndpoint: '',
  })
  expect((await getConnection(await world.scope(), id)).authenticator).toEqual({
    type: 'oidc',
    clientId: 'us',
    issuer: 'https://idp.example',
  })
})

test('a private key is made where none is given, and its public half can be read at the address that is shown', async () => {
  const { id, path, stored } = await provider('with a key')
  const page = await browser.post(path, {
    clientAuthentication: 'private_key_jwt',
    keyAlgorithm: 'ES256',
    privateKey: '',
  })
  expect((await stored()).publicKey).toMatchObject({ kty: 'EC', alg: 'ES256' })
  expect(page.text).toContain(`<code id="jwks">https://localhost:9443/login/connections/${id}/jwks</code>`)
  const before = await stored()
  await browser.post(path, formOf(page.text, path))
  await browser.post(path, { clientAuthentication: 'private_key_jwt', keyAlgorithm: 'ES256', privateKey: '' })
  expect((await stored()).publicKey).toEqual(before.publicKey)
  const refused = await browser.post(path, { clientAuthentication: 'private_key_jwt', privateKey: 'no-key-3X' })
  expect(errorBeside(refused.text, 'privateKey')).toContain('Give a private key in PKCS #8')
  expect(refused.text).not.toContain('no-key-3X')
})

test('whoever points a connection elsewhere gives its secret again: it would be told to somebody else', async () => {
  const { path, stored } = await provider('moved')
  const page = await browser.post(path, { ...PROVIDER, clientSecret: '', tokenEndpoint: 'https://elsewhere.example' })
  expect(errorBeside(page.text, 'clientSecret')).toBe('Give a value.')
  expect((await stored()).authenticator).toMatchObject({ tokenEndpoint: PROVIDER.tokenEndpoint })
})
