/**
 * A store of values by key.
 *
 * @module
 */
import { Schema } from "effect"
import type { SequentialObject } from "../sequential-object.ts"

/** What a {@link keyValueStore} is asked. */
export const KeyValueOperation = Schema.TaggedUnion({
  Get: { key: Schema.String },
  Put: { key: Schema.String, value: Schema.Unknown },
  /** Puts the text behind the one that is there; as if there were an empty one, where there is none. */
  Append: { key: Schema.String, value: Schema.String },
  Delete: { key: Schema.String },
})
/** The type of {@link KeyValueOperation}. */
export type KeyValueOperation = typeof KeyValueOperation.Type

/** What a {@link keyValueStore} answers. */
export const KeyValueResult = Schema.TaggedUnion({
  /** The value, or `null` where there is none. */
  GetOk: { value: Schema.Unknown },
  PutOk: {},
  AppendOk: {},
  DeleteOk: {},
})
/** The type of {@link KeyValueResult}. */
export type KeyValueResult = typeof KeyValueResult.Type

/** The values that there are. */
export type KeyValueState = { readonly [key: string]: unknown }

/**
 * A store of values by key. An operation has to do with one key, so the history of each key can be judged by itself.
 *
 * @param initial - the values before anything is put.
 *
 * @example
 * ```ts
 * import { keyValueStore } from "touchstone/oracle"
 *
 * const { apply } = keyValueStore()
 * apply({ x: "a" }, { _tag: "Append", key: "x", value: "b" }) // => [{ x: "ab" }, { _tag: "AppendOk" }]
 * apply({}, { _tag: "Get", key: "x" })[1] // => { _tag: "GetOk", value: null }
 * ```
 */
export const keyValueStore = (
  initial: KeyValueState = {},
): SequentialObject<KeyValueState, KeyValueOperation, KeyValueResult> => ({
  initial,
  part: ({ key }) => key,
  isQuery: ({ _tag }) => _tag === "Get",
  apply: (state, operation) => {
    const { key } = operation
    const value = Object.hasOwn(state, key) ? state[key] : null
    switch (operation._tag) {
      case "Get":
        return [state, { _tag: "GetOk", value }]
      case "Put":
        return [{ ...state, [key]: operation.value }, { _tag: "PutOk" }]
      case "Append":
        return [{ ...state, [key]: `${value ?? ""}${operation.value}` }, { _tag: "AppendOk" }]
      case "Delete": {
        const { [key]: _, ...others } = state
        return [others, { _tag: "DeleteOk" }]
      }
    }
  },
})
