import { html } from 'hono/html'
import type { Language } from '../core/language.ts'
import { type Content, flash, type Html, technical } from '../html.ts'
import type { Scope } from '../platform.ts'
import { brandLine, brandLinks, brandStyleUrl, shownName } from './branding/parts.ts'
import { documentPage } from './document.ts'
import { languageChooser } from './language-chooser.ts'
import { pageWords } from './page-words.ts'
import { within } from './words.ts'

/** One card in the middle with the tenant's name above: the sign-in pages and whatever is shown to a visitor. */
export function cardPage(page: {
  readonly scope: Scope | undefined
  readonly language: Language
  readonly title: string
  readonly body: Content
  readonly flash?: Content
  /** It cannot be asked for again, and so not in another language either. */
  readonly isFinal?: boolean
}): Html {
  const { scope, language } = page
  return documentPage({
    title: page.title,
    site: scope ? shownName(scope.tenant) : 'postern',
    kind: 'card',
    language,
    style: scope && brandStyleUrl(scope),
    body: html`<main class="gate">
        ${brandLine(scope)}
        <div class="card">
          <h1>${page.title}</h1>
          ${page.flash ? flash(page.flash) : ''}${page.body}
        </div>
      </main>
      ${scope ? pageFoot(scope, language, page.isFinal !== true) : ''}`,
  })
}

/** What stands at the foot of a visitor's page: the tenant's links and, where the page can be asked for again, languages. */
export function pageFoot(scope: Scope, language: Language, canChoose: boolean): Content {
  const links = brandLinks(scope, language)
  if (links === '' && !canChoose) return ''
  return html`<footer class="foot">${links}${canChoose ? languageChooser(scope, language) : ''}</footer>`
}

/**
 * A refusal as a page. It says what is wrong and nothing of the inside; the request id leads to the log. `technical` is
 * said in English alone.
 */
export function errorPage(page: {
  readonly scope: Scope | undefined
  readonly language: Language
  readonly status: number
  readonly detail: string | undefined
  readonly technical: string | undefined
  readonly requestId: string | undefined
  readonly isFinal: boolean
  /** The address of the console, for who came from there. */
  readonly console?: string | undefined
}): Html {
  const { scope, language, status, requestId, isFinal } = page
  const reference = (gap: string) => pageWords(language).reference(status, gap)
  return cardPage({
    scope,
    language,
    title: errorTitle(language, status),
    isFinal,
    body: html`${page.detail === undefined ? '' : html`<p>${page.detail}</p>`}
    ${page.technical === undefined ? '' : html`<p>${technical(language, page.technical)}</p>`}
    ${page.console === undefined ? '' : html`<p><a href="${page.console}">Back to the console</a></p>`}
    ${requestId ? html`<p class="help">${within(reference, html`<code>${requestId}</code>`)}</p>` : ''}`,
  })
}

function errorTitle(language: Language, status: number): string {
  const say = pageWords(language)
  if (status === 404) return say.notFound
  if (status === 401 || status === 403) return say.notAllowed
  if (status === 429) return say.tooMany
  return status >= 500 ? say.wentWrong : say.didNotWork
}
