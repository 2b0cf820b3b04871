import { z } from 'zod'
import {
  applicationFields,
  type ApplicationInput,
  applicationInput,
  loginFlowInput,
  type Template,
} from '../../applications/settings.ts'
import type { LoginFlow, SignInOption } from '../../db/schema.ts'
import { linesIn } from './lines.ts'

/** What the wizard asks of a new application: of a standard-based one how it proves itself and what it may use, too. */
export function newApplicationForm(template: Template) {
  return z
    .object({
      name: applicationFields.shape.name,
      protocol: z.literal('oidc', 'Choose a protocol.'),
      redirectUris: z.string().default('').transform(linesIn),
      tokenEndpointAuthMethod: applicationFields.shape.tokenEndpointAuthMethod,
      grantTypes: z.union([z.string().transform((one) => [one]), z.array(z.string())]).optional(),
    })
    .transform(({ protocol: _, ...form }, context): ApplicationInput => {
      const parsed = applicationInput.safeParse({ ...form, template })
      if (parsed.success) return parsed.data
      for (const { message, path } of parsed.error.issues) {
        const [field = '', place] = path.map(String)
        const line = field === 'redirectUris' && place !== undefined ? form.redirectUris[Number(place)] : undefined
        context.addIssue({
          code: 'custom',
          message: line === undefined ? message : `${line}: ${message}`,
          path: [field],
        })
      }
      return z.NEVER
    })
}

export const generalForm = applicationFields.pick({ name: true, description: true })

/** The boxes that are ticked. */
export const apiAccessForm = z.object({
  permissions: z
    .union([z.string().transform((one) => [one]), z.array(z.string())])
    .default([])
    .pipe(applicationInput.shape.permissions.unwrap()),
})

/** The names that a sign-in option has in the form: `password`, or the id of a connection. */
export function nameOfOption(option: SignInOption): string {
  return typeof option === 'string' ? option : option.connection
}

/** The ticked options; those that the flow had keep their order, and new ones come behind them. */
export function loginFlowForm(present: LoginFlow) {
  const known = present.steps.flatMap((step) => step.options).map(nameOfOption)
  return z
    .object({ options: z.union([z.string(), z.array(z.string())]).optional() })
    .transform(({ options = [] }, context): LoginFlow => {
      const wanted = typeof options === 'string' ? [options] : options
      const names = [
        ...known.filter((name) => wanted.includes(name)),
        ...wanted.filter((name) => !known.includes(name)),
      ]
      const flow = {
        steps: [{ options: names.map((name) => (name === 'password' ? name : { connection: name })) }],
      }
      const parsed = loginFlowInput.safeParse(flow)
      if (parsed.success) return parsed.data
      for (const { message } of parsed.error.issues) context.addIssue({ code: 'custom', message, path: ['options'] })
      return z.NEVER
    })
}
