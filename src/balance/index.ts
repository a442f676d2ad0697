/**
 * Load balancing: who serves the next request.
 *
 * @module touchstone/balance
 */
export * from "./balancer.ts"
export * from "./round-robin.ts"
export * from "./smooth-weighted-round-robin.ts"
