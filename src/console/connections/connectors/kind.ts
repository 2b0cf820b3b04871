/** A type of connector as the console makes and shows it. */
import type { z } from 'zod'
import type { ConnectorInput } from '../../../connections/connectors/settings.ts'
import type { ConnectorRow } from '../../../connections/queries.ts'
import type { ConnectorType } from '../../../db/schema.ts'
import type { Html } from '../../../html.ts'
import type { Draft } from '../../form.ts'

/** A form as a browser sends it: flat. */
export type Fields = Readonly<Record<string, string>>
export type TypedForm = { readonly fields: Fields; readonly input: ConnectorInput }

export type Kind = {
  readonly type: ConnectorType
  /** As it is chosen, and what a new connector is called. */
  readonly label: string
  readonly help: string
  /** Fields that are never shown. */
  readonly secrets: readonly string[]
  /** Answers what was typed, and the settings; what is wrong is named by the form's own fields. */
  readonly form: z.ZodType<TypedForm>
  /** What the form of a new connector begins with. */
  readonly begin: Fields
  /** What the form shows of a connector that exists: everything but its secrets. */
  fieldsOf(row: ConnectorRow): Fields
  /** The form's fields, with what was typed or else what is set; `given` says which secrets there are already. */
  inputs(set: Fields, given: readonly string[], draft: Draft): Html
}
