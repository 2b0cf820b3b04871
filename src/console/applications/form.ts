import { z } from 'zod'
import { clientMetadata } from '../../applications/client-metadata.ts'
import {
  type ApplicationChange,
  applicationChange,
  applicationInput,
  loginFlowInput,
} from '../../applications/settings.ts'
import type { ClientMetadata, LoginFlow, SignInOption } from '../../db/schema.ts'

export const REDIRECT_URLS_HELP = 'One a line. https:// addresses; http:// on localhost only.'

/** Lines of text as a list of addresses; what is wrong with one names it. */
function linesOf(schema: z.ZodType<string[]>) {
  return (text: string, context: z.RefinementCtx) => {
    const lines = text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
    const parsed = schema.safeParse([...new Set(lines)])
    if (parsed.success) return parsed.data
    for (const { message, path } of parsed.error.issues) {
      const [place] = path
      context.addIssue(typeof place === 'number' ? `${lines[place]}: ${message}` : message)
    }
    return z.NEVER
  }
}

const redirectUris = z.string().default('').transform(linesOf(applicationInput.shape.redirectUris))

export const newApplicationForm = z.object({
  name: applicationInput.shape.name,
  protocol: z.literal('oidc', 'Choose a protocol.'),
  redirectUris,
})

export const generalForm = applicationInput.pick({ name: true, description: true })

export const protocolForm = z.object({
  redirectUris,
  tokenEndpointAuthMethod: applicationChange.shape.tokenEndpointAuthMethod.unwrap(),
  refresh_token: z.literal('on').optional(),
  client_credentials: z.literal('on').optional(),
  postLogoutRedirectUris: z
    .string()
    .transform(linesOf(clientMetadata.shape.postLogoutRedirectUris.unwrap()))
    .optional(),
  backchannelLogoutUri: z
    .union([z.string().trim().length(0), z.string().trim().pipe(clientMetadata.shape.backchannelLogoutUri.unwrap())], {
      error: 'Give an http:// or https:// address without a fragment (#), or nothing.',
    })
    .optional(),
})
type ProtocolForm = z.output<typeof protocolForm>

/** The grants that a box stands for; what else the application may use stays. */
export const GRANT_BOXES = ['refresh_token', 'client_credentials'] as const
type GrantTypes = NonNullable<ApplicationChange['grantTypes']>

function grantTypesOf(form: ProtocolForm, present: readonly string[]): GrantTypes {
  const ticked = GRANT_BOXES.filter((name) => form[name])
  const keepsCode = present.includes('authorization_code') || ticked.length === 0
  return [...(keepsCode ? (['authorization_code'] as const) : []), ...ticked]
}

/** The change that the form comes to: what of the client's metadata it does not show stays. */
export function protocolChange(
  present: { readonly clientMetadata: ClientMetadata; readonly grantTypes: readonly string[] },
  form: ProtocolForm,
): ApplicationChange {
  const { redirectUris, tokenEndpointAuthMethod, postLogoutRedirectUris, backchannelLogoutUri } = form
  const metadata = { ...present.clientMetadata }
  if (postLogoutRedirectUris !== undefined) metadata.postLogoutRedirectUris = postLogoutRedirectUris
  if (backchannelLogoutUri !== undefined) metadata.backchannelLogoutUri = backchannelLogoutUri
  if (metadata.postLogoutRedirectUris?.length === 0) delete metadata.postLogoutRedirectUris
  if (metadata.backchannelLogoutUri === '') delete metadata.backchannelLogoutUri
  const grantTypes = grantTypesOf(form, present.grantTypes)
  return { redirectUris, tokenEndpointAuthMethod, grantTypes, clientMetadata: metadata }
}

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
    .object({ options: boxes, second: boxes, secondFactor: loginFlowInput.shape.secondFactor })
    .transform(({ options, second, secondFactor }, context): LoginFlow => {
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
      const parsed = loginFlowInput.safeParse(flow)
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
