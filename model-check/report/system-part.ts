/**
 * The parts of systems in the states of a trace, as people write them: a message on its way as `tm → rm1: Prepare`, with its age
 * where that matters as `tm → rm1: Prepare (age 1)`, a timer as `rm1.retry`, a reply to the environment as `tm: committed`,
 * a write that a crash may lose as `tm was {ended: false}`.
 *
 * @module
 */
import { encode } from "../../src/model/encoding.ts"
import type { Model } from "../../src/model/model.ts"
import type { PlainState, TraceStep } from "../../src/model/trace.ts"
import type { Timer } from "../../src/system/clock.ts"
import { type Aged, type AgedEnvelope, type Channel, channelName, type Envelope } from "../../src/system/network.ts"
import type { Reply, Tagged } from "../../src/system/process.ts"
import type { Unforced } from "../../src/system/unforced.ts"

/** Tagged plain data, whatever it is. */
type Fields = { readonly [name: string]: unknown }

const isPart = (value: unknown, tag: string, ...fields: ReadonlyArray<string>): boolean =>
  typeof value === "object" && value !== null && (value as Fields)["_tag"] === tag &&
  Object.keys(value).length === fields.length + 1 && fields.every((field) => field in value)

/** Whether a value is a message on its way that has an age. */
const isAgedEnvelope = (value: unknown): value is AgedEnvelope =>
  isPart(value, "Envelope", "from", "to", "message", "age")

/** Whether a value is a message on its way. */
export const isEnvelope = (value: unknown): value is Envelope =>
  isAgedEnvelope(value) || isPart(value, "Envelope", "from", "to", "message")

/** Whether a value is a message with an age in a channel. */
export const isAged = (value: unknown): value is Aged => isPart(value, "Aged", "message", "age")

/** For how many ticks a message has been on its way, where that is known. */
export const ageOf = (envelope: Envelope): number | undefined => isAgedEnvelope(envelope) ? envelope.age : undefined

/**
 * Whether two values are one and the same message, of which the second is older by a tick; or timers of one name of one process, of
 * which the second is due at another time.
 */
export const isLater = (one: unknown, other: unknown): boolean => {
  if (isTimer(one) && isTimer(other)) {
    return one.process === other.process && one.timer === other.timer && one.at !== other.at
  }
  if ((isAged(one) && isAged(other)) || (isAgedEnvelope(one) && isAgedEnvelope(other))) {
    return encode({ ...one, age: one.age + 1 }) === encode(other)
  }
  return false
}

/** What a channel holds, as an envelope. */
export const inEnvelope = ({ from, to }: Pick<Channel, "from" | "to">, held: Tagged | Aged): Envelope => ({
  _tag: "Envelope",
  from,
  to,
  ...(isAged(held) ? { message: held.message, age: held.age } : { message: held }),
})

/** Whether a value is the direction from one process to another. */
export const isChannel = (value: unknown): value is Channel => isPart(value, "Channel", "from", "to")

/** Whether a value is a timer that is set. */
export const isTimer = (value: unknown): value is Timer => isPart(value, "Timer", "process", "timer", "at")

/** Whether a value is a reply to the environment. */
export const isReply = (value: unknown): value is Reply => isPart(value, "Reply", "from", "value")

/** Whether a value is a write that a crash may lose. */
export const isUnforced = (value: unknown): value is Unforced => isPart(value, "Unforced", "process", "before")

/** The names of the processes, where a model is one that a system compiles into (or a variant of such a model). */
export const processesOf = ({ variables }: Model<any>): ReadonlyArray<string> | undefined => {
  const { replies, state, timers } = variables
  return state?.kind === "struct" && timers?.kind === "set" && replies?.kind === "set"
    ? Object.keys(state.fields as object)
    : undefined
}

/**
 * The arguments of a step, its `channel` replaced by the message that it is about: the first of the channel in the state before;
 * the last, where it is the one that was never sent.
 */
export const aboutMessages = (
  before: PlainState,
  { action, parameters }: Pick<TraceStep, "action" | "parameters">,
): Fields =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      const channels = before["channels"] as { readonly [channel: string]: ReadonlyArray<Tagged | Aged> } | undefined
      const held = name === "channel" && isChannel(value)
        ? channels?.[channelName(value)]?.at(action === "loseUnsent" ? -1 : 0)
        : undefined
      return [name, held === undefined ? value : inEnvelope(value as Channel, held)]
    }),
  )
