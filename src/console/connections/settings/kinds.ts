/** What fields of a connection's Settings tab are made of. Pure. */
import type { Authenticator } from '../../../db/schema.ts'

/** How a setting stands in a form. An empty field is a setting that is not there. */
export type Kind =
  | { readonly kind: 'address'; readonly placeholder?: string }
  /** A line of whatever it is. */
  | { readonly kind: 'text' }
  /** A list on one line, with blanks between. */
  | { readonly kind: 'words' }
  /** A list, one a line. */
  | { readonly kind: 'lines' }
  /** `name=value`, one a line. */
  | { readonly kind: 'parameters' }
  /** It goes in and never comes out: empty keeps what is set. */
  | { readonly kind: 'secret'; readonly isLong?: boolean }
  /** Of the words for what is there unless somebody chooses, and the values that one may choose. */
  | {
      readonly kind: 'choice'
      readonly empty: string
      readonly choices: readonly (readonly [value: string | boolean, label: string])[]
    }
  /** Any of these. */
  | { readonly kind: 'boxes'; readonly choices: readonly (readonly [value: string, label: string])[] }

export type SettingField = Kind & {
  readonly name: Exclude<keyof Authenticator, 'type' | 'preset'> | 'clientSecret' | 'privateKey'
  readonly label: string
  readonly help?: string
  readonly required?: boolean
}

export type SettingGroup = {
  readonly id: string
  readonly title: string
  readonly lead?: string
  readonly fields: readonly SettingField[]
  /** What is folded away until one of them is set or wrong. */
  readonly further?: readonly SettingField[]
}

export const choice = (empty: string, ...choices: readonly (readonly [string | boolean, string])[]) =>
  ({ kind: 'choice', empty, choices }) as const
export const ADDRESS = { kind: 'address' } as const
export const TEXT = { kind: 'text' } as const
