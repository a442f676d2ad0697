/**
 * The client of a lock with a replica.
 *
 * @module
 */
import { Schema } from "effect"
import { type Budget, budget } from "../../system/budget.ts"
import { machine } from "../../system/machine.ts"
import { ignore } from "../../system/process.ts"
import { LockPhase } from "../phase.ts"
import { ReplicatedLockMessage } from "./message.ts"

/**
 * A client of a lock with a replica. Its environment lets it `acquire` the lock and `release` it. It asks the primary, and when it finds
 * that this has failed, the replica.
 *
 * @param primary - the name of the primary.
 * @param replica - the name of the replica.
 * @param requests - how often it asks for the lock, in all.
 * @throws InvalidBudget when the number is none.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { replicatedLockClient } from "touchstone/lock"
 *
 * const client = replicatedLockClient("primary", "replica", 1)
 * const waiting = { phase: "waiting", requests: 1, failedOver: false } as const
 * const reaction = react("c1", client, waiting, { _tag: "Timer", timer: "primary" }, { now: 0 })
 * // It asks the replica what it had asked the primary.
 * reaction._tag === "Next" && reaction.commands // => [{ _tag: "Send", to: "replica", message: { _tag: "Acquire", request: 1 } }]
 * ```
 */
export const replicatedLockClient = (primary: string, replica: string, requests: Budget) => {
  budget("requests", requests)
  const { input, next, process, send, setTimer } = machine({
    volatile: {
      phase: LockPhase,
      /** How many requests it has made. */
      requests: Schema.Int,
      /** The primary has failed, as far as it knows. */
      failedOver: Schema.Boolean,
    },
    messages: ReplicatedLockMessage,
    timers: [primary],
  })
  const serverOf = ({ failedOver }: { readonly failedOver: boolean }) => failedOver ? replica : primary
  return process({
    initial: { phase: "idle", requests: 0, failedOver: false },
    start: (state) => next(state, setTimer(primary)),
    inputs: {
      acquire: input((state) =>
        state.phase === "idle" && (requests === "unbounded" || state.requests < requests)
          ? next(
            { ...state, phase: "waiting", requests: state.requests + 1 },
            send(serverOf(state), { _tag: "Acquire", request: state.requests + 1 }),
          )
          : ignore
      ),
      release: input((state) =>
        state.phase === "holding"
          ? next({ ...state, phase: "idle" }, send(serverOf(state), { _tag: "Release", request: state.requests }))
          : ignore
      ),
    },
    receive: {
      Granted: (state, { request }) =>
        state.phase === "waiting" && request === state.requests ? next({ ...state, phase: "holding" }) : ignore,
      Refused: (state, { request }) =>
        state.phase === "waiting" && request === state.requests ? next({ ...state, phase: "idle" }) : ignore,
    },
    timers: {
      [primary]: (state) =>
        next(
          { ...state, failedOver: true },
          state.phase === "waiting" ? send(replica, { _tag: "Acquire", request: state.requests }) : [],
        ),
    },
    observed: ["phase"],
  })
}
