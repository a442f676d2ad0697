/**
 * What must hold of load balancing.
 *
 * @module touchstone/spec/balance
 */
export * from "./chances.ts"
export * from "./counting.ts"
export * from "./failing-fast.ts"
export * from "./fairness.ts"
export * from "./hashing.ts"
export * from "./herd.ts"
export * from "./load-balancing.ts"
export * from "./retrying.ts"
export * from "./unhealthy.ts"
