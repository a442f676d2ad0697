/**
 * Clocks: discrete time, for what needs it (leases, heartbeats, failure detectors).
 *
 * A global clock ticks. Every process has a clock of its own, on which its timers are due. There are two ways
 * to say how far the local clocks may be from the global one:
 *
 * - `rate`: while the global clock ticks once, a local one goes on by `min` to `max` ticks, not always the same number. It
 *   never goes back, and the longer it runs, the further off it may be. That is what a machine's monotonic clock does.
 * - `skew`: it differs from the global one by at most so many ticks, and may drift within that, forwards and backwards. That is what
 *   a clock does that is synchronized.
 *
 * A *jump* is a fault that moves a local clock further.
 *
 * A timer fires when it is due on the clock of its process, or at most `late` ticks of that clock later: while the process runs,
 * no time passes beyond that moment. While it is paused, time passes, and after a jump it has passed already.
 *
 * **With a horizon,** the global clock goes from 0 to there, processes may read their clocks, and what holds is known up to then.
 * **Without one,** time has no end. Nobody can read a clock, so only differences matter: how long until each timer is due, and how
 * old each message is. What the clocks show is never part of a state, so there are finitely many states, and what holds, holds
 * forever. Nothing is lost: two states with the same differences have the same future. A timer that is overdue by more than
 * `late`, on a process that was paused, counts as overdue by exactly `late`: that changes nothing, since clocks do not go back.
 *
 * Protocols that claim nothing about time need no clock: their timers may fire whenever they are set.
 *
 * @module
 */
import { Schema } from "effect"
import { withKnownKeys } from "../model/definition.ts"
import { InvalidDefinition } from "../model/errors.ts"
import { type Budget, budget } from "./budget.ts"
import { type Ticks, ticks, wholeTicks } from "./ticks.ts"

/** How time passes. */
export interface Clock {
  /** The last tick of the global clock. Unless it is given, time has no end, and no process can read its clock. */
  readonly horizon?: number
  /** How far a local clock may be from the global one, in ticks, either way; only with a horizon. 0 unless given. */
  readonly skew?: number
  /** By how many ticks a local clock goes on while the global one ticks once. Exactly 1 unless given. */
  readonly rate?: Ticks
  /** How many ticks of the local clock after it is due a timer may fire, on a process that is up. 0 unless given. */
  readonly late?: number
  /** Local clocks may be moved by one of these numbers of ticks, so many times in all; only with a horizon. */
  readonly jumps?: { readonly total: Budget; readonly by: ReadonlyArray<number> }
}

/** A clock, in full. */
export interface PlannedClock extends Required<Omit<Clock, "horizon">> {
  readonly horizon: number | undefined
}

/**
 * A clock, in full.
 *
 * @throws InvalidBudget when the number of jumps is no budget, and {@link InvalidDefinition} when a number of ticks is not a whole
 *   number, a rate is 0 or its bounds are the wrong way round, clocks have a rate and a skew, what only a clock that can be read
 *   may have is given without a horizon, or a key is unknown.
 *
 * @example
 * ```ts
 * import { clock } from "touchstone"
 *
 * clock({ horizon: 5 })
 * // => { horizon: 5, skew: 0, rate: { min: 1, max: 1 }, late: 0, jumps: { total: 0, by: [] } }
 * clock({ rate: { min: 9, max: 10 }, late: 2 }).horizon // => undefined
 * ```
 */
export const clock = (definition: Clock): PlannedClock => {
  const { horizon, jumps = { total: 0, by: [] }, late = 0, rate, skew = 0 } = withKnownKeys("a clock", definition, [
    "horizon",
    "skew",
    "rate",
    "late",
    "jumps",
  ])
  withKnownKeys("the jumps of a clock", jumps, ["total", "by"])
  if (horizon !== undefined) wholeTicks("the horizon of a clock", horizon, 0)
  wholeTicks("the skew of a clock", skew, 0)
  wholeTicks("the late of a clock", late, 0)
  budget("jumps", jumps.total)
  const refuse = (reason: string) => new InvalidDefinition({ reason })
  if (skew > 0 && rate !== undefined) {
    throw refuse("a clock has a skew and a rate; give a skew where clocks are set right, or a rate where they are not")
  }
  const shown = skew > 0 ? "skew" : jumps.total !== 0 ? "jumps" : undefined
  if (horizon === undefined && shown !== undefined) {
    throw refuse(
      `a clock without a horizon cannot be read, so it has no ${shown}; give it a horizon, or a rate instead`,
    )
  }
  return {
    horizon,
    skew,
    // A clock that may stand still would let no time-out end.
    rate: ticks("the rate of a clock", rate ?? { min: 1, max: 1 }, { min: 1, max: 1 }),
    late,
    jumps,
  }
}

/**
 * A timer that is set. `at` is when it is due. With a horizon, that is the time on the clock of its process. Without one, it is in
 * how many ticks of that clock it is due from now: negative when it is overdue, but by no more than it may be late. In a system
 * without a clock it is `null`.
 */
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
