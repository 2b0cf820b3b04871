/** A tenant's accent as the tokens of the style sheet. Pure. */
import { contrast, leastContrast, mixed, READABLE } from '../../core/colour.ts'
import type { Branding } from '../../db/schema.ts'

type Theme = {
  /** What accents stand on: the page and the card (style.ts). */
  readonly grounds: readonly string[]
  /** What a button under the pointer goes to, and what lies behind a quiet one. */
  readonly strong: readonly [towards: string, share: number]
  readonly soft: readonly [ground: string, share: number]
}
const LIGHT: Theme = { grounds: ['#f5f6f8', '#ffffff'], strong: ['#000000', 0.2], soft: ['#ffffff', 0.9] }
const DARK: Theme = { grounds: ['#0f1116', '#181b22'], strong: ['#ffffff', 0.25], soft: ['#181b22', 0.85] }
export const THEMES = { light: LIGHT, dark: DARK } as const

/** The least contrast that an accent has where it is text: links, quiet buttons, and those under the pointer. */
export function accentContrast(accent: string, theme: keyof typeof THEMES): number {
  const { grounds, soft } = THEMES[theme]
  return leastContrast(accent, [...grounds, mixed(accent, ...soft)])
}

/** The accent where it is dark: the tenant's own, else that of the light, made so much lighter that it can be read. */
export function darkAccent(accent: string): string {
  for (let share = 0.3; share < 1; share += 0.05) {
    const lighter = mixed(accent, '#ffffff', share)
    if (accentContrast(lighter, 'dark') >= READABLE + 1) return lighter
  }
  return '#ffffff'
}

/** The style sheet of a tenant's pages; empty if nothing is set. */
export function brandStyle({ accent, accentDark }: Pick<Branding, 'accent' | 'accentDark'>): string {
  const dark = accentDark ?? (accent === undefined ? undefined : darkAccent(accent))
  return [
    accent === undefined ? '' : `.card-page, .account-page, .preview.light { ${tokens(accent, LIGHT)} }\n`,
    dark === undefined
      ? ''
      : `@media (prefers-color-scheme: dark) { .card-page, .account-page { ${tokens(dark, DARK)} } }\n`,
    dark === undefined ? '' : `.preview.dark { ${tokens(dark, DARK)} }\n`,
  ].join('')
}

function tokens(accent: string, { strong, soft }: Theme): string {
  const stronger = mixed(accent, ...strong)
  const all = {
    accent,
    'accent-strong': stronger,
    'on-accent': textOn([accent, stronger]),
    'accent-soft': mixed(accent, ...soft),
  }
  return Object.entries(all)
    .map(([name, value]) => `--${name}: ${value};`)
    .join(' ')
}

/** White or nearly black, whichever reads better on both. */
function textOn(grounds: readonly string[]): string {
  const least = (text: string) => Math.min(...grounds.map((ground) => contrast(text, ground)))
  return least('#ffffff') >= least('#11131a') ? '#ffffff' : '#11131a'
}
