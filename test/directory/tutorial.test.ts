/** The four requests of the provisioning tutorial, as it has them. */
import { beforeAll, describe, expect, test } from 'vitest'
import { create, directory, type Directory, ORIGIN, type Resource } from './world.ts'

const CREATE = `{
    "schemas": [],
    "name": {
      "givenName": "Kim",
      "familyName": "Berry"
    },
    "emails": [
      {
        "value": "kim@wso2.com",
        "primary": true
      }
    ],
    "userName": "kim",
    "password": "MyPa33w@rd"
  }`

/** With the comma behind its last attribute, which is no JSON. */
const REPLACE = `{

"schemas": [],
"name": {
  "givenName": "Jimmy",
  "familyName": "Kimmel"
},
"userName": "kim",
"emails": [
  {
    "value": "kim@test.com",
    "primary": true
  }
],
}`

describe.each(['application/scim+json', 'application/json'])('with Content-Type %s', (contentType) => {
  let scim: Directory
  let kim: Resource
  beforeAll(async () => {
    scim = await directory()
  })

  const send = (method: string, path: string, body?: string) =>
    scim.tenant.fetch(`/scim2/Users${path}`, {
      method,
      headers: { accept: 'application/scim+json', 'Content-Type': contentType, Authorization: scim.tenant.basic },
      ...(body === undefined ? {} : { body }),
    })

  test('1. creates the user: 201 with Location, ETag, meta and the role everyone (RFC 7644 section 3.3)', async () => {
    const answer = await send('POST', '', CREATE)
    expect(answer.status).toBe(201)
    expect(answer.headers.get('Content-Type')).toMatch(/^application\/scim\+json/)
    kim = (await answer.json()) as Resource
    const location = `${ORIGIN}/scim2/Users/${kim.id}`
    expect(answer.headers.get('Location')).toBe(location)
    expect(answer.headers.get('ETag')).toBe('W/"1"')
    expect(kim).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      userName: 'kim',
      name: { givenName: 'Kim', familyName: 'Berry' },
      emails: [{ value: 'kim@wso2.com', primary: true }],
      active: true,
      roles: [
        {
          value: expect.any(String),
          $ref: expect.stringMatching(`^${ORIGIN}/scim2/v2/Roles/`),
          display: 'everyone',
          audienceType: 'organization',
          audienceValue: expect.any(String),
          audienceDisplay: 'postern',
        },
      ],
      meta: {
        resourceType: 'User',
        created: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        lastModified: expect.any(String),
        location,
        version: 'W/"1"',
      },
    })
    expect(kim.meta.lastModified).toBe((kim.meta as { created?: string }).created)
  })

  test('2. shows the user by her id, as she was answered', async () => {
    const answer = await send('GET', `/${kim.id}`)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual(kim)
  })

  test('the role that she shows is there under its $ref', async () => {
    const [role] = kim.roles as { $ref: string }[]
    const answer = await scim.tenant.scim('GET', (role?.$ref ?? '').replace(`${ORIGIN}/scim2`, ''))
    expect(await answer.json()).toMatchObject({ displayName: 'everyone', audience: { type: 'organization' } })
  })

  test('3. replaces the user and answers the new names (RFC 7644 section 3.5.1)', async () => {
    scim.world.advance(1000)
    const answer = await send('PUT', `/${kim.id}`, REPLACE)
    expect(answer.status).toBe(200)
    const replaced = (await answer.json()) as Resource
    expect(replaced).toMatchObject({
      id: kim.id,
      name: { givenName: 'Jimmy', familyName: 'Kimmel' },
      emails: [{ value: 'kim@test.com', primary: true }],
      meta: { created: (kim.meta as { created?: string }).created, version: 'W/"2"' },
    })
    expect(Date.parse(replaced.meta.lastModified)).toBeGreaterThan(Date.parse(kim.meta.lastModified))
    expect(await (await send('GET', `/${kim.id}`)).json()).toEqual(replaced)
  })

  test('4. deletes the user: 204 without a body, and then she is not found (RFC 7644 section 3.6)', async () => {
    const answer = await send('DELETE', `/${kim.id}`)
    expect(answer.status).toBe(204)
    expect(await answer.text()).toBe('')
    expect((await send('GET', `/${kim.id}`)).status).toBe(404)
    expect((await send('DELETE', `/${kim.id}`)).status).toBe(404)
  })

  test('her name is free again, and whoever gets it is another user (RFC 7643 section 3.1)', async () => {
    const again = await create(scim, 'Users', JSON.parse(CREATE))
    expect(again.id).not.toBe(kim.id)
  })
})
