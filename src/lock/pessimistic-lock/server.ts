/**
 * The server of the pessimistic lock.
 *
 * @module
 */
import { Schema } from "effect"
import { machine } from "../../system/machine.ts"
import { wholeTicks } from "../../system/ticks.ts"
import { PessimisticLockMessage } from "./message.ts"

/**
 * The server of the pessimistic lock. It gives the lock to whoever asks while it is free, and takes it back when the lease ends.
 * What comes with another owner token than that of the owner is answered `NotOwner`, and changes nothing.
 *
 * It remembers the owner when it crashes, and not when the lease has begun; so after a restart the lease begins anew.
 *
 * @param lease - how long, in ticks of its clock.
 * @throws InvalidDefinition when the lease is not a whole number of ticks, at least 1.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { pessimisticLockServer } from "touchstone/lock"
 *
 * const release = { _tag: "Message", message: { _tag: "Release", request: 1 } } as const
 * const owned = { owner: "c1", request: 2 }
 * const reaction = react("server", pessimisticLockServer(3), owned, release, { now: 0, from: "c1" })
 * reaction._tag === "Next" && reaction.commands // => [{ _tag: "Send", to: "c1", message: { _tag: "NotOwner", request: 1 } }]
 * ```
 */
export const pessimisticLockServer = (lease: number) => {
  wholeTicks("a lease", lease, 1)
  const { cancelTimer, next, process, send, setTimer } = machine({
    durable: {
      owner: Schema.NullOr(Schema.String),
      /** Which of the owner's requests: together the owner token. */
      request: Schema.Int,
    },
    messages: PessimisticLockMessage,
    timers: ["expire"],
  })
  const free = { owner: null, request: 0 }
  return process({
    initial: free,
    receive: {
      Acquire: (state, { request }, { from }) => {
        if (state.owner === null) {
          return next({ owner: from, request }, send(from, { _tag: "Granted", request }), setTimer("expire", lease))
        }
        // Who has asked twice is told again; the lease goes on.
        const isOwner = state.owner === from && state.request === request
        return next(state, send(from, { _tag: isOwner ? "Granted" : "Refused", request }))
      },
      Extend: (state, { extension, request }, { from }) =>
        state.owner === from && state.request === request
          ? next(state, send(from, { _tag: "Extended", request, extension }), setTimer("expire", lease))
          : next(state, send(from, { _tag: "NotOwner", request })),
      Release: (state, { request }, { from }) =>
        state.owner === from && state.request === request
          ? next(free, send(from, { _tag: "Released", request }), cancelTimer("expire"))
          : next(state, send(from, { _tag: "NotOwner", request })),
    },
    timers: { expire: () => next(free) },
    restart: (state) => state.owner === null ? next(state) : next(state, setTimer("expire", lease)),
    observed: ["owner"],
  })
}
