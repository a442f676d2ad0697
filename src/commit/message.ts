/**
 * The messages that all protocols of atomic commitment share.
 *
 * @module
 */
import type { TransactionOutcome } from "./decision.ts"

/** The messages that all protocols share, for the union of each. */
export const commitmentMessages = {
  /** A participant is asked to vote. */
  Prepare: {},
  /** The decision is to commit. */
  Commit: {},
  /** The decision is to abort. */
  Abort: {},
  /** Somebody asks what was decided. */
  DecisionRequest: {},
} as const

/** The message that tells a decision. */
export const announcement = (
  decision: TransactionOutcome,
) => ({ _tag: decision === "committed" ? "Commit" : "Abort" } as const)
