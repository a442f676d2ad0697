/**
 * States and traces as text: numbered steps, and what each of them changes.
 *
 * The model's variables say what is a record, a set, a bag or one value, so a state is shown in the small variables in which it
 * was declared.
 *
 * @module
 */
import { emptyHistory, type History } from "../../src/history/history.ts"
import { encode } from "../../src/model/encoding.ts"
import type { Model } from "../../src/model/model.ts"
import { type Slot, slots } from "../../src/model/slot.ts"
import type { PlainState, Trace } from "../../src/model/trace.ts"
import { isHistory, operationsOf } from "./history-text.ts"
import { aboutMessages, isLater, processesOf } from "./system-part.ts"
import { showAction, showSet, showValue } from "./value.ts"

type Fields = { readonly [name: string]: unknown }

const isPlain = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype

const at = (state: PlainState, path: ReadonlyArray<string | number>): unknown =>
  path.reduce<unknown>((part, key) => isPlain(part) ? part[key] : undefined, state)

const members = (value: unknown): ReadonlyArray<unknown> => Array.isArray(value) ? value : []

/** The members of `these` that are not among `those`, each copy counted; `as` says what a member is compared as. */
export const without = <A>(
  these: ReadonlyArray<A>,
  those: ReadonlyArray<unknown>,
  as: (member: A) => unknown = (member) => member,
): ReadonlyArray<A> => {
  const counts = new Map<string, number>()
  for (const member of those) counts.set(encode(member), (counts.get(encode(member)) ?? 0) + 1)
  return these.filter((member) => {
    const encoded = encode(as(member))
    const left = counts.get(encoded) ?? 0
    counts.set(encoded, left - 1)
    return left <= 0
  })
}

/** A message that has become older, or a timer that is due at another time: as it was, and what is different now. */
const showLater = (before: unknown, after: unknown): string => {
  const now = after as { readonly age?: number; readonly at?: number }
  return "age" in now ? `${showValue(before).slice(0, -1)} → ${now.age})` : `${showValue(before)} → @${now.at}`
}

/**
 * What becomes of messages and timers where nothing but time passes: each is still there, or is the same and later. A tick changes
 * them all, and that is best read one by one.
 *
 * @returns nothing where something else has happened.
 */
const agingOf = (before: ReadonlyArray<unknown>, after: ReadonlyArray<unknown>): string | undefined => {
  const left = [...after]
  const taken = (is: (now: unknown) => boolean): unknown => {
    const index = left.findIndex(is)
    return index < 0 ? undefined : left.splice(index, 1)[0]
  }
  const pairs = before.map((element) => [element, taken((now) => isLater(element, now))] as const)
  const isAging = before.length === after.length && pairs.some(([, now]) => now !== undefined) &&
    pairs.every(([element, now]) => now ?? taken((other) => encode(other) === encode(element)))
  return isAging
    ? pairs.flatMap(([element, now]) => now === undefined ? [] : [showLater(element, now)]).join(", ")
    : undefined
}

const changesOfMembers = (before: ReadonlyArray<unknown>, after: ReadonlyArray<unknown>): string =>
  agingOf(before, after) ?? [
    ...without(after, before).map((element) => `+ ${showValue(element)}`),
    ...without(before, after).map((element) => `- ${showValue(element)}`),
  ].join(", ")

/** A queue grows at its end and shrinks from its head; from its end too, by what was never sent. */
const changesOfQueue = (before: ReadonlyArray<unknown>, after: ReadonlyArray<unknown>): string => {
  const begins = (whole: ReadonlyArray<unknown>, part: ReadonlyArray<unknown>) =>
    encode(whole.slice(0, part.length)) === encode(part)
  const show = (sign: "+" | "-", messages: ReadonlyArray<unknown>, where = "") =>
    messages.map((message) => `${sign} ${showValue(message)}${where}`)
  const wasCut = begins(before, after) && encode(before.slice(before.length - after.length)) !== encode(after)
  if (wasCut) return show("-", before.slice(after.length), " from the end").join(", ")
  const aging = agingOf(before, after)
  if (aging !== undefined) return aging
  const taken = before.findIndex((_, index) => begins(after, before.slice(index)))
  const left = taken < 0 ? [] : before.slice(taken)
  return [
    ...show("+", after.slice(left.length)),
    ...show("-", before.slice(0, before.length - left.length)),
  ].join(", ")
}

/** Of each client the operations that are new, or have been answered or given up. */
const changesOfHistory = (name: string, before: History, after: History): ReadonlyArray<string> =>
  Object.keys(after).flatMap((client) => {
    const changed = without(operationsOf(after, client), operationsOf(before, client))
    return changed.length === 0 ? [] : [`${name}.${client}: ${changed.join(", ")}`]
  })

/** Two values with the same fields are compared field by field: a local state is long, and a step changes little of it. */
const changesOfValue = (name: string, before: unknown, after: unknown): ReadonlyArray<string> => {
  if (encode(before) === encode(after)) return []
  if (isHistory(after) && (isHistory(before) || encode(before) === encode(emptyHistory))) {
    return changesOfHistory(name, before as History, after)
  }
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
  return slots(model.variables).flatMap((slot): ReadonlyArray<Slot> => {
    // A list is shown whole: by the slot of its length, which says how much of it there is.
    if (slot.place !== undefined) return slot.place === "length" ? [{ ...slot, path: slot.path.slice(0, -1) }] : []
    return isSystem && repeats(slot) ? [] : [slot]
  })
}

/** Where a variable has one value in all states, there is nothing to show. */
const varies = ({ kind, values }: Slot): boolean => kind !== "value" || values?.length !== 1

/** Whether a variable of a system holds what is on its way from one process to another, in its order. */
const isQueue = (model: Model<any>, { path }: Slot): boolean =>
  path[0] === "channels" && path.length === 2 && processesOf(model) !== undefined

/**
 * A state, one line per small variable: `rmState.rm1 = working`, a set or a bag as `messages = {Commit}`. Of the channels of a
 * system there are only those that hold something, and a history has a line for each client.
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
  shownSlots(model, state).filter(varies).flatMap((slot) => {
    const { kind, name, path } = slot
    const value = at(state, path)
    if (kind !== "value") return [`${name} = ${showSet(members(value))}`]
    if (isQueue(model, slot) && members(value).length === 0) return []
    if (!isHistory(value)) return [`${name} = ${showValue(value)}`]
    return Object.keys(value).map((client) => `${name}.${client} = ${operationsOf(value, client).join(", ")}`)
  })

/**
 * What differs between two states of a model, one line per small variable: `rmState.rm1: working → prepared`, and for a
 * set or a bag what it gains and loses: `messages: + Prepared{rm: rm1}`. A channel of a system gains messages at its end, and
 * loses them from its head; a history has a line for each client of which something has become known.
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
  shownSlots(model, before, after).flatMap((slot) => {
    const { kind, name, path } = slot
    const [old, now] = [at(before, path), at(after, path)]
    const isOrdered = isQueue(model, slot) || slot.place !== undefined
    if (kind === "value" && !isOrdered) return changesOfValue(name, old, now)
    const changed = (isOrdered ? changesOfQueue : changesOfMembers)(members(old), members(now))
    return changed === "" ? [] : [`${name}: ${changed}`]
  })

/** The lines of each step of a trace. */
export const stepLines = (model: Model<any>, { steps }: Trace): ReadonlyArray<ReadonlyArray<string>> =>
  steps.map(({ action, parameters, shown = {}, state }, index) => {
    const former = steps[index - 1]
    const [title, lines] = action === null || former === undefined
      ? ["initial state", stateLines(model, state)]
      : [showAction(action, aboutMessages(former.state, { action, parameters })), changes(model, former.state, state)]
    const number = String(index).padStart(String(steps.length - 1).length)
    const below = [
      ...(lines.length === 0 ? ["nothing changes"] : lines),
      ...Object.entries(shown).map(([name, value]) => `» ${name} = ${showValue(value)}`),
    ]
    return [`${number} ${title}`, ...below.map((line) => `${" ".repeat(number.length)}   ${line}`)]
  })

/**
 * A trace as lines of text: the initial state whole, then each step with its action and what it changes. What was asked to be
 * shown (`withShown`) stands below, behind `»`.
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
