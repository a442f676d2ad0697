/**
 * Systems: processes, a network, and what may go wrong. A system *compiles into* a model, so that there is one engine.
 *
 * The variables of the model are the processes' local states, the messages on their way, the timers that are set, what the
 * environment was told, and (where they matter) who is up, where the network is cut, the clocks, the budgets that are left,
 * and the history. Its actions are what can happen:
 *
 * | action | what happens |
 * |---|---|
 * | `deliver(envelope)` | a message arrives, and the process reacts |
 * | `redeliver(envelope)` | the same, and the message will arrive once more |
 * | `lose(envelope)` | a message is lost |
 * | `timeout(timer)` | a timer fires |
 * | `p.i(…)` | the environment chooses the input `i` of the process `p` |
 * | `crash(process)`, `restart(process)` | a process loses its volatile state; it starts again |
 * | `deliverAndCrash`, `timeoutAndCrash`, `p.iAndCrash` | a process writes its durable state, and crashes before it sends |
 * | `stop(process)` | a process does nothing any more |
 * | `pause(process)`, `resume(process)` | a process does nothing for a while |
 * | `cut(side)`, `heal` | the network falls into two parts; it is whole again |
 * | `tick`, `drift(process, by)`, `jump(process, by)` | time passes; a local clock drifts; a local clock jumps |
 *
 * @module
 */
import { Result, Schema } from "effect"
import { type Actions, type AnyState, type Arguments, type Parameters } from "./action.ts"
import { type Budget } from "./budget.ts"
import { type Clock, clock as clockOf } from "./clock.ts"
import { enumerate, range, values } from "./domain.ts"
import { encode } from "./encoding.ts"
import { DuplicateProcess, InvalidDefinition, NotTotal, UnknownProcess } from "./errors.ts"
import { type Fault, type Faults, plan } from "./fault.ts"
import { emptyHistory, type History, invoked, returned } from "./history.ts"
import { type Language, type Model, variables as languageOf } from "./model.ts"
import { type Channel, channelName, type Envelope, envelopeOf, type Network } from "./network.ts"
import {
  type AnyProcess,
  type Command,
  type Context,
  type Event,
  type MessageContext,
  type MessageOf,
  type Next,
  type ObservedOf,
  react,
  type Reaction,
  recovered,
  type StateOf,
  type Tagged,
} from "./process.ts"
import type { Properties } from "./property.ts"
import {
  bag,
  type BagOf,
  record,
  type RecordOf,
  set,
  type SetOf,
  struct,
  type StructOf,
  type Variables,
} from "./variable.ts"

/** A process with its name in a system. */
export interface Named<N extends string, P extends AnyProcess> {
  readonly name: N
  readonly process: P
}

/**
 * A process with its name in a system.
 *
 * @example
 * ```ts
 * import { named, process } from "touchstone"
 * import { Result, Schema } from "effect"
 *
 * const idle = process({ durable: {}, volatile: {}, messages: Schema.TaggedStruct("Ping", {}), initial: {} })
 * named("p1", idle).name // => "p1"
 * ```
 */
export const named = <const N extends string, P extends AnyProcess>(name: N, process: P): Named<N, P> => ({
  name,
  process,
})

/** Whether a process takes part: `down` until it restarts, `stopped` for ever. */
export const Status = Schema.Literals(["up", "paused", "down", "stopped"])
/** The type of {@link Status}. */
export type Status = typeof Status.Type

/** A timer that is set; `at` is when it is due on the clock of its process, `null` in a system without a clock. */
export const Timer = Schema.TaggedStruct("Timer", {
  process: Schema.String,
  timer: Schema.String,
  at: Schema.NullOr(Schema.Int),
})
/** The type of {@link Timer}. */
export type Timer = typeof Timer.Type

/** What the environment was told, and by whom. */
export const Told = Schema.TaggedStruct("Told", { from: Schema.String, value: Schema.Unknown })
/** The type of {@link Told}. */
export type Told = typeof Told.Type

/** Something that a history may take note of. */
export type Observation =
  | { readonly _tag: "Sent"; readonly from: string; readonly to: string; readonly message: any }
  | { readonly _tag: "Delivered"; readonly from: string; readonly to: string; readonly message: any }
  | { readonly _tag: "Chosen"; readonly process: string; readonly input: string; readonly args: any }
  | { readonly _tag: "Told"; readonly from: string; readonly value: any }

/** What a history keeps: which observations are the invocation of an operation, and which an answer. */
export interface Recording {
  readonly invocation: (
    observation: Observation,
  ) => { readonly client: string; readonly operation: unknown } | undefined
  readonly response: (observation: Observation) => { readonly client: string; readonly result: unknown } | undefined
}

/** The processes of a system, with their names. */
export type Processes = ReadonlyArray<Named<string, AnyProcess>>

type ObservedFields<L extends Processes> = {
  [E in L[number] as E["name"]]: ObservedOf<E["process"]>
}[L[number]["name"]]

/** The variables of the model that a system compiles into. */
export type SystemVariables<L extends Processes> =
  & {
    /** The local states. */
    readonly state: StructOf<{ readonly [E in L[number] as E["name"]]: Schema.Schema<StateOf<E["process"]>> }>
    readonly status: RecordOf<L[number]["name"], typeof Status>
    /** Messages on their way in an unordered network. */
    readonly network: BagOf<Envelope<MessageOf<L[number]["process"]>>>
    /** Messages on their way in a network that keeps their order, by {@link channelName}. */
    readonly channels: RecordOf<string, Schema.Schema<ReadonlyArray<MessageOf<L[number]["process"]>>>>
    readonly timers: SetOf<Timer>
    readonly told: SetOf<Told>
    readonly history: Schema.Schema<History>
    /** The global clock, and how far the local ones are from it. */
    readonly clock: Schema.Int
    readonly offset: RecordOf<L[number]["name"], Schema.Int>
    /** The processes on one side of a cut, or `null`. */
    readonly cut: Schema.Schema<ReadonlyArray<string> | null>
  }
  & {
    readonly [F in ObservedFields<L> & string]: StructOf<
      {
        readonly [E in L[number] as F extends ObservedOf<E["process"]> ? E["name"] : never]: Schema.Schema<
          StateOf<E["process"]>[F]
        >
      }
    >
  }

/** What a system consists of. */
export interface SystemDefinition<L extends Processes> {
  readonly name: string
  readonly processes: L
  readonly network: Network
  readonly faults?: Faults
  /** Time; none unless given. */
  readonly clock?: Clock
  /** What the history keeps; there is none unless given. */
  readonly recording?: Recording
}

/** A system: the constructors of properties over its variables, and the model. */
export interface System<L extends Processes>
  extends Pick<Language<SystemVariables<L>>, "always" | "each" | "step" | "reachable" | "deadlockFree" | "refines">
{
  readonly definition: SystemDefinition<L>
  /** The model that the system compiles into, with the properties that must hold. */
  readonly model: (properties?: Properties) => Model<SystemVariables<L>>
}

/** What a reaction's commands come to. */
interface Effects {
  readonly sent: ReadonlyArray<Envelope>
  /** Per timer: the ticks until it is due, or `null` when it is cancelled. */
  readonly timers: ReadonlyMap<string, number | null>
  readonly told: ReadonlyArray<Told>
}

type Update = { readonly [variable: string]: any }

type Change = { readonly add?: ReadonlyArray<unknown>; readonly remove?: ReadonlyArray<unknown> }

const isPlain = (update: unknown): update is Update =>
  typeof update === "object" && update !== null && Object.getPrototypeOf(update) === Object.prototype

const isChange = (update: Update): update is Change => "add" in update || "remove" in update

/** Updates of one state in one; of two values for one variable, the later one counts. */
const merged = (...updates: ReadonlyArray<Update>): Update => {
  const all: { [variable: string]: any } = {}
  for (const update of updates) {
    for (const [variable, change] of Object.entries(update)) {
      const before: unknown = all[variable]
      if (!isPlain(before) || !isPlain(change)) all[variable] = change
      else if (!isChange(before) || !isChange(change)) all[variable] = merged(before, change)
      else {
        all[variable] = {
          add: [...before.add ?? [], ...change.add ?? []],
          remove: [...before.remove ?? [], ...change.remove ?? []],
        }
      }
    }
  }
  return all
}

/** All ways to divide the names in two, given by the side on which the first is not. */
const sides = (names: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> =>
  names.slice(1)
    .reduce<ReadonlyArray<ReadonlyArray<string>>>((all, name) => all.flatMap((side) => [side, [...side, name]]), [[]])
    .filter((side) => side.length > 0)

/** The variables that are not observed fields. */
const RESERVED: ReadonlySet<string> = new Set([
  "state",
  "status",
  "network",
  "channels",
  "timers",
  "told",
  "history",
  "cut",
  "clock",
  "offset",
  "left",
  "leftOf",
])

const isChanged = (before: unknown, after: unknown): boolean => before !== after && encode(before) !== encode(after)

/** All combinations of arguments. */
const bindings = (parameters: Parameters, of: string): ReadonlyArray<{ readonly [name: string]: unknown }> =>
  Object.entries(parameters).reduce<ReadonlyArray<{ readonly [name: string]: unknown }>>(
    (rows, [name, domain]) => {
      const choices = enumerate(domain as ReadonlyArray<unknown>, `parameter ${name} of ${of}`)
      return rows.flatMap((row) => choices.map((value) => ({ ...row, [name]: value })))
    },
    [{}],
  )

/** {@link react}, where what a handler throws is a fault of the process. */
const reactionOf = (
  name: string,
  process: AnyProcess,
  state: unknown,
  event: Event,
  context: MessageContext,
): Reaction<any> => {
  try {
    return react(name, process, state, event, context)
  } catch (cause) {
    if (cause instanceof NotTotal) throw cause
    throw new NotTotal({ process: name, state, event, reason: `it throws ${String(cause)}` })
  }
}

/** Compiles one system. */
class Compiler {
  readonly names: ReadonlyArray<string>
  readonly #definition: SystemDefinition<Processes>
  readonly #processes: ReadonlyMap<string, AnyProcess>
  readonly #faults: ReturnType<typeof plan>
  readonly #clock: Required<Clock> | undefined
  /** The budgets that are finite. */
  readonly #budgets: ReadonlyMap<string, number>

  constructor(definition: SystemDefinition<Processes>) {
    this.#definition = definition
    this.names = definition.processes.map(({ name }) => name)
    const twice = this.names.find((name, index) => this.names.indexOf(name) !== index)
    if (twice !== undefined) throw new DuplicateProcess({ process: twice })
    this.#processes = new Map(definition.processes.map(({ name, process }) => [name, process]))
    this.#faults = plan(definition.faults ?? {}, this.names)
    for (const { of } of this.#faults) {
      for (const to of of) if (!this.#processes.has(to)) throw this.#unknown("the faults of the system", to, undefined)
    }
    this.#clock = definition.clock && clockOf(definition.clock)
    const { duplication, loss, partitions } = definition.network
    const budgets: ReadonlyArray<readonly [string, Budget]> = [
      ["loss", loss],
      ["duplication", duplication],
      ["partitions", partitions],
      ["jumps", this.#clock?.jumps.total ?? 0],
      ...this.#faults.map(({ kind, total }) => [kind, total] as const),
    ]
    this.#budgets = new Map(
      budgets.flatMap(([name, value]) => value === "unbounded" || value === 0 ? [] : [[name, value] as const]),
    )
    for (const { name, process } of definition.processes) this.#probe(name, process)
  }

  /** Asks a process about the events that are known beforehand, in the state in which it starts. */
  #probe(name: string, process: AnyProcess): void {
    const inputs = Object.entries(process.inputs).flatMap(([input, { parameters }]) =>
      bindings(parameters, `${name}.${input}`).map((args): Event => ({ _tag: "Input", input, args }))
    )
    const known = values(process.messages)
    const messages = Result.isFailure(known) ?
      [] :
      known.success.filter(({ _tag }) => _tag in process.receive).map((message): Event => ({
        _tag: "Message",
        message,
      }))
    const timers = Object.keys(process.timers).map((timer): Event => ({ _tag: "Timer", timer }))
    for (const event of [...inputs, ...messages, ...timers, { _tag: "Restart" } as const]) {
      const from = this.names.find((other) => other !== name) ?? name
      const { state } = process.start
      const reaction = reactionOf(name, process, state, event, { now: 0, from })
      if (reaction._tag === "Next") this.#effects(name, reaction.commands)
    }
  }

  /** The variables, those that are of no use in this system left out. */
  variables(): Variables {
    const { network, processes, recording } = this.#definition
    const messages = Schema.Union([...new Set(processes.map(({ process }) => process.messages as Schema.Top))])
    const envelope = envelopeOf(messages)
    const each = <A>(of: (process: AnyProcess, name: string) => A): { readonly [name: string]: A } =>
      Object.fromEntries(processes.map(({ name, process }) => [name, of(process, name)]))
    const statuses: ReadonlySet<Status> = new Set([
      "up",
      ...this.#faults.map(({ kind }) =>
        (({ crashStop: "stopped", crashRecovery: "down", pause: "paused" }) as const)[kind]
      ),
    ])
    const per = this.#faults.filter(({ each }) => each !== "unbounded")
    const observed = this.#observed()
    const taken = Object.keys(observed).find((field) => RESERVED.has(field))
    if (taken !== undefined) {
      throw new InvalidDefinition({ reason: `the observed field ${taken} has the name of a variable of every system` })
    }
    const counter = (most: number) => Schema.Literals(range(0, most))
    return {
      state: struct(each((process) => Schema.Struct({ ...process.durable, ...process.volatile }))),
      ...observed,
      ...(statuses.size > 1 && { status: record(this.names, Schema.Literals([...statuses])) }),
      ...(network.order === "fifo"
        ? { channels: record(this.#channels().map(channelName), Schema.Array(messages)) }
        : { network: network.duplication === "unbounded" ? set(envelope) : bag(envelope) }),
      timers: set(Timer),
      told: set(Told),
      ...(recording !== undefined && { history: Schema.Unknown }),
      ...(network.partitions !== 0 && { cut: Schema.NullOr(Schema.Array(Schema.String)) }),
      ...(this.#clock !== undefined && {
        clock: counter(this.#clock.horizon),
        ...(this.#drifts() && { offset: record(this.names, Schema.Int) }),
      }),
      ...(this.#budgets.size > 0 && {
        left: struct(Object.fromEntries(Array.from(this.#budgets, ([name, most]) => [name, counter(most)]))),
      }),
      ...(per.length > 0 && {
        leftOf: struct(
          Object.fromEntries(per.map(({ each, kind, of }) => [kind, record(of, counter(each as number))])),
        ),
      }),
    }
  }

  /** The state in which every process has started, in the order in which they are given. */
  initial(variables: Variables): { readonly [variable: string]: unknown } {
    const { network, processes } = this.#definition
    const sent: Array<Envelope> = []
    const timers: Array<Timer> = []
    const told: Array<Told> = []
    let history: History = emptyHistory
    for (const { name, process } of processes) {
      const effects = this.#effects(name, process.start.commands)
      sent.push(...effects.sent)
      told.push(...effects.told)
      for (const [timer, after] of effects.timers) {
        if (after !== null) {
          timers.push(Timer.make({ process: name, timer, at: this.#clock === undefined ? null : after }))
        }
      }
      history = this.#noted(history, this.#observations(effects))
    }
    const states = Object.fromEntries(processes.map(({ name, process }) => [name, process.start.state]))
    const all: { readonly [variable: string]: unknown } = {
      state: states,
      ...Object.fromEntries(
        Object.entries(this.#observed()).map(([field, { fields }]) => [
          field,
          Object.fromEntries(Object.keys(fields).map((name) => [name, states[name][field]])),
        ]),
      ),
      status: () => "up",
      ...(network.order === "fifo"
        ? {
          channels: (name: string) =>
            sent.filter((envelope) => channelName(envelope) === name).map(({ message }) => message),
        }
        : { network: sent }),
      timers,
      told,
      history,
      cut: null,
      clock: 0,
      offset: () => 0,
      left: Object.fromEntries(this.#budgets),
      leftOf: Object.fromEntries(
        this.#faults.flatMap(({ each, kind }) => each === "unbounded" ? [] : [[kind, () => each]]),
      ),
    }
    return Object.fromEntries(Object.keys(variables).map((name) => [name, all[name]]))
  }

  actions(language: Language<any>): Actions<any> {
    return {
      ...this.#inputActions(language),
      ...this.#networkActions(language),
      ...this.#timerActions(language),
      ...this.#faultActions(language),
      ...this.#partitionActions(language),
      ...this.#clockActions(language),
    }
  }

  /** An action by which one of `processes` reacts; and where it may crash while it does, one by which it crashes. */
  #reactions<const P extends Parameters>(
    { action }: Language<any>,
    name: string,
    parameters: P,
    react: (s: AnyState, args: Arguments<P>, crashes: boolean) => Update | false,
    processes = this.names,
  ): Actions<any> {
    const may = this.#faults.some(({ kind, of }) =>
      kind === "crashRecovery" && processes.some((process) => of.includes(process))
    )
    return {
      [name]: action(parameters, (s, args) => react(s, args, false) as {} | false),
      ...(may && { [`${name}AndCrash`]: action(parameters, (s, args) => react(s, args, true) as {} | false) }),
    }
  }

  #inputActions(language: Language<any>): Actions<any> {
    return Object.assign(
      {},
      ...this.#definition.processes.flatMap(({ name, process }) =>
        Object.entries((process as AnyProcess).inputs).map(([input, { parameters }]) =>
          this.#reactions(language, `${name}.${input}`, parameters, (s, args, crashes) => {
            if (!this.#isUp(s, name)) return false
            const reaction = this.#react(s, name, { _tag: "Input", input, args })
            if (reaction._tag === "Ignored") return false
            return this.#step(s, name, reaction, [{ _tag: "Chosen", process: name, input, args }], {}, crashes)
          }, [name])
        )
      ),
    ) as Actions<any>
  }

  #networkActions(language: Language<any>): Actions<any> {
    const { network } = this.#definition
    const { action, each } = language
    const unordered = network.order === "unordered"
    const parameters: Parameters = unordered
      ? { envelope: each("network") }
      : { channel: this.#channels() }
    /** The envelope that an action is about: in an ordered network the first of a channel. */
    const envelopeAt = (s: AnyState, { channel, envelope }: any): Envelope | undefined => {
      if (unordered) return envelope as Envelope
      const { from, to } = channel as Channel
      const [message] = s.channels[channelName(channel)] as ReadonlyArray<Tagged>
      return message && { _tag: "Envelope", from, to, message }
    }
    const deliver = (stays: boolean) => (s: AnyState, args: any, crashes: boolean): Update | false => {
      const envelope = envelopeAt(s, args)
      if (envelope === undefined || !this.#isUp(s, envelope.to) || this.#isCut(s, envelope)) return false
      const { from, message, to } = envelope
      const reaction = this.#react(s, to, { _tag: "Message", message }, from)
      const taken = stays ? {} : this.#without(s, envelope)
      const isIgnored = reaction._tag === "Ignored" ||
        (reaction.commands.length === 0 && !isChanged(s.state[to], reaction.state))
      if (isIgnored) return unordered || stays || crashes ? false : taken
      return this.#step(s, to, reaction, [{ _tag: "Delivered", from, to, message }], taken, crashes)
    }
    const redeliver = (s: AnyState, args: any, crashes: boolean): Update | false => {
      const spent = this.#spend(s, "duplication")
      const update = spent && deliver(true)(s, args, crashes)
      return update && merged(update, spent as Update)
    }
    const keeps = unordered && network.duplication === "unbounded"
    return {
      ...this.#reactions(language, "deliver", parameters, deliver(keeps)),
      ...(network.duplication !== 0 && !keeps && this.#reactions(language, "redeliver", parameters, redeliver)),
      ...(network.loss !== 0 && {
        lose: action(parameters, (s: AnyState, args: any) => {
          const envelope = envelopeAt(s, args)
          const spent = envelope !== undefined && this.#spend(s, "loss")
          return spent && merged(spent, this.#without(s, envelope as Envelope)) as {}
        }),
      }),
    }
  }

  #timerActions(language: Language<any>): Actions<any> {
    if (this.#definition.processes.every(({ process }) => Object.keys((process as AnyProcess).timers).length === 0)) {
      return {}
    }
    return this.#reactions(language, "timeout", { timer: language.each("timers") }, (s, args, crashes) => {
      const { timer } = args as { readonly timer: Timer }
      const { at, process } = timer
      if (!this.#isUp(s, process) || (at !== null && this.#now(s, process) < at)) return false
      const reaction = this.#react(s, process, { _tag: "Timer", timer: timer.timer })
      const used = { timers: { remove: [timer] } }
      if (reaction._tag === "Ignored") return crashes ? false : used
      return this.#step(s, process, reaction, [], used, crashes)
    })
  }

  #faultActions({ action }: Language<any>): Actions<any> {
    const of = (kind: Fault) => this.#faults.find((fault) => fault.kind === kind)?.of
    const [crashing, stopping, pausing] = [of("crashRecovery"), of("crashStop"), of("pause")]
    return {
      ...(crashing !== undefined && {
        crash: action({ process: crashing }, (s: AnyState, { process }) => {
          const spent = this.#isUp(s, process) && this.#spend(s, "crashRecovery", process)
          return spent && merged(spent, this.#down(s, process, s.state[process])) as {}
        }),
        restart: action({ process: crashing }, (s: AnyState, { process }) => {
          if (s.status[process] !== "down") return false
          const up = { status: { [process]: "up" } }
          const reaction = this.#react(s, process, { _tag: "Restart" })
          return reaction._tag === "Ignored" ? up : this.#step(s, process, reaction, [], up, false) as {}
        }),
      }),
      ...(stopping !== undefined && {
        stop: action({ process: stopping }, (s: AnyState, { process }) => {
          const spent = this.#isUp(s, process) && this.#spend(s, "crashStop", process)
          return spent && merged(spent, { status: { [process]: "stopped" } }, this.#withoutTimers(s, process)) as {}
        }),
      }),
      ...(pausing !== undefined && {
        pause: action({ process: pausing }, (s: AnyState, { process }) => {
          const spent = this.#isUp(s, process) && this.#spend(s, "pause", process)
          return spent && merged(spent, { status: { [process]: "paused" } }) as {}
        }),
        resume: action(
          { process: pausing },
          (s: AnyState, { process }) => s.status[process] === "paused" && { status: { [process]: "up" } },
        ),
      }),
    }
  }

  #partitionActions({ action }: Language<any>): Actions<any> {
    if (this.#definition.network.partitions === 0) return {}
    return {
      cut: action({ side: sides(this.names) }, (s: AnyState, { side }) => {
        const spent = s.cut === null && this.#spend(s, "partitions")
        return spent && merged(spent, { cut: side }) as {}
      }),
      heal: action((s: AnyState) => s.cut !== null && { cut: null }),
    }
  }

  #clockActions({ action }: Language<any>): Actions<any> {
    const clock = this.#clock
    if (clock === undefined) return {}
    const { horizon, jumps, skew } = clock
    const process = this.names
    return {
      tick: action((s: AnyState) => {
        const isDue = ({ at, process }: Timer) => at !== null && this.#isUp(s, process) && this.#now(s, process) >= at
        return s.clock < horizon && ![...s.timers].some(isDue) && { clock: s.clock + 1 }
      }),
      ...(skew > 0 && {
        drift: action({ process, by: [-1, 1] }, (s: AnyState, { by, process }) => {
          const offset = s.offset[process] + by
          return Math.abs(offset) <= skew && { offset: { [process]: offset } }
        }),
      }),
      ...(jumps.total !== 0 && {
        jump: action({ process, by: jumps.by }, (s: AnyState, { by, process }) => {
          const spent = this.#spend(s, "jumps")
          return spent && merged(spent, { offset: { [process]: s.offset[process] + by } }) as {}
        }),
      }),
    }
  }

  /** The observed fields, as variables. */
  #observed(): { readonly [field: string]: StructOf<Variables> } {
    const processes: ReadonlyArray<Named<string, AnyProcess>> = this.#definition.processes
    const fields = new Set(processes.flatMap(({ process }) => process.observed as ReadonlyArray<string>))
    return Object.fromEntries(
      Array.from(fields, (field) => [
        field,
        struct(Object.fromEntries(
          processes.filter(({ process }) => (process.observed as ReadonlyArray<string>).includes(field))
            .map(({ name, process }) => [name, { ...process.durable, ...process.volatile }[field] as Schema.Top]),
        )),
      ]),
    )
  }

  #channels(): ReadonlyArray<Channel> {
    return this.names.flatMap((from) => this.names.map((to): Channel => ({ _tag: "Channel", from, to })))
  }

  #drifts(): boolean {
    return this.#clock !== undefined && (this.#clock.skew > 0 || this.#clock.jumps.total !== 0)
  }

  #now(s: AnyState, process: string): number {
    return this.#clock === undefined ? 0 : s.clock + (this.#drifts() ? s.offset[process] : 0)
  }

  #isUp(s: AnyState, process: string): boolean {
    return this.#faults.length === 0 || s.status[process] === "up"
  }

  #isCut(s: AnyState, { from, to }: Envelope): boolean {
    if (this.#definition.network.partitions === 0 || s.cut === null) return false
    return s.cut.includes(from) !== s.cut.includes(to)
  }

  /** Spends one of a budget: the update, or false if nothing is left. */
  #spend(s: AnyState, kind: string, process?: string): Update | false {
    const finite = this.#budgets.has(kind)
    const isCounted = process !== undefined &&
      this.#faults.some((fault) => fault.kind === kind && fault.each !== "unbounded")
    if ((finite && s.left[kind] === 0) || (isCounted && s.leftOf[kind][process] === 0)) return false
    return {
      ...(finite && { left: { [kind]: s.left[kind] - 1 } }),
      ...(isCounted && { leftOf: { [kind]: { [process]: s.leftOf[kind][process] - 1 } } }),
    }
  }

  #react(s: AnyState, name: string, event: Event, from?: string): Reaction<any> {
    // The clock is read only if the process looks at it.
    const now = () => this.#now(s, name)
    const context: Context = {
      get now() {
        return now()
      },
      ...(from !== undefined && { from }),
    }
    return react(name, this.#processes.get(name) as AnyProcess, s.state[name], event, context)
  }

  /**
   * What a step of a process changes.
   *
   * @param seen - what a history may take note of before the process's own commands.
   * @param besides - what the step changes elsewhere.
   * @param crashes - whether the process crashes when it has written its state and before it has sent anything.
   */
  #step(
    s: AnyState,
    name: string,
    { commands, state }: Next<any>,
    seen: ReadonlyArray<Observation>,
    besides: Update,
    crashes: boolean,
  ): Update | false {
    if (crashes) {
      const isTorn = commands.length > 0 &&
        this.#faults.some(({ kind, of }) => kind === "crashRecovery" && of.includes(name))
      const spent = isTorn && this.#spend(s, "crashRecovery", name)
      return spent && merged(besides, spent, this.#down(s, name, state), this.#history(s, seen))
    }
    const { sent, timers, told } = this.#effects(name, commands)
    const seenThen = [...seen, ...this.#observations({ sent, timers, told })]
    return merged(
      besides,
      this.#becomes(s, name, state),
      this.#send(s, besides, sent),
      this.#setTimers(s, name, timers),
      told.length === 0 ? {} : { told: { add: told } },
      this.#history(s, seenThen),
    )
  }

  /** A process has another local state. */
  #becomes(s: AnyState, name: string, state: any): Update {
    const before = s.state[name]
    const observed = (this.#processes.get(name) as AnyProcess).observed as ReadonlyArray<string>
    const changed = observed.filter((field) => isChanged(before[field], state[field]))
    return {
      state: { [name]: state },
      ...Object.fromEntries(changed.map((field) => [field, { [name]: state[field] }])),
    }
  }

  /** A process crashes: nothing but its durable state is left. */
  #down(s: AnyState, name: string, state: any): Update {
    return {
      ...this.#becomes(s, name, recovered(this.#processes.get(name) as AnyProcess, state)),
      ...this.#withoutTimers(s, name),
      status: { [name]: "down" },
    }
  }

  #withoutTimers(s: AnyState, process: string): Update {
    return { timers: { remove: s.timers.where({ process }) } }
  }

  /** A message is no longer on its way; of a channel, it is the first. */
  #without(s: AnyState, envelope: Envelope): Update {
    if (this.#definition.network.order === "unordered") return { network: { remove: [envelope] } }
    const name = channelName(envelope)
    return { channels: { [name]: s.channels[name].slice(1) } }
  }

  /** Messages are on their way. `besides` is what else happens to the channels. */
  #send(s: AnyState, besides: Update, sent: ReadonlyArray<Envelope>): Update {
    if (sent.length === 0) return {}
    if (this.#definition.network.order === "unordered") return { network: { add: sent } }
    const channels: { [channel: string]: ReadonlyArray<Tagged> } = {}
    for (const envelope of sent) {
      const name = channelName(envelope)
      channels[name] = [...channels[name] ?? besides["channels"]?.[name] ?? s.channels[name], envelope.message]
    }
    return { channels }
  }

  #setTimers(s: AnyState, process: string, timers: Effects["timers"]): Update {
    if (timers.size === 0) return {}
    const update = { add: [] as Array<Timer>, remove: [] as Array<Timer> }
    for (const [timer, after] of timers) {
      const timed = this.#clock !== undefined
      // Without a clock there is one timer of a name, so it need not be looked for.
      if (timed) update.remove.push(...s.timers.where({ process, timer }))
      else if (after === null) update.remove.push(Timer.make({ process, timer, at: null }))
      if (after !== null) {
        update.add.push(Timer.make({ process, timer, at: timed ? this.#now(s, process) + after : null }))
      }
    }
    return { timers: update }
  }

  #effects(from: string, commands: ReadonlyArray<Command>): Effects {
    const sent: Array<Envelope> = []
    const told: Array<Told> = []
    const timers = new Map<string, number | null>()
    for (const command of commands) {
      switch (command._tag) {
        case "Send": {
          const { message, to } = command
          if (!this.#processes.has(to)) throw this.#unknown(from, to, message)
          sent.push({ _tag: "Envelope", from, to, message })
          break
        }
        case "SetTimer":
          timers.set(command.timer, command.after)
          break
        case "CancelTimer":
          timers.set(command.timer, null)
          break
        case "Reply":
          told.push(Told.make({ from, value: command.value }))
      }
    }
    return { sent, timers, told }
  }

  #observations({ sent, told }: Effects): ReadonlyArray<Observation> {
    return [
      ...sent.map(({ from, message, to }): Observation => ({ _tag: "Sent", from, to, message })),
      ...told.map(({ from, value }): Observation => ({ _tag: "Told", from, value })),
    ]
  }

  #history(s: AnyState, seen: ReadonlyArray<Observation>): Update {
    const { recording } = this.#definition
    // The history is read only if there is something to note.
    const isNoted = recording !== undefined &&
      seen.some((observation) => recording.invocation(observation) ?? recording.response(observation))
    return isNoted ? { history: this.#noted(s.history, seen) } : {}
  }

  #noted(history: History, seen: ReadonlyArray<Observation>): History {
    const { recording } = this.#definition
    return seen.reduce((noted, observation) => {
      const [invocation, response] = [recording?.invocation(observation), recording?.response(observation)]
      const asked = invocation === undefined ? noted : invoked(noted, invocation.client, invocation.operation)
      return response === undefined ? asked : returned(asked, response.client, response.result)
    }, history)
  }

  #unknown(from: string, to: string, sent: unknown): UnknownProcess {
    return new UnknownProcess({ from, to, sent, known: this.names })
  }
}

/**
 * A system of processes, and the model that it compiles into.
 *
 * @throws {@link DuplicateProcess}, {@link UnknownProcess}, InvalidBudget, or NotTotal, when the definition contradicts
 *   itself.
 *
 * @example
 * ```ts
 * import { named, next, process, send, system, unordered } from "touchstone"
 * import { Result, Schema } from "effect"
 *
 * const Ball = Schema.TaggedStruct("Ball", {})
 * const player = (other: string, serves: boolean) =>
 *   process({
 *     durable: {},
 *     volatile: { hits: Schema.Literals([0, 1, 2]) },
 *     messages: Ball,
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
export const system = <const L extends Processes>(definition: SystemDefinition<L>): System<L> => {
  const compiler = new Compiler(definition)
  const variables = compiler.variables()
  const language: Language<any> = languageOf(variables)
  const initial = compiler.initial(variables)
  const actions = compiler.actions(language)
  return {
    definition,
    ...language,
    model: (properties = {}) => language.model({ name: definition.name, initial, actions, properties }),
  }
}
