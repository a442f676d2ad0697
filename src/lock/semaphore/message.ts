/**
 * The messages of locks that several may hold at once.
 *
 * @module
 */
import { Schema } from "effect"

/** As what a client holds such a lock: it has a `permit` of a semaphore; or it may `read`, or `write`. */
export const SharedLockMode = Schema.Literals(["permit", "read", "write"])
/** The type of {@link SharedLockMode}. */
export type SharedLockMode = typeof SharedLockMode.Type

/** The messages between a client and the server of a lock that several may hold at once. Each names the client's request. */
export const SharedLockMessage = Schema.TaggedUnion({
  Acquire: { request: Schema.Int, mode: SharedLockMode },
  /** The lease of this request begins. */
  Granted: { request: Schema.Int },
  Release: { request: Schema.Int },
})
