/**
 * # Mutual exclusion
 *
 * *What* a lock must achieve, whatever the protocol: its properties over what its clients believe, and over who owns the lock as
 * the servers see it, where there are servers. After Dijkstra, *Solution of a problem in concurrent programming control* (CACM
 * 8(9), 1965), Gray and Cheriton, *Leases* (SOSP 1989), and Kleppmann, *How to do distributed locking* (2016).
 *
 * A client is a process that observes its `phase`. It *believes* that it holds the lock while that is `holding`, also while it is paused:
 * it will go on in that belief. Who has crashed believes nothing. A server is a process that observes the `owner` of the lock.
 *
 * What the lock protects is a resource, and whether that is used by one at a time is another question, asked by
 * {@link exclusiveAtResource}: a lock can be exclusive, and the resource be written by two; or the other way round.
 *
 * @module
 */
import { Schema } from "effect"
import {
  type Always,
  type AnyNetwork,
  type Clock,
  type CommonVariables,
  type DeadlockFree,
  type Ghost,
  ghost,
  type Ghosts,
  type GhostStep,
  type Language,
  type Processes,
  type Reachable,
  type RecordOf,
  type State,
  type System,
  system,
} from "../../src/index.ts"
import type { LockPhase } from "../../src/lock/index.ts"

/** What is observed of clients. */
export type LockVariables = Pick<CommonVariables<Processes>, "status"> & {
  readonly phase: RecordOf<string, Schema.Schema<LockPhase>>
}

/** What the specification asks of a system: who its processes are, and the constructors of its properties. */
export interface LockSystem extends Pick<Language<LockVariables>, "always" | "deadlockFree" | "reachable"> {
  readonly definition: { readonly processes: Processes }
}

type Observed = State<LockVariables>

const observing = ({ definition }: Pick<LockSystem, "definition">, field: string): ReadonlyArray<string> =>
  definition.processes
    .filter(({ process }) => (process.observed as ReadonlyArray<string>).includes(field))
    .map(({ name }) => name)

/**
 * The clients of a system: its processes that observe their phase, by name.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { tutorialLock } from "touchstone/lock"
 * import { lockClientsOf } from "touchstone/spec/lock"
 *
 * const rules = { set: "always", del: "always" } as const
 * lockClientsOf(tutorialLock({ clients: 2, rules, lease: 10, work: 2, network: unordered(), clock: {} })) // => ["c1", "c2"]
 * ```
 */
export const lockClientsOf = (system: Pick<LockSystem, "definition">): ReadonlyArray<string> =>
  observing(system, "phase")

/**
 * The servers of a system: its processes that observe who owns the lock, by name. There may be several, or none.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { tutorialLock } from "touchstone/lock"
 * import { lockServersOf } from "touchstone/spec/lock"
 *
 * const rules = { set: "always", del: "always" } as const
 * lockServersOf(tutorialLock({ clients: 2, rules, lease: 10, work: 2, network: unordered(), clock: {} })) // => ["server"]
 * ```
 */
export const lockServersOf = (system: Pick<LockSystem, "definition">): ReadonlyArray<string> =>
  observing(system, "owner")

/** Whether a client believes that it holds the lock, and will act on it. */
const believes = (s: Observed, client: string): boolean =>
  s.phase[client] === "holding" && (s.status[client] === "up" || s.status[client] === "paused")

/**
 * Mutual exclusion at the lock.
 *
 * | property | meaning |
 * |---|---|
 * | `exclusive` | no two clients believe that they hold the lock |
 * | `c1MayHold`, … | some behaviour leads to this client holding the lock |
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { tutorialLock } from "touchstone/lock"
 * import { mutualExclusion } from "touchstone/spec/lock"
 *
 * const rules = { set: "ifAbsent", del: "ifOwner" } as const
 * const system = tutorialLock({ clients: 2, rules, lease: 10, work: 2, network: unordered(), clock: {} })
 * Object.keys(mutualExclusion(system)) // => ["exclusive", "c1MayHold", "c2MayHold"]
 * ```
 */
export const mutualExclusion = (
  system: LockSystem,
): { readonly exclusive: Always } & { readonly [mayHold: string]: Always | Reachable } => {
  const { always, reachable } = system
  const Client = lockClientsOf(system)
  return {
    exclusive: always(
      { one: Client, other: Client },
      (s, { one, other }) => one === other || !(believes(s, one) && believes(s, other)),
    ),
    ...Object.fromEntries(Client.map((client) => [`${client}MayHold`, reachable((s) => believes(s, client))])),
  }
}

/**
 * No deadlock: in a state in which nothing can happen any more, no client that is up waits for the lock, holds it, or is about to release
 * it. Where clients lock again and again, and there is no such state, it claims nothing.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { tutorialLock } from "touchstone/lock"
 * import { noDeadlock } from "touchstone/spec/lock"
 *
 * const rules = { set: "ifAbsent", del: "ifOwner" } as const
 * noDeadlock(tutorialLock({ clients: 2, rules, lease: 10, work: 2, network: unordered(), clock: {} })).kind // => "deadlockFree"
 * ```
 */
export const noDeadlock = (system: LockSystem): DeadlockFree => {
  const Client = lockClientsOf(system)
  return system.deadlockFree((s) => Client.every((client) => s.status[client] !== "up" || s.phase[client] === "idle"))
}

/** What is observed of servers. */
export type OwnerVariables = { readonly owner: RecordOf<string, Schema.Schema<string | null>> }

/**
 * A lock becomes free: in a state in which nothing can happen any more, nobody owns it, although its owner may have crashed. Where clients
 * lock again and again, and there is no such state, it claims nothing.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { tutorialLock } from "touchstone/lock"
 * import { becomesFree } from "touchstone/spec/lock"
 *
 * const rules = { set: "ifAbsent", del: "ifOwner" } as const
 * becomesFree(tutorialLock({ clients: 2, rules, lease: 10, work: 2, network: unordered(), clock: {} })).kind // => "deadlockFree"
 * ```
 */
export const becomesFree = (
  system: Pick<LockSystem, "definition"> & Pick<Language<OwnerVariables>, "deadlockFree">,
): DeadlockFree => {
  const Server = lockServersOf(system)
  return system.deadlockFree((s) => Server.every((server) => s.owner[server] === null))
}

/** The state of a server: who owns the lock. */
interface Owned {
  readonly owner: string | null
}

type OwnedStep = GhostStep<Owned>

/** To whom a process answers. */
const answered = ({ commands }: OwnedStep["reaction"]): string | undefined =>
  commands.find((command) => command._tag === "Send")?.to

/** Whether a message of another than the owner has made the lock free. */
const isForeign = ({ before, event, reaction }: OwnedStep): boolean =>
  event._tag === "Message" && before.owner !== null && reaction.state.owner === null &&
  answered(reaction) !== before.owner

/** Whether a lock was ever released by another than its owner. */
type ForeignRelease = Ghost<Owned, typeof Schema.Boolean>

/**
 * A system whose servers answer whoever releases the lock, with what {@link onlyTheOwnerReleases} must remember: whether another
 * than its owner has ever released it.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { tutorialLock } from "touchstone/lock"
 * import { withReleases } from "touchstone/spec/lock"
 *
 * const rules = { set: "ifAbsent", del: "always" } as const
 * const system = withReleases(tutorialLock({ clients: 2, rules, lease: 10, work: 2, network: unordered(), clock: {} }))
 * Object.keys(system.definition.ghosts ?? {}) // => ["foreignRelease"]
 * ```
 */
export const withReleases = <L extends Processes, N extends AnyNetwork, C extends Clock | undefined, G extends Ghosts>(
  { definition }: Pick<System<L, N, C, undefined, G>, "definition">,
): System<L, N, C, undefined, G & { readonly foreignRelease: ForeignRelease }> => {
  const foreignRelease = ghost({
    of: lockServersOf({ definition }),
    schema: Schema.Boolean,
    initial: false,
    next: (foreign, step: OwnedStep) => foreign || isForeign(step),
  })
  return system({ ...definition, ghosts: { ...definition.ghosts as G, foreignRelease } })
}

/** What {@link withReleases} remembers. */
export type ReleaseVariables = { readonly foreignRelease: RecordOf<string, typeof Schema.Boolean> }

/**
 * Only the owner releases: as long as a lock has an owner, no message of another makes it free. What time does to it, or a restart, is
 * another matter.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { tutorialLock } from "touchstone/lock"
 * import { onlyTheOwnerReleases, withReleases } from "touchstone/spec/lock"
 *
 * const rules = { set: "ifAbsent", del: "always" } as const
 * const system = withReleases(tutorialLock({ clients: 2, rules, lease: 10, work: 2, network: unordered(), clock: {} }))
 * onlyTheOwnerReleases(system).kind // => "always"
 * ```
 */
export const onlyTheOwnerReleases = (
  system: Pick<LockSystem, "definition"> & Pick<Language<ReleaseVariables>, "always">,
): Always => system.always({ server: lockServersOf(system) }, (s, { server }) => !s.foreignRelease[server])
