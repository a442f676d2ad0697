/**
 * Systems: processes, a network, and what may go wrong. A system *compiles into* a model, so that there is one engine.
 *
 * The variables of the model are the processes' local states, the messages on their way, the timers that are set, what was
 * replied to the environment, who is up, where the network is cut, the budgets that are left, and (where they are) the clocks and
 * the history. Its actions are what can happen:
 *
 * | action | what happens |
 * |---|---|
 * | `deliver(envelope)` | a message arrives, and the process reacts |
 * | `redeliver(envelope)` | the same, and the message will arrive once more |
 * | `lose(envelope)` | a message is lost |
 * | `timeout(timer)` | a timer fires |
 * | `p.i(…)` | the environment chooses the input `i` of the process `p` |
 * | `crash(process)`, `restart(process)` | a process loses its volatile state; it starts again |
 * | `deliverAndCrash`, `redeliverAndCrash`, `closedAndCrash`, `timeoutAndCrash`, `p.iAndCrash` | a process writes its state, and crashes before it sends |
 * | `stop(process)` | a process stops forever |
 * | `wipe(process)`, `replace(process)` | a process loses its state, the durable part too; a new one starts in its place |
 * | `loseUnforced(write)` | a process is down, and what it had written without forcing it was not yet on its disk |
 * | `loseUnsent(envelope)` | a process is down, wiped or stopped, and had not yet sent this when it crashed |
 * | `pause(process)`, `resume(process)` | a process does nothing for a while; it goes on |
 * | `disconnect(ends)`, `closed(end)` | a connection breaks; an end of it learns that it is closed |
 * | `cut(side)`, `heal` | the network falls into two parts; it is whole again |
 * | `cutLink(link)`, `healLink(link)` | messages from one process to another wait; they no longer do |
 * | `tick`, `tick(by)` | time passes, by a tick of the global clock; each local clock with a rate goes on by a number of its own ticks |
 * | `drift(process, by)`, `jump(process, by)` | a local clock drifts; a local clock jumps |
 *
 * In a network that keeps the order, actions have a `channel` in the place of the `envelope`: they are about the first
 * message in it, and `loseUnsent` about the last. In a network of connections nothing is unsent after a crash: all that has not
 * arrived by then is gone.
 *
 * **A crash in the middle of a step.** The durable state is written first, and all at once. Of what was to be sent then, some
 * may be missing:
 *
 * - `loseUnsent`: what a process had sent when it crashed may not have left its machine. It does not matter whether it was sent in
 *   the last step, at the start or restart, or long before. Any subset may be lost; of a channel that keeps the order, what was
 *   sent last. So a broadcast may reach some and not others, and a network that loses nothing keeps its promise only to processes
 *   that stay up. After a restart, what is still on its way will arrive. A pause is no crash, and loses nothing.
 * - `…AndCrash`, with crash-recovery only: of one step nothing is sent, and nothing is replied to the environment; the history has
 *   neither. For the messages, the step followed by `crash` and `loseUnsent` has the same effect, where there is `loseUnsent`. But
 *   replies are lost in no other way, and a message that `loseUnsent` takes away stays in the history, as an operation that never
 *   returns.
 *
 * What the process wrote without forcing it may be lost too, in that step and in those before it: `loseUnforced`.
 *
 * A reply is thus lost with all messages of its step or not at all, and where processes only stop or are replaced, not at all.
 * Nothing in a system reacts to a reply, so it matters only to a property that relies on one being given.
 *
 * There is no `loseUnsent` where it could add nothing, in unordered networks: where loss has no bound, for `lose` says the same;
 * and where duplication has none, for there a message that was never sent is like one that is never delivered. (Such a
 * message may still be delivered, so what must hold when nothing can happen any more does not tell the two apart.) In a network
 * that keeps the order, such a message would hold up those behind it, so there `loseUnsent` does add something.
 *
 * @module
 */
import type { Schema } from "effect"
import type { History, Recording } from "../history/history.ts"
import { type Language, type Model, variables as languageOf } from "../model/model.ts"
import type { Properties } from "../model/property.ts"
import type { BagOf, Initial, RecordOf, SetOf, State, StructOf } from "../model/variable.ts"
import { SystemActions } from "./actions.ts"
import { blueprint, type Named, type Processes, type SystemDefinition } from "./blueprint.ts"
import type { Budget } from "./budget.ts"
import type { Clock, Timer } from "./clock.ts"
import type { BudgetName, Fault, Status } from "./fault.ts"
import type { Ghosts } from "./ghost.ts"
import { milestonesOf } from "./milestones.ts"
import type { Aged, AgedEnvelope, AnyNetwork, Channel, Envelope } from "./network.ts"
import type {
  AnyProcess,
  FieldValues,
  MessageOf,
  ObservedOf,
  Reply,
  ReplyOf,
  StateOf,
  TimerOf,
  UnforcedOf,
} from "./process.ts"
import type { Unforced } from "./unforced.ts"
import { initialOf, variablesOf } from "./variables.ts"

type ProcessNames<L extends Processes> = L[number]["name"]

type ObservedFields<L extends Processes> = L[number] extends infer E
  ? E extends Named<string, infer P> ? ObservedOf<P> & string : never
  : never

/** What somebody may have replied to the environment. */
type Replies<L extends Processes> = L[number] extends infer E
  ? E extends Named<infer N, infer P> ? [ReplyOf<P>] extends [never] ? never : Reply<N, ReplyOf<P>> : never
  : never

/** The timers that somebody may have set. */
type Timers<L extends Processes> = L[number] extends infer E
  ? E extends Named<infer N, infer P> ? [TimerOf<P>] extends [never] ? never : Timer<N, TimerOf<P>> : never
  : never

/** The writes of somebody that a crash may lose. */
type Writes<L extends Processes> = L[number] extends infer E
  ? E extends Named<infer N, infer P>
    ? [keyof UnforcedOf<P>] extends [never] ? never : Unforced<N, FieldValues<UnforcedOf<P>>>
  : never
  : never

/** All states in one: what a ghost reads of a state, somebody must have. */
type Everybody<L extends Processes> = (
  L[number]["process"] extends infer P ? P extends AnyProcess ? (state: StateOf<P>) => void : never : never
) extends (state: infer S) => void ? S : never

/** A direction between processes, by {@link channelName}. */
type ChannelName<L extends Processes> = `${ProcessNames<L>} → ${ProcessNames<L>}`

type Messages<L extends Processes> = MessageOf<L[number]["process"]>

/** The variables that every system has. */
export type CommonVariables<L extends Processes> = {
  /** The local states. */
  readonly state: StructOf<{ readonly [E in L[number] as E["name"]]: Schema.Schema<StateOf<E["process"]>> }>
  readonly status: RecordOf<ProcessNames<L>, typeof Status>
  /** The timers that are set. */
  readonly timers: SetOf<Timers<L>>
  /** What was replied to the environment. */
  readonly replies: SetOf<Replies<L>>
  /** The processes on one side of a cut, or `null`. */
  readonly cut: Schema.Schema<ReadonlyArray<ProcessNames<L>> | null>
  /** The links that are cut one by one, in the order of their names. */
  readonly cutLinks: Schema.Schema<ReadonlyArray<ChannelName<L>>>
  /** What is left of each budget: 0 where it was never given. */
  readonly left: RecordOf<BudgetName, Schema.Schema<Budget>>
  /** What is left of each fault for each process. */
  readonly leftOf: RecordOf<Fault, RecordOf<ProcessNames<L>, Schema.Schema<Budget>>>
}

/** Messages on their way, where their order is not kept. */
interface UnorderedVariables<L extends Processes, N extends AnyNetwork> {
  readonly network: BagOf<
    [N["delay"]] extends [undefined] ? Envelope<Messages<L>, ProcessNames<L>>
      : AgedEnvelope<Messages<L>, ProcessNames<L>>
  >
}

/** Messages on their way, where their order is kept, by {@link channelName}. */
interface FifoVariables<L extends Processes, N extends AnyNetwork> {
  readonly channels: RecordOf<
    ChannelName<L>,
    Schema.Schema<ReadonlyArray<[N["delay"]] extends [undefined] ? Messages<L> : Aged<Messages<L>>>>
  >
}

/** Connections that have broken, as long as one of their ends has not noticed: from that end to the other. */
interface ConnectionVariables<L extends Processes> {
  readonly broken: SetOf<Channel<ProcessNames<L>>>
}

/** The writes that a crash may lose, where a process has fields that are not forced. */
interface UnforcedVariables<L extends Processes> {
  readonly unforced: SetOf<Writes<L>>
}

/** The global clock, and how far the local ones are from it: where they can be read. */
interface ClockVariables<L extends Processes> {
  readonly clock: Schema.Int
  readonly offset: RecordOf<ProcessNames<L>, Schema.Int>
}

interface HistoryVariables {
  readonly history: Schema.Schema<History>
}

/**
 * The variables of the model that a system compiles into. Where the compiler does not know the order of the network, it allows the
 * variables of every order; the checker refuses to read what is not there.
 */
export type SystemVariables<
  L extends Processes,
  N extends AnyNetwork = AnyNetwork,
  C extends Clock | undefined = undefined,
  R extends Recording | undefined = undefined,
  G extends Ghosts = {},
> =
  & CommonVariables<L>
  & ("unordered" extends N["order"] ? UnorderedVariables<L, N> : {})
  & ([Extract<N["order"], "fifo" | "connections">] extends [never] ? {} : FifoVariables<L, N>)
  & ("connections" extends N["order"] ? ConnectionVariables<L> : {})
  & ([Writes<L>] extends [never] ? {} : UnforcedVariables<L>)
  & ("horizon" extends keyof C ? ClockVariables<L> : {})
  & ([R] extends [undefined] ? {} : HistoryVariables)
  & {
    readonly [F in ObservedFields<L>]: StructOf<
      {
        readonly [E in L[number] as F extends ObservedOf<E["process"]> ? E["name"] : never]: Schema.Schema<
          StateOf<E["process"]>[F]
        >
      }
    >
  }
  & { readonly [F in keyof G & string]: RecordOf<G[F]["of"][number], G[F]["schema"]> }

/** A system: the constructors of properties over its variables, and the model. */
export interface System<
  L extends Processes,
  N extends AnyNetwork = AnyNetwork,
  C extends Clock | undefined = undefined,
  R extends Recording | undefined = undefined,
  G extends Ghosts = {},
> extends
  Pick<
    Language<SystemVariables<L, N, C, R, G>>,
    "always" | "each" | "step" | "reachable" | "deadlockFree" | "refines"
  >
{
  readonly definition: SystemDefinition<L, N, C, R, G>
  /**
   * The model that the system compiles into, with the properties that must hold, and a constraint if only the states in which
   * it is true are to be explored further.
   */
  readonly model: (
    properties?: Properties,
    constraint?: (state: State<SystemVariables<L, N, C, R, G>>) => boolean,
  ) => Model<SystemVariables<L, N, C, R, G>>
}

/**
 * A system of processes, and the model that it compiles into.
 *
 * @throws {@link DuplicateProcess}, {@link UnknownProcess}, InvalidBudget, NotTotal, or InvalidDefinition, when the
 *   definition contradicts itself.
 *
 * @example
 * ```ts
 * import { machine, named, system, unordered } from "touchstone"
 * import { Schema } from "effect"
 *
 * const Ball = Schema.TaggedStruct("Ball", {})
 * const { next, process, send } = machine({ volatile: { hits: Schema.Literals([0, 1, 2]) }, messages: Ball })
 * const player = (other: string, serves: boolean) =>
 *   process({
 *     initial: { hits: 0 },
 *     start: (state) => serves ? next(state, send(other, Ball.make({}))) : next(state),
 *     receive: {
 *       Ball: (state) => next({ hits: state.hits === 2 ? 0 : state.hits === 1 ? 2 : 1 }, send(other, Ball.make({}))),
 *     },
 *     observed: ["hits"],
 *   })
 * const { always, model } = system({
 *   name: "ping-pong",
 *   processes: [named("ann", player("bob", true)), named("bob", player("ann", false))],
 *   network: unordered(),
 * })
 * const pingPong = model({ oneBall: always((s) => s.network.size === 1), few: always((s) => s.hits.ann <= 2) })
 * Object.keys(pingPong.actions) // => ["deliver"]
 * ```
 */
export const system = <
  const L extends Processes,
  N extends AnyNetwork,
  C extends Clock | undefined = undefined,
  R extends Recording | undefined = undefined,
  G extends Ghosts<Everybody<L>> = {},
>(definition: SystemDefinition<L, N, C, R, G>): System<L, N, C, R, G> => {
  const plan = blueprint(definition)
  const variables = variablesOf(plan)
  // Which variables there are depends on what may happen, which the types do not tell apart.
  const all: any = variables
  const language = languageOf<SystemVariables<L, N, C, R, G>>(all)
  const initial = initialOf(plan, variables) as Initial<SystemVariables<L, N, C, R, G>>
  const milestones = milestonesOf(plan)
  const actions = new SystemActions(plan).all(languageOf<any>(variables))
  return {
    definition,
    ...language,
    model: (properties = {}, constraint) =>
      language.model({
        name: definition.name,
        initial,
        actions,
        properties,
        milestones,
        ...(constraint !== undefined && { constraint }),
      }),
  }
}
