/**
 * A queue: first in, first out.
 *
 * @module
 */
import { Schema } from "effect"
import type { SequentialObject } from "../sequential-object.ts"

/** What a {@link queue} is asked. */
export const QueueOperation = Schema.TaggedUnion({ Enqueue: { value: Schema.Unknown }, Dequeue: {} })
/** The type of {@link QueueOperation}. */
export type QueueOperation = typeof QueueOperation.Type

/** What a {@link queue} answers. */
export const QueueResult = Schema.TaggedUnion({
  EnqueueOk: {},
  /** The value that was in the queue for the longest time, which is in it no longer. */
  DequeueOk: { value: Schema.Unknown },
  Empty: {},
})
/** The type of {@link QueueResult}. */
export type QueueResult = typeof QueueResult.Type

/**
 * A queue, empty at first.
 *
 * @example
 * ```ts
 * import { queue } from "touchstone/oracle"
 *
 * const { apply } = queue()
 * apply([1, 2], { _tag: "Dequeue" }) // => [[2], { _tag: "DequeueOk", value: 1 }]
 * apply([], { _tag: "Dequeue" })[1] // => { _tag: "Empty" }
 * ```
 */
export const queue = (): SequentialObject<ReadonlyArray<unknown>, QueueOperation, QueueResult> => ({
  initial: [],
  apply: (state, operation) => {
    if (operation._tag === "Enqueue") return [[...state, operation.value], { _tag: "EnqueueOk" }]
    const [first, ...others] = state
    return state.length === 0 ? [state, { _tag: "Empty" }] : [others, { _tag: "DequeueOk", value: first }]
  },
})
