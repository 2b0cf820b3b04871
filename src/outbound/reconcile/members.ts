/** Who is in a group at its target, beside who should be. The target's list is held once; ours comes in pages. */
import { isRecord } from '../../core/json-value.ts'
import type { MemberDrift } from '../../db/schema.ts'
import type { RemoteMember } from '../members/queries.ts'
import { type Call, isPassing } from '../push.ts'
import { listOf, refusal } from '../scim2/answers.ts'
import { isTooLarge } from './page.ts'

/** So many are named of a group; of the others it is known how many they are. */
const MOST_NAMED = 1000
const PAGE = 1000

/** Those who should be there, in the order of our ids. */
export type WantedMembers = (afterId: string, limit: number) => Promise<readonly RemoteMember[]>

/** 'unread': the target does not show who is in it, or the answer would be too long. */
export async function compareMembers(
  call: Call,
  endpoint: string,
  remoteId: string,
  wanted: WantedMembers,
): Promise<MemberDrift | 'same' | 'unread'> {
  const there = await readMembers(call, endpoint, remoteId, wanted)
  if (there === 'unread') return 'unread'
  const drift = {
    absent: new Array<[string, string]>(),
    absentTotal: 0,
    extra: new Array<[string, string]>(),
    extraTotal: 0,
  }
  for (let afterId = ''; ;) {
    const page = await wanted(afterId, PAGE)
    for (const member of page) {
      if (there.delete(member.remoteId)) continue
      drift.absentTotal++
      if (drift.absent.length < MOST_NAMED) drift.absent.push([member.id, member.remoteId])
    }
    afterId = page.at(-1)?.id ?? ''
    if (page.length < PAGE) break
  }
  drift.extraTotal = there.size
  drift.extra = [...there].slice(0, MOST_NAMED)
  return drift.absentTotal + drift.extraTotal === 0 ? 'same' : drift
}

/** Each by its id there, with the name that it is shown by. */
async function readMembers(call: Call, endpoint: string, remoteId: string, wanted: WantedMembers) {
  const url = `${endpoint}/${encodeURIComponent(remoteId)}`
  const group = await call('GET', url).catch((error: unknown) => {
    if (isTooLarge(error)) return undefined
    throw error
  })
  if (group && isPassing(group.status)) throw refusal(group)
  if (group?.status !== 200 || !isRecord(group.json)) return 'unread'
  const { members } = group.json
  if (!Array.isArray(members) && !(await isEmptyGroup(call, endpoint, remoteId, wanted))) return 'unread'
  return new Map(
    (Array.isArray(members) ? members : []).flatMap((one: unknown) =>
      isRecord(one) && typeof one.value === 'string' ? [[one.value, namedBy(one)] as [string, string]] : [],
    ),
  )
}

function namedBy({ display }: Record<string, unknown>): string {
  return typeof display === 'string' ? display : ''
}

/** An answer without members is that of an empty group, or of a target that shows none (AWS): one of them is asked for. */
async function isEmptyGroup(call: Call, endpoint: string, remoteId: string, wanted: WantedMembers): Promise<boolean> {
  const [one] = await wanted('', 1)
  if (!one) return true
  const filter = `id eq ${JSON.stringify(remoteId)} and members eq ${JSON.stringify(one.remoteId)}`
  const answer = await call('GET', `${endpoint}?filter=${encodeURIComponent(filter)}`)
  return answer.status === 200 && listOf(answer.json).length === 0 && isRecord(answer.json)
}
