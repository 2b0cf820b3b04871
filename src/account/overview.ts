import type { Html } from '../html.ts'
import { cardLinks } from '../html/parts.ts'
import { type AccountView, framed, sectionPath } from './frame.ts'
import { SECTIONS } from './sections.ts'
import { accountWords } from './words.ts'

/** {T}/account itself: a card for each section, and one for the console to whom that is open. */
export function overviewPage(view: AccountView, hasConsole: boolean): Html {
  const { language, person, scope } = view
  const words = accountWords(language)
  const cards = SECTIONS.map(({ name, title, lead }) => ({
    title: title(language),
    words: lead(language),
    href: sectionPath(view, name),
  }))
  const { title, lead } = words.console
  const toConsole = hasConsole ? [{ title, words: lead, href: `${scope.base}/console` }] : []
  return framed(view, {
    title: words.account,
    lead: words.greeting(person.displayName ?? person.userName),
    section: undefined,
    isFinal: false,
    body: cardLinks([...cards, ...toConsole]),
  })
}
