import { html } from 'hono/html'
import { checkbox, field, type Html } from '../../../../html.ts'
import { deletionGuardField, type Secret, type Shared, userFilterField } from '../fields.ts'

/** The fields of a signed webhook. */
export function webhookFields(shared: Shared, secret: Secret, groups: boolean): Html {
  return html`${field({ ...shared('url'), label: 'URL', type: 'url', required: true, placeholder: 'https://app.example.com/webhooks/users', help: 'Each change is sent here by POST, signed as Standard Webhooks has it.' })}
  ${secret('signingSecret', 'Signing Secret', 'whsec_ and 24 to 64 bytes in base64. Leave this empty and one is made, and shown once.')}
  ${checkbox({ name: 'groups', label: 'Tell of groups, too', checked: groups, help: 'Their members go as those who came and who left.' })}
  ${userFilterField(shared)} ${deletionGuardField(shared)}`
}
