/**
 * Properties: what must hold of a model.
 *
 * | kind | holds exactly if |
 * |---|---|
 * | `always` | the predicate is true in every reachable state, for all arguments |
 * | `step` | the predicate is true of every step from a reachable state that changes something, for all arguments |
 * | `reachable` | the predicate is true in some reachable state, for some arguments |
 * | `deadlockFree` | in every reachable state some step changes something, or the state may be final |
 * | `refines` | the mapping takes initial states to initial states, and every step to a step or to a stutter |
 *
 * @module
 */
import type { AnyState, DependentParameters } from "./action.ts"
import type { Model } from "./model.ts"

/** An invariant. */
export interface Always {
  readonly kind: "always"
  readonly parameters: DependentParameters
  /** Whether a state is as it should be, for these arguments. */
  readonly holds: (state: AnyState, args: any) => boolean
}

/** A predicate on pairs of states. */
export interface Step {
  readonly kind: "step"
  readonly parameters: DependentParameters
  /** Whether a step from one state to the other is as it should be, for these arguments. */
  readonly holds: (before: AnyState, after: AnyState, args: any) => boolean
}

/** A state that must be reachable. */
export interface Reachable {
  readonly kind: "reachable"
  readonly parameters: DependentParameters
  /** Whether a state is one that was asked for, with these arguments. */
  readonly holds: (state: AnyState, args: any) => boolean
}

/** What `deadlockFree` says of a state in which only steps that change nothing can be taken: that it is stuck, or that it is allowed. */
export type Stutters = "stuck" | "allowed"

/** No reachable state in which nothing can change any more, apart from those that may be final. */
export interface DeadlockFree {
  readonly kind: "deadlockFree"
  readonly stutters: Stutters
  /** Whether a state may be the last of a behaviour. */
  readonly mayEnd: (state: AnyState) => boolean
}

/** Every behaviour of the model is, seen through the mapping, one of a more abstract model. */
export interface Refines {
  readonly kind: "refines"
  readonly abstract: Model<any>
  /** One function per variable of the abstract model. */
  readonly mapping: {
    /** The value of the abstract variable in a state of the model. */
    readonly [variable: string]: (state: AnyState) => unknown
  }
}

/** Where the function of an {@link implies} keeps its left side, so that a check can tell whether that was ever true. */
export const PREMISE: unique symbol = Symbol.for("touchstone/premise")

/**
 * An implication, for properties: where the left side is true, the right one must be. Of a state (or a step, and arguments) in
 * which the left side is false it says nothing, so a report warns if it was never true.
 *
 * @typeParam F - the function of a property.
 *
 * @example
 * ```ts
 * import { implies, variables } from "touchstone"
 * import { Schema } from "effect"
 *
 * const { always } = variables({ on: Schema.Boolean, level: Schema.Literals([0, 1, 2]) })
 * const bright = always(implies((s) => s.on, (s) => s.level > 0))
 * bright.holds({ on: true, level: 0 }, {}) // => false
 * bright.holds({ on: false, level: 0 }, {}) // => true
 * ```
 */
export const implies = <F extends (...asked: any) => boolean>(left: NoInfer<F>, right: NoInfer<F>): F => {
  const holds = (...asked: ReadonlyArray<unknown>): boolean => {
    // What is no boolean is given as it is, for whoever asks refuses it.
    const premise: unknown = left(...asked)
    return premise === false || (premise === true ? right(...asked) : premise as boolean)
  }
  return Object.assign(holds, { [PREMISE]: left }) as Function as F
}

/** Any property. */
export type Property = Always | Step | Reachable | DeadlockFree | Refines

/** The properties of a model, by name. */
export type Properties = { readonly [name: string]: Property }
