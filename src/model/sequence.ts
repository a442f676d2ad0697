/**
 * Sequences: updates that are made one after the other, where a later one must not lose an earlier one.
 *
 * An object has each key once: `{ [from]: 0, [to]: 1 }` writes one key only where `from` is `to`, and of
 * `{ ...add(x), ...add(y) }` the latter is left. Nobody can tell afterwards. A sequence keeps its updates apart.
 *
 * @module
 */
import type { Update } from "./variable.ts"

/** Where a sequence keeps its updates: no variable has this name. */
export const SEQUENCE: unique symbol = Symbol.for("touchstone/sequence")

/**
 * Updates of the variables `V`, to be made one after the other. Made by {@link Language.sequence}.
 *
 * @example
 * ```ts
 * import { check, names, record, variables } from "touchstone"
 * import { Effect, Schema } from "effect"
 *
 * const people = names("p", 2)
 * const { action, always, model, sequence } = variables({ balance: record(people, Schema.Int) })
 *
 * // Who sends money to himself has as much as before.
 * const bank = model({
 *   name: "bank",
 *   initial: { balance: () => 2 },
 *   actions: {
 *     transfer: action({ from: people, to: people }, (s, { from, to }) =>
 *       s.balance[from] > 0 &&
 *       sequence({ balance: { [from]: (n) => n - 1 } }, { balance: { [to]: (n) => n + 1 } })),
 *   },
 *   properties: { nothingLost: always((s) => s.balance.p1 + s.balance.p2 === 4) },
 * })
 * Effect.runSync(check(bank)).verdict // => "holds"
 * ```
 */
export interface Sequence<V> {
  readonly [SEQUENCE]: ReadonlyArray<Update<V> | Sequence<V>>
}

/** A sequence of these updates. It is frozen, which a copy of it, such as spreading makes, is not. */
export const sequenceOf = <V>(updates: Sequence<V>[typeof SEQUENCE]): Sequence<V> =>
  Object.freeze({ [SEQUENCE]: updates })

/** Whether a sequence was spread into another object: of two of them the former is lost, and so is what stands beside one. */
export const isSpread = (sequence: Sequence<unknown>): boolean =>
  !Object.isFrozen(sequence) || Reflect.ownKeys(sequence).length > 1

/** Whether what an action returned is a {@link Sequence}. */
export const isSequence = (update: unknown): update is Sequence<unknown> =>
  typeof update === "object" && update !== null && Object.hasOwn(update, SEQUENCE)

/** Where an {@link append} says what it appends: whoever knows where a list ends need not read the rest of it. */
export const APPENDED: unique symbol = Symbol.for("touchstone/appended")

/** The items that an update appends, where it is an {@link append}. */
export const appended = (update: unknown): ReadonlyArray<unknown> | undefined =>
  typeof update === "function" && APPENDED in update ? update[APPENDED] as ReadonlyArray<unknown> : undefined

/**
 * A change of an array, for an update: these items come behind the others.
 *
 * @example
 * ```ts
 * import { append } from "touchstone"
 *
 * append(3, 4)([1, 2]) // => [1, 2, 3, 4]
 * ```
 */
export const append = <const A extends ReadonlyArray<unknown>>(...items: A) =>
  Object.assign(<B>(array: ReadonlyArray<B>): ReadonlyArray<A[number] | B> => [...array, ...items], {
    [APPENDED]: items,
  })

/**
 * A change of an array, for an update: the first item is gone, if there is one.
 *
 * @example
 * ```ts
 * import { tail } from "touchstone"
 *
 * tail([1, 2, 3]) // => [2, 3]
 * ```
 */
export const tail = <A>(array: ReadonlyArray<A>): ReadonlyArray<A> => array.slice(1)

/**
 * The first item of an array, if there is one.
 *
 * @example
 * ```ts
 * import { head } from "touchstone"
 *
 * head([1, 2, 3]) // => 1
 * ```
 */
export const head = <A>(array: ReadonlyArray<A>): A | undefined => array[0]
