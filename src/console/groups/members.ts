import { isComplex, type Resource } from '../../scim/schema.ts'

/** The edit that adds a user or group to a group; who is in it already stays once. */
export function withMember(id: string) {
  return (group: Resource): Resource => ({ ...group, members: [...membersBut(group, id), { value: id }] })
}

/** The edit that takes a user or group out of a group. */
export function withoutMember(id: string) {
  return (group: Resource): Resource => ({ ...group, members: membersBut(group, id) })
}

function membersBut(group: Resource, id: string) {
  const members = Array.isArray(group.members) ? group.members.filter(isComplex) : []
  return members.filter((member) => member.value !== id)
}
