/**
 * Sequential objects: what a concurrent object does when operations come one after the other.
 *
 * @module
 */
import { Schema } from "effect"

/** An object that operations are applied to, one at a time. */
export interface SequentialObject<S, Operation, Result> {
  readonly initial: S
  /** What an operation makes of the state, and what it answers. */
  readonly apply: (state: S, operation: Operation) => readonly [state: S, result: Result]
}

/** Reads a register. */
export const Read = Schema.TaggedStruct("Read", {})
/** Writes a register. */
export const Write = Schema.TaggedStruct("Write", { value: Schema.Unknown })
/** The answer to a read. */
export const ReadOk = Schema.TaggedStruct("ReadOk", { value: Schema.Unknown })
/** The answer to a write. */
export const WriteOk = Schema.TaggedStruct("WriteOk", {})

/** An operation on a {@link register}. */
export type RegisterOperation = typeof Read.Type | typeof Write.Type
/** The answer of a {@link register}. */
export type RegisterResult = typeof ReadOk.Type | typeof WriteOk.Type

/**
 * A register: it is read and written.
 *
 * @example
 * ```ts
 * import { register } from "touchstone"
 *
 * register(0).apply(3, { _tag: "Read" }) // => [3, { _tag: "ReadOk", value: 3 }]
 * ```
 */
export const register = (initial: unknown): SequentialObject<unknown, RegisterOperation, RegisterResult> => ({
  initial,
  apply: (state, operation) =>
    operation._tag === "Read"
      ? [state, { _tag: "ReadOk", value: state }]
      : [operation.value, { _tag: "WriteOk" }],
})
