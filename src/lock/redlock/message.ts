/**
 * The messages of Redlock.
 *
 * @module
 */
import { Schema } from "effect"

/** The messages of Redlock. The `request` is the number of a client's attempt: with the client's name, the random value of the paper. */
export const RedlockMessage = Schema.TaggedUnion({
  /** `SET lock value NX PX lease`. */
  Set: { request: Schema.Int },
  /** The node has set it. */
  Ok: { request: Schema.Int },
  /** It was there. */
  Nil: { request: Schema.Int },
  /** Deletes the key if it has this value. */
  Del: { request: Schema.Int },
})
