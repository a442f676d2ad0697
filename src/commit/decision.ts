/**
 * Votes and decisions: the two fields in which every participant of an atomic commitment keeps what it has promised and what
 * it knows. The specification of the problem is about them, and about whom was asked to vote and what the client was told.
 *
 * @module
 */
import { Schema } from "effect"

/** What a participant has voted. *Yes* is a promise: to be able to commit, and not to abort on its own. */
export const Vote = Schema.Literals(["none", "yes", "no"])
/** The type of {@link Vote}. */
export type Vote = typeof Vote.Type

/** What a participant has decided. */
export const Decision = Schema.Literals(["none", "committed", "aborted"])
/** The type of {@link Decision}. */
export type Decision = typeof Decision.Type

/** What the client is told. */
export const TransactionOutcome = Schema.Literals(["committed", "aborted"])
/** The type of {@link TransactionOutcome}. */
export type TransactionOutcome = typeof TransactionOutcome.Type
