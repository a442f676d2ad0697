/**
 * Decision trees: what a user's function answers, as a tree of the fields that it reads.
 *
 * Inner nodes are fields to read, leaves are answers (numbers from 0). Each run of the function adds one path; from then on
 * the tree answers by integer look-ups. All trees of a model share one pool.
 *
 * A node is `[field, n, child₀, … childₙ₋₁]`, a child being 0 (not learned yet), the index of a node, or `−1 − answer`. The
 * children of larger values, which a field may have or come to have, are kept in a hash table. A mark of the recorder's log
 * is a node too: it has its negative number in place of the field, and one child, until an element turns up that its search
 * did not look at.
 *
 * @module
 */
import type { Layout } from "./layout.ts"
import type { Recorder } from "./recorder.ts"

/** Two runs of a function with the same reads went on differently: it is not pure. */
export class Inconsistent extends Error {}

/** Where a node has its children. */
const CHILDREN = 2
/** A node of a sparse field has room for at most so many. */
const MOST_CHILDREN = 16
const SMALLEST_POOL = 4_096
const SMALLEST_TABLE = 1_024

/** The children that nodes have no room for: (node, value) → child, by open addressing. */
class OtherChildren {
  #entries = new Int32Array(3 * SMALLEST_TABLE)
  #mask = SMALLEST_TABLE - 1
  #count = 0

  get(node: number, value: number): number {
    const entries = this.#entries
    for (let slot = this.#hash(node, value);; slot = (slot + 1) & this.#mask) {
      const at = 3 * slot
      if (entries[at] === node && entries[at + 1] === value) return entries[at + 2] as number
      if (entries[at] === 0) return 0
    }
  }

  set(node: number, value: number, child: number): void {
    if (this.#count * 2 > this.#mask) this.#grow()
    for (let slot = this.#hash(node, value);; slot = (slot + 1) & this.#mask) {
      const at = 3 * slot
      if (this.#entries[at] === 0) {
        this.#entries[at] = node
        this.#entries[at + 1] = value
        this.#count++
      } else if (this.#entries[at] !== node || this.#entries[at + 1] !== value) continue
      this.#entries[at + 2] = child
      return
    }
  }

  get bytes(): number {
    return this.#entries.byteLength
  }

  clear(): void {
    this.#entries = new Int32Array(3 * SMALLEST_TABLE)
    this.#mask = SMALLEST_TABLE - 1
    this.#count = 0
  }

  #hash(node: number, value: number): number {
    const mixed = Math.imul(node ^ Math.imul(value, 0x9e3779b1), 0x85ebca6b)
    return (mixed ^ (mixed >>> 15)) & this.#mask
  }

  #grow(): void {
    const old = this.#entries
    this.#mask = 2 * this.#mask + 1
    this.#entries = new Int32Array(3 * (this.#mask + 1))
    this.#count = 0
    for (let at = 0; at < old.length; at += 3) {
      if (old[at] !== 0) this.set(old[at] as number, old[at + 1] as number, old[at + 2] as number)
    }
  }
}

/** Who is asked for what a tree reads when it is {@link DecisionTrees.retrace | retraced}. */
export interface Reader {
  /** The number found in a field. */
  readonly read: (field: number) => number
  /** A search has looked at all elements that match it, as far as they are known. */
  readonly mark: (search: number) => void
}

/** A node that stands for the elements that a search did not look at, because nobody knew of them. */
interface Mark {
  readonly tree: number
  readonly side: number
  readonly steps: boolean
  node: number
}

/** The trees of one model. A tree is known by its number. */
export class DecisionTrees {
  /** Changes whenever some tree reads a field that it did not read before; what is derived from the trees compares it. */
  shape = 0
  /** Changes whenever some tree reads a field on a path to the answer 0 that it did not read on such a path before. */
  shapeOfZero = 0

  readonly #layout: Layout
  readonly #recorder: Recorder
  #pool = new Int32Array(SMALLEST_POOL)
  #used = 1
  readonly #others = new OtherChildren()
  readonly #roots: Array<number> = []
  readonly #paths: Array<number> = []
  /** Per tree: what its nodes read, as `2 · field + side`. */
  readonly #reads: Array<Set<number>> = []
  /** Per tree: the same, of the nodes on paths to the answer 0 alone. */
  readonly #readsOfZero: Array<Set<number>> = []
  /** Per search: the nodes (with their trees) that wait for elements that match it. */
  readonly #marks: Array<Array<Mark>> = []

  constructor(layout: Layout, recorder: Recorder) {
    this.#layout = layout
    this.#recorder = recorder
    // The recorder was told first, so its searches know the element already.
    layout.onElement((_slot, field) => {
      recorder.searches.forEach((search, number) => {
        if (search.fields.at(-1) === field) this.#splice(number, field)
      })
    })
  }

  /** Adds an empty tree. */
  add(): number {
    this.#paths.push(0)
    this.#reads.push(new Set())
    this.#readsOfZero.push(new Set())
    return this.#roots.push(0) - 1
  }

  /** What the nodes of a tree read, as `2 · field + side`. */
  reads(tree: number): ReadonlySet<number> {
    return this.#reads[tree] as Set<number>
  }

  /** What the nodes on paths to the answer 0 read, as `2 · field + side`. */
  readsOfZero(tree: number): ReadonlySet<number> {
    return this.#readsOfZero[tree] as Set<number>
  }

  /** The number of paths that a tree has learned. */
  paths(tree: number): number {
    return this.#paths[tree] as number
  }

  get bytes(): number {
    return this.#pool.byteLength + this.#others.bytes
  }

  /** The answer of a tree for a state, or -1 if it has not been learned. */
  walk(tree: number, words: Int32Array, base: number): number {
    const { mask, shift, word } = this.#layout
    const pool = this.#pool
    let child = this.#roots[tree] as number
    while (child > 0) {
      const field = pool[child] as number
      if (field < 0) {
        child = pool[child + CHILDREN] as number
        continue
      }
      const value = ((words[base + (word[field] as number)] as number) >>> (shift[field] as number)) &
        (mask[field] as number)
      child = value < (pool[child + 1] as number)
        ? pool[child + CHILDREN + value] as number
        : this.#others.get(child, value)
    }
    return -1 - child
  }

  /** The same for a tree that reads the states before and after a step. */
  walkStep(tree: number, before: Int32Array, beforeBase: number, after: Int32Array, afterBase: number): number {
    const pool = this.#pool
    let child = this.#roots[tree] as number
    while (child > 0) {
      const read = pool[child] as number
      if (read < 0) {
        child = pool[child + CHILDREN] as number
        continue
      }
      const field = read >> 1
      const value = (read & 1) === 0
        ? this.#layout.get(before, beforeBase, field)
        : this.#layout.get(after, afterBase, field)
      child = value < (pool[child + 1] as number)
        ? pool[child + CHILDREN + value] as number
        : this.#others.get(child, value)
    }
    return -1 - child
  }

  /** Walks a tree again, asking `reader` for what it reads: the answer, or -1 if it has not been learned. */
  retrace(tree: number, reader: Reader): number {
    const pool = this.#pool
    let child = this.#roots[tree] as number
    while (child > 0) {
      const field = pool[child] as number
      if (field < 0) {
        reader.mark((-1 - field) >> 1)
        child = pool[child + CHILDREN] as number
        continue
      }
      const value = reader.read(field)
      child = value < (pool[child + 1] as number)
        ? pool[child + CHILDREN + value] as number
        : this.#others.get(child, value)
    }
    return -1 - child
  }

  /**
   * Adds the path that the recorder has logged, with its answer.
   *
   * @param steps - whether the tree is for {@link walkStep}.
   * @throws {@link Inconsistent} when the tree asks for something else than the log at the same place.
   */
  learn(tree: number, answer: number, steps: boolean): void {
    const { log } = this.#recorder
    // Where the reference to the next node is kept: the root, a child in the pool, or a child in the hash table.
    let place: { get: () => number; set: (child: number) => void } = {
      get: () => this.#roots[tree] as number,
      set: (child) => {
        this.#roots[tree] = child
      },
    }
    const childOf = (node: number, value: number): typeof place =>
      value >= (this.#pool[node + 1] as number)
        ? { get: () => this.#others.get(node, value), set: (child) => this.#others.set(node, value, child) }
        : {
          get: () => this.#pool[node + CHILDREN + value] as number,
          set: (child) => {
            this.#pool[node + CHILDREN + value] = child
          },
        }
    const known = new Map<number, number>()
    /** Follows nodes spliced in for a later search that read an element which an earlier search has read before. */
    const skip = (wanted?: number): void => {
      for (;;) {
        const node = place.get()
        if (node <= 0) return
        const read = this.#pool[node] as number
        const value = known.get(read)
        if (read === wanted || read < 0 || value === undefined) return
        place = childOf(node, value)
      }
    }
    for (let at = 0; at < log.length; at += 2) {
      const logged = log[at] as number
      const value = log[at + 1] as number
      const read = logged < 0 || steps ? logged : logged >> 1
      skip(read)
      let node = place.get()
      if (node < 0) throw new Inconsistent()
      if (node === 0) {
        node = logged < 0 ? this.#addMark(tree, logged, steps) : this.#addNode(tree, logged, steps)
        place.set(node)
      }
      if (this.#pool[node] !== read) throw new Inconsistent()
      known.set(read, value)
      place = childOf(node, value)
    }
    skip()
    const last = place.get()
    if (last !== 0 && last !== -1 - answer) throw new Inconsistent()
    place.set(-1 - answer)
    if (answer === 0) {
      for (let at = 0; at < log.length; at += 2) {
        if ((log[at] as number) >= 0) this.#readingForZero(tree, log[at] as number)
      }
    }
    this.#paths[tree] = (this.#paths[tree] as number) + 1
    if (this.#paths[tree] === 1) this.shape++
  }

  /** Forgets all that a tree has learned. */
  forget(tree: number): void {
    this.#roots[tree] = 0
    this.#paths[tree] = 0
    this.#reads[tree] = new Set()
    this.#readsOfZero[tree] = new Set()
    this.shape++
  }

  /** Forgets all that all trees have learned, and gives their memory back. */
  clear(): void {
    this.#pool = new Int32Array(SMALLEST_POOL)
    this.#used = 1
    this.#others.clear()
    this.#marks.length = 0
    this.#roots.forEach((_, tree) => this.forget(tree))
  }

  #addNode(tree: number, read: number, steps: boolean): number {
    const field = read >> 1
    this.#reading(tree, read)
    const values = (this.#layout.mask[field] as number) + 1
    const node = this.#allocate(this.#layout.sparse[field] === 0 ? values : Math.min(values, MOST_CHILDREN))
    this.#pool[node] = steps ? read : field
    return node
  }

  /** A mark has room for two children, so that it can become the node of an element's bit. */
  #addMark(tree: number, mark: number, steps: boolean): number {
    const node = this.#allocate(2)
    const search = -1 - mark
    this.#pool[node] = mark
    ;(this.#marks[search >> 1] ??= []).push({ tree, side: search & 1, steps, node })
    return node
  }

  #allocate(children: number): number {
    const length = CHILDREN + children
    if (this.#used + length > this.#pool.length) {
      const larger = new Int32Array(2 * Math.max(this.#pool.length, length))
      larger.set(this.#pool)
      this.#pool = larger
    }
    const node = this.#used
    this.#used += length
    this.#pool[node + 1] = children
    return node
  }

  /** An element turned up that a search did not look at: where it is absent, all stays as learned. */
  #splice(search: number, field: number): void {
    for (const mark of this.#marks[search] ?? []) {
      const rest = this.#allocate(2)
      this.#pool[rest] = this.#pool[mark.node] as number
      this.#pool[rest + CHILDREN] = this.#pool[mark.node + CHILDREN] as number
      this.#pool[mark.node] = mark.steps ? 2 * field + mark.side : field
      this.#pool[mark.node + CHILDREN] = rest
      mark.node = rest
      this.#reading(mark.tree, 2 * field + mark.side)
      this.#readingForZero(mark.tree, 2 * field + mark.side)
    }
  }

  #reading(tree: number, read: number): void {
    const reads = this.#reads[tree] as Set<number>
    if (reads.has(read)) return
    reads.add(read)
    this.shape++
  }

  #readingForZero(tree: number, read: number): void {
    const reads = this.#readsOfZero[tree] as Set<number>
    if (reads.has(read)) return
    reads.add(read)
    this.shapeOfZero++
  }
}
