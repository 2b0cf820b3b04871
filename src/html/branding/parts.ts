/** What a tenant's branding makes of a visitor page. Where nothing is set, the page is as it is without. */
import { html } from 'hono/html'
import type { Language } from '../../core/language.ts'
import type { Branding } from '../../db/schema.ts'
import type { Content, Html } from '../../html.ts'
import type { Scope, Tenant } from '../../platform.ts'
import { versioned } from '../assets.ts'
import { mark } from '../document.ts'
import { brandingWords } from './words.ts'
import { brandStyle } from './colours.ts'

/** What stands above the card and in the title. */
export function shownName({ name, branding }: Tenant): string {
  return branding?.displayName ?? name
}

/** A tenant's own style sheet by its address, with its hash; nothing where it would be empty. */
export function brandStyleUrl({ base, tenant }: Scope): string | undefined {
  const { branding } = tenant
  const style = branding ? styleOf(branding) : ''
  return style === '' ? undefined : versioned(`${base}/branding/style.css`, style)
}

/** A tenant's branding is the same object as long as this process remembers it. */
const styles = new WeakMap<Branding, string>()

export function styleOf(branding: Branding): string {
  const style = styles.get(branding) ?? brandStyle(branding)
  styles.set(branding, style)
  return style
}

export function logoUrl({ base, tenant }: Scope): string | undefined {
  return tenant.logo ? `${base}/branding/logo?v=${tenant.logo}` : undefined
}

/** The logo, or the mark, and the name beside it, so that the picture needs no words of its own. */
export function brandParts(scope: Scope): Html {
  const logo = logoUrl(scope)
  const picture = logo === undefined ? mark() : html`<img src="${logo}" alt="" />`
  return html`${picture}<span>${shownName(scope.tenant)}</span>`
}

/** The same above a card. */
export function brandLine(scope: Scope | undefined): Html {
  return html`<p class="brand">${scope ? brandParts(scope) : html`${mark()}<span>postern</span>`}</p>`
}

/** Where help is to be had, and what holds; another window keeps what was begun in this one. */
export function brandLinks({ tenant }: Scope, language: Language): Content {
  const say = brandingWords(language)
  const { supportUrl, privacyUrl, termsUrl } = tenant.branding ?? {}
  const links = [
    [say.support, supportUrl],
    [say.privacy, privacyUrl],
    [say.terms, termsUrl],
  ].flatMap(([label, href]) => (href === undefined ? [] : [{ label, href }]))
  if (links.length === 0) return ''
  return html`<ul class="links">
    ${links.map(({ label, href }) => html`<li><a href="${href}" target="_blank" rel="noopener">${label}</a></li>`)}
  </ul>`
}
