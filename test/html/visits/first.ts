/** Who is asked her name first, a hint where to sign in, a provider that is the only way, and a sign-out that goes on to it. */
import { runBatch } from '../../../src/db/open.ts'
import { sql } from '../../../src/db/sql.ts'
import { fill } from './form.ts'
import { atHome, newcomer, type Visit, visitor } from './person.ts'

type Addresses = Readonly<Record<'named' | 'partners' | 'single' | 'both', string>>

/** The addresses are of applications; that of a person of the domain begins at the connection. */
export async function visitFirst(visit: Visit, { named, partners, single, both }: Addresses): Promise<void> {
  const { pages } = visit
  const browser = visitor(visit)
  const first = await browser.get(named)
  pages.set('name first', first)
  pages.set('name first, nothing typed', await fill(browser, first, { username: '' }))
  const password = await fill(browser, first, { username: '1@example.org' })
  pages.set('name first, then the password', password)
  pages.set('name first, then no password', await fill(browser, password, { username: '1@example.org', password: '' }))
  const address = await browser.get(partners)
  pages.set('address first', address)
  pages.set('address first, nothing typed', await fill(browser, address, { username: '' }))
  pages.set('address first, nobody’s', await fill(browser, address, { username: '1@example.org' }))
  const form = await browser.get(both)
  pages.set('sign-in, where her people do', await fill(browser, form, { username: '1@example.com', password: '' }))
  pages.set('only way is away', await browser.get(single))
}

/** `connectionId` is a connection at which signing out goes on. */
export async function visitPassedSignOut(visit: Visit, connectionId: string): Promise<void> {
  const person = await newcomer(visit.world)
  const browser = await atHome(visit, person)
  const { tenantId, now, db } = await visit.world.scope()
  await runBatch(db, [
    sql`insert into federated_sessions (tenant_id, sid, connection_id, issuer, subject, created)
      select tenant_id, sid, ${connectionId}, 'https://idp.example', user_id, ${now} from sessions
      where tenant_id = ${tenantId} and user_id = ${person.id}`,
  ])
  await browser.get('/logout')
  visit.pages.set('sign-out, the provider is next', await browser.post('/logout'))
}
