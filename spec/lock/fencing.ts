/**
 * # Fencing tokens
 *
 * What must hold of fencing tokens, whoever gives them and whatever checks them. After Kleppmann, *How to do distributed locking* (2016),
 * section *Making the lock safe with fencing*.
 *
 * Both servers and resources observe a `token`: the last that was given, and the greatest that was seen.
 *
 * @module
 */
import type { Schema } from "effect"
import type { Language, Processes, Properties, RecordOf } from "../../src/index.ts"
import { lockServersOf, type OwnerVariables } from "./mutual-exclusion.ts"
import { resourcesOf } from "./resource.ts"

/** What is observed of tokens. */
export type TokenVariables = OwnerVariables & { readonly token: RecordOf<string, Schema.Int> }

/**
 * Fencing tokens increase.
 *
 * | property | meaning |
 * |---|---|
 * | `tokensIncrease` | whoever becomes the owner of the lock gets a greater token than all before |
 * | `tokensAreRemembered` | a resource never forgets a token that it has seen |
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { fencedLease } from "touchstone/lock"
 * import { fencingTokens } from "touchstone/spec/lock"
 *
 * const lease = { term: 1, lease: 2 }
 * const system = fencedLease({ clients: 2, lease, fencing: "all", requests: 1, network: unordered(), clock: {} })
 * Object.keys(fencingTokens(system)) // => ["tokensIncrease", "tokensAreRemembered"]
 * ```
 */
export const fencingTokens = (
  system: Pick<Language<TokenVariables>, "step"> & { readonly definition: { readonly processes: Processes } },
): Properties => ({
  tokensIncrease: system.step({ server: lockServersOf(system) }, (before, after, { server }) => {
    const [was, is] = [before.owner[server], after.owner[server]]
    return is === null || is === was || after.token[server]! > before.token[server]!
  }),
  tokensAreRemembered: system.step(
    { resource: resourcesOf(system) },
    (before, after, { resource }) => after.token[resource]! >= before.token[resource]!,
  ),
})
