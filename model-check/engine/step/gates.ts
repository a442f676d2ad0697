/**
 * Gates: which instances to look at in a state, where they range over the members of large sets.
 *
 * A set of messages may have thousands of elements, of which a state has a few. Instances whose element is absent are not
 * enabled, so instead of asking each of them, the words of the vector are scanned for the fields of elements that are
 * present.
 *
 * @module
 */
import type { Layout } from "../state/layout.ts"

/** The instances that wait for an element. */
export class Gates {
  readonly #layout: Layout
  /** Per field: the instances behind its gate. */
  readonly #behind: Array<Array<number> | undefined> = []
  /** Per word: the bits of all gates. */
  #masks: Int32Array<ArrayBuffer>
  /** Per bit of the vector: the field of the gate that it belongs to. */
  #fields: Int32Array<ArrayBuffer>
  #stale = false
  #open: Int32Array<ArrayBuffer>
  #copies: Int32Array<ArrayBuffer>

  constructor(layout: Layout) {
    this.#layout = layout
    this.#masks = layout.memory.words(0)
    this.#fields = layout.memory.words(0)
    this.#open = layout.memory.words(64)
    this.#copies = layout.memory.words(64)
    layout.onRelocate(() => {
      this.#stale = true
    })
  }

  /** Puts an instance behind the gate of an element's field. */
  add(field: number, instance: number): void {
    ;(this.#behind[field] ??= []).push(instance)
    this.#stale = true
  }

  /** Removes all instances. */
  clear(): void {
    this.#behind.length = 0
    this.#stale = true
  }

  /**
   * The instances whose gate is open in the state at `words[base]`, into {@link instances}.
   *
   * @returns how many they are.
   */
  scan(words: Int32Array, base: number): number {
    if (this.#stale) this.#index()
    const masks = this.#masks
    const fields = this.#fields
    const { mask, shift } = this.#layout
    let count = 0
    for (let word = 0; word < masks.length; word++) {
      let bits = (words[base + word] as number) & (masks[word] as number)
      while (bits !== 0) {
        const field = fields[(word << 5) + 31 - Math.clz32(bits)] as number
        const copies = (bits >>> (shift[field] as number)) & (mask[field] as number)
        bits ^= copies << (shift[field] as number)
        const behind = this.#behind[field] as Array<number>
        for (let index = 0; index < behind.length; index++) {
          if (count === this.#open.length) this.#grow()
          this.#copies[count] = copies
          this.#open[count++] = behind[index] as number
        }
      }
    }
    return count
  }

  /** The instances that the last {@link scan} found. */
  get instances(): Int32Array {
    return this.#open
  }

  /** For each of them: how many copies there are of its element. */
  get copies(): Int32Array {
    return this.#copies
  }

  #grow(): void {
    const { memory } = this.#layout
    this.#open = memory.grown(this.#open, this.#open.length + 1)
    this.#copies = memory.grown(this.#copies, this.#copies.length + 1)
  }

  #index(): void {
    const { mask, memory, shift, stride, word } = this.#layout
    memory.free(this.#masks)
    memory.free(this.#fields)
    this.#masks = memory.words(this.#behind.length === 0 ? 0 : stride)
    this.#fields = memory.words(32 * stride)
    this.#behind.forEach((instances, field) => {
      if (instances === undefined) return
      const at = word[field] as number
      const bits = (mask[field] as number) << (shift[field] as number)
      this.#masks[at] = (this.#masks[at] as number) | bits
      for (let bit = shift[field] as number; bit < 32 && (bits >>> bit & 1) === 1; bit++) {
        this.#fields[(at << 5) + bit] = field
      }
    })
    this.#stale = false
  }
}
