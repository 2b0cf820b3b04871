/** Which group or role each row of the form means. */
import { nameKey } from '../../../core/ids.ts'
import type { RoleRow } from '../../../directory/roles/queries.ts'
import type { Scope } from '../../../platform.ts'
import type { GrantRow, Target } from './form.ts'
import { findGroups, suggestGroups } from './queries.ts'

/** A group is typed by its name; one that is gone stays by its id, for it grants nothing. */
export async function groupTargets(
  scope: Scope,
  rows: readonly GrantRow[],
  kept: readonly string[],
): Promise<readonly Target[]> {
  const found = await findGroups(
    scope,
    rows.map(({ target }) => target).filter((name) => name !== ''),
  )
  return Promise.all(
    rows.map(async ({ target }): Promise<Target> => {
      const group =
        found.find(({ id }) => id === target) ?? found.find(({ key }) => target !== '' && key === nameKey(target))
      if (group) return { id: group.id }
      return kept.includes(target) ? { id: target } : { fault: await whyNone(scope, target) }
    }),
  )
}

async function whyNone(scope: Scope, name: string): Promise<string> {
  if (name === '') return 'Give the name of a group.'
  const near = await suggestGroups(scope, name)
  return near.length > 0
    ? `There is no group ${name}. Some begin like it: ${near.join(', ')}.`
    : `There is no group ${name}.`
}

/** A role is chosen from the list. */
export function roleTargets(
  roles: readonly RoleRow[],
  rows: readonly GrantRow[],
  kept: readonly string[],
): readonly Target[] {
  return rows.map(({ target }) =>
    roles.some(({ id }) => id === target) || kept.includes(target) ? { id: target } : { fault: 'Choose a role.' },
  )
}
