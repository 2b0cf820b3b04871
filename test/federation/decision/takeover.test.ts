/** Nobody gets an account that is somebody else's, whatever she can choose at a provider. */
import { beforeAll, describe, expect, test } from 'vitest'
import { updateConnection } from '../../../src/connections/commands.ts'
import { findUserByEmail } from '../../../src/directory/verified/queries.ts'
import { type Arrivals, arrivalsWorld, AUTHENTICATOR, BY_EMAIL, BY_OID, ISSUER, JIT, whoIs } from '../arrivals.ts'

let world: Arrivals
let corp: string
beforeAll(async () => {
  world = await arrivalsWorld()
  corp = await world.connect(BY_EMAIL)
})

let count = 0
/** Somebody new, with an address that the organization has written, and what a provider says of who has it. */
async function victim(change: Record<string, unknown> = {}) {
  const userName = `victim${++count}`
  const email = `${userName}@corp.example`
  const id = await world.kept({ userName, emails: [{ value: email, primary: true }], ...change })
  return { id, userName, email, claims: { sub: `sub-${userName}`, email, email_verified: true } }
}

/** She got an account of her own. */
async function demandOther(outcome: Awaited<ReturnType<Arrivals['arrive']>>, id: string) {
  expect(outcome).toMatchObject({ ok: true, value: { kind: 'user', isNew: true } })
  expect(whoIs(outcome)).not.toBe(id)
  expect((await world.links()).filter(({ userId }) => userId === id)).toEqual([])
}

describe('an address', () => {
  test('that the provider has verified, of the connection’s domain, leads to whom the organization knows by it', async () => {
    const { id, claims } = await victim()
    expect(whoIs(await world.arrive(corp, claims))).toBe(id)
    expect(whoIs(await world.arrive(corp, claims))).toBe(id)
  })

  test('that somebody has only typed at the provider leads nowhere (nOAuth)', async () => {
    const { id, claims } = await victim()
    await demandOther(await world.arrive(corp, { ...claims, email_verified: false }), id)
  })

  test('leads nowhere where the provider does not say that it is verified (OIDC Core section 5.1)', async () => {
    const { id, email } = await victim()
    await demandOther(await world.arrive(corp, { sub: `a-${id}`, email }), id)
    await demandOther(await world.arrive(corp, { sub: `b-${id}`, email, email_verified: 'true' }), id)
    await demandOther(await world.arrive(corp, { sub: `c-${id}`, email, email_verified: 1 }), id)
  })

  test('that another claim has, beside a verified one, leads nowhere', async () => {
    const { id, email } = await victim()
    const upn = await world.connect({
      domains: ['upn.example'],
      jit: { ...JIT, linking: { rules: [{ claim: 'upn', attribute: 'emails' }] } },
    })
    const claims = { sub: 'mallory', upn: email, email: 'mallory@upn.example', email_verified: true }
    await demandOther(await world.arrive(upn, claims), id)
  })

  test('of a domain that is not the connection’s leads nowhere', async () => {
    const other = await world.connect({ ...BY_EMAIL, domains: ['other.example'] })
    const { id, claims } = await victim()
    await demandOther(await world.arrive(other, claims), id)
    await demandOther(await world.arrive(other, { ...claims, sub: 'x', email: `${claims.email}@other.example` }), id)
  })

  test('that folds to hers and is another mailbox leads nowhere, in either direction', async () => {
    const sharp = await world.kept({ userName: 'sharp', emails: [{ value: 'straße@corp.example', primary: true }] })
    const twin = { sub: 'twin', email: 'strasse@corp.example', email_verified: true }
    await demandOther(await world.arrive(corp, twin), sharp)
    const plain = await world.kept({ userName: 'plain', emails: [{ value: 'fass@corp.example', primary: true }] })
    await demandOther(await world.arrive(corp, { ...twin, sub: 'twin2', email: 'faß@corp.example' }), plain)
    // The capitals of ASCII are the same letters, and the Kelvin sign is no K.
    expect(whoIs(await world.arrive(corp, { ...twin, sub: 's', email: 'STRAße@Corp.Example' }))).toBe(sharp)
    const kim = await world.kept({ userName: 'kimk', emails: [{ value: 'kimk@corp.example', primary: true }] })
    await demandOther(await world.arrive(corp, { ...twin, sub: 'kelvin', email: '\u212aimk@corp.example' }), kim)
  })

  test('of two accounts leads to neither', async () => {
    const { email, claims } = await victim()
    await world.kept({ userName: 'double', emails: [{ value: email, primary: true }] })
    expect(whoIs(await world.arrive(corp, claims))).toBe('ambiguous')
  })

  test('that is not the primary one of hers, and that she has not shown to be hers, leads nowhere', async () => {
    const emails = [{ value: 'own@corp.example', primary: true }, { value: 'boss@corp.example' }]
    const mallory = await world.kept({ userName: 'mallory2', emails })
    const boss = { sub: 'boss', email: 'boss@corp.example', email_verified: true }
    await demandOther(await world.arrive(corp, boss), mallory)
  })
})

describe('an account that somebody made before its owner came (pre-hijacking)', () => {
  test('by signing up is not linked, and does not keep her from her own', async () => {
    const mallory = await world.selfMade('mallory', 'early@corp.example')
    const outcome = await world.arrive(corp, { sub: 'early', email: 'early@corp.example', email_verified: true })
    await demandOther(outcome, mallory)
  })

  test('by signing up is linked once its owner has shown that the address is hers', async () => {
    const own = await world.selfMade('shown', 'shown@corp.example')
    await world.verify(own, 'shown@corp.example')
    const claims = { sub: 'shown', email: 'shown@corp.example', email_verified: true }
    expect(whoIs(await world.arrive(corp, claims))).toBe(own)
  })

  test('through another provider, which says the address is hers, is not linked', async () => {
    const lax = await world.connect()
    const claims = { sub: 'm', preferred_username: 'm1', email: 'ceo@corp.example', email_verified: true }
    const mallory = whoIs(await world.arrive(lax, claims))
    const outcome = await world.arrive(corp, { sub: 'ceo', email: 'ceo@corp.example', email_verified: true })
    expect(outcome).toMatchObject({ ok: true, value: { isNew: true } })
    expect(whoIs(outcome)).not.toBe(mallory)
  })

  test('in any number does not keep its owner from being linked', async () => {
    const { id, email, claims } = await victim()
    for (let i = 0; i < 12; i++) await world.selfMade(`crowd-${i}`, email)
    expect(whoIs(await world.arrive(corp, claims))).toBe(id)
  })
})

describe('an address that changes at the provider', () => {
  test('leaves who came with her subject who she is, and does not make her whose address it was', async () => {
    const { id, claims } = await victim()
    const other = await victim()
    expect(whoIs(await world.arrive(corp, claims))).toBe(id)
    const renamed = { ...claims, email: other.email }
    expect(whoIs(await world.arrive(corp, renamed))).toBe(id)
  })

  test('and is not verified there does not become that of an account which the organization keeps', async () => {
    const lax = await world.connect(BY_OID)
    const mallory = await world.kept({
      userName: 'mallory3',
      externalId: 'oid-3',
      emails: [{ value: 'mallory3@corp.example', primary: true }],
    })
    const claims = { sub: 'm3', oid: 'oid-3', email: 'cfo@corp.example' }
    expect(whoIs(await world.arrive(lax, claims))).toBe(mallory)
    expect(whoIs(await world.arrive(lax, { ...claims, email_verified: true, name: 'M' }))).toBe(mallory)
    // Neither mail nor another provider finds her by it.
    expect(await findUserByEmail(await world.scope(), 'cfo@corp.example')).toBeUndefined()
    const row = (await world.users()).find(({ id }) => id === mallory)
    expect(row?.document).toMatchObject({
      emails: [{ value: 'mallory3@corp.example', primary: true }],
      displayName: 'M',
    })
    const cfo = await world.arrive(corp, { sub: 'cfo', email: 'cfo@corp.example', email_verified: true })
    await demandOtherThan(cfo, mallory)
  })

  test.each(['emails', 'emails[primary eq true].value', 'emails[type eq "work"].value'])(
    'in another claim beside a verified one does not become that of such an account (%s)',
    async (target) => {
      const { id, email, claims } = await victim()
      await world.arrive(corp, claims)
      const jit = { mapping: [{ target, source: 'contact' }] }
      await updateConnection(await world.scope(), corp, { jit })
      expect(whoIs(await world.arrive(corp, { ...claims, contact: 'cfo@partner.example' }))).toBe(id)
      expect(await findUserByEmail(await world.scope(), 'cfo@partner.example')).toBeUndefined()
      expect(await findUserByEmail(await world.scope(), email)).toMatchObject({ id })
      await updateConnection(await world.scope(), corp, { jit: { mapping: null } })
    },
  )

  test('and is verified by the provider of its domain does become that of such an account', async () => {
    const { id, claims } = await victim()
    await world.arrive(corp, claims)
    await world.arrive(corp, { ...claims, email: 'married@corp.example' })
    expect(await findUserByEmail(await world.scope(), 'married@corp.example')).toMatchObject({ id })
  })

  async function demandOtherThan(outcome: Awaited<ReturnType<Arrivals['arrive']>>, id: string) {
    expect(outcome).toMatchObject({ ok: true, value: { isNew: true } })
    expect(whoIs(outcome)).not.toBe(id)
  }
})

describe('a subject', () => {
  test('of the issuer that the connection had before leads nowhere, and to whom it was once the issuer is back', async () => {
    const moving = await world.connect()
    const claims = { sub: 'same', preferred_username: 'mover' }
    const before = whoIs(await world.arrive(moving, claims))
    const there = 'https://evil.example'
    await updateConnection(await world.scope(), moving, { authenticator: { ...AUTHENTICATOR, issuer: there } })
    const after = await world.arrive(moving, claims, { issuer: there })
    expect(after).toMatchObject({ ok: true, value: { isNew: true } })
    expect(whoIs(after)).not.toBe(before)
    await updateConnection(await world.scope(), moving, { authenticator: AUTHENTICATOR })
    expect(whoIs(await world.arrive(moving, claims))).toBe(before)
    expect(whoIs(await world.arrive(moving, claims, { issuer: there }))).toBe(whoIs(after))
  })

  test('of another connection with the same issuer is another person', async () => {
    const [one, two] = [await world.connect(), await world.connect()]
    const claims = { sub: 'shared', preferred_username: 'shared' }
    const first = whoIs(await world.arrive(one, claims))
    const second = await world.arrive(two, claims)
    expect(second).toMatchObject({ ok: true, value: { isNew: true } })
    expect(whoIs(second)).not.toBe(first)
  })

  test('in another case is another person (OIDC Core section 2: sub is case sensitive)', async () => {
    const one = whoIs(await world.arrive(corp, { sub: 'CaSe', preferred_username: 'case' }))
    expect(whoIs(await world.arrive(corp, { sub: 'case', preferred_username: 'case' }))).not.toBe(one)
  })

  test('of another tenant leads nowhere, and neither does its address', async () => {
    await world.tenant('acme')
    const { id, claims } = await victim()
    expect(whoIs(await world.arrive(corp, claims))).toBe(id)
    const there = await world.connect({ ...BY_EMAIL, domains: ['corp.example'] }, 'acme')
    const outcome = await world.arrive(there, claims, { slug: 'acme' })
    expect(outcome).toMatchObject({ ok: true, value: { isNew: true } })
    expect(whoIs(outcome)).not.toBe(id)
  })
})

describe('a user name', () => {
  test('equal to hers leads nowhere: whoever has chosen it gets another', async () => {
    const { id, userName } = await victim()
    const outcome = await world.arrive(corp, { sub: 'namesake', preferred_username: userName.toUpperCase() })
    await demandOther(outcome, id)
  })

  test('that folds to hers leads nowhere', async () => {
    const groß = await world.kept({ userName: 'groß' })
    await demandOther(await world.arrive(corp, { sub: 'gross', preferred_username: 'GROSS' }), groß)
  })

  test('equal to hers, of whom SCIM keeps under another externalId, leads nowhere', async () => {
    const entra = await world.connect(BY_OID)
    const id = await world.kept({ userName: 'pat', externalId: 'oid-pat' })
    await demandOther(await world.arrive(entra, { sub: 'p', oid: 'oid-other', preferred_username: 'pat' }), id)
  })

  test('that she chooses herself is never one that is there (CVE-2023-6837)', async () => {
    const asking = await world.connect({ jit: { ...JIT, scheme: 'username' } })
    const { id, userName } = await victim()
    const answers = { userName: userName.toUpperCase(), password: 'Corr3ct-horse', consented: true }
    const again = await world.arrive(asking, { sub: 'chooser', preferred_username: 'chooser' }, { answers })
    expect(again).toMatchObject({
      ok: true,
      value: { kind: 'asked', decision: { errors: [{ field: 'userName', fault: 'taken' }] } },
    })
    expect((await world.links()).filter(({ userId }) => userId === id)).toEqual([])
    const own = await world.arrive(asking, { sub: 'chooser' }, { answers: { ...answers, userName: 'own-name' } })
    expect(own).toMatchObject({ ok: true, value: { isNew: true } })
  })
})

describe('an externalId', () => {
  test('makes who was provisioned over SCIM and who signs in one person', async () => {
    const entra = await world.connect(BY_OID)
    const id = await world.kept({ userName: 'ann', externalId: 'oid-ann' })
    const claims = { sub: 'pairwise-1', oid: 'oid-ann', preferred_username: 'ann@corp.example' }
    expect(whoIs(await world.arrive(entra, claims))).toBe(id)
    // Another subject that says so is not she.
    expect(whoIs(await world.arrive(entra, { ...claims, sub: 'pairwise-2' }))).toBe('linked-elsewhere')
    // Of another issuer, which the connection has moved to, she is.
    expect(whoIs(await world.arrive(entra, claims, { issuer: 'https://new.example' }))).toBe(id)
  })

  test('leads nowhere where the connection does not say which claim has it', async () => {
    const id = await world.kept({ userName: 'joe', externalId: 'oid-joe' })
    await demandOther(await world.arrive(await world.connect(), { sub: 'oid-joe', oid: 'oid-joe' }), id)
  })

  test('links where just-in-time provisioning is off, and nothing else does', async () => {
    const off = { ...BY_OID.jit, ...JIT, enabled: false, linking: { externalIdClaim: 'oid' } }
    const entra = await world.connect({ jit: off })
    const id = await world.kept({ userName: 'eve', externalId: 'oid-eve' })
    expect(whoIs(await world.arrive(entra, { sub: 'e', oid: 'oid-eve' }))).toBe(id)
    expect(whoIs(await world.arrive(entra, { sub: 'f', oid: 'oid-nobody' }))).toBe('jit-off')
  })

  test('of whom SCIM has deactivated or deleted makes nobody anew, and of whom it brings back is she', async () => {
    const entra = await world.connect(BY_OID)
    const tenant = await world.tenant()
    const id = await world.kept({ userName: 'leaver', externalId: 'oid-leaver' })
    const claims = { sub: 'l', oid: 'oid-leaver', preferred_username: 'leaver' }
    const active = (value: boolean) => {
      const Operations = [{ op: 'replace', path: 'active', value }]
      const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
      return tenant.scim('PATCH', `/Users/${id}`, { schemas, Operations })
    }
    await active(false)
    expect(whoIs(await world.arrive(entra, claims))).toBe('deactivated')
    // Nor by the subject, nor by the name alone.
    const plain = await world.connect()
    expect(whoIs(await world.arrive(plain, { sub: 'oid-leaver' }))).toBe('deactivated')
    expect(whoIs(await world.arrive(plain, { sub: 'z', preferred_username: 'Leaver' }))).toBe('deactivated')
    await active(true)
    expect(whoIs(await world.arrive(entra, claims))).toBe(id)
    await active(false)
    expect(whoIs(await world.arrive(entra, claims))).toBe('deactivated')
    await tenant.scim('DELETE', `/Users/${id}`)
    expect(whoIs(await world.arrive(entra, claims))).toBe('deleted')
    expect(whoIs(await world.arrive(entra, { ...claims, sub: 'other' }))).toBe('deleted')
    const back = await world.kept({ userName: 'leaver', externalId: 'oid-leaver' })
    expect(whoIs(await world.arrive(entra, claims))).toBe(back)
  })
})

test('a connection with many tenants at its provider takes nobody for whom another of them has named already', async () => {
  const entra = await world.connect({
    ...BY_OID,
    authenticator: {
      type: 'oidc',
      preset: 'entra',
      clientId: 'c',
      clientSecret: 's',
      issuer: 'https://login.microsoftonline.com/organizations/v2.0',
      allowedTenants: ['5f0c1b9e-4f6e-4a9e-9d59-0c1d2e3f4a5b', '5f0c1b9e-4f6e-4a9e-9d59-0c1d2e3f4a5c'],
    },
  })
  const id = await world.kept({ userName: 'tess', externalId: 'oid-tess' })
  const claims = { sub: 'tess', oid: 'oid-tess' }
  const [one, two] = await Promise.all([
    world.arrive(entra, claims, { issuer: 'https://entra.example/one' }),
    world.arrive(entra, claims, { issuer: 'https://entra.example/two' }),
  ])
  expect([whoIs(one), whoIs(two)].toSorted()).toEqual([id, 'linked-elsewhere'].toSorted())
})

describe('who governs here', () => {
  test('is linked by nothing that a provider says alone: she signs in to her account first', async () => {
    const { users: admins } = { users: (await world.users()).filter(({ userName }) => userName === 'admin') }
    const admin = admins[0]?.id ?? ''
    const tenant = await world.tenant()
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
    const value = { externalId: 'oid-admin', emails: [{ value: 'admin@corp.example', primary: true }] }
    await tenant.scim('PATCH', `/Users/${admin}`, { schemas, Operations: [{ op: 'replace', value }] })
    const claims = { sub: 'a', oid: 'oid-admin', email: 'admin@corp.example', email_verified: true }
    expect(whoIs(await world.arrive(corp, claims))).toBe('prove')
    expect(whoIs(await world.arrive(await world.connect(BY_OID), claims))).toBe('prove')
    expect(whoIs(await world.arrive(corp, claims, { provedUserId: (await victim()).id }))).toBe('prove')
    expect(whoIs(await world.arrive(corp, claims, { provedUserId: admin }))).toBe(admin)
  })

  test('is so by any permission that not everybody has, through a group as well', async () => {
    const { id, claims } = await victim()
    const tenant = await world.tenant()
    const group = await (await tenant.scim('POST', '/Groups', { displayName: 'ops', members: [{ value: id }] })).json()
    const role = { displayName: 'ops', groups: [{ value: group.id }], permissions: [{ value: 'connections:write' }] }
    expect((await tenant.scim('POST', '/v2/Roles', role)).status).toBe(201)
    expect(whoIs(await world.arrive(corp, claims))).toBe('prove')
  })
})

describe('a proof', () => {
  test('is for the subject who was asked for it, and for no other (CVE-2026-9087)', async () => {
    const proving = await world.connect({
      domains: ['proof.example'],
      jit: { ...JIT, linking: { rules: [{ claim: 'email', attribute: 'emails' }], proof: true } },
    })
    const emails = [{ value: 'vera@proof.example', primary: true }]
    const vera = await world.kept({ userName: 'vera', emails })
    const claims = { sub: 'vera-upstream', email: 'vera@proof.example', email_verified: true }
    expect(whoIs(await world.arrive(proving, claims))).toBe('prove')
    expect(await world.links()).not.toContainEqual(expect.objectContaining({ userId: vera }))
    // Somebody else who comes with her proof is not linked to her account, and gets none of her own by it.
    const mallory = { sub: 'mallory-upstream', email: 'mallory@proof.example', email_verified: true }
    expect(whoIs(await world.arrive(proving, mallory, { provedUserId: vera }))).toBe('proof-outdated')
    expect(whoIs(await world.arrive(proving, claims, { provedUserId: vera }))).toBe(vera)
    // And once somebody is linked, a second proof links nobody.
    const second = { ...claims, sub: 'second' }
    expect(whoIs(await world.arrive(proving, second, { provedUserId: vera }))).toBe('linked-elsewhere')
    expect((await world.links()).filter(({ userId }) => userId === vera)).toMatchObject([
      { issuer: ISSUER, subject: 'vera-upstream' },
    ])
  })
})
