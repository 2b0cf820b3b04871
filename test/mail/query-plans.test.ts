/** What a sign-in, a link and the poller ask reads no table from end to end. */
import { beforeAll, expect, test } from 'vitest'
import { signInName } from '../../src/directory/verified/queries.ts'
import { queueMail } from '../../src/mail/commands.ts'
import { putLinkBack, takeLink } from '../../src/mail/links/commands.ts'
import { findLink } from '../../src/mail/links/queries.ts'
import { listPendingNotices } from '../../src/outbound/notices/queries.ts'
import { withdrawConsent, withdrawConsents } from '../../src/oidc/consent/commands.ts'
import { listConsents } from '../../src/oidc/consent/queries.ts'
import { linkIdentity, unlinkIdentity } from '../../src/federation/links/commands.ts'
import { listLinks } from '../../src/federation/links/queries.ts'
import { endOtherSessions } from '../../src/session/commands.ts'
import { oidcWorld, type OidcWorld } from '../oidc/world.ts'
import { type Plans, plansOf } from '../support/plans.ts'
import { mailsOf, tokenIn } from './world.ts'

let world: OidcWorld
let plans: Plans
beforeAll(async () => {
  world = await oidcWorld()
  plans = await plansOf(world.platform.db)
})

test('whom a name or an address names', async () => {
  const scope = await world.scope()
  const asked = async (typed: string) => (await plans.demandIndexes(() => signInName(scope, typed))).length
  // As many for whoever is there and whoever is not.
  expect(await asked('kim@example.com')).toBe(await asked('nobody@example.com'))
  expect(await asked('kim')).toBe(await asked('nobody'))
})

test('a mail from its being asked for to its link being used', async () => {
  const scope = await world.scope()
  await plans.demandIndexes(() => queueMail(scope, { kind: 'reset', typed: 'kim', language: 'en' }, { isOwn: false }))
  const [notices] = await plans.demandIndexes(() => listPendingNotices(world.platform.db))
  const plan = notices ? await plans.planOf(notices) : []
  expect(plan.join()).toContain('USING INDEX mail_deliveries_due (next_attempt_at>?)')
  const [mail] = await mailsOf(world)
  await plans.demandIndexes(async () => {
    const link = await findLink(scope, 'reset', tokenIn(mail))
    if (!link) throw new Error('there is no link')
    await takeLink(scope, link)
    await putLinkBack(scope, link)
  })
})

test('what the account shows and ends', async () => {
  const scope = await world.scope()
  await plans.demandIndexes(async () => {
    await listConsents(scope, world.kimId)
    await listLinks(scope, world.kimId)
    const person = { issuer: 'https://idp.example', subject: 's', claims: {} }
    const link = { connection: { id: 'c', name: 'C' }, person, userId: world.kimId }
    await linkIdentity(scope, link)
    for (const by of [{ kind: 'administrator' }, { kind: 'herself', sid: 'sid' }] as const) {
      await unlinkIdentity(scope, world.kimId, 'c', by)
    }
    await endOtherSessions(scope, world.kimId, 'sid')
    await withdrawConsent(scope, world.kimId, 'application')
    await withdrawConsents(scope, world.kimId)
  })
})
