/**
 * What the processes of three-phase commit say to each other.
 *
 * @module
 */
import { Schema } from "effect"
import { commitmentMessages } from "../message.ts"

/** The messages of three-phase commit. */
export const ThreePhaseCommitMessage = Schema.TaggedUnion({
  ...commitmentMessages,
  /** A participant votes. */
  Yes: {},
  No: {},
  /** All have voted yes. */
  PreCommit: {},
  /** A backup that is not pre-committed lets the others fall back to where it is. */
  FallBack: {},
  /** A participant is where it was moved to. */
  Ack: {},
  /** All before the receiver in line have stopped. */
  TakeOver: {},
})
