import type { BrowserClient, Page } from '../../support/browser-client.ts'

/** Sends the form of a page, what is hidden in it included, to where the page says. */
export function fill(browser: BrowserClient, page: Page, fields: Readonly<Record<string, string>>): Promise<Page> {
  const form = /<form method="post" action="([^"]*)">([\s\S]*?)<\/form>/.exec(page.text)
  const hidden = [...(form?.[2] ?? '').matchAll(/type="hidden" name="(?!_token)([^"]+)" value="([^"]*)"/g)]
  const kept = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]))
  return browser.post((form?.[1] ?? page.path).replaceAll('&amp;', '&'), { ...kept, ...fields })
}
