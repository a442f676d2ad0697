/**
 * Variables: the named parts of a state, and the types of states and updates that follow from them.
 *
 * A variable's domain is a Schema or an array of all its values, or a {@link RecordOf | record}, {@link StructOf | struct},
 * {@link SetOf | set}, {@link BagOf | bag} or {@link ListOf | list} of such. All of these are split into one small variable per key,
 * field, element or place, so that an action touches little of the state.
 *
 * @module
 */
import type { Schema } from "effect"
import { InvalidDefinition } from "./errors.ts"
import { show } from "./show.ts"

/** A total function from a finite set of keys. One small variable per key. */
export interface RecordOf<K extends string | number, D> {
  readonly kind: "record"
  readonly keys: ReadonlyArray<K>
  readonly of: D
}

/** A record with a domain for each field. One small variable per field. */
export interface StructOf<F> {
  readonly kind: "struct"
  readonly fields: F
}

/** A set whose elements may come and go: one bit per element, given out when the element is first seen. */
export interface SetOf<A> {
  readonly kind: "set"
  /** The Schema of an element, or all elements there can be. */
  readonly elements: Schema.Schema<A> | ReadonlyArray<A>
}

/** A bag (multiset): one count per element, given out when the element is first seen. */
export interface BagOf<A> {
  readonly kind: "bag"
  /** The Schema of an element, or all elements there can be. */
  readonly elements: Schema.Schema<A> | ReadonlyArray<A>
}

/** No list has more places than this, each of which is a small variable. */
const MOST_ITEMS = 65_536

/** A list of at most so many items: one small variable for its length, and one per place. */
export interface ListOf<A> {
  readonly kind: "list"
  /** The Schema of an item, or all items there can be. */
  readonly items: Schema.Schema<A> | ReadonlyArray<A>
  readonly most: number
}

/**
 * The domain of a variable. A Schema that is not finite is fine: its values are interned as they appear. An array
 * holds all values there are, each plain data.
 */
export type Variable =
  | Schema.Top
  | ReadonlyArray<unknown>
  | RecordOf<any, any>
  | StructOf<any>
  | SetOf<any>
  | BagOf<any>
  | ListOf<any>

/** A value of a domain that is written as a whole: one of a list, or what a Schema describes. */
type Single<D> = D extends ReadonlyArray<infer A> ? A
  : D extends { readonly Type: infer T } ? T
  : never

/** The variables of a model, by name. */
export type Variables = { readonly [name: string]: Variable }

/** A part of an element that a search of a set asks for: its tag, and any of its fields. */
export type Pattern<A> = A extends { readonly _tag: infer Tag } ? { readonly _tag: Tag } & Partial<Omit<A, "_tag">>
  : A extends object ? Partial<A>
  : A

/** The members of a union that have the tag of a pattern. */
export type Matching<A, P> = P extends { readonly _tag: infer Tag } ? Extract<A, { readonly _tag: Tag }> : A

/** The fields of a pattern that no element has which it could match, each with `never`; nothing if there are none. */
export type Unmatched<A, P> = P extends object ? { readonly [k in Exclude<keyof P, KeyOf<Matching<A, P>>>]: never } : {}

type KeyOf<A> = A extends unknown ? keyof A : never

/**
 * A set as actions and properties see it. Elements are compared by structure.
 *
 * Ask for no more than you need: `has` depends on one element, `where` and `some` on the elements that match, iteration
 * and `size` on all of them.
 */
export interface FiniteSet<A> extends Iterable<A> {
  /** Whether `element` is a member. */
  has(element: A): boolean
  /** The members that agree with `pattern` in every field that it names. */
  where<const P extends Pattern<A>>(pattern: P & Unmatched<A, P>): ReadonlyArray<Matching<A, P>>
  /** Whether any member agrees with `pattern`. */
  some<const P extends Pattern<A>>(pattern: P & Unmatched<A, P>): boolean
  /** How many copies of `element` there are: in a set, none or one. */
  count(element: A): number
  /** The number of members, or of their copies. */
  readonly size: number
}

/** A bag as actions and properties see it: a set whose members have a number of copies, each of which `size` counts. */
export interface FiniteBag<A> extends FiniteSet<A> {}

/** What a variable reads as. */
export type Value<D> = D extends RecordOf<infer K, infer E> ? { readonly [k in K]: Value<E> }
  : D extends StructOf<infer F> ? { readonly [k in keyof F]: Value<F[k]> }
  : D extends SetOf<infer A> ? FiniteSet<A>
  : D extends BagOf<infer A> ? FiniteBag<A>
  : D extends ListOf<infer A> ? ReadonlyArray<A>
  : Single<D>

/** A state, as actions and properties see it. */
export type State<V> = { readonly [name in keyof V]: Value<V[name]> } & {}

/** The sets and bags among `V`, and what their elements are. */
export type Sets<V> = {
  readonly [name in keyof V as V[name] extends SetOf<any> | BagOf<any> ? name : never]: V[name] extends
    SetOf<infer A> | BagOf<infer A> ? A : never
}

/** The names and keys that lead to a set or a bag below `D`. */
export type PathToSet<D> = D extends SetOf<any> | BagOf<any> ? readonly []
  : D extends RecordOf<infer K, infer E> ? readonly [K, ...PathToSet<E>]
  : D extends StructOf<infer F> ? { readonly [k in keyof F]: readonly [k, ...PathToSet<F[k]>] }[keyof F]
  : never

/** What the elements of the set or the bag at the end of a path are. */
export type ElementAt<D, P> = P extends readonly [infer K, ...infer Rest] ?
  D extends RecordOf<any, infer E> ? ElementAt<E, Rest>
  : D extends StructOf<infer F> ? K extends keyof F ? ElementAt<F[K], Rest> : never
  : never
  : D extends SetOf<infer A> | BagOf<infer A> ? A
  : never

/** What the elements of a set or a bag are: of the variable `N`, or of what is at the end of the path `N`. */
export type ElementOf<V, N> = N extends ReadonlyArray<unknown> ? ElementAt<StructOf<V>, N>
  : N extends keyof Sets<V> ? Sets<V>[N]
  : never

/**
 * A change of a set or a bag. What is removed is removed first, so whoever is in both lists of a set is a member
 * afterwards. Each mention of an element adds or removes one copy of a bag; of what is not there nothing is removed.
 */
export interface SetUpdate<A> {
  readonly add?: ReadonlyArray<A>
  readonly remove?: ReadonlyArray<A>
}

/** What is written to a value, a set or a bag, or a function that makes it of what is there. */
export type Written<A, W> = W | ((current: A) => W)

/**
 * What an action may return for a variable: only what changes. A set or a bag takes a {@link SetUpdate}, or all its
 * members; and it, or a value, a function of what is there, which in a sequence sees what the updates before have written.
 */
export type UpdateOf<D> = D extends RecordOf<infer K, infer E>
  ? { readonly [k in K as Own<k>]?: UpdateOf<E> } | { readonly [computed: string]: UpdateOf<E> }
  : D extends StructOf<infer F> ? { readonly [k in keyof F as Own<k>]?: UpdateOf<F[k]> }
  : D extends SetOf<infer A> | BagOf<infer A> ? Written<FiniteSet<A>, SetUpdate<A> | Iterable<A>>
  : D extends ListOf<infer A> ? Written<ReadonlyArray<A>, ReadonlyArray<A>>
  : Written<Single<D>, Single<D>>

/** What an action may return: the variables that change. */
export type Update<V> = { readonly [name in keyof V as Own<name>]?: UpdateOf<V[name]> } & {}

/** A name that an object has only where it was given: to TypeScript, `{}` has a `valueOf`. Of the others, {@link Exact} knows. */
type Own<name> = Exclude<name, keyof typeof Object.prototype>

/** The key of `V` that is written `k` in an update: a number may be written as a string, a computed key is any. */
type KeyWritten<V, k> = string extends k ? keyof V
  : number extends k ? keyof V
  : { readonly [name in keyof V]: k extends name | `${name & (string | number)}` ? name : never }[keyof V]

type ExactOf<D, R> = D extends RecordOf<infer K, infer E> ? Exact<{ readonly [k in K]: E }, R>
  : D extends StructOf<infer F> ? Exact<F, R>
  : D extends SetOf<infer A> | BagOf<infer A> ?
    R extends (...args: any) => infer W ? (current: FiniteSet<A>) => ExactSetUpdate<A, W>
    : ExactSetUpdate<A, R>
  : D extends ListOf<infer A> ?
    R extends (...args: any) => unknown ? (current: ReadonlyArray<A>) => ReadonlyArray<A> : ReadonlyArray<A>
  : R extends (...args: any) => unknown ? (current: Single<D>) => Single<D>
  : Single<D>

type ExactSetUpdate<A, R> = R extends Iterable<unknown> ? Iterable<A>
  : object & { readonly [k in keyof R]: k extends keyof SetUpdate<A> ? ReadonlyArray<A> : never }

/** `R`, with `never` wherever it names a variable, a key or a field that `V` does not have: a typo is a compile error. */
export type Exact<V, R> =
  & object
  & { readonly [k in keyof R]: [KeyWritten<V, k>] extends [never] ? never : ExactOf<V[KeyWritten<V, k>], R[k]> }

/** What a variable starts as. A record takes an object or a function of the key, a set or a bag an iterable. */
export type InitialOf<D> = D extends RecordOf<infer K, infer E>
  ? ((key: K) => InitialOf<E>) | { readonly [k in K]: InitialOf<E> }
  : D extends StructOf<infer F> ? { readonly [k in keyof F]: InitialOf<F[k]> }
  : D extends SetOf<infer A> | BagOf<infer A> ? Iterable<A>
  : D extends ListOf<infer A> ? ReadonlyArray<A>
  : Single<D>

/** An initial state: every variable. */
export type Initial<V> = { readonly [name in keyof V]: InitialOf<V[name]> } & {}

/**
 * A variable that has one value per key.
 *
 * @throws {@link InvalidDefinition} when a key is given twice, or none is given.
 *
 * @example
 * ```ts
 * import { names, record } from "touchstone"
 * import { Schema } from "effect"
 *
 * const rmState = record(names("rm", 3), Schema.Literals(["working", "prepared"]))
 * rmState.keys // => ["rm1", "rm2", "rm3"]
 * ```
 */
export const record = <const K extends string | number, const D extends Variable>(
  keys: ReadonlyArray<K>,
  of: D,
): RecordOf<K, D> => {
  const seen = new Set<string>()
  const odd: unknown = keys.find((key) => typeof key !== "string" && typeof key !== "number")
  if (odd !== undefined) {
    throw new InvalidDefinition({ reason: `the key ${show(odd)} of a record is neither a string nor a number` })
  }
  const duplicate = keys.find((key) => seen.size === seen.add(String(key)).size)
  if (duplicate !== undefined) {
    throw new InvalidDefinition({ reason: `the key ${duplicate} of a record is given twice` })
  }
  if (keys.length === 0) throw new InvalidDefinition({ reason: "a record has no keys; give at least one" })
  return { kind: "record", keys, of }
}

/**
 * A variable with named fields, each with a domain of its own.
 *
 * @throws {@link InvalidDefinition} when there are no fields.
 *
 * @example
 * ```ts
 * import { struct } from "touchstone"
 * import { Schema } from "effect"
 *
 * const vote = struct({ ballot: Schema.Int, value: Schema.String })
 * Object.keys(vote.fields) // => ["ballot", "value"]
 * ```
 */
export const struct = <const F extends Variables>(fields: F): StructOf<F> => {
  if (Object.keys(fields).length === 0) {
    throw new InvalidDefinition({ reason: "a struct has no fields; give at least one" })
  }
  return { kind: "struct", fields }
}

/**
 * A list variable: a sequence of at most `most` items. Whoever reads one item of it, or its length, depends on that alone; and
 * `append` reads nothing but the length. A longer list is a ValueOutsideDomain that names the action.
 *
 * @param items - the Schema of an item, or an array of all items there can be.
 * @param most - the greatest length.
 * @throws {@link InvalidDefinition} when that is no whole number from 1 to 65,536.
 *
 * @function
 *
 * @example
 * ```ts
 * import { append, check, list, tail, variables } from "touchstone"
 * import { Effect } from "effect"
 *
 * const { action, always, model } = variables({ queue: list(["a", "b"], 3), served: ["none", "a", "b"] })
 * const desk = model({
 *   name: "desk",
 *   initial: { queue: [], served: "none" },
 *   actions: {
 *     arrive: action({ who: ["a", "b"] }, (s, { who }) => s.queue.length < 3 && { queue: append(who) }),
 *     serve: action((s) => s.queue.length > 0 && { queue: tail, served: s.queue[0] }),
 *   },
 *   properties: { short: always((s) => s.queue.length <= 3) },
 * })
 * Effect.runSync(check(desk)).distinct // => 45
 * ```
 */
export const list: {
  <S extends Schema.Top>(items: S, most: number): ListOf<S["Type"]>
  <const A>(items: ReadonlyArray<A>, most: number): ListOf<A>
} = (items: Schema.Top | ReadonlyArray<unknown>, most: number): ListOf<any> => {
  if (Number.isSafeInteger(most) && most > 0 && most <= MOST_ITEMS) {
    return { kind: "list", items: items as ReadonlyArray<any>, most }
  }
  const reason = `the greatest length of a list is ${show(most)}; give a whole number from 1 to ${MOST_ITEMS}`
  throw new InvalidDefinition({ reason })
}

/**
 * A set variable, or a growing set of messages: the elements need not be known beforehand.
 *
 * @param elements - the Schema of an element (a tagged union for messages), or an array of all possible elements.
 *
 * @function
 *
 * @example
 * ```ts
 * import { names, set } from "touchstone"
 *
 * const prepared = set(names("rm", 3))
 * prepared.kind // => "set"
 * ```
 */
export const set: {
  <S extends Schema.Top>(elements: S): SetOf<S["Type"]>
  <const A>(elements: ReadonlyArray<A>): SetOf<A>
} = (elements: Schema.Top | ReadonlyArray<unknown>): SetOf<any> => ({
  kind: "set",
  elements: elements as SetOf<any>["elements"],
})

/**
 * A bag variable: a set that knows how many copies of an element it has, like the messages on their way in a network that
 * delivers each once.
 *
 * @param elements - the Schema of an element (a tagged union for messages), or an array of all possible elements.
 *
 * @example
 * ```ts
 * import { bag } from "touchstone"
 *
 * const coins = bag([1, 2, 5])
 * coins.kind // => "bag"
 * ```
 */
export const bag: {
  <S extends Schema.Top>(elements: S): BagOf<S["Type"]>
  <const A>(elements: ReadonlyArray<A>): BagOf<A>
} = (elements: Schema.Top | ReadonlyArray<unknown>): BagOf<any> => ({
  kind: "bag",
  elements: elements as BagOf<any>["elements"],
})

/**
 * The update of a set or a bag that gains elements.
 *
 * @example
 * ```ts
 * import { add } from "touchstone"
 *
 * add("rm1") // => { add: ["rm1"] }
 * ```
 */
export const add = <const A extends ReadonlyArray<unknown>>(
  ...elements: A
): { readonly add: ReadonlyArray<A[number]> } => ({ add: elements })

/**
 * The update of a set or a bag that loses elements. `{ ...add(x), ...remove(y) }` does both; of two additions that are spread
 * so, JavaScript keeps the latter: write `add(x, y)`, or a {@link Sequence}.
 *
 * @example
 * ```ts
 * import { remove } from "touchstone"
 *
 * remove("rm1") // => { remove: ["rm1"] }
 * ```
 */
export const remove = <const A extends ReadonlyArray<unknown>>(
  ...elements: A
): { readonly remove: ReadonlyArray<A[number]> } => ({ remove: elements })
