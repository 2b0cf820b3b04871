import { describe, expect, test } from 'vitest'
import { planDelivery, type Situation } from '../../src/outbound/plan.ts'

const BODY = { schemas: ['urn:x'], userName: 'kim', active: true }
const OLD = { ...BODY, active: false }
const HERE: Situation = {
  type: 'User',
  id: 'id-of-kim',
  present: BODY,
  ledger: undefined,
  mayHaveArrived: false,
  password: undefined,
  defaultPassword: undefined,
}
const ledger = (sent: unknown = BODY) => ({ remoteId: 'r1', sent })

describe('what is here and not at the target', () => {
  test('is created', () => {
    expect(planDelivery(HERE)).toMatchObject({ kind: 'create', body: BODY, lookFirst: false })
  })

  test('is looked for before it is created, if an earlier attempt may have arrived', () => {
    expect(planDelivery({ ...HERE, mayHaveArrived: true })).toMatchObject({ kind: 'create', lookFirst: true })
  })

  test('takes its new password along, and the default one for where there is none', () => {
    const passwords = { password: 'new', defaultPassword: 'default' }
    expect(planDelivery({ ...HERE, ...passwords })).toMatchObject(passwords)
  })
})

describe('what is on both sides', () => {
  test('is left alone if it is as it was last sent', () => {
    expect(planDelivery({ ...HERE, ledger: ledger() })).toEqual({ kind: 'nothing' })
  })

  test('is replaced if it changed', () => {
    expect(planDelivery({ ...HERE, ledger: ledger(OLD) })).toMatchObject({
      kind: 'replace',
      remoteId: 'r1',
      body: BODY,
    })
  })

  test('is replaced for a new password alone', () => {
    expect(planDelivery({ ...HERE, ledger: ledger(), password: 'new' })).toMatchObject({
      kind: 'replace',
      password: 'new',
    })
  })

  test('is replaced after an attempt that nobody heard of: the ledger may be behind', () => {
    expect(planDelivery({ ...HERE, ledger: ledger(), mayHaveArrived: true })).toMatchObject({ kind: 'replace' })
  })

  test('is not sent the default password as a new one', () => {
    const plan = planDelivery({ ...HERE, ledger: ledger(OLD), defaultPassword: 'default' })
    expect(plan).toMatchObject({ kind: 'replace', password: undefined })
  })
})

describe('what is here no more', () => {
  const gone: Situation = { ...HERE, present: undefined }

  test('is removed where the ledger says it stands', () => {
    expect(planDelivery({ ...gone, ledger: ledger() })).toEqual({ kind: 'remove', remoteId: 'r1' })
  })

  test('is looked for and removed, if an attempt that nobody heard of may have made it', () => {
    expect(planDelivery({ ...gone, mayHaveArrived: true })).toEqual({ kind: 'remove', remoteId: undefined })
  })

  test('needs nothing if it never went out', () => {
    expect(planDelivery(gone)).toEqual({ kind: 'nothing' })
  })
})
