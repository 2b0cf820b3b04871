import { ACCESS_TOKEN_ALGORITHM, signingKey } from '../oidc/keys.ts'
import type { Platform } from '../platform.ts'
import { findTenantBySlug } from '../tenancy/queries.ts'
import { StartError } from './start-error.ts'

/**
 * Refuses to start with another MASTER_KEY than the database was sealed with: nothing of it could be opened, and what is
 * sealed from then on by no process that has the right one. The default tenant's signing key tells; a new database gets
 * it here.
 */
export async function demandSameMasterKey(platform: Platform): Promise<void> {
  const tenant = await findTenantBySlug(platform.db, '')
  if (!tenant) return
  const scope = { platform, db: platform.db, tenantId: tenant.id, now: platform.now() }
  try {
    await signingKey(scope, ACCESS_TOKEN_ALGORITHM)
  } catch (error) {
    // What WebCrypto says of a key that does not fit.
    if (!(error instanceof DOMException)) throw error
    throw new StartError('MASTER_KEY: another one has sealed this database; give that one', { cause: error })
  }
}
