/**
 * A set.
 *
 * @module
 */
import { Schema } from "effect"
import { encode } from "../../model/encoding.ts"
import type { SequentialObject } from "../sequential-object.ts"

/** What a {@link setOfValues} is asked. */
export const SetOperation = Schema.TaggedUnion({
  Add: { value: Schema.Unknown },
  Remove: { value: Schema.Unknown },
  Has: { value: Schema.Unknown },
})
/** The type of {@link SetOperation}. */
export type SetOperation = typeof SetOperation.Type

/** What a {@link setOfValues} answers. */
export const SetResult = Schema.TaggedUnion({
  /** Whether it was not in the set before. */
  AddOk: { added: Schema.Boolean },
  /** Whether it was in the set before. */
  RemoveOk: { removed: Schema.Boolean },
  HasOk: { has: Schema.Boolean },
})
/** The type of {@link SetResult}. */
export type SetResult = typeof SetResult.Type

/**
 * A set, empty at first. An operation has to do with one value, so the history of each value can be judged by itself. The state is
 * the encodings of the values that are in it, in order.
 *
 * @example
 * ```ts
 * import { setOfValues } from "touchstone/oracle"
 *
 * const { apply, initial } = setOfValues()
 * const [state] = apply(initial, { _tag: "Add", value: 1 })
 * apply(state, { _tag: "Add", value: 1 })[1] // => { _tag: "AddOk", added: false }
 * apply(state, { _tag: "Has", value: 1 })[1] // => { _tag: "HasOk", has: true }
 * ```
 */
export const setOfValues = (): SequentialObject<ReadonlyArray<string>, SetOperation, SetResult> => ({
  initial: [],
  part: ({ value }) => encode(value),
  isQuery: ({ _tag }) => _tag === "Has",
  apply: (state, operation) => {
    const value = encode(operation.value)
    const has = state.includes(value)
    switch (operation._tag) {
      case "Add":
        return [has ? state : [...state, value].toSorted(), { _tag: "AddOk", added: !has }]
      case "Remove":
        return [state.filter((member) => member !== value), { _tag: "RemoveOk", removed: has }]
      case "Has":
        return [state, { _tag: "HasOk", has }]
    }
  },
})
