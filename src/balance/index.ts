/**
 * Load balancing: who serves the next request.
 *
 * @module touchstone/balance
 */
export * from "./balancer.ts"
export { Connections, CountingState } from "./connections.ts"
export * from "./consistent-hashing.ts"
export * from "./hash.ts"
export * from "./health-check.ts"
export * from "./jump-hash.ts"
export * from "./least-connections.ts"
export * from "./maglev.ts"
export * from "./outlier-ejection.ts"
export * from "./panic.ts"
export * from "./power-of-two-choices.ts"
export * from "./rendezvous.ts"
export * from "./retry-budget.ts"
export * from "./round-robin.ts"
export * from "./slow-start.ts"
export * from "./smooth-weighted-round-robin.ts"
export * from "./uniform-random.ts"
export * from "./weighted-random.ts"
