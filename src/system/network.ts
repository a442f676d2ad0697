/**
 * Networks: how messages travel.
 *
 * A network is a choice of order, loss, duplication, partition and links that are cut, and of delay. Unless their delay is bounded,
 * messages may take arbitrarily long. These are the three orders, and what each stands for:
 *
 * | | |
 * |---|---|
 * | {@link unordered} | datagrams, or a pool of connections that opens another one for each request |
 * | {@link fifo} | a queue between two processes that outlives their crashes |
 * | {@link connections} | connections as TCP has them (RFC 9293): in order until they break, and then all that is on its way is gone |
 *
 * | | |
 * |---|---|
 * | order | *unordered*: messages overtake each other; *fifo* and *connections*: those from one process to another arrive in the order in which they were sent |
 * | loss | how many messages may be lost, apart from what a process had not yet sent when it crashed |
 * | duplication | how many messages may arrive once more; unbounded: a message that was sent can be received again forever |
 * | partitions | how often the network may fall into two parts; it may heal at any time. Messages do not cross the gap: they wait |
 * | disconnects | how often a connection may break although both ends are up |
 * | links | how often a link may be cut, from one process to another and not back; it may heal at any time. Messages on it wait |
 * | delay | how many ticks of the global clock a message is on its way, at least and at most, unless something is in its way |
 *
 * @module
 */
import { Schema } from "effect"
import { withKnownKeys } from "../model/definition.ts"
import { InvalidDefinition } from "../model/errors.ts"
import { show } from "../model/show.ts"
import { type Budget, budget } from "./budget.ts"
import type { Tagged } from "./process.ts"
import { type Ticks, ticks } from "./ticks.ts"

/** What may happen between processes. Each is 0 unless given. */
export interface ConnectivityFaults {
  readonly partitions?: Budget
  readonly links?: Budget
}

/** What may happen to messages, apart from their order. Each is 0 unless given. */
export interface NetworkFaults extends ConnectivityFaults {
  readonly loss?: Budget
  readonly duplication?: Budget
}

/** What may happen to connections, apart from the crashes of their ends. Each is 0 unless given. */
export interface ConnectionFaults extends ConnectivityFaults {
  readonly disconnects?: Budget
}

/** What happens to a message that its receiver ignores: it is dropped; or it waits, as if it were deferred. */
export type IgnoredMessages = "dropped" | "kept"

/** The order in which messages arrive. */
export type Order = "unordered" | "fifo" | "connections"

/** How long messages take, in a system with a clock: any time unless given. */
export interface Delay<D extends Ticks | undefined> {
  readonly delay?: D
}

/** A network. Made by {@link unordered}, {@link fifo} or {@link connections}. */
export interface Network<O extends Order = Order, D extends Ticks | undefined = undefined>
  extends Required<NetworkFaults & ConnectionFaults>
{
  readonly order: O
  readonly ignored: IgnoredMessages
  readonly delay: D
}

/** A network whose messages have a delay, or have none. */
export type AnyNetwork = Network<Order, Ticks | undefined>

type Options = NetworkFaults & ConnectionFaults & Delay<Ticks | undefined>

const network = <O extends Order, D extends Ticks | undefined>(
  order: O,
  options: (NetworkFaults | ConnectionFaults) & Delay<D>,
  known: ReadonlyArray<keyof Options>,
  ignored: IgnoredMessages,
): Network<O, D> => {
  const { delay, disconnects = 0, duplication = 0, links = 0, loss = 0, partitions = 0 }: Options = withKnownKeys<
    Options
  >(
    "a network",
    options,
    [...known, "delay"],
  )
  if (delay !== undefined && duplication === "unbounded") {
    throw new InvalidDefinition({
      reason:
        "where duplication has no bound, a message is on its way forever, and has no delay; give one of the two a bound",
    })
  }
  return {
    order,
    delay: (delay && ticks("the delay of messages", delay, { min: 0, max: 1 })) as D,
    loss: budget("loss", loss),
    duplication: budget("duplication", duplication),
    disconnects: budget("disconnects", disconnects),
    partitions: budget("partitions", partitions),
    links: budget("links", links),
    ignored,
  }
}

const MESSAGE_FAULTS = ["loss", "duplication", "partitions", "links"] as const

/**
 * A network in which messages overtake each other.
 *
 * @param options - the faults, and what becomes of messages that are `ignored`. They are dropped unless they are `"kept"`:
 *   then a message waits until its receiver does not ignore it. That makes fewer states, and hides what only a dropped message
 *   leads to, such as a wake-up that comes too early and is lost.
 * @throws InvalidBudget, and InvalidDefinition when a key is unknown or the bounds of the delay are invalid.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 *
 * unordered({ loss: 2 }).ignored // => "dropped"
 * ```
 */
export const unordered = <const D extends Ticks | undefined = undefined>(
  { ignored = "dropped", ...faults }: NetworkFaults & Delay<D> & { readonly ignored?: IgnoredMessages } = {},
): Network<"unordered", D> => {
  if (ignored !== "dropped" && ignored !== "kept") {
    throw new InvalidDefinition({ reason: `ignored messages are ${show(ignored)}; let them be "dropped" or "kept"` })
  }
  return network("unordered", faults, MESSAGE_FAULTS, ignored)
}

/**
 * A network that keeps the order of the messages from one process to another.
 *
 * @throws InvalidBudget, and InvalidDefinition when a key is unknown or the bounds of the delay are invalid.
 *
 * @example
 * ```ts
 * import { fifo } from "touchstone"
 *
 * fifo().order // => "fifo"
 * ```
 */
export const fifo = <const D extends Ticks | undefined = undefined>(
  faults: NetworkFaults & Delay<D> = {},
): Network<"fifo", D> => network("fifo", faults, MESSAGE_FAULTS, "dropped")

/**
 * A network of connections, one between any two processes: as TCP, it keeps the order and loses nothing, until a connection
 * breaks. It does when one of its ends crashes, whether forever or not, and by a fault with a budget, `disconnects`. Then all that
 * had not arrived is gone, either way, and the next connection starts empty.
 *
 * An end that is left *may* learn that its connection is closed, at any time: its process reacts by `closed`. Until it has
 * noticed, what it sends is gone too, and it hears nothing over the next connection. What is sent to a process that is not there
 * is gone, and the sender may learn of that in the same way.
 *
 * @throws InvalidBudget, and InvalidDefinition when a key is unknown: a connection neither loses nor duplicates single messages.
 *
 * @example
 * ```ts
 * import { connections } from "touchstone"
 *
 * connections({ disconnects: 1 }).order // => "connections"
 * ```
 */
export const connections = <const D extends Ticks | undefined = undefined>(
  faults: ConnectionFaults & Delay<D> = {},
): Network<"connections", D> => network("connections", faults, ["disconnects", "partitions", "links"], "dropped")

/** A message on its way. */
export interface Envelope<M extends Tagged = Tagged, N extends string = string> {
  readonly _tag: "Envelope"
  readonly from: N
  readonly to: N
  readonly message: M
}

/** A message on its way, where its delay is bounded. Its `age` says for how many ticks of the global clock, and is at most the `max` of the delay. */
export interface AgedEnvelope<M extends Tagged = Tagged, N extends string = string> extends Envelope<M, N> {
  readonly age: number
}

/** The same in a channel, which says from whom to whom. */
export interface Aged<M extends Tagged = Tagged> {
  readonly _tag: "Aged"
  readonly message: M
  readonly age: number
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
export const Channel = Schema.TaggedStruct("Channel", { from: Schema.String, to: Schema.String })
/** The type of {@link Channel}. */
export interface Channel<N extends string = string> {
  readonly _tag: "Channel"
  readonly from: N
  readonly to: N
}

/**
 * The name of a channel, or of a link: the direction from one process to another.
 *
 * @example
 * ```ts
 * import { channelName } from "touchstone"
 *
 * channelName({ from: "tm", to: "rm1" }) // => "tm → rm1"
 * ```
 */
export const channelName = ({ from, to }: { readonly from: string; readonly to: string }): string => `${from} → ${to}`
