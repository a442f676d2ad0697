/**
 * What must hold of locks.
 *
 * @module touchstone/spec/lock
 */
export * from "./database-lock.ts"
export * from "./fencing.ts"
export * from "./maekawa.ts"
export * from "./mutual-exclusion.ts"
export * from "./optimistic-lock.ts"
export * from "./pessimistic-lock.ts"
export * from "./pooled-lock.ts"
export * from "./queue-lock.ts"
export * from "./resource.ts"
export * from "./ricart-agrawala.ts"
export * from "./shared-lock.ts"
