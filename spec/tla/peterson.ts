/**
 * # Peterson's algorithm
 *
 * Mutual exclusion of two processes with nothing but reads and writes of shared variables. After Peterson, *Myths about the
 * mutual exclusion problem* (Information Processing Letters 12(3), 1981), and the public specification `Peterson`.
 *
 * A process that wants in raises its flag, then lets the other go first, and waits until the other's flag is down or it is
 * its own turn. If both want in, `turn` has one value, so one of them waits. The order of the two writes matters: if a
 * process gives way before it raises its flag, both can be in the critical section.
 *
 * @module
 */
import { Schema } from "effect"
import { type Model, record, type RecordOf, variables } from "../../src/index.ts"
import { Lock, PROCESSES } from "./lock.ts"

/** Where a process of {@link Peterson} is; the labels are those of the public specification. */
export const PetersonPc = Schema.Literals(["a0", "a1", "a2", "a3", "cs", "a4"])

/** The variables of {@link Peterson}. */
export type Peterson = {
  readonly pc: RecordOf<1 | 2, typeof PetersonPc>
  readonly flag: RecordOf<1 | 2, Schema.Boolean>
  readonly turn: Schema.Literals<readonly [1, 2]>
}

/**
 * The other process.
 *
 * @example
 * ```ts
 * import { other } from "touchstone/spec/tla"
 *
 * other(1) // => 2
 * ```
 */
export const other = (p: 1 | 2): 1 | 2 => (p === 1 ? 2 : 1)

/**
 * Peterson's algorithm for the processes 1 and 2.
 *
 * | action | formula |
 * |---|---|
 * | `a0(p)` | `pc[p] = a0 ∧ pc′[p] = a1` (work outside) |
 * | `a1(p)` | `pc[p] = a1 ∧ flag′[p] ∧ pc′[p] = a2` |
 * | `a2(p)` | `pc[p] = a2 ∧ turn′ = other(p) ∧ pc′[p] = a3` |
 * | `a3(p)` | `pc[p] = a3 ∧ (¬flag[other(p)] ∨ turn = p) ∧ pc′[p] = cs` |
 * | `cs(p)` | `pc[p] = cs ∧ pc′[p] = a4` (the critical section) |
 * | `a4(p)` | `pc[p] = a4 ∧ ¬flag′[p] ∧ pc′[p] = a0` |
 *
 * | property | formula |
 * |---|---|
 * | `mutualExclusion` | `¬(pc[1] ∈ {cs, a4} ∧ pc[2] ∈ {cs, a4})` |
 * | `flagged` | `∀ p : flag[p] ⇔ pc[p] ∈ {a2, a3, cs, a4}` |
 * | `entitled` | `∀ p : pc[p] ∈ {cs, a4} ⇒ turn = p ∨ pc[other(p)] ∈ {a0, a1, a2}` |
 * | `locks` | `Peterson ⇒ Lock`, with `a1`, `a2`, `a3` mapped to `locking`, and the lock free if nobody is in `{cs, a4}` |
 * | `deadlockFree` | some action is always enabled |
 *
 * `flagged` and `entitled` make `mutualExclusion` inductive.
 *
 * @example
 * ```ts
 * import { Peterson } from "touchstone/spec/tla"
 *
 * Peterson().name // => "Peterson"
 * ```
 */
export const Peterson = (): Model<Peterson> => {
  const { action, always, deadlockFree, model, refines } = variables({
    pc: record(PROCESSES, PetersonPc),
    flag: record(PROCESSES, Schema.Boolean),
    turn: Schema.Literals([1, 2]),
  })
  type Pc = typeof PetersonPc.Type
  const inside = (pc: Pc): boolean => pc === "cs" || pc === "a4"
  const outside = (pc: Pc): boolean => pc === "a0" || pc === "a1" || pc === "a2"
  return model({
    name: "Peterson",
    initial: { pc: () => "a0", flag: () => false, turn: 1 },
    actions: {
      a0: action({ p: PROCESSES }, (s, { p }) => s.pc[p] === "a0" && { pc: { [p]: "a1" } }),
      a1: action({ p: PROCESSES }, (s, { p }) => s.pc[p] === "a1" && { flag: { [p]: true }, pc: { [p]: "a2" } }),
      a2: action({ p: PROCESSES }, (s, { p }) => s.pc[p] === "a2" && { turn: other(p), pc: { [p]: "a3" } }),
      a3: action(
        { p: PROCESSES },
        (s, { p }) => s.pc[p] === "a3" && (!s.flag[other(p)] || s.turn === p) && { pc: { [p]: "cs" } },
      ),
      cs: action({ p: PROCESSES }, (s, { p }) => s.pc[p] === "cs" && { pc: { [p]: "a4" } }),
      a4: action({ p: PROCESSES }, (s, { p }) => s.pc[p] === "a4" && { flag: { [p]: false }, pc: { [p]: "a0" } }),
    },
    properties: {
      mutualExclusion: always((s) => !PROCESSES.every((p) => inside(s.pc[p]))),
      flagged: always({ p: PROCESSES }, (s, { p }) => s.flag[p] === (s.pc[p] !== "a0" && s.pc[p] !== "a1")),
      entitled: always(
        { p: PROCESSES },
        (s, { p }) => !inside(s.pc[p]) || s.turn === p || outside(s.pc[other(p)]),
      ),
      locks: refines(Lock(), {
        pc: (s) => (p) => {
          switch (s.pc[p]) {
            case "a0":
              return "outside"
            case "cs":
              return "critical"
            case "a4":
              return "unlocking"
            default:
              return "locking"
          }
        },
        free: (s) => PROCESSES.every((p) => !inside(s.pc[p])),
      }),
      deadlockFree: deadlockFree(),
    },
  })
}
