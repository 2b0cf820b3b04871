/** A secret is kept by a PATCH without it, and goes nowhere but where it was given for. */
import { beforeAll, expect, test } from 'vitest'
import { getConnection, listConnectors, openClientSecret, openConnectorSecrets } from '../../src/connections/queries.ts'
import { testWorld, type TestTenant, type TestWorld } from '../support/app.ts'

let world: TestWorld
let tenant: TestTenant
let id: string
const connector = (host: string, authentication: Record<string, unknown>) => ({
  type: 'scim2',
  name: 'SCIM2',
  authentication,
  userEndpoint: `https://${host}/Users`,
})
const authenticator = {
  type: 'oidc',
  clientId: 'us',
  clientSecret: 'client-secret',
  authorizationEndpoint: 'https://idp.example/authorize',
  tokenEndpoint: 'https://idp.example/token',
}
beforeAll(async () => {
  world = await testWorld()
  tenant = await world.tenant()
  const outbound = { connectors: [connector('target.example', { mode: 'bearer', token: 'target-token' })] }
  const made = await tenant.api('POST', '/connections', { name: 'c', authenticator, outbound })
  id = ((await made.json()) as { id: string }).id
})

async function kept() {
  const scope = await world.scope()
  const [row] = await listConnectors(scope, id)
  const secret = await openClientSecret(scope, await getConnection(scope, id))
  return { secret, ...(row ? await openConnectorSecrets(scope, row) : {}) }
}

test('a PATCH without secrets keeps them, also when port or path change', async () => {
  const connectors = [connector('target.example:8443', { mode: 'bearer' })]
  const change = { authenticator: { tokenEndpoint: 'https://idp.example/oauth2/token' }, outbound: { connectors } }
  expect((await tenant.api('PATCH', `/connections/${id}`, change)).status).toBe(200)
  expect(await kept()).toEqual({ secret: 'client-secret', token: 'target-token' })
})

test('a connector that is pointed at another host needs its secret again', async () => {
  const change = { outbound: { connectors: [connector('evil.example', { mode: 'bearer' })] } }
  const answer = await tenant.api('PATCH', `/connections/${id}`, change)
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ errors: [{ field: 'outbound.connectors.0.authentication.token' }] })
})

test('an authenticator whose token endpoint moves to another host needs its secret again', async () => {
  const change = { authenticator: { tokenEndpoint: 'https://evil.example/token' } }
  const answer = await tenant.api('PATCH', `/connections/${id}`, change)
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ errors: [{ field: 'authenticator.clientSecret' }] })
})
