/**
 * The phase in which a client of a lock is.
 *
 * @module
 */
import { Schema } from "effect"

/**
 * The phase in which a client of a lock is: it is `idle`; it is `waiting` for the lock; it is `holding` it, as far as it knows; it is
 * `releasing` it, and holds it no longer.
 *
 * A client that is `holding` *believes* that it holds the lock. Whether the lock agrees is another matter, and the subject of
 * most of what can be wrong with locks.
 */
export const LockPhase = Schema.Literals(["idle", "waiting", "holding", "releasing"])
/** The type of {@link LockPhase}. */
export type LockPhase = typeof LockPhase.Type
