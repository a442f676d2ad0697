/**
 * Processes: local state machines that react to events.
 *
 * A process is a pure function from its state and an event to its next state and *commands*. Events are a message, a timer,
 * a restart after a crash, a connection that is closed, and *inputs*: named choices of the environment, such as a client's
 * request or a vote. Whatever is not determined by the state comes with an event; a process has no randomness, and no clock but
 * the time that an event comes with.
 *
 * The state divides into a *durable* part, which survives a crash, and a *volatile* one, which does not; between them is an
 * *unforced* one, of which a crash may lose what was written last. A step is atomic: what it writes is written before anything is
 * sent.
 *
 * @module
 */
import { Schema } from "effect"
import type { Parameters } from "../model/action.ts"
import { NotTotal } from "../model/errors.ts"
import { checkState } from "./conformance.ts"

/** A message: plain data with a tag. */
export interface Tagged {
  readonly _tag: string
}

/** Sends a message to a process. */
export interface Send<M extends Tagged = Tagged> {
  readonly _tag: "Send"
  readonly to: string
  readonly message: M
}

/** Sets a named timer. Without a clock it may fire at any time; with one, when `after` ticks of the local clock have passed. */
export interface SetTimer<T extends string = string> {
  readonly _tag: "SetTimer"
  readonly timer: T
  readonly after: number
}

/** Cancels a named timer; nothing happens if it is not set. */
export interface CancelTimer<T extends string = string> {
  readonly _tag: "CancelTimer"
  readonly timer: T
}

/** Replies to the environment: the answer to a client's request. */
export interface SendReply<R = unknown> {
  readonly _tag: "SendReply"
  readonly value: R
}

/** What was replied to the environment, and which process replied. */
export interface Reply<N extends string = string, R = unknown> {
  readonly _tag: "Reply"
  readonly from: N
  readonly value: R
}

/** What a process asks of the world. */
export type Command<M extends Tagged = Tagged, T extends string = string, R = unknown> =
  | Send<M>
  | SetTimer<T>
  | CancelTimer<T>
  | SendReply<R>

/** A step of a process: its next state, and its commands in order. */
export interface Next<S, C extends Command = Command> {
  readonly _tag: "Next"
  readonly state: S
  readonly commands: ReadonlyArray<C>
}

/** The event means nothing in this state. */
export interface Ignored {
  readonly _tag: "Ignored"
}

/** Not yet: the message waits. */
export interface Deferred {
  readonly _tag: "Deferred"
}

/** What a process does with an event. */
export type Reaction<S> = Next<S> | Ignored | Deferred

/**
 * The reaction to an event that means nothing in this state: the process takes no step. A message that is ignored is dropped,
 * as a socket drops what nobody waits for; a timer is used up; an input cannot be chosen.
 */
export const ignore: Ignored = { _tag: "Ignored" }

/**
 * The reaction to a message that comes too early: it waits, and is delivered in another state. In a network that keeps the
 * order it holds up those behind it. Only messages can wait.
 */
export const defer: Deferred = { _tag: "Deferred" }

/** What a process knows of an event besides the event itself. */
export interface Context {
  /** The time on the process's own clock, in ticks. In a system without a clock it is an error to read it. */
  readonly now: number
}

/** What a process knows of a message besides the message itself, and of a connection that is closed. */
export interface MessageContext extends Context {
  /** The process that sent it, or that is at the other end. */
  readonly from: string
}

/** An input: a named choice of the environment, and what the process does with it. */
export interface Input<S> {
  readonly parameters: Parameters
  /** What the process does when the environment chooses it. */
  readonly on: (state: S, args: any, context: Context) => Reaction<S>
}

/** The fields of a state, each with its Schema. */
export type Fields = { readonly [name: string]: Schema.Top }

/** The values of {@link Fields}. */
export type FieldValues<F> = { readonly [name in keyof F]: F[name] extends { readonly Type: infer T } ? T : never }

/** The state of a process: its durable, its unforced and its volatile fields side by side. */
export type ProcessState<D, U, V> = {
  readonly [k in keyof (FieldValues<D> & FieldValues<U> & FieldValues<V>)]:
    (FieldValues<D> & FieldValues<U> & FieldValues<V>)[k]
}

/** What is asked of a process: an event. */
export type Event =
  | { readonly _tag: "Message"; readonly message: Tagged }
  | { readonly _tag: "Timer"; readonly timer: string }
  | { readonly _tag: "Input"; readonly input: string; readonly args: { readonly [name: string]: unknown } }
  | { readonly _tag: "Closed"; readonly from: string }
  | { readonly _tag: "Restart" }

/**
 * A local state machine, made by {@link machine}: with the state `S`, messages `M`, observed fields `O`, replies `R`, timers `T`
 * and unforced fields `U`.
 */
export interface Process<
  S,
  M extends Tagged,
  O extends keyof S = keyof S,
  R = unknown,
  T extends string = string,
  U extends Fields = Fields,
> {
  readonly durable: Fields
  /** The fields whose last writes a crash may lose. */
  readonly unforced: U
  readonly volatile: Fields
  readonly messages: Schema.Schema<M>
  /** The Schema of what it replies to its environment, if it does. */
  readonly replies: Schema.Schema<R> | undefined
  /** The state in which it starts, and what it does then. */
  readonly start: Next<S>
  /** What it does with a message, by tag. */
  readonly receive: Readonly<Record<string, (state: S, message: any, context: MessageContext) => Reaction<S>>>
  /** What it does when a timer fires, by name. */
  readonly timers: Readonly<Record<T, (state: S, context: Context) => Reaction<S>>>
  readonly inputs: { readonly [input: string]: Input<S> }
  /** What it does when it learns that its connection to a process is closed; nothing unless given. */
  readonly closed: ((state: S, context: MessageContext) => Reaction<S>) | undefined
  /** What it does after a crash, in a state whose volatile fields are what they were at the start. */
  readonly restart: (state: S, context: Context) => Reaction<S>
  /** The fields that properties look at. */
  readonly observed: ReadonlyArray<O>
}

/** A process whose state is not known to the compiler. */
export type AnyProcess = Process<any, any, any, any, any, any>

/** The state of a process. */
export type StateOf<P> = P extends Process<infer S, any, any, any, any, any> ? S : never

/** The messages that a process understands. */
export type MessageOf<P> = P extends Process<any, infer M, any, any, any, any> ? M : never

/** The fields of a process that properties look at. */
export type ObservedOf<P> = P extends Process<any, any, infer O, any, any, any> ? O : never

/** What a process replies to its environment. */
export type ReplyOf<P> = P extends Process<any, any, any, infer R, any, any> ? R : never

/** The unforced fields of a process. */
export type UnforcedOf<P> = P extends Process<any, any, any, any, any, infer U> ? U : never

/** The names of the timers of a process. */
export type TimerOf<P> = P extends Process<any, any, any, any, infer T, any> ? T : never

/** What is given by a name, of which there may be any: `constructor`, say, which every object inherits. */
const given = <A>(by: { readonly [name: string]: A }, name: string): A | undefined =>
  Object.hasOwn(by, name) ? by[name] : undefined

const handler = (process: AnyProcess, event: Event): ((state: unknown, context: any) => unknown) | undefined => {
  switch (event._tag) {
    case "Message": {
      const on = given(process.receive, event.message._tag)
      return on && ((state, context) => on(state, event.message, context))
    }
    case "Timer":
      return given(process.timers, event.timer)
    case "Input": {
      const on = given(process.inputs, event.input)?.on
      return on && ((state, context) => on(state, event.args, context))
    }
    case "Closed":
      return process.closed
    case "Restart":
      return process.restart
  }
}

const isReaction = (value: unknown): value is Reaction<unknown> =>
  typeof value === "object" && value !== null && "_tag" in value &&
  (value._tag === "Next" || value._tag === "Ignored" || value._tag === "Deferred")

/**
 * What a process does with an event.
 *
 * @param name - the process's name, for the error.
 * @param context - the time, and for a message who sent it, for a connection who is at its other end.
 * @throws {@link NotTotal} when the process has no handler for the event, or the handler gives no reaction; and
 *   InvalidReaction when the reaction's state is not as the process declares it.
 *
 * @example
 * ```ts
 * import { ignore, machine, react } from "touchstone"
 * import { Schema } from "effect"
 *
 * const { process } = machine({ messages: Schema.TaggedStruct("Ping", {}) })
 * const deaf = process({ initial: {}, receive: { Ping: () => ignore } })
 * react("p", deaf, {}, { _tag: "Message", message: { _tag: "Ping" } }, { now: 0, from: "q" }) // => { _tag: "Ignored" }
 * ```
 */
export const react = <S>(
  name: string,
  process: Process<S, any, any, any, any, any>,
  state: S,
  event: Event,
  context: Context | MessageContext,
): Reaction<S> => {
  const on = handler(process, event)
  if (on === undefined) throw new NotTotal({ process: name, state, event, reason: "it has no handler for it" })
  const reaction = on(state, context)
  if (!isReaction(reaction)) throw new NotTotal({ process: name, state, event, reason: `it gives ${String(reaction)}` })
  if (reaction._tag === "Deferred" && event._tag !== "Message") {
    throw new NotTotal({ process: name, state, event, reason: "it defers, which only a message can be" })
  }
  if (reaction._tag === "Next") checkState(name, process, event, state, reaction.state)
  return reaction as Reaction<S>
}

/**
 * The state of a process after a crash that loses no write: its durable and unforced fields as they are, its volatile ones as
 * they were at the start.
 *
 * @example
 * ```ts
 * import { machine, recovered } from "touchstone"
 * import { Schema } from "effect"
 *
 * const { process } = machine({
 *   durable: { promised: Schema.Int },
 *   volatile: { seen: Schema.Int },
 *   messages: Schema.TaggedStruct("Prepare", {}),
 * })
 * const acceptor = process({ initial: { promised: 0, seen: 0 } })
 * recovered(acceptor, { promised: 3, seen: 7 }) // => { promised: 3, seen: 0 }
 * ```
 */
export const recovered = <S extends object>(process: Process<S, any, any, any, any, any>, state: S): S => {
  const kept = Object.entries(state).filter(([field]) =>
    Object.hasOwn(process.durable, field) || Object.hasOwn(process.unforced, field)
  )
  return { ...process.start.state, ...Object.fromEntries(kept) }
}
