/**
 * Actions: named, parameterised, atomic steps. Guard and effect stand together in one pure function of the state.
 *
 * @module
 */
import type { Schema } from "effect"

/** A state whose variables are not known to the compiler. */
export type AnyState = any

/** A parameter that ranges over the elements of a set or a bag: the action can only be taken for a member. */
export interface Each<A> {
  readonly kind: "each"
  readonly variable: string
  /** Where the variable is a record or a struct, the keys that lead to the set or the bag in it. */
  readonly keys?: ReadonlyArray<string | number>
  readonly pattern: unknown
  /** The type of an element; there is no value. */
  readonly Type?: A
}

/** What a parameter ranges over: the values of an array, of a finite Schema, or the members of a set or a bag. */
export type Parameter = ReadonlyArray<unknown> | Schema.Top | Each<any>

/** Parameters by name, each of which has a domain of its own. */
export type Parameters = { readonly [name: string]: Parameter }

/** What a dependent parameter ranges over, given the arguments of those that have a domain of their own. */
export type Dependent = (others: AnyState) => Parameter

/** The parameters of an action or a property, by name. */
export type DependentParameters = { readonly [name: string]: Parameter | Dependent }

/** Whether `A` is known: of a list whose values are not, nothing is. */
type IsUnknown<A> = unknown extends A ? (0 extends 1 & A ? false : true) : false

/**
 * Parameters of which those with a domain of their own have the values `E`: a dependent parameter is a function of these.
 * A dependent one knows no other dependent one.
 */
export type ParametersOf<E> = {
  readonly [name in keyof E]:
    | ReadonlyArray<E[name]>
    | (Schema.Top & { readonly Type: E[name] })
    | Each<E[name]>
    | ((
      others: { readonly [other in keyof E as IsUnknown<E[other]> extends true ? never : other]: E[other] },
    ) => Parameter)
}

type ArgumentOf<P> = P extends ReadonlyArray<infer A> ? A
  : P extends Each<infer A> ? A
  : P extends { readonly Type: infer A } ? A
  : never

/** One argument per parameter. */
export type Arguments<P> =
  & {
    readonly [name in keyof P]: P[name] extends (others: any) => infer D ? ArgumentOf<D> : ArgumentOf<P[name]>
  }
  & {}

/**
 * An action of a model with the variables `V`.
 *
 * `run` is pure and total: it returns what changes, or `false` when the action is not enabled. An action whose effect
 * changes nothing is enabled, and its step a *stutter*.
 */
export interface Action<V> {
  readonly parameters: DependentParameters
  /** What changes in a state, or `false`. */
  readonly run: (state: AnyState, args: any) => unknown
  /** Whether something goes wrong when it is taken: that alone, or in the middle of a step that happens without it too. */
  readonly fault?: "alone" | "in a step"
  /** The variables' types; there is no value. */
  readonly Variables?: V
}

/** The actions of a model, by name. */
export type Actions<V> = { readonly [name: string]: Action<V> }

/**
 * An action by which something goes wrong. Of two shortest counterexamples, the one with fewer faults is shown.
 *
 * @param how - whether it is a fault `alone`, or goes wrong `in a step` that may be taken without it too. Of counterexamples with
 *   equally many faults, one whose faults are all `alone` is shown, if there is one.
 *
 * @example
 * ```ts
 * import { check, fault, variables } from "touchstone"
 * import { Effect, Schema } from "effect"
 *
 * const { action, always, model } = variables({ lamp: Schema.Literals(["on", "off", "broken"]) })
 * const lamp = model({
 *   name: "lamp",
 *   initial: { lamp: "on" },
 *   actions: {
 *     break: fault(action((s) => s.lamp === "on" && { lamp: "broken" })),
 *     switch: action((s) => s.lamp === "on" && { lamp: "off" }),
 *   },
 *   properties: { light: always((s) => s.lamp === "on") },
 * })
 *
 * const { properties } = Effect.runSync(check(lamp))
 * properties[0]?.trace?.steps[1]?.action // => "switch"
 * ```
 */
export const fault = <V>(action: Action<V>, how: Action<V>["fault"] & string = "alone"): Action<V> => ({
  ...action,
  fault: how,
})
