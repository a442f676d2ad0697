/**
 * The client of Multi-Paxos.
 *
 * @module
 */
import { Schema } from "effect"
import { type Budget, budget } from "../../system/budget.ts"
import { machine, type MachineState } from "../../system/machine.ts"
import { ignore } from "../../system/process.ts"
import { LogMessage } from "./message.ts"

const client = machine({
  durable: {
    /** Its last request. */
    asked: Schema.NullOr(LogMessage.cases.Request),
  },
  volatile: {
    /** Whether it waits for the answer. */
    waiting: Schema.Boolean,
  },
  messages: LogMessage,
  timers: ["retry"],
  replies: Schema.Json,
})

/**
 * A client, which asks for one operation after the other when its environment wants to (input `ask`), and replies with the
 * result. Whoever of the servers leads will answer.
 *
 * Not in the papers, whose clients do not crash: it writes its request to its disk before it sends it, and asks again after a crash,
 * whether it was answered or not, for it cannot know whether its environment was. So each request is executed exactly once, and
 * the environment may be told its result twice.
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
 * asked._tag === "Next" && asked.state.asked?.sequence // => 1
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
  type State = MachineState<typeof client>

  /** The client asks, or asks again. */
  const ask = (asked: NonNullable<State["asked"]>) =>
    next({ asked, waiting: true }, setTimer("retry"), broadcast(servers, asked))
  const askAgain = ({ asked }: State) => asked === null ? ignore : ask(asked)

  return process({
    initial: { asked: null, waiting: false },
    receive: {
      Response: (state, { result, sequence }) =>
        state.waiting && state.asked?.sequence === sequence
          ? next({ ...state, waiting: false }, cancelTimer("retry"), reply(result))
          : ignore,
    },
    timers: { retry: askAgain },
    restart: askAgain,
    inputs: {
      ask: input({ operation: operations }, ({ asked, waiting }, { operation }) => {
        const sequence = (asked?.sequence ?? 0) + 1
        return waiting || sequence > most ? ignore : ask({ _tag: "Request", sequence, operation })
      }),
    },
  })
}
