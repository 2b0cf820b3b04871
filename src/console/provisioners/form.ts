import { z } from 'zod'
import type { ProvisionerInput } from '../../applications/settings.ts'
import type { listAllConnectors } from '../../connections/queries.ts'

/** A connector that can be chosen, with its connection's name. */
export type Target = Awaited<ReturnType<typeof listAllConnectors>>[number]

/** The form of a new provisioner. Every connector can be chosen whatever the connection: that they fit is checked here. */
export function provisionerForm(targets: readonly Target[], taken: readonly string[]) {
  return z
    .object({
      connection: z.string('Choose a connection.').min(1, 'Choose a connection.'),
      connector: z.string('Choose a connector.').min(1, 'Choose a connector.'),
      jit: z.literal('on').optional(),
      blocking: z.literal('on').optional(),
    })
    .transform((form, context): ProvisionerInput => {
      const target = targets.find((one) => one.id === form.connector)
      const message = !target
        ? 'There is no such connector.'
        : target.connectionId !== form.connection
          ? `This connector is one of ${target.connectionName}. Choose that connection, or another connector.`
          : taken.includes(target.id) && 'This connector is there already.'
      if (message) context.addIssue({ code: 'custom', message, path: ['connector'] })
      const { connection, connector } = form
      return { connection, connector, blocking: form.blocking === 'on', jit: form.jit === 'on' }
    })
}
