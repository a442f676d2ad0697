/**
 * The specifications: what must hold, one file per problem.
 *
 * @module touchstone/spec
 */
export * from "./agreement.ts"
export * from "./atomic-commitment.ts"
export * from "./consensus.ts"
export * from "./fail-stop.ts"
export * from "./increment.ts"
export * from "./lock.ts"
export * from "./multi-paxos.ts"
export * from "./paxos-commit.ts"
export * from "./paxos-register.ts"
export * from "./paxos.ts"
export * from "./peterson.ts"
export * from "./replicated-log.ts"
export * from "./single-decree-paxos.ts"
export * from "./transaction-commit.ts"
export * from "./two-phase-backup.ts"
export * from "./two-phase.ts"
export * from "./voting.ts"
