/** What a delivery came to. `remoteId` is where the resource stands now; undefined if it is gone. */
export type PushOutcome =
  | { readonly kind: 'done'; readonly remoteId: string | undefined; readonly created: boolean }
  /** No answer came: the target is in trouble, whatever it is asked. */
  | { readonly kind: 'down'; readonly error: string }
  /** Worth another try: too many requests, a fault of the target. */
  | { readonly kind: 'retry'; readonly error: string; readonly retryAfterMs: number }
  /** Our credential is refused: nothing else would be let in either. */
  | { readonly kind: 'refused'; readonly error: string }
  /** 403: our credential may not do this. Perhaps it may do nothing; perhaps it is this resource alone. */
  | { readonly kind: 'forbidden'; readonly error: string }
  /** Somebody has to do something at one of the two sides first; it is tried again now and then. */
  | { readonly kind: 'blocked'; readonly error: string }
  /** The target refuses this resource as it is: a change of it would help, or somebody's help at the target. */
  | { readonly kind: 'rejected'; readonly error: string }

/** Ends a push; `outcome` says how. */
export class PushFailure extends Error {
  readonly outcome: PushOutcome
  constructor(outcome: PushOutcome) {
    super(outcome.kind)
    this.outcome = outcome
  }
}
