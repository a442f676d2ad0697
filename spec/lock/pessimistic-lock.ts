/**
 * # Pessimistic lock among processes
 *
 * What holds of `src/lock/pessimistic-lock.ts` beside {@link mutualExclusion}: what an extension may do.
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
import { lockServersOf } from "./mutual-exclusion.ts"

/** A server: who owns the lock. */
interface Owned {
  readonly owner: string | null
}

/**
 * A system with what {@link extensionsKeepTheOwner} must remember: whether an extension has ever given a lock to who did not own it.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { pessimisticLock } from "touchstone/lock"
 * import { withExtensions } from "touchstone/spec/lock"
 *
 * const lease = { term: 1, lease: 2 }
 * const system = withExtensions(
 *   pessimisticLock({ clients: 2, lease, requests: 1, extensions: 1, network: unordered(), clock: {} }),
 * )
 * Object.keys(system.definition.ghosts ?? {}) // => ["revived"]
 * ```
 */
export const withExtensions = <
  L extends Processes,
  N extends AnyNetwork,
  C extends Clock | undefined,
  G extends Ghosts,
>(
  { definition }: Pick<System<L, N, C, undefined, G>, "definition">,
): System<L, N, C, undefined, G & { readonly revived: Ghost<Owned, typeof Schema.Boolean> }> => {
  const revived = ghost({
    of: lockServersOf({ definition }),
    schema: Schema.Boolean,
    initial: false,
    next: (ever, { before, event, reaction }: GhostStep<Owned>) =>
      ever ||
      (event._tag === "Message" && event.message._tag === "Extend" && reaction.state.owner !== before.owner),
  })
  return system({ ...definition, ghosts: { ...definition.ghosts as G, revived } })
}

/** What {@link withExtensions} remembers. */
export type ExtensionVariables = { readonly revived: RecordOf<string, typeof Schema.Boolean> }

/**
 * Extensions keep the owner: one that arrives when the lease has ended neither revives the lock nor takes it from another.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { pessimisticLock } from "touchstone/lock"
 * import { extensionsKeepTheOwner, withExtensions } from "touchstone/spec/lock"
 *
 * const lease = { term: 1, lease: 2 }
 * const system = withExtensions(
 *   pessimisticLock({ clients: 2, lease, requests: 1, extensions: 1, network: unordered(), clock: {} }),
 * )
 * extensionsKeepTheOwner(system).kind // => "always"
 * ```
 */
export const extensionsKeepTheOwner = (
  system: Pick<Language<ExtensionVariables>, "always"> & { readonly definition: { readonly processes: Processes } },
): Always => system.always({ server: lockServersOf(system) }, (s, { server }) => !s.revived[server])
