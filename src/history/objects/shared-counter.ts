/**
 * A counter.
 *
 * @module
 */
import { Schema } from "effect"
import type { SequentialObject } from "../sequential-object.ts"

/** What a {@link sharedCounter} is asked. */
export const CounterOperation = Schema.TaggedUnion({
  Read: {},
  Add: { amount: Schema.Number },
  /** Adds, and wants to know what has come of it. */
  AddAndGet: { amount: Schema.Number },
})
/** The type of {@link CounterOperation}. */
export type CounterOperation = typeof CounterOperation.Type

/** What a {@link sharedCounter} answers. */
export const CounterResult = Schema.TaggedUnion({
  ReadOk: { value: Schema.Number },
  AddOk: {},
  AddAndGetOk: { value: Schema.Number },
})
/** The type of {@link CounterResult}. */
export type CounterResult = typeof CounterResult.Type

/**
 * A counter.
 *
 * @param initial - the number that it begins with.
 *
 * @example
 * ```ts
 * import { sharedCounter } from "touchstone/oracle"
 *
 * sharedCounter().apply(2, { _tag: "AddAndGet", amount: 3 }) // => [5, { _tag: "AddAndGetOk", value: 5 }]
 * ```
 */
export const sharedCounter = (initial = 0): SequentialObject<number, CounterOperation, CounterResult> => ({
  initial,
  isQuery: ({ _tag }) => _tag === "Read",
  apply: (state, operation) => {
    switch (operation._tag) {
      case "Read":
        return [state, { _tag: "ReadOk", value: state }]
      case "Add":
        return [state + operation.amount, { _tag: "AddOk" }]
      case "AddAndGet":
        return [state + operation.amount, { _tag: "AddAndGetOk", value: state + operation.amount }]
    }
  },
})
