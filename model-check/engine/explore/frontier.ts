/**
 * The frontier: states found and not yet expanded. Breadth-first takes the oldest, depth-first the youngest.
 *
 * A record is `[lo, hi, number, depth, word₀, word₁, …]`. Records lie in pages, which are recycled.
 *
 * @module
 */
import type { Layout, Relocate } from "../state/layout.ts"

/** The words of a record before the vector: the fingerprint's lanes, the state's number, its depth. */
export const HEADER = 4

const RECORDS = 1_024
/** Empty pages that are kept for reuse. */
const SPARES = 4

/** A page of records. */
export interface Page {
  words: Int32Array<ArrayBuffer>
  count: number
}

/** A queue or a stack of states. */
export class Frontier {
  /** States in it, those on the page that is being expanded not counted. */
  size = 0
  /** The page that was taken last: it is being expanded. */
  readonly current: Page

  readonly #layout: Layout
  readonly #order: "bfs" | "dfs"
  readonly #pages: Array<Page> = []
  #front = 0
  readonly #spare: Array<Page> = []

  constructor(layout: Layout, order: "bfs" | "dfs") {
    this.#layout = layout
    this.#order = order
    this.current = this.#page()
    layout.onRelocate((relocate) => {
      for (const { words } of this.#spare.splice(0)) layout.memory.free(words)
      this.#move(this.current, relocate)
      for (let page = this.#front; page < this.#pages.length; page++) this.#move(this.#pages[page] as Page, relocate)
    }, (stride) => {
      const pages = this.#pages.length - this.#front + 1
      return RECORDS * 4 * (pages * (stride - layout.stride) + HEADER + stride)
    })
  }

  /** Words per record. */
  get stride(): number {
    return HEADER + this.#layout.stride
  }

  /** Makes room for one record, and returns the page that it is on; it is the last one there. */
  push(): Page {
    let page = this.#pages.length > this.#front ? this.#pages.at(-1) as Page : undefined
    if (page === undefined || page.count === RECORDS) {
      page = this.#spare.pop() ?? this.#page()
      page.count = 0
      this.#pages.push(page)
    }
    page.count++
    this.size++
    return page
  }

  /** Takes states to expand, onto the current page; false if there are none. */
  take(): boolean {
    if (this.size === 0) return false
    if (this.#order === "bfs") {
      const page = this.#pages[this.#front++] as Page
      this.size -= page.count
      const { words } = this.current
      this.current.words = page.words
      this.current.count = page.count
      this.#recycle({ words, count: 0 })
      if (this.#front > 1_024 && 2 * this.#front > this.#pages.length) {
        this.#pages.splice(0, this.#front)
        this.#front = 0
      }
      return true
    }
    const page = this.#pages.at(-1) as Page
    page.count--
    this.size--
    const base = page.count * this.stride
    this.current.words.set(page.words.subarray(base, base + this.stride))
    this.current.count = 1
    if (page.count === 0) {
      this.#pages.pop()
      this.#recycle(page)
    }
    return true
  }

  #page(): Page {
    return { words: this.#layout.memory.words(RECORDS * this.stride), count: 0 }
  }

  #recycle(page: Page): void {
    if (this.#spare.length < SPARES) this.#spare.push(page)
    else this.#layout.memory.free(page.words)
  }

  #move(page: Page, relocate: Relocate): void {
    const before = page.words.length / RECORDS
    const moved = this.#layout.memory.words(RECORDS * this.stride)
    for (let record = 0; record < page.count; record++) {
      const from = record * before
      const to = record * this.stride
      for (let word = 0; word < HEADER; word++) moved[to + word] = page.words[from + word] as number
      relocate(page.words, from + HEADER, moved, to + HEADER)
    }
    this.#layout.memory.free(page.words)
    page.words = moved
  }
}
