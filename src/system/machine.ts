/**
 * Machines: what processes are made of. A machine declares the state, the messages, the timers and the replies of a process,
 * and gives the constructors of its reactions, which know their types: a typo in a field, a tag or a timer does not compile.
 *
 * @module
 */
import { Schema } from "effect"
import type { Arguments, Parameters } from "../model/action.ts"
import { refuseWithoutDomain, withKnownKeys } from "../model/definition.ts"
import { encoder } from "../model/encoding.ts"
import { DurableNotEncodable, InvalidDefinition } from "../model/errors.ts"
import { refuseForeign } from "../model/foreign-schema.ts"
import { instancesOf } from "../model/instance.ts"
import { fieldsOf } from "./fields.ts"
import type {
  AnyProcess,
  CancelTimer,
  Command,
  Context,
  Fields,
  Input,
  MessageContext,
  Next,
  Process,
  ProcessState,
  Reaction,
  Send,
  SendReply,
  SetTimer,
  Tagged,
} from "./process.ts"

/** What a process of a machine does: with the state `S`, messages `M`, timers `T` and observed fields `O`. */
export type Behaviour<S, M extends Tagged, T extends string, O extends keyof S> =
  & {
    readonly initial: S
    /** What it does at the start; nothing unless given. */
    readonly start?: (state: S) => Next<S>
    /** What it does with a message, by tag. */
    readonly receive?: {
      readonly [tag in M["_tag"]]?: (
        state: S,
        message: Extract<M, { readonly _tag: tag }>,
        context: MessageContext,
      ) => Reaction<S>
    }
    /** What it does when the environment chooses an input. */
    readonly inputs?: { readonly [input: string]: Input<S> }
    /**
     * What it does when it learns that its connection to the process `from` is closed; nothing unless given. Only in a network of
     * `connections`.
     */
    readonly closed?: (state: S, context: MessageContext) => Reaction<S>
    /** What it does after a crash; nothing unless given. */
    readonly restart?: (state: S, context: Context) => Reaction<S>
    /** The fields that properties look at. */
    readonly observed?: ReadonlyArray<O>
  }
  & ([T] extends [never] ? { readonly timers?: { readonly [timer: string]: never } } : {
    /** What it does when a timer fires, by name. */
    readonly timers: { readonly [timer in T]: (state: S, context: Context) => Reaction<S> }
  })

/**
 * What {@link machine} gives: constructors over the state `S`, the messages `M`, the timers `T`, the replies `R` and the unforced
 * fields `U`.
 */
export interface Machine<S, M extends Tagged, T extends string, R, U extends Fields = Fields> {
  /**
   * A process.
   *
   * @throws {@link DurableNotEncodable} when a durable or unforced field has a value that cannot be written to a log, and
   *   {@link InvalidDefinition} when a key is unknown, or a timer that is declared has no handler.
   */
  readonly process: <const O extends keyof S = never>(behaviour: Behaviour<S, M, T, O>) => Process<S, M, O, R, T, U>

  /** The reaction of a process that goes on in `state` and gives commands, which are carried out in their order. */
  readonly next: (
    state: S,
    ...commands: ReadonlyArray<Command<M, T, R> | ReadonlyArray<Command<M, T, R>>>
  ) => Next<S, Command<M, T, R>>

  /** The command to send a message to a process. */
  readonly send: (to: string, message: M) => Send<M>

  /** The commands to send a message to several processes. */
  readonly broadcast: (to: ReadonlyArray<string>, message: M) => ReadonlyArray<Send<M>>

  /**
   * The command to set a timer, or to set it again. `after` is the number of ticks of the local clock until it is due, 0 unless
   * given; it has no effect in a system without a clock.
   */
  readonly setTimer: (timer: T, after?: number) => SetTimer<T>

  /** The command to cancel a timer; nothing happens if it is not set. */
  readonly cancelTimer: (timer: T) => CancelTimer<T>

  /** The command to reply to the environment. */
  readonly reply: (value: R) => SendReply<R>

  /**
   * An input of a process: the environment may choose it at any time, with any arguments, unless the process ignores it. The
   * domains of the arguments must be finite; they may be left out.
   */
  readonly input: {
    (on: (state: S, args: {}, context: Context) => Reaction<S>): Input<S>
    <const P extends Parameters>(
      parameters: P,
      on: (state: S, args: Arguments<P>, context: Context) => Reaction<S>,
    ): Input<S>
  }
}

type Constructor<C> = C extends Record<"next", infer N> ? N : never

/** The state of the processes of a machine. */
export type MachineState<C> = Constructor<C> extends (state: infer S, ...commands: any) => unknown ? S : never

/** The commands that the processes of a machine may give. */
export type MachineCommand<C> = Constructor<C> extends (...args: any) => Next<any, infer X> ? X : never

/** What is written to a log can be encoded. */
const refuseUnencodable = (
  kind: "durable" | "unforced",
  fields: Fields,
  initial: { readonly [field: string]: unknown },
): void => {
  for (const [field, schema] of Object.entries(fields)) {
    try {
      encoder(instancesOf(schema))(initial[field])
      Schema.encodeUnknownSync(Schema.toCodecJson(schema as Schema.Codec<unknown>))(initial[field])
    } catch (cause) {
      throw new DurableNotEncodable({ kind, field, reason: cause instanceof Error ? cause.message : String(cause) })
    }
  }
}

/** A field is of one kind. */
const refuseTwice = (kinds: { readonly [kind: string]: Fields }): void => {
  const all = Object.entries(kinds)
  for (const [index, [kind, fields]] of all.entries()) {
    for (const [other, others] of all.slice(index + 1)) {
      const twice = Object.keys(fields).find((field) => Object.hasOwn(others, field))
      if (twice === undefined) continue
      throw new InvalidDefinition({ reason: `the field ${twice} of a process is both ${kind} and ${other}` })
    }
  }
}

/** A timer that is declared has a handler, and only such a timer has. */
const refuseOtherTimers = (declared: ReadonlyArray<string>, handlers: object): void => {
  const unhandled = declared.find((timer) => !Object.hasOwn(handlers, timer))
  if (unhandled !== undefined) {
    throw new InvalidDefinition({ reason: `a process declares the timer ${unhandled}, and has no handler for it` })
  }
  const undeclared = Object.keys(handlers).find((timer) => !declared.includes(timer))
  if (undeclared !== undefined) {
    throw new InvalidDefinition({
      reason: `a process handles the timer ${undeclared}, which its machine does not declare; there are: ${
        declared.join(", ") || "none"
      }`,
    })
  }
}

/** Only what is declared can be looked at. */
const refuseUndeclared = (declared: ReadonlyArray<string>, observed: ReadonlyArray<string>): void => {
  const undeclared = observed.find((field) => !declared.includes(field))
  if (undeclared !== undefined) {
    throw new InvalidDefinition({
      reason: `a process observes the field ${undeclared}, which its machine does not declare; there are: ${
        declared.join(", ") || "none"
      }`,
    })
  }
}

const send = (to: string, message: Tagged): Send => ({ _tag: "Send", to, message })

/** The constructors as they are for every machine, for processes whose types the compiler does not know. */
export const untyped: Omit<Machine<any, any, any, any, any>, "process"> = {
  next: (state, ...commands) => ({ _tag: "Next", state, commands: commands.flat() }),
  send,
  broadcast: (to, message) => to.map((name) => send(name, message)),
  setTimer: (timer, after = 0) => ({ _tag: "SetTimer", timer, after }),
  cancelTimer: (timer) => ({ _tag: "CancelTimer", timer }),
  reply: (value) => ({ _tag: "SendReply", value }),
  input: (first: any, second?: any): Input<any> =>
    second === undefined ? { parameters: {}, on: first } : { parameters: first, on: second },
}

/**
 * Declares what processes are made of, and gives the constructors of processes, their reactions and their commands.
 *
 * @param declaration - the `durable`, the `unforced` and the `volatile` fields of the state with their Schemas: those that survive
 *   a crash, those whose last writes a crash may lose, and those that a crash loses; the `messages` that a process sends and
 *   understands (a tagged union); the names of its `timers`; the Schema of its `replies` to the environment. Only the messages
 *   must be given.
 * @throws InvalidDefinition when a key is unknown, a field is declared twice, or a Schema comes from another copy of
 *   `effect`.
 *
 * @example
 * ```ts
 * import { machine } from "touchstone"
 * import { Schema } from "effect"
 *
 * const Ping = Schema.TaggedStruct("Ping", {})
 * const Pong = Schema.TaggedStruct("Pong", {})
 * const { next, process, send } = machine({
 *   volatile: { answered: Schema.Int },
 *   messages: Schema.Union([Ping, Pong]),
 * })
 * const echo = process({
 *   initial: { answered: 0 },
 *   receive: {
 *     Ping: (state, _, { from }) => next({ answered: state.answered + 1 }, send(from, { _tag: "Pong" })),
 *   },
 * })
 * echo.start.state // => { answered: 0 }
 * ```
 */
export const machine = <
  M extends Schema.Top & { readonly Type: Tagged },
  const D extends Fields = {},
  const U extends Fields = {},
  const V extends Fields = {},
  const T extends string = never,
  R extends Schema.Top = Schema.Never,
>(declaration: {
  readonly durable?: D
  readonly unforced?: U
  readonly volatile?: V
  readonly messages: M
  readonly timers?: ReadonlyArray<T>
  readonly replies?: R
}): Machine<ProcessState<D, U, V>, M["Type"], T, R["Type"], U> => {
  const { durable = {}, messages, replies, timers = [], unforced = {}, volatile = {} } = withKnownKeys(
    "the declaration of a machine",
    declaration,
    ["durable", "unforced", "volatile", "messages", "timers", "replies"],
  )
  refuseTwice({ durable, unforced, volatile })
  const fields = fieldsOf({ durable, unforced, volatile })
  for (const [field, schema] of Object.entries(fields)) {
    refuseForeign(schema, `the field ${field} of a process`)
  }
  refuseForeign(messages, `the Schema of a process's messages`)
  if (replies !== undefined) refuseForeign(replies, `the Schema of a process's replies`)
  const process = (behaviour: Behaviour<any, any, string, any>): AnyProcess => {
    const { closed, initial, inputs = {}, observed = [], receive = {}, restart, start, timers: handlers = {} } =
      withKnownKeys(
        "the behaviour of a process",
        behaviour,
        ["initial", "start", "receive", "timers", "inputs", "closed", "restart", "observed"],
      )
    refuseUnencodable("durable", durable, initial)
    refuseUnencodable("unforced", unforced, initial)
    refuseOtherTimers(timers, handlers)
    refuseUndeclared(Object.keys(fields), observed)
    for (const [input, { parameters }] of Object.entries(inputs)) refuseWithoutDomain(`input ${input}`, parameters)
    return {
      durable,
      unforced,
      volatile,
      messages: messages as Schema.Top as Schema.Schema<any>,
      replies: replies as Schema.Schema<any> | undefined,
      start: start?.(initial) ?? untyped.next(initial),
      receive: receive as AnyProcess["receive"],
      timers: handlers,
      inputs,
      closed,
      restart: restart ?? ((state) => untyped.next(state)),
      observed,
    }
  }
  return { ...untyped, process } as Machine<any, any, any, any, any>
}
