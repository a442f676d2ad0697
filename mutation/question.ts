/**
 * What is asked of a process that checks mutants, and what it answers.
 *
 * @module
 */
import type { Expected } from "../model-check/suite.ts"
import type { Observed } from "./kill.ts"

/** The file that is changed, and its text. */
export interface Change {
  readonly file: string
  readonly text: string
}

/** What is asked. */
export type Question =
  /** Which configurations a file of suites has. */
  | { readonly _tag: "List"; readonly suite: string }
  /** What a configuration gives, with or without a change. */
  | {
    readonly _tag: "Check"
    readonly change: Change | undefined
    readonly suite: string
    /** `suite/configuration`. */
    readonly configuration: string
    readonly maxStates: number
  }

/** What is answered. */
export type Answer =
  /** The process is there, or the search goes on. */
  | { readonly _tag: "Alive" }
  | {
    readonly _tag: "Listed"
    readonly configurations: ReadonlyArray<{ readonly name: string; readonly expected: Expected }>
  }
  | { readonly _tag: "Checked"; readonly observed: Observed }
