/**
 * Clocks: bounded discrete time, for what needs it (leases, failure detectors).
 *
 * A global clock ticks from 0 to a horizon. Every process has a clock of its own, which differs from the global one by at
 * most the skew, and may drift within it; a *jump* is a fault that moves it further. A timer fires when it is due on the
 * clock of its process: while the process runs, time does not pass beyond that moment, neither by a tick of the global clock
 * nor by a drift of its own. Only a jump passes it, and then the timer fires late. While the process is paused, time passes.
 *
 * Protocols that claim nothing about time need no clock: their timers may fire whenever they are set.
 *
 * @module
 */
import { Schema } from "effect"
import { withKnownKeys } from "../model/definition.ts"
import { type Budget, budget } from "./budget.ts"

/** How time passes. */
export interface Clock {
  /** The last tick of the global clock. */
  readonly horizon: number
  /** How far a local clock may be from the global one, in ticks, either way. 0 unless given. */
  readonly skew?: number
  /** Local clocks may be moved by one of these numbers of ticks, so many times in all. */
  readonly jumps?: { readonly total: Budget; readonly by: ReadonlyArray<number> }
}

/**
 * A clock, in full.
 *
 * @throws InvalidBudget when a number of ticks is not a natural number, and InvalidDefinition when a key is unknown.
 *
 * @example
 * ```ts
 * import { clock } from "touchstone"
 *
 * clock({ horizon: 5 }) // => { horizon: 5, skew: 0, jumps: { total: 0, by: [] } }
 * ```
 */
export const clock = (definition: Clock): Required<Clock> => {
  const { horizon, jumps = { total: 0, by: [] }, skew = 0 } = withKnownKeys("a clock", definition, [
    "horizon",
    "skew",
    "jumps",
  ])
  withKnownKeys("the jumps of a clock", jumps, ["total", "by"])
  for (const [of, value] of [["horizon", horizon], ["skew", skew]] as const) {
    // A clock without end would be a state space without end.
    budget(of, value === Infinity ? Number.NaN : value)
  }
  budget("jumps", jumps.total)
  return { horizon, skew, jumps }
}

/** A timer that is set; `at` is when it is due on the clock of its process, `null` in a system without a clock. */
export const Timer = Schema.TaggedStruct("Timer", {
  process: Schema.String,
  timer: Schema.String,
  at: Schema.NullOr(Schema.Int),
})
/** The type of {@link Timer}. */
export interface Timer<N extends string = string, T extends string = string> {
  readonly _tag: "Timer"
  readonly process: N
  readonly timer: T
  readonly at: number | null
}
