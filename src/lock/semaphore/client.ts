/**
 * The client of a lock that several may hold at once.
 *
 * @module
 */
import { Schema } from "effect"
import { machine } from "../../system/machine.ts"
import { ignore } from "../../system/process.ts"
import { wholeTicks } from "../../system/ticks.ts"
import { LockPhase } from "../phase.ts"
import { SharedLockMessage, type SharedLockMode } from "./message.ts"

/**
 * A client of a lock that several may hold at once. Its environment lets it `acquire` the lock and `release` it; after its term it
 * does not rely on it any more.
 *
 * @param server - the name of the server.
 * @param mode - as what it holds the lock.
 * @param term - for how many ticks of its clock it relies on the lock, from when it is granted.
 * @param requests - how often it asks.
 * @throws InvalidDefinition when the term is not a whole number of ticks, at least 1.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { sharedLockClient } from "touchstone/lock"
 *
 * const client = sharedLockClient("server", "read", 4, 1)
 * const waiting = { phase: "waiting", request: 1 } as const
 * const granted = { _tag: "Message", message: { _tag: "Granted", request: 1 } } as const
 * const reaction = react("c1", client, waiting, granted, { now: 0, from: "server" })
 * reaction._tag === "Next" && reaction.commands // => [{ _tag: "SetTimer", timer: "term", after: 4 }]
 * ```
 */
export const sharedLockClient = (server: string, mode: SharedLockMode, term: number, requests: number) => {
  wholeTicks("the term of a lease", term, 1)
  const { cancelTimer, input, next, process, send, setTimer } = machine({
    // A client that forgot the number of its last request could take an answer to it for one to the next.
    durable: { request: Schema.Int },
    volatile: { phase: LockPhase },
    messages: SharedLockMessage,
    timers: ["term"],
  })
  return process({
    initial: { phase: "idle", request: 0 },
    inputs: {
      acquire: input(({ phase, request }) =>
        phase === "idle" && request < requests
          ? next(
            { phase: "waiting", request: request + 1 },
            send(server, { _tag: "Acquire", request: request + 1, mode }),
          )
          : ignore
      ),
      release: input((state) =>
        state.phase === "holding"
          ? next(
            { ...state, phase: "idle" },
            cancelTimer("term"),
            send(server, { _tag: "Release", request: state.request }),
          )
          : ignore
      ),
    },
    receive: {
      Granted: (state, { request }) =>
        state.phase === "waiting" && request === state.request
          ? next({ ...state, phase: "holding" }, setTimer("term", term))
          : ignore,
    },
    timers: { term: (state) => next({ ...state, phase: "idle" }) },
    observed: ["phase"],
  })
}
