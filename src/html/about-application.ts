/** What an application says of itself, where a person signs in to it or is asked what it may know. */
import { html } from 'hono/html'
import type { Language } from '../core/language.ts'
import type { ClientMetadata } from '../db/schema.ts'
import type { Content } from '../html.ts'
import { words } from './words.ts'

const aboutWords = words(
  { site: 'About this application', policy: 'Privacy policy', terms: 'Terms of service', label: 'Application' },
  {
    de: { site: 'Über diese Anwendung', policy: 'Datenschutz', terms: 'Nutzungsbedingungen', label: 'Anwendung' },
    fr: {
      site: 'À propos de cette application',
      policy: 'Politique de confidentialité',
      terms: 'Conditions d’utilisation',
      label: 'Application',
    },
    es: {
      site: 'Acerca de esta aplicación',
      policy: 'Política de privacidad',
      terms: 'Condiciones de uso',
      label: 'Aplicación',
    },
    ja: {
      site: 'このアプリケーションについて',
      policy: 'プライバシーポリシー',
      terms: '利用規約',
      label: 'アプリケーション',
    },
    ar: { site: 'حول هذا التطبيق', policy: 'سياسة الخصوصية', terms: 'شروط الخدمة', label: 'التطبيق' },
  },
)

type Application = { readonly clientId: string; readonly clientMetadata: ClientMetadata }

/**
 * Its logo, and links to client_uri, policy_uri and tos_uri (OpenID Connect Registration section 2). The picture comes
 * from here (applications/logo): another server would learn who signs in. Its name stands on the page already.
 */
export function aboutApplication(
  { base }: { readonly base: string },
  { clientId, clientMetadata }: Application,
  language: Language,
): Content {
  const say = aboutWords(language)
  const { clientUri, policyUri, tosUri, logoUri } = clientMetadata
  const all = [
    [clientUri, say.site],
    [policyUri, say.policy],
    [tosUri, say.terms],
  ] as const
  const links = all.flatMap(([href, label]) => (href === undefined ? [] : [{ href, label }]))
  if (links.length === 0 && logoUri === undefined) return ''
  const logo = `${base}/branding/application-logo?${new URLSearchParams({ client_id: clientId })}`
  const picture = logoUri === undefined ? '' : html`<img src="${logo}" alt="" />`
  if (links.length === 0) return html`<div class="about">${picture}</div>`
  return html`<nav class="about help" aria-label="${say.label}">
    ${picture}
    <ul>
      ${links.map(({ href, label }) => html`<li><a href="${href}" target="_blank" rel="noopener noreferrer">${label}</a></li>`)}
    </ul>
  </nav>`
}
