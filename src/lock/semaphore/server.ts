/**
 * The server of a lock that several may hold at once.
 *
 * @module
 */
import { Schema } from "effect"
import { machine, type MachineState } from "../../system/machine.ts"
import { ignore } from "../../system/process.ts"
import { wholeTicks } from "../../system/ticks.ts"
import { SharedLockMessage, SharedLockMode } from "./message.ts"

const SharedRequest = Schema.Struct({ client: Schema.String, request: Schema.Int, mode: SharedLockMode })

/** Whether one more may hold the lock, beside those who do. */
export type Admission = (held: ReadonlyArray<SharedLockMode>, mode: SharedLockMode) => boolean

/**
 * The server of a lock that several may hold at once. It grants leases in the order in which it is asked: whoever cannot be admitted
 * yet waits, and so does everybody who asks later.
 *
 * @param clients - the names of the clients.
 * @param admits - whom it may admit.
 * @param lease - how long a lease lasts, in ticks of its clock.
 * @throws InvalidDefinition when the lease is not a whole number of ticks, at least 1.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { sharedLockServer } from "touchstone/lock"
 *
 * const server = sharedLockServer(["c1", "c2"], (held) => held.length < 1, 10)
 * const held = { held: [{ client: "c1", request: 1, mode: "permit" as const }], queue: [] }
 * const acquire = { _tag: "Message", message: { _tag: "Acquire", request: 1, mode: "permit" } } as const
 * const reaction = react("server", server, held, acquire, { now: 0, from: "c2" })
 * reaction._tag === "Next" && reaction.state.queue // => [{ client: "c2", request: 1, mode: "permit" }]
 * ```
 */
export const sharedLockServer = (clients: ReadonlyArray<string>, admits: Admission, lease: number) => {
  wholeTicks("the lease of a lock", lease, 1)
  const server = machine({
    durable: {
      /** Whose leases have not ended. */
      held: Schema.Array(SharedRequest),
      /** Who waits, the first one first. */
      queue: Schema.Array(SharedRequest),
    },
    messages: SharedLockMessage,
    timers: clients,
  })
  const { cancelTimer, next, process, send, setTimer } = server
  type State = MachineState<typeof server>

  /** The first of the queue are granted their leases, as many as can be admitted. */
  const granting = (state: State): ReturnType<typeof next> => {
    const [first, ...queue] = state.queue
    if (first === undefined || !admits(state.held.map(({ mode }) => mode), first.mode)) return next(state)
    const { client, request } = first
    const { commands, state: after } = granting({ held: [...state.held, first], queue })
    return next(after, send(client, { _tag: "Granted", request }), setTimer(client, lease), commands)
  }
  const ended = (state: State, client: string): State => ({
    ...state,
    held: state.held.filter((one) => one.client !== client),
  })
  return process({
    initial: { held: [], queue: [] },
    receive: {
      Acquire: (state, { mode, request }, { from }) => {
        // A request from before a crash of the client may arrive after a later one.
        const isStale = [...state.held, ...state.queue].some((one) => one.client === from && one.request > request)
        if (isStale) return ignore
        // Who asks again relies on no lease that it had before.
        const free = ended(state, from)
        const { commands, state: after } = granting({
          ...free,
          queue: [...free.queue, { client: from, request, mode }],
        })
        return next(after, cancelTimer(from), commands)
      },
      Release: (state, { request }, { from }) => {
        if (!state.held.some((one) => one.client === from && one.request === request)) return ignore
        const { commands, state: after } = granting(ended(state, from))
        return next(after, cancelTimer(from), commands)
      },
    },
    timers: Object.fromEntries(clients.map((name) => [name, (state: State) => granting(ended(state, name))])),
    // How long a lease has lasted is forgotten, so it lasts once more.
    restart: (state) => next(state, state.held.map(({ client }) => setTimer(client, lease))),
  })
}
