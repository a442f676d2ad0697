/**
 * What must hold of atomic commitment.
 *
 * @module touchstone/spec/commit
 */
export * from "./atomic-commitment.ts"
export * from "./fail-stop.ts"
export * from "./paxos-commit.ts"
export * from "./presumed-abort.ts"
export * from "./said-messages.ts"
export * from "./three-phase-commit.ts"
export * from "./two-phase-commit.ts"
