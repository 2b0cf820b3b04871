/** Which applications need a redirect URI, and which settings of their grants are refused. */
import { beforeAll, expect, test } from 'vitest'
import { GRANT_TYPES } from '../../src/applications/settings.ts'
import { type TestTenant, testWorld } from '../support/app.ts'

let tenant: TestTenant
beforeAll(async () => {
  tenant = await (await testWorld()).tenant()
})

async function fieldsOf(answer: Promise<Response>): Promise<string[]> {
  const response = await answer
  expect(response.status).toBe(400)
  return ((await response.json()) as { errors: { field: string }[] }).errors.map(({ field }) => field)
}

test.each(GRANT_TYPES)(
  'an application for %s alone needs a redirect URI only if codes are sent there',
  async (grant) => {
    const answer = await tenant.api('POST', '/applications', { name: grant, grantTypes: [grant] })
    expect(answer.status).toBe(grant === 'authorization_code' ? 400 : 201)
  },
)

test('a change must not leave codes without a redirect URI', async () => {
  const made = await tenant.api('POST', '/applications', { name: 'machine', grantTypes: ['client_credentials'] })
  const path = `/applications/${((await made.json()) as { id: string }).id}`
  const grantTypes = ['client_credentials', 'authorization_code']
  expect(await fieldsOf(tenant.api('PATCH', path, { grantTypes }))).toEqual(['redirectUris'])
  const redirectUris = ['https://app.example/']
  expect((await tenant.api('PATCH', path, { grantTypes, redirectUris })).status).toBe(200)
  expect(await fieldsOf(tenant.api('PATCH', path, { redirectUris: [] }))).toEqual(['redirectUris'])
  expect((await tenant.api('PATCH', path, { grantTypes: ['client_credentials'], redirectUris: [] })).status).toBe(200)
})

test.each<[string, object]>([
  ['resources.0', { resources: ['https://api.example/#x'] }],
  ['servesResources.0', { servesResources: ['api'] }],
  ['exchangesTokensOf.0', { exchangesTokensOf: [''] }],
  ['providerTokensOf.0', { providerTokensOf: [''] }],
  ['accessTokenFormat', { accessTokenFormat: 'paseto' }],
  ['assertsUsers', { assertsUsers: 'yes' }],
])('%s that is wrong is named', async (field, clientMetadata) => {
  const body = { name: field, redirectUris: ['https://app.example/'], clientMetadata }
  expect(await fieldsOf(tenant.api('POST', '/applications', body))).toEqual([`clientMetadata.${field}`])
})
