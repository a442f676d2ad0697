/**
 * A lock that one owner has at a time.
 *
 * Whether a history of it is right depends on the order in which its operations took effect, not on the order of the answers: a
 * client may be told late that it has released the lock, when another one has it already.
 *
 * @module
 */
import { Schema } from "effect"
import type { NondeterministicObject } from "../sequential-object.ts"

/** What a {@link mutex} is asked. The owner says who asks: a process, a connection, a token. */
export const MutexOperation = Schema.TaggedUnion({
  /** Waits until the lock is free, and takes it. */
  Lock: { owner: Schema.String },
  /** Takes it if it is free. */
  TryLock: { owner: Schema.String },
  Unlock: { owner: Schema.String },
})
/** The type of {@link MutexOperation}. */
export type MutexOperation = typeof MutexOperation.Type

/** What a {@link mutex} answers. */
export const MutexResult = Schema.TaggedUnion({
  LockOk: {},
  TryLockOk: { locked: Schema.Boolean },
  /** Whether the owner had the lock, which is now free, or still has it a time less. */
  UnlockOk: { unlocked: Schema.Boolean },
})
/** The type of {@link MutexResult}. */
export type MutexResult = typeof MutexResult.Type

/** Who has the lock, and how often; nobody at first. */
export interface MutexState {
  readonly owner: string | null
  readonly times: number
}

const FREE: MutexState = { owner: null, times: 0 }

/**
 * A lock.
 *
 * @param options - `reentrant`: whether its owner may lock it again, and then must unlock it as often; it may not, unless given.
 *
 * @example
 * ```ts
 * import { mutex } from "touchstone/oracle"
 *
 * const { initial, step } = mutex()
 * const [taken = initial] = step(initial, { _tag: "Lock", owner: "a" }, { result: { _tag: "LockOk" } })
 * step(taken, { _tag: "Lock", owner: "b" }, { result: { _tag: "LockOk" } }) // => []
 * step(taken, { _tag: "Unlock", owner: "a" }, { result: { _tag: "UnlockOk", unlocked: true } }) // => [{ owner: null, times: 0 }]
 * ```
 */
export const mutex = (
  { reentrant = false }: { readonly reentrant?: boolean } = {},
): NondeterministicObject<MutexState, MutexOperation, MutexResult> => ({
  initial: FREE,
  step: (state, operation, answer) => {
    const { owner } = operation
    const isOwn = state.owner === owner
    if (operation._tag === "Unlock") {
      if (answer?.result._tag === "UnlockOk" && answer.result.unlocked !== isOwn) return []
      if (!isOwn) return [state]
      return [state.times > 1 ? { owner, times: state.times - 1 } : FREE]
    }
    const mayLock = state.owner === null || (reentrant && isOwn)
    if (operation._tag === "TryLock" && answer?.result._tag === "TryLockOk" && answer.result.locked !== mayLock) {
      return []
    }
    if (mayLock) return [{ owner, times: state.times + 1 }]
    return operation._tag === "Lock" ? [] : [state]
  },
})
