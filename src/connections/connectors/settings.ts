/** What a connector can be told, by its type. */
import { z } from 'zod'
import { scim2Input } from './scim2.ts'
import { webhookInput } from './webhook.ts'

export const connectorInput = z.discriminatedUnion('type', [scim2Input, webhookInput])
export type ConnectorInput = z.output<typeof connectorInput>
