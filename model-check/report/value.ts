/**
 * Values as text: on one line, and without control characters.
 *
 * @module
 */

const fieldsOf = (value: object): ReadonlyArray<string> =>
  Object.entries(value).flatMap(([name, item]) => name === "_tag" ? [] : [`${name}: ${showValue(item)}`])

const tagOf = (value: object): string => "_tag" in value ? String(value._tag) : ""

/**
 * A value on one line: strings bare where that is clear, tagged values as `Tag{field: value}`, sets in braces.
 *
 * @example
 * ```ts
 * import { showValue } from "touchstone/model-check"
 *
 * showValue({ _tag: "Prepared", rm: "rm1" }) // => "Prepared{rm: rm1}"
 * showValue(["two words", 2, null]) // => "[\"two words\", 2, null]"
 * ```
 */
export const showValue = (value: unknown): string => {
  if (typeof value === "string") return /^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(value) ? value : JSON.stringify(value)
  if (typeof value === "bigint") return `${value}n`
  if (typeof value !== "object" || value === null) return String(value)
  if (Array.isArray(value)) return `[${value.map(showValue).join(", ")}]`
  if (value instanceof Date) return value.toJSON()
  if (value instanceof Set) return showSet([...value])
  if (value instanceof Map) {
    return `{${Array.from(value, ([key, item]) => `${showValue(key)} → ${showValue(item)}`).join(", ")}}`
  }
  const [tag, fields] = [tagOf(value), fieldsOf(value)]
  return tag !== "" && fields.length === 0 ? tag : `${tag}{${fields.join(", ")}}`
}

/**
 * The members of a set on one line.
 *
 * @example
 * ```ts
 * import { showSet } from "touchstone/model-check"
 *
 * showSet(["rm1", "rm2"]) // => "{rm1, rm2}"
 * ```
 */
export const showSet = (members: ReadonlyArray<unknown>): string => `{${members.map(showValue).join(", ")}}`

/**
 * Arguments, or constants, on one line.
 *
 * @example
 * ```ts
 * import { showArguments } from "touchstone/model-check"
 *
 * showArguments({ rm: "rm1", ballot: 0 }) // => "rm: rm1, ballot: 0"
 * ```
 */
export const showArguments = (parameters: { readonly [name: string]: unknown }): string =>
  Object.entries(parameters).map(([name, value]) => `${name}: ${showValue(value)}`).join(", ")

/**
 * An action with its arguments.
 *
 * @example
 * ```ts
 * import { showAction } from "touchstone/model-check"
 *
 * showAction("rmPrepare", { rm: "rm1" }) // => "rmPrepare(rm: rm1)"
 * showAction("tmCommit", {}) // => "tmCommit"
 * ```
 */
export const showAction = (action: string, parameters: { readonly [name: string]: unknown }): string => {
  const shown = showArguments(parameters)
  return shown === "" ? action : `${action}(${shown})`
}
