/** Chromium as it comes from npm; CHROME_PATH puts another in its place. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import chromium from '@sparticuz/chromium'
import { type Browser, type CDPSession, chromium as launcher, type Page } from 'playwright-core'
import { ROOT } from './child.ts'

/** For a serverless host that has one process; with them pages crash and there are no virtual authenticators. */
const UNFIT = [
  '--single-process',
  '--no-zygote',
  // What a browser does to guard people is a part of what is tested.
  '--disable-web-security',
  '--disable-site-isolation-trials',
  '--allow-running-insecure-content',
]
/** Pages are the work of a server beside it, on a machine that may be busy with other tests. */
const ACTION_MS = 20_000

export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROME_PATH || unpacked()
  const args = chromium.args.filter((arg) => !UNFIT.includes(arg))
  return launcher.launch({ executablePath, args, headless: true })
}

/**
 * Unpacks Chromium into a folder of its own, and has it in its place when it is whole: the package itself gives it away
 * while another test file is still unpacking it. In another process, so that TMPDIR is another there alone.
 */
function unpacked(): string {
  const place = join(tmpdir(), 'browser')
  if (!existsSync(place)) {
    const own = mkdtempSync(`${place}-`)
    const script = `import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())`
    execFileSync(process.execPath, ['-e', script], { cwd: ROOT, env: { ...process.env, TMPDIR: own } })
    try {
      renameSync(own, place)
    } catch (error) {
      // Another file was faster.
      if (!existsSync(place)) throw error
      rmSync(own, { recursive: true })
    }
  }
  return join(place, 'chromium')
}

/** A browser of one person: its own cookies. The local CA is not in its store, so certificates are not checked. */
export async function openPage(
  browser: Browser,
  options: { width?: number; height?: number; dark?: boolean; script?: boolean; locale?: string } = {},
): Promise<Page> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    colorScheme: options.dark ? 'dark' : 'light',
    javaScriptEnabled: options.script ?? true,
    locale: options.locale ?? 'en-GB',
  })
  context.setDefaultTimeout(ACTION_MS)
  return context.newPage()
}

/** Keeps a picture of the whole page under test-results. */
export async function picture(page: Page, name: string): Promise<void> {
  const directory = join(ROOT, 'test-results')
  mkdirSync(directory, { recursive: true })
  await page.screenshot({ path: join(directory, `${name}.png`), fullPage: true })
}

/** Gives the page's browser an authenticator with a fingerprint that is always the right one. */
export async function withAuthenticator(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return session
}
