/** node oidc-provider as a real upstream, and a real browser that goes there and back. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, openPage, picture } from '../support/browser.ts'
import { call } from '../support/http.ts'
import { type Postern, startPostern } from '../support/processes.ts'
import { startUpstream, type Upstream } from './federation/upstream.ts'

const ADMIN = 'admin:Adm1n-pass'
const APPLICATION = 'https://app.example'
const PASSWORD = 'MyPa33w@rd'

let server: Postern
let upstream: Upstream
let browser: Browser
beforeAll(async () => {
  ;[server, browser] = await Promise.all([startPostern(), openBrowser()])
  upstream = await startUpstream([`${server.baseUrl}/commonauth`])
})
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop(), upstream?.close()])
})

const api = async (method: string, path: string, body?: unknown) => {
  const { status, json } = await call(method, server.baseUrl + path, body, { as: ADMIN })
  expect(status, JSON.stringify(json)).toBeLessThan(300)
  return json as Record<string, unknown> & { readonly id: string }
}
const userNamed = async (userName: string) => {
  const filter = encodeURIComponent(`userName eq "${userName}"`)
  const { Resources = [] } = await api('GET', `/scim2/Users?filter=${filter}`)
  return (Resources as Record<string, unknown>[])[0]
}

async function connect(name: string, jit: object = {}): Promise<string> {
  const { issuer, clientId, clientSecret } = upstream
  const authenticator = { type: 'oidc', issuer, clientId, clientSecret }
  const all = { enabled: true, scheme: 'silent', userStore: 'PRIMARY', attributeSync: 'override', ...jit }
  return (await api('POST', '/api/v1/connections', { name, authenticator, jit: all })).id
}

async function inBrowser<T>(work: (page: Page) => Promise<T>): Promise<T> {
  const page = await openPage(browser)
  try {
    return await work(page)
  } finally {
    await page.context().close()
  }
}

/** Signs in at the provider's own page, to which the browser has come. */
async function atUpstream(page: Page, name: string): Promise<void> {
  await page.waitForURL(`${upstream.issuer}/interaction/**`)
  await page.getByLabel('Name').fill(name)
  await page.getByRole('button', { name: 'Continue' }).click()
}

async function signInWith(page: Page, connection: string, name: string): Promise<void> {
  await page.goto(`${server.baseUrl}/login?return_to=/account`)
  await page.getByRole('link', { name: `Sign In With ${connection}` }).click()
  await atUpstream(page, name)
  await page.waitForURL(`${server.baseUrl}/**`)
}

/** With her password here. */
async function signInHere(page: Page, userName: string, returnTo: string): Promise<void> {
  await page.goto(`${server.baseUrl}/login?return_to=${returnTo}`)
  await typePassword(page, userName)
}

async function typePassword(page: Page, userName: string): Promise<void> {
  await page.getByLabel('Username').fill(userName)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign In', exact: true }).click()
}

const whoIsIn = (page: Page) => page.locator('header .who').innerText()

describe('provisioned silently', () => {
  test('whoever comes for the first time has an account, as the provider describes her', async () => {
    await connect('Silent')
    upstream.people.set('kim', {
      given_name: 'Kim',
      family_name: 'Berry',
      email: 'kim@example.com',
      email_verified: true,
    })
    await inBrowser(async (page) => {
      await signInWith(page, 'Silent', 'kim')
      await page.waitForURL(`${server.baseUrl}/account`)
      expect(await whoIsIn(page)).toBe('kim')
      await page.goto(`${server.baseUrl}/account/linked`)
      await page.getByText('kim@example.com').waitFor()
      await picture(page, 'federation-linked')
    })
    expect(await userNamed('kim')).toMatchObject({
      name: { givenName: 'Kim', familyName: 'Berry' },
      emails: [{ value: 'kim@example.com', primary: true }],
    })
  })

  test('whoever comes again is the same, and what the provider says by now is taken', async () => {
    const before = await userNamed('kim')
    upstream.people.set('kim', {
      given_name: 'Kim',
      family_name: 'Kimmel',
      email: 'kim@example.com',
      email_verified: true,
    })
    await inBrowser(async (page) => {
      await signInWith(page, 'Silent', 'kim')
      await page.waitForURL(`${server.baseUrl}/account`)
      expect(await whoIsIn(page)).toBe('kim')
    })
    expect(await userNamed('kim')).toMatchObject({ id: before?.id, name: { familyName: 'Kimmel' } })
  })

  test('whoever is signed in for one application is signed in for the next, and asked by nobody', async () => {
    const connection = (await api('GET', '/api/v1/connections')).items as { id: string; name: string }[]
    const id = connection.find(({ name }) => name === 'Silent')?.id
    const clients = await Promise.all(
      ['First', 'Second'].map((name) =>
        api('POST', '/api/v1/applications', {
          name,
          redirectUris: [`${APPLICATION}/cb`],
          loginFlow: { steps: [{ options: [{ connection: id }] }] },
          clientMetadata: { requirePkce: false },
        }),
      ),
    )
    await inBrowser(async (page) => {
      await page.route(`${APPLICATION}/**`, (route) => route.fulfill({ contentType: 'text/html', body: 'app' }))
      const [first, second] = clients.map(({ clientId }) => {
        const query = { client_id: String(clientId), redirect_uri: `${APPLICATION}/cb`, response_type: 'code' }
        return `${server.baseUrl}/oauth2/authorize?${new URLSearchParams({ ...query, response_mode: 'form_post', scope: 'openid' })}`
      })
      await page.goto(first ?? '')
      if (page.url().startsWith(server.baseUrl)) await page.getByRole('link', { name: 'Sign In With Silent' }).click()
      await atUpstream(page, 'kim')
      await page.waitForURL(`${APPLICATION}/cb`)
      const visited: string[] = []
      page.on('request', (request) => void visited.push(request.url()))
      await page.goto(second ?? '')
      await page.waitForURL(`${APPLICATION}/cb`)
      expect(visited.filter((url) => url.startsWith(upstream.issuer) || url.includes('/login'))).toEqual([])
    })
  })
})

describe('asked first', () => {
  beforeAll(async () => {
    for (const scheme of ['consent', 'password', 'username']) await connect(`Asks for ${scheme}`, { scheme })
  })

  /** Comes as somebody new; answers when the page asks. */
  async function arrive(page: Page, scheme: string, name: string): Promise<void> {
    upstream.people.set(name, { given_name: 'Ann', email: `${name}@example.com`, email_verified: true })
    await signInWith(page, `Asks for ${scheme}`, name)
    await page.getByRole('button', { name: 'Create account' }).waitFor()
    expect(await userNamed(name)).toBeUndefined()
  }
  const create = (page: Page) => page.getByRole('button', { name: 'Create account' }).click()

  test('for consent, she sees what is going to be stored, and it is stored when she says yes', async () => {
    await inBrowser(async (page) => {
      await arrive(page, 'consent', 'ann')
      const stored = page.getByRole('region', { name: 'This will be stored' })
      expect(await stored.innerText()).toContain('ann@example.com')
      await picture(page, 'federation-consent')
      await create(page)
      await page.waitForURL(`${server.baseUrl}/account`)
      expect(await whoIsIn(page)).toBe('ann')
    })
    expect(await userNamed('ann')).toMatchObject({ emails: [{ value: 'ann@example.com' }] })
  })

  test('who says no has no account, and is where she can sign in another way', async () => {
    await inBrowser(async (page) => {
      await arrive(page, 'consent', 'bea')
      await page.getByRole('button', { name: 'Cancel' }).click()
      await page.getByRole('link', { name: 'Sign In With Asks for consent' }).waitFor()
    })
    expect(await userNamed('bea')).toBeUndefined()
  })

  test('for a password, she chooses one by which she signs in here, too', async () => {
    await inBrowser(async (page) => {
      await arrive(page, 'password', 'cleo')
      await page.getByLabel('Password', { exact: true }).fill('weak')
      await create(page)
      await page.locator('#field-password-error').waitFor()
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await picture(page, 'federation-password')
      await create(page)
      await page.waitForURL(`${server.baseUrl}/account`)
    })
    await inBrowser(async (page) => {
      await signInHere(page, 'cleo', '/account')
      await page.waitForURL(`${server.baseUrl}/account`)
      expect(await whoIsIn(page)).toBe('cleo')
    })
  })

  test('for a user name, she gets one that is free, and never somebody’s', async () => {
    await inBrowser(async (page) => {
      await arrive(page, 'username', 'dora')
      const name = page.getByLabel('User name')
      expect(await name.inputValue()).toBe('dora')
      await name.fill('CLEO')
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await create(page)
      await page.getByText('This name is taken. Choose another one.').first().waitFor()
      await name.fill('dora.b')
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await picture(page, 'federation-username')
      await create(page)
      await page.waitForURL(`${server.baseUrl}/account`)
      expect(await whoIsIn(page)).toBe('dora.b')
    })
    expect(await userNamed('cleo')).toMatchObject({ emails: [{ value: 'cleo@example.com' }] })
  })

  test('who comes again is asked nothing', async () => {
    await inBrowser(async (page) => {
      await signInWith(page, 'Asks for username', 'dora')
      await page.waitForURL(`${server.baseUrl}/account`)
      expect(await whoIsIn(page)).toBe('dora.b')
    })
  })
})

describe('linked by a verified address, with proof', () => {
  const flora = { userName: 'flora', password: PASSWORD, emails: [{ value: 'flora@partner.example', primary: true }] }
  beforeAll(async () => {
    const linking = { rules: [{ claim: 'email', attribute: 'emails' }], proof: true }
    const id = await connect('Proof', { linking })
    await api('PATCH', `/api/v1/connections/${id}`, { domains: ['partner.example'] })
    await api('POST', '/scim2/Users', flora)
    upstream.people.set('flora-there', { email: 'flora@partner.example', email_verified: true })
  })

  test('she signs in to the account that is hers once, and by the provider from then on', async () => {
    await inBrowser(async (page) => {
      await signInWith(page, 'Proof', 'flora-there')
      await page.getByRole('heading', { name: 'You have an account here already' }).waitFor()
      await picture(page, 'federation-proof')
      await page.getByRole('link', { name: 'Sign in to that account' }).click()
      await typePassword(page, 'flora')
      await page.getByRole('button', { name: 'Link and go on' }).click()
      await page.waitForURL(`${server.baseUrl}/account`)
      expect(await whoIsIn(page)).toBe('flora')
    })
    await inBrowser(async (page) => {
      await signInWith(page, 'Proof', 'flora-there')
      await page.waitForURL(`${server.baseUrl}/account`)
      expect(await whoIsIn(page)).toBe('flora')
    })
  })

  test('whoever signs in to another account is told so, and nothing is linked', async () => {
    const emails = [{ value: 'greta@partner.example', primary: true }]
    await api('POST', '/scim2/Users', { userName: 'greta', password: PASSWORD, emails })
    const { id } = await api('POST', '/scim2/Users', { userName: 'mallory', password: PASSWORD })
    upstream.people.set('mallory-there', { email: 'greta@partner.example', email_verified: true })
    await inBrowser(async (page) => {
      await signInWith(page, 'Proof', 'mallory-there')
      await page.getByRole('link', { name: 'Sign in to that account' }).click()
      await typePassword(page, 'mallory')
      await page.getByText('You have signed in as mallory. That is another account.').waitFor()
      expect(await page.getByRole('button', { name: 'Link and go on' }).count()).toBe(0)
    })
    for (const one of [id, String((await userNamed('greta'))?.id)]) {
      expect(await api('GET', `/api/v1/users/${one}/linked-accounts`)).toEqual({ items: [] })
    }
  })
})

describe('linked on one’s own page', () => {
  test('an account at the provider signs its person in from then on, whatever just-in-time provisioning says', async () => {
    await connect('Partner', { enabled: false })
    await api('POST', '/scim2/Users', { userName: 'lee', password: PASSWORD })
    await inBrowser(async (page) => {
      await signInHere(page, 'lee', '/account/linked')
      await page.getByRole('link', { name: 'Link Partner', exact: true }).click()
      await page.getByRole('button', { name: 'Go on to Partner' }).click()
      await atUpstream(page, 'lee-there')
      await page.getByRole('status').getByText('The account was linked.').waitFor()
      expect(new URL(page.url()).pathname).toBe('/account/linked')
    })
    await inBrowser(async (page) => {
      await signInWith(page, 'Partner', 'lee-there')
      await page.waitForURL(`${server.baseUrl}/account`)
      expect(await whoIsIn(page)).toBe('lee')
    })
  })

  test('that of somebody else is refused on a page, and leads back', async () => {
    await api('POST', '/scim2/Users', { userName: 'pat', password: PASSWORD })
    await inBrowser(async (page) => {
      await signInHere(page, 'pat', '/account/linked')
      await page.getByRole('link', { name: 'Link Partner', exact: true }).click()
      await page.getByRole('button', { name: 'Go on to Partner' }).click()
      await atUpstream(page, 'lee-there')
      await page.getByRole('heading', { name: 'Account not linked' }).waitFor()
      await page.getByText('is linked with another account here already').waitFor()
      await picture(page, 'federation-not-linked')
      await page.getByRole('link', { name: 'Back to your account' }).click()
      await page.getByRole('heading', { name: 'Linked accounts' }).waitFor()
    })
  })
})

describe('refused', () => {
  test('whoever has no account here is told so, and gets none', async () => {
    await inBrowser(async (page) => {
      await signInWith(page, 'Partner', 'stranger')
      await page.getByRole('heading', { name: 'Sign-in failed' }).waitFor()
      await page.getByText('There is no account here for the person who signed in at Partner.').waitFor()
      await picture(page, 'federation-refused')
      await page.getByRole('link', { name: 'Back to sign-in' }).click()
      await page.getByRole('link', { name: 'Sign In With Partner' }).waitFor()
    })
    expect(await userNamed('stranger')).toBeUndefined()
  })

  test('whoever cancels at the provider comes back to a page that says so', async () => {
    await inBrowser(async (page) => {
      await page.goto(`${server.baseUrl}/login?return_to=/account`)
      await page.getByRole('link', { name: 'Sign In With Partner' }).click()
      await page.waitForURL(`${upstream.issuer}/interaction/**`)
      await page.getByRole('button', { name: 'Cancel' }).click()
      await page.getByText('The sign-in at Partner was cancelled.').waitFor()
    })
  })

  test('whoever was deactivated here is not let in by the provider', async () => {
    const kim = await userNamed('kim')
    const Operations = [{ op: 'replace', path: 'active', value: false }]
    await api('PATCH', `/scim2/Users/${String(kim?.id)}`, { Operations })
    await inBrowser(async (page) => {
      await signInWith(page, 'Silent', 'kim')
      await page.getByText('Your account is deactivated.').waitFor()
    })
  })
})
