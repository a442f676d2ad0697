/**
 * The recorder: runs a user's function on a view of a state and records what it reads.
 *
 * The function is pure, so the sequence of its reads and what they returned determine its answer: that is what a decision
 * tree learns. A view has the shape of the state; its getters read one field each. Asking for an element of a set or a bag
 * reads that element's field; searching it reads the fields of all elements known to match, and leaves a *mark* that says
 * that whoever matches later was not looked at because nobody knew of it.
 *
 * @module
 */
import { UnencodableValue } from "../../../src/model/errors.ts"
import type { Slot } from "../../../src/model/slot.ts"
import { type Layout, OutsideDomain } from "../state/layout.ts"
import { isUnchanged, refuseChange } from "../state/snapshot.ts"

/** A search of a set or a bag: which elements it looks at. */
interface Search {
  readonly slot: number
  readonly matches: (element: unknown) => boolean
  /** The fields of the known elements that match, in the order of discovery. */
  readonly fields: Array<number>
}

/** What a search has found: the fields, in the order of discovery, and the sorted elements, once they have been asked for. */
interface Members {
  readonly fields: ReadonlyArray<number>
  values: ReadonlyArray<unknown> | undefined
}

/** What a search takes besides the fields of what it has found, and one of these, in bytes. */
const SEARCH = 600
const FOUND = 12

type Pattern = { readonly [field: string]: unknown }

/** A user's function asked a view for something that was never declared. Whoever runs it makes a full error of this. */
export class Undeclared extends Error {
  readonly variable: string
  readonly known: ReadonlyArray<string>
  constructor(variable: string, known: ReadonlyArray<string>) {
    super(variable)
    this.variable = variable
    this.known = known
  }
}

/** A user's function looked in a set or a bag for what can never be there. Whoever runs it makes a full error of this. */
export class Sought extends Error {
  readonly reason: OutsideDomain | UnencodableValue
  constructor(reason: OutsideDomain | UnencodableValue) {
    super(reason.message)
    this.reason = reason
  }
}

const seek = <A>(look: () => A): A => {
  try {
    return look()
  } catch (cause) {
    throw cause instanceof OutsideDomain || cause instanceof UnencodableValue ? new Sought(cause) : cause
  }
}

/** What a view is asked for besides what it has: by template strings and `JSON.stringify`, and not in order to know a value. */
const MAY_BE_ASKED: ReadonlySet<string> = new Set(["toJSON", "toString", "valueOf", "hasOwnProperty", "constructor"])

/**
 * A view that refuses to be read where it has nothing: `undefined` would be a wrong answer, and a property might hold by it.
 * Each time it is asked for it is a new object, since whoever compares objects (`Equal`) may remember what came of it, and a
 * view shows another state later.
 */
const guarded = (view: object, path: ReadonlyArray<string | number>): () => object => {
  Object.freeze(view)
  const handler: ProxyHandler<object> = {
    get: (target, key, receiver) => {
      if (typeof key === "string" && !Object.hasOwn(target, key) && !MAY_BE_ASKED.has(key)) {
        throw new Undeclared([...path, key].join("."), Object.keys(target))
      }
      return Reflect.get(target, key, receiver) as unknown
    },
  }
  return () => new Proxy(view, handler)
}

const PATTERNS: ReadonlySet<unknown> = new Set([Object.prototype, Array.prototype, null])

/**
 * A test of whether an element agrees with a pattern in every field that the pattern names. What has no fields to name (a
 * string, a date, an instance of a class) must be equal.
 */
export const matcher = (
  pattern: unknown,
  encode: (value: unknown) => string,
): (element: unknown) => boolean => {
  if (typeof pattern !== "object" || pattern === null || !PATTERNS.has(Object.getPrototypeOf(pattern))) {
    const wanted = encode(pattern)
    return (element) => encode(element) === wanted
  }
  const wanted = Object.entries(pattern).map(([field, value]) => [field, encode(value)] as const)
  // What has no fields at all agrees with no field.
  const has = (element: unknown): element is Pattern => element !== null && element !== undefined
  return (element) => wanted.every(([field, value]) => has(element) && encode(element[field]) === value)
}

/** The pattern of iteration and of `size`: all elements match. */
const everything = {}

/** No step: the state itself is shown. */
export const NOTHING_WRITTEN: ReadonlyMap<number, number> = new Map()

/** A view's place among the vectors of the state before a step and after it. */
export type Side = 0 | 1

/** Records the reads of a user's function. One per model. */
export class Recorder {
  /**
   * The reads of the last run, in order: pairs of what was read and the number that was found there. What was read is
   * `2 · field + side`, or `−1 − (2 · search + side)` for a mark (with the number 0).
   */
  readonly log: Array<number> = []
  /** The searches that marks refer to. */
  readonly searches: Array<Search> = []
  /** What a step writes, to show the state after it on the side of the state before: no read of these is recorded. */
  written: ReadonlyMap<number, number> = NOTHING_WRITTEN
  readonly #layout: Layout
  readonly #views: readonly [before: () => object, after: () => object]
  readonly #vectors: [Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>]
  /** Per side: the run in which a field was last read, so that it is recorded once. */
  readonly #read: readonly [Array<number>, Array<number>] = [[], []]
  readonly #marked: readonly [Array<number>, Array<number>] = [[], []]
  /** Per side: what searches have found in the vector, for runs that are not recorded. */
  readonly #known: readonly [Map<number, Members>, Map<number, Members>] = [new Map(), new Map()]
  #run = 0
  #isRecorded = true
  readonly #searchNumbers = new Map<string, number>()

  constructor(layout: Layout) {
    this.#layout = layout
    this.#vectors = [new Int32Array(layout.stride), new Int32Array(layout.stride)]
    layout.onRelocate((relocate) => {
      for (const side of [0, 1] as const) {
        const vector = new Int32Array(layout.stride)
        relocate(this.#vectors[side], 0, vector, 0)
        this.#vectors[side] = vector
        this.#known[side].clear()
      }
    })
    layout.onElement((slot, field, element) => {
      for (const search of this.searches) {
        if (search.slot !== slot || !search.matches(element)) continue
        layout.memory.take(FOUND)
        search.fields.push(field)
      }
    })
    this.#views = [this.#view(0), this.#view(1)]
  }

  /** Views of the state, one per side. */
  get views(): readonly [before: object, after: object] {
    return [this.#views[0](), this.#views[1]()]
  }

  /** Sets the state that a side's view shows. */
  load(side: Side, words: Int32Array, base: number): void {
    const vector = this.#vectors[side]
    let index = 0
    while (index < vector.length && vector[index] === words[base + index]) index++
    if (index === vector.length) return
    for (; index < vector.length; index++) vector[index] = words[base + index] as number
    if (this.#known[side].size > 0) this.#known[side].clear()
  }

  /** The vector that a side's view shows; it stays where it is until the next relocation. */
  vector(side: Side): Int32Array {
    return this.#vectors[side]
  }

  /** Begins a run: nothing has been read yet. Where it is not recorded, the log stays empty. */
  begin(isRecorded = true): void {
    this.#run++
    this.#isRecorded = isRecorded
    this.log.length = 0
  }

  /** Reads a field, and records it. */
  read(side: Side, field: number): number {
    const written = this.written.get(field)
    if (written !== undefined) return written
    const number = this.#layout.get(this.#vectors[side], 0, field)
    if (this.#isRecorded && this.#read[side][field] !== this.#run) {
      this.#read[side][field] = this.#run
      this.log.push(2 * field + side, number)
    }
    return number
  }

  /** Reads a whole set or bag, and returns its members, as fields. */
  readAll(side: Side, slot: number): ReadonlyArray<number> {
    return this.#found(side, this.#search(slot, everything)).fields
  }

  /** What a slot of the state before holds once these fields are written: a value, or a view of a set or a bag. */
  current(slot: number, written: ReadonlyMap<number, number>): unknown {
    const read = (field: number) => written.get(field) ?? this.read(0, field)
    const field = this.#layout.valueField[slot] as number
    if (field >= 0) return this.#layout.value(field, read(field))
    const declared = this.#layout.slots[slot] as Slot
    return guarded(this.#membersView(0, slot, declared, read), declared.path)()
  }

  /** What a list of the state before holds once these fields are written. */
  currentList(list: ReadonlyArray<number>, written: ReadonlyMap<number, number>): ReadonlyArray<unknown> {
    return this.#listView(list, (field) => written.get(field) ?? this.read(0, field))
  }

  /** How long it is then. */
  lengthOf(slot: number, written: ReadonlyMap<number, number>): number {
    const field = this.#layout.valueField[slot] as number
    return this.#layout.value(field, written.get(field) ?? this.read(0, field)) as number
  }

  /** The number of a search for a pattern. */
  #search(slot: number, pattern: unknown): number {
    const encode = (value: unknown) => this.#layout.encode(slot, value)
    const name = `${slot} ${pattern === everything ? "all" : encode([pattern])}`
    const known = this.#searchNumbers.get(name)
    if (known !== undefined) return known
    const matches = pattern === everything ? () => true : matcher(pattern, encode)
    const fields = (this.#layout.elementFields[slot] as Array<number>)
      .filter((field) => matches(this.#layout.elementOf(field)))
    this.#layout.memory.entry(this.#searchNumbers, SEARCH + name.length + FOUND * fields.length)
    const number = this.searches.push({ slot, matches, fields }) - 1
    this.#searchNumbers.set(name, number)
    return number
  }

  /** The members that match, as fields, in the order of discovery. All that match are read. */
  #found(side: Side, number: number, read?: (field: number) => number): Members {
    const isKept = read === undefined && !this.#isRecorded && this.written === NOTHING_WRITTEN
    const known = isKept ? this.#known[side].get(number) : undefined
    if (known !== undefined) return known
    const reading = read ?? ((field: number) => this.read(side, field))
    const found: Members = {
      fields: (this.searches[number] as Search).fields.filter((field) => reading(field) > 0),
      values: undefined,
    }
    this.mark(side, number)
    if (isKept) this.#known[side].set(number, found)
    return found
  }

  /** Records that a search has looked at all known elements that match it. */
  mark(side: Side, number: number): void {
    if (!this.#isRecorded || this.#marked[side][number] === this.#run) return
    this.#marked[side][number] = this.#run
    this.log.push(-1 - (2 * number + side), 0)
  }

  /** The variable in which this run has read a value that has been changed meanwhile, if there is one. */
  changed(): string | undefined {
    for (let at = 0; at < this.log.length; at += 2) {
      const read = this.log[at] as number
      if (read < 0) continue
      const field = read >> 1
      const slot = this.#layout.slotOf[field] as number
      const { kind, name } = this.#layout.slots[slot] as Slot
      const value = kind === "value" ?
        this.#layout.value(field, this.log[at + 1] as number) :
        this.#layout.elementOf(field)
      if (!isUnchanged(value)) return name
    }
    return undefined
  }

  #view(side: Side): () => object {
    /** The view of the part of the state to which `path` leads, and which these slots make up. */
    const part = (slots: ReadonlyArray<number>, path: ReadonlyArray<string | number>): () => object => {
      const below = Map.groupBy(
        slots,
        (index) => (this.#layout.slots[index] as Slot).path[path.length] as string | number,
      )
      const view = {}
      for (const [key, indices] of below) {
        const index = indices[0] as number
        const slot = this.#layout.slots[index] as Slot
        const isLeaf = slot.path.length === path.length + 1
        const isList = slot.place !== undefined && slot.path.length === path.length + 2
        Object.defineProperty(view, key, {
          enumerable: true,
          get: isList
            ? () => this.#listView(indices, (field) => this.read(side, field))
            : !isLeaf
            ? part(indices, [...path, key])
            : slot.kind === "value"
            ? this.#getter(side, index)
            : guarded(this.#membersView(side, index, slot), slot.path),
        })
      }
      return guarded(view, path)
    }
    return part([...this.#layout.slots.keys()], [])
  }

  #getter(side: Side, slot: number): () => unknown {
    const field = this.#layout.valueField[slot] as number
    return () => this.#layout.value(field, this.read(side, field))
  }

  /** A list as the user's functions see it: an array, of which what is looked at is read, and nothing else. */
  #listView([length, ...places]: ReadonlyArray<number>, read: (field: number) => number): ReadonlyArray<unknown> {
    const held = (slot: number): unknown => {
      const field = this.#layout.valueField[slot] as number
      return this.#layout.value(field, read(field))
    }
    const at = (key: string | symbol): number =>
      typeof key === "string" && /^(?:0|[1-9]\d*)$/.test(key) ? Number(key) : -1
    const item = (place: number): ReadonlyArray<unknown> =>
      place < places.length ? held(places[place] as number) as ReadonlyArray<unknown> : []
    return new Proxy<Array<unknown>>([], {
      get: (target, key, receiver) =>
        key === "length"
          ? held(length as number)
          : at(key) >= 0
          ? item(at(key))[0]
          : Reflect.get(target, key, receiver) as unknown,
      has: (target, key) => at(key) >= 0 ? item(at(key)).length > 0 : Reflect.has(target, key),
      ownKeys: () => [
        ...Array.from({ length: held(length as number) as number }, (_, place) => String(place)),
        "length",
      ],
      getOwnPropertyDescriptor: (target, key) => {
        if (key === "length") return { ...Reflect.getOwnPropertyDescriptor(target, key), value: held(length as number) }
        const [value] = at(key) >= 0 ? item(at(key)) : []
        return at(key) >= 0 && item(at(key)).length > 0
          ? { value, configurable: true, enumerable: true, writable: false }
          : undefined
      },
      set: () => refuseChange(),
      defineProperty: () => refuseChange(),
      deleteProperty: () => refuseChange(),
      preventExtensions: () => refuseChange(),
    })
  }

  /** A set or a bag as the user's functions see it. */
  #membersView(
    side: Side,
    slot: number,
    { kind, path }: Slot,
    given?: (field: number) => number,
  ): object {
    const layout = this.#layout
    const read = given ?? ((field: number) => this.read(side, field))
    const search = (pattern: unknown) => seek(() => this.#search(slot, pattern))
    const found = (pattern: unknown) => this.#found(side, search(pattern), given)
    const copies = (fields: ReadonlyArray<number>) =>
      kind === "set" ? fields : fields.flatMap((field) => Array<number>(read(field)).fill(field))
    const values = (members: Members) =>
      members.values ??= layout.sorted(slot, copies(members.fields)).map((field) => layout.elementOf(field))
    const count = (element: unknown) => read(seek(() => layout.element(slot, element)))
    return {
      has: (element: unknown) => count(element) > 0,
      // The caller's own: it may be changed.
      where: (pattern: unknown) => [...values(found(pattern))],
      some: (pattern: unknown) => {
        const number = search(pattern)
        const { fields } = this.searches[number] as Search
        if (fields.some((field) => read(field) > 0)) return true
        this.mark(side, number)
        return false
      },
      get size() {
        return copies(found(everything).fields).length
      },
      [Symbol.iterator]: () => values(found(everything))[Symbol.iterator](),
      count,
      [Symbol.toPrimitive]: () => `the ${kind} s.${path.join(".")} (its members are [...s.${path.join(".")}])`,
    }
  }
}
