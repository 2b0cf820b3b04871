/** Names, filters and values of every kind, from a seed. */
import { CUSTOM, ENTERPRISE, USER } from './world.ts'

/** What is there to be asked for: ids by endpoint, and cursors that were given. */
export type Known = { readonly ids: Readonly<Record<string, string[]>>; readonly cursors: string[] }

const NAMES = (
  'id externalId schemas meta meta.created meta.version meta.location userName name name.givenName displayName title ' +
  'active emails emails.value emails.type emails.primary addresses addresses.country phoneNumbers photos.value ' +
  'x509Certificates roles roles.audienceType groups groups.value groups.$ref members members.value members.$ref ' +
  'members.type audience audience.type permissions permissions.value users users.value password locale $ref value ' +
  `type primary display shoeSize __proto__ constructor toString urn:x:y ${USER} ${USER}:name.familyName ${ENTERPRISE} ` +
  `${ENTERPRISE}:department ${ENTERPRISE}:manager ${ENTERPRISE}:manager.value ${ENTERPRISE}.division ${CUSTOM} ` +
  `${CUSTOM}:score ${CUSTOM}:at ${CUSTOM}:event ${CUSTOM}:event.uris ${CUSTOM}:cars ${CUSTOM}:cars.plate ${CUSTOM}:tags`
).split(' ')
const OPERATORS = 'eq ne co sw ew gt ge lt le pr EQ Pr is ='.split(' ')
const LITERALS = (
  '"work" "" "True" "2011-05-13T04:42:34Z" "9999-99-99T99:99:99Z" "\\u0000" "\\ud800" "\\"" "%" "é" true FALSE null ' +
  '0 -1 1.5e3 1e999 9007199254740993 -0 bare'
).split(' ')
const TEXTS = ['', ' ', 'ann', 'Ann', 'work', 'True', '2011-05-13T04:42:34Z', 'W/"1"', ..."\0\ud800é😀'", '%00']
const SCRAPS = [...'()[].:"\\ ,*;\n\0{}/\u2028', 'not', 'and']
const SUBS = ['value', 'type', 'primary', 'display', '$ref', 'country', 'plate', 'uris', 'givenName']
export const ENDPOINTS = ['Users', 'Groups', 'Roles', 'v2/Roles']

export class FuzzValues {
  state: number
  readonly known: Known

  constructor(seed: number, known: Known) {
    this.state = seed
    this.known = known
  }

  below(limit: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0
    return Math.floor((this.state / 2 ** 32) * limit)
  }

  chance(percent: number): boolean {
    return this.below(100) < percent
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T
  }

  filter(depth = 0): string {
    const name = this.pick(NAMES)
    const whole = [
      () => `${name} ${this.pick(OPERATORS)} ${this.pick(LITERALS)}`,
      () => `${name} eq ${JSON.stringify(this.id())}`,
      () => `${name} pr`,
      () => `${name}[${this.pick(SUBS)} ${this.pick(OPERATORS)} ${this.pick(LITERALS)}]`,
      () => `${name}[${this.filter(depth + 1)}].${this.pick(SUBS)} eq ${this.pick(LITERALS)}`,
      () => `${this.filter(depth + 1)} ${this.pick(['and', 'or', 'AND'])} ${this.filter(depth + 1)}`,
      () => `not ${this.pick(['', ' '])}(${this.filter(depth + 1)})`,
      () => `(${this.filter(depth + 1)})`,
    ]
    return this.scratched(this.pick(depth > 3 ? whole.slice(0, 4) : whole)(), depth === 0 ? 30 : 0)
  }

  patchPath(): string {
    const [name, sub] = [this.pick(NAMES), this.pick(SUBS)]
    return this.scratched(
      this.pick([name, name, `${name}.${sub}`, `${name}[${this.filter(2)}]`, `${name}[${sub} eq "work"].${sub}`]),
      20,
    )
  }

  /** An id that is there, or one that is not. */
  id(endpoint = this.pick(['Users', 'Groups', 'Roles'])): string {
    if (this.chance(10)) return this.pick(['none', 'bulkId:a', '..', '%', "'", '*', '\0', 'x'.repeat(3000)])
    return this.pick(this.known.ids[endpoint.replace('v2/', '')] ?? ['none'])
  }

  value(depth = 0): unknown {
    const kinds = [
      () => this.pick(TEXTS),
      () => this.id(),
      () => this.pick([0, -1, 1.5, 1e300, 9007199254740993, true, false, null]),
      () => 'x'.repeat(this.below(6000)),
      () => Array.from({ length: this.below(4) }, () => this.value(depth + 1)),
      () => this.object(depth + 1),
      () => Array.from({ length: 1 + this.below(3) }, () => this.part()),
      () => this.part(),
    ]
    return this.pick(depth > 4 ? kinds.slice(0, 3) : kinds)()
  }

  /** Parameters of a query, by name, as text. */
  parameters(): Record<string, string> {
    const choices: [string, () => string][] = [
      ['filter', () => this.filter()],
      ['sortBy', () => this.scratched(this.pick(NAMES), 10)],
      ['sortOrder', () => this.pick(['ascending', 'descending', 'DESCENDING', 'x', ''])],
      ['attributes', () => `${this.pick(NAMES)},${this.scratched(this.pick(NAMES), 20)}`],
      ['excludedAttributes', () => this.scratched(this.pick(NAMES), 20)],
      ['startIndex', () => this.pick(['1', '0', '-1', '3', '99999999999999', 'x', '1e3', ''])],
      ['count', () => this.pick(['0', '1', '2', '-1', '1001', '99999999999999999999', 'x', '1.5', ''])],
      ['cursor', () => (this.chance(60) ? this.pick([...this.known.cursors, '']) : this.pick(TEXTS))],
    ]
    return Object.fromEntries(choices.filter(() => this.chance(35)).map(([name, make]) => [name, make()]))
  }

  /** Attributes that the endpoint has, with values of their types. */
  plausible(endpoint: string): Record<string, unknown> {
    const name = this.pick(['ann', 'Bob', 'kim', 'lee', 'max', 'ned', 'zoé', '😀'])
    const type = () => this.pick(['work', 'home', 'other'])
    const several = <T>(make: () => T) => Array.from({ length: 1 + this.below(3) }, make)
    const choices: Record<string, () => unknown> = {
      externalId: () => this.pick(TEXTS.slice(0, 5)),
      ...(endpoint === 'Users'
        ? {
            title: () => this.pick(TEXTS.slice(0, 5)),
            active: () => this.chance(80),
            name: () => ({ givenName: name, familyName: this.pick([name, null]) }),
            emails: () =>
              several(() => ({ value: this.pick(['a@x', 'b@x', 'c@x']), type: type(), primary: this.chance(20) })),
            'emails[type eq "work"].value': () => 'w@x',
            addresses: () => several(() => ({ type: type(), country: this.pick(['DE', 'FR']) })),
            [ENTERPRISE]: () => ({ department: name, manager: this.chance(50) ? { value: this.id('Users') } : null }),
            [CUSTOM]: () => ({
              score: this.below(9) / 2,
              tags: several(type),
              event: { uris: several(type) },
              at: TEXTS[6],
            }),
          }
        : { members: () => several(() => ({ value: this.id(this.pick(['Users', 'Groups'])) })) }),
      ...(endpoint.endsWith('Roles')
        ? {
            permissions: () => several(() => ({ value: this.pick(['scim:read', 'scim:write', 'settings:read', 'x']) })),
            users: () => several(() => ({ value: this.id('Users') })),
            groups: () => several(() => ({ value: this.id('Groups') })),
          }
        : {}),
    }
    const chosen = Object.entries(choices).filter(([one]) => this.chance(one.includes('[') ? 5 : 35))
    const named = this.chance(95) ? { [endpoint === 'Users' ? 'userName' : 'displayName']: name } : {}
    return { ...named, ...Object.fromEntries(chosen.map(([one, make]) => [one, make()])) }
  }

  /** An object of known and unknown names, with anything for their values. */
  object(depth: number): Record<string, unknown> {
    const entries = Array.from({ length: this.below(4) }, () => [this.pick(NAMES), this.value(depth)] as const)
    return Object.fromEntries(entries)
  }

  /** What several complex values are made of. */
  part(): Record<string, unknown> {
    const names = SUBS.filter(() => this.chance(40))
    return Object.fromEntries(names.map((name) => [name, this.chance(70) ? this.pick(TEXTS) : this.value(3)]))
  }

  /** Once in a while a text with a piece taken out of it or put into it. */
  scratched(text: string, percent: number): string {
    if (!this.chance(percent)) return text
    const at = this.below(text.length + 1)
    return this.chance(50)
      ? text.slice(0, at) + this.pick(SCRAPS) + text.slice(at)
      : text.slice(0, at) + text.slice(at + 2)
  }
}
