/** The short form of a preset: a name, and what this provider needs. */
import { z } from 'zod'
import { type AuthenticatorInput, authenticatorInput } from '../../../connections/authenticator/settings.ts'
import { connectionInput } from '../../../connections/settings.ts'
import type { PresetField } from '../../../connections/presets/preset.ts'
import { PRESETS } from '../../../connections/presets/presets.ts'
import { type PosternInput, posternInput } from '../../../federation/from-postern/settings.ts'
import type { ProviderPreset } from '../../../db/schema.ts'
import { linesIn } from '../../applications/lines.ts'

export type FormField = Omit<PresetField, 'name'> & {
  readonly name: PresetField['name'] | 'clientId' | 'clientSecret'
}

const CLIENT_ID: FormField = { name: 'clientId', label: 'Client ID', isRequired: true }
const CLIENT_SECRET: FormField = { name: 'clientSecret', label: 'Client Secret', isRequired: true }

/** What is asked, in this order: where the provider is, then who we are there. */
export function fieldsOfPreset(name: ProviderPreset): readonly FormField[] {
  const { fields, isWithoutSecret } = PRESETS[name]
  const places = fields.filter((field) => ['domain', 'tenant', 'allowedTenants'].includes(field.name))
  const keys = fields.filter((field) => !places.includes(field))
  // It makes us its client by itself.
  if (name === 'postern') return [...places, ...keys]
  return [...places, CLIENT_ID, ...(isWithoutSecret ? [] : [CLIENT_SECRET]), ...keys]
}

export type NewProvider = { readonly name: string; readonly authenticator: AuthenticatorInput }

/** Another postern tenant, which is told of us and says what we are there. */
export const posternForm = z
  .object({
    name: z.string().default(''),
    domain: z.string().default(''),
    initialAccessToken: z.string().trim().default(''),
  })
  .transform(({ name, domain, initialAccessToken }, context): PosternInput => {
    const given = { name, issuer: domain.trim(), ...(initialAccessToken === '' ? {} : { initialAccessToken }) }
    const parsed = posternInput.required({ name: true }).safeParse(given)
    if (parsed.success) return parsed.data
    for (const { path, message } of parsed.error.issues) {
      const place = path[0] === 'issuer' ? 'domain' : String(path[0])
      context.addIssue({
        code: 'custom',
        message: given.issuer === '' && place === 'domain' ? 'Give a value.' : message,
        path: [place],
      })
    }
    return z.NEVER
  })

export function presetForm(preset: ProviderPreset) {
  return z.record(z.string(), z.union([z.string(), z.array(z.string())])).transform((values, context): NewProvider => {
    const text = (name: string) => (typeof values[name] === 'string' ? values[name].trim() : '')
    const given = fieldsOfPreset(preset).flatMap(({ name }) => {
      if (text(name) === '') return []
      return [[name, name === 'allowedTenants' ? linesIn(text(name)) : text(name)] as const]
    })
    const form = { name: text('name'), authenticator: { preset, ...Object.fromEntries(given) } }
    const parsed = z.object({ name: connectionInput.shape.name, authenticator: authenticatorInput }).safeParse(form)
    const missing = fieldsOfPreset(preset).filter(({ name, isRequired }) => isRequired && text(name) === '')
    for (const { name, label } of missing) {
      context.addIssue({ code: 'custom', message: `${label}: give a value.`, path: [name] })
    }
    if (parsed.success && missing.length === 0) return parsed.data
    for (const { path, message } of parsed.success ? [] : parsed.error.issues) {
      const [first = '', field] = path.map(String)
      const place = first === 'authenticator' ? (field ?? '') : first
      if (!missing.some(({ name }) => name === place)) context.addIssue({ code: 'custom', message, path: [place] })
    }
    return z.NEVER
  })
}
