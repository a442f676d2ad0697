/**
 * The canonical encoding of plain data.
 *
 * Two values have the same encoding exactly if they are structurally equal, and no encoding is a prefix of another, so
 * that encodings can be concatenated without separators: `[{1}, {}]` and `[{}, {1}]` never collide. Interning,
 * fingerprints and every comparison of values rest on it.
 *
 * @module
 */
import { UnencodableValue } from "./errors.ts"

const encodeObject = (value: object): string => {
  if (Array.isArray(value)) return `a${value.length}:${Array.from(value, encode).join("")}`
  if (value instanceof Date) return `d${value.getTime()};`
  if (value instanceof Set) return `e${value.size}:${Array.from(value, encode).toSorted().join("")}`
  if (value instanceof Map) {
    return `m${value.size}:${Array.from(value, ([key, item]) => encode(key) + encode(item)).toSorted().join("")}`
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  // The view of a set or a bag, which says of itself how its members are had.
  if (Object.hasOwn(value, Symbol.iterator)) throw new UnencodableValue({ value: String(value) })
  const record = value as Readonly<Record<string, unknown>>
  const keys = Object.keys(record).toSorted()
  const fields = keys.map((key) => encode(key) + encode(record[key])).join("")
  if (prototype === Object.prototype || prototype === null) return `o${keys.length}:${fields}`
  // An instance of a class (Effect's Option, a Schema.Class): its tag lives on the prototype, not among its own fields.
  const tag = typeof record["_tag"] === "string" ? record["_tag"] : (value.constructor?.name ?? "")
  // What tells two instances apart is hidden (a RegExp, an Error, a Promise, private fields): they must not be taken for one.
  const isOpaque = keys.length === 0 && typeof record["_tag"] !== "string"
  if (isOpaque || ArrayBuffer.isView(value)) throw new UnencodableValue({ value: `an instance of ${tag}` })
  return `c${encode(tag)}${keys.length}:${fields}`
}

/**
 * Encodes plain data as a string: canonical (structurally equal values, and only those, encode alike; the order of an
 * object's keys, of a `Set` and of a `Map` does not count) and prefix-free.
 *
 * `0` and `-0` are one value, and `NaN` equals itself. `{ a: undefined }` differs from `{}`. Of an instance of a class, the
 * fields that it shows count, and its tag or the name of its class.
 *
 * @param value - strings, numbers, bigints, booleans, `null`, `undefined`, dates, and arrays, objects, sets and maps of
 *   these.
 * @returns the encoding.
 * @throws {@link UnencodableValue} for a function, a symbol, or an instance of a class that shows no fields, at any depth.
 *
 * @example
 * ```ts
 * import { encode } from "touchstone"
 *
 * encode({ b: 1, a: "x" }) === encode({ a: "x", b: 1 }) // => true
 * encode([[1], []]) === encode([[], [1]]) // => false
 * ```
 */
export const encode = (value: unknown): string => {
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
