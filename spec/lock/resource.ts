/**
 * # The use of a resource
 *
 * What a lock is for: whoever reads the resource and then writes it has it alone meanwhile. It is asked of what the resource *does*,
 * not of what its users believe. After Kleppmann, *How to do distributed locking* (2016), and Berenson et al., *A Critique of ANSI SQL
 * Isolation Levels* (SIGMOD 1995), for lost updates.
 *
 * A resource is a process that observes its `value`. It answers `Value` to whoever has read it, and `Written` to whoever has written it. The
 * specification looks at these answers, so what is refused has not happened.
 *
 * @module
 */
import { Schema } from "effect"
import {
  type Always,
  type AnyNetwork,
  type Clock,
  type Ghost,
  ghost,
  type Ghosts,
  type GhostStep,
  type Language,
  type Processes,
  type RecordOf,
  type System,
  system,
} from "../../src/index.ts"

/** A resource: something is read, and written. */
interface Resource {
  readonly value: unknown
}

type Step = GhostStep<Resource>

/** Whom a resource answers so in this step. */
const answered = ({ reaction: { commands } }: Step, answer: "Value" | "Written"): string | undefined =>
  commands.flatMap((command) => command._tag === "Send" && command.message._tag === answer ? [command.to] : [])[0]

/**
 * The resources of a system: its processes that observe their value, by name.
 *
 * @example
 * ```ts
 * import { named, system, unordered } from "touchstone"
 * import { resource } from "touchstone/lock"
 * import { resourcesOf } from "touchstone/spec/lock"
 *
 * resourcesOf(system({ name: "alone", processes: [named("r", resource("all"))], network: unordered() })) // => ["r"]
 * ```
 */
export const resourcesOf = ({ definition }: { readonly definition: { readonly processes: Processes } }) =>
  definition.processes
    .filter(({ process }) => (process.observed as ReadonlyArray<string>).includes("value"))
    .map(({ name }) => name)

/** What is remembered of a resource: who was the last that began to use it, and whether another than that has ever written it. */
const Sections = Schema.Struct({ last: Schema.NullOr(Schema.String), interleaved: Schema.Boolean })

/**
 * A system with the use of its resources remembered, as {@link exclusiveAtResource} wants it.
 *
 * @example
 * ```ts
 * import { named, system, unordered } from "touchstone"
 * import { resource } from "touchstone/lock"
 * import { withSections } from "touchstone/spec/lock"
 *
 * const alone = system({ name: "alone", processes: [named("resource", resource("all"))], network: unordered() })
 * Object.keys(withSections(alone).definition.ghosts ?? {}) // => ["sections"]
 * ```
 */
export const withSections = <L extends Processes, N extends AnyNetwork, C extends Clock | undefined, G extends Ghosts>(
  { definition }: Pick<System<L, N, C, undefined, G>, "definition">,
): System<L, N, C, undefined, G & { readonly sections: Ghost<Resource, typeof Sections> }> => {
  const sections = ghost({
    of: resourcesOf({ definition }),
    schema: Sections,
    initial: { last: null, interleaved: false },
    next: ({ interleaved, last }, step: Step) => {
      const writer = answered(step, "Written")
      return {
        last: answered(step, "Value") ?? last,
        interleaved: interleaved || (writer !== undefined && writer !== last),
      }
    },
  })
  return system({ ...definition, ghosts: { ...definition.ghosts as G, sections } })
}

/** What {@link withSections} remembers. */
export type SectionVariables = { readonly sections: RecordOf<string, typeof Sections> }

/**
 * Mutual exclusion at the resource: what it does for different users never interleaves. Who begins, by reading it, has it until another
 * one begins; a write of who began earlier is never accepted after that.
 *
 * @example
 * ```ts
 * import { named, system, unordered } from "touchstone"
 * import { resource } from "touchstone/lock"
 * import { exclusiveAtResource, withSections } from "touchstone/spec/lock"
 *
 * const alone = system({ name: "alone", processes: [named("resource", resource("all"))], network: unordered() })
 * exclusiveAtResource(withSections(alone)).kind // => "always"
 * ```
 */
export const exclusiveAtResource = (
  system: Pick<Language<SectionVariables>, "always"> & { readonly definition: { readonly processes: Processes } },
): Always =>
  system.always({ resource: resourcesOf(system) }, (s, { resource }) => s.sections[resource]?.interleaved === false)

/** What is remembered of a resource: who has read what is there now, and whether it was ever written by who had not. */
const Readers = Schema.Struct({ readers: Schema.Array(Schema.String), lost: Schema.Boolean })

/**
 * A system with the readers of its resources remembered, as {@link noLostUpdate} wants it.
 *
 * @example
 * ```ts
 * import { named, system, unordered } from "touchstone"
 * import { resource } from "touchstone/lock"
 * import { withReaders } from "touchstone/spec/lock"
 *
 * const alone = system({ name: "alone", processes: [named("resource", resource("all"))], network: unordered() })
 * Object.keys(withReaders(alone).definition.ghosts ?? {}) // => ["readers"]
 * ```
 */
export const withReaders = <L extends Processes, N extends AnyNetwork, C extends Clock | undefined, G extends Ghosts>(
  { definition }: Pick<System<L, N, C, undefined, G>, "definition">,
): System<L, N, C, undefined, G & { readonly readers: Ghost<Resource, typeof Readers> }> => {
  const readers = ghost({
    of: resourcesOf({ definition }),
    schema: Readers,
    initial: { readers: [], lost: false },
    next: (before, step: Step) => {
      const reader = answered(step, "Value")
      const writer = answered(step, "Written")
      if (reader !== undefined) return { ...before, readers: [...new Set([...before.readers, reader])].toSorted() }
      // Who writes knows what is there then.
      if (writer !== undefined) return { readers: [writer], lost: before.lost || !before.readers.includes(writer) }
      return before
    },
  })
  return system({ ...definition, ghosts: { ...definition.ghosts as G, readers } })
}

/** What {@link withReaders} remembers. */
export type ReaderVariables = { readonly readers: RecordOf<string, typeof Readers> }

/**
 * No update is lost: whoever writes the resource has read what it overwrites. Others may have read it too, as long as they do not write:
 * so it can be asked where there is no lock, but a check of the version. Where {@link exclusiveAtResource} holds, and everybody reads
 * before it writes, this holds too.
 *
 * @example
 * ```ts
 * import { named, system, unordered } from "touchstone"
 * import { resource } from "touchstone/lock"
 * import { noLostUpdate, withReaders } from "touchstone/spec/lock"
 *
 * const alone = system({ name: "alone", processes: [named("resource", resource("all"))], network: unordered() })
 * noLostUpdate(withReaders(alone)).kind // => "always"
 * ```
 */
export const noLostUpdate = (
  system: Pick<Language<ReaderVariables>, "always"> & { readonly definition: { readonly processes: Processes } },
): Always => system.always({ resource: resourcesOf(system) }, (s, { resource }) => s.readers[resource]?.lost === false)
