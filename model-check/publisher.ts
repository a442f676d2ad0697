/**
 * The thread that checks, as seen from within: it publishes what it finds, and ends when it is asked to.
 *
 * @module
 */
import { Console } from "effect"
import { parentPort, workerData } from "node:worker_threads"
import type { Asked } from "../src/model/errors.ts"
import type { CheckOptions } from "./check.ts"
import type { PropertyResult, Report } from "./engine/report.ts"
import type { Assignment, Publication } from "./publication.ts"
import { ExitStatus, statusOf } from "./report/exit-status.ts"
import { type Expressions, withShown } from "./report/expression.ts"
import { asJson } from "./report/json.ts"
import type { Outcome } from "./report/judgement.ts"
import { errorText, inWords } from "./report/outcome-text.ts"
import { type RenderedProperty, type Renderer, renderOutcome, renderProperty } from "./report/rendered.ts"

const assignment = workerData as Assignment | null

/** The configurations that need not be checked. */
export const skip = assignment?.skip ?? 0

/** Publishes something. */
export const publish = (publication: Publication): void => parentPort?.postMessage(publication)

/** Aborted when the supervisor wants this thread to end. */
export const stopping = ((): AbortSignal => {
  const controller = new AbortController()
  // That somebody may say so is no reason to stay.
  parentPort?.on("message", () => controller.abort()).unref()
  return controller.signal
})()

const print = (to: "stdout" | "stderr") => (...said: ReadonlyArray<unknown>): void =>
  publish({ _tag: "Print", to, text: `${said.join(" ")}\n` })

/** What is written comes in order with what the supervisor shows. */
export const console: Console.Console = Object.assign(
  Object.create(globalThis.console) as Console.Console,
  parentPort !== null && { log: print("stdout"), error: print("stderr") },
)

/** Notes, where the supervisor can see it, which of the model's functions is called: it may never return. */
const caller = (): (asked: Asked) => void => {
  const numbers = new Map<string, number>()
  return ({ kind, name }) => {
    const called = `${kind} ${name}`
    let number = numbers.get(called)
    if (number === undefined) {
      number = numbers.size + 1
      numbers.set(called, number)
      publish({ _tag: "Named", number, name: called })
    }
    if (assignment !== null) assignment.called[0] = number
  }
}

/** Publishes what a check finds. */
export class Publisher {
  readonly #renderer: Renderer<unknown, unknown>
  readonly #about: Omit<Outcome, "report" | "error">
  /** Rendered properties, by the trace that decides them. */
  readonly #rendered = new WeakMap<object, RenderedProperty<unknown, unknown>>()
  readonly #published = new WeakSet<object>()

  /** @param expressions - what is shown along traces. */
  constructor(about: Omit<Outcome, "report" | "error">, json: boolean, expressions: Expressions) {
    this.#about = about
    const renderer: Renderer<unknown, unknown> = json ? asJson : inWords
    this.#renderer = {
      ...renderer,
      trace: (model, trace) => renderer.trace(model, withShown(model, trace, expressions)),
    }
  }

  /** What a check has to call. */
  get options(): Pick<CheckOptions, "onProgress" | "onCall"> {
    return { onCall: caller(), onProgress: (_, report) => this.#found(report) }
  }

  /** The check begins; this is its report if nothing is ever heard of it again. */
  begun(report: Report): void {
    publish({ _tag: "Begun", outcome: this.#render({ ...this.#about, report }) })
  }

  /** The check is over. */
  checked(outcome: Outcome): void {
    const error = statusOf(outcome) === ExitStatus.notCarriedOut ? errorText(outcome) : undefined
    publish({ _tag: "Checked", outcome: this.#render(outcome), error })
  }

  #found(report: () => Report): void {
    const { properties, ...rest } = report()
    publish({ _tag: "Found", report: { ...rest, properties: properties.map((result) => this.#new(result)) } })
  }

  #render(outcome: Outcome) {
    return renderOutcome(outcome, this.#renderer, (result) => this.#property(result))
  }

  #property(result: PropertyResult): RenderedProperty<unknown, unknown> {
    const { trace } = result
    const rendered = trace && this.#rendered.get(trace) || renderProperty(result, this.#about.model, this.#renderer)
    if (trace !== undefined) this.#rendered.set(trace, rendered)
    return rendered
  }

  /** What is new of a result. */
  #new(result: PropertyResult): RenderedProperty<unknown, unknown> {
    const { trace, ...rest } = this.#property(result)
    if (result.trace === undefined || this.#published.has(result.trace)) return rest
    this.#published.add(result.trace)
    return { ...rest, ...(trace !== undefined && { trace }) }
  }
}
