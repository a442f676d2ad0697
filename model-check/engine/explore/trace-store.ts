/**
 * How every state was reached: its parent and the action instance, 8 bytes per state.
 *
 * @module
 */
import type { Memory } from "../memory.ts"

const LOG2 = 18
const CHUNK = 1 << LOG2

/** The parents of all states, in chunks, so that growing copies nothing. */
export class TraceStore {
  readonly #chunks: Array<Int32Array> = []
  readonly #memory: Memory
  #count = 0

  constructor(memory: Memory) {
    this.#memory = memory
  }

  /** Adds the next state. `parent` is -1 for an initial state; `instance` then says which. */
  push(parent: number, instance: number): void {
    const at = this.#count++
    if (at >> LOG2 === this.#chunks.length) this.#chunks.push(this.#memory.words(2 * CHUNK))
    this.set(at, parent, instance)
  }

  /** Says that a state is better reached in another way. */
  set(state: number, parent: number, instance: number): void {
    const chunk = this.#chunks[state >> LOG2] as Int32Array
    const at = 2 * (state & (CHUNK - 1))
    chunk[at] = parent
    chunk[at + 1] = instance
  }

  /** The path to a state: the number of the initial state, then the instances taken. */
  path(state: number): { readonly initial: number; readonly instances: ReadonlyArray<number> } {
    const instances: Array<number> = []
    for (let at = state;;) {
      const chunk = this.#chunks[at >> LOG2] as Int32Array
      const parent = chunk[2 * (at & (CHUNK - 1))] as number
      const instance = chunk[2 * (at & (CHUNK - 1)) + 1] as number
      if (parent < 0) return { initial: instance, instances: instances.toReversed() }
      instances.push(instance)
      at = parent
    }
  }
}
