/** What the page of a webhook shows once: a secret that was just made, or what came of a test event. */
import { z } from 'zod'
import type { ConnectorRow } from '../../../../connections/queries.ts'
import type { AppContext } from '../../../../http.ts'
import { forgetKept, keep, kept } from '../../../keepsake.ts'
import type { Once } from './part.ts'

const onceSchema = z.object({
  secret: z.string().optional(),
  test: z.object({ heard: z.boolean(), status: z.number().optional(), error: z.string().optional() }).optional(),
})

/** For the page of one webhook, or of the tenant's alerts. */
export type Whose = Pick<ConnectorRow, 'id'> | 'alerts'

export async function keepOnce(c: AppContext, whose: Whose, once: Partial<Once>): Promise<void> {
  await keep(c, purposeOf(whose), once)
}

export async function takeOnce(c: AppContext, whose: Whose): Promise<Once> {
  const once = onceSchema.safeParse(await kept(c, purposeOf(whose))).data
  if (once !== undefined) forgetKept(c)
  return { secret: once?.secret, test: once?.test }
}

function purposeOf(whose: Whose): string {
  return whose === 'alerts' ? 'what alerts show once' : `what webhook ${whose.id} shows once`
}
