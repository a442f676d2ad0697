/**
 * Random systems: descriptions as plain data, and the systems they describe: up to three processes that follow tables, any
 * network, any faults, with a clock or without.
 *
 * Every process has a durable store of fuel, which each of its reactions uses up, so that state spaces are finite.
 *
 * @module
 */
import { Schema } from "effect"
import * as fc from "fast-check"
import {
  type Context,
  fifo,
  ignore,
  machine,
  type MachineState,
  type Model,
  named,
  system,
  unordered,
} from "../src/index.ts"

const NAMES = ["p", "q", "r"] as const
const SIZE = 2

const M = Schema.TaggedStruct("M", { n: Schema.Int })

const random = machine({
  durable: { fuel: Schema.Int, kept: Schema.Int },
  volatile: { lost: Schema.Int },
  messages: M,
  timers: ["t"],
  answers: Schema.Int,
})
const { cancelTimer, input, next, process, reply, send, setTimer } = random
type State = MachineState<typeof random>

const number = fc.nat(SIZE - 1)
const command = fc.oneof(
  fc.record({ kind: fc.constant("send" as const), to: fc.nat(NAMES.length - 1), n: number }),
  fc.record({ kind: fc.constantFrom("set" as const, "cancel" as const, "now" as const) }),
  fc.record({ kind: fc.constant("reply" as const), n: number }),
)

/** What a process does when what it keeps and what it may lose are these numbers: nothing, or this. */
const reaction = fc.option(
  fc.record({ kept: number, lost: number, commands: fc.array(command, { maxLength: 2 }), tires: fc.boolean() }),
  { freq: 4 },
)
const table = fc.array(reaction, { minLength: SIZE * SIZE, maxLength: SIZE * SIZE })
const behaviour = fc.record({
  starts: fc.array(command, { maxLength: 2 }),
  onMessage: fc.array(table, { minLength: SIZE, maxLength: SIZE }),
  onTimer: table,
  onInput: table,
  onRestart: table,
  fuel: fc.nat(2),
})
type Behaviour = typeof behaviour extends fc.Arbitrary<infer A> ? A : never
type Table = Behaviour["onTimer"]

const few = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.nat(2) },
  fc.constant("unbounded" as const),
)
const faulty = fc.oneof(
  { weight: 2, arbitrary: few },
  fc.record({ total: few, each: fc.nat(1), of: fc.constantFrom(["p"], ["p", "q"]) }),
)

/** A random system, as plain data. */
export const systemDescription = fc.record({
  behaviours: fc.array(behaviour, { minLength: 2, maxLength: NAMES.length }),
  isOrdered: fc.boolean(),
  network: fc.record({ loss: few, duplication: few, partitions: few }),
  faults: fc.record({ crashStop: faulty, crashRecovery: faulty, pause: faulty }),
  clock: fc.option(
    fc.record({
      horizon: fc.nat(2),
      skew: fc.nat(1),
      jumps: fc.record({ total: fc.nat(1), by: fc.constant([-1, 2]) }),
    }),
  ),
  isRecorded: fc.boolean(),
  forbidden: fc.record({ kept: number, lost: number }),
})
type SystemDescription = typeof systemDescription extends fc.Arbitrary<infer A> ? A : never

/** The model of the system that a description describes. */
export const randomSystem = (description: SystemDescription): Model<any> => {
  const { behaviours, clock, faults, forbidden, isOrdered, isRecorded, network } = description
  const names = NAMES.slice(0, behaviours.length)
  /** The time of an event; there is one only where there is a clock. */
  const timeOf = (context: Context) => clock === null ? 0 : context.now
  const commands = (list: Behaviour["starts"], now: number) =>
    list.map((command) => {
      switch (command.kind) {
        case "send":
          return send(names[command.to % names.length] as string, M.make({ n: command.n }))
        case "set":
          return setTimer("t", 1)
        case "cancel":
          return cancelTimer("t")
        case "now":
          return reply(now)
        case "reply":
          return reply(command.n)
      }
    })
  const react = (table: Table, state: State, now: number) => {
    const row = table[SIZE * state.kept + state.lost]
    if (row === null || row === undefined || state.fuel === 0) return ignore
    const { kept, lost, tires } = row
    // What only moves between two states needs no fuel.
    return tires || row.commands.length > 0
      ? next({ fuel: state.fuel - 1, kept, lost }, commands(row.commands, now))
      : next({ ...state, kept, lost })
  }
  const processes = behaviours.map(({ fuel, onInput, onMessage, onRestart, onTimer, starts }, index) =>
    named(
      names[index] as "p",
      process({
        initial: { fuel, kept: 0, lost: 0 },
        start: (state) => next(state, commands(starts, 0)),
        receive: { M: (state, { n }, context) => react(onMessage[n] as Table, state, timeOf(context)) },
        timers: { t: (state, context) => react(onTimer, state, timeOf(context)) },
        inputs: { go: input((state, _, context) => react(onInput, state, timeOf(context))) },
        restart: (state, context) => react(onRestart, state, timeOf(context)),
        observed: ["kept"],
      }),
    )
  )
  const { always, each, model, reachable, step } = system({
    name: "random",
    processes,
    network: isOrdered ? fifo(network) : unordered(network),
    faults: {
      ...faults,
      ...Object.fromEntries(
        Object.entries(faults).filter(([, fault]) =>
          typeof fault === "object" && !fault.of.every((of) => names.includes(of as "p"))
        )
          .map(([kind]) => [kind, 0]),
      ),
    },
    ...(clock !== null && { clock }),
    ...(isRecorded && {
      recording: {
        invocation: (seen) => seen._tag === "Sent" ? { client: seen.from, operation: seen.message } : undefined,
        response: (seen) => seen._tag === "Told" ? { client: seen.from, result: seen.value } : undefined,
      },
    }),
  })
  return model({
    agree: always(
      { one: names, other: names },
      (s, { one, other }) =>
        one === other || s.kept[one as "p"] !== forbidden.kept || s.state[other as "p"].lost !== forbidden.lost,
    ),
    keeps: step({ of: names }, (before, after, { of }) => before.kept[of as "p"] <= after.kept[of as "p"]),
    rings: reachable({ timer: each("timers") }, (s, { timer }) => s.told.some({ _tag: "Told", from: timer.process })),
    quiet: reachable((s) => s.told.size > 1 && s.timers.size === 0),
  })
}
