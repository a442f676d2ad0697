/**
 * Judges what a real system did.
 *
 * @module touchstone/oracle
 */
export * from "../history/objects/bank.ts"
export * from "../history/objects/compare-and-set-register.ts"
export * from "../history/objects/counting-semaphore.ts"
export * from "../history/objects/fenced-lock.ts"
export * from "../history/objects/key-value-store.ts"
export * from "../history/objects/log.ts"
export * from "../history/objects/mutex.ts"
export * from "../history/objects/queue.ts"
export * from "../history/objects/set-of-values.ts"
export * from "../history/objects/shared-counter.ts"
export * from "./judge.ts"
export {
  type HistoryEvent,
  InvalidHistory,
  type OperationOutcome,
  operationsOf,
  type RecordedOperation,
} from "./recorded-operation.ts"
