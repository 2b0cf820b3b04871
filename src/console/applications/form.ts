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

/** The names that a sign-in option has in the form: its own, or the id of a connection. */
export function nameOfOption(option: SignInOption): string {
  return typeof option === 'string' ? option : option.connection
}

const boxes = z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([])
const OWN_NAMES = ['password', 'passkey', 'totp'] as const

/** The ticked options; those that the flow had keep their order, and new ones come behind them. */
export function loginFlowForm(present: LoginFlow) {
  return z
    .object({
      options: boxes,
      second: boxes,
      secondFactor: loginFlowInput.shape.secondFactor,
      identifierFirst: z.literal('on').optional(),
    })
    .transform(({ options, second, secondFactor, identifierFirst }, context): LoginFlow => {
      const first = { options: inOrder(present.steps[0]?.options ?? [], options) }
      const [, ...kept] = present.steps
      const listed = SECOND_NAMES.filter((name) => second.includes(name))
      if (secondFactor !== undefined && secondFactor !== 'never' && listed.length === 0) {
        context.addIssue({ code: 'custom', message: 'Choose what the second factor may be.', path: ['second'] })
        return z.NEVER
      }
      // Both boxes mean whatever there is, which is what a flow without a second step says.
      const isAny = secondFactor === 'never' || listed.length === SECOND_NAMES.length
      const chosen = { steps: [first, ...(isAny ? [] : [{ options: listed }])], secondFactor }
      const flow = secondFactor === undefined ? { ...present, steps: [first, ...kept] } : chosen
      const isFirst = identifierFirst === 'on' ? true : undefined
      const parsed = loginFlowInput.safeParse({ ...flow, identifierFirst: isFirst })
      if (parsed.success) return parsed.data
      for (const { message } of parsed.error.issues) context.addIssue({ code: 'custom', message, path: ['options'] })
      return z.NEVER
    })
}
const SECOND_NAMES = ['totp', 'passkey'] as const

function inOrder(present: readonly SignInOption[], wanted: readonly string[]): SignInOption[] {
  const known = present.map(nameOfOption)
  const names = [...known.filter((name) => wanted.includes(name)), ...wanted.filter((name) => !known.includes(name))]
  return names.map((name) => OWN_NAMES.find((own) => own === name) ?? { connection: name })
}
