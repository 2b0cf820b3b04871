/** A sign-out that an application hears of in a frame, in a real browser: its policy lets the frame in, and it ends. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { basicHeader } from '../support/app.ts'
import { openBrowser, openPage } from '../support/browser.ts'
import { startPostern } from '../support/processes.ts'

/** An application on loopback, which keeps the addresses that it was asked for. */
async function startApplication(): Promise<{ origin: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>app</title><p>app</p>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

test('an application is told in a frame, with script and without, and the browser goes on', async () => {
  const [{ origin, asked }, server, browser] = [await startApplication(), await startPostern(), await openBrowser()]
  onTestFinished(async () => {
    await browser.close()
    await server.stop()
  })
  const settings = {
    name: 'front',
    redirectUris: [`${origin}/cb`],
    clientMetadata: { requirePkce: false, frontchannelLogoutUri: `${origin}/front` },
  }
  for (const script of [true, false]) {
    const page = await openPage(browser, { script })
    const made = await page.request.post(`${server.baseUrl}/api/v1/applications`, {
      headers: { Authorization: basicHeader('admin', 'Adm1n-pass') },
      data: { ...settings, name: `front ${script}` },
    })
    const { clientId } = (await made.json()) as { clientId: string }
    const query = { client_id: clientId, redirect_uri: `${origin}/cb`, response_type: 'code', scope: 'openid' }
    await page.goto(`${server.baseUrl}/oauth2/authorize?${new URLSearchParams(query)}`)
    await page.fill('input[name=username]', 'admin')
    await page.fill('input[name=password]', 'Adm1n-pass')
    await page.press('input[name=password]', 'Enter')
    await page.waitForURL(`${origin}/cb?**`)
    await page.goto(`${server.baseUrl}/logout`)
    await page.locator('form[action="/logout"] button[type=submit]').click()
    await page.getByRole('heading', { name: 'Signed Out' }).waitFor()
    const told = asked.filter((address) => address.startsWith('/front'))
    expect(told).toHaveLength(script ? 1 : 2)
    expect(new URLSearchParams(told.at(-1)?.split('?')[1]).get('iss')).toBe(server.baseUrl)
    await page.context().close()
  }
})
