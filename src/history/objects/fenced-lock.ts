/**
 * A lock that comes with fencing tokens: after Kleppmann, *How to do distributed locking* (2016).
 *
 * @module
 */
import { Schema } from "effect"
import type { NondeterministicObject } from "../sequential-object.ts"

/** What a {@link fencedLock} is asked. The owner says who asks. */
export const FencedLockOperation = Schema.TaggedUnion({
  /** Waits until the lock is free, and takes it. */
  Lock: { owner: Schema.String },
  Unlock: { owner: Schema.String },
})
/** The type of {@link FencedLockOperation}. */
export type FencedLockOperation = typeof FencedLockOperation.Type

/** What a {@link fencedLock} answers. */
export const FencedLockResult = Schema.TaggedUnion({
  /** Each token is greater than all before. There may be gaps between them. */
  LockOk: { token: Schema.Int },
  /** Whether the owner had the lock, which is now free. */
  UnlockOk: { unlocked: Schema.Boolean },
})
/** The type of {@link FencedLockResult}. */
export type FencedLockResult = typeof FencedLockResult.Type

/** Who has the lock, and the greatest token that was given; of one that nobody knows, the least that it can be. */
export interface FencedLockState {
  readonly owner: string | null
  readonly token: number
}

/**
 * A lock with fencing tokens.
 *
 * @param token - all tokens are greater than this.
 *
 * @example
 * ```ts
 * import { fencedLock } from "touchstone/oracle"
 *
 * const { initial, step } = fencedLock()
 * step(initial, { _tag: "Lock", owner: "a" }, { result: { _tag: "LockOk", token: 7 } }) // => [{ owner: "a", token: 7 }]
 * step({ owner: null, token: 7 }, { _tag: "Lock", owner: "b" }, { result: { _tag: "LockOk", token: 7 } }) // => []
 * ```
 */
export const fencedLock = (
  token = 0,
): NondeterministicObject<FencedLockState, FencedLockOperation, FencedLockResult> => ({
  initial: { owner: null, token },
  step: (state, { _tag, owner }, answer) => {
    if (_tag === "Unlock") {
      const isOwn = state.owner === owner
      if (answer?.result._tag === "UnlockOk" && answer.result.unlocked !== isOwn) return []
      return [isOwn ? { ...state, owner: null } : state]
    }
    if (state.owner !== null) return []
    const given = answer?.result._tag === "LockOk" ? answer.result.token : state.token + 1
    return given > state.token ? [{ owner, token: given }] : []
  },
})
