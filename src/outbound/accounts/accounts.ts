/** Accounts behind an API that is not SCIM: what carrying out a plan needs of it. */
import type { Body } from '../body.ts'
import type { PatchOperation } from '../diff.ts'
import type { PushFailure } from '../outcome.ts'
import type { Found } from '../resource.ts'

export type Account = Found & {
  /** Why nobody else may have it, if that is so. */
  readonly keptBecause?: string | undefined
}

/** Somebody has the name, or the mark, already: `refusal` is what it comes to if nobody is found who has it. */
export type Taken = { readonly kind: 'taken'; readonly refusal: PushFailure }
export type Created = { readonly kind: 'created'; readonly remoteId: string } | Taken
/** `gone`: the target says, in a way that no wrong address does, that it has no such account. */
export type Changed = { readonly kind: 'done' } | { readonly kind: 'gone' } | Taken

/** Each throws PushFailure for every other refusal. */
export type Accounts = {
  /** The one that carries our id. */
  findMarked(): Promise<Account | undefined>
  /** The one that has the name. */
  findNamed(body: Body): Promise<Account | undefined>
  create(body: Body, password: string | undefined): Promise<Created>
  /** Of an account that has what was last sent. */
  change(remoteId: string, changes: readonly PatchOperation[], password: string | undefined): Promise<Changed>
  /** Of an account of which it is not known what it has. */
  replace(remoteId: string, body: Body, password: string | undefined): Promise<Changed>
  /** Of who has left; of an account that is gone already it is done. */
  remove(remoteId: string): Promise<void>
}
