/**
 * The resource that a lock protects: a number, which its users read, and write again as one more.
 *
 * A resource may check *fencing tokens*: numbers that the lock gives, a greater one to each holder. The resource remembers the greatest
 * that it has seen, and refuses whoever comes with a smaller one. After Kleppmann, *How to do distributed locking* (2016), who has
 * it from Chubby, where it is called a *sequencer* (Burrows, *The Chubby lock service for loosely-coupled distributed systems*, OSDI
 * 2006, section 2.4).
 *
 * @module
 */
import { Schema } from "effect"
import { machine } from "../system/machine.ts"

/** The messages between a resource and its users, by tag. Each answer has the token of the request that it is for. */
export const resourceMessages = {
  /** A user asks for the number, with its fencing token. */
  Read: { token: Schema.Int },
  /** The number. */
  Value: { token: Schema.Int, value: Schema.Int },
  /** A user writes the number, with its fencing token. */
  Write: { token: Schema.Int, value: Schema.Int },
  /** It is written. */
  Written: { token: Schema.Int },
  /** The resource has seen a greater token, and has done nothing. */
  Stale: { token: Schema.Int },
} as const

/** The messages between a resource and its users. */
export const ResourceMessage = Schema.TaggedUnion(resourceMessages)

/** Which requests a resource checks the tokens of: none, only the writes, or all. */
export type Fencing = "none" | "writes" | "all"

/**
 * A resource.
 *
 * With `"all"` it refuses every request whose token is smaller than the greatest that it has seen. With `"writes"` it looks at no
 * token of who reads, and so does not know of a new holder until that writes. With `"none"` it does whatever it is asked to.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { resource } from "touchstone/lock"
 *
 * const write = { _tag: "Message", message: { _tag: "Write", token: 33, value: 8 } } as const
 * const fenced = react("resource", resource("all"), { value: 7, token: 34 }, write, { now: 0, from: "c1" })
 * fenced._tag === "Next" && fenced.commands // => [{ _tag: "Send", to: "c1", message: { _tag: "Stale", token: 33 } }]
 * const unfenced = react("resource", resource("none"), { value: 7, token: 0 }, write, { now: 0, from: "c1" })
 * unfenced._tag === "Next" && unfenced.state.value // => 8
 * ```
 */
export const resource = (fencing: Fencing) => {
  const { next, process, send } = machine({
    durable: {
      value: Schema.Int,
      /** The greatest that it has seen. */
      token: Schema.Int,
    },
    messages: ResourceMessage,
  })
  return process({
    initial: { value: 0, token: 0 },
    receive: {
      Read: (state, { token }, { from }) => {
        if (fencing !== "all") return next(state, send(from, { _tag: "Value", token, value: state.value }))
        return token < state.token
          ? next(state, send(from, { _tag: "Stale", token }))
          : next({ ...state, token }, send(from, { _tag: "Value", token, value: state.value }))
      },
      Write: (state, { token, value }, { from }) => {
        if (fencing === "none") return next({ ...state, value }, send(from, { _tag: "Written", token }))
        return token < state.token
          ? next(state, send(from, { _tag: "Stale", token }))
          : next({ value, token }, send(from, { _tag: "Written", token }))
      },
    },
    observed: ["value", "token"],
  })
}
