/**
 * The language: models, actions and properties; processes, networks, faults and systems; histories.
 *
 * @module
 */
export * from "./history/history.ts"
export * from "./history/sequential-object.ts"
export * from "./model/action.ts"
export * from "./model/domain.ts"
export { encode } from "./model/encoding.ts"
export * from "./model/errors.ts"
export * from "./model/model.ts"
export * from "./model/property.ts"
export { append, head, type Sequence, tail } from "./model/sequence.ts"
export * from "./model/trace.ts"
export * from "./model/variable.ts"
export { type Named, named, type Processes, type SystemDefinition } from "./system/blueprint.ts"
export * from "./system/budget.ts"
export * from "./system/clock.ts"
export { type Detector, type DetectorKind } from "./system/detector.ts"
export * from "./system/fault.ts"
export { type Ghost, ghost, type Ghosts, type GhostStep } from "./system/ghost.ts"
export { type Behaviour, type Machine, machine, type MachineCommand, type MachineState } from "./system/machine.ts"
export * from "./system/network.ts"
export {
  defer,
  type Fields,
  type FieldValues,
  ignore,
  type Input,
  type MessageOf,
  type ObservedOf,
  type Process,
  type ProcessState,
  react,
  type Reaction,
  recovered,
  type Reply,
  type ReplyOf,
  type StateOf,
  type TimerOf,
  type UnforcedOf,
} from "./system/process.ts"
export * from "./system/system.ts"
export type { Ticks } from "./system/ticks.ts"
export { type Unforced } from "./system/unforced.ts"
