/**
 * What must hold of load balancing.
 *
 * @module touchstone/spec/balance
 */
export * from "./fairness.ts"
export * from "./load-balancing.ts"
