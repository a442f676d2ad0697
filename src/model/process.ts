/**
 * Processes: local state machines that react to events.
 *
 * A process is a pure function from its state and an event to its next state and *commands*. Events are a message, a timer,
 * a restart after a crash, and *inputs*: named choices of the environment, such as a client's request or a vote. Whatever is
 * not determined by the state is an event; a process has no clock and no randomness of its own.
 *
 * The state divides into a *durable* part, which survives a crash, and a *volatile* one, which does not. A step is atomic:
 * what it writes is written before anything is sent.
 *
 * @module
 */
import { Schema } from "effect"
import type { Arguments, Parameters } from "./action.ts"
import { checkState } from "./conformance.ts"
import { withKnownKeys } from "./definition.ts"
import { encode } from "./encoding.ts"
import { DurableNotEncodable, NotTotal } from "./errors.ts"
import { refuseForeign } from "./foreign-schema.ts"

/** A message: plain data with a tag. */
export interface Tagged {
  readonly _tag: string
}

/** Sends a message to a process. */
export interface Send {
  readonly _tag: "Send"
  readonly to: string
  readonly message: Tagged
}

/** Sets a named timer. Without a clock it may fire at any time; with one, when `after` ticks of the local clock have passed. */
export interface SetTimer {
  readonly _tag: "SetTimer"
  readonly timer: string
  readonly after: number
}

/** Cancels a named timer; nothing happens if it is not set. */
export interface CancelTimer {
  readonly _tag: "CancelTimer"
  readonly timer: string
}

/** Tells the environment something: the answer to a client's request. */
export interface Reply {
  readonly _tag: "Reply"
  readonly value: unknown
}

/** What the environment was told, and by whom. */
export const Told = Schema.TaggedStruct("Told", { from: Schema.String, value: Schema.Unknown })
/** The type of {@link Told}. */
export type Told = typeof Told.Type

/** What a process asks of the world. */
export type Command = Send | SetTimer | CancelTimer | Reply

/** A step of a process: its next state, and its commands in order. */
export interface Next<S> {
  readonly _tag: "Next"
  readonly state: S
  readonly commands: ReadonlyArray<Command>
}

/** The event means nothing in this state. */
export interface Ignored {
  readonly _tag: "Ignored"
}

/** What a process does with an event. */
export type Reaction<S> = Next<S> | Ignored

/**
 * The reaction to an event that means nothing in this state. A message that is ignored is not even delivered: it stays on
 * its way, and may be delivered in a later state (in a channel that keeps the order it is dropped, for it would block all
 * that follow). A timer that is ignored is used up.
 */
export const ignore: Ignored = { _tag: "Ignored" }

/**
 * The reaction of a process that goes on in `state` and gives commands.
 *
 * @example
 * ```ts
 * import { next, send } from "touchstone"
 *
 * next({ promised: 3 }, send("leader", { _tag: "Promise" })).commands.length // => 1
 * ```
 */
export const next = <const S>(state: S, ...commands: ReadonlyArray<Command | ReadonlyArray<Command>>): Next<S> => ({
  _tag: "Next",
  state,
  commands: commands.flat(),
})

/**
 * The command to send a message to a process.
 *
 * @example
 * ```ts
 * import { send } from "touchstone"
 *
 * send("rm1", { _tag: "Prepare" }).to // => "rm1"
 * ```
 */
export const send = (to: string, message: Tagged): Send => ({ _tag: "Send", to, message })

/**
 * The commands to send a message to several processes.
 *
 * @example
 * ```ts
 * import { broadcast } from "touchstone"
 *
 * broadcast(["rm1", "rm2"], { _tag: "Commit" }).map(({ to }) => to) // => ["rm1", "rm2"]
 * ```
 */
export const broadcast = (to: ReadonlyArray<string>, message: Tagged): ReadonlyArray<Send> =>
  to.map((name) => send(name, message))

/**
 * The command to set a timer, or to set it anew.
 *
 * @param after - ticks of the local clock until it is due; of no importance in a system without a clock.
 *
 * @example
 * ```ts
 * import { setTimer } from "touchstone"
 *
 * setTimer("retry").timer // => "retry"
 * ```
 */
export const setTimer = (timer: string, after = 0): SetTimer => ({ _tag: "SetTimer", timer, after })

/**
 * The command to cancel a timer.
 *
 * @example
 * ```ts
 * import { cancelTimer } from "touchstone"
 *
 * cancelTimer("retry") // => { _tag: "CancelTimer", timer: "retry" }
 * ```
 */
export const cancelTimer = (timer: string): CancelTimer => ({ _tag: "CancelTimer", timer })

/**
 * The command to answer the environment.
 *
 * @example
 * ```ts
 * import { reply } from "touchstone"
 *
 * reply("committed") // => { _tag: "Reply", value: "committed" }
 * ```
 */
export const reply = (value: unknown): Reply => ({ _tag: "Reply", value })

/** What a process knows of an event besides the event itself. */
export interface Context {
  /** The time on the process's own clock, in ticks; 0 in a system without a clock. */
  readonly now: number
}

/** What a process knows of a message besides the message itself. */
export interface MessageContext extends Context {
  /** The process that sent it. */
  readonly from: string
}

/** An input: a named choice of the environment, and what the process does with it. */
export interface Input<S> {
  readonly parameters: Parameters
  /** What the process does when the environment chooses it. */
  readonly on: (state: S, args: any, context: Context) => Reaction<S>
}

/**
 * An input of a process: the environment may choose it at any time, with any arguments. A process that is not waiting for
 * it ignores it.
 *
 * @param parameters - the domains of the arguments, which must be finite; may be left out.
 * @param on - what the process does.
 *
 * @example
 * ```ts
 * import { input, next } from "touchstone"
 *
 * const vote = input({ yes: [true, false] }, (state: { voted: boolean }, { yes }) => next({ ...state, voted: yes }))
 * Object.keys(vote.parameters) // => ["yes"]
 * ```
 */
export const input: {
  <S>(on: (state: S, args: {}, context: Context) => Reaction<S>): Input<S>
  <S, const P extends Parameters>(
    parameters: P,
    on: (state: S, args: Arguments<P>, context: Context) => Reaction<S>,
  ): Input<S>
} = <S>(first: Parameters | Input<S>["on"], second?: Input<S>["on"]): Input<S> =>
  second === undefined
    ? { parameters: {}, on: first as Input<S>["on"] }
    : { parameters: first as Parameters, on: second }

/** The fields of a state, each with its Schema. */
export type Fields = { readonly [name: string]: Schema.Top }

/** The values of {@link Fields}. */
export type FieldValues<F> = { readonly [name in keyof F]: F[name] extends { readonly Type: infer T } ? T : never }

/** The state of a process: its durable and its volatile fields side by side. */
export type ProcessState<D, V> = {
  readonly [k in keyof (FieldValues<D> & FieldValues<V>)]: (FieldValues<D> & FieldValues<V>)[k]
}

/** What is asked of a process: an event. */
export type Event =
  | { readonly _tag: "Message"; readonly message: Tagged }
  | { readonly _tag: "Timer"; readonly timer: string }
  | { readonly _tag: "Input"; readonly input: string; readonly args: { readonly [name: string]: unknown } }
  | { readonly _tag: "Restart" }

/** A local state machine. Made by {@link process}. */
export interface Process<S, M extends Tagged, O extends keyof S = keyof S> {
  readonly durable: Fields
  readonly volatile: Fields
  readonly messages: Schema.Schema<M>
  /** The state in which it starts, and what it does then. */
  readonly start: Next<S>
  /** What it does with a message, by tag. */
  readonly receive: Readonly<Record<string, (state: S, message: any, context: MessageContext) => Reaction<S>>>
  /** What it does when a timer fires, by name. */
  readonly timers: Readonly<Record<string, (state: S, context: Context) => Reaction<S>>>
  readonly inputs: { readonly [input: string]: Input<S> }
  /** What it does after a crash, in a state whose volatile fields are what they were at the start. */
  readonly restart: (state: S, context: Context) => Reaction<S>
  /** The fields that properties look at. */
  readonly observed: ReadonlyArray<O>
}

/** A process whose state is not known to the compiler. */
export type AnyProcess = Process<any, any, any>

/** The state of a process. */
export type StateOf<P> = P extends Process<infer S, any, any> ? S : never

/** The messages that a process understands. */
export type MessageOf<P> = P extends Process<any, infer M, any> ? M : never

/** The fields of a process that properties look at. */
export type ObservedOf<P> = P extends Process<any, any, infer O> ? O : never

/**
 * Defines a process.
 *
 * @param definition - `durable` and `volatile` fields with their Schemas; the `messages` that it understands (a tagged
 *   union); the `initial` state; what it does at the `start`, on each message it may `receive`, when its `timers` fire, on
 *   `inputs` of the environment, and on a `restart` after a crash (nothing unless given). The fields in `observed` are what
 *   properties look at: each is a variable of the model.
 * @throws {@link DurableNotEncodable} when a durable field has a value that cannot be written to a log, and
 *   InvalidDefinition when a key is unknown, or a Schema comes from another copy of `effect`.
 *
 * @example
 * ```ts
 * import { next, process, send } from "touchstone"
 * import { Schema } from "effect"
 *
 * const Ping = Schema.TaggedStruct("Ping", {})
 * const echo = process({
 *   durable: {},
 *   volatile: { answered: Schema.Int },
 *   messages: Ping,
 *   initial: { answered: 0 },
 *   receive: {
 *     Ping: (state, _, { from }) => next({ answered: state.answered + 1 }, send(from, { _tag: "Pong" })),
 *   },
 * })
 * echo.start.state // => { answered: 0 }
 * ```
 */
export const process = <
  const D extends Fields,
  const V extends Fields,
  M extends Schema.Top & { readonly Type: Tagged },
  const O extends keyof ProcessState<D, V> = never,
>(definition: {
  readonly durable: D
  readonly volatile: V
  readonly messages: M
  readonly initial: ProcessState<D, V>
  readonly start?: (state: ProcessState<D, V>) => Next<ProcessState<D, V>>
  readonly receive?: {
    readonly [tag in M["Type"]["_tag"]]?: (
      state: ProcessState<D, V>,
      message: Extract<M["Type"], { readonly _tag: tag }>,
      context: MessageContext,
    ) => Reaction<ProcessState<D, V>>
  }
  readonly timers?: {
    readonly [timer: string]: (state: ProcessState<D, V>, context: Context) => Reaction<ProcessState<D, V>>
  }
  readonly inputs?: { readonly [input: string]: Input<ProcessState<D, V>> }
  readonly restart?: (state: ProcessState<D, V>, context: Context) => Reaction<ProcessState<D, V>>
  readonly observed?: ReadonlyArray<O>
}): Process<ProcessState<D, V>, M["Type"], O> => {
  const { durable, initial, inputs = {}, messages, observed = [], receive = {}, timers = {}, volatile } = withKnownKeys(
    "the definition of a process",
    definition,
    [
      "durable",
      "volatile",
      "messages",
      "initial",
      "start",
      "receive",
      "timers",
      "inputs",
      "restart",
      "observed",
    ],
  )
  for (const [field, schema] of Object.entries<Schema.Top>({ ...durable, ...volatile })) {
    refuseForeign(schema, `the field ${field} of a process`)
  }
  refuseForeign(messages, `the Schema of a process's messages`)
  for (const field of Object.keys(durable)) {
    const value = (initial as { readonly [field: string]: unknown })[field]
    try {
      encode(value)
      Schema.encodeUnknownSync(Schema.toCodecJson(durable[field] as Schema.Codec<unknown>))(value)
    } catch (cause) {
      throw new DurableNotEncodable({ field, reason: cause instanceof Error ? cause.message : String(cause) })
    }
  }
  return {
    durable,
    volatile,
    messages: messages as Schema.Top as Schema.Schema<M["Type"]>,
    start: definition.start?.(initial) ?? next(initial),
    receive: receive as AnyProcess["receive"],
    timers,
    inputs,
    restart: definition.restart ?? ((state) => next(state)),
    observed,
  }
}

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
    case "Restart":
      return process.restart
  }
}

const isReaction = (value: unknown): value is Reaction<unknown> =>
  typeof value === "object" && value !== null && "_tag" in value && (value._tag === "Next" || value._tag === "Ignored")

/**
 * What a process does with an event.
 *
 * @param name - the process's name, for the error.
 * @param context - the time, and for a message who sent it.
 * @throws {@link NotTotal} when the process has no handler for the event, or the handler gives no reaction; and
 *   InvalidReaction when the reaction's state is not as the process declares it.
 *
 * @example
 * ```ts
 * import { ignore, process, react } from "touchstone"
 * import { Schema } from "effect"
 *
 * const deaf = process({
 *   durable: {},
 *   volatile: {},
 *   messages: Schema.TaggedStruct("Ping", {}),
 *   initial: {},
 *   receive: { Ping: () => ignore },
 * })
 * react("p", deaf, {}, { _tag: "Message", message: { _tag: "Ping" } }, { now: 0, from: "q" }) // => { _tag: "Ignored" }
 * ```
 */
export const react = <S>(
  name: string,
  process: Process<S, any, any>,
  state: S,
  event: Event,
  context: Context | MessageContext,
): Reaction<S> => {
  const on = handler(process, event)
  if (on === undefined) throw new NotTotal({ process: name, state, event, reason: "it has no handler for it" })
  const reaction = on(state, context)
  if (!isReaction(reaction)) throw new NotTotal({ process: name, state, event, reason: `it gives ${String(reaction)}` })
  if (reaction._tag === "Next") checkState(name, process, event, state, reaction.state)
  return reaction as Reaction<S>
}

/**
 * The state of a process after a crash: its durable fields as they are, its volatile ones as they were at the start.
 *
 * @example
 * ```ts
 * import { process, recovered } from "touchstone"
 * import { Schema } from "effect"
 *
 * const acceptor = process({
 *   durable: { promised: Schema.Int },
 *   volatile: { seen: Schema.Int },
 *   messages: Schema.TaggedStruct("Prepare", {}),
 *   initial: { promised: 0, seen: 0 },
 * })
 * recovered(acceptor, { promised: 3, seen: 7 }) // => { promised: 3, seen: 0 }
 * ```
 */
export const recovered = <S extends object>(process: Process<S, any, any>, state: S): S => {
  const kept = Object.entries(state).filter(([field]) => Object.hasOwn(process.durable, field))
  return { ...process.start.state, ...Object.fromEntries(kept) }
}
