/** The login flow of an application, as the management API takes it. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testWorld, type TestTenant } from '../support/app.ts'

let tenant: TestTenant
let application: string
beforeAll(async () => {
  tenant = await (await testWorld()).tenant()
  const answer = await tenant.api('POST', '/applications', { name: 'app', redirectUris: ['https://app.example/'] })
  application = ((await answer.json()) as { id: string }).id
})

async function change(loginFlow: unknown) {
  const answer = await tenant.api('PATCH', `/applications/${application}`, { loginFlow })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

test.each([
  { steps: [{ options: ['passkey'] }] },
  { steps: [{ options: ['password', 'passkey'] }], secondFactor: 'always' },
  { steps: [{ options: ['password'] }, { options: ['totp', 'passkey'] }] },
  { steps: [{ options: ['password'] }, { options: ['totp'] }], secondFactor: 'enrolled' },
  { steps: [{ options: ['password'] }], secondFactor: 'never' },
])('%j is kept as it is', async (loginFlow) => {
  expect((await change(loginFlow)).status).toBe(200)
  const answer = await tenant.api('GET', `/applications/${application}`)
  expect(await answer.json()).toMatchObject({ loginFlow })
})

describe('what makes no sense is 400 and says where', () => {
  test.each([
    ['a code of an app as the first step', { steps: [{ options: ['totp'] }] }, 'steps.0.options'],
    [
      'a password as the second step',
      { steps: [{ options: ['passkey'] }, { options: ['password'] }] },
      'steps.1.options',
    ],
    ['an empty second step', { steps: [{ options: ['password'] }, { options: [] }] }, 'steps.1.options'],
    ['three steps', { steps: [{ options: ['password'] }, { options: ['totp'] }, { options: ['passkey'] }] }, 'steps'],
    [
      'a second step that nobody is asked for',
      { steps: [{ options: ['password'] }, { options: ['totp'] }], secondFactor: 'never' },
      'secondFactor',
    ],
    ['a policy that is none', { steps: [{ options: ['password'] }], secondFactor: 'sometimes' }, 'secondFactor'],
  ])('%s', async (_what, loginFlow, field) => {
    const { status, body } = await change(loginFlow)
    expect(status).toBe(400)
    expect(body.errors).toMatchObject([{ field: `loginFlow.${field}` }])
  })
})
