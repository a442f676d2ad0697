/**
 * The specifications: what must hold, one file per problem.
 *
 * @module touchstone/spec
 */
export * from "./commit/atomic-commitment.ts"
export * from "./commit/fail-stop.ts"
export * from "./consensus/agreement.ts"
export * from "./consensus/multi-paxos.ts"
export * from "./consensus/replicated-log.ts"
export * from "./consensus/single-decree-paxos.ts"
export * from "./stateright/increment.ts"
export * from "./stateright/paxos-register.ts"
export * from "./tla/consensus.ts"
export * from "./tla/lock.ts"
export * from "./tla/paxos-commit.ts"
export * from "./tla/paxos.ts"
export * from "./tla/peterson.ts"
export * from "./tla/transaction-commit.ts"
export * from "./tla/two-phase-backup.ts"
export * from "./tla/two-phase.ts"
export * from "./tla/voting.ts"
