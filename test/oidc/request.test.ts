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
  redirectUris: ['https://app.example/callback', 'https://app.example/other?fixed=1'],
  grantTypes: ['authorization_code'],
  tokenEndpointAuthMethod: 'client_secret_basic',
  loginFlow: { steps: [{ options: ['password'] }] },
  permissions: [],
  clientMetadata: {},
  registrationTokenHash: null,
  created: new Date(0),
  lastModified: new Date(0),
}
const PUBLIC: ApplicationRow = { ...APPLICATION, clientSecretHash: null, tokenEndpointAuthMethod: 'none' }
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
    ['with max_age=0', `${GOOD}&max_age=0`],
  ])('is in order %s', (_how, query) => {
    expect(check(query).kind).toBe('ok')
  })

  test('a confidential client needs no PKCE, a public one does (RFC 9700 section 2.1.1)', () => {
    expect(check(GOOD).kind).toBe('ok')
    expect(check(GOOD, PUBLIC)).toMatchObject({ kind: 'redirect-error', code: 'invalid_request' })
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
    ['response_mode=fragment', `${GOOD}&response_mode=fragment`, 'invalid_request'],
    ['a prompt that nobody knows', `${GOOD}&prompt=create`, 'invalid_request'],
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
    const to = { redirectUri: 'https://app.example/callback', responseMode: 'query', state: 's' }
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
      to: { redirectUri: 'https://app.example/callback', responseMode: 'query' },
    })
  })
})
