/**
 * What must hold of consensus, and of a replicated log.
 *
 * @module touchstone/spec/consensus
 */
export * from "./agreement.ts"
export * from "./multi-paxos.ts"
export * from "./negative-answers.ts"
export * from "./replicated-log.ts"
export * from "./single-decree-paxos.ts"
export * from "./slot-votes.ts"
