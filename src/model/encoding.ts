/**
 * The canonical encoding of values.
 *
 * Two values have the same encoding exactly if they are structurally equal, and no encoding is a prefix of another, so
 * that encodings can be concatenated without separators: `[{1}, {}]` and `[{}, {1}]` never collide. Interning,
 * fingerprints and every comparison of values rest on it. A value is refused if a part of it would not be encoded.
 *
 * @module
 */
import { UnencodableValue } from "./errors.ts"
import { type Instances, knownInstances } from "./instance.ts"
import { show } from "./show.ts"

const SYMBOLS = "has a symbol as a key"
const HIDDEN = "has properties that are not seen when it is listed"
const MORE = "has properties of its own besides what it holds"

/** Whether a date, a map or a set has more than that. A method of its own in place of an inherited one is no data. */
const hasOwn = (value: object): boolean =>
  Reflect.ownKeys(value).some((key) => typeof (value as { readonly [key: PropertyKey]: unknown })[key] !== "function")

const refuse = (value: string, reason: string): never => {
  throw new UnencodableValue({ value, reason })
}

/**
 * The encoding of values in which there may be instances of classes.
 *
 * @param instances - says what they stand for.
 */
export const encoder = (instances: Instances): (value: unknown) => string => {
  const encodeObject = (value: object): string => {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (Array.isArray(value) && prototype === Array.prototype) {
      // The length comes after the elements, and before all else. An element that is missing is undefined.
      if (Reflect.ownKeys(value).at(-1) !== "length") refuse("an array", MORE)
      return `a${value.length}:${Array.from(value, (item) => encode(item)).join("")}`
    }
    if (prototype === Date.prototype) {
      if (hasOwn(value)) refuse("a date", MORE)
      return `d${(value as Date).getTime()};`
    }
    if (prototype === Set.prototype) {
      if (hasOwn(value)) refuse("a set", MORE)
      const members = Array.from(value as Set<unknown>, (member) => encode(member))
      return `e${members.length}:${members.toSorted().join("")}`
    }
    if (prototype === Map.prototype) {
      if (hasOwn(value)) refuse("a map", MORE)
      const entries = Array.from(value as Map<unknown, unknown>, ([key, item]) => encode(key) + encode(item))
      return `m${entries.length}:${entries.toSorted().join("")}`
    }
    // The view of a set or a bag, which says of itself how its members are had.
    if (Object.hasOwn(value, Symbol.iterator)) throw new UnencodableValue({ value: String(value) })
    if (prototype !== Object.prototype && prototype !== null) {
      const { of, plain } = instances(value)
      return `c${encode(of)}${encode(plain)}`
    }
    const record = value as Readonly<Record<string, unknown>>
    const keys = Object.keys(record).toSorted()
    if (Object.getOwnPropertySymbols(record).length > 0) refuse("an object", SYMBOLS)
    if (Object.getOwnPropertyNames(record).length !== keys.length) refuse("an object", HIDDEN)
    return `o${keys.length}:${keys.map((key) => encode(key) + encode(record[key])).join("")}`
  }
  const encode = (value: unknown): string => {
    switch (typeof value) {
      case "string":
        return `s${value.length}:${value}`
      case "number":
        return `n${value === 0 ? 0 : value};`
      case "boolean":
        return value ? "t" : "f"
      case "undefined":
        return "u"
      case "bigint":
        return `i${value};`
      case "object":
        return value === null ? "z" : encodeObject(value)
      default:
        throw new UnencodableValue({ value: String(value) })
    }
  }
  return (value) => {
    try {
      return encode(value)
    } catch (cause) {
      // The stack is used up: this costs nothing where a value is as it should be.
      if (!(cause instanceof RangeError)) throw cause
      return refuse(show(value), "contains itself, or is nested too deeply")
    }
  }
}

/**
 * Encodes a value as a string: canonical (structurally equal values, and only those, encode alike; the order of an
 * object's keys, of a `Set` and of a `Map` does not count) and prefix-free.
 *
 * `0` and `-0` are one value, and `NaN` equals itself. `{ a: undefined }` differs from `{}`. An instance of a class is encoded
 * through its Schema, if it is one of Effect's data types or of a `Schema.Class`.
 *
 * @param value - strings, numbers, bigints, booleans, `null`, `undefined`, dates, and arrays, objects, sets and maps of
 *   these, and such instances.
 * @returns the encoding.
 * @throws {@link UnencodableValue} for a function, a symbol, an instance of another class, for keys that are symbols and
 *   properties of arrays, dates, sets and maps, at any depth, and for what contains itself.
 *
 * @function
 *
 * @example
 * ```ts
 * import { encode } from "touchstone"
 *
 * encode({ b: 1, a: "x" }) === encode({ a: "x", b: 1 }) // => true
 * encode([[1], []]) === encode([[], [1]]) // => false
 * ```
 */
export const encode: (value: unknown) => string = encoder(knownInstances)
