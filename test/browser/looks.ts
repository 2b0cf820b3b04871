/** What axe finds on a page, and whether it has room: in light and dark, wide and at 320 pixels. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** Each of both once: what has too little contrast has it at any width, and what has no room has none in the dark either. */
const LOOKS = [
  { width: 1280, height: 800, colorScheme: 'light' },
  // 1280 pixels at a zoom of 400 %.
  { width: 320, height: 640, colorScheme: 'dark' },
] as const

/** Drawn as it ends up: nothing of ours moves, but a colour that the browser changes by degrees could be caught half-way. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  const options = { runOnly: { type: 'tag', values: TAGS }, resultTypes: ['violations'] }
  const results = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`)
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  )
}

/** What can be pressed and is less than 32 pixels high, or wide; a link within a sentence is as high as its line. */
const SMALL_TARGETS = `[...document.querySelectorAll('a, button, select, textarea, input:not([type=hidden])')]
  .filter((target) => !target.closest('p, li') || target.matches('.button, .links a'))
  .flatMap((target) => {
    // A box to tick is as large as its label, which ticks it as well.
    const { width, height } = (target.closest('.check') ?? target).getBoundingClientRect()
    return height === 0 || (width >= 32 && height >= 32) ? [] : [target.outerHTML + ': ' + width + ' x ' + height]
  })`
/** What holds a form, and has something in it that runs out of it. */
const OVERFULL = `[...document.querySelectorAll('.card, .panel, form, .field')]
  .filter((box) => box.clientWidth > 1 && box.scrollWidth > box.clientWidth)
  .map((box) => box.outerHTML.slice(0, 120) + ': ' + box.scrollWidth + ' in ' + box.clientWidth)`
/** Lists whose marks have no room where their lines begin. */
const UNINDENTED = `[...document.querySelectorAll('main ul')]
  .filter((list) => getComputedStyle(list).listStyleType !== 'none' && getComputedStyle(list).paddingInlineStart === '0px')
  .map((list) => list.outerHTML.slice(0, 120))`
const IS_WIDER_THAN_WINDOW = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'

export async function expectToLookWell(page: Page, name: string): Promise<void> {
  for (const { colorScheme, ...size } of LOOKS) {
    await page.setViewportSize(size)
    await page.emulateMedia({ colorScheme })
    expect(await violationsOf(page), `${name} ${colorScheme}`).toEqual([])
    expect(await page.evaluate(IS_WIDER_THAN_WINDOW), name).toBe(false)
    expect(await page.evaluate(OVERFULL), name).toEqual([])
    expect(await page.evaluate(UNINDENTED), name).toEqual([])
    expect(await page.evaluate(SMALL_TARGETS), name).toEqual([])
  }
}
