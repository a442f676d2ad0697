/**
 * Values as text: on one line, and without control characters.
 *
 * @module
 */
import { BigDecimal, DateTime, Duration, Option, Redacted, Result } from "effect"
import { plainOf } from "../../src/model/instance.ts"
import { showString } from "./string.ts"
import { ageOf, isAged, isChannel, isEnvelope, isReply, isTimer, isUnforced } from "./system-part.ts"

const fieldsOf = (value: object): ReadonlyArray<string> =>
  Object.entries(value).flatMap(([name, item]) => name === "_tag" ? [] : [`${name}: ${showValue(item)}`])

const tagOf = (value: object): string => "_tag" in value ? String(value._tag) : ""

const showAge = (age: number | undefined): string => age === undefined ? "" : ` (age ${age})`

/** What a system consists of is not shown as the data that it is. */
const showPart = (value: object): string | undefined =>
  isEnvelope(value)
    ? `${value.from} → ${value.to}: ${showValue(value.message)}${showAge(ageOf(value))}`
    : isAged(value)
    ? `${showValue(value.message)}${showAge(value.age)}`
    : isChannel(value)
    ? `${value.from} → ${value.to}`
    : isTimer(value)
    ? `${value.process}.${value.timer}${value.at === null ? "" : `@${value.at}`}`
    : isReply(value)
    ? `${value.from}: ${showValue(value.value)}`
    : isUnforced(value)
    ? `${value.process} was ${showValue(value.before)}`
    : undefined

/** An instance of a class is shown as what it stands for; what it is made of is its own affair. */
const showInstance = (value: object): string | undefined => {
  if (Redacted.isRedacted(value)) return String(value)
  if (Option.isOption(value)) {
    return Option.match(value, {
      onNone: () => "none",
      onSome: (it) => `some(${showValue(it)})`,
    })
  }
  if (Result.isResult(value)) {
    return Result.match(value, {
      onSuccess: (it) => `success(${showValue(it)})`,
      onFailure: (it) => `failure(${showValue(it)})`,
    })
  }
  if (Duration.isDuration(value)) return Duration.format(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  const plain = prototype === Object.prototype || prototype === null ? undefined : plainOf(value)
  if (plain === undefined) return undefined
  if (DateTime.isDateTime(value) || BigDecimal.isBigDecimal(value)) return String(plain)
  const name = value.constructor?.name ?? "Object"
  if (typeof plain !== "object" || plain === null) {
    return name === "Object"
      ? showValue(plain)
      : `${name}(${showValue(plain)})`
  }
  return Object.getPrototypeOf(plain) !== Object.prototype || "_tag" in plain || name === "Object"
    ? showValue(plain)
    : `${name}${showValue(plain)}`
}

/**
 * A value on one line: strings bare where that is clear, tagged values as `Tag{field: value}`, sets in braces, instances of
 * classes as their Schema encodes them. Messages and timers of a system are shown as who sends what to whom, and whose they
 * are.
 *
 * @example
 * ```ts
 * import { showValue } from "touchstone/model-check"
 * import { Option } from "effect"
 *
 * showValue({ _tag: "Prepared", rm: "rm1" }) // => "Prepared{rm: rm1}"
 * showValue(["two words", 2, null]) // => "[\"two words\", 2, null]"
 * showValue(Option.some(1)) // => "some(1)"
 * showValue({ _tag: "Envelope", from: "tm", to: "rm1", message: { _tag: "Prepare" } }) // => "tm → rm1: Prepare"
 * showValue({ _tag: "Timer", process: "rm1", timer: "retry", at: 3 }) // => "rm1.retry@3"
 * ```
 */
export const showValue = (value: unknown): string => {
  if (typeof value === "string") return showString(value)
  if (typeof value === "bigint") return `${value}n`
  if (typeof value !== "object" || value === null) return String(value)
  if (Array.isArray(value)) return `[${value.map(showValue).join(", ")}]`
  if (value instanceof Date) return value.toJSON()
  if (value instanceof Set) return showSet([...value])
  if (value instanceof Map) {
    return `{${Array.from(value, ([key, item]) => `${showValue(key)} → ${showValue(item)}`).join(", ")}}`
  }
  const part = showPart(value) ?? showInstance(value)
  if (part !== undefined) return part
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

/** A message, a timer or a write needs no name to say what it is. */
const saysItself = (value: unknown): boolean =>
  isEnvelope(value) || isChannel(value) || isTimer(value) || isUnforced(value)

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
  Object.entries(parameters)
    .map(([name, value]) => saysItself(value) ? showValue(value) : `${name}: ${showValue(value)}`)
    .join(", ")

/**
 * An action with its arguments.
 *
 * @example
 * ```ts
 * import { showAction } from "touchstone/model-check"
 *
 * showAction("rmPrepare", { rm: "rm1" }) // => "rmPrepare(rm: rm1)"
 * showAction("tmCommit", {}) // => "tmCommit"
 *
 * const envelope = { _tag: "Envelope", from: "tm", to: "rm1", message: { _tag: "Prepare" } }
 * showAction("deliver", { envelope }) // => "deliver(tm → rm1: Prepare)"
 * ```
 */
export const showAction = (action: string, parameters: { readonly [name: string]: unknown }): string => {
  const shown = showArguments(parameters)
  return shown === "" ? action : `${action}(${shown})`
}
