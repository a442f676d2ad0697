/**
 * The messages of leader election by lease.
 *
 * @module
 */
import { Schema } from "effect"

/** The messages of leader election by lease, between a candidate and the store that has the record. */
export const LeaderElectionMessage = Schema.TaggedUnion({
  /** A candidate asks for the record. */
  Get: {},
  /** Who leads, the number of the record's last change, and the time that the leader's clock showed then. */
  Record: { leader: Schema.NullOr(Schema.String), version: Schema.Int, stamp: Schema.Int },
  /** A candidate wants to lead, or goes on to lead, if the record is still at that version. */
  Update: { version: Schema.Int, stamp: Schema.Int },
  /** The record is changed. */
  Updated: { version: Schema.Int },
  /** It has another version. */
  Conflict: {},
})
