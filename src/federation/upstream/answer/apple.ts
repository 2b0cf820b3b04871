/** What Apple tells beside the id_token: a name, once, in the form that the browser brings. Pure. */
import { isRecord } from '../../../core/json-value.ts'

/**
 * The name that came along in `user`. Nobody signed it, so it is a name and nothing else: the address in it is not
 * taken, for that of the id_token is (Sign in with Apple, "Configuring your webpage").
 */
export function nameOfForm(parameters: URLSearchParams): Readonly<Record<string, string>> {
  const said = parse(parameters.get('user'))
  const name = isRecord(said) && isRecord(said.name) ? said.name : {}
  return {
    ...(typeof name.firstName === 'string' ? { given_name: name.firstName } : {}),
    ...(typeof name.lastName === 'string' ? { family_name: name.lastName } : {}),
  }
}

function parse(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
