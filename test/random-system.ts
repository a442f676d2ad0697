/**
 * Random systems: descriptions as plain data, and the systems they describe: up to three processes that follow tables, any
 * network, any faults, with a clock or without, with any recording or none.
 *
 * Every process has a durable store of fuel, which its commands use up, so that most state spaces are finite.
 *
 * @module
 */
import { Schema } from "effect"
import * as fc from "fast-check"
import {
  type Clock,
  connections,
  defer,
  type Detector,
  fifo,
  ghost,
  type Ghosts,
  type GhostStep,
  ignore,
  isLinearizable,
  isSequentiallyConsistent,
  machine,
  type MachineCommand,
  type MachineState,
  type Model,
  named,
  type Observation,
  type Reaction,
  type Recording,
  register,
  system,
  unordered,
} from "../src/index.ts"
import { type Context } from "../src/system/process.ts"

const NAMES = ["p", "q", "r"] as const
type Name = (typeof NAMES)[number]
/** The numbers that are kept, lost and sent. */
const SIZE = 2
/** One is named after a process, so a detector may have a say in it. */
const TIMERS = ["t", "q"] as const
const GHOSTS = ["seen", "felt"] as const

const Put = Schema.TaggedStruct("Put", { n: Schema.Int })
const Get = Schema.TaggedStruct("Get", {})
const Got = Schema.TaggedStruct("Got", { n: Schema.Int, by: Schema.Literals(["a", "b"]) })
type Message = typeof Put.Type | typeof Get.Type | typeof Got.Type

const common = {
  messages: Schema.Union([Put, Get, Got]),
  timers: TIMERS,
  replies: Schema.Union([Schema.Int, Schema.Literal("done")]),
}
const fuel = { fuel: Schema.Int }
const kept = { kept: Schema.Literals([0, 1]) }
const lost = { lost: Schema.Int }
const member = machine({ durable: { ...fuel, ...kept }, volatile: lost, ...common })
/** Machines of the same state that force less than all that they keep. */
const lazy = {
  kept: machine({ durable: fuel, unforced: kept, volatile: lost, ...common }) as unknown as typeof member,
  lost: machine({ durable: { ...fuel, ...kept }, unforced: lost, ...common }) as unknown as typeof member,
}
type State = MachineState<typeof member>
type Command = MachineCommand<typeof member>

const number = fc.nat(SIZE - 1)
const bit = fc.constantFrom(0 as const, 1 as const)
const timer = fc.constantFrom(...TIMERS)
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ _tag: fc.constant("Put" as const), n: number }),
  fc.constant({ _tag: "Get" as const }),
  fc.record({ _tag: fc.constant("Got" as const), n: number, by: fc.constantFrom("a" as const, "b" as const) }),
)
const command = fc.oneof(
  // To a process by its place, or back to whom a message came from.
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("send" as const),
      to: fc.oneof(fc.nat(NAMES.length - 1), fc.constant("back" as const)),
      message,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("set" as const), timer, after: fc.nat(2) }) },
  fc.record({ kind: fc.constant("cancel" as const), timer }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("reply" as const),
      value: fc.oneof(number, fc.constant("done" as const)),
    }),
  },
  // Tells the time, where there is any.
  fc.record({ kind: fc.constant("now" as const) }),
)
const commands = fc.oneof(
  { weight: 2, arbitrary: fc.array(command, { maxLength: 1 }) },
  fc.array(command, { minLength: 2, maxLength: 3 }),
)

/** What a process does when what it keeps and what it may lose are two of these numbers. */
const reaction = fc.oneof(
  fc.record({ kind: fc.constantFrom("ignore" as const, "defer" as const, "stay" as const) }),
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("next" as const), kept: bit, lost: number, commands }) },
)
const table = fc.array(reaction, { minLength: SIZE * SIZE, maxLength: SIZE * SIZE })
const tables = fc.array(table, { minLength: SIZE, maxLength: SIZE })
const behaviour = fc.record({
  starts: fc.record({ kept: bit, lost: number, commands }),
  onMessage: fc.record({ Put: tables, Get: table, Got: tables }),
  onTimer: fc.record({ t: table, q: table }),
  onInput: fc.record({ go: table, put: tables }),
  onClosed: fc.option(table, { nil: undefined }),
  onRestart: table,
  fuel: fc.oneof({ weight: 7, arbitrary: fc.nat(1) }, fc.constant(2)),
  observesLost: fc.boolean(),
  /** What it writes without forcing. */
  unforced: fc.constantFrom(undefined, undefined, "kept" as const, "lost" as const),
})
type Behaviour = typeof behaviour extends fc.Arbitrary<infer A> ? A : never
type Table = Behaviour["onRestart"]

const some = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 2 }) },
  { weight: 2, arbitrary: fc.constant("unbounded" as const) },
)
/** Most faults are absent from most systems, so that those have few states. */
const few = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, some)
const faulty = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  some,
  {
    weight: 2,
    arbitrary: fc.record({
      total: few,
      each: fc.oneof(fc.nat(2), fc.constant("unbounded" as const)),
      of: fc.constantFrom<ReadonlyArray<Name>>(["p"], ["q"], ["p", "q"], ["q", "r"]),
      atOnce: fc.option(fc.nat(2), { nil: undefined, freq: 2 }),
      groups: fc.array(
        fc.record({ of: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 }), atOnce: fc.nat(1) }),
        { maxLength: 2 },
      ),
    }),
  },
)

const tag = fc.constantFrom("Sent" as const, "Delivered" as const, "Chosen" as const, "Replied" as const)

/** What may go wrong is anything. */
const anything = fc.record({
  behaviours: fc.oneof(
    fc.tuple(behaviour),
    { weight: 4, arbitrary: fc.tuple(behaviour, behaviour) },
    fc.tuple(behaviour, behaviour, behaviour),
  ) as fc.Arbitrary<ReadonlyArray<Behaviour>>,
  network: fc.record({
    order: fc.constantFrom("unordered" as const, "fifo" as const, "connections" as const),
    disconnects: few,
    loss: few,
    duplication: few,
    partitions: few,
    links: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, few),
    /** Only where there is a clock, and duplication has a bound. */
    delay: fc.option(
      fc.constantFrom({ min: 0, max: 1 }, { min: 0, max: 2 }, { min: 1, max: 1 }, { min: 1, max: 2 }),
      { nil: undefined },
    ),
    ignored: fc.constantFrom("dropped" as const, "dropped" as const, "kept" as const),
  }),
  faults: fc.record({ crashStop: faulty, crashRecovery: faulty, replacement: faulty, pause: faulty }),
  /** Clocks without a horizon have neither a skew nor jumps, and those with a skew have no rate. */
  clock: fc.option(
    fc.record({
      horizon: fc.option(fc.nat(2), { nil: undefined, freq: 2 }),
      skew: fc.nat(1),
      rate: fc.constantFrom({ min: 1, max: 1 }, { min: 1, max: 2 }, { min: 2, max: 2 }, { min: 2, max: 3 }),
      late: fc.nat(2),
      jumps: fc.option(fc.record({ total: fc.nat(1), by: fc.constantFrom([2], [-1, 2]) }), { nil: undefined }),
    }),
    { freq: 1 },
  ),
  /** What it suspects wrongly matters only where it is eventually perfect. */
  detector: fc.option(
    fc.record({
      kind: fc.constantFrom(
        "failStop" as const,
        "perfect" as const,
        "eventuallyPerfect" as const,
        "unreliable" as const,
      ),
      wrongSuspicions: fc.nat(2),
      recovered: fc.constantFrom("trusted" as const, "suspected" as const),
    }),
    { freq: 2 },
  ),
  /** Which observations are invocations, and which answers; some may be both. */
  recorded: fc.option(
    fc.record({
      asks: fc.uniqueArray(tag, { minLength: 1, maxLength: 3 }),
      answers: fc.uniqueArray(tag, { maxLength: 2 }),
    }),
    {
      freq: 2,
    },
  ),
  /** Whom the specification remembers something of, and how many things it tells apart. */
  ghosts: fc.dictionary(
    fc.constantFrom(...GHOSTS),
    fc.record({
      of: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 }),
      modulus: fc.constantFrom(2 as const, 3 as const),
    }),
    { maxKeys: GHOSTS.length },
  ),
  forbidden: fc.record({ kept: bit, lost: number }),
})
export type SystemDescription = typeof anything extends fc.Arbitrary<infer A> ? A : never

/** Where little goes wrong there are few states, and room for writes, crashes and writes that are forced later. */
const crashes = fc.tuple(anything, fc.constantFrom("kept" as const, "lost" as const)).map((
  [description, unforced],
): SystemDescription => ({
  ...description,
  behaviours: description.behaviours.slice(0, 2).map((behaviour, index) =>
    index === 0 ? { ...behaviour, unforced } : behaviour
  ),
  network: { ...description.network, loss: 0, duplication: 0, partitions: 0, links: 0, disconnects: 0 },
  faults: {
    crashStop: 0,
    crashRecovery: { total: 1, each: 1, of: ["p"], atOnce: undefined, groups: [] },
    replacement: 0,
    pause: 0,
  },
  clock: null,
}))

/** A random system, as plain data. */
export const systemDescription = fc.oneof({ weight: 5, arbitrary: anything }, crashes)

const clientOf = (seen: Observation): string => {
  switch (seen._tag) {
    case "Sent":
    case "Replied":
      return seen.from
    case "Delivered":
      return seen.to
    case "Chosen":
      return seen.process
  }
}
const numberIn = (seen: Observation): unknown => {
  switch (seen._tag) {
    case "Sent":
    case "Delivered":
      return seen.message.n
    case "Chosen":
      return seen.args.n
    case "Replied":
      return seen.value === "done" ? undefined : seen.value
  }
}

/** What has a number writes a register or is what was read there; what has none reads it or says that it was written. */
const recordingOf = ({ answers, asks }: NonNullable<SystemDescription["recorded"]>): Recording => ({
  invocation: (seen) => {
    if (!asks.includes(seen._tag)) return undefined
    const value = numberIn(seen)
    return { client: clientOf(seen), operation: value === undefined ? { _tag: "Read" } : { _tag: "Write", value } }
  },
  response: (seen) => {
    if (!answers.includes(seen._tag)) return undefined
    const value = numberIn(seen)
    return { client: clientOf(seen), result: value === undefined ? { _tag: "WriteOk" } : { _tag: "ReadOk", value } }
  },
})

const EVENTS = ["Message", "Timer", "Input", "Closed", "Restart"] as const

/** What depends on all that a ghost sees: what it was, the state before, the event, the state after and the commands. */
const ghostsOf = (description: SystemDescription): Ghosts<State> =>
  Object.fromEntries(
    Object.entries(description.ghosts).flatMap(([name, { modulus, of }]) => {
      const present = of.filter((process) => namesOf(description).includes(process))
      if (present.length === 0) return []
      return [[
        name,
        ghost({
          of: present,
          schema: Schema.Int,
          initial: 0,
          next: (value, { before, event, reaction: { commands, state } }: GhostStep<State>) =>
            (value + before.kept + EVENTS.indexOf(event._tag) + state.lost + commands.length) % modulus,
        }),
      ]]
    }),
  )

/** The names of the processes of a description. */
export const namesOf = ({ behaviours }: SystemDescription): ReadonlyArray<Name> => NAMES.slice(0, behaviours.length)

/** A clock with no more than it may have. */
const ticking = ({ horizon, jumps, late, rate, skew }: NonNullable<SystemDescription["clock"]>): Clock => ({
  late,
  ...(horizon === undefined ? { rate } : {
    horizon,
    ...(skew > 0 ? { skew } : { rate }),
    ...(jumps !== undefined && { jumps }),
  }),
})

/** The system that a description describes. */
export const systemOf = (description: SystemDescription) => {
  const { behaviours, clock, faults, network, recorded } = description
  const names = namesOf(description)
  const { input, next, reply, cancelTimer, send, setTimer } = member
  const commandsOf = (
    list: Behaviour["starts"]["commands"],
    context: Context,
    from: string | undefined,
  ): ReadonlyArray<Command> =>
    list.map((command) => {
      switch (command.kind) {
        case "send": {
          const { message, to } = command
          return send(to === "back" ? from ?? "p" : names[to % names.length] as string, message)
        }
        case "set":
          return setTimer(command.timer, command.after)
        case "cancel":
          return cancelTimer(command.timer)
        case "reply":
          return reply(command.value)
        case "now":
          return reply(clock?.horizon === undefined ? "done" : context.now)
      }
    })
  const react = (
    table: Table | undefined,
    state: State,
    context: Context,
    from?: string,
  ): Reaction<State> => {
    const row = table?.[SIZE * state.kept + state.lost]
    switch (row?.kind) {
      case "next": {
        const { commands, kept, lost } = row
        // What only moves between two states needs no fuel.
        if (commands.length === 0) return next({ ...state, kept, lost })
        return state.fuel === 0
          ? ignore
          : next({ fuel: state.fuel - 1, kept, lost }, commandsOf(commands, context, from))
      }
      case "stay":
        return next(state)
      case "defer":
        return from === undefined ? ignore : defer
      default:
        return ignore
    }
  }
  const processes = behaviours.map((
    { fuel, observesLost, onClosed, onInput, onMessage, onRestart, onTimer, starts, unforced },
    index,
  ) =>
    named(
      names[index] as Name,
      (unforced === undefined ? member : lazy[unforced]).process({
        initial: { fuel, kept: 0, lost: 0 },
        start: (state) =>
          next({ ...state, kept: starts.kept, lost: starts.lost }, commandsOf(starts.commands, { now: 0 }, undefined)),
        receive: {
          Put: (state, { n }, context) => react(onMessage.Put[n], state, context, context.from),
          Get: (state, _, context) => react(onMessage.Get, state, context, context.from),
          Got: (state, { by, n }, context) =>
            react(onMessage.Got[by === "a" ? n : SIZE - 1 - n], state, context, context.from),
        },
        timers: {
          t: (state, context) => react(onTimer.t, state, context),
          q: (state, context) => react(onTimer.q, state, context),
        },
        inputs: {
          go: input((state, _, context) => react(onInput.go, state, context)),
          put: input(
            { n: [0, 1], by: ["a", "b"] as const },
            (state, { by, n }, context) => by === "a" || n === 0 ? react(onInput.put[n], state, context) : ignore,
          ),
        },
        ...(onClosed !== undefined && {
          // A connection that is closed cannot be deferred.
          closed: (state, context) => {
            const reaction = react(onClosed, state, context, context.from)
            return reaction._tag === "Deferred" ? ignore : reaction
          },
        }),
        restart: (state, context) => react(onRestart, state, context),
        observed: (observesLost ? ["kept", "lost"] : ["kept"]) as ReadonlyArray<"kept">,
      }),
    )
  )
  const { disconnects, duplication, ignored, links, loss, order, partitions } = network
  const isTimed = clock !== null && (order === "connections" || duplication !== "unbounded")
  const delay = isTimed ? network.delay : undefined
  const travelling = () => {
    switch (order) {
      case "unordered":
        return unordered({ loss, duplication, partitions, links, ignored, delay })
      case "fifo":
        return fifo({ loss, duplication, partitions, links, delay })
      case "connections":
        return connections({ disconnects, partitions, links, delay })
    }
  }
  const concerned = Object.entries(faults).map(([kind, fault]) => {
    if (typeof fault !== "object") return [kind, fault] as const
    const present = (all: ReadonlyArray<Name>) => all.filter((name) => names.includes(name))
    const of = present(fault.of)
    const atMost = (atOnce: number, all: ReadonlyArray<Name>) =>
      Math.min(atOnce, all.filter((name) => of.includes(name)).length)
    const groups = fault.groups.map((group) => ({ of: present(group.of), atOnce: atMost(group.atOnce, group.of) }))
    const bounded = { total: fault.total, each: fault.each, of, groups }
    if (of.length === 0) return [kind, 0] as const
    return [kind, fault.atOnce === undefined ? bounded : { ...bounded, atOnce: atMost(fault.atOnce, of) }] as const
  })
  const detecting = (): Detector | undefined => {
    if (description.detector === null || clock !== null || !names.includes("q")) return undefined
    const { kind, recovered, wrongSuspicions } = description.detector
    // It knows who has recovered by what is left for each.
    const isReturning = ([fault]: readonly [string, unknown]) => ["crashRecovery", "replacement"].includes(fault)
    const returning = concerned.filter(isReturning).flatMap(([, given]) => given === 0 ? [] : [given]).map((given) =>
      typeof given === "object" ? given : { total: given, each: "unbounded" as const }
    ).filter(({ each, total }) => each !== 0 && total !== 0)
    const isCounted = returning.length > 0 && returning.every(({ each }) => each !== "unbounded")
    const besides = recovered === "suspected" && isCounted && kind !== "unreliable" ? { recovered } : {}
    if (kind === "eventuallyPerfect") return { kind, wrongSuspicions, ...besides }
    const isIdle = kind === "failStop" && order === "unordered" && duplication === "unbounded"
    return { kind: isIdle ? "perfect" : kind, ...besides }
  }
  const detector = detecting()
  return system({
    name: "random",
    processes,
    network: travelling(),
    faults: Object.fromEntries(concerned),
    ...(clock !== null && { clock: ticking(clock) }),
    ...(recorded !== null && { recording: recordingOf(recorded) }),
    ...(detector !== undefined && { detector }),
    ghosts: ghostsOf(description),
  })
}

/** The model of the system that a description describes. */
export const randomSystem = (description: SystemDescription): Model<any> => {
  const { forbidden, network, recorded } = description
  const names = namesOf(description)
  const { always, deadlockFree, each, model, reachable, step } = systemOf(description) as any
  return model({
    agree: always(
      { one: names, other: names },
      (s: any, { one, other }: any) =>
        one === other || s.kept[one] !== forbidden.kept || s.state[other].lost !== forbidden.lost,
    ),
    keeps: step({ of: names }, (before: any, after: any, { of }: any) => before.kept[of] <= after.kept[of]),
    rings: reachable(
      { timer: each("timers") },
      (s: any, { timer }: any) => s.replies.some({ _tag: "Reply", from: timer.process }),
    ),
    quiet: reachable((s: any) => s.replies.size > 1 && s.timers.size === 0),
    lossless: always((s: any) => s.left.loss !== 1 || s.cut !== null || s.leftOf.pause.p === 0),
    ...(network.order !== "unordered"
      ? { alone: always({ from: names }, (s: any, { from }: any) => s.channels[`${from} → p`].length < 2) }
      : { alone: always({ e: each("network", { to: "p" }) }, (s: any, { e }: any) => s.network.count(e) < 2) }),
    ...(recorded !== null && {
      linearizable: always((s: any) => isLinearizable(register(0), s.history)),
      sequential: always((s: any) => isSequentiallyConsistent(register(0), s.history)),
    }),
    ...Object.fromEntries(
      Object.keys(ghostsOf(description)).map((name) => [
        `${name}Once`,
        always((s: any) => Object.values(s[name]).every((value) => value === 0)),
      ]),
    ),
    ...(description.behaviours.some(({ unforced }) => unforced !== undefined) && {
      forced: always((s: any) => s.unforced.size === 0),
    }),
    ends: deadlockFree((s: any) => s.kept.p === forbidden.kept),
    halts: deadlockFree((s: any) => s.status.p !== "up", { stutters: "allowed" }),
  })
}
