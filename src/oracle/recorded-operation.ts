/**
 * What was recorded of a real system: operations, when they were invoked, and what came of them.
 *
 * @module
 */
import { Data } from "effect"

/**
 * What came of an operation:
 *
 * - `Ok`: it was answered at this time, and took effect before;
 * - `Failed`: it did not take effect, and never will;
 * - `Unknown`: nobody knows. The answer was lost, the time was over, the connection broke: it may have taken effect, may do so at any later
 *   time, or never.
 */
export type OperationOutcome<Result> =
  | { readonly _tag: "Ok"; readonly result: Result; readonly at: number }
  | { readonly _tag: "Failed"; readonly at: number }
  | { readonly _tag: "Unknown" }

/**
 * An operation of a process, which does one after the other. Times are numbers of any unit, from one clock; an operation that was answered
 * at the same time at which another was invoked may come after it.
 */
export interface RecordedOperation<Operation = unknown, Result = unknown> {
  readonly process: string
  readonly operation: Operation
  readonly invoked: number
  readonly outcome: OperationOutcome<Result>
}

/** Something that was recorded: a process invoked an operation, or was told what has come of the one that it had invoked. */
export type HistoryEvent<Operation = unknown, Result = unknown> =
  & { readonly process: string }
  & (
    | { readonly _tag: "Invoked"; readonly operation: Operation }
    | { readonly _tag: "Ok"; readonly result: Result }
    | { readonly _tag: "Failed" }
    | { readonly _tag: "Unknown" }
  )

/** A history that cannot have been: an answer that nobody has asked for, two operations of one process at once, times that go backwards. */
export class InvalidHistory extends Data.TaggedError("InvalidHistory")<{
  /** The number of the event or the operation, the first being 0. */
  readonly index: number
  readonly reason: string
}> {
  override get message(): string {
    return this.reason
  }
}

const refuse = (index: number, reason: string): never => {
  throw new InvalidHistory({ index, reason })
}

/**
 * The operations of events that were recorded in the order in which they happened. What was never answered is `Unknown`. After an operation
 * with an unknown outcome, its process may invoke another one.
 *
 * @throws {@link InvalidHistory} when a process is told something although it waits for nothing, or invokes an operation although it waits.
 *
 * @example
 * ```ts
 * import { operationsOf } from "touchstone/oracle"
 *
 * const [write] = operationsOf([
 *   { process: "a", _tag: "Invoked", operation: { _tag: "Write", value: 1 } },
 *   { process: "a", _tag: "Ok", result: { _tag: "WriteOk" } },
 * ])
 * write?.outcome // => { _tag: "Ok", result: { _tag: "WriteOk" }, at: 1 }
 * ```
 */
export const operationsOf = <const Operation, const Result>(
  events: Iterable<HistoryEvent<Operation, Result>>,
): ReadonlyArray<RecordedOperation<Operation, Result>> => {
  const operations: Array<RecordedOperation<Operation, Result>> = []
  /** What each process waits for: the place of the operation. */
  const open = new Map<string, number>()
  let at = 0
  for (const event of events) {
    const { process } = event
    const waiting = open.get(process)
    if (event._tag === "Invoked") {
      if (waiting !== undefined) {
        refuse(
          at,
          `event ${at}: ${process} invokes an operation and still waits for another; give each its own process`,
        )
      }
      open.set(process, operations.length)
      operations.push({ process, operation: event.operation, invoked: at, outcome: { _tag: "Unknown" } })
    } else {
      if (waiting === undefined) {
        return refuse(at, `event ${at}: ${process} is told ${event._tag} and waits for nothing`)
      }
      const operation = operations[waiting] as RecordedOperation<Operation, Result>
      const outcome: OperationOutcome<Result> = event._tag === "Ok"
        ? { _tag: "Ok", result: event.result, at }
        : event._tag === "Failed"
        ? { _tag: "Failed", at }
        : { _tag: "Unknown" }
      operations[waiting] = { ...operation, outcome }
      open.delete(process)
    }
    at++
  }
  return operations
}

/** When an operation was over for its process: never, if that is not known. */
export const overAt = ({ outcome }: RecordedOperation): number => outcome._tag === "Unknown" ? Infinity : outcome.at

/** @throws {@link InvalidHistory} when what was recorded cannot have been. */
export const validateHistory = (operations: ReadonlyArray<RecordedOperation>): void => {
  operations.forEach((operation, index) => {
    const { invoked, process } = operation
    const over = overAt(operation)
    if (Number.isNaN(invoked) || Number.isNaN(over)) {
      refuse(index, `operation ${index} of ${process}: a time is no number`)
    }
    if (over < invoked) {
      refuse(index, `operation ${index} of ${process} was invoked at ${invoked} and over at ${over}, which is earlier`)
    }
  })
  const last = new Map<string, RecordedOperation>()
  const inOrder = operations.map((operation, index) => ({ operation, index }))
    .toSorted((one, other) => one.operation.invoked - other.operation.invoked || one.index - other.index)
  for (const { index, operation } of inOrder) {
    const before = last.get(operation.process)
    // Of what is unknown its process may have known that it is over.
    if (before !== undefined && before.outcome._tag !== "Unknown" && overAt(before) > operation.invoked) {
      refuse(
        index,
        `operation ${index} of ${operation.process} was invoked at ${operation.invoked}, when another one was not yet over ` +
          `(it was at ${overAt(before)}); give each its own process`,
      )
    }
    last.set(operation.process, operation)
  }
}
