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
  /**
   * The part of the object that an operation has to do with, where one part does not depend on another: a key of a store. A history is
   * linearizable if that of each part is (Herlihy and Wing 1990, theorem 1), which is much less work to find out.
   */
  readonly part?: (operation: Operation) => string
  /**
   * Whether an operation only asks: it never changes the state, whatever that is. Who looks for an order need not try when such
   * an operation took place: as soon as the object would answer so.
   */
  readonly isQuery?: (operation: Operation) => boolean
}

/** What an operation was answered; `undefined` if nobody knows. */
export type Answer<Result> = { readonly result: Result } | undefined

/**
 * An object of whose operations several things may come, or none: a set that gives any of its members, a lock that nobody can take
 * while another has it.
 */
export interface NondeterministicObject<S, Operation, Result> {
  readonly initial: S
  /** The states to which an operation may lead if it is answered so, or has any answer where that is not known. None: it cannot be. */
  readonly step: (state: S, operation: Operation, answer: Answer<Result>) => ReadonlyArray<S>
  /** As in a {@link SequentialObject}. */
  readonly part?: (operation: Operation) => string
  /** As in a {@link SequentialObject}. */
  readonly isQuery?: (operation: Operation) => boolean
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
  isQuery: ({ _tag }) => _tag === "Read",
  apply: (state, operation) =>
    operation._tag === "Read"
      ? [state, { _tag: "ReadOk", value: state }]
      : [operation.value, { _tag: "WriteOk" }],
})
