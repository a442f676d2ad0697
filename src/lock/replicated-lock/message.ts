/**
 * The messages of a lock with a replica.
 *
 * @module
 */
import { Schema } from "effect"

/** The messages of a lock with a replica. The `request` is the number of a client's request for the lock. */
export const ReplicatedLockMessage = Schema.TaggedUnion({
  /** A client asks for the lock. */
  Acquire: { request: Schema.Int },
  /** It has got it. */
  Granted: { request: Schema.Int },
  /** Somebody else has it. */
  Refused: { request: Schema.Int },
  /** The owner gives it back. */
  Release: { request: Schema.Int },
  /** The primary tells the replica who owns the lock. */
  Copy: { owner: Schema.NullOr(Schema.String), request: Schema.Int },
  /** The replica has noted it. */
  Copied: { owner: Schema.NullOr(Schema.String), request: Schema.Int },
})
