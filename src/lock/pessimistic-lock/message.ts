/**
 * The messages of the pessimistic lock.
 *
 * @module
 */
import { Schema } from "effect"

/**
 * The messages of the pessimistic lock. The `request` is the number of a client's request for the lock; with the client's name, it is the
 * *owner token*: no two requests have the same.
 */
export const PessimisticLockMessage = Schema.TaggedUnion({
  /** A client asks for the lock. */
  Acquire: { request: Schema.Int },
  /** It was free, and has got this owner for a lease. */
  Granted: { request: Schema.Int },
  /** It is not free. */
  Refused: { request: Schema.Int },
  /** The owner asks for another lease, for the `extension`-th time. */
  Extend: { request: Schema.Int, extension: Schema.Int },
  /** Its lease begins anew. */
  Extended: { request: Schema.Int, extension: Schema.Int },
  /** The owner gives it back. */
  Release: { request: Schema.Int },
  /** It is free. */
  Released: { request: Schema.Int },
  /** This request is not, or no longer, the owner: nothing was done. */
  NotOwner: { request: Schema.Int },
})
