/** What fields of an application's Protocol tab are made of. Pure. */
import type { ClientMetadata } from '../../../db/schema.ts'

/** How a setting stands in a form. An empty field is a setting that is not there. */
export type Kind =
  | { readonly kind: 'address' }
  /** A line of whatever it is. */
  | { readonly kind: 'text' }
  /** A list, one a line. */
  | { readonly kind: 'lines' }
  | { readonly kind: 'seconds' }
  | { readonly kind: 'json' }
  /** `claim = attribute -> where`, one a line. */
  | { readonly kind: 'claims' }
  /** Of the words for what is there unless somebody chooses, and the values that one may choose. */
  | {
      readonly kind: 'choice'
      readonly empty: string
      readonly choices: readonly (readonly [value: string | boolean, label: string])[]
    }

export type MetadataField = Kind & {
  readonly name: keyof ClientMetadata
  readonly label: string
  readonly help?: string
}

export type FieldGroup = {
  readonly id: string
  readonly title: string
  readonly lead?: string
  readonly fields: readonly MetadataField[]
}

export const choice = (empty: string, ...choices: readonly (readonly [string | boolean, string])[]) =>
  ({ kind: 'choice', empty, choices }) as const
export const ADDRESS = { kind: 'address' } as const
export const TEXT = { kind: 'text' } as const
export const LINES = { kind: 'lines' } as const
export const SECONDS = { kind: 'seconds' } as const
export const SIGNING = [
  ['RS256', 'RS256'],
  ['ES256', 'ES256'],
  ['EdDSA', 'EdDSA'],
] as const
