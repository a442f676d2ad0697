/**
 * Protocols of consensus: one value is chosen, or a log of them.
 *
 * @module touchstone/consensus
 */
export * from "./multi-paxos.ts"
export * from "./quorum-system.ts"
export * from "./single-decree-paxos.ts"
