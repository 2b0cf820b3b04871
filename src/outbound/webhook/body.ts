/** A user or a group as a webhook tells of it: in SCIM, with our ids, and without a password. Pure. */
import type { Body, GroupFacts, UserFacts } from '../body.ts'

export function webhookUser({ id, userName, active, document }: UserFacts): Body {
  return { ...document, id, userName, active }
}

/** Without its members, who are told as they come and go. */
export function webhookGroup({ id, displayName, document }: GroupFacts): Body {
  return { ...document, id, displayName }
}
