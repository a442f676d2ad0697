/**
 * A log to which entries are appended.
 *
 * @module
 */
import { Schema } from "effect"
import type { SequentialObject } from "../sequential-object.ts"

/** What a {@link appendLog} is asked. */
export const LogOperation = Schema.TaggedUnion({
  Append: { value: Schema.Unknown },
  /** Reads the entries from this offset on. */
  Read: { from: Schema.Int },
})
/** The type of {@link LogOperation}. */
export type LogOperation = typeof LogOperation.Type

/** What a {@link appendLog} answers. */
export const LogResult = Schema.TaggedUnion({
  /** Where the entry is: the first one is at 0. */
  AppendOk: { offset: Schema.Int },
  ReadOk: { values: Schema.Array(Schema.Unknown) },
})
/** The type of {@link LogResult}. */
export type LogResult = typeof LogResult.Type

/**
 * A log, empty at first.
 *
 * @example
 * ```ts
 * import { appendLog } from "touchstone/oracle"
 *
 * const { apply } = appendLog()
 * apply(["a"], { _tag: "Append", value: "b" }) // => [["a", "b"], { _tag: "AppendOk", offset: 1 }]
 * apply(["a", "b"], { _tag: "Read", from: 1 })[1] // => { _tag: "ReadOk", values: ["b"] }
 * ```
 */
export const appendLog = (): SequentialObject<ReadonlyArray<unknown>, LogOperation, LogResult> => ({
  initial: [],
  isQuery: ({ _tag }) => _tag === "Read",
  apply: (state, operation) =>
    operation._tag === "Append"
      ? [[...state, operation.value], { _tag: "AppendOk", offset: state.length }]
      : [state, { _tag: "ReadOk", values: state.slice(operation.from) }],
})
