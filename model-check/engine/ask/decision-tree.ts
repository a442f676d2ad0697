/**
 * Decision trees: what a user's function answers, as a tree of the fields that it reads.
 *
 * Inner nodes are fields to read, leaves are answers (numbers from 0). Each run of the function adds one path; from then on
 * the tree answers by integer look-ups. All trees of a model share one pool; each is given chunks of it, which go to others
 * when it is given up.
 *
 * A node is `[field, n, child₀, … childₙ₋₁]`, a child being 0 (not learned yet), the index of a node, or `−1 − answer`. The
 * children of larger values, which a field may have or come to have, are kept in a hash table. A mark of the recorder's log
 * is a node too: it has its negative number in place of the field, and one child, until an element turns up that its search
 * did not look at.
 *
 * @module
 */
import type { Memory } from "../memory.ts"
import type { Layout } from "../state/layout.ts"
import type { Recorder } from "./recorder.ts"

/** Two runs of a function with the same reads went on differently: it is not pure. */
export class Inconsistent extends Error {}

/** Where a node has its children. */
const CHILDREN = 2
/** A node of a sparse field has room for at most so many. */
const MOST_CHILDREN = 16
/** The numbers in a chunk: there is room for any node. */
const LOG2 = 7
const CHUNK = 1 << LOG2
const SMALLEST_POOL = 4_096
const SMALLEST_TABLE = 1_024
/** What a tree takes before it has learned anything, one of the fields that it reads, and one of its marks, in bytes. */
const TREE = 700
const READ = 50
const MARK = 80
/** The bytes of a child in the table of those that nodes have no room for, which is half empty. */
const OTHER_CHILD = 24

/** The children that nodes have no room for: (node, value) → child, by open addressing. */
class OtherChildren {
  readonly #memory: Memory
  #entries: Int32Array<ArrayBuffer>
  #mask = SMALLEST_TABLE - 1
  #count = 0

  constructor(memory: Memory) {
    this.#memory = memory
    this.#entries = memory.words(3 * SMALLEST_TABLE)
  }

  get(node: number, value: number): number {
    const entries = this.#entries
    for (let slot = this.#hash(node, value);; slot = (slot + 1) & this.#mask) {
      const at = 3 * slot
      if (entries[at] === node && entries[at + 1] === value) return entries[at + 2] as number
      if (entries[at] === 0) return 0
    }
  }

  /** Returns the bytes that this takes: none if the child was there. */
  set(node: number, value: number, child: number): number {
    if (this.#count * 2 > this.#mask) this.#refill(2 * (this.#mask + 1))
    for (let slot = this.#hash(node, value);; slot = (slot + 1) & this.#mask) {
      const at = 3 * slot
      const isNew = this.#entries[at] === 0
      if (isNew) {
        this.#entries[at] = node
        this.#entries[at + 1] = value
        this.#count++
      } else if (this.#entries[at] !== node || this.#entries[at + 1] !== value) continue
      this.#entries[at + 2] = child
      return isNew ? OTHER_CHILD : 0
    }
  }

  /** Drops the children of the nodes that are not in use any more. */
  keep(isInUse: (node: number) => boolean): void {
    const old = this.#entries
    let count = 0
    for (let at = 0; at < old.length; at += 3) if (old[at] !== 0 && isInUse(old[at] as number)) count++
    if (count === this.#count) return
    let size = SMALLEST_TABLE
    while (2 * count > size) size *= 2
    this.#refill(size, isInUse)
  }

  #hash(node: number, value: number): number {
    const mixed = Math.imul(node ^ Math.imul(value, 0x9e3779b1), 0x85ebca6b)
    return (mixed ^ (mixed >>> 15)) & this.#mask
  }

  #refill(size: number, isInUse: (node: number) => boolean = () => true): void {
    const old = this.#entries
    this.#entries = this.#memory.words(3 * size)
    this.#mask = size - 1
    this.#count = 0
    for (let at = 0; at < old.length; at += 3) {
      const node = old[at] as number
      if (node !== 0 && isInUse(node)) this.set(node, old[at + 1] as number, old[at + 2] as number)
    }
    this.#memory.free(old)
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

  /** The bytes of all trees. */
  bytes = 0

  readonly #layout: Layout
  readonly #memory: Memory
  readonly #recorder: Recorder
  #pool: Int32Array<ArrayBuffer>
  /** The chunks that have been given out at some time; 0 is none, since no node has the index 0. */
  #chunks = 1
  /** Per chunk: the chunk that its tree was given before, or that is free too; or 0. */
  #before: Int32Array<ArrayBuffer>
  /** The chunk that has become free last, or 0. */
  #free = 0
  readonly #others: OtherChildren
  readonly #roots: Array<number> = []
  readonly #paths: Array<number> = []
  /** Per tree: the end of its last node. */
  readonly #ends: Array<number> = []
  readonly #bytesOf: Array<number> = []
  /** Per tree: the part of its bytes that is neither in the pool nor in the table of other children. */
  readonly #bytesOfObjects: Array<number> = []
  /** Per tree: what its nodes read, as `2 · field + side`. */
  readonly #reads: Array<Set<number>> = []
  /** Per tree: the same, of the nodes on paths to the answer 0 alone. */
  readonly #readsOfZero: Array<Set<number>> = []
  /** Per search: the nodes (with their trees) that wait for elements that match it. */
  readonly #marks: Array<Array<Mark>> = []

  constructor(layout: Layout, recorder: Recorder) {
    this.#layout = layout
    this.#memory = layout.memory
    this.#recorder = recorder
    this.#pool = this.#memory.words(SMALLEST_POOL)
    this.#before = this.#memory.words(SMALLEST_POOL / CHUNK)
    this.#others = new OtherChildren(this.#memory)
    // The recorder was told first, so its searches know the element already.
    layout.onElement((_slot, field) => {
      recorder.searches.forEach((search, number) => {
        if (search.fields.at(-1) === field) this.#splice(number, field)
      })
    })
  }

  /** Adds an empty tree. */
  add(): number {
    this.#memory.take(TREE)
    this.#paths.push(0)
    this.#ends.push(0)
    this.#bytesOf.push(0)
    this.#bytesOfObjects.push(0)
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

  /** The bytes that a tree takes for what it has learned. */
  bytesOf(tree: number): number {
    return this.#bytesOf[tree] as number
  }

  /** The number of trees. */
  get count(): number {
    return this.#roots.length
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
    let child = this.#roots[tree] as number
    while (child > 0) {
      const field = this.#pool[child] as number
      if (field < 0) {
        reader.mark((-1 - field) >> 1)
        child = this.#pool[child + CHILDREN] as number
      } else child = this.#child(tree, child, reader.read(field))
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
    // The path has come to the child of this node for this value; the child of node 0 is the root.
    let from = 0
    let by = 0
    /** What has been read before the entry `at` of the log; rarely of interest. */
    let known: Map<number, number> | undefined
    const before = (at: number): ReadonlyMap<number, number> => {
      if (known === undefined) {
        known = new Map()
        for (let entry = 0; entry < at; entry += 2) known.set(readAt(entry), log[entry + 1] as number)
      }
      return known
    }
    const readAt = (at: number): number => {
      const logged = log[at] as number
      return logged < 0 || steps ? logged : logged >> 1
    }
    /** Follows nodes spliced in for a later search that read an element which an earlier search has read before. */
    const skip = (at: number, wanted?: number): number => {
      for (;;) {
        const node = this.#child(tree, from, by)
        if (node <= 0) return node
        const read = this.#pool[node] as number
        if (read === wanted || read < 0) return node
        const value = before(at).get(read)
        if (value === undefined) return node
        from = node
        by = value
      }
    }
    for (let at = 0; at < log.length; at += 2) {
      const logged = log[at] as number
      const value = log[at + 1] as number
      const read = readAt(at)
      let node = skip(at, read)
      if (node < 0) throw new Inconsistent()
      if (node === 0) {
        node = logged < 0 ? this.#addMark(tree, logged, steps) : this.#addNode(tree, logged, steps)
        this.#setChild(tree, from, by, node)
      }
      if (this.#pool[node] !== read) throw new Inconsistent()
      known?.set(read, value)
      from = node
      by = value
    }
    const last = skip(log.length)
    if (last !== 0 && last !== -1 - answer) throw new Inconsistent()
    this.#setChild(tree, from, by, -1 - answer)
    if (answer === 0) {
      for (let at = 0; at < log.length; at += 2) {
        if ((log[at] as number) >= 0) this.#readingForZero(tree, log[at] as number)
      }
    }
    this.#paths[tree] = (this.#paths[tree] as number) + 1
    if (this.#paths[tree] === 1) this.shape++
  }

  /** Forgets all that a tree has learned; other trees may have its memory. */
  forget(tree: number): void {
    const freed = new Set<number>()
    for (let chunk = ((this.#ends[tree] as number) - 1) >> LOG2; chunk > 0;) {
      freed.add(chunk)
      this.#pool.fill(0, chunk << LOG2, (chunk + 1) << LOG2)
      const before = this.#before[chunk] as number
      this.#before[chunk] = this.#free
      this.#free = chunk
      chunk = before
    }
    this.#others.keep((node) => !freed.has(node >> LOG2))
    this.#marks.forEach((marks, search) => {
      this.#marks[search] = marks.filter((mark) => mark.tree !== tree)
    })
    this.#reset(tree)
  }

  /** Forgets all that all trees have learned, and gives their memory back. */
  clear(): void {
    for (const array of [this.#pool, this.#before]) this.#memory.free(array)
    this.#pool = this.#memory.words(SMALLEST_POOL)
    this.#before = this.#memory.words(SMALLEST_POOL / CHUNK)
    this.#chunks = 1
    this.#free = 0
    this.#others.keep(() => false)
    this.#marks.length = 0
    for (let tree = 0; tree < this.count; tree++) this.#reset(tree)
  }

  #reset(tree: number): void {
    this.#memory.give(this.#bytesOfObjects[tree] as number)
    this.bytes -= this.#bytesOf[tree] as number
    this.#bytesOfObjects[tree] =
      this.#bytesOf[tree] =
      this.#ends[tree] =
      this.#roots[tree] =
      this.#paths[tree] =
        0
    this.#reads[tree] = new Set()
    this.#readsOfZero[tree] = new Set()
    this.shape++
  }

  /** The child of a node for a value; the child of node 0 is the root. */
  #child(tree: number, node: number, value: number): number {
    if (node === 0) return this.#roots[tree] as number
    return value < (this.#pool[node + 1] as number)
      ? this.#pool[node + CHILDREN + value] as number
      : this.#others.get(node, value)
  }

  #setChild(tree: number, node: number, value: number, child: number): void {
    if (node === 0) this.#roots[tree] = child
    else if (value < (this.#pool[node + 1] as number)) this.#pool[node + CHILDREN + value] = child
    else this.#takes(tree, this.#others.set(node, value, child))
  }

  #takes(tree: number, bytes: number): void {
    ;(this.#bytesOf[tree] as number) += bytes
    this.bytes += bytes
  }

  #takesObject(tree: number, bytes: number): void {
    this.#memory.take(bytes)
    ;(this.#bytesOfObjects[tree] as number) += bytes
    this.#takes(tree, bytes)
  }

  #addNode(tree: number, read: number, steps: boolean): number {
    const field = read >> 1
    this.#reading(tree, read)
    const values = (this.#layout.mask[field] as number) + 1
    const node = this.#allocate(tree, this.#layout.sparse[field] === 0 ? values : Math.min(values, MOST_CHILDREN))
    this.#pool[node] = steps ? read : field
    return node
  }

  /** A mark has room for two children, so that it can become the node of an element's bit. */
  #addMark(tree: number, mark: number, steps: boolean): number {
    this.#takesObject(tree, MARK)
    const node = this.#allocate(tree, 2)
    const search = -1 - mark
    this.#pool[node] = mark
    ;(this.#marks[search >> 1] ??= []).push({ tree, side: search & 1, steps, node })
    return node
  }

  #allocate(tree: number, children: number): number {
    const length = CHILDREN + children
    const end = this.#ends[tree] as number
    const used = end & (CHUNK - 1)
    const node = used === 0 || used + length > CHUNK ? this.#chunk(tree) << LOG2 : end
    this.#ends[tree] = node + length
    this.#pool[node + 1] = children
    return node
  }

  /** Gives a tree one more chunk. */
  #chunk(tree: number): number {
    let chunk = this.#free
    if (chunk > 0) this.#free = this.#before[chunk] as number
    else {
      this.#pool = this.#memory.grown(this.#pool, (this.#chunks + 1) * CHUNK)
      this.#before = this.#memory.grown(this.#before, this.#chunks + 1)
      chunk = this.#chunks++
    }
    this.#before[chunk] = Math.max(0, ((this.#ends[tree] as number) - 1) >> LOG2)
    this.#takes(tree, 4 * CHUNK)
    return chunk
  }

  /** An element turned up that a search did not look at: where it is absent, all stays as learned. */
  #splice(search: number, field: number): void {
    for (const mark of this.#marks[search] ?? []) {
      const rest = this.#allocate(mark.tree, 2)
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
    this.#takesObject(tree, READ)
    reads.add(read)
    this.shape++
  }

  #readingForZero(tree: number, read: number): void {
    const reads = this.#readsOfZero[tree] as Set<number>
    if (reads.has(read)) return
    this.#takesObject(tree, READ)
    reads.add(read)
    this.shapeOfZero++
  }
}
