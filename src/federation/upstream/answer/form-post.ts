/** An answer that the provider's page posts (OAuth 2.0 Form Post Response Mode), on its way into the address of a GET. Pure. */

/** Of what a provider says what counts; `user` is Apple's. */
const MEMBERS = ['code', 'state', 'iss', 'error', 'error_description', 'user']
/** What every server and browser takes in an address. */
const MOST = 6000

/**
 * The query to come again with: a browser sends no SameSite=Lax cookie with another site's form, and without it nobody
 * knows whose sign-in this is. Undefined for what is too long to be an answer.
 */
export function queryOfForm(form: URLSearchParams): string | undefined {
  const query = new URLSearchParams([...form].filter(([name]) => MEMBERS.includes(name))).toString()
  return query.length > MOST ? undefined : query
}
