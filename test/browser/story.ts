/** What a person does in the console, in the tutorial's words. */
import type { Page } from 'playwright-core'
import { picture } from '../support/browser.ts'

export type Person = {
  readonly userName: string
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  readonly password: string
}

export async function signIn(page: Page, userName: string, password: string): Promise<void> {
  await page.getByLabel('Username').fill(userName)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign In', exact: true }).click()
}

export async function openConsole(page: Page, server: string): Promise<void> {
  await page.goto(`${server}/console`)
  await signIn(page, 'admin', 'admin')
  await page.getByRole('heading', { level: 1 }).waitFor()
}

/** An entry of the left menu. */
export async function openMenu(page: Page, entry: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: entry, exact: true }).click()
}

/** User Management > Users > Add User > Single User. */
export async function addUser(page: Page, person: Person): Promise<void> {
  await openMenu(page, 'Users')
  await page.locator('summary', { hasText: 'Add User' }).click()
  await page.getByRole('link', { name: 'Single User' }).click()
  await page.getByLabel('User name').fill(person.userName)
  await page.getByLabel('First name').fill(person.firstName)
  await page.getByLabel('Last name').fill(person.lastName)
  await page.getByLabel('E-mail').fill(person.email)
  await page.getByLabel('Password').fill(person.password)
  await page.getByRole('button', { name: 'Finish' }).click()
  await page.getByRole('status').getByText('The user was created.').waitFor()
}

/** Applications > New Application > Traditional Web Application; answers what the application has to know. */
export async function addApplication(
  page: Page,
  name: string,
  redirectUrl: string,
): Promise<{ clientId: string; clientSecret: string }> {
  await openMenu(page, 'Applications')
  await page.getByRole('link', { name: 'New Application' }).first().click()
  await page.getByRole('link', { name: 'Traditional Web Application' }).click()
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Authorized redirect URLs').fill(redirectUrl)
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByText('The client secret is shown once').waitFor()
  await picture(page, `application ${name}`)
  return {
    clientId: await page.locator('#client-id').innerText(),
    clientSecret: await page.locator('#client-secret').innerText(),
  }
}

/** A tab of an application or a connection. */
export async function openTab(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name, exact: true }).click()
}
