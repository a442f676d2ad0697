/**
 * # Incrementing a shared counter
 *
 * Threads read a shared counter into a register of their own and write it back, one greater: the classic lost update. With a
 * lock around the two steps nothing is lost. These are `increment.rs` and `increment_lock.rs` of Stateright's public examples,
 * so the number of states must be the same.
 *
 * @module
 */
import { Schema } from "effect"
import { type Model, names, range, record, type RecordOf, variables } from "../../src/index.ts"

/** Where a thread is: before it reads, before it writes, done. */
export const IncrementPc = Schema.Literals(["read", "write", "done"])
/** The same around a lock. */
export const LockedPc = Schema.Literals(["lock", "read", "write", "release", "done"])

type Counter = Schema.Literals<ReadonlyArray<number>>

/** The variables of {@link increment}. */
export type Increment = {
  readonly counter: Counter
  readonly local: RecordOf<`t${number}`, Counter>
  readonly pc: RecordOf<`t${number}`, typeof IncrementPc>
}

/**
 * Threads that increment a counter without a lock.
 *
 * | action | formula |
 * |---|---|
 * | `read(t)` | `pc[t] = read ∧ local′[t] = counter ∧ pc′[t] = write` |
 * | `write(t)` | `pc[t] = write ∧ counter′ = local[t] + 1 ∧ pc′[t] = done` |
 *
 * | property | formula |
 * |---|---|
 * | `neverTooMany` | `counter ≤ ‖{t : pc[t] = done}‖` |
 * | `mayLose` | some behaviour leads to `(∀ t : pc[t] = done) ∧ counter < ‖threads‖`, if there are two threads or more |
 *
 * @param constants - `threads`: how many threads there are.
 *
 * @example
 * ```ts
 * import { increment } from "touchstone/spec/stateright"
 *
 * Object.keys(increment({ threads: 2 }).actions) // => ["read", "write"]
 * ```
 */
export const increment = ({ threads }: { readonly threads: number }): Model<Increment> => {
  const Thread = names("t", threads)
  const Count = Schema.Literals(range(0, threads))
  const { action, always, model, reachable } = variables({
    counter: Count,
    local: record(Thread, Count),
    pc: record(Thread, IncrementPc),
  })
  return model({
    name: "Increment",
    initial: { counter: 0, local: () => 0, pc: () => "read" },
    actions: {
      read: action(
        { t: Thread },
        (s, { t }) => s.pc[t] === "read" && { local: { [t]: s.counter }, pc: { [t]: "write" } },
      ),
      write: action(
        { t: Thread },
        (s, { t }) => s.pc[t] === "write" && { counter: s.local[t] + 1, pc: { [t]: "done" } },
      ),
    },
    properties: {
      neverTooMany: always((s) => s.counter <= Thread.filter((t) => s.pc[t] === "done").length),
      ...(threads > 1 && {
        mayLose: reachable((s) => Thread.every((t) => s.pc[t] === "done") && s.counter < threads),
      }),
    },
  })
}

/** The variables of {@link incrementLock}. */
export type IncrementLock = {
  readonly counter: Counter
  readonly locked: Schema.Boolean
  readonly local: RecordOf<`t${number}`, Counter>
  readonly pc: RecordOf<`t${number}`, typeof LockedPc>
}

/**
 * Threads that increment a counter under a lock.
 *
 * | action | formula |
 * |---|---|
 * | `lock(t)` | `pc[t] = lock ∧ ¬locked ∧ locked′ ∧ pc′[t] = read` |
 * | `read(t)` | `pc[t] = read ∧ local′[t] = counter ∧ pc′[t] = write` |
 * | `write(t)` | `pc[t] = write ∧ counter′ = local[t] + 1 ∧ pc′[t] = release` |
 * | `release(t)` | `pc[t] = release ∧ locked ∧ ¬locked′ ∧ pc′[t] = done` |
 *
 * | property | formula |
 * |---|---|
 * | `nothingLost` | `counter = ‖{t : pc[t] ∈ {release, done}}‖` |
 * | `mutualExclusion` | `‖{t : pc[t] ∈ {read, write, release}}‖ ≤ 1` |
 * | `ends` | a state without a successor is one in which all are done |
 *
 * @param constants - `threads`: how many threads there are.
 *
 * @example
 * ```ts
 * import { incrementLock } from "touchstone/spec/stateright"
 *
 * Object.keys(incrementLock({ threads: 2 }).actions) // => ["lock", "read", "write", "release"]
 * ```
 */
export const incrementLock = ({ threads }: { readonly threads: number }): Model<IncrementLock> => {
  const Thread = names("t", threads)
  const Count = Schema.Literals(range(0, threads))
  const { action, always, deadlockFree, model } = variables({
    counter: Count,
    locked: Schema.Boolean,
    local: record(Thread, Count),
    pc: record(Thread, LockedPc),
  })
  return model({
    name: "IncrementLock",
    initial: { counter: 0, locked: false, local: () => 0, pc: () => "lock" },
    actions: {
      lock: action(
        { t: Thread },
        (s, { t }) => s.pc[t] === "lock" && !s.locked && { locked: true, pc: { [t]: "read" } },
      ),
      read: action(
        { t: Thread },
        (s, { t }) => s.pc[t] === "read" && { local: { [t]: s.counter }, pc: { [t]: "write" } },
      ),
      write: action(
        { t: Thread },
        (s, { t }) => s.pc[t] === "write" && { counter: s.local[t] + 1, pc: { [t]: "release" } },
      ),
      release: action(
        { t: Thread },
        (s, { t }) => s.pc[t] === "release" && s.locked && { locked: false, pc: { [t]: "done" } },
      ),
    },
    properties: {
      nothingLost: always((s) =>
        s.counter === Thread.filter((t) => s.pc[t] === "release" || s.pc[t] === "done").length
      ),
      mutualExclusion: always((s) =>
        Thread.filter((t) => s.pc[t] === "read" || s.pc[t] === "write" || s.pc[t] === "release").length <= 1
      ),
      ends: deadlockFree((s) => Thread.every((t) => s.pc[t] === "done")),
    },
  })
}
