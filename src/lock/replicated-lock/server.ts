/**
 * The servers of a lock with a replica.
 *
 * @module
 */
import { Schema } from "effect"
import { machine, type MachineState } from "../../system/machine.ts"
import { defer, ignore } from "../../system/process.ts"
import { ReplicatedLockMessage } from "./message.ts"

/** When a primary tells a client that it has the lock: at once, or when the replica knows of it. */
export type ReplicatedLockAnswers = "atOnce" | "afterCopy"

/**
 * A server of a lock with a replica. The primary serves clients, and copies to the replica what it does. The replica lets clients wait until it
 * finds that the primary has failed; then it serves them alone, and takes no more copies.
 *
 * @param role - what it is at first.
 * @param other - the name of the other server.
 * @param answers - when the primary answers.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { replicatedLockServer } from "touchstone/lock"
 *
 * const acquire = { _tag: "Message", message: { _tag: "Acquire", request: 1 } } as const
 * const tags = (answers: "atOnce" | "afterCopy") => {
 *   const server = replicatedLockServer("primary", "replica", answers)
 *   const reaction = react("primary", server, server.start.state, acquire, { now: 0, from: "c1" })
 *   return reaction._tag === "Next" && reaction.commands.map((command) => command._tag === "Send" && command.message._tag)
 * }
 * tags("atOnce") // => ["Copy", "Granted"]
 * tags("afterCopy") // => ["Copy"]
 * ```
 */
export const replicatedLockServer = (
  role: "primary" | "replica",
  other: string,
  answers: ReplicatedLockAnswers,
) => {
  const isPrimary = role === "primary"
  const server = machine({
    volatile: {
      /** Who has the lock, by which of its requests. */
      owner: Schema.NullOr(Schema.String),
      request: Schema.Int,
      /** It serves clients. */
      serves: Schema.Boolean,
    },
    messages: ReplicatedLockMessage,
    timers: isPrimary ? [] : [other],
  })
  type State = MachineState<typeof server>

  const { next, process, send, setTimer } = server
  const copy = (owner: string | null, request: number) =>
    isPrimary ? [send(other, { _tag: "Copy", owner, request })] : []
  const waits = isPrimary && answers === "afterCopy"
  type Copied = { readonly owner: string | null; readonly request: number }
  const primary = {
    Copied: (state: State, { owner, request }: Copied) =>
      waits && owner !== null ? next(state, send(owner, { _tag: "Granted", request })) : ignore,
  }
  const replica = {
    Copy: (state: State, { owner, request }: Copied) =>
      state.serves ? ignore : next({ ...state, owner, request }, send(other, { _tag: "Copied", owner, request })),
  }
  return process({
    initial: { owner: null, request: 0, serves: isPrimary },
    start: (state) => next(state, isPrimary ? [] : setTimer(other)),
    receive: {
      Acquire: (state, { request }, { from }) => {
        if (!state.serves) return defer
        const granted = send(from, { _tag: "Granted", request })
        if (state.owner === null) {
          return next({ ...state, owner: from, request }, copy(from, request), waits ? [] : granted)
        }
        // The replica may have learnt of it from the primary, which failed before it told the client.
        const isOwner = state.owner === from && state.request === request
        return next(state, isOwner ? granted : send(from, { _tag: "Refused", request }))
      },
      Release: (state, { request }, { from }) => {
        if (!state.serves) return defer
        return state.owner === from && state.request === request
          ? next({ ...state, owner: null, request: 0 }, copy(null, 0))
          : next(state)
      },
      ...(isPrimary ? primary : replica),
    },
    timers: isPrimary ? {} : { [other]: (state) => next({ ...state, serves: true }) },
    observed: ["owner"],
  })
}
