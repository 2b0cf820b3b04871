import { beforeAll, describe, expect, test } from 'vitest'
import { checkCredentials } from '../../src/directory/credentials/check.ts'
import { users } from '../../src/db/schema.ts'
import { create, directory, type Directory, PATCH_OP, read, refusal, USER } from './world.ts'

let scim: Directory
beforeAll(async () => {
  scim = await directory()
})

const PASSWORD = 'MyPa33w@rd'

async function canSignIn(userName: string, password: string): Promise<boolean> {
  return (await checkCredentials(await scim.world.scope(), userName, password)).kind === 'ok'
}

describe('the password', () => {
  test('is kept by a PUT without one, and changed by a PUT with one (RFC 7644 section 3.5.1)', async () => {
    const { id } = await create(scim, 'Users', { userName: 'pat', password: PASSWORD })
    await scim.tenant.scim('PUT', `/Users/${id}`, { userName: 'pat', nickName: 'Patty' })
    expect(await canSignIn('pat', PASSWORD)).toBe(true)
    await scim.tenant.scim('PUT', `/Users/${id}`, { userName: 'pat', password: 'An0ther!pass' })
    expect([await canSignIn('pat', PASSWORD), await canSignIn('pat', 'An0ther!pass')]).toEqual([false, true])
  })

  test('never comes back: not from POST, PUT, PATCH or GET, not if it is asked for (RFC 7643 section 7, returned never)', async () => {
    const body = { userName: 'quin', password: PASSWORD }
    const post = await scim.tenant.scim('POST', '/Users?attributes=password,userName', body)
    const text = await post.text()
    const { id } = JSON.parse(text) as { id: string }
    const patch = { schemas: [PATCH_OP], Operations: [{ op: 'replace', path: 'password', value: 'An0ther!pass' }] }
    const answers = [
      text,
      ...(await Promise.all(
        [
          scim.tenant.scim('PUT', `/Users/${id}`, body),
          scim.tenant.scim('PATCH', `/Users/${id}`, patch),
          scim.tenant.scim('GET', `/Users/${id}?attributes=password`),
          scim.tenant.scim('GET', '/Users?attributes=userName,password'),
        ].map(async (answer) => (await answer).text()),
      )),
    ]
    for (const answer of answers) expect(answer).not.toMatch(/MyPa33w@rd|An0ther!pass|\$scrypt\$|"password"/)
  })

  test.each([
    ['Sh0rt!', '8 characters'],
    ['nodigits!A', 'a digit'],
    ['no-upper-case1', 'an upper-case letter'],
    ['NO-LOWER-CASE1', 'a lower-case letter'],
    ['NoSpecial123', 'a special character'],
    [`A1!a${'x'.repeat(1025)}`, '1,024 bytes'],
  ])('%s is refused by the policy, which says what it lacks and does not repeat it', async (password, lack) => {
    const refused = await refusal(scim.tenant.scim('POST', '/Users', { userName: 'weak', password }))
    expect(refused).toMatchObject({ status: 400, scimType: 'invalidValue' })
    expect(refused.detail).toContain(lack)
    expect(refused.detail).not.toContain(password)
    const rows = await scim.world.platform.db.select().from(users)
    expect(rows.map(({ userName }) => userName)).not.toContain('weak')
  })
})

describe('a userName', () => {
  test('that is taken, in whatever case, is refused: 409 uniqueness (RFC 7644 section 3.3)', async () => {
    await create(scim, 'Users', { userName: 'bjensen' })
    const refused = await refusal(scim.tenant.scim('POST', '/Users', { userName: 'BJensen' }))
    expect(refused).toMatchObject({ status: 409, scimType: 'uniqueness' })
    const { id } = await create(scim, 'Users', { userName: 'other' })
    const replaced = await refusal(scim.tenant.scim('PUT', `/Users/${id}`, { userName: 'bjensen' }))
    expect(replaced).toMatchObject({ status: 409, scimType: 'uniqueness' })
  })

  test('that two requests ask for at once goes to one of them', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => scim.tenant.scim('POST', '/Users', { userName: 'raced' })),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409])
  })

  test('may be taken in another tenant', async () => {
    const acme = await scim.world.tenant('acme')
    expect((await acme.scim('POST', '/Users', { userName: 'bjensen' })).status).toBe(201)
  })
})

describe('versions (RFC 7644 section 3.14)', () => {
  test('If-Match of another version is refused: 412, and nothing changed', async () => {
    const { id } = await create(scim, 'Users', { userName: 'vera' })
    await scim.tenant.scim('PUT', `/Users/${id}`, { userName: 'vera', nickName: 'V' })
    const put = { userName: 'vera', nickName: 'late' }
    for (const tag of ['W/"1"', '"99"', 'W/"other"']) {
      const refused = await refusal(scim.tenant.scim('PUT', `/Users/${id}`, put, { 'If-Match': tag }))
      expect(refused.status).toBe(412)
    }
    expect((await read(scim, 'Users', id)).nickName).toBe('V')
  })

  test('If-Match of the present version, or *, is taken', async () => {
    const { id } = await create(scim, 'Users', { userName: 'walt' })
    const first = await scim.tenant.scim(
      'PUT',
      `/Users/${id}`,
      { userName: 'walt', title: 'a' },
      { 'If-Match': 'W/"1"' },
    )
    expect([first.status, first.headers.get('ETag')]).toEqual([200, 'W/"2"'])
    const second = await scim.tenant.scim('PUT', `/Users/${id}`, { userName: 'walt', title: 'b' }, { 'If-Match': '*' })
    expect([second.status, second.headers.get('ETag')]).toEqual([200, 'W/"3"'])
  })

  test('a change that changes nothing makes no version', async () => {
    const { id } = await create(scim, 'Users', { userName: 'same', nickName: 'S' })
    scim.world.advance(1000)
    const answer = await scim.tenant.scim('PUT', `/Users/${id}`, { nickName: 'S', userName: 'same', id })
    expect(answer.headers.get('ETag')).toBe('W/"1"')
  })

  test('changes that come at once are all made, one behind the other: none is lost', async () => {
    const { id } = await create(scim, 'Users', { userName: 'busy' })
    const add = (attribute: string) =>
      scim.tenant.scim('PATCH', `/Users/${id}`, {
        schemas: [PATCH_OP],
        Operations: [{ op: 'add', path: attribute, value: attribute }],
      })
    const attributes = ['nickName', 'title', 'userType']
    const answers = await Promise.all(attributes.map(add))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(await read(scim, 'Users', id)).toMatchObject({
      nickName: 'nickName',
      title: 'title',
      userType: 'userType',
      meta: { version: 'W/"4"' },
    })
  })

  test('of requests that change one version at once with If-Match, one is taken', async () => {
    const { id } = await create(scim, 'Users', { userName: 'guarded' })
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((title) =>
        scim.tenant.scim('PUT', `/Users/${id}`, { userName: 'guarded', title }, { 'If-Match': 'W/"1"' }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412])
  })
})

test('PUT takes away what it does not say, and keeps id, created and activity (RFC 7644 section 3.5.1)', async () => {
  const body = { userName: 'rep', nickName: 'R', active: false, emails: [{ value: 'rep@example.com' }] }
  const { id } = await create(scim, 'Users', body)
  await scim.tenant.scim('PUT', `/Users/${id}`, { schemas: [USER], userName: 'rep2' })
  const replaced = await read(scim, 'Users', id)
  expect(replaced).toMatchObject({ id, userName: 'rep2', active: false })
  expect([replaced.nickName, replaced.emails]).toEqual([undefined, undefined])
})

test('PATCH changes what it names and answers the user (RFC 7644 section 3.5.2)', async () => {
  const { id } = await create(scim, 'Users', { userName: 'pia', name: { givenName: 'Pia' } })
  const Operations = [
    { op: 'Replace', path: 'name.familyName', value: 'Wurtz' },
    { op: 'replace', path: 'active', value: 'False' },
  ]
  const answer = await scim.tenant.scim('PATCH', `/Users/${id}`, { schemas: [PATCH_OP], Operations })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ name: { givenName: 'Pia', familyName: 'Wurtz' }, active: false })
})

test('attributes and excludedAttributes say what is shown (RFC 7644 section 3.9)', async () => {
  const { id } = await create(scim, 'Users', { userName: 'att', nickName: 'A', title: 'T' })
  const only = await (await scim.tenant.scim('GET', `/Users/${id}?attributes=nickName`)).json()
  expect(Object.keys(only).toSorted()).toEqual(['id', 'nickName', 'schemas'])
  const without = await (await scim.tenant.scim('GET', `/Users/${id}?excludedAttributes=nickName,roles`)).json()
  expect(without).toMatchObject({ title: 'T' })
  expect([without.nickName, without.roles]).toEqual([undefined, undefined])
})

test('what is not there is 404 in SCIM’s words, also under a path that nobody knows', async () => {
  for (const [method, path] of [
    ['GET', '/Users/x'],
    ['PUT', '/Users/x'],
    ['DELETE', '/Users/x'],
    ['GET', '/Devices'],
  ] as const) {
    const body = method === 'PUT' ? { userName: 'x' } : undefined
    expect((await refusal(scim.tenant.scim(method, path, body))).status).toBe(404)
  }
})
