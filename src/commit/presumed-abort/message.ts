/**
 * The messages of presumed abort.
 *
 * @module
 */
import { Schema } from "effect"
import { commitmentMessages } from "../message.ts"

/** The messages of presumed abort. */
export const PresumedAbortMessage = Schema.TaggedUnion({
  ...commitmentMessages,
  /** A participant votes. */
  Yes: {},
  No: {},
  /** A participant has changed nothing, and wants to hear no more. */
  ReadOnly: {},
  /** A participant has committed, and will never ask. */
  Ack: {},
})
