/**
 * The layout: how a state is packed into a short vector of 32-bit words.
 *
 * A slot with a value is one *field* of the vector, which holds the value's number: values are numbered as they appear. A
 * set is one field of one bit per element, given out when the element is first seen; a bag one field per element that
 * holds its count. So fields are added, and widen, while the state space is explored; whoever holds vectors subscribes,
 * and relocates them.
 *
 * @module
 */
import { encode, encoder } from "../../../src/model/encoding.ts"
import { UnencodableValue } from "../../../src/model/errors.ts"
import { show } from "../../../src/model/show.ts"
import type { Slot } from "../../../src/model/slot.ts"
import type { PlainState } from "../../../src/model/trace.ts"
import { Memory } from "../memory.ts"
import { key } from "./fingerprint.ts"
import { define, holdsInstance, snapshot } from "./snapshot.ts"

/** Moves a vector to its new place: `source` as it was packed before, `target` as it is packed now. */
export type Relocate = (source: Int32Array, sourceBase: number, target: Int32Array, targetBase: number) => void

/** A field wider than this is *sparse*: what depends on it is kept in hash tables, not in arrays. */
const DENSE_BITS = 6
/** The bits that a field of interned values has first, and gains whenever they are used up. */
const INTERNED_BITS = 4
/** The bits that a count in a bag has first. */
const COUNT_BITS = 2

/** What is kept of a value besides its encoding and what grows with that, and of a field. */
const VALUE = 150
const FIELD = 600
/** The length of an encoding, of the key that it is, and of the object that it stands for. */
const PER_CHARACTER = 3

/** Who holds vectors, and moves them. */
interface Holder {
  readonly relocate: (relocate: Relocate) => void
  /** The most bytes that moving to a stride takes beyond those that are held. */
  readonly bytes: (stride: number) => number
}

/** The domain of a slot does not contain a value. Whoever asked for it knows the action, and makes a full error of it. */
export class OutsideDomain extends Error {
  readonly slot: Pick<Slot, "name" | "expected">
  readonly value: unknown
  constructor(slot: Pick<Slot, "name" | "expected">, value: unknown) {
    super(slot.expected(value))
    this.slot = slot
    this.value = value
  }
}

/** Packs and unpacks the states of one model. */
export class Layout {
  readonly slots: ReadonlyArray<Slot>
  /** Where all that grows with what is packed here is entered. */
  readonly memory: Memory
  /** Words per vector. */
  stride = 1
  fieldCount = 0
  /** Changes whenever vectors are relocated; what is derived from the places of fields compares it. */
  moves = 0
  /** Per field: the word it is in, the position of its lowest bit, the mask of its width, whether it is sparse. */
  word: Int32Array<ArrayBuffer>
  shift: Int32Array<ArrayBuffer>
  mask: Int32Array<ArrayBuffer>
  sparse: Int32Array<ArrayBuffer>
  /** Per field and value: the two lanes of the fingerprint's key, at `keyBase[field] + value`. */
  keyBase: Int32Array<ArrayBuffer>
  keyLo: Int32Array<ArrayBuffer>
  keyHi: Int32Array<ArrayBuffer>
  /** Per field: its slot. */
  readonly slotOf: Array<number> = []
  /** Per value slot: its field; per set or bag: -1. */
  readonly valueField: Array<number> = []
  /** Per set or bag: the fields of its elements, in the order of discovery. */
  readonly elementFields: Array<Array<number>> = []

  /** Whether any value or element is, or has within, an instance of a class. */
  holdsInstances = false

  readonly #seed: number
  /** Per slot: the encoding of its values or elements. */
  readonly #encoders: ReadonlyArray<(value: unknown) => string>
  readonly #values: Array<Array<unknown>> = []
  readonly #numbers: Array<Map<string, number>> = []
  readonly #elements: Array<Map<string, number>> = []
  /** Per set or bag: the fields of its elements, in the order of the encodings of these. */
  readonly #sorted: Array<Array<number>> = []
  /** Per field of an element: its encoding, and its place in that order; places are looked up when they are asked for. */
  readonly #encodings: Array<string> = []
  readonly #places: Array<number> = []
  readonly #isPlaced: Array<boolean> = []
  #usedBits = [0]
  #usedKeys = 0
  readonly #holders: Array<Holder> = []
  readonly #onElement: Array<(slot: number, field: number, element: unknown) => void> = []

  constructor(slots: ReadonlyArray<Slot>, seed: number, memory = new Memory()) {
    this.slots = slots
    this.memory = memory
    this.#seed = seed
    this.word = memory.words(64)
    this.shift = memory.words(64)
    this.mask = memory.words(64)
    this.sparse = memory.words(64)
    this.keyBase = memory.words(64)
    this.keyLo = memory.words(1_024)
    this.keyHi = memory.words(1_024)
    this.#encoders = slots.map(({ instances }) => encoder(instances))
    slots.forEach((slot, index) => {
      this.elementFields.push([])
      this.#elements.push(new Map())
      this.#sorted.push([])
      this.#isPlaced.push(true)
      if (slot.kind !== "value") {
        this.valueField.push(-1)
        return
      }
      const bits = slot.values === undefined ? INTERNED_BITS : Math.ceil(Math.log2(Math.max(1, slot.values.length)))
      const field = this.#addField(index, bits)
      if (slot.values === undefined) this.sparse[field] = 1
      this.valueField.push(field)
      for (const value of slot.values ?? []) this.number(field, value)
    })
  }

  /**
   * Calls `relocate` whenever vectors must be relocated.
   *
   * @param bytes - the most that moving to a stride takes beyond what is held, for those who hold many. There is room for
   *   all before anything moves, so that no vector is left behind.
   */
  onRelocate(relocate: (relocate: Relocate) => void, bytes: (stride: number) => number = () => 0): void {
    this.#holders.push({ relocate, bytes })
  }

  /** Calls `listener` whenever an element of a set or a bag is seen for the first time. */
  onElement(listener: (slot: number, field: number, element: unknown) => void): void {
    this.#onElement.push(listener)
  }

  /** The number of bits of a field. */
  bits(field: number): number {
    return 32 - Math.clz32(this.mask[field] as number)
  }

  /** The value that a number of a value's field stands for. */
  value(field: number, number: number): unknown {
    return (this.#values[field] as Array<unknown>)[number]
  }

  /** The element of a set or a bag that a field is for. */
  elementOf(field: number): unknown {
    return (this.#values[field] as Array<unknown>)[0]
  }

  /**
   * The number of a value of a field, given out if it is new.
   *
   * @throws {@link OutsideDomain}
   */
  number(field: number, value: unknown): number {
    const numbers = this.#numbers[field] as Map<string, number>
    const slot = this.slotOf[field] as number
    const encoded = this.encode(slot, value)
    const known = numbers.get(encoded)
    if (known !== undefined) return known
    const kept = this.#keep(slot, value, encoded)
    this.memory.entry(numbers, VALUE + PER_CHARACTER * encoded.length)
    const number = numbers.size
    if (number > (this.mask[field] as number) >>> 0) this.#widen(field)
    numbers.set(encoded, number)
    ;(this.#values[field] as Array<unknown>).push(kept)
    this.#setKey(field, number, encoded)
    return number
  }

  /**
   * The number of what a value's slot holds once its variable is `value`: of that, or of a list its length or what is at a place.
   *
   * @throws {@link OutsideDomain}
   */
  held(index: number, value: unknown): number {
    const slot = this.slots[index] as Slot
    const field = this.valueField[index] as number
    const { name, place } = slot
    if (place === undefined) return this.number(field, value)
    if (!Array.isArray(value)) throw new OutsideDomain(slot, value)
    const items: ReadonlyArray<unknown> = value
    try {
      return this.number(field, place === "length" ? items.length : place < items.length ? [items[place]] : [])
    } catch (cause) {
      if (!(cause instanceof OutsideDomain)) throw cause
      throw new OutsideDomain({ name, expected: () => cause.message }, place === "length" ? value : items[place])
    }
  }

  /** The number of a count of a bag's element: the count itself, for which room is made. */
  count(field: number, count: number): number {
    while (count > (this.mask[field] as number) >>> 0) this.#widen(field)
    const keys = this.keyBase[field] as number
    for (let number = count; number > 0 && this.keyLo[keys + number] === 0; number--) {
      // The encoding of the pair.
      const element = this.encode(this.slotOf[field] as number, this.elementOf(field))
      this.#setKey(field, number, `a2:${element}${encode(number)}`)
    }
    return count
  }

  /**
   * The field of an element of a set or a bag, given out if it is new.
   *
   * @throws {@link OutsideDomain}
   */
  element(slotIndex: number, element: unknown): number {
    const encoded = this.encode(slotIndex, element)
    const elements = this.#elements[slotIndex] as Map<string, number>
    const known = elements.get(encoded)
    if (known !== undefined) return known
    const slot = this.slots[slotIndex] as Slot
    const kept = this.#keep(slotIndex, element, encoded)
    this.memory.entry(elements, VALUE + PER_CHARACTER * encoded.length)
    const field = this.#addField(slotIndex, slot.kind === "bag" ? COUNT_BITS : 1)
    // A count may widen its field, which only sparse fields can.
    if (slot.kind === "bag") this.sparse[field] = 1
    elements.set(encoded, field)
    this.#sort(slotIndex, field, encoded)
    ;(this.elementFields[slotIndex] as Array<number>).push(field)
    this.#values[field] = [kept]
    if (slot.kind === "set") this.#setKey(field, 1, encoded)
    // Who begins to listen meanwhile, knows this one.
    for (const listener of [...this.#onElement]) listener(slotIndex, field, kept)
    return field
  }

  /** Reads a field of a vector. */
  get(words: Int32Array, base: number, field: number): number {
    return ((words[base + (this.word[field] as number)] as number) >>> (this.shift[field] as number)) &
      (this.mask[field] as number)
  }

  /** Writes a field of a vector. */
  set(words: Int32Array, base: number, field: number, number: number): void {
    const at = base + (this.word[field] as number)
    const shift = this.shift[field] as number
    words[at] = ((words[at] as number) & ~((this.mask[field] as number) << shift)) | (number << shift)
  }

  /** The fingerprint of a vector, computed from nothing; into `out[0]` and `out[1]`. */
  fingerprint(words: Int32Array, base: number, out: Int32Array): void {
    let lo = 0
    let hi = 0
    for (let field = 0; field < this.fieldCount; field++) {
      const at = (this.keyBase[field] as number) + this.get(words, base, field)
      lo ^= this.keyLo[at] as number
      hi ^= this.keyHi[at] as number
    }
    out[0] = lo
    out[1] = hi
  }

  /** A vector as plain data. */
  plain(words: Int32Array, base: number): PlainState {
    const state: { [variable: string]: unknown } = {}
    this.slots.forEach((slot, index) => {
      const { place } = slot
      const path = place === undefined ? slot.path : slot.path.slice(0, -1)
      let parent = state
      for (const key of path.slice(0, -1)) {
        if (!Object.hasOwn(parent, key)) define(parent, key, {})
        parent = parent[key] as { [key: string]: unknown }
      }
      const name = path.at(-1) as string
      const field = this.valueField[index] as number
      const value = field >= 0
        ? this.value(field, this.get(words, base, field))
        : this.members(words, base, index)
      if (place === undefined) define(parent, name, value)
      // The length comes first, and says no more than how many places are taken.
      else if (place === "length") define(parent, name, [])
      else (parent[name] as Array<unknown>).push(...value as ReadonlyArray<unknown>)
    })
    return state
  }

  /** The members of a set or a bag, each copy once, sorted by their encoding. */
  members(words: Int32Array, base: number, slot: number): ReadonlyArray<unknown> {
    return this.sorted(
      slot,
      (this.elementFields[slot] as Array<number>)
        .flatMap((field) => Array<number>(this.get(words, base, field)).fill(field)),
    )
      .map((field) => this.elementOf(field))
  }

  /** Fields of elements, sorted by the encoding of these: an order that does not depend on when they were discovered. */
  sorted(slot: number, fields: ReadonlyArray<number>): ReadonlyArray<number> {
    if (fields.length < 2) return fields
    const places = this.#places
    if (this.#isPlaced[slot] === false) {
      this.#sorted[slot]?.forEach((field, place) => {
        places[field] = place
      })
      this.#isPlaced[slot] = true
    }
    return fields.toSorted((one, other) => (places[one] as number) - (places[other] as number))
  }

  /** Puts the field of a new element where it belongs. */
  #sort(slot: number, field: number, encoded: string): void {
    const sorted = this.#sorted[slot] as Array<number>
    let from = 0
    let to = sorted.length
    while (from < to) {
      const middle = (from + to) >> 1
      if ((this.#encodings[sorted[middle] as number] as string) < encoded) from = middle + 1
      else to = middle
    }
    sorted.splice(from, 0, field)
    this.#encodings[field] = encoded
    this.#isPlaced[slot] = false
  }

  /**
   * The encoding of a value or an element of a slot.
   *
   * @throws {@link UnencodableValue} that names the slot.
   */
  encode(slot: number, value: unknown): string {
    try {
      return (this.#encoders[slot] as (value: unknown) => string)(value)
    } catch (cause) {
      if (!(cause instanceof UnencodableValue)) throw cause
      const { reason, value } = cause
      const { name } = this.slots[slot] as Slot
      throw new UnencodableValue({ value, variable: name, ...(reason !== undefined && { reason }) })
    }
  }

  /** What is kept of a new value: a copy, which has the same encoding unless the value differs from one look to the next. */
  #keep(index: number, value: unknown, encoded: string): unknown {
    const slot = this.slots[index] as Slot
    const kept = snapshot(value, slot.instances)
    if (!slot.contains(kept)) throw new OutsideDomain(slot, kept)
    if (this.encode(index, kept) !== encoded) {
      throw new UnencodableValue({
        variable: slot.name,
        value: show(value),
        reason: "is not the same whenever it is read",
      })
    }
    this.holdsInstances ||= holdsInstance(kept)
    return kept
  }

  #setKey(field: number, number: number, encoded: string): void {
    const { path } = this.slots[this.slotOf[field] as number] as Slot
    const [lo, hi] = key(this.#seed, path, encoded)
    this.keyLo[(this.keyBase[field] as number) + number] = lo
    this.keyHi[(this.keyBase[field] as number) + number] = hi
  }

  #addField(slot: number, bits: number): number {
    this.memory.take(FIELD)
    const field = this.fieldCount++
    for (const name of ["word", "shift", "mask", "sparse", "keyBase"] as const) {
      this[name] = this.memory.grown(this[name], this.fieldCount)
    }
    this.slotOf.push(slot)
    this.#numbers.push(new Map())
    this.#values.push([])
    this.sparse[field] = bits > DENSE_BITS ? 1 : 0
    this.#place(field, bits)
    return field
  }

  /** Finds room for a field; vectors grow where there is none. */
  #place(field: number, bits: number): void {
    let word = this.#usedBits.findIndex((used) => used + bits <= 32)
    const grows = word < 0
    const keys = this.#usedKeys + 2 ** bits
    this.keyLo = this.memory.grown(this.keyLo, keys)
    this.keyHi = this.memory.grown(this.keyHi, keys)
    if (grows) {
      this.#ensureRoom(this.stride + 1)
      word = this.#usedBits.push(0) - 1
    }
    this.word[field] = word
    this.shift[field] = this.#usedBits[word] as number
    this.mask[field] = bits === 32 ? -1 : (1 << bits) - 1
    ;(this.#usedBits[word] as number) += bits
    this.keyBase[field] = this.#usedKeys
    this.#usedKeys = keys
    if (grows) {
      const before = this.stride++
      this.#relocate((source, sourceBase, target, targetBase) => {
        for (let index = 0; index < before; index++) {
          target[targetBase + index] = source[sourceBase + index] as number
        }
        target[targetBase + before] = 0
      })
    }
  }

  /** Gives a field of interned values more bits, in another place. */
  #widen(field: number): void {
    if (this.sparse[field] === 0) throw new Error(`a dense field widens, which is a mistake of Touchstone: ${field}`)
    const word = this.word[field] as number
    const shift = this.shift[field] as number
    const mask = this.mask[field] as number
    const keys = this.keyBase[field] as number
    this.#ensureRoom(this.stride)
    this.#place(field, this.bits(field) + INTERNED_BITS)
    this.keyLo.copyWithin(this.keyBase[field] as number, keys, keys + (mask >>> 0) + 1)
    this.keyHi.copyWithin(this.keyBase[field] as number, keys, keys + (mask >>> 0) + 1)
    const stride = this.stride
    this.#relocate((source, sourceBase, target, targetBase) => {
      for (let index = 0; index < stride; index++) {
        target[targetBase + index] = source[sourceBase + index] as number
      }
      const number = ((target[targetBase + word] as number) >>> shift) & mask
      ;(target[targetBase + word] as number) &= ~(mask << shift)
      this.set(target, targetBase, field, number)
    })
  }

  /** Makes sure that there is room to move all vectors. */
  #ensureRoom(stride: number): void {
    this.memory.ensure(this.#holders.reduce((sum, { bytes }) => sum + bytes(stride), 0))
  }

  #relocate(relocate: Relocate): void {
    this.moves++
    for (const holder of this.#holders) holder.relocate(relocate)
  }
}
