/** The console: a user's sign-in factors and their reset, and the steps of an application's login flow. */
import { beforeAll, describe, expect, test } from 'vitest'
import { getApplication } from '../../src/applications/queries.ts'
import { newSeed, timeStep, totpCode } from '../../src/core/totp.ts'
import { addTotp, firstRecoveryCodes } from '../../src/directory/factors/commands.ts'
import { listFactors } from '../../src/directory/factors/queries.ts'
import type { TestWorld } from '../support/app.ts'
import type { BrowserClient } from '../support/browser-client.ts'
import { signedInWith } from './people.ts'
import { consoleWorld, errorAt, makeApplication, makeProvider } from './world.ts'

let world: TestWorld
let browser: BrowserClient
let kimId: string
beforeAll(async () => {
  ;({ world, browser } = await consoleWorld())
  const kim = await (await world.tenant()).scim('POST', '/Users', { userName: 'kim' })
  kimId = ((await kim.json()) as { id: string }).id
})

async function enrol(): Promise<void> {
  const scope = await world.scope()
  const seed = newSeed()
  await addTotp(scope, kimId, seed, await totpCode(seed, timeStep(scope.now)))
  await firstRecoveryCodes(scope, kimId)
}

describe('a user’s factors', () => {
  const path = () => `/console/users/${kimId}/factors`

  test('are said to be none, and listed', async () => {
    expect((await browser.get(path())).text).toContain('No second factor')
    await enrol()
    const page = await browser.get(path())
    expect(page.text).toContain('Authenticator app')
    expect(page.text).toContain('Recovery codes: 10 left')
  })

  test('are reset after a question that says what goes', async () => {
    const question = await browser.get(`${path()}/reset`)
    expect(question.text).toContain('Reset the sign-in factors of kim?')
    expect(question.text).toContain('Codes of the authenticator app are worth nothing any more.')
    const page = await browser.post(`${path()}/reset`)
    expect(page.text).toContain('The sign-in factors were reset.')
    expect(await listFactors(await world.scope(), kimId)).toEqual([])
  })

  test('whoever may only read sees them, and resets nothing', async () => {
    await enrol()
    const { browser: reader } = await signedInWith(world, ['scim:read'])
    expect((await reader.get(path())).text).not.toContain('Reset sign-in factors')
    expect((await reader.get(`${path()}/reset`)).status).toBe(403)
    expect((await reader.post(`${path()}/reset`)).status).toBe(403)
    expect(await listFactors(await world.scope(), kimId)).toHaveLength(2)
  })
})

describe('the steps of a login flow', () => {
  const flowOf = async (id: string) => (await getApplication(await world.scope(), id)).loginFlow
  let id: string
  let path: string
  beforeAll(async () => {
    id = (await makeApplication(world, 'playground2')).row.id
    path = `/console/applications/${id}/login-flow`
  })

  test('as it is made, whoever has a factor is asked for it, whatever it is', async () => {
    const { text } = await browser.get(path)
    expect(text).toMatch(/value="enrolled"\s+checked/)
    for (const box of ['second-totp', 'second-passkey']) expect(text).toMatch(new RegExp(`id="${box}"[^>]*checked`))
  })

  test('a passkey is added to the first step, and the second is for everybody, by an app alone', async () => {
    const page = await browser.post(path, { options: ['password', 'passkey'], secondFactor: 'always', second: 'totp' })
    expect(page.text).toContain('The login flow was updated.')
    expect(await flowOf(id)).toEqual({
      steps: [{ options: ['password', 'passkey'] }, { options: ['totp'] }],
      secondFactor: 'always',
    })
    expect(page.text).toMatch(/value="always"\s+checked/)
    expect(page.text).not.toMatch(/id="second-passkey"[^>]*checked/)
  })

  test('both boxes mean any, and nobody takes the second step away', async () => {
    await browser.post(path, { options: 'password', secondFactor: 'enrolled', second: ['totp', 'passkey'] })
    expect(await flowOf(id)).toEqual({ steps: [{ options: ['password'] }], secondFactor: 'enrolled' })
    await browser.post(path, { options: 'password', secondFactor: 'never', second: 'totp' })
    expect(await flowOf(id)).toEqual({ steps: [{ options: ['password'] }], secondFactor: 'never' })
  })

  test('a second step that nobody could do is refused, beside its boxes, and the rest stays as it was typed', async () => {
    const provider = await makeProvider(world, 'IDP-IS2')
    const page = await browser.post(path, { options: ['passkey', provider.id], secondFactor: 'always' })
    expect(page.status).toBe(422)
    expect(errorAt(page.text, 'second')).toBe('Choose what the second factor may be.')
    expect(page.text).toMatch(/value="always"\s+checked/)
    expect(page.text).toMatch(/id="option-passkey"[^>]*checked/)
    expect((await flowOf(id)).secondFactor).toBe('never')
  })
})
