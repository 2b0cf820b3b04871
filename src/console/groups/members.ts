import type { MemberChange } from '../../directory/members/edit.ts'

/** Adds a user or group to a group; who is in it already stays once. */
export function withMember(id: string): MemberChange {
  return { attribute: 'members', kind: 'add', ids: [id] }
}

/** Takes a user or group out of a group. */
export function withoutMember(id: string): MemberChange {
  return { attribute: 'members', kind: 'remove', ids: [id] }
}
