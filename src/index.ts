/**
 * The language: models, actions and properties; and (with later protocols) the reference implementations.
 *
 * @module touchstone
 */
export * from "./commit/decision.ts"
export * from "./commit/paxos-commit.ts"
export * from "./commit/three-phase-commit.ts"
export * from "./commit/two-phase-commit.ts"
export * from "./consensus/multi-paxos.ts"
export * from "./consensus/paxos.ts"
export * from "./consensus/quorum-system.ts"
export * from "./model/action.ts"
export * from "./model/budget.ts"
export * from "./model/clock.ts"
export * from "./model/domain.ts"
export * from "./model/encoding.ts"
export * from "./model/errors.ts"
export * from "./model/fault.ts"
export * from "./model/history.ts"
export * from "./model/model.ts"
export * from "./model/network.ts"
export * from "./model/process.ts"
export * from "./model/property.ts"
export * from "./model/sequential-object.ts"
export * from "./model/system.ts"
export * from "./model/trace.ts"
export * from "./model/variable.ts"
