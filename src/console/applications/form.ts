import { z } from 'zod'
import { clientMetadata } from '../../applications/client-metadata.ts'
import {
  type ApplicationChange,
  applicationChange,
  applicationFields,
  applicationInput,
  GRANT_TYPES,
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

const uris = applicationInput.shape.redirectUris.unwrap()
const redirectUris = z.string().default('').transform(linesOf(uris))
const someRedirectUris = z
  .string()
  .default('')
  .transform(linesOf(uris.min(1, 'Give at least one redirect URI.')))

export const newApplicationForm = z.object({
  name: applicationInput.shape.name,
  protocol: z.literal('oidc', 'Choose a protocol.'),
  redirectUris: someRedirectUris,
})

export const generalForm = applicationFields.pick({ name: true, description: true })

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
  const others = GRANT_TYPES.filter((name) => present.includes(name) && !GRANT_BOXES.some((box) => box === name))
  return others.length + ticked.length === 0 ? ['authorization_code'] : [...others, ...ticked]
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
