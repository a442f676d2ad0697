/**
 * The messages of the lease with a fencing token.
 *
 * @module
 */
import { Schema } from "effect"
import { resourceMessages } from "../resource.ts"

/** The messages of the lease with a fencing token: between client and server, and between client and resource. */
export const FencedLeaseMessage = Schema.TaggedUnion({
  ...resourceMessages,
  /** A client asks for the lock, for the `request`-th time. */
  Acquire: { request: Schema.Int },
  /** It has got it, with a token that is greater than all before. */
  Granted: { request: Schema.Int, token: Schema.Int },
  /** It is not free. */
  Refused: { request: Schema.Int },
  /** The owner gives it back. */
  Release: { token: Schema.Int },
  /** Whether it was the owner until then. */
  Released: { wasOwner: Schema.Boolean },
})
