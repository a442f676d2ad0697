/**
 * A candidate of leader election by lease.
 *
 * @module
 */
import { Schema } from "effect"
import { type Budget, budget } from "../../system/budget.ts"
import { machine, type MachineState } from "../../system/machine.ts"
import { ignore } from "../../system/process.ts"
import { wholeTicks } from "../../system/ticks.ts"
import { LockPhase } from "../phase.ts"
import { LeaderElectionMessage } from "./message.ts"

/** How long a leader leads, and how others know that it is over, in ticks of each one's own clock. */
export interface LeaderLease {
  /** After so long without a change of the record, others may lead. */
  readonly duration: number
  /** A leader steps down when no renewal has been confirmed for so long. */
  readonly renewDeadline: number
  /** How long everybody waits until it looks at the record again. */
  readonly retryPeriod: number
  /**
   * How others know that the lease is over: they have seen no `change` of the record for that long by their own clocks; or the time
   * `stamp` that the leader has written is older than that.
   */
  readonly judgedBy: "change" | "stamp"
}

/**
 * A candidate of leader election by lease. It looks at the record again and again. It takes the record if nobody leads, or the lease is
 * over; and changes it again, to renew its lease, while it leads. It is `holding` while it leads.
 *
 * @param self - its own name.
 * @param store - the name of the store.
 * @param updates - how often it takes the record or renews it in all; without a bound unless given.
 * @throws InvalidDefinition when a time is not a whole number of ticks, at least 1, and InvalidBudget when `updates` is no number of times.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { leaderElectionCandidate } from "touchstone/lock"
 *
 * const lease = { duration: 3, renewDeadline: 1, retryPeriod: 1, judgedBy: "change" } as const
 * const candidate = leaderElectionCandidate("c1", "store", lease)
 * const record = { _tag: "Message", message: { _tag: "Record", leader: null, version: 0, stamp: 0 } } as const
 * const reaction = react("c1", candidate, candidate.start.state, record, { now: 0, from: "store" })
 * reaction._tag === "Next" && reaction.commands.at(-1)
 * // => { _tag: "Send", to: "store", message: { _tag: "Update", version: 0, stamp: 0 } }
 * ```
 */
export const leaderElectionCandidate = (
  self: string,
  store: string,
  { duration, judgedBy, renewDeadline, retryPeriod }: LeaderLease,
  updates: Budget = "unbounded",
) => {
  wholeTicks("the duration of a lease", duration, 1)
  wholeTicks("the renewDeadline of a lease", renewDeadline, 1)
  wholeTicks("the retryPeriod of a lease", retryPeriod, 1)
  budget("updates", updates)
  const candidate = machine({
    volatile: {
      phase: LockPhase,
      /** The version of the record that it has seen last. */
      version: Schema.Int,
      /** Whether that has not changed for the duration of a lease. */
      isOver: Schema.Boolean,
      /** To which version it has asked to change the record, `null` while it waits for no answer. */
      asked: Schema.NullOr(Schema.Int),
      /** How often it has wanted to change the record. */
      updates: Schema.Int,
    },
    messages: LeaderElectionMessage,
    timers: ["retry", "over", "deadline"],
  })
  const { next, process, send, setTimer } = candidate
  type State = MachineState<typeof candidate>

  const get = send(store, { _tag: "Get" })
  const waits = setTimer("retry", retryPeriod)
  const mayUpdate = (state: State) => updates === "unbounded" || state.updates < updates
  return process({
    initial: { phase: "waiting", version: 0, isOver: false, asked: null, updates: 0 },
    start: (state) => next(state, get),
    receive: {
      Record: (state, { leader, stamp, version }, context) => {
        const isNew = version !== state.version
        const seen: State = { ...state, version, isOver: state.isOver && !isNew }
        // Who does not look at the stamp, does not look at the clock.
        const now = judgedBy === "stamp" ? context.now : 0
        const isOver = judgedBy === "stamp" ? now >= stamp + duration : seen.isOver
        const since = isNew ? [setTimer("over", duration)] : []
        return (leader === null || leader === self || isOver) && mayUpdate(seen)
          ? next(
            { ...seen, asked: version + 1, updates: seen.updates + 1 },
            since,
            send(store, { _tag: "Update", version, stamp: now }),
          )
          : next(seen, since, waits)
      },
      Updated: (state, { version }) =>
        state.asked === version
          ? next(
            { ...state, phase: "holding", version, isOver: false, asked: null },
            setTimer("over", duration),
            setTimer("deadline", renewDeadline),
            waits,
          )
          : ignore,
      Conflict: (state) => next({ ...state, asked: null }, waits),
    },
    timers: {
      retry: (state) => next(state, get),
      over: (state) => next({ ...state, isOver: true }),
      deadline: (state) => next({ ...state, phase: "waiting" }),
    },
    // What it has asked before may be answered yet; it does not listen to that.
    restart: (state) => next(state, get),
    observed: ["phase"],
  })
}
