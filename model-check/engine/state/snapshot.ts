/**
 * Snapshots: what is kept of a value that a user's function, or a user's constant, gave.
 *
 * The copy is the engine's own. What the value was made of may be a view that shows another state later, or belong to the
 * caller, who may change it; and what the next function is given cannot be changed by it. `Object.freeze` does not reach
 * what a `Set`, a `Map` or a `Date` holds; of these, the methods that change it throw.
 *
 * Of an instance of a class, a new one is made from the plain data that it stands for. It is not frozen, since it may cache
 * what it computes: so it is noticed, not prevented, when a function changes it.
 *
 * @module
 */
import { encoder } from "../../../src/model/encoding.ts"
import { type Instances, knownInstances, standFor } from "../../../src/model/instance.ts"

/** Refuses to change what belongs to a state. */
export const refuseChange = (): never => {
  throw new TypeError("Cannot add to, delete from or set what belongs to a state")
}

const forbid = (value: object, methods: ReadonlyArray<string>): void => {
  for (const method of methods) Object.defineProperty(value, method, { value: refuseChange })
}

const DATE_SETTERS = Object.getOwnPropertyNames(Date.prototype).filter((name) => name.startsWith("set"))

/** All snapshots that there are, which need no other: most values are made of parts of older ones. */
const snapshots = new WeakSet<object>()

/** Of the snapshots that are instances, or have some within: whether these are as they were. */
const unchanged = new WeakMap<object, () => boolean>()

/** Gives an object a property of its own, whatever it is called: `__proto__` too. */
export const define = (object: object, key: string | number, value: unknown): void => {
  Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true })
}

/** Whether a snapshot is, or has within, an instance of a class, and so can be changed. */
export const holdsInstance = (value: unknown): boolean =>
  typeof value === "object" && value !== null && unchanged.has(value)

/** Whether a snapshot is what it was when it was made. */
export const isUnchanged = (value: unknown): boolean =>
  typeof value !== "object" || value === null || (unchanged.get(value)?.() ?? true)

/** Copies plain data; its parts are copied by `part`. */
const copy = (value: object, part: (value: unknown) => unknown): object => {
  if (Array.isArray(value)) return Array.from(value, part)
  if (value instanceof Set) {
    const members = new Set(Array.from(value, part))
    forbid(members, ["add", "delete", "clear"])
    return members
  }
  if (value instanceof Map) {
    const entries = new Map(Array.from(value, ([key, item]) => [part(key), part(item)]))
    forbid(entries, ["set", "delete", "clear"])
    return entries
  }
  if (value instanceof Date) {
    const date = new Date(value)
    forbid(date, DATE_SETTERS)
    return date
  }
  const record = {}
  for (const [key, item] of Object.entries(value)) define(record, key, part(item))
  return record
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null ||
    [Object.prototype, Array.prototype, Set.prototype, Map.prototype, Date.prototype].includes(prototype as object)
}

/**
 * A frozen copy of plain data, at any depth, and new instances in place of instances. It has one zero, as the encoding has:
 * `-0` becomes `0`.
 *
 * @param instances - says what instances stand for.
 * @throws UnencodableValue where this is not known.
 */
export const snapshot = <A>(value: A, instances: Instances = knownInstances): A => {
  if (value === 0) return 0 as A
  if (typeof value !== "object" || value === null || snapshots.has(value)) return value
  if (!isPlain(value)) {
    const { plain, revive } = instances(value)
    const kept = snapshot(plain, instances)
    const copied = revive(kept)
    standFor(copied, kept)
    snapshots.add(copied)
    const encode = encoder(instances)
    const before = encode(copied)
    unchanged.set(copied, () => {
      try {
        return encode(copied) === before
      } catch {
        return false
      }
    })
    return copied as A
  }
  const parts: Array<object> = []
  const copied = copy(value, (part) => {
    const kept = snapshot(part, instances)
    if (holdsInstance(kept)) parts.push(kept as object)
    return kept
  })
  if (parts.length > 0) unchanged.set(copied, () => parts.every(isUnchanged))
  snapshots.add(copied)
  return Object.freeze(copied) as A
}
