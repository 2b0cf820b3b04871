import { describe, expect, test } from 'vitest'
import type { ApplicationRow } from '../../src/applications/queries.ts'
import { checkRequest, readParameters } from '../../src/oidc/request.ts'

const APPLICATION: ApplicationRow = {
  tenantId: 'tenant',
  id: 'application',
  name: 'playground2',
  nameKey: 'playground2',
  description: null,
  template: 'traditional-web-application',
  clientId: 'client',
  clientSecretHash: 'hash',
  clientSecretSealed: null,
  clientSecretCreated: null,
  formerSecretHash: null,
  formerSecretSealed: null,
  formerSecretExpiresAt: null,
  redirectUris: ['https://app.example/callback', 'https://app.example/other?fixed=1'],
  grantTypes: ['authorization_code'],
  tokenEndpointAuthMethod: 'client_secret_basic',
  loginFlow: { steps: [{ options: ['password'] }] },
  permissions: [],
  clientMetadata: { requirePkce: false },
  registrationTokenHash: null,
  created: new Date(0),
  lastModified: new Date(0),
}
const PUBLIC: ApplicationRow = { ...APPLICATION, clientSecretHash: null, tokenEndpointAuthMethod: 'none' }
/** As a client is by default. */
const DEFAULT: ApplicationRow = { ...APPLICATION, clientMetadata: {} }
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
const GOOD = 'client_id=client&redirect_uri=https://app.example/callback&response_type=code&scope=openid&state=s'

function check(query: string, application: ApplicationRow | undefined = APPLICATION) {
  return checkRequest(readParameters(new URLSearchParams(query)), application)
}

describe('a request that is in order (RFC 6749 section 4.1.1, OpenID Connect Core 3.1.2.1)', () => {
  test('is kept with what it says', () => {
    const query = `${GOOD}&nonce=n&prompt=login&max_age=60&login_hint=kim&code_challenge=${CHALLENGE}&code_challenge_method=S256`
    expect(check(query)).toEqual({
      kind: 'ok',
      application: APPLICATION,
      parameters: {
        clientId: 'client',
        redirectUri: 'https://app.example/callback',
        responseMode: 'query',
        scope: 'openid',
        state: 's',
        prompt: ['login'],
        nonce: 'n',
        maxAge: 60,
        loginHint: 'kim',
        codeChallenge: CHALLENGE,
      },
    })
  })

  test.each([
    ['in another order', GOOD.split('&').reverse().join('&')],
    ['with a parameter that nobody knows (RFC 6749 section 3.1)', `${GOOD}&extra=foobar`],
    ['without nonce: the code flow does not demand one', GOOD],
    ['without scope', GOOD.replace('&scope=openid', '')],
    ['without state', GOOD.replace('&state=s', '')],
    ['with an empty parameter, which counts as not sent (RFC 6749 section 3.1)', `${GOOD}&prompt=&max_age=`],
    [
      'with display, ui_locales, claims_locales and acr_values',
      `${GOOD}&display=page&ui_locales=de&claims_locales=de&acr_values=1`,
    ],
    ['with response_mode=form_post', `${GOOD}&response_mode=form_post`],
    ['with response_mode=fragment (OAuth 2.0 Multiple Response Types 2.1)', `${GOOD}&response_mode=fragment`],
    ['with response_mode=jwt (JARM section 2.3.4)', `${GOOD}&response_mode=jwt`],
    ['with claims (OpenID Connect Core 5.5)', `${GOOD}&claims={"userinfo":{"name":{"essential":true}},"x":1}`],
    ['with max_age=0', `${GOOD}&max_age=0`],
  ])('is in order %s', (_how, query) => {
    expect(check(query).kind).toBe('ok')
  })

  test('every client needs PKCE; who keeps a secret can be let off, a public client cannot (RFC 9700 section 2.1.1)', () => {
    expect(check(GOOD).kind).toBe('ok')
    for (const application of [DEFAULT, PUBLIC]) {
      expect(check(GOOD, application)).toMatchObject({ kind: 'redirect-error', code: 'invalid_request' })
    }
    expect(check(`${GOOD}&code_challenge=${CHALLENGE}&code_challenge_method=S256`, DEFAULT).kind).toBe('ok')
    expect(check(`${GOOD}&code_challenge=${CHALLENGE}&code_challenge_method=S256`, PUBLIC).kind).toBe('ok')
  })
})

describe('a request that must not be answered to its redirect_uri is told to the person (RFC 6749 section 4.1.2.1)', () => {
  test.each([
    ['an unknown client', GOOD, undefined],
    ['no client_id', GOOD.replace('client_id=client&', ''), undefined],
    ['two client_ids', `${GOOD}&client_id=client`, APPLICATION],
    ['no redirect_uri', GOOD.replace('redirect_uri=https://app.example/callback&', ''), APPLICATION],
    ['two redirect_uris', `${GOOD}&redirect_uri=https://app.example/callback`, APPLICATION],
    ['a redirect_uri of somebody else', GOOD.replace('app.example', 'evil.example'), APPLICATION],
    [
      'a redirect_uri with a longer path (RFC 9700 section 4.1.3)',
      GOOD.replace('/callback', '/callback/x'),
      APPLICATION,
    ],
    ['a redirect_uri in other case', GOOD.replace('/callback', '/Callback'), APPLICATION],
    ['a redirect_uri with a query that is not registered', GOOD.replace('/callback', '/callback?a=b'), APPLICATION],
    ['a redirect_uri without its registered query', GOOD.replace('/callback', '/other'), APPLICATION],
    ['a redirect_uri with a port', GOOD.replace('app.example', 'app.example:443'), APPLICATION],
    ['a redirect_uri with dots in its path', GOOD.replace('/callback', '/x/../callback'), APPLICATION],
  ])('%s', (_what, query, application) => {
    const checked = checkRequest(readParameters(new URLSearchParams(query)), application)
    expect(checked.kind).toBe('page-error')
  })
})

describe('any other fault goes back to the application with its state (RFC 6749 section 4.1.2.1)', () => {
  test.each([
    ['response_type is missing', GOOD.replace('response_type=code', 'x=y'), 'invalid_request'],
    [
      'response_type=token, the implicit grant (RFC 9700 section 2.1.2)',
      GOOD.replace('type=code', 'type=token'),
      'unsupported_response_type',
    ],
    ['response_type=code id_token', GOOD.replace('type=code', 'type=code%20id_token'), 'unsupported_response_type'],
    ['a parameter twice (RFC 6749 section 3.1)', `${GOOD}&scope=openid`, 'invalid_request'],
    ['a request object (OpenID Connect Core 6.1)', `${GOOD}&request=e30.e30.`, 'request_not_supported'],
    ['request_uri (OpenID Connect Core 6.2)', `${GOOD}&request_uri=https://app.example/r`, 'request_uri_not_supported'],
    ['registration (OpenID Connect Core 7.2.1)', `${GOOD}&registration={}`, 'registration_not_supported'],
    ['a response_mode that nobody knows', `${GOOD}&response_mode=web_message`, 'invalid_request'],
    ['claims that are no JSON', `${GOOD}&claims=name`, 'invalid_request'],
    ['claims that are no object', `${GOOD}&claims=["name"]`, 'invalid_request'],
    ['a claim that is neither null nor an object', `${GOOD}&claims={"userinfo":{"name":true}}`, 'invalid_request'],
    ['claims that are too long', `${GOOD}&claims={"x":"${'x'.repeat(8000)}"}`, 'invalid_request'],
    ['a prompt that nobody knows', `${GOOD}&prompt=enroll`, 'invalid_request'],
    ['prompt=none with another (OpenID Connect Core 3.1.2.1)', `${GOOD}&prompt=none%20login`, 'invalid_request'],
    ['max_age that is no number', `${GOOD}&max_age=soon`, 'invalid_request'],
    ['a negative max_age', `${GOOD}&max_age=-1`, 'invalid_request'],
    [
      'code_challenge_method=plain (RFC 9700 section 2.1.1)',
      `${GOOD}&code_challenge=${CHALLENGE}&code_challenge_method=plain`,
      'invalid_request',
    ],
    [
      'a challenge without method, which would mean plain (RFC 7636 section 4.3)',
      `${GOOD}&code_challenge=${CHALLENGE}`,
      'invalid_request',
    ],
    ['a method without challenge', `${GOOD}&code_challenge_method=S256`, 'invalid_request'],
    [
      'a challenge of the wrong length (RFC 7636 section 4.2)',
      `${GOOD}&code_challenge=short&code_challenge_method=S256`,
      'invalid_request',
    ],
    ['a value that is too long', `${GOOD}&nonce=${'n'.repeat(2001)}`, 'invalid_request'],
  ])('%s', (_what, query, code) => {
    const to = { clientId: 'client', redirectUri: 'https://app.example/callback', responseMode: 'query', state: 's' }
    expect(check(query)).toMatchObject({ kind: 'redirect-error', code, to })
  })

  test('a client that was not given the grant type is told so', () => {
    const checked = check(GOOD, { ...APPLICATION, grantTypes: [] })
    expect(checked).toMatchObject({ kind: 'redirect-error', code: 'unauthorized_client' })
  })

  test('a state that was sent twice does not come back: there is no telling which one is right', () => {
    const checked = check(`${GOOD}&state=other`)
    expect(checked).toEqual({
      kind: 'redirect-error',
      code: 'invalid_request',
      description: 'sent twice: state',
      to: { clientId: 'client', redirectUri: 'https://app.example/callback', responseMode: 'query' },
    })
  })
})

describe('a redirect URI is compared as text (RFC 9700 section 4.1.3)', () => {
  test.each([
    'https://app.example@evil.example/callback',
    'https://evil.example#@app.example/callback',
    'https://evil.example\\@app.example/callback',
    'https:\\\\app.example/callback',
    'https://app.example\\callback',
    'https:app.example/callback',
    '//app.example/callback',
    'HTTPS://app.example/callback',
    'https://APP.example/callback',
    'https://app.example./callback',
    'https://app.example/callback/../callback',
    'https://app.example/x/..;/callback',
    'https://app.example/%63allback',
    'https://app.example/callback%2f',
    'https://app.example/callback%00',
    'https://app.example/callback ',
    ' https://app.example/callback',
    'https://app.example/callback\n',
    'https://app.example/callback#x',
    'https://app.example/callback?',
    'https://app.example:0443/callback',
    'https://\uff41pp.example/callback',
    'https://app\u3002example/callback',
    'https://app.ex\u0430mple/callback',
    'https://app.example/callback\u200b',
    'http://app.example/callback',
    'javascript:alert(1)//https://app.example/callback',
  ])('%j is not https://app.example/callback', (uri) => {
    const query = new URLSearchParams([...new URLSearchParams(GOOD)].filter(([name]) => name !== 'redirect_uri'))
    query.set('redirect_uri', uri)
    expect(check(query.toString()).kind).toBe('page-error')
  })
})

describe('a loopback redirect URI (RFC 8252 section 7.3)', () => {
  const native = {
    ...APPLICATION,
    redirectUris: [
      'http://127.0.0.1/cb',
      'http://[::1]:5000/cb?a=1',
      'http://localhost:8080/cb',
      'https://127.0.0.1/tls',
      'com.example:/cb',
    ],
  }
  const kindOf = (uri: string) =>
    check(GOOD.replace('https://app.example/callback', encodeURIComponent(uri)), native).kind

  test.each([
    'http://127.0.0.1/cb',
    'http://127.0.0.1:51004/cb',
    'http://127.0.0.1:1/cb',
    'http://[::1]:65535/cb?a=1',
    'http://[::1]/cb?a=1',
    'http://localhost:8080/cb',
    'com.example:/cb',
  ])('%s is let through', (uri) => {
    expect(kindOf(uri)).toBe('ok')
  })

  test.each([
    'http://127.0.0.1:51004/other',
    'http://127.0.0.1:51004/cb/',
    'http://127.0.0.1:51004/cb?x=1',
    'http://127.0.0.1:51004/../cb',
    'http://127.0.0.1:51004@evil.example/cb',
    'http://127.0.0.1@evil.example/cb',
    'http://127.0.0.1.evil.example/cb',
    'http://127.0.0.1:51004\\@evil.example/cb',
    'http://127.0.0.1:0/cb',
    'http://127.0.0.1:65536/cb',
    'http://127.0.0.1:+80/cb',
    'http://127.0.0.1:/cb',
    'http://127.1:51004/cb',
    'http://0x7f000001:51004/cb',
    'http://127.0.0.2:51004/cb',
    'http://[::1]:51004/cb',
    'http://[0:0:0:0:0:0:0:1]:5000/cb?a=1',
    'https://127.0.0.1:51004/tls',
    'https://127.0.0.1:51004/cb',
    'http://localhost:8081/cb',
    'http://localhost/cb',
    'com.example:8080/cb',
  ])('%s is not', (uri) => {
    expect(kindOf(uri)).toBe('page-error')
  })
})
