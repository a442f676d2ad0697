/**
 * The supervisor: runs the command line in a worker thread, and shows what that publishes.
 *
 * A model's functions are its user's, and may never return; a thread that calls them can then do nothing else. So the
 * supervisor calls none of them: it can always answer a signal or see that the time is over. It asks the worker to end, and if
 * that does not, ends it, and reports what it published last. It loads little, so that it starts fast.
 *
 * @module
 */
import { createLogUpdate } from "log-update"
import { inspect, styleText } from "node:util"
import { Worker } from "node:worker_threads"
import { placeOf } from "../src/model/user-code.ts"
import type { Stopped } from "./engine/report.ts"
import type { Assignment, Publication } from "./publication.ts"
import { ExitStatus, statusOf } from "./report/exit-status.ts"
import { isAsExpected } from "./report/judgement.ts"
import type { RenderedOutcome, RenderedReport } from "./report/rendered.ts"
import { jsonPieces, type OutcomeAsJson, renderedResult } from "./report/result.ts"
import {
  type OutcomeInWords,
  type Paint,
  progressLine,
  renderedErrorText,
  renderedText,
  showPlace,
  summaryText,
} from "./report/text.ts"
import { untested } from "./report/untested.ts"
import type { WholeSuite } from "./selection.ts"

/** Milliseconds that a worker has to end by itself, once it should. */
const GRACE = 300

/** Node itself looks whether standard output takes colours, at NO_COLOR and at FORCE_COLOR. */
const paint: Paint = (style, text) => styleText(style, text)

/** What rewrites its last line on a terminal; nothing where standard error is none. */
const liveLine = () => {
  if (!process.stderr.isTTY) return undefined
  // A terminal that does not know its size says 0, and nothing fits into that.
  process.stderr.columns ||= 80
  process.stderr.rows ||= 24
  return createLogUpdate(process.stderr)
}

/** Milliseconds that loading what is to be checked may take beyond the time limit. */
const LOADING = 10_000

/** How a worker ended: as it should, or not, and why. */
type Ending =
  | { readonly _tag: "Ended"; readonly status: number }
  | { readonly _tag: "Stopped"; readonly why: Stopped; readonly said: string }

/** What is known of one run of the command line. */
class Supervisor {
  readonly #live = liveLine()
  readonly #outcomes: Array<RenderedOutcome<unknown, unknown>> = []
  readonly #names = new Map<number, string>()
  #called = new Int32Array(new SharedArrayBuffer(4))
  #json = false
  #maxSeconds = Infinity
  /** How many configurations were chosen, if that is known. */
  #count: number | undefined
  /** The configurations that are not checked, since they take long. */
  #leftOut: ReadonlyArray<string> = []
  /** The suites of which the rest is checked. */
  #whole: ReadonlyArray<WholeSuite> = []
  /** What is known of the configuration that is being checked. */
  #current: RenderedOutcome<unknown, unknown> | undefined
  #isInterrupted = false
  #isFinished = false
  #worker: Worker | undefined
  #end: (ending: Ending) => void = () => {}
  #timer: NodeJS.Timeout | undefined

  /** @returns the exit status. */
  async run(): Promise<number> {
    const interrupt = (): void => {
      // The second signal ends the process at once.
      if (this.#isInterrupted) process.exit(ExitStatus.notCarriedOut)
      this.#isInterrupted = true
      this.#worker?.postMessage("stop")
      this.#expire(GRACE, "interrupted", "it was interrupted before there was anything to check")
    }
    process.on("SIGINT", interrupt).on("SIGTERM", interrupt)
    let status = 0
    for (let goesOn = true; goesOn;) {
      const ending = await this.#work()
      clearTimeout(this.#timer)
      this.#live?.clear()
      goesOn = false
      if (ending._tag === "Ended") status = ending.status
      else if (this.#current === undefined) {
        status = ExitStatus.notCarriedOut
        process.stderr.write(`touchstone: ${ending.said}\n`)
      } else {
        this.#conclude(this.#current, ending)
        this.#isFinished = this.#outcomes.length === this.#count
        // Those that are left have done nothing wrong.
        goesOn = !this.#isFinished && ["max-seconds", "memory"].includes(ending.why) && !this.#isInterrupted
      }
    }
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt)
    if ((this.#isFinished || this.#isInterrupted) && !this.#json && this.#outcomes.length > 1) {
      process.stdout.write(`${summaryText(this.#outcomes)}\n`)
    }
    if (this.#leftOut.length > 0) {
      process.stderr.write(`left out, since they take long; --all checks them too: ${this.#leftOut.join(", ")}\n`)
    }
    const untested = this.#untested()
    for (const said of untested) process.stderr.write(`touchstone: ${said}\n`)
    if (untested.length > 0) status = Math.max(status, ExitStatus.notAsExpected)
    if (!this.#isInterrupted) return Math.max(status, ...this.#outcomes.map(statusOf))
    if (this.#count !== undefined) {
      process.stderr.write(`interrupted: ${this.#outcomes.length} of ${this.#count} configurations were begun\n`)
    }
    return ExitStatus.notCarriedOut
  }

  /** What whole suites leave out. Where a configuration does not hold, or was not explored to its end, nobody knows. */
  #untested(): ReadonlyArray<string> {
    return this.#whole.flatMap((suite) => {
      const holding = this.#outcomes.filter((outcome) =>
        outcome.suite === suite.name && outcome.expected.verdict === "holds"
      )
      const isKnown = this.#isFinished && holding.every((outcome) => isAsExpected(outcome))
      return isKnown ? untested(suite, holding.map(({ report }) => report)).map((said) => `${suite.name}: ${said}`) : []
    })
  }

  /** Runs a worker to its end. */
  async #work(): Promise<Ending> {
    this.#called = new Int32Array(new SharedArrayBuffer(4))
    this.#names.clear()
    this.#current = undefined
    const workerData: Assignment = { skip: this.#outcomes.length, called: this.#called }
    const program = import.meta.url.endsWith(".ts") ? "./program.ts" : "./program.js"
    const worker = new Worker(new URL(program, import.meta.url), { workerData, argv: process.argv.slice(2) })
    this.#worker = worker
    if (this.#isInterrupted) worker.postMessage("stop")
    const ending = await new Promise<Ending>((resolve) => {
      this.#end = resolve
      worker
        .on("message", (publication: Publication) => {
          if (this.#worker === worker) this.#receive(publication)
        })
        .on("error", (error) => resolve(stoppedBy(error)))
        .on("exit", () => {
          resolve({ _tag: "Stopped", why: "error", said: "the process was ended before everything was checked" })
        })
    })
    this.#worker = undefined
    // Not awaited: it takes as long as a call that JavaScript cannot break off.
    void worker.terminate()
    return ending
  }

  /** Ends the worker when so many milliseconds have passed. */
  #expire(milliseconds: number, why: Stopped, said: string): void {
    clearTimeout(this.#timer)
    // A timer of more takes them for none.
    if (milliseconds < 2 ** 31) {
      this.#timer = setTimeout(() => this.#end({ _tag: "Stopped", why, said }), milliseconds)
    }
  }

  /** Ends the worker if it has not ended by itself so many milliseconds after the time limit. */
  #limit(after: number, said: string): void {
    if (!this.#isInterrupted) this.#expire(1000 * this.#maxSeconds + after, "max-seconds", said)
  }

  #receive(publication: Publication): void {
    switch (publication._tag) {
      case "Print":
        this.#live?.clear()
        process[publication.to].write(publication.text)
        break
      case "Understood":
        this.#json = publication.json
        this.#maxSeconds = publication.maxSeconds
        this.#limit(LOADING, "the time limit was reached before there was anything to check")
        break
      case "Chosen":
        this.#count = publication.count
        this.#leftOut = publication.leftOut
        this.#whole = publication.whole
        break
      case "Begun":
        this.#current = publication.outcome
        this.#limit(GRACE, "")
        break
      case "Named":
        this.#names.set(publication.number, publication.name)
        break
      case "Found":
        this.#found(publication.report)
        break
      case "Checked":
        this.#live?.clear()
        this.#current = undefined
        this.#show(publication.outcome, publication.error)
        break
      case "Finished":
        this.#isFinished = true
        break
      case "Ended":
        this.#end(publication)
    }
  }

  #found({ properties, ...report }: RenderedReport<unknown, unknown>): void {
    const current = this.#current
    if (current === undefined) return
    const known = new Map(current.report.properties.map((property) => [property.name, property]))
    const found = properties.map((property) => ({ ...known.get(property.name), ...property }))
    this.#current = { ...current, report: { ...report, properties: found } }
    const name = `${current.suite}/${current.configuration}`
    this.#live?.(progressLine(name, report).slice(0, process.stderr.columns - 1))
  }

  /** Reports what is known of a check that did not come to its end. */
  #conclude(
    current: RenderedOutcome<unknown, unknown>,
    { said, why }: Extract<Ending, { readonly _tag: "Stopped" }>,
  ): void {
    if (why === "error") process.stderr.write(`touchstone: ${said}\n`)
    const outcome = { ...current, report: { ...current.report, stopped: why } }
    const called = this.#names.get(Atomics.load(this.#called, 0))
    const last = called === undefined || why === "error" ? "" : `\n  the function that was called last: ${called}`
    const text = `${renderedErrorText(outcome as OutcomeInWords)}${last}`
    this.#show(outcome, text)
  }

  #show(outcome: RenderedOutcome<unknown, unknown>, error: string | undefined): void {
    this.#outcomes.push(outcome)
    const pieces = this.#json
      ? jsonPieces(renderedResult(outcome as OutcomeAsJson))
      : [renderedText(outcome as OutcomeInWords, paint, this.#count === 1)]
    for (const chunk of chunks(pieces)) process.stdout.write(chunk)
    process.stdout.write("\n")
    if (error !== undefined) process.stderr.write(`${error}\n`)
  }
}

/** Characters that are written at once. */
const CHUNK = 2 ** 16

/** Small pieces together, since each write costs. */
function* chunks(pieces: Iterable<string>): Generator<string> {
  let chunk = ""
  for (const piece of pieces) {
    chunk += piece
    if (chunk.length < CHUNK) continue
    yield chunk
    chunk = ""
  }
  yield chunk
}

/**
 * What ended a worker: what nobody has caught, or that it needed more than JavaScript's own heap has. What comes from there is a copy
 * that may have lost its prototype.
 */
export const stoppedBy = (error: unknown): Ending => {
  if (error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY") {
    return { _tag: "Stopped", why: "memory", said: "the memory was used up before there was anything to check" }
  }
  const place = placeOf(error)
  const thrown = place === undefined ? "" : `\n  thrown in ${showPlace(place)}`
  const said = error instanceof Error ? error.message : inspect(error)
  return { _tag: "Stopped", why: "error", said: `something was thrown that nothing catches: ${said}${thrown}` }
}

/**
 * Runs the command line in a worker, and shows the result.
 *
 * @returns the exit status.
 */
export const supervise = (): Promise<number> => new Supervisor().run()
