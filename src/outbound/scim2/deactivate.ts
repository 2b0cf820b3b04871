/** An account that is not to be used any more, and stays: it may be wanted again. */
import { isRecord } from '../../core/json-value.ts'
import { PushFailure, type PushOutcome } from '../outcome.ts'
import type { Plan } from '../plan.ts'
import { isGone, isUnsupported, refusal } from './answers.ts'
import { findByExternalId } from './find.ts'
import { modify } from './modify.ts'
import { addressOf, type Reach, takesPut } from './reach.ts'

const DEACTIVATE = [{ op: 'replace', path: 'active', value: false }] as const

/** `active: false` by PATCH, or by PUT of what was sent last. What is not there is not made. */
export async function deactivate(at: Reach, plan: Extract<Plan, { kind: 'deactivate' }>): Promise<PushOutcome> {
  const remoteId = plan.remoteId ?? (await findByExternalId(at, at.resource.id))?.remoteId
  const isThere = remoteId !== undefined && (await deactivateThere(at, addressOf(at, remoteId), plan.body))
  return { kind: 'done', remoteId: isThere ? remoteId : undefined, created: false }
}

async function deactivateThere(at: Reach, url: string, body: unknown): Promise<boolean> {
  const { call, resource } = at
  if (await resource.canPatch(call)) {
    const modified = await modify(at, url, DEACTIVATE)
    if (modified !== 'unsupported') return modified === 'done'
    await resource.cannotPatch()
  }
  if (!takesPut(at)) throw new PushFailure({ kind: 'blocked', error: `${url}: the target takes no PATCH.` })
  const known = body ?? (await read(at, url))
  if (!isRecord(known)) return false
  const id = decodeURIComponent(url.slice(url.lastIndexOf('/') + 1))
  const answer = await call('PUT', url, { ...known, active: false, id })
  if (isGone(answer)) return false
  if (isUnsupported(answer) || ![200, 204].includes(answer.status)) throw refusal(answer)
  return true
}

/** Nobody heard what was sent of it: it is put back as it is there, deactivated. */
async function read({ call }: Reach, url: string): Promise<unknown> {
  const answer = await call('GET', url)
  if (isGone(answer)) return undefined
  if (answer.status !== 200) throw refusal(answer)
  return answer.json
}
