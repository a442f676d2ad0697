/**
 * A semaphore: so many may have a permit at once.
 *
 * @module
 */
import { Schema } from "effect"
import type { NondeterministicObject } from "../sequential-object.ts"

/** What a {@link countingSemaphore} is asked. */
export const SemaphoreOperation = Schema.TaggedUnion({
  /** Waits until there are so many permits, and takes them. */
  Acquire: { permits: Schema.Int },
  /** Takes them if there are so many. */
  TryAcquire: { permits: Schema.Int },
  /** Gives them back. */
  Release: { permits: Schema.Int },
})
/** The type of {@link SemaphoreOperation}. */
export type SemaphoreOperation = typeof SemaphoreOperation.Type

/** What a {@link countingSemaphore} answers. */
export const SemaphoreResult = Schema.TaggedUnion({
  AcquireOk: {},
  TryAcquireOk: { acquired: Schema.Boolean },
  ReleaseOk: {},
})
/** The type of {@link SemaphoreResult}. */
export type SemaphoreResult = typeof SemaphoreResult.Type

/**
 * A semaphore. Its state is the number of permits that are left; nobody can give back more than were taken.
 *
 * @param permits - how many there are.
 *
 * @example
 * ```ts
 * import { countingSemaphore } from "touchstone/oracle"
 *
 * const { step } = countingSemaphore(2)
 * step(1, { _tag: "Acquire", permits: 1 }, { result: { _tag: "AcquireOk" } }) // => [0]
 * step(0, { _tag: "Acquire", permits: 1 }, { result: { _tag: "AcquireOk" } }) // => []
 * ```
 */
export const countingSemaphore = (
  permits: number,
): NondeterministicObject<number, SemaphoreOperation, SemaphoreResult> => ({
  initial: permits,
  step: (left, operation, answer) => {
    if (operation._tag === "Release") {
      return left + operation.permits <= permits ? [left + operation.permits] : []
    }
    const enough = left >= operation.permits
    if (
      operation._tag === "TryAcquire" && answer?.result._tag === "TryAcquireOk" && answer.result.acquired !== enough
    ) {
      return []
    }
    if (enough) return [left - operation.permits]
    return operation._tag === "Acquire" ? [] : [left]
  },
})
