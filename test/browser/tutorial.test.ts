/**
 * The tutorial as a story: two servers and playground2 as processes of their own, and Chromium clicking through every
 * step with the tutorial's labels. Each test goes on where the one before ended. Pictures are under test-results.
 */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, openPage, picture } from '../support/browser.ts'
import { type Child } from '../support/child.ts'
import { call, findByFilter } from '../support/http.ts'
import { freePort, type Postern, startChild, startPostern, temporaryDirectory, until } from '../support/processes.ts'
import { addApplication, addUser, openConsole, openMenu, openTab, type Person, signIn } from './story.ts'

const AS = 'admin:admin'
const ANN: Person = {
  userName: 'ann',
  firstName: 'Ann',
  lastName: 'Lee',
  email: 'ann@example.com',
  password: 'Ann-passw0rd',
}
const KIM: Person = {
  userName: 'kim',
  firstName: 'Kim',
  lastName: 'Berry',
  email: 'kim@wso2.com',
  password: 'MyPa33w@rd',
}

let is1: Postern
let is2: Postern
let playground: Child
let playgroundUrl: string
let browser: Browser
let page1: Page
let page2: Page

beforeAll(async () => {
  const caDir = temporaryDirectory()
  const env = { ADMIN_PASSWORD: 'admin' }
  ;[is1, is2, browser] = await Promise.all([startPostern({ caDir, env }), startPostern({ caDir, env }), openBrowser()])
  const port = String(await freePort())
  playgroundUrl = `http://localhost:${port}/playground2`
  playground = startChild(process.execPath, ['examples/playground2/server.ts'], {
    PORT: port,
    CA_FILE: is1.caPath,
    ISSUER: is1.baseUrl,
  })
  const check = async () => (await fetch(`${playgroundUrl}/oauth2.jsp`).catch(() => undefined))?.ok || undefined
  await until(check, 20_000, () => playground.output())
  page1 = await openPage(browser)
  // The console of IS2 is used without script: everything has to work all the same.
  page2 = await openPage(browser, { script: false })
})
afterAll(async () => {
  playground?.signal('SIGTERM')
  await Promise.all([browser?.close(), is1?.stop(), is2?.stop()])
})

describe('outbound provisioning', () => {
  test('the administrator signs in to the consoles of IS1 and IS2', async () => {
    await openConsole(page1, is1.baseUrl)
    await openConsole(page2, is2.baseUrl)
    await picture(page1, 'console home')
  })

  test('a connection SCIM-IDP is made from the template Custom Connector', async () => {
    await openMenu(page1, 'Connections')
    await picture(page1, 'connections empty')
    await page1.getByRole('link', { name: 'New Connection' }).first().click()
    await picture(page1, 'connection templates')
    await page1.getByRole('link', { name: 'Custom Connector' }).click()
    await page1.getByLabel('Name').fill('SCIM-IDP')
    await page1.getByRole('button', { name: 'Create' }).click()
    expect(await page1.getByRole('heading', { level: 1 }).innerText()).toBe('SCIM-IDP')
  })

  test('its connector is made in three steps, and starts disabled', async () => {
    await openTab(page1, 'Outbound Provisioning')
    await page1.getByRole('link', { name: 'New Connector' }).first().click()
    await page1.getByLabel('SCIM2').check()
    await picture(page1, 'connector step 1')
    await page1.getByRole('button', { name: 'Next' }).click()
    await page1.getByLabel('Username').fill('admin')
    await page1.getByLabel('Password', { exact: true }).fill('admin')
    await page1.getByLabel('User Endpoint').fill(`${is2.baseUrl}/scim2/Users`)
    await page1.getByLabel('Group Endpoint').fill(`${is2.baseUrl}/scim2/Groups`)
    await page1.getByLabel('User Store Domain').fill('PRIMARY')
    expect(await page1.getByLabel('Enable Password Provisioning').isChecked()).toBe(true)
    await picture(page1, 'connector step 2')
    await page1.getByRole('button', { name: 'Next' }).click()
    const summary = await page1.locator('main').innerText()
    expect(summary).toContain(`${is2.baseUrl}/scim2/Users`)
    await picture(page1, 'connector step 3')
    await page1.getByRole('button', { name: 'Finish' }).click()
    expect(await page1.getByRole('switch', { name: 'SCIM2' }).getAttribute('aria-checked')).toBe('false')
  })

  test('the toggle enables the connector', async () => {
    await page1.getByRole('switch', { name: 'SCIM2' }).click()
    expect(await page1.getByRole('switch', { name: 'SCIM2' }).getAttribute('aria-checked')).toBe('true')
    expect(await page1.getByRole('heading', { name: 'OutBound Provisioning Roles' }).isVisible()).toBe(true)
    await picture(page1, 'outbound tab')
  })

  test('the resident application gets it as a provisioner', async () => {
    await openMenu(page1, 'Login & Registration')
    expect(await page1.getByRole('heading', { name: 'Provisioning Settings' }).isVisible()).toBe(true)
    await picture(page1, 'login and registration')
    await page1.getByRole('link', { name: 'Outbound Provisioning Configuration' }).click()
    await page1.getByRole('link', { name: 'New Provisioner' }).first().click()
    await page1.getByLabel('Connection').selectOption({ label: 'SCIM-IDP' })
    await page1.getByLabel('Provisioning Connector').selectOption({ label: 'SCIM2' })
    await picture(page1, 'new provisioner')
    await page1.getByRole('button', { name: 'Finish' }).click()
    await page1.getByRole('cell', { name: 'SCIM-IDP', exact: true }).waitFor()
    await picture(page1, 'provisioners')
  })

  test('a user added at IS1 is at IS2, and her password opens IS2', async () => {
    await addUser(page1, ANN)
    await until(
      async () => ((await findAt(is2, 'ann')) === undefined ? undefined : true),
      10_000,
      () => is1.output('stderr'),
    )
    await openMenu(page2, 'Users')
    await page2.getByRole('link', { name: 'ann', exact: true }).waitFor()
    await picture(page2, 'users of IS2')
    const hers = await openPage(browser)
    await hers.goto(`${is2.baseUrl}/console`)
    await signIn(hers, ANN.userName, ANN.password)
    // She is known at IS2, and no administrator there.
    await hers.getByText('You are signed in as').waitFor()
    expect(await hers.locator('body').innerText()).toContain('ann')
    await hers.context().close()
  })

  test('the log of the connection tells what happened', async () => {
    await openMenu(page1, 'Connections')
    await page1.getByRole('link', { name: 'SCIM-IDP', exact: true }).click()
    await openTab(page1, 'Outbound Provisioning')
    await page1.getByRole('cell', { name: 'ann' }).first().waitFor()
    await picture(page1, 'provisioning log')
    expect(await page1.locator('main').innerText()).toMatch(/ann[^]*delivered/i)
  })

  test('deactivation and deletion follow', async () => {
    await openMenu(page1, 'Users')
    await page1.getByRole('link', { name: 'ann', exact: true }).click()
    await page1.getByLabel('Active').uncheck()
    await page1.getByRole('button', { name: 'Update' }).click()
    await until(
      async () => ((await findAt(is2, 'ann'))?.active === false ? true : undefined),
      10_000,
      () => is1.output('stderr'),
    )
    await page1.getByRole('link', { name: 'Delete user' }).click()
    await picture(page1, 'delete user')
    await page1.getByRole('button', { name: 'Delete user' }).click()
    await until(
      async () => ((await findAt(is2, 'ann')) === undefined ? true : undefined),
      10_000,
      () => is1.output('stderr'),
    )
  })
})

describe('just-in-time provisioning', () => {
  let spIs2: { clientId: string; clientSecret: string }
  let playground2: { clientId: string; clientSecret: string }

  test('IS2 gets the application SP-IS2', async () => {
    spIs2 = await addApplication(page2, 'SP-IS2', `${is1.baseUrl}/commonauth`)
    expect(spIs2.clientSecret).not.toBe('')
  })

  test('IS1 gets the connection IDP-IS2 with four fields', async () => {
    await openMenu(page1, 'Connections')
    await page1.getByRole('link', { name: 'New Connection' }).first().click()
    await page1.getByRole('link', { name: /^Standard.Based/i }).click()
    await page1.getByLabel('Name').fill('IDP-IS2')
    await page1.getByRole('button', { name: 'Next' }).click()
    await page1.getByLabel('Client ID').fill(spIs2.clientId)
    await page1.getByLabel('Client Secret').fill(spIs2.clientSecret)
    await page1.getByLabel('Authorization Endpoint URL').fill(`${is2.baseUrl}/oauth2/authorize`)
    await page1.getByLabel('Token Endpoint URL').fill(`${is2.baseUrl}/oauth2/token`)
    await picture(page1, 'standard-based connection')
    await page1.getByRole('button', { name: 'Finish' }).click()
    expect(await page1.getByRole('heading', { level: 1 }).innerText()).toBe('IDP-IS2')
  })

  test('just-in-time provisioning is switched on: PRIMARY, silently', async () => {
    await openTab(page1, 'Just-in-Time Provisioning')
    await page1.getByLabel('Just-in-Time (JIT) User Provisioning').check()
    await page1.getByLabel('User store').selectOption('PRIMARY')
    await page1.getByLabel('Provision silently').check()
    await page1.getByRole('button', { name: 'Update' }).click()
    await page1.getByRole('status').waitFor()
    expect(await page1.getByLabel('Just-in-Time (JIT) User Provisioning').isChecked()).toBe(true)
    await picture(page1, 'just-in-time tab')
  })

  test('IS1 gets the application playground2, whose login flow offers IDP-IS2', async () => {
    playground2 = await addApplication(page1, 'playground2', `${playgroundUrl}/oauth2client`)
    await openTab(page1, 'Login Flow')
    await page1.getByText('Add Sign In Option').click()
    await page1.getByLabel('IDP-IS2').check()
    await picture(page1, 'login flow')
    await page1.getByRole('button', { name: 'Update' }).click()
    await page1.getByRole('status').waitFor()
    expect(await page1.getByLabel('IDP-IS2').isChecked()).toBe(true)
  })

  test('IS2 gets the user kim', async () => {
    await addUser(page2, KIM)
  })

  test('kim signs in to playground2 through IS1 at IS2, and playground2 shows who she is', async () => {
    const hers = await openPage(browser)
    await authorize(hers, playground2.clientId)
    expect(new URL(hers.url()).origin).toBe(is1.baseUrl)
    await picture(hers, 'sign-in page')
    await hers.getByRole('link', { name: 'Sign In With IDP-IS2' }).click()
    expect(new URL(hers.url()).origin).toBe(is2.baseUrl)
    await signIn(hers, KIM.userName, KIM.password)
    await hers.waitForURL(`${playgroundUrl}/**`)
    await hers.getByLabel('Client Secret').fill(playground2.clientSecret)
    await hers.getByRole('button', { name: 'Get Access Token' }).click()
    await hers.getByText('You are signed in as Kim Berry.').waitFor()
    expect(await hers.locator('body').innerText()).toContain('kim@wso2.com')
    await picture(hers, 'playground2 signed in')
    await hers.context().close()
  })

  test('the user list of IS1 has kim with a readable name, and where she came from', async () => {
    await openMenu(page1, 'Users')
    const row = page1.getByRole('row', { name: 'kim' })
    expect(await row.innerText()).toMatch(/kim[^]*Kim Berry[^]*kim@wso2\.com[^]*IDP-IS2/)
    await picture(page1, 'users of IS1')
  })

  test('a second sign-in makes no second user, and she stays editable', async () => {
    const hers = await openPage(browser)
    await authorize(hers, playground2.clientId, playground2.clientSecret)
    await hers.getByRole('link', { name: 'Sign In With IDP-IS2' }).click()
    await signIn(hers, KIM.userName, KIM.password)
    await hers.getByText('You are signed in as Kim Berry.').waitFor()
    await hers.context().close()
    const { json } = await call('GET', `${is1.baseUrl}/scim2/Users`, undefined, { as: AS })
    expect((json.Resources as { userName: string }[]).map((user) => user.userName).sort()).toEqual(['admin', 'kim'])

    await page1.getByRole('link', { name: 'kim', exact: true }).click()
    await page1.getByLabel('Last name').fill('Berry-Lee')
    await page1.getByRole('button', { name: 'Update' }).click()
    await page1.getByRole('status').getByText('The user was updated.').waitFor()
    expect((await findAt(is1, 'kim'))?.name).toMatchObject({ familyName: 'Berry-Lee' })
  })

  test('the consoles are still signed in: the cookies of two servers on localhost do not clash', async () => {
    const one = await openPage(browser)
    await openConsole(one, is1.baseUrl)
    await openConsole(one, is2.baseUrl)
    await one.goto(`${is1.baseUrl}/console/users`)
    expect(await one.getByRole('heading', { level: 1 }).innerText()).toBe('Users')
    await one.context().close()
  })
})

async function authorize(page: Page, clientId: string, clientSecret = ''): Promise<void> {
  await page.goto(`${playgroundUrl}/oauth2.jsp`)
  await page.getByLabel('Client ID').fill(clientId)
  await page.getByLabel('Client Secret').fill(clientSecret)
  await page.getByRole('button', { name: 'Authorize' }).click()
  await page.getByRole('heading', { name: 'Sign In' }).waitFor()
}

async function findAt(server: Postern, userName: string): Promise<Record<string, unknown> | undefined> {
  const [found] = await findByFilter(server.baseUrl, 'Users', `userName eq "${userName}"`, AS)
  return found
}
