/**
 * What must hold of locks.
 *
 * @module touchstone/spec/lock
 */
export * from "./mutual-exclusion.ts"
export * from "./resource.ts"
