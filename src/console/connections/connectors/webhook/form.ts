/** The form of a signed webhook. */
import { html } from 'hono/html'
import { z } from 'zod'
import { webhookInput } from '../../../../connections/connectors/webhook.ts'
import type { ConnectorRow } from '../../../../connections/queries.ts'
import { guardInput, inputsOf, userFilterInput } from '../inputs.ts'
import type { Fields, Kind } from '../kind.ts'

const line = z.string().trim().default('')

const webhookFields = z.object({
  type: z.literal('webhook').default('webhook'),
  name: z.string().trim().default('Webhook'),
  url: line,
  signingSecret: line,
  groups: z.string().default(''),
  userFilter: line,
  groupFilter: line,
  deletionGuard: line,
})

const webhookForm = webhookFields.transform((fields, context) => {
  const parsed = webhookInput.safeParse({
    type: 'webhook',
    name: fields.name,
    enabled: false,
    url: fields.url,
    signingSecret: fields.signingSecret || undefined,
    groups: fields.groups === 'on',
    userFilter: fields.userFilter || undefined,
    groupFilter: fields.groupFilter || undefined,
    deletionGuard: fields.deletionGuard === '' ? undefined : Number(fields.deletionGuard),
  })
  if (parsed.success) return { fields, input: parsed.data }
  for (const { message, path } of parsed.error.issues) context.addIssue({ code: 'custom', message, path: [...path] })
  return z.NEVER
})

function fieldsOf({ settings, name }: ConnectorRow): Fields {
  return webhookFields.parse({
    ...settings,
    name,
    groups: settings.type === 'webhook' && settings.groups ? 'on' : '',
    deletionGuard: settings.deletionGuard?.toString(),
  })
}

export const WEBHOOK: Kind = {
  type: 'webhook',
  label: 'Webhook',
  help: 'A signed POST of each change to an address of yours.',
  secrets: ['signingSecret'],
  form: webhookForm,
  begin: webhookFields.parse({ groups: 'on' }),
  fieldsOf,
  inputs(set, given, draft) {
    const inputs = inputsOf(set, given, draft)
    const { text, secret, check, type } = inputs
    return html`${type()}
    ${text('url', 'URL', { required: true, type: 'url', placeholder: 'https://app.example.com/webhooks/users', help: 'Each change is sent here by POST, signed as Standard Webhooks has it.' })}
    ${secret('signingSecret', 'Signing Secret', { help: 'whsec_ and 24 to 64 bytes in base64. Leave this empty and one is made, and shown once.' })}
    ${check('groups', 'Tell of groups, too', 'Their members go as those who came and who left.')}
    ${userFilterInput(inputs)}
    ${text('groupFilter', 'Group Filter', { placeholder: 'displayName sw "App-"', help: 'The same for groups.' })}
    ${guardInput(inputs)}`
  },
}
