/**
 * What the thread that checks publishes, and what it is given.
 *
 * @module
 */
import type { RenderedOutcome, RenderedReport } from "./report/rendered.ts"
import type { WholeSuite } from "./selection.ts"

/** What a worker is given. */
export interface Assignment {
  /** Configurations that need not be checked: a worker before this one has come to them. */
  readonly skip: number
  /** One number: which of the model's functions was called last, as {@link Publication | `Named`} numbers them; 0 for none. */
  readonly called: Int32Array
}

/** What a worker publishes, in this order. The outcomes are rendered in words, or as JSON if that was asked for. */
export type Publication =
  /** To be written. */
  | { readonly _tag: "Print"; readonly to: "stdout" | "stderr"; readonly text: string }
  /** The command line is understood. */
  | { readonly _tag: "Understood"; readonly json: boolean; readonly maxSeconds: number }
  /** So many configurations are to be checked; these are left out, since they take long; and of these suites nothing else is. */
  | {
    readonly _tag: "Chosen"
    readonly count: number
    readonly leftOut: ReadonlyArray<string>
    readonly whole: ReadonlyArray<WholeSuite>
  }
  | { readonly _tag: "Begun"; readonly outcome: RenderedOutcome<unknown, unknown> }
  /** A function of the model that is called for the first time. */
  | { readonly _tag: "Named"; readonly number: number; readonly name: string }
  /** What was found until now. Of a trace that was published before nothing is said. */
  | { readonly _tag: "Found"; readonly report: RenderedReport<unknown, unknown> }
  /** A check is over; the text is that of `errorText`, unless it was carried out. */
  | {
    readonly _tag: "Checked"
    readonly outcome: RenderedOutcome<unknown, unknown>
    readonly error: string | undefined
  }
  /** All that was chosen is checked. */
  | { readonly _tag: "Finished" }
  /** The worker has come to its end, with this exit status. */
  | { readonly _tag: "Ended"; readonly status: number }
