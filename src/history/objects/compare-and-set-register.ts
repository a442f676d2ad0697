/**
 * A register that is also written on the condition that it still has a value.
 *
 * @module
 */
import { Schema } from "effect"
import { encode } from "../../model/encoding.ts"
import type { SequentialObject } from "../sequential-object.ts"

/** What a {@link compareAndSetRegister} is asked. */
export const CompareAndSetOperation = Schema.TaggedUnion({
  Read: {},
  Write: { value: Schema.Unknown },
  /** Writes `value` if the register has the value `expected`. */
  CompareAndSet: { expected: Schema.Unknown, value: Schema.Unknown },
})
/** The type of {@link CompareAndSetOperation}. */
export type CompareAndSetOperation = typeof CompareAndSetOperation.Type

/** What a {@link compareAndSetRegister} answers. */
export const CompareAndSetResult = Schema.TaggedUnion({
  ReadOk: { value: Schema.Unknown },
  WriteOk: {},
  /** Whether the register had the value that was expected, and so has been written. */
  CompareAndSetOk: { written: Schema.Boolean },
})
/** The type of {@link CompareAndSetResult}. */
export type CompareAndSetResult = typeof CompareAndSetResult.Type

/**
 * A register with compare-and-set.
 *
 * One that found another value than expected did not fail: it was answered, with `written: false`, and so says something about the
 * register.
 *
 * @param initial - the value before anything is written.
 *
 * @example
 * ```ts
 * import { compareAndSetRegister } from "touchstone/oracle"
 *
 * const { apply } = compareAndSetRegister(0)
 * apply(3, { _tag: "CompareAndSet", expected: 3, value: 4 }) // => [4, { _tag: "CompareAndSetOk", written: true }]
 * apply(3, { _tag: "CompareAndSet", expected: 0, value: 4 }) // => [3, { _tag: "CompareAndSetOk", written: false }]
 * ```
 */
export const compareAndSetRegister = (
  initial: unknown,
): SequentialObject<unknown, CompareAndSetOperation, CompareAndSetResult> => ({
  initial,
  isQuery: ({ _tag }) => _tag === "Read",
  apply: (state, operation) => {
    switch (operation._tag) {
      case "Read":
        return [state, { _tag: "ReadOk", value: state }]
      case "Write":
        return [operation.value, { _tag: "WriteOk" }]
      case "CompareAndSet": {
        const written = encode(state) === encode(operation.expected)
        return [written ? operation.value : state, { _tag: "CompareAndSetOk", written }]
      }
    }
  },
})
