/** What the log is searched for, as it stands in the address. */
import type { FieldError } from '../../../core/errors.ts'
import type { ListState } from '../../../html/table.ts'
import type { DeliveryFilter, Place } from '../../../outbound/log/queries.ts'
import { DELIVERY_STATES } from './states.ts'

export const SEARCHED = ['state', 'resource', 'type', 'connector', 'from', 'to', 'after'] as const

export type LogSearch = {
  readonly filter: DeliveryFilter
  readonly after: Place | undefined
  /** What is wrong with it; nothing is found then. */
  readonly errors: readonly FieldError[]
}

/** What makes no sense counts as not said, but for a time: its field says so. */
export function searchOf({ filters = {} }: ListState, connectionId: string): LogSearch {
  const [from, to] = [timeOf(filters.from), timeOf(filters.to)]
  const isWrong = (text: string | undefined, time: Date | undefined) => text && !time
  const errors = [
    ...(isWrong(filters.from, from) ? [{ field: 'from', message: NO_TIME }] : []),
    ...(isWrong(filters.to, to) ? [{ field: 'to', message: NO_TIME }] : []),
    ...(from && to && from >= to ? [{ field: 'to', message: 'This is not after the other time.' }] : []),
  ]
  const filter = {
    connectionId,
    connector: filters.connector || undefined,
    resource: filters.resource?.trim().slice(0, 1000) || undefined,
    resourceType: (['User', 'Group'] as const).find((type) => type === filters.type),
    state: DELIVERY_STATES.find((name) => name === filters.state),
    from,
    to,
  }
  return { filter, after: fromAddress(filters.after ?? ''), errors }
}

const NO_TIME = 'Give a date and time such as 2030-12-31T08:00.'

/** A time as a browser sends it, taken as UTC. */
function timeOf(text = ''): Date | undefined {
  const [, day, minute = '00:00'] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?))?$/.exec(text) ?? []
  const time = new Date(`${day}T${minute}Z`)
  return Number.isNaN(time.getTime()) ? undefined : time
}

export function toAddress({ created, id }: Place): string {
  return `${created.getTime()}.${id}`
}

function fromAddress(text: string): Place | undefined {
  const [, created, id] = /^(\d{1,15})\.([\w-]+)$/.exec(text) ?? []
  return created === undefined || id === undefined ? undefined : { created: new Date(Number(created)), id }
}
