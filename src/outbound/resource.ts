/** What a delivery is about, as carrying it out at a target of any type needs it. */
import type { ProvisionedType } from '../db/schema.ts'

/** What a target has under a name: its id there, and whose it says that it is. */
export type Found = { readonly remoteId: string; readonly externalId: string | undefined }

export type OwnResource = {
  readonly type: ProvisionedType
  readonly id: string
  /** Whether what was found is another resource of ours, or was and is not gone yet. */
  isAnothers(found: Found): Promise<boolean>
}
