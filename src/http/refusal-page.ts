import type { Said } from '../core/errors.ts'
import type { Language } from '../core/language.ts'
import type { Html } from '../html.ts'
import { errorPage } from '../html/card.ts'
import type { AppContext } from '../http.ts'

export type Refusal = {
  readonly status: number
  readonly detail: string
  /** The detail in the words of a visitor, where she can meet it; and what of it is for others. */
  readonly said?: Said | undefined
  readonly technical?: string | undefined
}

/** A failure as a page in the visitor's language; the console is English all over. */
export function refusalPage(c: AppContext, { status, detail, said, technical }: Refusal, read: Language): Html {
  const isConsole = /^(?:\/t\/[^/]+)?\/console(?:\/|$)/.test(c.req.path)
  const language = isConsole ? 'en' : read
  const [scope, requestId] = [c.get('scope'), c.get('requestId')]
  const told = said ? { detail: said(language), technical } : { detail: undefined, technical: detail }
  // Who followed an old link has no menu on this page.
  const console = isConsole && scope ? `${scope.base}/console` : undefined
  return errorPage({
    scope,
    language,
    status,
    requestId,
    isFinal: isConsole || c.req.method !== 'GET',
    console,
    ...told,
  })
}
