/** What a connector can be told, by its type. */
import { z } from 'zod'
import { googleInput } from './google.ts'
import { salesforceInput } from './salesforce.ts'
import { scim2Input } from './scim2.ts'
import { webhookInput } from './webhook.ts'

export const connectorInput = z.discriminatedUnion('type', [scim2Input, googleInput, salesforceInput, webhookInput])
export type ConnectorInput = z.output<typeof connectorInput>
