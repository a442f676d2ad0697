/**
 * Blueprints: what a system consists of, in full and with what follows from it.
 *
 * @module
 */
import { Result } from "effect"
import type { Recording } from "../history/history.ts"
import type { Parameters } from "../model/action.ts"
import { withKnownKeys } from "../model/definition.ts"
import { enumerate, values } from "../model/domain.ts"
import { DuplicateProcess, InvalidDefinition, InvalidReaction, NotTotal } from "../model/errors.ts"
import { placeOf } from "../model/user-code.ts"
import type { Budget } from "./budget.ts"
import { type Clock, clock as clockOf, type PlannedClock } from "./clock.ts"
import { checkState, refuseTime } from "./conformance.ts"
import { type Detector, detector as detectorOf, type DetectorKind } from "./detector.ts"
import { effectsOf } from "./effects.ts"
import { type Faults, plan, type PlannedFault } from "./fault.ts"
import { type Ghosts, ghostsOf, type OwnGhost } from "./ghost.ts"
import type { AnyNetwork } from "./network.ts"
import { type AnyProcess, type Event, type MessageContext, react, type Reaction } from "./process.ts"

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
 * import { machine, named } from "touchstone"
 * import { Schema } from "effect"
 *
 * const { process } = machine({ messages: Schema.TaggedStruct("Ping", {}) })
 * named("p1", process({ initial: {} })).name // => "p1"
 * ```
 */
export const named = <const N extends string, P extends AnyProcess>(name: N, process: P): Named<N, P> => ({
  name,
  process,
})

/** The processes of a system, with their names. */
export type Processes = ReadonlyArray<Named<string, AnyProcess>>

/** What a system consists of. */
export interface SystemDefinition<
  L extends Processes,
  N extends AnyNetwork = AnyNetwork,
  C extends Clock | undefined = Clock | undefined,
  R extends Recording | undefined = Recording | undefined,
  G extends Ghosts = Ghosts,
> {
  readonly name: string
  readonly processes: L
  readonly network: N
  readonly faults?: Faults
  /** Time; none unless given. */
  readonly clock?: C
  /** What the history keeps; there is none unless given. The union tells the compiler what its functions are given. */
  readonly recording?: Recording | R
  /** What processes find out about others that have crashed. Without a detector, timers fire whenever they like. */
  readonly detector?: DetectorKind | Detector
  /** What the specification remembers of the processes, by name; nothing unless given. */
  readonly ghosts?: G
}

/** A system, ready to be compiled. */
export interface Blueprint {
  readonly definition: SystemDefinition<Processes>
  readonly names: ReadonlyArray<string>
  readonly processes: ReadonlyMap<string, AnyProcess>
  readonly faults: ReadonlyArray<PlannedFault>
  readonly detector: Required<Detector> | undefined
  /** The ghosts of each process. */
  readonly ghosts: ReadonlyMap<string, ReadonlyArray<OwnGhost>>
  readonly clock: PlannedClock | undefined
  /** Whether local clocks may differ from the global one. */
  readonly drifts: boolean
  /** The budgets that are finite and not spent from the start. */
  readonly budgets: ReadonlyMap<string, number>
}

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
    if (cause instanceof NotTotal || cause instanceof InvalidReaction) throw cause
    const at = placeOf(cause)
    const reason = `it throws ${String(cause)}`
    throw new NotTotal({ process: name, state, event, reason, cause, ...(at !== undefined && { at }) })
  }
}

/** Asks a process about the events that are known beforehand, in the state in which it starts. */
const probe = (
  processes: Blueprint["processes"],
  name: string,
  process: AnyProcess,
  clock: PlannedClock | undefined,
): void => {
  checkState(name, process, undefined, undefined, process.start.state)
  const inputs = Object.entries(process.inputs).flatMap(([input, { parameters }]) =>
    bindings(parameters, `${name}.${input}`).map((args): Event => ({ _tag: "Input", input, args }))
  )
  const known = values(process.messages)
  const messages = Result.isFailure(known) ?
    [] :
    known.success.filter(({ _tag }) => Object.hasOwn(process.receive, _tag)).map((message): Event => ({
      _tag: "Message",
      message,
    }))
  const timers = Object.keys(process.timers).map((timer): Event => ({ _tag: "Timer", timer }))
  const from = [...processes.keys()].find((other) => other !== name) ?? name
  const closed: ReadonlyArray<Event> = process.closed === undefined ? [] : [{ _tag: "Closed", from }]
  for (const event of [...inputs, ...messages, ...timers, ...closed, { _tag: "Restart" } as const]) {
    const { state } = process.start
    const reaction = reactionOf(name, process, state, event, {
      from,
      get now() {
        return clock?.horizon === undefined ? refuseTime(name, event, clock) : 0
      },
    })
    if (reaction._tag === "Next") effectsOf(processes, name, reaction.commands)
  }
}

/**
 * The blueprint of a system.
 *
 * @throws {@link DuplicateProcess}, UnknownProcess, {@link NotTotal}, {@link InvalidReaction}, InvalidBudget or
 *   InvalidDefinition when the definition contradicts itself.
 */
export const blueprint = (definition: SystemDefinition<Processes>): Blueprint => {
  withKnownKeys("the definition of a system", definition, [
    "name",
    "processes",
    "network",
    "faults",
    "clock",
    "recording",
    "detector",
    "ghosts",
  ])
  const names = definition.processes.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new DuplicateProcess({ process: twice })
  const faults = plan(definition.faults ?? {}, names)
  const clock = definition.clock && clockOf(definition.clock)
  const processes = new Map(definition.processes.map(({ name, process }) => [name, process]))
  const detector = definition.detector &&
    detectorOf(definition.detector, processes, definition.network, faults, clock !== undefined)
  const { delay, disconnects, duplication, links, loss, partitions } = definition.network
  if (delay !== undefined && clock === undefined) {
    throw new InvalidDefinition({
      reason:
        "the network has a delay, but the system has no clock that could tell how long it is; give it one, say clock: {}",
    })
  }
  const budgets: ReadonlyArray<readonly [string, Budget]> = [
    ["loss", loss],
    ["duplication", duplication],
    ["partitions", partitions],
    ["links", links],
    ["disconnects", disconnects],
    ["jumps", clock?.jumps.total ?? 0],
    ["wrongSuspicions", detector?.wrongSuspicions ?? 0],
    ...faults.map(({ kind, total }) => [kind, total] as const),
  ]
  for (const [name, process] of processes) probe(processes, name, process, clock)
  return {
    definition,
    names,
    processes,
    faults,
    detector,
    ghosts: ghostsOf(definition.ghosts ?? {}, processes),
    clock,
    drifts: clock !== undefined &&
      (clock.skew > 0 || clock.jumps.total !== 0 || clock.rate.min !== 1 || clock.rate.max !== 1),
    budgets: new Map(
      budgets.flatMap(([name, value]) => value === "unbounded" || value === 0 ? [] : [[name, value] as const]),
    ),
  }
}
