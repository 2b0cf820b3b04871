/** The frame of every page of the account: top bar, sections, one title. */
import { html } from 'hono/html'
import type { Language } from '../core/language.ts'
import { attr, button, type Content, flash, type Html, tokenField } from '../html.ts'
import { brandParts, brandStyleUrl, shownName } from '../html/branding/parts.ts'
import { pageFoot } from '../html/card.ts'
import { documentPage } from '../html/document.ts'
import { type AppContext, languageOf, type SignedIn } from '../http.ts'
import type { Scope } from '../platform.ts'
import { type Done, doneWords, isDone } from './done.ts'
import { type SectionName, SECTIONS } from './sections.ts'
import { accountWords } from './words.ts'

/** What every page needs to know of the request that asked for it. */
export type AccountView = {
  readonly scope: Scope
  readonly language: Language
  readonly formToken: string
  readonly person: SignedIn
  /** {T}/account: the prefix of every address in it. */
  readonly root: string
  /** What was done just before, if the address says so. */
  readonly done: Done | undefined
}

export function viewOf(c: AppContext): AccountView {
  const { scope, formToken, signedIn: person } = c.var
  const done = c.req.query('done')
  const root = `${scope.base}/account`
  return { scope, language: languageOf(c), formToken, person, root, done: isDone(done) ? done : undefined }
}

/** The address of a section, and of what lies behind it. */
export function sectionPath({ root }: Pick<AccountView, 'root'>, section: SectionName, behind = ''): string {
  return `${root}/${section}${behind}`
}

/** The same with a word for the page that it leads to: what was done. */
export function donePath(view: AccountView, section: SectionName, done: Done): string {
  return `${sectionPath(view, section)}?done=${done}`
}

/**
 * A page of a section as a whole document; `title` where it is not the section's own. `isFinal` if it cannot be asked for
 * again, and so not in another language either.
 */
export function accountPage(
  view: AccountView,
  page: { readonly section: SectionName; readonly title?: string; readonly isFinal?: boolean; readonly body: Content },
): Html {
  const { language } = view
  const section = SECTIONS.find(({ name }) => name === page.section)
  const title = page.title ?? section?.title(language) ?? ''
  const lead = page.title === undefined ? section?.lead(language) : undefined
  return framed(view, { title, lead, section: page.section, isFinal: page.isFinal === true, body: page.body })
}

/** A page in the frame, of no section if that is undefined. */
export function framed(
  view: AccountView,
  page: {
    readonly title: string
    readonly lead: Content
    readonly section: string | undefined
    readonly isFinal: boolean
    readonly body: Content
  },
): Html {
  const words = accountWords(view.language)
  return documentPage({
    title: page.title,
    site: shownName(view.scope.tenant),
    kind: 'account',
    language: view.language,
    style: brandStyleUrl(view.scope),
    body: html`<a class="skip" href="#main">${words.skip}</a>
      ${topBar(view)} ${navigation(view, page.section)}
      <main class="page" id="main">
        <div class="title">
          <div>
            <h1>${page.title}</h1>
            ${page.lead ? html`<p class="lead">${page.lead}</p>` : ''}
          </div>
        </div>
        ${view.done ? flash(doneWords(view.language)[view.done]) : ''} ${page.body}
      </main>
      ${pageFoot(view.scope, view.language, !page.isFinal)}`,
  })
}

function topBar({ scope, person, formToken, root, language }: AccountView): Html {
  return html`<header class="top">
    <a class="home" href="${root}">${brandParts(scope)}</a>
    <span class="who">${person.userName}</span>
    <form method="post" action="${scope.base}/logout">
      ${tokenField(formToken)} ${button({ label: accountWords(language).signOut, kind: 'quiet' })}
    </form>
  </header>`
}

function navigation(view: AccountView, current: string | undefined): Html {
  const { language, root } = view
  const words = accountWords(language)
  return html`<nav class="account-nav" aria-label="${words.account}">
    <ul>
      <li><a href="${root}" ${attr('aria-current', current === undefined && 'page')}>${words.overview}</a></li>
      ${SECTIONS.map(
        ({ name, title }) =>
          html`<li>
            <a href="${sectionPath(view, name)}" ${attr('aria-current', current === name && 'page')}
              >${title(language)}</a
            >
          </li>`,
      )}
    </ul>
  </nav>`
}
