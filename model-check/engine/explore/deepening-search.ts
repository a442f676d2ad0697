/**
 * Iterative deepening: depth-first searches, each to one level more than the one before. Korf, *Depth-First Iterative-Deepening: An
 * Optimal Admissible Tree Search* (Artificial Intelligence 27, 1985).
 *
 * A counterexample is a shortest one, as breadth-first, and what waits to be expanded is one path and the branches off it, as
 * depth-first. The states that were visited are kept all the same, so that none is expanded twice in one search.
 *
 * @module
 */
import type { Model } from "../../../src/model/model.ts"
import type { Progress, PropertyResult, Report, Stopped } from "../report.ts"
import { Search, type SearchOptions } from "./search.ts"

/** How to search: in depth-first order. */
export type DeepeningOptions = Omit<SearchOptions, "search">

/** Depth-first searches of one model, one after the other. */
export class DeepeningSearch {
  readonly #model: Model<any>
  readonly #options: DeepeningOptions
  #bound = 1
  #search: Search
  /** What was decided by a search to a smaller depth: by a trace that is a shortest one. */
  readonly #decided = new Map<string, PropertyResult>()
  #former = { seconds: 0, userCalls: 0, peakMemoryBytes: 0 }

  /** @throws a ModelError. */
  constructor(model: Model<any>, options: DeepeningOptions = {}) {
    this.#model = model
    this.#options = options
    this.#search = this.#deeper()
  }

  /**
   * Explores until all is explored or a limit is reached, or until `milliseconds` have passed and the call of a user's function that
   * is under way has returned.
   *
   * @returns whether it is over.
   * @throws a ModelError; the report until then is kept.
   */
  run(milliseconds: number): boolean {
    const until = performance.now() + milliseconds
    while (this.#search.run(until - performance.now())) {
      const { stopped, verdict } = this.#search.report()
      const { keepGoing = false, maxDepth = Infinity } = this.#options
      if (stopped !== "max-depth" || this.#bound >= maxDepth || (verdict === "violated" && !keepGoing)) return true
      this.#keep()
      this.#bound++
      this.#search = this.#deeper()
      if (performance.now() >= until) return false
    }
    return false
  }

  /** Ends the search where it stands. */
  stop(why: Stopped): void {
    this.#search.stop(why)
  }

  /** Where the search stands. */
  progress(): Progress {
    const progress = this.#search.progress()
    return {
      ...progress,
      seconds: this.#former.seconds + progress.seconds,
      userCalls: this.#former.userCalls + progress.userCalls,
    }
  }

  /** What has been found so far. */
  report(): Report {
    const report = this.#search.report()
    const properties = report.properties.map((property) => this.#decided.get(property.name) ?? property)
    return {
      ...report,
      ...this.progress(),
      properties,
      verdict: properties.some(({ verdict }) => verdict === "violated") ? "violated" : report.verdict,
      peakMemoryBytes: Math.max(this.#former.peakMemoryBytes, report.peakMemoryBytes),
    }
  }

  #deeper(): Search {
    const { maxSeconds = Infinity, ...options } = this.#options
    return new Search(this.#model, {
      ...options,
      search: "dfs",
      maxDepth: this.#bound,
      maxSeconds: Math.max(0, maxSeconds - this.#former.seconds),
    })
  }

  #keep(): void {
    const { peakMemoryBytes, properties, seconds, userCalls } = this.report()
    this.#former = { peakMemoryBytes, seconds, userCalls }
    for (const property of properties) {
      if (property.trace !== undefined) this.#decided.set(property.name, property)
    }
  }
}
