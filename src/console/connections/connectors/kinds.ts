/** Every type of connector, by its name. */
import { z } from 'zod'
import type { ConnectorType } from '../../../db/schema.ts'
import { connectorFields } from './fields.ts'
import { connectorForm, fieldsOf, NEW_FIELDS, scim2Fields, SECRETS } from './form.ts'
import { GOOGLE } from './google/form.ts'
import type { Fields, Kind, TypedForm } from './kind.ts'
import { SALESFORCE } from './salesforce/form.ts'
import { WEBHOOK } from './webhook/form.ts'

const SCIM2: Kind = {
  type: 'scim2',
  label: 'SCIM2',
  help: 'SCIM 2.0 (RFC 7643, RFC 7644): the standard for provisioning.',
  secrets: SECRETS,
  form: connectorForm,
  begin: NEW_FIELDS,
  fieldsOf,
  inputs: (set, given, draft) => connectorFields(scim2Fields.parse(set), given, draft),
}

export const KINDS: Readonly<Record<ConnectorType, Kind>> = {
  scim2: SCIM2,
  google: GOOGLE,
  salesforce: SALESFORCE,
  webhook: WEBHOOK,
}

/** Of a form that does not say: SCIM2. */
export function kindOf(type: unknown): Kind {
  return Object.values(KINDS).find((kind) => kind.type === type) ?? SCIM2
}

const typed = z.looseObject({ type: z.string().optional() })

/** The form of a connector of the type that its field `type` names. */
export const anyConnectorForm = typed.transform((values, context): TypedForm => {
  const parsed = kindOf(values.type).form.safeParse(values)
  if (parsed.success) return parsed.data
  for (const { message, path } of parsed.error.issues) context.addIssue({ code: 'custom', message, path: [...path] })
  return z.NEVER
})

export function parseConnector(fields: unknown): TypedForm | undefined {
  return anyConnectorForm.safeParse(fields).data
}

/** Which secrets there are: for the form, which says so and shows none. */
export function givenSecrets(kind: Kind, fields: Fields | undefined): readonly string[] {
  return kind.secrets.filter((name) => fields && (fields[name] ?? '') !== '')
}

/** A secret that is not typed again is the one that was given before. */
export function withSecretsOf(kind: Kind, fields: Fields, before: Fields | undefined): Fields {
  const given = givenSecrets(kind, before).filter((name) => (fields[name] ?? '') === '')
  return { ...fields, ...Object.fromEntries(given.map((name) => [name, before?.[name] ?? ''])) }
}

/** SCIM2 or, where that is taken, SCIM2-2 and so on. */
export function freeName({ label }: Kind, connectors: readonly { readonly name: string }[]): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? label : `${label}-${n}`
    if (!connectors.some((one) => one.name === name)) return name
  }
}
