/**
 * Public specifications in TLA+, named as there. Their counts of states are those of TLC.
 *
 * @module touchstone/spec/tla
 */
export * from "./consensus.ts"
export * from "./lock.ts"
export * from "./paxos-commit.ts"
export * from "./paxos.ts"
export * from "./peterson.ts"
export * from "./transaction-commit.ts"
export * from "./two-phase-backup.ts"
export * from "./two-phase.ts"
export * from "./voting.ts"
