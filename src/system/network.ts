/**
 * Networks: how messages travel.
 *
 * A network is a choice of order, loss, duplication and partition. All messages may take arbitrarily long.
 *
 * | | |
 * |---|---|
 * | order | *unordered*: messages overtake each other; *fifo*: those from one process to another arrive in the order in which they were sent |
 * | loss | how many messages may be lost, apart from what a process had not yet sent when it crashed |
 * | duplication | how many messages may arrive once more; unbounded: a message that was sent can be received again forever |
 * | partitions | how often the network may fall into two parts; it may heal at any time. Messages do not cross the gap: they wait |
 *
 * @module
 */
import { Schema } from "effect"
import { withKnownKeys } from "../model/definition.ts"
import { InvalidDefinition } from "../model/errors.ts"
import { show } from "../model/show.ts"
import { type Budget, budget } from "./budget.ts"
import type { Tagged } from "./process.ts"

/** What may happen to messages, apart from their order. Each is 0 unless given. */
export interface NetworkFaults {
  readonly loss?: Budget
  readonly duplication?: Budget
  readonly partitions?: Budget
}

/** What happens to a message that its receiver ignores: it is dropped; or it waits, as if it were deferred. */
export type IgnoredMessages = "dropped" | "kept"

/** The order in which messages arrive. */
export type Order = "unordered" | "fifo"

/** A network. Made by {@link unordered} or {@link fifo}. */
export interface Network<O extends Order = Order> extends Required<NetworkFaults> {
  readonly order: O
  readonly ignored: IgnoredMessages
}

const network = <O extends Order>(order: O, faults: NetworkFaults, ignored: IgnoredMessages): Network<O> => {
  const { duplication = 0, loss = 0, partitions = 0 } = withKnownKeys("the faults of a network", faults, [
    "loss",
    "duplication",
    "partitions",
  ])
  return {
    order,
    loss: budget("loss", loss),
    duplication: budget("duplication", duplication),
    partitions: budget("partitions", partitions),
    ignored,
  }
}

/**
 * A network in which messages overtake each other.
 *
 * @param options - the faults, and what becomes of messages that are `ignored`. They are dropped unless they are `"kept"`:
 *   then a message waits until its receiver does not ignore it. That makes fewer states, and hides what only a dropped message
 *   leads to, such as a wake-up that comes too early and is lost.
 * @throws InvalidBudget, and InvalidDefinition when a key is unknown.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 *
 * unordered({ loss: 2 }) // => { order: "unordered", loss: 2, duplication: 0, partitions: 0, ignored: "dropped" }
 * ```
 */
export const unordered = (
  { ignored = "dropped", ...faults }: NetworkFaults & { readonly ignored?: IgnoredMessages } = {},
): Network<"unordered"> => {
  if (ignored !== "dropped" && ignored !== "kept") {
    throw new InvalidDefinition({ reason: `ignored messages are ${show(ignored)}; let them be "dropped" or "kept"` })
  }
  return network("unordered", faults, ignored)
}

/**
 * A network that keeps the order of the messages from one process to another.
 *
 * @throws InvalidBudget, and InvalidDefinition when a key is unknown.
 *
 * @example
 * ```ts
 * import { fifo } from "touchstone"
 *
 * fifo().order // => "fifo"
 * ```
 */
export const fifo = (faults: NetworkFaults = {}): Network<"fifo"> => network("fifo", faults, "dropped")

/** A message on its way. */
export interface Envelope<M extends Tagged = Tagged, N extends string = string> {
  readonly _tag: "Envelope"
  readonly from: N
  readonly to: N
  readonly message: M
}

/**
 * The Schema of envelopes whose messages are of a Schema.
 *
 * @example
 * ```ts
 * import { envelopeOf } from "touchstone"
 * import { Schema } from "effect"
 *
 * const Ping = Schema.TaggedStruct("Ping", {})
 * Schema.is(envelopeOf(Ping))({ _tag: "Envelope", from: "a", to: "b", message: { _tag: "Ping" } }) // => true
 * ```
 */
export const envelopeOf = (message: Schema.Top): Schema.Schema<Envelope> =>
  Schema.TaggedStruct("Envelope", { from: Schema.String, to: Schema.String, message }) as Schema.Schema<any>

/** The direction from one process to another. */
export interface Channel {
  readonly _tag: "Channel"
  readonly from: string
  readonly to: string
}

/**
 * The name of a channel.
 *
 * @example
 * ```ts
 * import { channelName } from "touchstone"
 *
 * channelName({ from: "tm", to: "rm1" }) // => "tm → rm1"
 * ```
 */
export const channelName = ({ from, to }: { readonly from: string; readonly to: string }): string => `${from} → ${to}`
