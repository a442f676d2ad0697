/**
 * # A lock
 *
 * *What* mutual exclusion must achieve. After the public specification `Lock`.
 *
 * Two processes repeat four steps: work of their own, taking the lock, the critical section, giving the lock back. The
 * lock is one variable that is tested and set in a single step; how that is possible without such a step is what
 * {@link Peterson | Peterson's algorithm} shows.
 *
 * @module
 */
import { Schema } from "effect"
import { type Model, record, type RecordOf, variables } from "../../src/index.ts"

/** The two processes. */
export const PROCESSES = [1, 2] as const

/** Where a process of {@link Lock} is: outside, about to lock, in the critical section, about to unlock. */
export const LockPc = Schema.Literals(["outside", "locking", "critical", "unlocking"])

/** The variables of {@link Lock}. */
export type Lock = { readonly pc: RecordOf<1 | 2, typeof LockPc>; readonly free: Schema.Boolean }

/**
 * The abstract lock.
 *
 * | action | formula |
 * |---|---|
 * | `arrive(p)` | `pc[p] = outside ∧ pc′[p] = locking` |
 * | `acquire(p)` | `pc[p] = locking ∧ free ∧ ¬free′ ∧ pc′[p] = critical` |
 * | `leave(p)` | `pc[p] = critical ∧ pc′[p] = unlocking` |
 * | `release(p)` | `pc[p] = unlocking ∧ free′ ∧ pc′[p] = outside` |
 *
 * | property | formula |
 * |---|---|
 * | `mutualExclusion` | `¬(pc[1] ∈ {critical, unlocking} ∧ pc[2] ∈ {critical, unlocking})` |
 * | `deadlockFree` | some action is always enabled |
 *
 * @example
 * ```ts
 * import { Lock } from "touchstone/spec/tla"
 *
 * Object.keys(Lock().actions) // => ["arrive", "acquire", "leave", "release"]
 * ```
 */
export const Lock = (): Model<Lock> => {
  const { action, always, deadlockFree, model } = variables({ pc: record(PROCESSES, LockPc), free: Schema.Boolean })
  return model({
    name: "Lock",
    initial: { pc: () => "outside", free: true },
    actions: {
      arrive: action({ p: PROCESSES }, (s, { p }) => s.pc[p] === "outside" && { pc: { [p]: "locking" } }),
      acquire: action(
        { p: PROCESSES },
        (s, { p }) => s.pc[p] === "locking" && s.free && { free: false, pc: { [p]: "critical" } },
      ),
      leave: action({ p: PROCESSES }, (s, { p }) => s.pc[p] === "critical" && { pc: { [p]: "unlocking" } }),
      release: action(
        { p: PROCESSES },
        (s, { p }) => s.pc[p] === "unlocking" && { free: true, pc: { [p]: "outside" } },
      ),
    },
    properties: {
      mutualExclusion: always((s) => !PROCESSES.every((p) => s.pc[p] === "critical" || s.pc[p] === "unlocking")),
      deadlockFree: deadlockFree(),
    },
  })
}
