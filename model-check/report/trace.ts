/**
 * States and traces as text: numbered steps, and what each of them changes.
 *
 * The model's variables say what is a record, a set, a bag or one value, so a state is shown in the small variables in which it
 * was declared.
 *
 * @module
 */
import { encode } from "../../src/model/encoding.ts"
import type { Model } from "../../src/model/model.ts"
import { type Slot, slots } from "../../src/model/slot.ts"
import type { PlainState, Trace } from "../../src/model/trace.ts"
import { aboutMessages, processesOf } from "./system-part.ts"
import { showAction, showSet, showValue } from "./value.ts"

type Fields = { readonly [name: string]: unknown }

const isPlain = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype

const at = (state: PlainState, path: ReadonlyArray<string | number>): unknown =>
  path.reduce<unknown>((part, key) => isPlain(part) ? part[key] : undefined, state)

const members = (value: unknown): ReadonlyArray<unknown> => Array.isArray(value) ? value : []

/** The members of `these` that are not among `those`, each copy counted. */
const without = (these: ReadonlyArray<unknown>, those: ReadonlyArray<unknown>): ReadonlyArray<unknown> => {
  const counts = new Map<string, number>()
  for (const member of those) counts.set(encode(member), (counts.get(encode(member)) ?? 0) + 1)
  return these.filter((member) => {
    const left = counts.get(encode(member)) ?? 0
    counts.set(encode(member), left - 1)
    return left <= 0
  })
}

const changesOfMembers = (before: ReadonlyArray<unknown>, after: ReadonlyArray<unknown>): string =>
  [
    ...without(after, before).map((element) => `+ ${showValue(element)}`),
    ...without(before, after).map((element) => `- ${showValue(element)}`),
  ].join(", ")

/** Two values with the same fields are compared field by field: a local state is long, and a step changes little of it. */
const changesOfValue = (name: string, before: unknown, after: unknown): ReadonlyArray<string> => {
  if (encode(before) === encode(after)) return []
  const comparable = isPlain(before) && isPlain(after) && before["_tag"] === after["_tag"] &&
    encode(Object.keys(before).toSorted()) === encode(Object.keys(after).toSorted())
  return comparable
    ? Object.keys(after).flatMap((key) => changesOfValue(`${name}.${key}`, before[key], after[key]))
    : [`${name}: ${showValue(before)} → ${showValue(after)}`]
}

/**
 * The small variables in which states of a model are shown. What a process lets properties observe is a variable of its own
 * that repeats a field of the local state: as long as the two are the same in these states, once is enough.
 */
const shownSlots = (model: Model<any>, ...states: ReadonlyArray<PlainState>): ReadonlyArray<Slot> => {
  const isSystem = processesOf(model) !== undefined
  const repeats = ({ path }: Slot): boolean => {
    const [field, process] = path as readonly [string, string]
    return path.length === 2 && states.every((state) => {
      const local = at(state, ["state", process])
      return isPlain(local) && field in local && encode(local[field]) === encode(at(state, path))
    })
  }
  return slots(model.variables).filter((slot) => !isSystem || !repeats(slot))
}

/** Where a variable has one value in all states, there is nothing to show. */
const varies = ({ kind, values }: Slot): boolean => kind !== "value" || values?.length !== 1

/**
 * A state, one line per small variable: `rmState.rm1 = working`, a set or a bag as `messages = {Commit}`.
 *
 * @example
 * ```ts
 * import { stateLines } from "touchstone/model-check"
 * import { Consensus } from "touchstone/spec/tla"
 *
 * stateLines(Consensus({ values: 2 }), { chosen: ["v1"] }) // => ["chosen = {v1}"]
 * ```
 */
export const stateLines = (model: Model<any>, state: PlainState): ReadonlyArray<string> =>
  shownSlots(model, state).filter(varies).map(({ kind, name, path }) => {
    const value = at(state, path)
    return `${name} = ${kind === "value" ? showValue(value) : showSet(members(value))}`
  })

/**
 * What differs between two states of a model, one line per small variable: `rmState.rm1: working → prepared`, and for a
 * set or a bag what it gains and loses: `messages: + Prepared{rm: rm1}`.
 *
 * @example
 * ```ts
 * import { changes } from "touchstone/model-check"
 * import { Consensus } from "touchstone/spec/tla"
 *
 * changes(Consensus({ values: 2 }), { chosen: [] }, { chosen: ["v1"] }) // => ["chosen: + v1"]
 * ```
 */
export const changes = (model: Model<any>, before: PlainState, after: PlainState): ReadonlyArray<string> =>
  shownSlots(model, before, after).flatMap(({ kind, name, path }) => {
    const [old, now] = [at(before, path), at(after, path)]
    if (kind === "value") return changesOfValue(name, old, now)
    const changed = changesOfMembers(members(old), members(now))
    return changed === "" ? [] : [`${name}: ${changed}`]
  })

/** The lines of each step of a trace. */
export const stepLines = (model: Model<any>, { steps }: Trace): ReadonlyArray<ReadonlyArray<string>> =>
  steps.map(({ action, parameters, state }, index) => {
    const former = steps[index - 1]
    const [title, lines] = action === null || former === undefined
      ? ["initial state", stateLines(model, state)]
      : [showAction(action, aboutMessages(former.state, { action, parameters })), changes(model, former.state, state)]
    const number = String(index).padStart(String(steps.length - 1).length)
    const shown = lines.length === 0 ? ["nothing changes"] : lines
    return [`${number} ${title}`, ...shown.map((line) => `${" ".repeat(number.length)}   ${line}`)]
  })

/**
 * A trace as lines of text: the initial state whole, then each step with its action and what it changes.
 *
 * @param model - the model that the trace is a behaviour of.
 *
 * @example
 * ```ts
 * import { traceLines } from "touchstone/model-check"
 * import { Consensus } from "touchstone/spec/tla"
 *
 * const steps = [
 *   { action: null, parameters: {}, state: { chosen: [] } },
 *   { action: "choose", parameters: { v: "v1" }, state: { chosen: ["v1"] } },
 * ]
 * traceLines(Consensus({ values: 2 }), { steps })
 * // => ["0 initial state", "    chosen = {}", "1 choose(v: v1)", "    chosen: + v1"]
 * ```
 */
export const traceLines = (model: Model<any>, trace: Trace): ReadonlyArray<string> => stepLines(model, trace).flat()
