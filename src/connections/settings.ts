/** What a connection can be told, as the management API and the console send it. Secrets go in here and never come out. */
import { z } from 'zod'
import { authenticatorChange, authenticatorInput } from './authenticator/settings.ts'
import { connectorInput } from './connectors/settings.ts'
import { domain, name } from './fields.ts'
import { jitChange, jitInput } from './jit/settings.ts'

const outboundInput = z.object({
  connectors: z
    .array(connectorInput)
    .max(20)
    .refine((list) => new Set(list.map((one) => one.name)).size === list.length, 'Two connectors have the same name.')
    .optional(),
  /** Ids or display names of roles and of groups; only who holds one or is in one is provisioned out. */
  roles: z.array(z.string().min(1)).max(200).optional(),
  groups: z.array(z.string().min(1)).max(200).optional(),
})

/** The e-mail domains of the connection's people: of no two connections the same. */
const domains = z.array(domain).max(100, 'Give at most 100 domains.')

export const connectionInput = z.object({
  name,
  description: z.string().trim().max(1000).optional(),
  authenticator: authenticatorInput.optional(),
  domains: domains.optional(),
  jit: jitInput.optional(),
  outbound: outboundInput.optional(),
})
export type ConnectionInput = z.output<typeof connectionInput>

/** A change: what is absent stays; `authenticator: null` takes it away. Connectors are the whole list, by name. */
export const connectionChange = z.object({
  name: name.optional(),
  description: z.string().trim().max(1000).nullable().optional(),
  authenticator: authenticatorChange.nullable().optional(),
  domains: domains.optional(),
  jit: jitChange.optional(),
  outbound: outboundInput.optional(),
})
export type ConnectionChange = z.output<typeof connectionChange>
