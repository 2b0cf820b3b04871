/** Where each attack of RFC 9700 section 4 is tried: the table, and that what it names is there. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

type Row = readonly [section: string, attack: string, tests: readonly (readonly [file: string, title: string])[]]

/** Files are those of test/; a title may be the beginning of one. */
const TABLE: readonly Row[] = [
  [
    '4.1',
    'insufficient redirection URI validation',
    [
      ['oidc/hostile/redirects.test.ts', 'a redirect_uri that is not the registered one to the letter leads nowhere'],
      ['oidc/hostile/redirects.test.ts', 'a loopback address of a native application may have another port'],
      ['oidc/hostile/redirects.test.ts', 'state and error cannot break out of the address or the headers'],
      ['oidc/authorize.test.ts', 'is answered nowhere if its redirect_uri was withdrawn meanwhile'],
    ],
  ],
  [
    '4.2',
    'credentials in Referer headers, and in logs',
    [
      ['oidc/hostile/pages.test.ts', 'no page can be framed, leaks its address'],
      ['oidc/hostile/pages.test.ts', 'no code, token, secret, password, cookie or verifier stands in the log'],
      ['oidc/token.test.ts', 'neither codes nor tokens nor secrets stand in the log'],
    ],
  ],
  [
    '4.3',
    'credentials in the browser’s history',
    [
      ['oidc/userinfo.test.ts', 'reads no token from the address'],
      ['oidc/token.test.ts', 'by GET, where a code would stand in an address'],
      ['oidc/token.test.ts', 'a second time, and what it gave the first time is worth nothing any more'],
    ],
  ],
  [
    '4.4',
    'mix-up',
    [
      ['oidc/hostile/codes.test.ts', 'every answer names its issuer'],
      ['oidc/hostile/codes.test.ts', 'iss cannot be sent along'],
      ['clients/openid-client.test.ts', 'refuses an answer that another issuer gave'],
    ],
  ],
  ['4.5', 'code injection', [['oidc/hostile/codes.test.ts', 'from another session gives nothing']]],
  [
    '4.6',
    'token injection',
    [
      ['oidc/hostile/tokens.test.ts', 'that is signed with a public key as the secret'],
      ['oidc/hostile/tokens.test.ts', 'an id_token is no access token'],
      ['oidc/code-flow.test.ts', 'the id_token is RS256 with a kid of the tenant’s keys, at_hash'],
    ],
  ],
  [
    '4.7',
    'cross-site request forgery',
    [
      ['oidc/hostile/pages.test.ts', 'every form wants the token of its page'],
      ['oidc/hostile/codes.test.ts', 'comes back with its application’s state, in the browser that asked'],
      ['oidc/authorize.test.ts', 'cannot be gone on with in another browser'],
    ],
  ],
  [
    '4.8',
    'PKCE downgrade',
    [
      ['oidc/hostile/codes.test.ts', 'PKCE cannot be taken away'],
      ['oidc/hints-and-claims.test.ts', 'PKCE is demanded of an application that nobody let off'],
    ],
  ],
  [
    '4.9',
    'a token that leaks at one server is taken by another',
    [
      ['oidc/code-flow.test.ts', 'the access token is a JWT for this provider alone'],
      ['oidc/tenants.test.ts', 'an access token of one tenant opens nothing in another'],
      ['oidc/hostile/artefacts.test.ts', 'a client’s own token is nothing in another tenant'],
    ],
  ],
  [
    '4.10',
    'stolen access tokens',
    [
      ['oidc/userinfo.test.ts', 'refuses a token after an hour'],
      ['oidc/hostile/artefacts.test.ts', 'introspection and revocation know nothing of another tenant’s tokens'],
    ],
  ],
  [
    '4.11',
    'open redirection',
    [
      ['oidc/hostile/redirects.test.ts', 'nobody is sent on from here to where a link says'],
      ['session/return-to.test.ts', 'no open redirector'],
      [
        'oidc/conformance/rp-initiated-logout.test.ts',
        'the confirmation does not send anybody where nothing is registered',
      ],
    ],
  ],
  ['4.12', '307 redirect', [['oidc/hostile/pages.test.ts', 'each redirect after a form is 303']]],
  [
    '4.13',
    'headers that a proxy should have taken away',
    [
      ['oidc/discovery.test.ts', 'the public origin is that of the settings, whatever Host says'],
      ['tenancy/resolve.test.ts', 'is not named by a header'],
    ],
  ],
  [
    '4.14',
    'refresh tokens',
    [
      ['oidc/refresh-token.test.ts', 'ends the whole family and its access tokens when it comes again'],
      ['oidc/refresh-token.test.ts', 'is refused to another client'],
      ['oidc/refresh-token.test.ts', 'after 30 days without use'],
      ['oidc/hostile/artefacts.test.ts', 'a refresh token is nothing in another tenant'],
    ],
  ],
  [
    '4.15',
    'a client that passes for a person',
    [['oidc/hostile/codes.test.ts', 'a client cannot be called as a person is']],
  ],
  ['4.16', 'clickjacking', [['oidc/hostile/pages.test.ts', 'no page can be framed']]],
  // 4.17, messages between windows: there are none here, no page of ours has a script that sends or takes one.
]

test('every attack of RFC 9700 sections 4.1 to 4.16 is tried', () => {
  expect(TABLE.map(([section]) => section)).toEqual(Array.from({ length: 16 }, (_, i) => `4.${i + 1}`))
})

test.each(TABLE)('%s, %s: by the tests that the table names', (_section, _attack, tests) => {
  for (const [file, title] of tests) {
    expect(readFileSync(join(import.meta.dirname, '../..', file), 'utf8'), `${file}: ${title}`).toContain(title)
  }
})
