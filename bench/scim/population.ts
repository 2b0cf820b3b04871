/** Fills a tenant with people, by the same command as Bulk does, and tells how far it is. */
import { createUsers } from '../../src/directory/users/many/commands.ts'
import { newResourceId } from '../../src/core/ids.ts'
import type { Scope } from '../../src/platform.ts'
import { ENTERPRISE_USER_SCHEMA } from '../../src/scim/schemas/enterprise-user.ts'
import { USER } from '../../src/scim/resource-types.ts'
import type { Resource } from '../../src/scim/schema.ts'
import { progress } from '../report.ts'

const AT_ONCE = 1000
const NAMES = ['ann', 'bob', 'carla', 'dave', 'eve', 'finn', 'gina', 'hugo', 'iris', 'jan', 'kim', 'lee', 'mia', 'noa']

/** The number behind a name: spread over all numbers, so that names come in no order. */
export function spread(i: number): number {
  return Math.imul(i + 1, 2654435761) >>> 0
}

export function person(i: number): Resource {
  const number = spread(i)
  const name = `${NAMES[number % NAMES.length]}.${number.toString(36)}`
  return {
    schemas: [USER.schema.id, ENTERPRISE_USER_SCHEMA.id],
    userName: name,
    externalId: `hr-${number}`,
    displayName: `Person ${number}`,
    name: { givenName: 'Per', familyName: `Son ${number}` },
    emails: [{ value: `${name}@example.com`, type: 'work', primary: true }],
    active: true,
    [ENTERPRISE_USER_SCHEMA.id]: { department: `Department ${number % 100}` },
  }
}

/** Makes `count` people, the first of whom is number `from`; gives their ids, and how many seconds it took. */
export async function populate(scope: Scope, count: number, from = 0): Promise<{ ids: string[]; seconds: number }> {
  const ids: string[] = []
  const begin = performance.now()
  const elapsed = () => (performance.now() - begin) / 1000
  while (ids.length < count) {
    const now = new Date(scope.now.getTime() + ids.length)
    const wanted = Array.from({ length: Math.min(AT_ONCE, count - ids.length) }, (_, i) => ({
      id: newResourceId(now),
      input: person(from + ids.length + i),
    }))
    if (!(await createUsers({ ...scope, now }, USER, wanted, { source: 'scim' }))) throw new Error('a name is taken')
    ids.push(...wanted.map(({ id }) => id))
    if (ids.length % 50_000 === 0) {
      const left = ((count - ids.length) * elapsed()) / ids.length
      const [made, all] = [ids.length, count].map((n) => n.toLocaleString('en'))
      progress(`${made} of ${all} users after ${elapsed().toFixed(0)} s, ${left.toFixed(0)} s to go`)
    }
  }
  return { ids, seconds: elapsed() }
}
