/**
 * How attributes of one side become those of the other: as it is stored, checked and carried out. Outbound connectors map
 * users by it; what a provider says of a person can be mapped by it as well.
 */
export type AttributeMapping = {
  /** What the rules change: everything that goes out without them, or nothing but what a resource has to have. */
  readonly base: 'all' | 'none'
  /** In this order: a later one sees nothing of an earlier one, and has the last word on a target of both. */
  readonly rules: readonly MappingRule[]
}

/** Without source, constant and transforms it takes its target away. */
export type MappingRule = {
  /** A SCIM path: `userName`, `name.givenName`, `emails[type eq "work"].value`, `urn:…:User:department`. */
  readonly target: string
  readonly source?: string
  readonly constant?: unknown
  readonly transforms?: readonly Transform[]
  /** `create`: only when the resource is new there; later it is left as it was sent. */
  readonly on?: 'always' | 'create'
}

/** What is done with a value, one after the other. Text is changed one by one where there are several. */
export type Transform =
  | { readonly type: 'lowerCase' | 'upperCase' | 'trim' }
  /** The part of a text at `index`, from 0; from the end if it is negative. */
  | { readonly type: 'split'; readonly separator: string; readonly index: number }
  /** A text with `{path}`s in it; no value if none of them has one. What came before is forgotten. */
  | { readonly type: 'template'; readonly template: string }
  /** A value by what it was; without `default` what is not listed has none. */
  | { readonly type: 'map'; readonly values: Readonly<Record<string, string>>; readonly default?: string }
  | { readonly type: 'join'; readonly separator: string }
  /** Where there is no value. */
  | { readonly type: 'default'; readonly value: string }
