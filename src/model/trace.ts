/**
 * A finite behaviour of a model.
 *
 * @module
 */

/** A state as plain data: one entry per variable; a record is an object, a set an array of its members. */
export type PlainState = { readonly [variable: string]: unknown }

/** One state of a {@link Trace}, and the step that led to it. */
export interface TraceStep {
  /** The action taken, or `null` for the initial state. */
  readonly action: string | null
  /** The arguments of that action, by name. */
  readonly parameters: { readonly [name: string]: unknown }
  /** The state reached. */
  readonly state: PlainState
  /** The values that were asked to be shown of that state, by name; absent if none were. */
  readonly shown?: { readonly [name: string]: unknown }
}

/**
 * A finite behaviour: an initial state, then one entry per step. Its *length in steps* is `steps.length - 1`.
 */
export interface Trace {
  readonly steps: ReadonlyArray<TraceStep>
}
