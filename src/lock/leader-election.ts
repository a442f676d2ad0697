/**
 * # Leader election by lease
 *
 * Several copies of a program run, and one of them leads. It has written its name into a record, and renews that again and again; when the
 * record has not changed for the duration of a lease, another one takes it. After the package
 * [`leaderelection`](https://pkg.go.dev/k8s.io/client-go/tools/leaderelection) of client-go, the library of Kubernetes, and
 * Gray and Cheriton, *Leases* (SOSP 1989).
 *
 * **Promises** that no two believe that they lead, and that another one may lead when the leader is gone.
 *
 * **Assumes** that messages take no longer than is known, that clocks run at the same rate, and that nobody who leads is paused. Then a
 * leader that is not told of a renewal steps down before any other may take over.
 *
 * **Does not promise** that without these: the package itself says that it does not guarantee that only one client acts as a leader. What a
 * leader does to others needs a fencing token; the record's version is one.
 *
 * | what is | must be |
 * |---|---|
 * | `renewDeadline`: without a confirmed renewal for so long, a leader steps down | at least 1 |
 * | `duration`: without a change of the record for so long, others may lead | more than `renewDeadline` and the longest delay together |
 * | `retryPeriod`: everybody looks at the record so often | at least 1 |
 *
 * **A lease is judged by its change**, and not by the time that is written in it: that is a time of *another* machine's clock. A candidate
 * counts from when it has seen the record change, by its own clock. That is later than it was, and so the candidate is late and never
 * early. Who compares the stamp with its own clock, needs clocks that show the same.
 *
 * **Costs** 4 messages in 4 rounds for each renewal, and 2 messages for each look of a candidate.
 *
 * **Not in the package**: a leader there may write without reading first, and it may give the lease back when it stops. Candidates bound
 * their updates, without which there would be no end to the states.
 *
 * @module
 */
import { Data } from "effect"
import { names } from "../model/domain.ts"
import { named } from "../system/blueprint.ts"
import type { Budget } from "../system/budget.ts"
import type { Clock } from "../system/clock.ts"
import type { Faults } from "../system/fault.ts"
import type { Network, Order } from "../system/network.ts"
import { system } from "../system/system.ts"
import type { Ticks } from "../system/ticks.ts"
import { leaderElectionCandidate, type LeaderLease } from "./leader-election/candidate.ts"
import { leaderElectionStore } from "./leader-election/store.ts"

export { leaderElectionCandidate, type LeaderLease } from "./leader-election/candidate.ts"
export { LeaderElectionMessage } from "./leader-election/message.ts"
export { leaderElectionStore } from "./leader-election/store.ts"

/** Another one may lead before a leader has stepped down. */
export class NoTimeToStepDown extends Data.TaggedError("NoTimeToStepDown")<{
  readonly duration: number
  readonly renewDeadline: number
  /** The least that the duration must be. */
  readonly least: number
}> {
  override get message(): string {
    return `a leader may be told of a renewal late, and steps down ${this.renewDeadline} ticks after that, when its lease of ${this.duration} ` +
      `may be over for others; give a duration of ${this.least} or more, or say mayOverlap if that is what you want`
  }
}

/**
 * A system that elects a leader by a lease: a `store`, and candidates `c1`, `c2`, ….
 *
 * @param definition - `candidates`: how many; the `lease`, and `mayOverlap`, which permits one without time to step down; how many
 *   `updates` of the record each candidate makes; the `network`, whose delay must be known; the `clock`, and the `faults`, which are none
 *   unless given.
 * @throws {@link NoTimeToStepDown}
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { leaderElection } from "touchstone/lock"
 *
 * const { definition } = leaderElection({
 *   candidates: 2,
 *   lease: { duration: 3, renewDeadline: 1, retryPeriod: 1, judgedBy: "change" },
 *   updates: 2,
 *   network: unordered({ delay: { min: 0, max: 1 } }),
 *   clock: {},
 * })
 * definition.processes.map(({ name }) => name) // => ["store", "c1", "c2"]
 * ```
 */
export const leaderElection = <O extends Order, C extends Clock>(
  { candidates, clock, faults = {}, lease, mayOverlap = false, network, updates }: {
    readonly candidates: number
    readonly lease: LeaderLease
    readonly mayOverlap?: boolean
    readonly updates: Budget
    readonly network: Network<O, Ticks>
    readonly clock: C
    readonly faults?: Faults
  },
) => {
  const least = lease.renewDeadline + network.delay.max + 1
  if (lease.duration < least && !mayOverlap) throw new NoTimeToStepDown({ ...lease, least })
  return system({
    name: "leader election by lease",
    processes: [
      named("store", leaderElectionStore()),
      ...names("c", candidates).map((name) => named(name, leaderElectionCandidate(name, "store", lease, updates))),
    ],
    network,
    clock,
    faults,
  })
}
