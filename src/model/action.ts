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
  readonly pattern: unknown
  /** The type of an element; there is no value. */
  readonly Type?: A
}

/** What a parameter ranges over: the values of an array, of a finite Schema, or the members of a set or a bag. */
export type Parameter = ReadonlyArray<unknown> | Schema.Top | Each<any>

/** The parameters of an action or a property, by name. */
export type Parameters = { readonly [name: string]: Parameter }

/** One argument per parameter. */
export type Arguments<P> =
  & {
    readonly [name in keyof P]: P[name] extends ReadonlyArray<infer A> ? A
      : P[name] extends Each<infer A> ? A
      : P[name] extends { readonly Type: infer A } ? A
      : never
  }
  & {}

/**
 * An action of a model with the variables `V`.
 *
 * `run` is pure and total: it returns what changes, or `false` when the action is not enabled. An action whose effect
 * changes nothing is enabled, and its step a *stutter*.
 */
export interface Action<V> {
  readonly parameters: Parameters
  /** What changes in a state, or `false`. */
  readonly run: (state: AnyState, args: any) => unknown
  /** The variables' types; there is no value. */
  readonly Variables?: V
}

/** The actions of a model, by name. */
export type Actions<V> = { readonly [name: string]: Action<V> }
