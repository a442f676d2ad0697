/**
 * The client of the lease with a fencing token.
 *
 * @module
 */
import { Schema } from "effect"
import { type Budget, budget } from "../../system/budget.ts"
import { machine, type MachineState } from "../../system/machine.ts"
import { ignore } from "../../system/process.ts"
import { wholeTicks } from "../../system/ticks.ts"
import { LockPhase } from "../phase.ts"
import { FencedLeaseMessage } from "./message.ts"

/**
 * A client of the lease with a fencing token. Its environment lets it `acquire` the lock. With the lock it reads the resource,
 * writes it as one more, and releases the lock, with its token in all requests. It stops when its term ends, or when the resource
 * tells it that its token is stale.
 *
 * @param names - of the `server`, and of the `resource`.
 * @param term - for how many ticks of its clock it relies on the lease, from when it has asked.
 * @param requests - how often it asks for the lock in all; without a bound unless given.
 * @throws InvalidDefinition when the term is not a whole number of ticks, at least 1, and InvalidBudget when `requests` is no number of
 *   times.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { fencedLeaseClient } from "touchstone/lock"
 *
 * const client = fencedLeaseClient({ server: "server", resource: "resource" }, 2)
 * const granted = { _tag: "Message", message: { _tag: "Granted", request: 1, token: 34 } } as const
 * const waiting = { requests: 1, phase: "waiting", token: 0 } as const
 * const reaction = react("c1", client, waiting, granted, { now: 0, from: "server" })
 * reaction._tag === "Next" && reaction.commands // => [{ _tag: "Send", to: "resource", message: { _tag: "Read", token: 34 } }]
 * ```
 */
export const fencedLeaseClient = (
  { resource, server }: { readonly server: string; readonly resource: string },
  term: number,
  requests: Budget = "unbounded",
) => {
  wholeTicks("the term of a lease", term, 1)
  budget("requests", requests)
  const client = machine({
    /** How often it has asked for the lock. */
    durable: { requests: Schema.Int },
    volatile: {
      phase: LockPhase,
      /** The token that it has, 0 while it has none. */
      token: Schema.Int,
    },
    messages: FencedLeaseMessage,
    timers: ["end"],
  })
  const { cancelTimer, input, next, process, send, setTimer } = client
  type State = MachineState<typeof client>

  const idle = (state: State): State => ({ ...state, phase: "idle", token: 0 })
  return process({
    initial: { requests: 0, phase: "idle", token: 0 },
    inputs: {
      acquire: input((state) => {
        if (state.phase !== "idle" || (requests !== "unbounded" && state.requests >= requests)) return ignore
        const request = state.requests + 1
        return next(
          { ...state, requests: request, phase: "waiting" },
          send(server, { _tag: "Acquire", request }),
          setTimer("end", term),
        )
      }),
    },
    receive: {
      Granted: (state, { request, token }) =>
        state.phase === "waiting" && request === state.requests
          ? next({ ...state, phase: "holding", token }, send(resource, { _tag: "Read", token }))
          : ignore,
      Refused: (state, { request }) =>
        state.phase === "waiting" && request === state.requests ? next(idle(state), cancelTimer("end")) : ignore,
      Value: (state, { token, value }) =>
        token === state.token ? next(state, send(resource, { _tag: "Write", token, value: value + 1 })) : ignore,
      Written: (state, { token }) =>
        token === state.token
          ? next(idle(state), cancelTimer("end"), send(server, { _tag: "Release", token }))
          : ignore,
      Stale: (state, { token }) => token === state.token ? next(idle(state), cancelTimer("end")) : ignore,
      Released: () => ignore,
    },
    timers: { end: (state) => next(idle(state)) },
    observed: ["phase"],
  })
}
