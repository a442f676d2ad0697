/**
 * Slices: an exploration is done in short ones, between which whoever runs it can look at the world.
 *
 * A slice may end wherever a user's function is about to be called, since that may take any time, and after each *unit* of
 * work: a state expanded, a step or a state checked. It ends by throwing {@link Paused}. The unit that was under way is taken
 * up again in the next slice, and must come to the same: what decision trees have learned is there, and of functions that are
 * asked directly the answers are kept until the unit is done.
 *
 * @module
 */

/** The slice is over. Only who began it catches this. */
export class Paused extends Error {}

/** The clock is looked at when units of so much work have been done. */
const LOOK_EVERY = 1 << 18

/** The slice of one exploration that is under way. */
export class Slice {
  /** The number of the unit of work; negative where there are no slices, and no unit is ever taken up again. */
  unit = -1
  #deadline = Infinity
  /** Calls of users' functions and units of work in this slice: there is one of either at least, so each slice gets on. */
  #done = 0
  #work = 0

  /** Whether it is the unit that is under way, possibly for the second time. */
  isCurrent(unit: number): boolean {
    return unit === this.unit && unit >= 0
  }

  /** Begins a slice that ends at this time, by `performance.now()`. */
  begin(deadline: number): void {
    this.#deadline = deadline
    this.#done = 0
    if (this.unit < 0) this.unit = 0
  }

  /** Something was found that should be known before another function is called. */
  cut(): void {
    this.#deadline = Math.min(this.#deadline, 0)
  }

  /** The slice is over, however it ended: what is asked now is asked by others. */
  end(): void {
    this.#deadline = Infinity
  }

  /**
   * A user's function is about to be called.
   *
   * @throws {@link Paused}
   */
  beforeCall(): void {
    if (this.#done++ > 0) this.#look()
  }

  /**
   * A unit is done, and so much work with it.
   *
   * @throws {@link Paused}; it is done nevertheless.
   */
  done(work: number): void {
    this.unit++
    this.#done++
    this.#work += work
    if (this.#work > LOOK_EVERY) {
      this.#work = 0
      this.#look()
    }
  }

  #look(): void {
    if (this.#deadline !== Infinity && performance.now() > this.#deadline) throw new Paused()
  }
}
