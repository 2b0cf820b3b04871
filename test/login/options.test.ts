import { describe, expect, test } from 'vitest'
import type { ConnectionRow } from '../../src/connections/queries.ts'
import type { SignInOption } from '../../src/db/schema.ts'
import { allowsMethod, signInOptions } from '../../src/login/options.ts'

const connection = (id: string, name: string, signsIn = true) =>
  ({ id, name, authenticator: signsIn ? { type: 'oidc' } : null }) as ConnectionRow
const CONNECTIONS = [connection('1', 'IDP-IS2'), connection('2', 'Partner'), connection('3', 'SCIM-IDP', false)]
const flow = (...options: SignInOption[]) => ({ steps: [{ options }] })

describe('what the sign-in page offers', () => {
  test.each<[string, SignInOption[], boolean, string[]]>([
    ['the password alone', ['password'], true, []],
    ['the password and a connection', ['password', { connection: '1' }], true, ['IDP-IS2']],
    [
      'connections alone, in the order of the flow',
      [{ connection: '2' }, { connection: '1' }],
      false,
      ['Partner', 'IDP-IS2'],
    ],
    ['the password, where the only connection is no more', [{ connection: 'gone' }], true, []],
    ['the password, where the only connection signs nobody in', [{ connection: '3' }], true, []],
  ])('%s', (_what, options, password, names) => {
    const offered = signInOptions(flow(...options), CONNECTIONS)
    expect({ password: offered.password, names: offered.connections.map(({ name }) => name) }).toEqual({
      password,
      names,
    })
  })
})

describe('the name comes first', () => {
  const [one, two] = [{ connection: '1' }, { connection: '2' }]
  test.each<[string, SignInOption[], boolean]>([
    ['where there is a password', ['password'], true],
    ['where there are a password and a connection', ['password', one], true],
    ['where there are several connections', [one, two], true],
    ['but not where one connection is the only way', [one], false],
    ['nor where a passkey is', ['passkey'], false],
    ['nor where one connection beside it is no more', [one, { connection: 'gone' }], false],
  ])('%s', (_what, options, isFirst) => {
    expect(signInOptions({ ...flow(...options), identifierFirst: true }, CONNECTIONS).identifierFirst).toBe(isFirst)
    expect(signInOptions(flow(...options), CONNECTIONS).identifierFirst).toBe(false)
  })
})

describe('a session will do for a flow that offers its method', () => {
  test.each<[SignInOption[], string, boolean]>([
    [['password'], 'pwd', true],
    [['password'], '1', false],
    [[{ connection: '1' }], '1', true],
    [[{ connection: '1' }], '2', false],
    [[{ connection: '1' }], 'pwd', false],
    [['password', { connection: '1' }], '1', true],
  ])('%j and a session by %s: %s', (options, method, isEnough) => {
    expect(allowsMethod(flow(...options), method)).toBe(isEnough)
  })
})
