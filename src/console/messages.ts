/**
 * What a page says after a redirect. The address names one of these, so that nobody can put words of their own into
 * a page by a link.
 */
const MESSAGES = {
  'user-created': 'The user was created.',
  'user-updated': 'The user was updated.',
  'user-deleted': 'The user was deleted.',
  'password-reset': 'The password was set.',
  'factors-reset': 'The sign-in factors were reset.',
  'sessions-ended': 'The user was signed out everywhere.',
  'group-created': 'The group was created.',
  'group-updated': 'The group was updated.',
  'group-deleted': 'The group was deleted.',
  'member-added': 'The member was added.',
  'member-removed': 'The member was removed.',
  'unknown-members-forgotten': 'The unknown members were forgotten.',
  'role-created': 'The role was created.',
  'role-updated': 'The role was updated.',
  'role-deleted': 'The role was deleted.',
  'holder-added': 'The role was given.',
  'holder-removed': 'The role was taken away.',
  'connection-created': 'The connection was created.',
  'connection-updated': 'The connection was updated.',
  'connection-deleted': 'The connection was deleted.',
  'connector-created': 'The connector was created. It is disabled until you switch it on.',
  'connector-updated': 'The connector was updated.',
  'connector-enabled': 'The connector is enabled. Who was here before it is provisioned from its page, if you want.',
  'connector-disabled': 'The connector is disabled.',
  'connector-resumed': 'What waits goes out now.',
  'removals-allowed': 'The removals go out now.',
  'connector-deleted': 'The connector was deleted.',
  'sync-started': 'Everybody who is here already goes out now.',
  'sync-stopped': 'It was stopped. What is on its way still goes out.',
  'mapping-updated': 'The attribute mapping was updated. Who is other at the target by it goes out.',
  'groups-updated': 'The outbound provisioning groups were updated.',
  'reconciliation-started': 'What the target has is compared now.',
  'reconciliation-stopped': 'It was stopped. What was found stays.',
  'drift-repaired': 'It was sent on its way.',
  'drift-accepted': 'It stays as it is at the target.',
  'drifts-repaired': 'They were sent on their way.',
  'drifts-accepted': 'They stay as they are at the target.',
  'roles-updated': 'The outbound provisioning roles were updated.',
  'deliveries-retried': 'What was blocked or dead is tried again now.',
  'delivery-retried': 'The delivery is tried again now.',
  'alerts-updated': 'Alerts go there from now on.',
  'alerts-removed': 'No alerts are sent any more.',
  'log-settings-updated': 'How long the log is kept was updated.',
  'application-created': 'The application was created.',
  'application-updated': 'The application was updated.',
  'application-deleted': 'The application was deleted.',
  'secret-made': 'There is a new client secret.',
  'former-secret-ended': 'The former client secret is worth nothing any more.',
  'flow-updated': 'The login flow was updated.',
  'provisioner-created': 'The provisioner was added.',
  'provisioner-deleted': 'The provisioner was removed.',
  'access-updated': 'The API access was updated.',
  'token-created': 'The SCIM token was created.',
  'token-revoked': 'The SCIM token was revoked.',
  'attribute-created': 'The attribute was created.',
  'attribute-updated': 'The attribute was updated.',
  'attribute-deleted': 'The attribute was deleted.',
  'branding-updated': 'The branding was updated.',
  'logo-updated': 'The logo was updated.',
  'logo-removed': 'The logo was removed.',
  'policy-updated': 'The password policy was updated.',
  'registration-updated': 'Client registration was updated.',
  'initial-token-created': 'The initial token was created.',
  'initial-token-revoked': 'The initial token was revoked.',
  'sign-up-updated': 'Who may sign up was updated.',
  'keys-rotated': 'The next keys sign from now on. The former ones stay published as long as their tokens live.',
  'keys-replaced': 'New keys sign from now on. Tokens of the former ones are worth nothing any more.',
  'deleted-user-forgotten': 'The user may come back.',
} as const
export type Message = keyof typeof MESSAGES

/** An address with a message for the page behind it. */
export function withMessage(path: string, message: Message): string {
  return `${path}${path.includes('?') ? '&' : '?'}done=${message}`
}

export function messageOf(name: string | undefined): string | undefined {
  return Object.entries(MESSAGES).find(([known]) => known === name)?.[1]
}
