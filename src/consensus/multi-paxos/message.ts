/**
 * What the servers and clients of Multi-Paxos say to each other.
 *
 * @module
 */
import { Schema } from "effect"

/** What is in a slot of the log: an operation that a client has asked for, or nothing, to fill a gap. */
export const LogEntry = Schema.TaggedUnion({
  Operation: { client: Schema.String, sequence: Schema.Int, operation: Schema.Json },
  Noop: {},
})
/** The type of {@link LogEntry}. */
export type LogEntry = typeof LogEntry.Type

/** A vote for an entry in a ballot. */
export const SlotVote = Schema.Struct({ slot: Schema.Int, ballot: Schema.Int, entry: LogEntry })
/** The type of {@link SlotVote}. */
export type SlotVote = typeof SlotVote.Type

/** An entry that is chosen. */
export const Choice = Schema.Struct({ slot: Schema.Int, entry: LogEntry })
/** The type of {@link Choice}. */
export type Choice = typeof Choice.Type

/** The messages of Multi-Paxos. */
export const LogMessage = Schema.TaggedUnion({
  /** A client asks for its `sequence`-th operation. */
  Request: { sequence: Schema.Int, operation: Schema.Json },
  /** The answer to a client's `sequence`-th request. */
  Response: { sequence: Schema.Int, result: Schema.Json },
  /** Phase 1a, for all slots from this one on: what is chosen in those before it, the candidate knows. */
  Prepare: { ballot: Schema.Int, slot: Schema.Int },
  /** Phase 1b: a server promises, and reports its latest vote in each of these slots. */
  Promise: { ballot: Schema.Int, votes: Schema.Array(SlotVote) },
  /** Phase 2a, for one slot. */
  Accept: { ballot: Schema.Int, slot: Schema.Int, entry: LogEntry },
  /** Phase 2b, for one slot. */
  Accepted: { ballot: Schema.Int, slot: Schema.Int },
  /** A negative answer to a `Prepare` or an `Accept`: the server has promised this ballot, which is higher. */
  Preempted: { ballot: Schema.Int },
  /** An entry is chosen. */
  Chosen: { slot: Schema.Int, entry: LogEntry },
})
