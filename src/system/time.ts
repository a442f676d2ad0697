/**
 * Time: the actions by which it passes.
 *
 * @module
 */
import type { Actions, AnyState } from "../model/action.ts"
import { functions, range } from "../model/domain.ts"
import type { Language } from "../model/model.ts"
import { merged, type Update } from "../model/update.ts"
import type { Blueprint } from "./blueprint.ts"
import type { PlannedClock, Timer } from "./clock.ts"
import { type Channel, channelName } from "./network.ts"
import type { SystemSteps } from "./step.ts"
import { ageOf, older, type Travelling, unqueued } from "./transit.ts"
import { channelsOf } from "./variables.ts"

/** How many ticks of its own clock pass for each process. */
type Elapsed = { readonly [process: string]: number }

/** Makes the actions by which time passes in one system. */
export class TimeActions {
  readonly #blueprint: Blueprint
  readonly #steps: SystemSteps
  readonly #channels: ReadonlyArray<Channel>

  constructor(blueprint: Blueprint, steps: SystemSteps) {
    this.#blueprint = blueprint
    this.#steps = steps
    this.#channels = channelsOf(blueprint.names)
  }

  all({ action }: Language<any>): Actions<any> {
    const { clock, names } = this.#blueprint
    if (clock === undefined) return {}
    const { jumps, rate: { max, min }, skew } = clock
    const tick = (s: AnyState, elapsed: Elapsed) => this.#maySome(s, clock) && this.#after(s, clock, elapsed)
    const evenly: Elapsed = Object.fromEntries(names.map((name) => [name, min]))
    const moved = (s: AnyState, process: string, by: number) => ({ offset: { [process]: s.offset[process] + by } })
    return {
      tick: min === max
        ? action((s: AnyState) => tick(s, evenly) as {})
        : action({ by: functions(names, range(min, max)) }, (s: AnyState, { by }) => tick(s, by) as {}),
      ...(skew > 0 && {
        drift: action({ process: names, by: [-1, 1] }, (s: AnyState, { by, process }) => {
          const isWaitedFor = by > 0 && this.#isAnyWaitedFor(s.timers.where({ _tag: "Timer", process }), s)
          return Math.abs(s.offset[process] + by) <= skew && !isWaitedFor && moved(s, process, by)
        }),
      }),
      ...(jumps.total !== 0 && {
        jump: action({ process: names, by: jumps.by }, (s: AnyState, { by, process }) => {
          const spent = this.#steps.spend(s, "jumps")
          return spent && merged(spent, moved(s, process, by)) as {}
        }),
      }),
    }
  }

  /** Whether time waits for one of these timers to fire. */
  #isAnyWaitedFor(timers: Iterable<Timer>, s: AnyState): boolean {
    return Array.from(timers).some((timer) => this.#steps.isOverdue(s, timer))
  }

  /** The messages that can be the next to arrive. */
  #next(s: AnyState): ReadonlyArray<Travelling> {
    const { network } = this.#blueprint.definition
    return network.order === "unordered"
      ? [...s.network]
      : this.#channels.flatMap((channel) => {
        const [first] = s.channels[channelName(channel)]
        return first === undefined ? [] : [unqueued(network, channel, first)]
      })
  }

  /**
   * Whether any time may pass: nothing has to happen now, neither that a timer fires nor that a message arrives. What cannot
   * arrive, whatever the reason, is not waited for: else there would be no more time.
   */
  #maySome(s: AnyState, { horizon }: PlannedClock): boolean {
    if (horizon !== undefined && s.clock >= horizon) return false
    if (this.#isAnyWaitedFor(s.timers, s)) return false
    const { delay } = this.#blueprint.definition.network
    return delay === undefined ||
      !this.#next(s).some((envelope) => ageOf(envelope) >= delay.max && this.#steps.arrival(s, envelope) !== undefined)
  }

  /** What a tick of the global clock changes. */
  #after(s: AnyState, clock: PlannedClock, elapsed: Elapsed): Update {
    return { ...this.#clocks(s, clock, elapsed), ...older(this.#blueprint.definition.network, s) }
  }

  #clocks(s: AnyState, { horizon, late }: PlannedClock, elapsed: Elapsed): Update {
    if (horizon === undefined) {
      // Not -late, which of 0 is -0, another value than 0.
      const least = 0 - late
      const sooner = (timer: Timer): Timer => ({
        ...timer,
        at: Math.max(timer.at as number - (elapsed[timer.process] as number), least),
      })
      return { timers: Array.from<Timer>(s.timers).map(sooner) }
    }
    const drifted = Object.entries(elapsed).filter(([, by]) => by !== 1)
    return {
      clock: s.clock + 1,
      ...(drifted.length > 0 && {
        offset: Object.fromEntries(drifted.map(([process, by]) => [process, s.offset[process] + by - 1])),
      }),
    }
  }
}
