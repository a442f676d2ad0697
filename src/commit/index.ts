/**
 * Protocols of atomic commitment: all participants commit, or all abort.
 *
 * @module touchstone/commit
 */
export * from "./decision.ts"
export * from "./paxos-commit.ts"
export * from "./presumed-abort.ts"
export * from "./three-phase-commit.ts"
export * from "./two-phase-commit.ts"
