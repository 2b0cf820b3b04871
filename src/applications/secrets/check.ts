/** The secrets of an application that are good at a moment: the present one, and the former until its end. */
import { equalInConstantTime, hashToken } from '../../core/crypto.ts'
import type { Scope } from '../../platform.ts'
import type { ApplicationRow } from '../queries.ts'
import { secretPlace } from './commands.ts'

export function isSecretOf({ now }: Pick<Scope, 'now'>, application: ApplicationRow, secret: string): boolean {
  const { clientSecretHash, formerSecretHash } = application
  const hash = hashToken(secret)
  const isPresent = clientSecretHash !== null && equalInConstantTime(hash, clientSecretHash)
  const former = hasFormerSecret(application, now) ? formerSecretHash : null
  return isPresent || (former !== null && equalInConstantTime(hash, former))
}

export function hasFormerSecret(application: ApplicationRow, now: Date): boolean {
  const { formerSecretHash, formerSecretExpiresAt } = application
  return formerSecretHash !== null && formerSecretExpiresAt !== null && formerSecretExpiresAt > now
}

/** The secrets themselves, to verify what is signed with them; none where they are kept as hashes. */
export async function openSecrets(scope: Scope, application: ApplicationRow): Promise<string[]> {
  const former = hasFormerSecret(application, scope.now) ? application.formerSecretSealed : null
  const sealed = [application.clientSecretSealed, former].filter((one) => one !== null)
  return Promise.all(sealed.map((one) => scope.platform.sealer.open(one, secretPlace(scope, application.id))))
}
