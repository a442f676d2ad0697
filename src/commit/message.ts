/**
 * The messages that all protocols of atomic commitment share.
 *
 * @module
 */
import { Schema } from "effect"
import type { Outcome } from "./decision.ts"

/** A participant is asked to vote. */
export const Prepare = Schema.TaggedStruct("Prepare", {})
/** The decision is to commit. */
export const Commit = Schema.TaggedStruct("Commit", {})
/** The decision is to abort. */
export const Abort = Schema.TaggedStruct("Abort", {})
/** Somebody asks what was decided. */
export const DecisionRequest = Schema.TaggedStruct("DecisionRequest", {})

/** The message that tells a decision. */
export const announcement = (decision: Outcome) => decision === "committed" ? Commit.make({}) : Abort.make({})
