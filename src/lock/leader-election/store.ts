/**
 * The store of leader election by lease.
 *
 * @module
 */
import { Schema } from "effect"
import { machine } from "../../system/machine.ts"
import { LeaderElectionMessage } from "./message.ts"

/**
 * The store that has the record: a server of Kubernetes, or anything with a compare-and-set. It knows nothing of leases and has no timer.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { leaderElectionStore } from "touchstone/lock"
 *
 * const update = { _tag: "Message", message: { _tag: "Update", version: 3, stamp: 0 } } as const
 * const reaction = react("store", leaderElectionStore(), { owner: "c1", version: 4, stamp: 0 }, update, { now: 0, from: "c2" })
 * reaction._tag === "Next" && reaction.commands // => [{ _tag: "Send", to: "c2", message: { _tag: "Conflict" } }]
 * ```
 */
export const leaderElectionStore = () => {
  const { next, process, send } = machine({
    durable: { owner: Schema.NullOr(Schema.String), version: Schema.Int, stamp: Schema.Int },
    messages: LeaderElectionMessage,
  })
  return process({
    initial: { owner: null, version: 0, stamp: 0 },
    receive: {
      Get: (state, _, { from }) =>
        next(state, send(from, { _tag: "Record", leader: state.owner, version: state.version, stamp: state.stamp })),
      Update: (state, { stamp, version }, { from }) =>
        version === state.version
          ? next({ owner: from, version: version + 1, stamp }, send(from, { _tag: "Updated", version: version + 1 }))
          : next(state, send(from, { _tag: "Conflict" })),
    },
    observed: ["owner"],
  })
}
