/**
 * A search by walks: many guided walks, for state spaces that are too large to explore. It may find a violation, and never shows
 * that there is none.
 *
 * @module
 */
import { type Asked, InvalidDefinition } from "../../../src/model/errors.ts"
import type { Model } from "../../../src/model/model.ts"
import { shortened } from "../../../src/model/shorten.ts"
import { show } from "../../../src/model/show.ts"
import { LimitReached } from "../memory.ts"
import type { Progress, PropertyResult, Report, Stopped } from "../report.ts"
import { draw, GuidedWalker } from "./guided-walk.ts"
import type { Course, Walk } from "./walk.ts"

/** How to walk. */
export interface WalkOptions {
  /** How many walks. Default: 10,000. */
  readonly walks?: number
  /** The most steps of a walk. Default: 100. */
  readonly depth?: number
  /** Where the walks go is a function of the model and this number. Default: 0. */
  readonly seed?: number
  /** Makes only one walk, the one that these numbers stand for: see `replay` of {@link PropertyResult}. */
  readonly replay?: ReadonlyArray<number>
  /** The search ends when it has taken so many seconds. */
  readonly maxSeconds?: number
  /** The bytes that the search may hold. */
  readonly memory?: number
  /** Go on when a property is violated. */
  readonly keepGoing?: boolean
  /** Called before each call of a function of the model. */
  readonly onCall?: (asked: Asked) => void
}

const whole = (name: string, value: unknown, least: number): void => {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return
  throw new InvalidDefinition({ reason: `${name} is ${show(value)}; give a whole number from ${least}` })
}

const validate = ({ depth = 1, maxSeconds = 0, memory = 0, replay = [], seed = 0, walks = 1 }: WalkOptions): void => {
  whole("the number of walks", walks, 1)
  whole("the depth of walks", depth, 1)
  whole("the seed of walks", seed, Number.MIN_SAFE_INTEGER)
  for (const number of replay) whole("a number of the walk to replay", number, 0)
  for (const [name, value] of Object.entries({ maxSeconds, memory })) {
    if (typeof value !== "number" || !(value >= 0)) {
      throw new InvalidDefinition({ reason: `the limit ${name} is ${show(value)}; give a number from 0` })
    }
  }
}

/** A walk that decides a property is made shorter before it is reported. */
interface Shortening {
  readonly property: string
  readonly start: number
  readonly steps: Iterator<void, ReadonlyArray<number>>
}

/** One search of a model by walks. */
export class WalkSearch {
  readonly #model: Model<any>
  readonly #options: WalkOptions
  readonly #guided: GuidedWalker
  readonly #results = new Map<string, PropertyResult>()
  #shortenings: ReadonlyArray<Shortening> = []
  #made = 0
  #steps = 0
  #longest = 0
  #seconds = 0
  #over = false
  #stopped: Stopped | undefined

  /** @throws a ModelError. */
  constructor(model: Model<any>, options: WalkOptions = {}) {
    validate(options)
    this.#model = model
    this.#options = options
    this.#guided = new GuidedWalker(model, options.memory, options.onCall)
  }

  /**
   * Walks until the search is over, or until `milliseconds` have passed and the walk that is under way is made.
   *
   * @returns whether it is over.
   * @throws a ModelError; the report until then is kept.
   */
  run(milliseconds: number): boolean {
    const began = performance.now()
    const { maxSeconds = Infinity } = this.#options
    const most = Math.min(milliseconds, 1000 * (maxSeconds - this.#seconds))
    try {
      do {
        if (this.#shortenings.length > 0) this.#shorten()
        else if (this.#isDone()) this.stop(this.#isDecided() ? "violation" : "max-walks")
        else this.#walk()
      } while (!this.#over && performance.now() - began < most)
    } catch (error) {
      if (!(error instanceof LimitReached)) {
        this.stop("error")
        throw error
      }
      this.stop("memory")
    } finally {
      this.#seconds += (performance.now() - began) / 1000
    }
    if (!this.#over && this.#seconds >= maxSeconds) this.stop("max-seconds")
    return this.#over
  }

  /** Ends the search where it stands. */
  stop(why: Stopped): void {
    this.#stopped ??= why
    this.#over = true
  }

  /** Where the search stands. */
  progress(): Progress {
    return {
      // Walks do not know where others have been.
      distinct: 0,
      generated: this.#steps,
      depth: this.#longest + 1,
      queue: 0,
      walks: this.#made,
      userCalls: this.#guided.userCalls,
      memoryBytes: this.#guided.memory.held,
      seconds: this.#seconds,
    }
  }

  /** What has been found so far. */
  report(): Report {
    const properties = Object.entries(this.#model.properties).map(([name, { kind }]): PropertyResult =>
      this.#results.get(name) ?? { name, kind, verdict: "incomplete" }
    )
    return {
      model: this.#model.name,
      verdict: properties.some(({ verdict }) => verdict === "violated") ? "violated" : "incomplete",
      properties,
      coverage: [],
      stuttering: 0,
      ...this.progress(),
      peakMemoryBytes: this.#guided.memory.peak,
      collisionProbability: 0,
      ...(this.#stopped !== undefined && { stopped: this.#stopped }),
    }
  }

  #isDecided(): boolean {
    return Array.from(this.#results.values()).some(({ verdict }) => verdict === "violated")
  }

  #isDone(): boolean {
    const { keepGoing = false, replay, walks = 10_000 } = this.#options
    return this.#made >= (replay === undefined ? walks : 1) || (!keepGoing && this.#isDecided())
  }

  #walk(): void {
    const { depth = 100, replay, seed = 0 } = this.#options
    const from = draw(seed, this.#made, 2 ** 32)
    const walk = replay === undefined
      ? this.#guided.walk(Array.from({ length: depth + 1 }, (_, step) => draw(from, step, 2 ** 32)))
      : this.#guided.walker.walk([replay])
    this.#made++
    this.#steps += walk.length
    this.#longest = Math.max(this.#longest, walk.length)
    const { start, taken } = this.#guided.walker.went
    const decided = [...walk.reached, ...(walk.violation === undefined ? [] : [walk.violation.property])]
    this.#shortenings = decided.filter((property) => !this.#results.has(property)).map((property) => {
      const needed = (part: ReadonlyArray<number>): ReadonlyArray<number> | undefined => {
        const again = this.#guided.walker.follow({ start, taken: part })
        return decides(again, property) ? this.#guided.walker.went.taken : undefined
      }
      return { property, start, steps: shortened(taken, needed) }
    })
  }

  /** A trial more of the first walk that is made shorter. */
  #shorten(): void {
    const [{ property, start, steps }, ...others] = this.#shortenings as [Shortening, ...ReadonlyArray<Shortening>]
    const trial = steps.next()
    if (trial.done !== true) return
    this.#tell(property, { start, taken: trial.value })
    this.#shortenings = others
  }

  #tell(property: string, course: Course): void {
    const { walker } = this.#guided
    const { trace, violation } = walker.follow(course)
    const { kind } = this.#model.properties[property] as { readonly kind: PropertyResult["kind"] }
    const isReachable = kind === "reachable"
    if (!isReachable && violation?.property !== property) {
      throw new Error(`a walk cannot be gone again, which is a mistake of Touchstone: ${property}`)
    }
    this.#results.set(property, {
      name: property,
      kind,
      verdict: isReachable ? "holds" : "violated",
      parameters: isReachable ? walker.reachedFor(property) : violation?.parameters ?? {},
      trace,
      // Where nothing is enabled is seen when a number asks for one step more.
      replay: [...walker.numbers(course), ...(kind === "deadlockFree" ? [0] : [])],
    })
  }
}

/** Whether a walk decides a property: it violates it, or reaches what was to be reached. */
const decides = ({ reached, violation }: Walk, property: string): boolean =>
  violation?.property === property || reached.has(property)
