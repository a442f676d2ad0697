/**
 * The variables of the model that a system compiles into, and their initial values.
 *
 * @module
 */
import { Schema } from "effect"
import { emptyHistory, type History } from "../history/history.ts"
import { distinctNames } from "../model/definition.ts"
import { range } from "../model/domain.ts"
import { InvalidDefinition } from "../model/errors.ts"
import { bag, record, set, struct, type StructOf, type Variables } from "../model/variable.ts"
import type { Blueprint } from "./blueprint.ts"
import type { Budget } from "./budget.ts"
import { Timer } from "./clock.ts"
import { effectsOf, noted } from "./effects.ts"
import { type BudgetName, type Fault, type Status, STATUS_AFTER } from "./fault.ts"
import { fieldsOf } from "./fields.ts"
import { Channel, channelName, type Envelope } from "./network.ts"
import type { Reply } from "./process.ts"
import { posted, queued, queuedOf, travellingOf } from "./transit.ts"
import { unforcedOf, writesUnforced } from "./unforced.ts"

/** The variables that are neither observed fields nor ghosts. */
const COMMON: ReadonlySet<string> = new Set([
  "state",
  "status",
  "network",
  "channels",
  "broken",
  "unforced",
  "timers",
  "replies",
  "history",
  "cut",
  "cutLinks",
  "clock",
  "offset",
  "left",
  "leftOf",
])

/** The observed fields, as variables. */
const observedOf = ({ definition }: Blueprint): { readonly [field: string]: StructOf<Variables> } => {
  const { processes } = definition
  const fields = new Set(processes.flatMap(({ process }) => process.observed as ReadonlyArray<string>))
  return Object.fromEntries(
    Array.from(fields, (field) => [
      field,
      struct(Object.fromEntries(
        processes.filter(({ process }) => (process.observed as ReadonlyArray<string>).includes(field))
          .map(({ name, process }) => [name, fieldsOf(process)[field] as Schema.Top]),
      )),
    ]),
  )
}

/** All directions between processes. */
export const channelsOf = (names: ReadonlyArray<string>): ReadonlyArray<Channel> =>
  names.flatMap((from) => names.map((to): Channel => ({ _tag: "Channel", from, to })))

/** Of each budget, what is left of it at first. */
const budgetsOf = (
  { clock, definition: { network }, detector, faults }: Blueprint,
): { readonly [budget in BudgetName]: Budget } => {
  const total = (kind: Fault): Budget => faults.find((fault) => fault.kind === kind)?.total ?? 0
  return {
    loss: network.loss,
    duplication: network.duplication,
    partitions: network.partitions,
    links: network.links,
    disconnects: network.disconnects,
    crashStop: total("crashStop"),
    crashRecovery: total("crashRecovery"),
    replacement: total("replacement"),
    pause: total("pause"),
    jumps: clock?.jumps.total ?? 0,
    wrongSuspicions: detector?.wrongSuspicions ?? 0,
  }
}

/** Of each fault, what is left of it at first for each process. */
const budgetsOfEach = (
  { faults, names }: Blueprint,
): { readonly [kind in Fault]: { readonly [process: string]: Budget } } => {
  const each = (kind: Fault) => {
    const fault = faults.find((fault) => fault.kind === kind)
    return Object.fromEntries(names.map((name) => [name, fault?.of.includes(name) === true ? fault.each : 0]))
  }
  return {
    crashStop: each("crashStop"),
    crashRecovery: each("crashRecovery"),
    replacement: each("replacement"),
    pause: each("pause"),
  }
}

/** What may be left of a budget. One that is spent from the start, or never ends, is a constant. */
const counter = (most: Budget) => most === "unbounded" ? Schema.Literal(most) : Schema.Literals(range(0, most))

const counters = (budgets: { readonly [name: string]: Budget }) =>
  struct(Object.fromEntries(Object.entries(budgets).map(([name, most]) => [name, counter(most)])))

/** The variables. */
export const variablesOf = (blueprint: Blueprint): Variables => {
  const { clock, definition: { ghosts = {}, network, processes, recording }, drifts, faults, names } = blueprint
  const messages = Schema.Union([...new Set(processes.map(({ process }) => process.messages as Schema.Top))])
  const envelope = travellingOf(network, messages) as Schema.Schema<unknown>
  const values = new Set(processes.flatMap(({ process }) => (process.replies ?? []) as Schema.Top | []))
  const writing = processes.filter(({ process }) => writesUnforced(process))
  const statuses: ReadonlySet<Status> = new Set([
    "up",
    ...faults.map(({ kind }) => STATUS_AFTER[kind]),
  ])
  const observed = observedOf(blueprint)
  for (const [what, named] of [["observed field", observed], ["ghost", ghosts]] as const) {
    const taken = Object.keys(named).find((name) => COMMON.has(name))
    if (taken !== undefined) {
      throw new InvalidDefinition({ reason: `the ${what} ${taken} has the name of a variable of every system` })
    }
  }
  return {
    state: struct(
      Object.fromEntries(
        processes.map(({ name, process }) => [name, Schema.Struct(fieldsOf(process))]),
      ),
    ),
    ...observed,
    ...Object.fromEntries(Object.entries(ghosts).map(([name, { of, schema }]) => [name, record(of, schema)])),
    status: record(names, Schema.Literals([...statuses])),
    ...(network.order !== "unordered"
      ? {
        channels: record(
          distinctNames(
            { named: "channels", remedy: "give the processes other names" },
            channelsOf(names).map(channelName),
          ),
          Schema.Array(queuedOf(network, messages)),
        ),
      }
      : { network: network.duplication === "unbounded" ? set(envelope) : bag(envelope) }),
    ...(network.order === "connections" && { broken: set(Channel) }),
    ...(writing.length > 0 && {
      unforced: set(Schema.Union(writing.map(({ name, process }) => unforcedOf(name, process)))),
    }),
    timers: set(Timer),
    replies: set(Schema.TaggedStruct("Reply", { from: Schema.String, value: Schema.Union([...values]) })),
    ...(recording !== undefined && { history: Schema.Unknown }),
    cut: network.partitions === 0 ? Schema.Null : Schema.NullOr(Schema.Array(Schema.String)),
    cutLinks: network.links === 0 ? Schema.Tuple([]) : Schema.Array(Schema.String),
    ...(clock?.horizon !== undefined && {
      clock: counter(clock.horizon),
      offset: record(names, drifts ? Schema.Int : Schema.Literal(0)),
    }),
    left: counters(budgetsOf(blueprint)),
    leftOf: struct(
      Object.fromEntries(Object.entries(budgetsOfEach(blueprint)).map(([kind, each]) => [kind, counters(each)])),
    ),
  }
}

/** The state in which every process has started, in the order in which they are given. */
export const initialOf = (blueprint: Blueprint, variables: Variables): { readonly [variable: string]: unknown } => {
  const { clock, definition: { ghosts = {}, network, processes, recording } } = blueprint
  const sent: Array<Envelope> = []
  const timers: Array<Timer> = []
  const replies: Array<Reply> = []
  let history: History = emptyHistory
  for (const { name, process } of processes) {
    const effects = effectsOf(blueprint.processes, name, process.start.commands)
    sent.push(...effects.sent)
    replies.push(...effects.replies)
    for (const [timer, after] of effects.timers) {
      if (after !== null) {
        timers.push(Timer.make({ process: name, timer, at: clock === undefined ? null : after }))
      }
    }
    if (recording !== undefined) history = noted(recording, history, effects.seen)
  }
  const states = Object.fromEntries(processes.map(({ name, process }) => [name, process.start.state]))
  const all: { readonly [variable: string]: unknown } = {
    state: states,
    ...Object.fromEntries(
      Object.entries(observedOf(blueprint)).map(([field, { fields }]) => [
        field,
        Object.fromEntries(Object.keys(fields).map((name) => [name, states[name][field]])),
      ]),
    ),
    ...Object.fromEntries(Object.entries(ghosts).map(([name, { initial }]) => [name, () => initial])),
    status: () => "up",
    broken: [],
    unforced: [],
    ...(network.order !== "unordered"
      ? {
        channels: (name: string) =>
          sent.filter((envelope) => channelName(envelope) === name).map(({ message }) => queued(network, message)),
      }
      : { network: sent.map((envelope) => posted(network, envelope)) }),
    timers,
    replies,
    history,
    cut: null,
    cutLinks: [],
    clock: 0,
    offset: () => 0,
    left: budgetsOf(blueprint),
    leftOf: budgetsOfEach(blueprint),
  }
  return Object.fromEntries(Object.keys(variables).map((name) => [name, all[name]]))
}
