/**
 * Public examples of Stateright, a model checker in Rust. Their counts of states are those that it gives.
 *
 * @module touchstone/spec/stateright
 */
export * from "./increment.ts"
export * from "./paxos-register.ts"
