/**
 * A node of Redlock: a Redis server by itself.
 *
 * @module
 */
import { Schema } from "effect"
import { machine } from "../../system/machine.ts"
import { ignore } from "../../system/process.ts"
import { wholeTicks } from "../../system/ticks.ts"
import { RedlockMessage } from "./message.ts"

/**
 * What a node does about crashes: it forces each write to its disk (`disk`); it keeps the key in memory, and after a restart takes no
 * part for a lease (`delayedRestart`); or it keeps the key in memory, and takes part at once (`memory`).
 */
export type RedlockPersistence = "disk" | "delayedRestart" | "memory"

/**
 * A node of Redlock.
 *
 * @param lease - how long the key is there, in ticks of its clock.
 * @param persistence - what it does about crashes.
 * @throws InvalidDefinition when the lease is not a whole number of ticks, at least 1.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { redlockNode } from "touchstone/lock"
 *
 * const set = { _tag: "Message", message: { _tag: "Set", request: 1 } } as const
 * const taken = { owner: "c1", request: 1, silent: false }
 * const reaction = react("n1", redlockNode(3, "memory"), taken, set, { now: 0, from: "c2" })
 * reaction._tag === "Next" && reaction.commands // => [{ _tag: "Send", to: "c2", message: { _tag: "Nil", request: 1 } }]
 * ```
 */
export const redlockNode = (lease: number, persistence: RedlockPersistence) => {
  wholeTicks("a lease", lease, 1)
  const key = { owner: Schema.NullOr(Schema.String), request: Schema.Int }
  const { cancelTimer, next, process, send, setTimer } = machine({
    durable: persistence === "disk" ? key : {} as typeof key,
    volatile: {
      ...(persistence === "disk" ? {} as typeof key : key),
      /** Whether it takes no part yet, after a restart. */
      silent: Schema.Boolean,
    },
    messages: RedlockMessage,
    timers: ["expire", "rejoin"],
  })
  const free = { owner: null, request: 0 }
  return process({
    initial: { ...free, silent: false },
    receive: {
      Set: (state, { request }, { from }) => {
        if (state.silent) return ignore
        return state.owner === null
          ? next({ ...state, owner: from, request }, send(from, { _tag: "Ok", request }), setTimer("expire", lease))
          : next(state, send(from, { _tag: "Nil", request }))
      },
      Del: (state, { request }, { from }) =>
        state.owner === from && state.request === request
          ? next({ ...state, ...free }, cancelTimer("expire"))
          : ignore,
    },
    timers: {
      expire: (state) => next({ ...state, ...free }),
      rejoin: (state) => next({ ...state, silent: false }),
    },
    restart: (state) => {
      if (persistence === "delayedRestart") return next({ ...state, silent: true }, setTimer("rejoin", lease))
      return state.owner === null ? next(state) : next(state, setTimer("expire", lease))
    },
    observed: ["owner"],
  })
}
