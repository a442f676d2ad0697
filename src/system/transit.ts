/**
 * Transit: how a system keeps the messages that are on their way. Where their delay is bounded, each has an age.
 *
 * @module
 */
import { Schema } from "effect"
import type { AnyState } from "../model/action.ts"
import { range } from "../model/domain.ts"
import type { Update } from "../model/update.ts"
import { type Aged, type AgedEnvelope, type AnyNetwork, type Channel, type Envelope, envelopeOf } from "./network.ts"
import type { Tagged } from "./process.ts"
import type { Ticks } from "./ticks.ts"

/** What is on its way, with its age where it has one. */
export type Travelling = Envelope | AgedEnvelope

const ages = ({ max }: Ticks) => Schema.Literals(range(0, max))

/** The Schema of what a network keeps of a message that is on its way: who sent it to whom, too. */
export const travellingOf = ({ delay }: AnyNetwork, message: Schema.Top): Schema.Top =>
  delay === undefined
    ? envelopeOf(message)
    : Schema.TaggedStruct("Envelope", { from: Schema.String, to: Schema.String, message, age: ages(delay) })

/** The Schema of what a channel keeps of a message that is on its way. */
export const queuedOf = ({ delay }: AnyNetwork, message: Schema.Top): Schema.Top =>
  delay === undefined ? message : Schema.TaggedStruct("Aged", { message, age: ages(delay) })

/** A message that is sent now, as the network keeps it. */
export const posted = ({ delay }: AnyNetwork, envelope: Envelope): Travelling =>
  delay === undefined ? envelope : { ...envelope, age: 0 }

/** A message that is sent now, as a channel keeps it. */
export const queued = ({ delay }: AnyNetwork, message: Tagged): Tagged | Aged =>
  delay === undefined ? message : { _tag: "Aged", message, age: 0 }

/** The envelope of what a channel keeps. */
export const unqueued = ({ delay }: AnyNetwork, { from, to }: Channel, kept: Tagged | Aged): Travelling => {
  if (delay === undefined) return { _tag: "Envelope", from, to, message: kept }
  const { age, message } = kept as Aged
  return { _tag: "Envelope", from, to, message, age }
}

/** How many ticks a message has been on its way: of no importance where any delay will do. */
export const ageOf = (envelope: Travelling): number => "age" in envelope ? envelope.age : 0

/** All that is on its way becomes older by a tick. */
export const older = ({ delay, order }: AnyNetwork, s: AnyState): Update => {
  if (delay === undefined) return {}
  const aged = <A extends { readonly age: number }>(one: A): A => ({ ...one, age: Math.min(one.age + 1, delay.max) })
  if (order === "unordered") return { network: Array.from<AgedEnvelope>(s.network).map(aged) }
  const channels = Object.entries<ReadonlyArray<Aged>>(s.channels).filter(([, queue]) => queue.length > 0)
  return { channels: Object.fromEntries(channels.map(([name, queue]) => [name, queue.map(aged)])) }
}
