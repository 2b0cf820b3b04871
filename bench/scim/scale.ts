/**
 * What a million users cost who are not asked for: gets, filters by what is indexed and pages by cursor, beside the same
 * over a thousand. Each request is for another of 4,000 users from all over, more than SQLite's cache holds. In this
 * process, one request after the other. Aim: 1.3 times at most.
 */
import { measure } from '../measure.ts'
import { type Line, progress, report } from '../report.ts'
import { type Client, openWorld } from '../world.ts'
import { MILLION, millionUsers } from './million.ts'
import { person, populate } from './population.ts'

const THOUSAND = 1000
const SAMPLES = 4000
const AIM = { most: 1.3 }
/** Long enough to ask for each sample once: the machine has the file in memory then, and SQLite has not. */
const WARM_UP_MS = 1500
const PAGE = { count: '100' }
const PAGES_IN = 8

type User = {
  readonly id: string
  readonly userName: string
  readonly externalId: string
  readonly displayName: string
  readonly emails: readonly { readonly value: string }[]
  readonly meta: { readonly created: string; readonly lastModified: string }
}
type Directory = { readonly client: Client; readonly users: readonly User[] }
type Query = Readonly<Record<string, string>>

const FILTERS: Readonly<Record<string, (user: User) => string>> = {
  'id eq': ({ id }) => `id eq "${id}"`,
  'userName eq': ({ userName }) => `userName eq "${userName}"`,
  'userName sw': ({ userName }) => `userName sw "${userName}"`,
  'externalId eq': ({ externalId }) => `externalId eq "${externalId}"`,
  'displayName eq': ({ displayName }) => `displayName eq "${displayName}"`,
  'emails eq': ({ emails }) => `emails eq "${emails[0]?.value}"`,
  'emails.value eq': ({ emails }) => `emails.value eq "${emails[0]?.value}"`,
  'emails[type and value]': ({ emails }) => `emails[type eq "work" and value eq "${emails[0]?.value}"]`,
  'userName and active': ({ userName }) => `userName eq "${userName}" and active eq true`,
  'userName or externalId': ({ userName, externalId }) => `userName eq "${userName}" or externalId eq "${externalId}"`,
  'displayName and emails': ({ displayName, emails }) =>
    `displayName eq "${displayName}" and emails.value eq "${emails[0]?.value}"`,
}
/**
 * The first ten by cursor of those who are many. Whoever came in one batch shares a moment; the ranges hold half of all
 * or, of names, a fourteenth.
 */
const MANY: Readonly<Record<string, (user: User) => Query>> = {
  'meta.created eq': ({ meta }) => ({ filter: `meta.created eq "${meta.created}"` }),
  'meta.lastModified eq': ({ meta }) => ({ filter: `meta.lastModified eq "${meta.lastModified}"` }),
  'meta.lastModified ge': ({ meta }) => ({ filter: `meta.lastModified ge "${meta.lastModified}"` }),
  'meta.lastModified ge, sorted by it': ({ meta }) => ({
    filter: `meta.lastModified ge "${meta.lastModified}"`,
    sortBy: 'meta.lastModified',
  }),
  'userName sw, of many': ({ userName }) => ({ filter: `userName sw "${userName.split('.')[0]}."` }),
  'userName sw, of many, sorted by it': ({ userName }) => ({
    filter: `userName sw "${userName.split('.')[0]}."`,
    sortBy: 'userName',
  }),
}
const ORDERS: Readonly<Record<string, Query>> = {
  id: {},
  userName: { sortBy: 'userName' },
  displayName: { sortBy: 'displayName' },
  'meta.lastModified': { sortBy: 'meta.lastModified' },
  'meta.lastModified, newest first': { sortBy: 'meta.lastModified', sortOrder: 'descending' },
}

export async function run(): Promise<void> {
  const small = await openWorld()
  await populate(await small.scope(), THOUSAND)
  const large = await openWorld(await millionUsers())
  progress('scale: choosing users')
  const many = { client: large.client, users: await sampleOf(large.client, MILLION) }
  const few = { client: small.client, users: await sampleOf(small.client, THOUSAND) }
  const lines: Line[] = []
  for (const { name, isAim = true, of } of await subjects(many, few)) {
    progress(`scale: ${name}`)
    const beside = { name: 'of a thousand', run: of(few) }
    lines.push(await measure({ name, run: of(many), beside, ...(isAim ? { aim: AIM } : {}) }, WARM_UP_MS))
  }
  progress('')
  large.close()
  small.close()
  report('scale', 'a million users beside a thousand', lines)
}

type Subject = {
  readonly name: string
  readonly isAim?: boolean
  readonly of: (directory: Directory) => () => Promise<string>
}

async function subjects(many: Directory, few: Directory): Promise<Subject[]> {
  const filters = Object.entries(FILTERS).map(([name, filter]) => ({
    name,
    of: each((user, client) => client('GET', '/Users', { query: { filter: filter(user) } })),
  }))
  const ranges = Object.entries(MANY).map(([name, query]) => ({
    name,
    of: each((user, client) => client('GET', '/Users', { query: { ...query(user), count: '10', cursor: '' } })),
  }))
  const pages: Subject[] = []
  for (const [name, order] of Object.entries(ORDERS)) {
    const cursors = new Map([
      [many, await cursorsOf(many, order)],
      [few, await cursorsOf(few, order)],
    ])
    pages.push({ name: `first page by ${name}`, of: (directory) => () => pageOf(directory, order, '') })
    pages.push({
      name: `next page by ${name}`,
      of: (directory) => {
        const list = cursors.get(directory) ?? []
        let n = 0
        return () => pageOf(directory, order, list[n++ % list.length] ?? '')
      },
    })
  }
  return [
    { name: 'get', of: each(({ id }, client) => client('GET', `/Users/${id}`)) },
    ...filters,
    ...ranges,
    ...pages,
    // RFC 7644 demands totalResults of it, and SQLite counts by counting.
    {
      name: 'first page by index',
      isAim: false,
      of:
        ({ client }) =>
        () =>
          client('GET', '/Users', { query: PAGE }),
    },
  ]
}

/** One of the users after the other. */
function each(ask: (user: User, client: Client) => Promise<string>): Subject['of'] {
  return ({ client, users }) => {
    let n = 0
    return () => {
      const user = users[(n += 7) % users.length]
      if (!user) throw new Error('no users')
      return ask(user, client)
    }
  }
}

/** Users from all over those that populate() made. */
async function sampleOf(client: Client, count: number): Promise<User[]> {
  const users: User[] = []
  for (let i = 0; i < SAMPLES; i++) {
    const { userName } = person(Math.floor((i * count) / SAMPLES))
    const list = await client('GET', '/Users', { query: { filter: `userName eq "${String(userName)}"` } })
    const [user] = (JSON.parse(list) as { Resources: User[] }).Resources
    if (!user) throw new Error(`${String(userName)} is not there`)
    users.push(user)
  }
  return users
}

function pageOf({ client }: Directory, order: Query, cursor: string): Promise<string> {
  return client('GET', '/Users', { query: { ...PAGE, ...order, cursor } })
}

/** Cursors of the pages behind the first one. */
async function cursorsOf(directory: Directory, order: Query): Promise<string[]> {
  const cursors: string[] = []
  for (let i = 0; i < PAGES_IN; i++) {
    const page = JSON.parse(await pageOf(directory, order, cursors.at(-1) ?? '')) as { nextCursor: string }
    cursors.push(page.nextCursor)
  }
  return cursors
}
