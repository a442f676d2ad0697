/**
 * The variables of the model that a system compiles into, and their initial values.
 *
 * @module
 */
import { Schema } from "effect"
import type { Blueprint } from "./blueprint.ts"
import { Timer } from "./clock.ts"
import { distinctNames } from "./definition.ts"
import { range } from "./domain.ts"
import { effectsOf, noted } from "./effects.ts"
import { InvalidDefinition } from "./errors.ts"
import type { Status } from "./fault.ts"
import { emptyHistory, type History } from "./history.ts"
import { type Channel, channelName, type Envelope, envelopeOf } from "./network.ts"
import { type AnyProcess, Told } from "./process.ts"
import { bag, record, set, struct, type StructOf, type Variables } from "./variable.ts"

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

/** The observed fields, as variables. */
const observedOf = ({ definition }: Blueprint): { readonly [field: string]: StructOf<Variables> } => {
  const { processes } = definition
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

/** All directions between processes. */
export const channelsOf = (names: ReadonlyArray<string>): ReadonlyArray<Channel> =>
  names.flatMap((from) => names.map((to): Channel => ({ _tag: "Channel", from, to })))

/** The variables, those that are of no use in this system left out. */
export const variablesOf = (blueprint: Blueprint): Variables => {
  const { budgets, clock, definition: { network, processes, recording }, drifts, faults, names } = blueprint
  const messages = Schema.Union([...new Set(processes.map(({ process }) => process.messages as Schema.Top))])
  const envelope = envelopeOf(messages)
  const each = <A>(of: (process: AnyProcess, name: string) => A): { readonly [name: string]: A } =>
    Object.fromEntries(processes.map(({ name, process }) => [name, of(process, name)]))
  const statuses: ReadonlySet<Status> = new Set([
    "up",
    ...faults.map(({ kind }) => (({ crashStop: "stopped", crashRecovery: "down", pause: "paused" }) as const)[kind]),
  ])
  const per = faults.filter(({ each }) => each !== "unbounded")
  const observed = observedOf(blueprint)
  const taken = Object.keys(observed).find((field) => RESERVED.has(field))
  if (taken !== undefined) {
    throw new InvalidDefinition({ reason: `the observed field ${taken} has the name of a variable of every system` })
  }
  const counter = (most: number) => Schema.Literals(range(0, most))
  return {
    state: struct(each((process) => Schema.Struct({ ...process.durable, ...process.volatile }))),
    ...observed,
    ...(statuses.size > 1 && { status: record(names, Schema.Literals([...statuses])) }),
    ...(network.order === "fifo"
      ? {
        channels: record(
          distinctNames(
            { named: "channels", remedy: "give the processes other names" },
            channelsOf(names).map(channelName),
          ),
          Schema.Array(messages),
        ),
      }
      : { network: network.duplication === "unbounded" ? set(envelope) : bag(envelope) }),
    timers: set(Timer),
    told: set(Told),
    ...(recording !== undefined && { history: Schema.Unknown }),
    ...(network.partitions !== 0 && { cut: Schema.NullOr(Schema.Array(Schema.String)) }),
    ...(clock !== undefined && {
      clock: counter(clock.horizon),
      ...(drifts && { offset: record(names, Schema.Int) }),
    }),
    ...(budgets.size > 0 && {
      left: struct(Object.fromEntries(Array.from(budgets, ([name, most]) => [name, counter(most)]))),
    }),
    ...(per.length > 0 && {
      leftOf: struct(
        Object.fromEntries(per.map(({ each, kind, of }) => [kind, record(of, counter(each as number))])),
      ),
    }),
  }
}

/** The state in which every process has started, in the order in which they are given. */
export const initialOf = (blueprint: Blueprint, variables: Variables): { readonly [variable: string]: unknown } => {
  const { budgets, clock, definition: { network, processes, recording }, faults } = blueprint
  const sent: Array<Envelope> = []
  const timers: Array<Timer> = []
  const told: Array<Told> = []
  let history: History = emptyHistory
  for (const { name, process } of processes) {
    const effects = effectsOf(blueprint.processes, name, process.start.commands)
    sent.push(...effects.sent)
    told.push(...effects.told)
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
    left: Object.fromEntries(budgets),
    leftOf: Object.fromEntries(
      faults.flatMap(({ each, kind }) => each === "unbounded" ? [] : [[kind, () => each]]),
    ),
  }
  return Object.fromEntries(Object.keys(variables).map((name) => [name, all[name]]))
}
