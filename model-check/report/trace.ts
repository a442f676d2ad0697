/**
 * Traces as text: numbered steps, and what changes in each.
 *
 * @module
 */
import { encode } from "../../src/model/encoding.ts"
import type { PlainState, Trace } from "../../src/model/trace.ts"

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/**
 * A value on one line: strings bare, tagged structs as `Tag{field: value}`.
 *
 * @example
 * ```ts
 * import { showValue } from "touchstone/model-check"
 *
 * showValue({ _tag: "Prepared", rm: "rm1" }) // => "Prepared{rm: rm1}"
 * ```
 */
export const showValue = (value: unknown): string => {
  if (typeof value === "string") return /^[\w.-]+$/.test(value) ? value : JSON.stringify(value)
  if (typeof value === "bigint") return `${value}n`
  if (Array.isArray(value)) return `[${value.map(showValue).join(", ")}]`
  if (value instanceof Set) return `{${[...value].map(showValue).join(", ")}}`
  if (value instanceof Map) {
    return `{${[...value].map(([key, item]) => `${showValue(key)}: ${showValue(item)}`).join(", ")}}`
  }
  if (!isRecord(value)) return String(value)
  const { _tag: tag, ...fields } = value
  const shown = Object.entries(tag === undefined ? value : fields).map(([name, item]) => `${name}: ${showValue(item)}`)
  if (tag === undefined) return `{${shown.join(", ")}}`
  return shown.length === 0 ? String(tag) : `${String(tag)}{${shown.join(", ")}}`
}

/** Arguments on one line: `rm: rm1, ballot: 0`. */
export const showArguments = (parameters: { readonly [name: string]: unknown }): string =>
  Object.entries(parameters).map(([name, value]) => `${name}: ${showValue(value)}`).join(", ")

/** Whether a value is the plain form of a record, of which the parts are variables of their own. */
const hasParts = (one: unknown, other: unknown): boolean =>
  isRecord(one) && isRecord(other) && !("_tag" in one) && !("_tag" in other)

const changesOf = (name: string, before: unknown, after: unknown): ReadonlyArray<string> => {
  if (encode(before) === encode(after)) return []
  if (hasParts(before, after)) {
    const [one, other] = [before, after] as [PlainState, PlainState]
    return Object.keys(other).flatMap((key) => changesOf(`${name}.${key}`, one[key], other[key]))
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const [had, has] = [new Set(before.map(encode)), new Set(after.map(encode))]
    const gained = after.filter((element) => !had.has(encode(element))).map((element) => `+ ${showValue(element)}`)
    const lost = before.filter((element) => !has.has(encode(element))).map((element) => `- ${showValue(element)}`)
    if (gained.length + lost.length > 0) return [`${name}: ${[...gained, ...lost].join(", ")}`]
  }
  return [`${name}: ${showValue(before)} → ${showValue(after)}`]
}

/**
 * What differs between two states, one line per small variable: `rmState.rm1: working → prepared`, and for a set what it
 * gains and loses: `messages: + Prepared{rm: rm1}`.
 *
 * @example
 * ```ts
 * import { changes } from "touchstone/model-check"
 *
 * changes({ tm: "init", sent: [] }, { tm: "init", sent: ["Commit"] }) // => ["sent: + Commit"]
 * ```
 */
export const changes = (before: PlainState, after: PlainState): ReadonlyArray<string> =>
  Object.keys(after).flatMap((name) => changesOf(name, before[name], after[name]))

const wholeOf = (name: string, value: unknown): ReadonlyArray<string> =>
  hasParts(value, value)
    ? Object.entries(value as PlainState).flatMap(([key, part]) => wholeOf(`${name}.${key}`, part))
    : [`${name} = ${showValue(value)}`]

/**
 * A trace as lines of text: the initial state whole, then each step with its action and what it changes.
 *
 * @example
 * ```ts
 * import { traceLines } from "touchstone/model-check"
 *
 * traceLines({
 *   steps: [
 *     { action: null, parameters: {}, state: { on: false } },
 *     { action: "switch", parameters: {}, state: { on: true } },
 *   ],
 * }) // => ["0 initial state", "    on = false", "1 switch", "    on: false → true"]
 * ```
 */
export const traceLines = ({ steps }: Trace): ReadonlyArray<string> =>
  steps.flatMap(({ action, parameters, state }, index) => {
    const previous = steps[index - 1]
    if (action === null || previous === undefined) {
      return [
        `${index} initial state`,
        ...Object.entries(state).flatMap(([name, value]) => wholeOf(name, value)).map((line) => `    ${line}`),
      ]
    }
    const args = showArguments(parameters)
    const changed = changes(previous.state, state)
    return [
      `${index} ${action}${args && `(${args})`}`,
      ...(changed.length === 0 ? ["nothing changes"] : changed).map((line) => `    ${line}`),
    ]
  })
