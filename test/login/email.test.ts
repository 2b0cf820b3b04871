import { beforeAll, describe, expect, test } from 'vitest'
import { verifyEmail } from '../../src/directory/verified/commands.ts'
import { isVerified } from '../../src/directory/verified/queries.ts'
import { KIM, oidcWorld, type OidcWorld } from '../oidc/world.ts'
import { browserClient } from '../support/browser-client.ts'

let world: OidcWorld
beforeAll(async () => {
  world = await oidcWorld()
})

async function signIn(username: string, password: string): Promise<number> {
  const browser = browserClient(world)
  await browser.get('/login')
  return (await browser.send('/login', { username, password })).status
}

async function make(user: Record<string, unknown>, source = 'scim'): Promise<string> {
  const tenant = await world.tenant()
  const { id } = (await (await tenant.scim('POST', '/Users', user)).json()) as { id: string }
  const { db } = world.platform
  await db.$client.execute({ sql: 'update users set source = ? where id = ?', args: [source, id] })
  return id
}

describe('an e-mail address in place of the user name', () => {
  test('signs in whom the organization keeps under it, however it is written', async () => {
    expect(await signIn('kim@example.com', KIM.password)).toBe(303)
    expect(await signIn(' KIM@Example.com', KIM.password)).toBe(303)
    expect(await signIn('kim@example.com', 'wrong')).toBe(401)
  })

  test('a user name wins over another’s address', async () => {
    const other = { userName: 'pat@example.com', password: 'Pat-pa33word' }
    await make(other)
    await make({ userName: 'pat', password: 'Oth3r-pa33word', emails: [{ value: 'pat@example.com', primary: true }] })
    expect(await signIn('pat@example.com', 'Pat-pa33word')).toBe(303)
    expect(await signIn('pat@example.com', 'Oth3r-pa33word')).toBe(401)
    expect(await signIn('pat', 'Oth3r-pa33word')).toBe(303)
  })

  test('but not that of somebody without a password, whose name a provider chose', async () => {
    await make({ userName: 'ash@example.com' }, 'jit')
    await make({ userName: 'ash', password: 'Ash-pa33word', emails: [{ value: 'ash@example.com', primary: true }] })
    expect(await signIn('ash@example.com', 'Ash-pa33word')).toBe(303)
  })

  test('signs in nobody if two have it', async () => {
    const emails = [{ value: 'shared@example.com', primary: true }]
    await make({ userName: 'one', password: 'Fi1st-pa33word', emails })
    await make({ userName: 'two', password: 'S3cond-pa33word', emails })
    expect(await signIn('shared@example.com', 'Fi1st-pa33word')).toBe(401)
    expect(await signIn('one', 'Fi1st-pa33word')).toBe(303)
  })

  test('that a person or a provider has only stated takes nothing from whose it is', async () => {
    const emails = [{ value: 'lee@example.com', primary: true }]
    await make({ userName: 'lee', password: 'L33-pa33word', emails })
    const stranger = await make({ userName: 'stranger', password: 'Str4nge-pa33word', emails }, 'account')
    expect(await signIn('lee@example.com', 'L33-pa33word')).toBe(303)
    expect(await signIn('lee@example.com', 'Str4nge-pa33word')).toBe(401)
    // Only once she has shown that she reads its mail, too, it is nobody's any more.
    await verifyEmail(await world.scope(), stranger, 'lee@example.com')
    expect(await signIn('lee@example.com', 'L33-pa33word')).toBe(401)
  })

  test('of an arrival by a provider counts once she has followed a link', async () => {
    const emails = [{ value: 'sam@example.com', primary: true }]
    const sam = await make({ userName: 'sam', password: 'S4m-pa33word', emails }, 'jit')
    expect(await signIn('sam@example.com', 'S4m-pa33word')).toBe(401)
    await verifyEmail(await world.scope(), sam, 'SAM@example.com')
    expect(await signIn('sam@example.com', 'S4m-pa33word')).toBe(303)
  })

  test('wrong passwords count for the person, by whichever name', async () => {
    await make({ userName: 'max', password: 'M4x-pa33word', emails: [{ value: 'max@example.com', primary: true }] })
    for (let i = 0; i < 3; i++) await signIn('max', 'wrong')
    for (let i = 0; i < 3; i++) await signIn('max@example.com', 'wrong')
    expect(await signIn('max', 'M4x-pa33word')).toBe(429)
  })
})

describe('what is verified', () => {
  const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
  const patch = async (id: string, path: string, value: unknown) =>
    (await world.tenant()).scim('PATCH', `/Users/${id}`, {
      schemas: [PATCH],
      Operations: [{ op: 'replace', path, value }],
    })
  const verified = async (id: string) => {
    const { db } = world.platform
    const { rows } = await db.$client.execute({ sql: 'select 1 from verified_emails where user_id = ?', args: [id] })
    return rows.length
  }

  test('survives a change of anything else, and ends with the address, even if that comes back', async () => {
    const id = await make({ userName: 'vera', emails: [{ value: 'vera@example.com', primary: true }] })
    const scope = await world.scope()
    await verifyEmail(scope, id, 'vera@example.com')
    await patch(id, 'displayName', 'Vera')
    expect(await verified(id)).toBe(1)
    await patch(id, 'emails', [{ value: 'other@example.com', primary: true }])
    expect(await verified(id)).toBe(0)
    await patch(id, 'emails', [{ value: 'vera@example.com', primary: true }])
    expect(await verified(id)).toBe(0)
  })

  test('is not another mailbox that folds to the same letters', async () => {
    const emails = [{ value: 'strasse@example.com', primary: true }]
    const id = await make({ userName: 'uma', password: 'Um4-pa33word', emails }, 'jit')
    await verifyEmail(await world.scope(), id, 'straße@example.com')
    expect(await signIn('strasse@example.com', 'Um4-pa33word')).toBe(401)
    expect(await isVerified(await world.scope(), id, 'strasse@example.com')).toBe(false)
  })

  test('is never an address that the user has not', async () => {
    const id = await make({ userName: 'wim', emails: [{ value: 'wim@example.com', primary: true }] })
    await verifyEmail(await world.scope(), id, 'kim@example.com')
    expect(await verified(id)).toBe(0)
  })
})
