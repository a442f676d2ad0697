/**
 * Faults: what may go wrong with processes. Cristian, *Understanding Fault-Tolerant Distributed Systems* (CACM 34(2), 1991),
 * tells crashes apart by what is left afterwards; his words are in the last column.
 *
 * | fault | what happens | |
 * |---|---|---|
 * | `crashStop` | the process stops forever | halting crash |
 * | `crashRecovery` | the process loses its volatile state, its timers and any of the last writes that it did not force, and may restart at any time | partial-amnesia crash |
 * | `replacement` | the process and its disk are lost, and at any time a new one, with nothing, may start in its place | amnesia crash |
 * | `pause` | the process stops for an arbitrary time and then goes on as if nothing had happened: a long garbage collection | pause crash |
 *
 * A crash, whether forever or not, may come in the middle of sending: some of what the process has sent may never leave it.
 *
 * A replacement is what a recovery protocol without stable storage has to cope with (Michael, Ports, Sharma and Szekeres,
 * *Recovering Shared Objects Without Stable Storage*, DISC 2017, with errors in published ones), and what one with a disk has to
 * cope with when the disk is lost (Alagappan et al., *Protocol-Aware Recovery for Consensus-Based Storage*, FAST 2018).
 *
 * @module
 */
import { Schema } from "effect"
import { withKnownKeys } from "../model/definition.ts"
import { InvalidDefinition, UnknownProcess } from "../model/errors.ts"
import { type Budget, budget } from "./budget.ts"

/** How many of some processes a fault may have hit at the same time. */
export interface FaultGroup {
  readonly of: ReadonlyArray<string>
  readonly atOnce: number
}

/** How often a fault may happen in the system, and to each process; to which processes, and to how many of them at once. */
export interface FaultBudget {
  readonly total: Budget
  /** Unbounded unless given. */
  readonly each?: Budget
  /** All processes unless given. */
  readonly of?: ReadonlyArray<string>
  /**
   * How many processes may be stopped (`crashStop`), down (`crashRecovery`), wiped (`replacement`) or paused (`pause`) at the same
   * time; any number unless given. Each fault counts only the processes that it has hit itself.
   */
  readonly atOnce?: number
  /** The same for processes that share something: a rack, a power supply. A process may be in several groups. */
  readonly groups?: ReadonlyArray<FaultGroup>
}

/** The faults that may happen; none that is not given. A number is the total. */
export interface Faults {
  readonly crashStop?: Budget | FaultBudget
  readonly crashRecovery?: Budget | FaultBudget
  readonly replacement?: Budget | FaultBudget
  readonly pause?: Budget | FaultBudget
}

/** The kinds of faults of processes. */
export const FAULTS = ["crashStop", "crashRecovery", "replacement", "pause"] as const
/** A kind of fault. */
export type Fault = (typeof FAULTS)[number]

/** What is counted in a system: what may happen to the network, to processes, to clocks and to detectors. */
export type BudgetName =
  | "loss"
  | "duplication"
  | "partitions"
  | "links"
  | "disconnects"
  | Fault
  | "jumps"
  | "wrongSuspicions"

/** A fault with its budgets, all of them given. Its `atOnce` has become one more group: of all processes that it may hit. */
export interface PlannedFault extends Required<Omit<FaultBudget, "atOnce">> {
  readonly kind: Fault
}

/** Refuses a group that bounds nothing: a bound that cannot be reached says something else than was meant. */
const refuseIdle = (kind: Fault, of: ReadonlyArray<string>, group: FaultGroup): void => {
  budget(`${kind} at once`, group.atOnce)
  const concerned = group.of.filter((name) => of.includes(name))
  if (group.atOnce <= concerned.length) return
  throw new InvalidDefinition({
    reason: `${group.atOnce} processes at once are more than ${kind} concerns: ${
      concerned.join(", ") || "none"
    }; give at most ${concerned.length}`,
  })
}

/**
 * The faults that may happen, in full.
 *
 * @param processes - the names of all processes.
 * @throws InvalidBudget; {@link UnknownProcess} when a fault or a group is of somebody who does not exist; and
 *   {@link InvalidDefinition} when a key is unknown, or `atOnce` is more than the number of the processes that it is about.
 *
 * @example
 * ```ts
 * import { plan } from "touchstone"
 *
 * plan({ crashStop: 1 }, ["a", "b"])
 * // => [{ kind: "crashStop", total: 1, each: "unbounded", of: ["a", "b"], groups: [] }]
 * plan({ pause: { total: "unbounded", atOnce: 1 } }, ["a", "b"])[0]?.groups // => [{ of: ["a", "b"], atOnce: 1 }]
 * ```
 */
export const plan = (faults: Faults, processes: ReadonlyArray<string>): ReadonlyArray<PlannedFault> => {
  withKnownKeys("the faults of a system", faults, FAULTS)
  return FAULTS.flatMap((kind) => {
    const given = faults[kind] ?? 0
    const whole: FaultBudget = typeof given === "object" ? given : { total: given }
    const { atOnce, each = "unbounded", groups = [], of = processes, total } = withKnownKeys(
      `the budget for ${kind}`,
      whole,
      ["total", "each", "of", "atOnce", "groups"],
    )
    for (const group of groups) withKnownKeys(`a group of ${kind}`, group, ["of", "atOnce"])
    const nobody = [...of, ...groups.flatMap(({ of }) => of)].find((name) => !processes.includes(name))
    if (nobody !== undefined) {
      throw new UnknownProcess({ from: "the faults of the system", to: nobody, sent: undefined, known: processes })
    }
    budget(kind, total)
    budget(`${kind} of each process`, each)
    const all = [...(atOnce === undefined ? [] : [{ of, atOnce }]), ...groups]
    for (const group of all) refuseIdle(kind, of, group)
    return total === 0 || each === 0 ? [] : [{ kind, total, each, of, groups: all }]
  })
}

/**
 * Whether a process takes part: `down` until it restarts, `stopped` forever, `wiped` until another one takes its place.
 */
export const Status = Schema.Literals(["up", "paused", "down", "stopped", "wiped"])
/** The type of {@link Status}. */
export type Status = typeof Status.Type

/** The status of a process after a fault. */
export const STATUS_AFTER: { readonly [kind in Fault]: Status } = {
  crashStop: "stopped",
  crashRecovery: "down",
  replacement: "wiped",
  pause: "paused",
}
