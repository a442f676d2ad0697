/**
 * Ghosts: what a specification remembers about processes, and the processes themselves do not.
 *
 * Abadi and Lamport, *The existence of refinement mappings* (1991), call them *history variables*; *ghost* is the other usual
 * word, taken here because a history in this library is one of operations. A ghost is written in each step of a process, and
 * read by properties alone: no process can look at it, for it is no part of any process's state. So it changes nothing of what
 * a system does, and there is none in what people run.
 *
 * With it a protocol keeps no more than its paper says: what must be known of the past, to say what the protocol achieves, the
 * specification remembers by itself.
 *
 * A ghost outlives every crash. It changes in the steps of its process, and at no other time: a crash does not change it. It sees
 * how the process reacts, and not what becomes of that: in a step in the middle of which the process crashes, the ghost sees all
 * commands, although none is carried out. What was sent and replied is in the variables of the system, and in a history.
 *
 * @module
 */
import type { Schema } from "effect"
import { withKnownKeys } from "../model/definition.ts"
import { InvalidDefinition, InvalidGhost } from "../model/errors.ts"
import { refuseForeign } from "../model/foreign-schema.ts"
import { placeOf } from "../model/user-code.ts"
import { objectionTo } from "./conformance.ts"
import { fieldsOf } from "./fields.ts"
import type { AnyProcess, Event, Next } from "./process.ts"

/** A step of a process with the state `S`, as a ghost sees it. */
export interface GhostStep<S> {
  /** The state in which the process was. */
  readonly before: S
  /** What it reacted to. */
  readonly event: Event
  /** Its next state, and its commands. */
  readonly reaction: Next<S>
}

/** A ghost of processes named `N` with the state `S`, whose values a Schema `V` describes. */
export interface Ghost<S, V extends Schema.Top, N extends string = string> {
  /** The processes that have it, each one of its own. */
  readonly of: ReadonlyArray<N>
  readonly schema: V
  readonly initial: V["Type"]
  /** What it is after a step of its process: a pure function. */
  readonly next: (ghost: V["Type"], step: GhostStep<S>) => V["Type"]
}

/** The ghosts of a system, by name. */
export type Ghosts<S = any> = { readonly [name: string]: Ghost<S, any, string> }

/**
 * A ghost: the processes that have it (`of`), its `schema`, its `initial` value, and its `next` value after a step.
 *
 * @throws InvalidDefinition when a key is unknown, or the Schema comes from another copy of `effect`.
 *
 * @example
 * ```ts
 * import { ghost, type GhostStep, machine, named, system, unordered } from "touchstone"
 * import { Schema } from "effect"
 *
 * const { input, next, process } = machine({ volatile: { lit: Schema.Boolean }, messages: Schema.Never })
 * const lamp = process({ initial: { lit: false }, inputs: { press: input(({ lit }) => next({ lit: !lit })) } })
 *
 * // The lamp does not know whether it was ever lit. The specification does.
 * const everLit = ghost({
 *   of: ["lamp"],
 *   schema: Schema.Boolean,
 *   initial: false,
 *   next: (ever, { reaction }: GhostStep<{ readonly lit: boolean }>) => ever || reaction.state.lit,
 * })
 * const { always, model } = system({
 *   name: "lamp",
 *   processes: [named("lamp", lamp)],
 *   network: unordered(),
 *   ghosts: { everLit },
 * })
 * Object.keys(model({ remembered: always((s) => !s.state.lamp.lit || s.everLit.lamp) }).variables).includes("everLit") // => true
 * ```
 */
export const ghost = <S, V extends Schema.Top, const N extends string>(
  definition: Ghost<S, V, N>,
): Ghost<S, V, N> => {
  const { schema } = withKnownKeys("a ghost", definition, ["of", "schema", "initial", "next"])
  refuseForeign(schema, "the Schema of a ghost")
  return definition
}

/** A ghost of one process, with its name. */
export interface OwnGhost {
  readonly name: string
  /** What it is after a step. */
  readonly next: (ghost: unknown, step: GhostStep<any>) => unknown
}

/**
 * The ghosts of each process.
 *
 * @throws {@link InvalidDefinition} when a ghost has the name of a field of a process, is of nobody, or of somebody who does
 *   not exist.
 */
export const ghostsOf = (
  ghosts: Ghosts,
  processes: ReadonlyMap<string, AnyProcess>,
): ReadonlyMap<string, ReadonlyArray<OwnGhost>> => {
  for (const [name, { of }] of Object.entries(ghosts)) {
    const refuse = (reason: string) => new InvalidDefinition({ reason: `the ghost ${name} ${reason}` })
    for (const [of, process] of processes) {
      if (Object.hasOwn(fieldsOf(process), name)) {
        throw refuse(`has the name of a field of the process ${of}, which is no ghost; give it another name`)
      }
    }
    if (of.length === 0) throw refuse("belongs to no process; name in `of` those that have it")
    const nobody = of.find((process) => !processes.has(process))
    if (nobody !== undefined) {
      throw refuse(`belongs to ${nobody}, which does not exist; there are: ${[...processes.keys()].join(", ")}`)
    }
  }
  const own = Object.entries(ghosts).map(([name, ghost]) => ({ ...ghost, name, objection: objectionTo(ghost.schema) }))
  const next =
    (process: string, { name, next, objection }: (typeof own)[number]): OwnGhost["next"] => (ghost, step) => {
      const refuse = (reason: string, thrown: { readonly cause?: unknown; readonly at?: string } = {}) =>
        new InvalidGhost({ ghost: name, process, event: step.event, reason, ...thrown })
      let after: unknown
      try {
        after = next(ghost, step)
      } catch (cause) {
        const at = placeOf(cause)
        throw refuse(`throws ${String(cause)}`, { cause, ...(at !== undefined && { at }) })
      }
      const reason = after === ghost ? undefined : objection(after)
      if (reason !== undefined) throw refuse(`gives a value outside its Schema: ${reason}`)
      return after
    }
  return new Map(
    Array.from(processes.keys(), (process) => [
      process,
      own.filter(({ of }) => of.includes(process)).map((ghost) => ({ name: ghost.name, next: next(process, ghost) })),
    ]),
  )
}
