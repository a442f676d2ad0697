/**
 * The client of Multi-Paxos.
 *
 * @module
 */
import { Schema } from "effect"
import { type Budget, budget } from "../../system/budget.ts"
import { machine } from "../../system/machine.ts"
import { ignore } from "../../system/process.ts"
import { LogMessage } from "./message.ts"

const client = machine({
  durable: {
    /** How many operations it has asked for: the number of the last one. */
    asked: Schema.Int,
  },
  volatile: {
    /** The request that is not answered yet. */
    awaited: Schema.NullOr(LogMessage.cases.Request),
  },
  messages: LogMessage,
  timers: ["retry"],
  replies: Schema.Json,
})

/**
 * A client, which asks for one operation after the other when its environment wants to (input `ask`), and replies with the
 * result. Whoever of the servers leads will answer.
 *
 * @param definition - the `servers`; `operations`: what it may ask for; `requests`: how often it asks at most, any number of
 *   times unless given.
 * @throws InvalidBudget
 *
 * @example
 * ```ts
 * import { multiPaxosClient } from "touchstone/consensus"
 * import { react } from "touchstone"
 *
 * const client = multiPaxosClient({ servers: ["s1"], operations: [{ _tag: "Read" }] })
 * const ask = { _tag: "Input", input: "ask", args: { operation: { _tag: "Read" } } } as const
 * const asked = react("c1", client, client.start.state, ask, { now: 0 })
 * asked._tag === "Next" && asked.state.asked // => 1
 * ```
 */
export const multiPaxosClient = ({ operations, requests = "unbounded", servers }: {
  readonly servers: ReadonlyArray<string>
  readonly operations: ReadonlyArray<Schema.Json>
  readonly requests?: Budget
}) => {
  const limit = budget("requests", requests)
  const most = limit === "unbounded" ? Infinity : limit
  const { broadcast, cancelTimer, input, next, process, reply, setTimer } = client
  return process({
    initial: { asked: 0, awaited: null },
    receive: {
      Response: (state, { result, sequence }) =>
        state.awaited?.sequence === sequence
          ? next({ ...state, awaited: null }, cancelTimer("retry"), reply(result))
          : ignore,
    },
    timers: {
      retry: ({ asked, awaited }) =>
        awaited === null
          ? ignore
          : next({ asked, awaited }, setTimer("retry"), broadcast(servers, awaited)),
    },
    inputs: {
      ask: input({ operation: operations }, (state, { operation }) => {
        if (state.awaited !== null || state.asked >= most) return ignore
        const awaited = { _tag: "Request", sequence: state.asked + 1, operation } as const
        return next({ asked: awaited.sequence, awaited }, setTimer("retry"), broadcast(servers, awaited))
      }),
    },
    observed: ["asked"],
  })
}
