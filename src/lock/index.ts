/**
 * Locks: at most one client at a time may do something.
 *
 * @module touchstone/lock
 */
export * from "./phase.ts"
export * from "./resource.ts"
export * from "./tutorial-lock.ts"
