/**
 * Snapshots: what is kept of a value that a user's function, or a user's constant, gave.
 *
 * The copy is the engine's own. What the value was made of may be a view that shows another state later, or belong to the
 * caller, who may change it; and what the next function is given cannot be changed by it. `Object.freeze` does not reach
 * what a `Set`, a `Map` or a `Date` holds; of these, the methods that change it throw.
 *
 * @module
 */

const refuse = (): never => {
  throw new TypeError("Cannot add to, delete from or set what belongs to a state")
}

const forbid = (value: object, methods: ReadonlyArray<string>): void => {
  for (const method of methods) Object.defineProperty(value, method, { value: refuse })
}

const DATE_SETTERS = Object.getOwnPropertyNames(Date.prototype).filter((name) => name.startsWith("set"))

/** All snapshots there are, which need no other: most values are made of parts of older ones. */
const snapshots = new WeakSet<object>()

/** Gives an object a property of its own, whatever it is called: `__proto__` too. */
export const define = (object: object, key: string | number, value: unknown): void => {
  Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true })
}

/** Copies plain data, whose parts are snapshots; of an instance of a class nothing is known, so it stands for itself. */
const copy = (value: object): object => {
  if (Array.isArray(value)) return Array.from(value, snapshot)
  if (value instanceof Set) {
    const members = new Set(Array.from(value, snapshot))
    forbid(members, ["add", "delete", "clear"])
    return members
  }
  if (value instanceof Map) {
    const entries = new Map(Array.from(value, ([key, item]) => [snapshot(key), snapshot(item)]))
    forbid(entries, ["set", "delete", "clear"])
    return entries
  }
  if (value instanceof Date) {
    const date = new Date(value)
    forbid(date, DATE_SETTERS)
    return date
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return value
  const record = {}
  for (const [key, item] of Object.entries(value)) define(record, key, snapshot(item))
  return record
}

/** A frozen copy of plain data, at any depth. It has one zero, as the encoding has: `-0` becomes `0`. */
export const snapshot = <A>(value: A): A => {
  if (value === 0) return 0 as A
  if (typeof value !== "object" || value === null || snapshots.has(value)) return value
  const copied = copy(value)
  if (copied === value) return value
  snapshots.add(copied)
  return Object.freeze(copied) as A
}
