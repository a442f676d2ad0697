/**
 * Freezing: what a user's function is given cannot be changed by it.
 *
 * `Object.freeze` does not reach what a `Set`, a `Map` or a `Date` holds; of these, the methods that change it throw.
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

/** Freezes plain data, at any depth, and returns it. */
export const freeze = <A>(value: A): A => {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value
  if (value instanceof Set || value instanceof Map) {
    forbid(value, ["add", "set", "delete", "clear"])
    for (const [key, item] of value.entries()) {
      freeze(key)
      freeze(item)
    }
  } else if (value instanceof Date) forbid(value, DATE_SETTERS)
  Object.freeze(value)
  for (const item of Object.values(value)) freeze(item)
  return value
}
