/**
 * The client of the pessimistic lock.
 *
 * @module
 */
import { Schema } from "effect"
import { type Budget, budget } from "../../system/budget.ts"
import { machine, type MachineState } from "../../system/machine.ts"
import { ignore } from "../../system/process.ts"
import { wholeTicks } from "../../system/ticks.ts"
import { LockPhase } from "../phase.ts"
import { PessimisticLockMessage } from "./message.ts"

/**
 * A client of the pessimistic lock. Its environment lets it `acquire` the lock, `extend` the lease, and `release` the lock.
 *
 * It relies on a lease, and waits for an answer, for a term from when it has asked. Then it no longer believes that it holds the lock,
 * whatever it is told: an answer may be old. While it waits for an extension, its old term goes on; so it measures two terms at a time,
 * with two timers in turn.
 *
 * @param server - the name of the server.
 * @param term - for how many ticks of its clock it relies on a lease.
 * @param most - how many `requests` it makes in all, and how many `extensions` of each.
 * @throws InvalidDefinition when the term is not a whole number of ticks, at least 1, and InvalidBudget when a number is none.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { pessimisticLockClient } from "touchstone/lock"
 *
 * const client = pessimisticLockClient("server", 2, { requests: 1, extensions: 0 })
 * const acquire = { _tag: "Input", input: "acquire", args: {} } as const
 * const reaction = react("c1", client, client.start.state, acquire, { now: 0 })
 * reaction._tag === "Next" && reaction.commands[0] // => { _tag: "Send", to: "server", message: { _tag: "Acquire", request: 1 } }
 * reaction._tag === "Next" && reaction.commands[1] // => { _tag: "SetTimer", timer: "even", after: 2 }
 * ```
 */
export const pessimisticLockClient = (
  server: string,
  term: number,
  most: { readonly requests: Budget; readonly extensions: Budget } = { requests: "unbounded", extensions: "unbounded" },
) => {
  wholeTicks("the term of a lease", term, 1)
  for (const [name, number] of Object.entries(most)) budget(name, number)
  const client = machine({
    /** How many requests it has made: no two of its lives have the same. */
    durable: { requests: Schema.Int },
    volatile: {
      phase: LockPhase,
      /** Of which extension the lease is that it has, 0 for that which it has acquired. */
      extension: Schema.Int,
      /** Which one it has asked for last. */
      asked: Schema.Int,
    },
    messages: PessimisticLockMessage,
    timers: ["even", "odd"],
  })
  const { cancelTimer, input, next, process, send, setTimer } = client
  type State = MachineState<typeof client>

  const isLess = (number: number, bound: Budget): boolean => bound === "unbounded" || number < bound
  const timerOf = (extension: number) => extension % 2 === 0 ? "even" : "odd"
  const cancelTimers = [cancelTimer("even"), cancelTimer("odd")]
  const idle = (state: State): State => ({ ...state, phase: "idle", extension: 0, asked: 0 })
  // Also when the term of an extension ends that is not confirmed: that of the lease that it has began earlier.
  const ended = (state: State) => next(idle(state), cancelTimers)
  return process({
    initial: { requests: 0, phase: "idle", extension: 0, asked: 0 },
    inputs: {
      acquire: input((state) => {
        if (state.phase !== "idle" || !isLess(state.requests, most.requests)) return ignore
        const request = state.requests + 1
        return next(
          { ...state, requests: request, phase: "waiting" },
          send(server, { _tag: "Acquire", request }),
          setTimer("even", term),
        )
      }),
      extend: input((state) => {
        const { asked, extension, phase, requests: request } = state
        if (phase !== "holding" || asked > extension || !isLess(asked, most.extensions)) return ignore
        return next(
          { ...state, asked: asked + 1 },
          send(server, { _tag: "Extend", request, extension: asked + 1 }),
          setTimer(timerOf(asked + 1), term),
        )
      }),
      release: input((state) =>
        state.phase === "holding"
          ? next(idle(state), cancelTimers, send(server, { _tag: "Release", request: state.requests }))
          : ignore
      ),
    },
    receive: {
      Granted: (state, { request }) =>
        state.phase === "waiting" && request === state.requests ? next({ ...state, phase: "holding" }) : ignore,
      Refused: (state, { request }) =>
        state.phase === "waiting" && request === state.requests ? next(idle(state), cancelTimers) : ignore,
      Extended: (state, { extension, request }) => {
        const isAwaited = extension === state.asked && extension > state.extension
        return state.phase === "holding" && request === state.requests && isAwaited
          ? next({ ...state, extension }, cancelTimer(timerOf(state.extension)))
          : ignore
      },
      NotOwner: (state, { request }) =>
        state.phase === "holding" && request === state.requests ? next(idle(state), cancelTimers) : ignore,
      Released: () => ignore,
    },
    timers: { even: ended, odd: ended },
    observed: ["phase"],
  })
}
