/**
 * What an exploration finds out.
 *
 * @module
 */
import type { Property } from "../../src/model/property.ts"
import type { PlainState, Trace } from "../../src/model/trace.ts"

/**
 * - `holds`: the whole state space was explored and nothing speaks against it; or, of a single property that is `reachable`, a state
 *   was found;
 * - `violated`: there is a counterexample;
 * - `incomplete`: neither; a limit, an error or an interrupt ended the exploration, or it was a search by walks.
 */
export type Verdict = "holds" | "violated" | "incomplete"

/** The result for one property. */
export interface PropertyResult {
  readonly name: string
  readonly kind: Property["kind"]
  readonly verdict: Verdict
  /** The arguments for which it is violated (`always`, `step`) or was reached (`reachable`). */
  readonly parameters?: { readonly [name: string]: unknown }
  /** A counterexample (breadth-first or by iterative deepening, a shortest one); for `reachable`, a path to the state that was asked for. */
  readonly trace?: Trace
  /** In a search by walks: the numbers of a walk that follows the trace, `walks(model)(replay)`. */
  readonly replay?: ReadonlyArray<number>
}

/** How often an action was enabled, and how many states it was the first to reach. An action never enabled is suspect. */
export interface ActionCoverage {
  readonly name: string
  readonly enabled: number
  readonly fresh: number
}

/** Something that was never put to the test in the whole state space, so that what is said of it says nothing. */
export interface Vacuous {
  readonly kind: "property" | "action" | "milestone"
  readonly name: string
  readonly reason: string
}

/** Why an exploration ended before the whole state space was seen. */
export type Stopped =
  | "max-states"
  | "max-depth"
  | "max-seconds"
  | "max-walks"
  | "memory"
  | "interrupted"
  | "error"
  | "violation"

/** Where an exploration stands. */
export interface Progress {
  /** Distinct states found; 0 in a search by walks, which does not count them. */
  readonly distinct: number
  /** Initial states, plus one per enabled action instance of each expanded state, stuttering steps included; the steps of walks. */
  readonly generated: number
  /** Levels of the breadth-first search, the initial level being 1; else the states of the longest path followed. */
  readonly depth: number
  /** States found and not yet expanded. */
  readonly queue: number
  /** Walks made, where the search is one by walks. */
  readonly walks?: number
  /** Calls of the model's functions: actions, properties, mappings. */
  readonly userCalls: number
  /** Bytes that the exploration holds now. */
  readonly memoryBytes: number
  readonly seconds: number
}

/** The result of an exploration, complete or not. */
export interface Report extends Progress {
  readonly model: string
  readonly verdict: Verdict
  readonly properties: ReadonlyArray<PropertyResult>
  readonly coverage: ReadonlyArray<ActionCoverage>
  /** States in which actions are enabled, and none of them changes anything. */
  readonly stuttering: number
  /**
   * States outside of the model's constraint: counted and checked, and not explored further; absent where there is no constraint.
   * If there are any, the verdict is true within the constraint only.
   */
  readonly outside?: number
  /** What was never put to the test; given when the whole state space was explored, for only then it is known. */
  readonly vacuous?: ReadonlyArray<Vacuous>
  /** The milestones that were reached; given when the whole state space was explored. */
  readonly reached?: ReadonlyArray<string>
  /** The most bytes that the exploration held at any time. */
  readonly peakMemoryBytes: number
  /** An upper bound of the probability that a fingerprint collision hid a state; 0 in exact mode. */
  readonly collisionProbability: number
  /** Why it ended early; absent when the whole state space was explored. */
  readonly stopped?: Stopped
}

/** The state graph of a small model. */
export interface StateGraph {
  readonly states: ReadonlyArray<PlainState>
  /** The initial states, as indices. */
  readonly initial: ReadonlyArray<number>
  /** One edge per enabled action instance, stuttering steps included. */
  readonly edges: ReadonlyArray<{
    readonly from: number
    readonly to: number
    readonly action: string
    readonly parameters: { readonly [name: string]: unknown }
  }>
}
