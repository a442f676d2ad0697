/**
 * Faults: what may go wrong with processes.
 *
 * | fault | what happens |
 * |---|---|
 * | `crashStop` | the process stops forever |
 * | `crashRecovery` | the process loses its volatile state and its timers, and may restart at any time |
 * | `pause` | the process stops for an arbitrary time and then goes on as if nothing had happened: a long garbage collection |
 *
 * A crash, forever or not, may come in the middle of sending: some of what the process has sent may never leave it.
 *
 * @module
 */
import { Schema } from "effect"
import { withKnownKeys } from "../model/definition.ts"
import { type Budget, budget } from "./budget.ts"

/** How often a fault may happen in the system, and to each process; and to which processes. */
export interface FaultBudget {
  readonly total: Budget
  /** Unbounded unless given. */
  readonly each?: Budget
  /** All processes unless given. */
  readonly of?: ReadonlyArray<string>
}

/** The faults that may happen; none that is not given. A number is the total. */
export interface Faults {
  readonly crashStop?: Budget | FaultBudget
  readonly crashRecovery?: Budget | FaultBudget
  readonly pause?: Budget | FaultBudget
}

/** The kinds of faults of processes. */
export const FAULTS = ["crashStop", "crashRecovery", "pause"] as const
/** A kind of fault. */
export type Fault = (typeof FAULTS)[number]

/** What is counted in a system: what may happen to the network, to processes and to clocks. */
export type BudgetName = "loss" | "duplication" | "partitions" | Fault | "jumps"

/** A fault with its budgets, all of them given. */
export interface PlannedFault extends Required<FaultBudget> {
  readonly kind: Fault
}

/**
 * The faults that may happen, in full.
 *
 * @param processes - the names of all processes.
 * @throws InvalidBudget, and InvalidDefinition when a key is unknown.
 *
 * @example
 * ```ts
 * import { plan } from "touchstone"
 *
 * plan({ crashStop: 1 }, ["a", "b"]) // => [{ kind: "crashStop", total: 1, each: "unbounded", of: ["a", "b"] }]
 * ```
 */
export const plan = (faults: Faults, processes: ReadonlyArray<string>): ReadonlyArray<PlannedFault> => {
  withKnownKeys("the faults of a system", faults, FAULTS)
  return FAULTS.flatMap((kind) => {
    const given = faults[kind] ?? 0
    const whole: FaultBudget = typeof given === "object" ? given : { total: given }
    const { each = "unbounded", of = processes, total } = withKnownKeys(`the budget for ${kind}`, whole, [
      "total",
      "each",
      "of",
    ])
    budget(kind, total)
    budget(`${kind} of each process`, each)
    return total === 0 || each === 0 ? [] : [{ kind, total, each, of }]
  })
}

/** Whether a process takes part: `down` until it restarts, `stopped` forever. */
export const Status = Schema.Literals(["up", "paused", "down", "stopped"])
/** The type of {@link Status}. */
export type Status = typeof Status.Type
