/**
 * Guided walks: walks that go on from where earlier ones have come to something new.
 *
 * A walk by chance alone hardly ever finds what takes several rare steps in a row. So what each walk has seen for the first
 * time is remembered, as the numbers that lead there, and later walks start there: this is what coverage-guided fuzzers
 * (Zalewski, *american fuzzy lop*) and exploration in reinforcement learning (Ecoffet, Huizinga, Lehman, Stanley and Clune,
 * *First return, then explore*, Nature 590, 2021) have in common.
 *
 * What is new is a *place*: a state without the elements of sets and bags, such as messages on an unordered network. With these, nearly
 * every state would be new, and being new would mean nothing.
 *
 * @module
 */
import type { Asked } from "../../../src/model/errors.ts"
import type { Model } from "../../../src/model/model.ts"
import { Memory } from "../memory.ts"
import { type Segments, type Walk, Walker } from "./walk.ts"

/** A walk, and all the numbers of it: those given, and those of the earlier walk that it went on from. */
export interface GuidedWalk extends Walk {
  /** The numbers: `walks(model)(...segments)` is the same walk. */
  readonly segments: Segments
}

/** A place, and how to get there. */
interface Known {
  readonly place: number
  readonly segments: Segments
  /** How many steps of these segments lead there. */
  readonly steps: number
  /** How many walks have gone on from here. */
  picked: number
}

/** No more places are remembered than this. */
const MOST_KNOWN = 2 ** 16
/** One walk in so many starts at the beginning. */
const AFRESH = 8
/** Where a walk goes on from is, of so many places, the one that was picked least. */
const CONTENDERS = 6

/** The first steps of a walk. */
const cut = (segments: Segments, steps: number): Segments => {
  const taken: Array<ReadonlyArray<number>> = []
  let left = steps
  for (const segment of segments) {
    if (left === 0) break
    taken.push(segment.slice(0, left + 1))
    left -= Math.min(left, segment.length - 1)
  }
  return taken
}

/** A random number from 0 up to `below`, from one that is random already. */
export const draw = (from: number, round: number, below: number): number => {
  let mixed = Math.imul(from ^ Math.imul(round + 1, 0x9e3779b1), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) % below
}

/** Makes guided walks of a model, and remembers where they have come to something new. */
export class GuidedWalker {
  readonly #walkerOf: () => Walker
  #walker: Walker
  #memory = new Memory()
  #formerPeak = 0
  #formerCalls = 0
  readonly #known: Array<Known> = []
  /** Where among the known ones a place is. */
  readonly #positions = new Map<number, number>()

  /**
   * @param limit - the bytes that may be held.
   * @param onCall - called before each call of a function of the model.
   * @throws a ModelError.
   */
  constructor(model: Model<any>, limit = Infinity, onCall?: (asked: Asked) => void) {
    this.#walkerOf = () => {
      this.#memory = new Memory()
      const walker = new Walker(model, this.#memory, onCall)
      // As in any search, the initial states have room.
      this.#memory.limit = limit
      return walker
    }
    this.#walker = this.#walkerOf()
  }

  /** What has made the last walk. */
  get walker(): Walker {
    return this.#walker
  }

  /** The bytes that are held, and the most that were. */
  get memory(): { readonly held: number; readonly peak: number } {
    const { held, peak } = this.#memory
    return { held, peak: Math.max(peak, this.#formerPeak) }
  }

  /** Calls of the model's functions. */
  get userCalls(): number {
    return this.#formerCalls + this.#walker.userCalls
  }

  /** @throws a ModelError. */
  walk(choices: ReadonlyArray<number>): GuidedWalk {
    if (this.#walker.full) {
      this.#formerCalls = this.userCalls
      this.#formerPeak = this.memory.peak
      this.#walker = this.#walkerOf()
    }
    const [swarmSeed = 0, ...rest] = choices
    let before: Segments = []
    if (this.#known.length > 0 && draw(swarmSeed, CONTENDERS, AFRESH) > 0) {
      const from = this.#known[this.#pick(swarmSeed, (one, other) => one.picked < other.picked)] as Known
      from.picked++
      before = cut(from.segments, from.steps)
    }
    const steps = before.reduce((steps, segment) => steps + segment.length - 1, 0)
    const segments = [...before, [swarmSeed, ...rest.slice(steps)]]
    const places: Array<number> = []
    const walk = this.#walker.walk(segments, () => places.push(this.#walker.place))
    // Where a walk ends because it is long enough, none can go on.
    places.slice(0, rest.length - 1).forEach((place, index) =>
      this.#remember({ place, segments, steps: index + 1, picked: 0 })
    )
    return Object.assign(walk, { segments })
  }

  #pick(by: number, isBetter: (one: Known, other: Known) => boolean): number {
    const known = this.#known
    let best = draw(by, 0, known.length)
    for (let round = 1; round < CONTENDERS; round++) {
      const other = draw(by, round, known.length)
      if (isBetter(known[other] as Known, known[best] as Known)) best = other
    }
    return best
  }

  #remember(found: Known): void {
    const known = this.#known
    const position = this.#positions.get(found.place)
    if (position !== undefined) {
      const { picked, steps } = known[position] as Known
      if (found.steps < steps) known[position] = { ...found, picked }
      return
    }
    let free = known.length
    if (free === MOST_KNOWN) {
      free = this.#pick(found.place, (one, other) => one.picked > other.picked)
      this.#positions.delete((known[free] as Known).place)
    }
    known[free] = found
    this.#positions.set(found.place, free)
  }
}

/**
 * Walks of a model, each of which goes on from where an earlier one has come to something new.
 *
 * @param model - the model; it may be infinite.
 * @returns a function that makes a walk. It takes no more steps than `choices` has numbers after the first, those of the
 *   earlier walk included, so the last numbers may be of no use; give it as many as a walk should have steps. Where the walk
 *   goes depends on the walks that were made before, so it is by its `segments` that it can be made again. The function throws a
 *   ModelError when the model is at fault.
 * @throws a ModelError when the initial states are.
 *
 * @example
 * ```ts
 * import { TwoPhase } from "touchstone/spec/tla"
 * import { guidedWalks, walks } from "touchstone/model-check"
 *
 * const model = TwoPhase({ rms: 5 })
 * const walk = guidedWalks(model)
 * walk([17, 4, 42]).segments // => [[17, 4, 42]]
 * const { segments, length } = walk([5, 8, 13])
 * walks(model)(...segments).length === length // => true
 * ```
 */
export const guidedWalks = (model: Model<any>): (choices: ReadonlyArray<number>) => GuidedWalk => {
  const guided = new GuidedWalker(model)
  return (choices) => guided.walk(choices)
}
