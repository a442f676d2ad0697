/**
 * The server of the lease with a fencing token.
 *
 * @module
 */
import { Schema } from "effect"
import { machine } from "../../system/machine.ts"
import { wholeTicks } from "../../system/ticks.ts"
import { FencedLeaseMessage } from "./message.ts"

/**
 * The server of the lease with a fencing token. It counts how often it has granted the lock, and forces that to its disk before it says so:
 * a token that is given twice fences nobody off.
 *
 * @param lease - how long, in ticks of its clock.
 * @throws InvalidDefinition when the lease is not a whole number of ticks, at least 1.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { fencedLeaseServer } from "touchstone/lock"
 *
 * const acquire = { _tag: "Message", message: { _tag: "Acquire", request: 1 } } as const
 * const reaction = react("server", fencedLeaseServer(3), { owner: null, token: 33 }, acquire, { now: 0, from: "c2" })
 * reaction._tag === "Next" && reaction.state // => { owner: "c2", token: 34 }
 * ```
 */
export const fencedLeaseServer = (lease: number) => {
  wholeTicks("a lease", lease, 1)
  const { cancelTimer, next, process, send, setTimer } = machine({
    durable: {
      owner: Schema.NullOr(Schema.String),
      /** The last that was given. */
      token: Schema.Int,
    },
    messages: FencedLeaseMessage,
    timers: ["expire"],
  })
  return process({
    initial: { owner: null, token: 0 },
    receive: {
      Acquire: (state, { request }, { from }) => {
        if (state.owner !== null) return next(state, send(from, { _tag: "Refused", request }))
        const token = state.token + 1
        return next({ owner: from, token }, send(from, { _tag: "Granted", request, token }), setTimer("expire", lease))
      },
      Release: (state, { token }, { from }) =>
        state.owner === from && state.token === token
          ? next({ ...state, owner: null }, send(from, { _tag: "Released", wasOwner: true }), cancelTimer("expire"))
          : next(state, send(from, { _tag: "Released", wasOwner: false })),
    },
    timers: { expire: (state) => next({ ...state, owner: null }) },
    restart: (state) => state.owner === null ? next(state) : next(state, setTimer("expire", lease)),
    observed: ["owner", "token"],
  })
}
