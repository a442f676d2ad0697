/**
 * Locks: at most one client at a time may do something.
 *
 * @module touchstone/lock
 */
export * from "./database-lock.ts"
export * from "./fenced-lease.ts"
export * from "./leader-election.ts"
export * from "./lease.ts"
export * from "./maekawa.ts"
export * from "./optimistic-lock.ts"
export * from "./pessimistic-lock.ts"
export * from "./phase.ts"
export * from "./pooled-lock.ts"
export * from "./queue-lock.ts"
export * from "./reader-writer-lock.ts"
export * from "./redlock.ts"
export * from "./replicated-lock.ts"
export * from "./resource.ts"
export * from "./ricart-agrawala.ts"
export * from "./semaphore.ts"
export * from "./tutorial-lock.ts"
