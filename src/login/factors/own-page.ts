import type { Language } from '../../core/language.ts'
import type { Content, Html } from '../../html.ts'
import { cardPage } from '../../html/card.ts'
import type { Scope } from '../../platform.ts'

/** The frame of the pages where somebody sets up what she signs in with. */
export function ownPage(page: {
  readonly scope: Scope
  readonly language: Language
  readonly title: string
  readonly body: Content
}): Html {
  return cardPage(page)
}
