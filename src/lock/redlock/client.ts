/**
 * The client of Redlock.
 *
 * @module
 */
import { Schema } from "effect"
import { type Budget, budget } from "../../system/budget.ts"
import { machine, type MachineState } from "../../system/machine.ts"
import { ignore } from "../../system/process.ts"
import { wholeTicks } from "../../system/ticks.ts"
import { LockPhase } from "../phase.ts"
import { RedlockMessage } from "./message.ts"

/**
 * A client of Redlock. Its environment lets it `acquire` and `release` the lock. It asks one node after the other, and holds the lock when so
 * many have said yes as are a quorum, until its term ends, counted from when it has asked the first. When it cannot have a quorum any
 * more, or its term ends before it has one, it gives back what it may have got.
 *
 * @param nodes - their names.
 * @param quorum - how many of them are enough.
 * @param term - for how many ticks of its clock it relies on the lock: the *validity time*.
 * @param requests - how often it asks for the lock in all; without a bound unless given.
 * @throws InvalidDefinition when the term is not a whole number of ticks, at least 1, and InvalidBudget when `requests` is no number of
 *   times.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { redlockClient } from "touchstone/lock"
 *
 * const client = redlockClient(["n1", "n2", "n3"], 2, 1)
 * const waiting = { requests: 1, phase: "waiting", asked: 3, granted: 1 } as const
 * const ok = { _tag: "Message", message: { _tag: "Ok", request: 1 } } as const
 * const reaction = react("c1", client, waiting, ok, { now: 0, from: "n3" })
 * reaction._tag === "Next" && reaction.state.phase // => "holding"
 * ```
 */
export const redlockClient = (
  nodes: ReadonlyArray<string>,
  quorum: number,
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
      /** How many nodes it has asked, and how many of them have said yes. */
      asked: Schema.Int,
      granted: Schema.Int,
    },
    messages: RedlockMessage,
    timers: ["end"],
  })
  const { broadcast, cancelTimer, input, next, process, send, setTimer } = client
  type State = MachineState<typeof client>

  const idle = (state: State): State => ({ ...state, phase: "idle", asked: 0, granted: 0 })
  const giveBack = (state: State) =>
    next(
      idle(state),
      cancelTimer("end"),
      broadcast(nodes.slice(0, state.asked), { _tag: "Del", request: state.requests }),
    )
  const askNext = (state: State) =>
    next(
      { ...state, asked: state.asked + 1 },
      send(nodes[state.asked]!, { _tag: "Set", request: state.requests }),
    )
  /** Whether this is the answer that it waits for. */
  const isAwaited = (state: State, request: number, from: string) =>
    state.phase === "waiting" && request === state.requests && from === nodes[state.asked - 1]
  return process({
    initial: { requests: 0, phase: "idle", asked: 0, granted: 0 },
    inputs: {
      acquire: input((state) => {
        if (state.phase !== "idle" || (requests !== "unbounded" && state.requests >= requests)) return ignore
        const request = state.requests + 1
        return next(
          { ...state, requests: request, phase: "waiting", asked: 1 },
          send(nodes[0]!, { _tag: "Set", request }),
          setTimer("end", term),
        )
      }),
      release: input((state) => state.phase === "holding" ? giveBack(state) : ignore),
    },
    receive: {
      Ok: (state, { request }, { from }) => {
        if (!isAwaited(state, request, from)) return ignore
        const granted = state.granted + 1
        return granted < quorum ? askNext({ ...state, granted }) : next({ ...state, granted, phase: "holding" })
      },
      Nil: (state, { request }, { from }) => {
        if (!isAwaited(state, request, from)) return ignore
        const refused = state.asked - state.granted
        return nodes.length - refused < quorum ? giveBack(state) : askNext(state)
      },
    },
    // Where it has held the lock, the keys end by themselves.
    timers: { end: (state) => state.phase === "waiting" ? giveBack(state) : next(idle(state)) },
    observed: ["phase"],
  })
}
