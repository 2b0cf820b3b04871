/** What a connector can be told, by its type. */
import { z } from 'zod'
import { scim2Input } from './scim2.ts'

export const connectorInput = z.discriminatedUnion('type', [scim2Input])
export type ConnectorInput = z.output<typeof connectorInput>
