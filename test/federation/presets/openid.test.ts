/** Providers with OpenID Connect and habits of their own: Microsoft Entra ID, Apple, LinkedIn. */
import { generateKeyPairSync } from 'node:crypto'
import { exportJWK, importSPKI } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionInput } from '../../../src/connections/settings.ts'
import { CLIENT, type FakeIdp, fakeIdp } from '../../support/fake-idp.ts'
import { expectRefused } from '../conformance/refusal.ts'
import { postedBack } from '../posted.ts'
import { browserOf, connect, federationWorld, KIM, type World } from '../world.ts'

let idp: FakeIdp
let world: World
const WELL_KNOWN = '/.well-known/openid-configuration'
beforeAll(async () => {
  idp = await fakeIdp()
})
afterAll(() => idp.close())
beforeEach(async () => {
  Object.assign(idp, {
    misbehaviour: {},
    person: { ...KIM },
    metadata: {},
    idTokenClaims: {},
    formFields: {},
    asked: [],
  })
  idp.client = { method: 'client_secret_basic', ...CLIENT }
  idp.metadataPaths = [WELL_KNOWN]
  world = await federationWorld()
})
const with_ = (authenticator: ConnectionInput['authenticator']) => connect(world, idp, { authenticator })

describe('Microsoft Entra ID', () => {
  const ACME = '11111111-1111-4111-8111-111111111111'
  const BETA = '22222222-2222-4222-8222-222222222222'
  const EVIL = '99999999-9999-4999-8999-999999999999'
  const issuerOf = (directory: string) => `${idp.origin}/${directory}/v2.0`

  /** Entra at `directory`: its metadata name `issuer`. */
  function entra(directory: string, issuer: string, allowedTenants?: string[]) {
    idp.metadataPaths = [`/${directory}/v2.0${WELL_KNOWN}`]
    idp.metadata = { issuer, authorization_response_iss_parameter_supported: false }
    const settings = { ...CLIENT, preset: 'entra' as const, issuer: issuerOf(directory) }
    return with_(allowedTenants ? { ...settings, allowedTenants } : settings)
  }
  /** Somebody of `tid` comes, with an id_token by `iss`. */
  function comes(tid: unknown, iss: string) {
    idp.misbehaviour = { iss: undefined }
    idp.idTokenClaims = { tid, iss }
  }

  test('lets in people of each directory in the list, as people of that directory', async () => {
    const id = await entra('organizations', issuerOf('{tenantid}'), [ACME, BETA.toUpperCase()])
    for (const directory of [ACME, BETA]) {
      comes(directory, issuerOf(directory))
      expect((await browserOf(world).signIn(id)).status).toBe(303)
    }
    const found = await world.identities()
    expect(found.map(({ issuer }) => issuer).toSorted()).toEqual([issuerOf(ACME), issuerOf(BETA)])
    // The same sub in two directories is two people.
    expect(await world.users()).toHaveLength(2)
    // The keys are Microsoft's, and are read once.
    expect(idp.asked.filter(({ path }) => path === '/jwks')).toHaveLength(1)
  })

  test.each<[string, unknown, (tid: string) => string]>([
    ['of a directory that is not in the list', EVIL, issuerOf],
    ['who says that she is of a directory in the list, by the issuer of another', ACME, () => issuerOf(EVIL)],
    ['of no directory', undefined, () => issuerOf(ACME)],
    ['by the template itself', '{tenantid}', issuerOf],
    ['of a directory that is no id', `${ACME}/../${EVIL}`, issuerOf],
  ])('lets in nobody %s', async (_fact, tid, iss) => {
    const id = await entra('organizations', issuerOf('{tenantid}'), [ACME])
    comes(tid, iss(String(tid)))
    await expectRefused(world, idp, id)
  })

  test('takes no metadata of many directories for those of one, nor the other way round', async () => {
    const one = await entra(ACME, issuerOf('{tenantid}'))
    expect((await browserOf(world).get(`/login/connections/${one}`)).status).toBe(502)
    world = await federationWorld()
    const many = await entra('common', issuerOf(EVIL), [ACME])
    expect((await browserOf(world).get(`/login/connections/${many}`)).status).toBe(502)
  })

  test('has an id where the connection has a domain', async () => {
    const id = await entra('acme.example', issuerOf(ACME))
    comes(ACME, issuerOf(ACME))
    expect((await browserOf(world).signIn(id)).status).toBe(303)
    expect(await world.identities()).toMatchObject([{ issuer: issuerOf(ACME) }])
  })

  test('lets in nobody of another directory than the list says, though there is one alone', async () => {
    const id = await entra(ACME, issuerOf(ACME), [BETA])
    comes(ACME, issuerOf(ACME))
    await expectRefused(world, idp, id, { reason: /may not sign in/ })
  })
})

describe('Google', () => {
  const corp = () =>
    connect(world, idp, {
      authenticator: { ...CLIENT, preset: 'google', issuer: idp.origin },
      domains: ['corp.example', 'gmail.com'],
      jit: {
        enabled: true,
        scheme: 'silent',
        userStore: 'PRIMARY',
        attributeSync: 'override',
        restrictToDomains: true,
      },
    })

  test.each([
    ['an account of a domain that Google keeps', { email: 'kim@corp.example', hd: 'corp.example' }, 303],
    ['an address of Google’s own', { email: 'kim@gmail.com' }, 303],
    ['an account that somebody once made with her address at work', { email: 'kim@corp.example' }, 403],
    ['the same with an hd that is none', { email: 'kim@corp.example', hd: '' }, 403],
  ])('speaks for the address of %s, and of no other: %o', async (_what, said, status) => {
    const id = await corp()
    // Both documents say that it is verified.
    idp.person = { ...KIM, email_verified: true, ...said }
    idp.idTokenClaims = { email_verified: true, ...said }
    expect((await browserOf(world).signIn(id)).status).toBe(status)
  })
})

describe('Apple', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const user = (name: object, email = 'evil@example.com') => JSON.stringify({ name, email })

  async function apple(): Promise<string> {
    const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const jwk = await exportJWK(await importSPKI(publicKey, 'ES256'))
    idp.client = { method: 'apple', ...CLIENT, teamId: 'TEAM', keys: { keys: [{ ...jwk, kid: 'KEY' }] } }
    idp.metadata = {
      userinfo_endpoint: undefined,
      response_modes_supported: ['query', 'fragment', 'form_post'],
      token_endpoint_auth_methods_supported: ['client_secret_post'],
    }
    idp.idTokenClaims = { email: 'kim@privaterelay.appleid.com', email_verified: 'true', is_private_email: 'true' }
    const { clientId } = CLIENT
    return with_({ preset: 'apple', clientId, issuer: idp.origin, teamId: 'TEAM', keyId: 'KEY', privateKey })
  }
  async function signIn(id: string) {
    const browser = browserOf(world)
    const { answer, sent } = await postedBack(world, browser, id)
    return { end: await browser.get(answer.headers.get('Location') ?? ''), sent }
  }

  test('posts its answer, is told a secret that its own key signed, and says the name once', async () => {
    const id = await apple()
    idp.formFields = { user: user({ firstName: 'Kim', lastName: 'Berry' }) }
    const { end, sent } = await signIn(id)
    expect(end.status).toBe(303)
    expect(sent.get('response_mode')).toBe('form_post')
    expect(sent.get('scope')).toBe('openid name email')
    expect(await world.users()).toMatchObject([
      {
        displayName: 'Kim Berry',
        document: {
          name: { givenName: 'Kim', familyName: 'Berry' },
          emails: [{ value: 'kim@privaterelay.appleid.com' }],
        },
      },
    ])
    expect(JSON.stringify(world.logs)).not.toContain('BEGIN')
  })

  test.each([
    ['without a name', undefined],
    ['with a name that is no JSON', '{'],
    ['with a name that is no name', user({ firstName: { a: 1 }, lastName: ['x'] })],
    ['with more than a name: nobody signed that', JSON.stringify({ sub: 'other', email_verified: true, name: null })],
  ])('signs in %s too, by the id_token alone', async (_fact, field) => {
    const id = await apple()
    if (field !== undefined) idp.formFields = { user: field }
    expect((await signIn(id)).end.status).toBe(303)
    expect(await world.identities()).toMatchObject([{ subject: KIM.sub }])
    const [made] = await world.users()
    expect(made?.document.emails).toEqual([{ value: 'kim@privaterelay.appleid.com', primary: true }])
    expect(made?.document.name).toBeUndefined()
  })
})

describe('LinkedIn', () => {
  test('is sent no nonce and no code_challenge, for it answers neither, and is bound to the browser by the state', async () => {
    idp.client.method = 'client_secret_post'
    const id = await with_({ ...CLIENT, preset: 'linkedin', issuer: idp.origin })
    const browser = browserOf(world)
    const callback = await browser.visitProvider(id)
    const query = idp.asked.find(({ path }) => path === '/authorize')?.query
    expect([query?.get('nonce'), query?.get('code_challenge')]).toEqual([null, null])
    expect((await browserOf(world).get(callback)).status).toBe(400)
    expect((await browser.get(callback)).status).toBe(303)
    expect(idp.asked.find(({ path }) => path === '/token')?.form.has('code_verifier')).toBe(false)
  })
})
