/**
 * What the members of a group cost who are not spoken of: one is added and removed (PATCH), the group gets another
 * displayName, and is read without its members, with 100,000 of them beside 10. In this process, one request after the
 * other. Aim: 1.5 times at most.
 */
import { createGroup } from '../../src/directory/groups/creation/commands.ts'
import { GROUP } from '../../src/scim/resource-types.ts'
import { measure } from '../measure.ts'
import { type Line, progress, report } from '../report.ts'
import { openWorld } from '../world.ts'
import { patchOf } from './messages.ts'
import { populate } from './population.ts'

const MANY = 100_000
const FEW = 10
const AIM = { most: 1.5 }
/** Users who are in no group, to be added. */
const OTHERS = 500

export async function run(): Promise<void> {
  const world = await openWorld()
  const { client } = world
  const scope = await world.scope()
  progress(`members: making ${MANY.toLocaleString('en')} users and their group`)
  const { ids } = await populate(scope, MANY + OTHERS)
  const groupOf = async (displayName: string, members: readonly string[]) => {
    const input = { schemas: [GROUP.schema.id], displayName, members: members.map((value) => ({ value })) }
    return (await createGroup(scope, input, { source: 'scim' })).id
  }
  const many = await groupOf('many', ids.slice(0, MANY))
  const few = await groupOf('few', ids.slice(0, FEW))
  const others = ids.slice(MANY)

  const patch = (group: string, operation: object) => client('PATCH', `/Groups/${group}`, { body: patchOf(operation) })
  const subjects: Record<string, (group: string) => () => Promise<unknown>> = {
    'one member added, then removed': (group) => {
      let n = 0
      return async () => {
        const value = others[n++ % OTHERS]
        await patch(group, { op: 'add', path: 'members', value: [{ value }] })
        await patch(group, { op: 'remove', path: `members[value eq "${value}"]` })
      }
    },
    'displayName replaced': (group) => {
      let n = 0
      return () => patch(group, { op: 'replace', path: 'displayName', value: `${group} ${n++}` })
    },
    'read without members': (group) => () =>
      client('GET', `/Groups/${group}`, { query: { excludedAttributes: 'members' } }),
    'its name by filter, without members': (group) => () =>
      client('GET', '/Groups', { query: { filter: `id eq "${group}"`, attributes: 'displayName' } }),
  }
  const lines: Line[] = []
  for (const [name, of] of Object.entries(subjects)) {
    progress(`members: ${name}`)
    lines.push(await measure({ name, run: of(many), beside: { name: `of ${FEW}`, run: of(few) }, aim: AIM }))
  }
  progress('')
  world.close()
  report('members', `a group of ${MANY.toLocaleString('en')} members beside one of ${FEW}`, lines)
}
