/**
 * Conformance: whether what a process does is what it declared, and what others understand.
 *
 * @module
 */
import { Schema } from "effect"
import { InvalidReaction } from "../model/errors.ts"
import { type Objection, objectionOf } from "../model/objection.ts"
import { show } from "../model/show.ts"
import type { PlannedClock } from "./clock.ts"
import { fieldsOf } from "./fields.ts"
import type { AnyProcess, Event, Tagged } from "./process.ts"

/** What a Schema has against a value, if anything. A field too many is left to the variable in which the value is kept. */
export const objectionTo = (schema: Schema.Top): Objection => {
  const is = Schema.is(schema)
  const objection = objectionOf(schema as Schema.Schema<unknown>)
  return (value) => is(value) ? undefined : objection(value)
}

interface Declared {
  readonly fields: ReadonlyMap<string, Objection>
  readonly message: Objection
  readonly reply: Objection
}

const cache = new WeakMap<AnyProcess, Declared>()

/** The Schemas of a process are made ready once: it is asked in every step. */
const declaredBy = (process: AnyProcess): Declared => {
  const known = cache.get(process)
  if (known !== undefined) return known
  const { messages, replies } = process
  const fields = Object.entries(fieldsOf(process))
  const declared = {
    fields: new Map(fields.map(([field, schema]) => [field, objectionTo(schema)])),
    message: objectionTo(messages as Schema.Top),
    reply: replies === undefined ? () => "it declares none" : objectionTo(replies as Schema.Top),
  }
  cache.set(process, declared)
  return declared
}

/**
 * Refuses a state that has other fields than the process declares, or values outside their Schemas.
 *
 * @param event - what the process was asked, for the error; nothing when it starts.
 * @param before - the state it was in: what is still the same needs no other look.
 * @throws {@link InvalidReaction}
 */
export const checkState = (
  name: string,
  process: AnyProcess,
  event: Event | undefined,
  before: any,
  after: any,
): void => {
  if (after === before) return
  const { fields } = declaredBy(process)
  const refuse = (reason: string) => new InvalidReaction({ process: name, event, reason })
  const undeclared = Object.keys(Object(after)).find((field) => !fields.has(field))
  if (undeclared !== undefined) {
    throw refuse(
      `gives the field ${undeclared}, which it does not declare; there are: ${[...fields.keys()].join(", ")}`,
    )
  }
  for (const [field, objection] of fields) {
    if (!Object.hasOwn(Object(after), field)) throw refuse(`gives a state without the field ${field}`)
    const reason = after[field] === before?.[field] ? undefined : objection(after[field])
    if (reason !== undefined) throw refuse(`gives the field ${field} a value outside its Schema: ${reason}`)
  }
}

/**
 * Refuses a timer that the process does nothing about.
 *
 * @throws {@link InvalidReaction}
 */
export const checkTimer = (name: string, { timers }: AnyProcess, timer: string): void => {
  if (Object.hasOwn(timers, timer)) return
  const known = Object.keys(timers).join(", ") || "none"
  throw new InvalidReaction({
    process: name,
    reason: `names the timer ${timer}, for which it has no handler; there are: ${known}`,
  })
}

/**
 * Refuses a message that is none of those that its receiver understands.
 *
 * @throws {@link InvalidReaction}
 */
export const checkMessage = (from: string, to: string, receiver: AnyProcess, message: Tagged): void => {
  const reason = declaredBy(receiver).message(message)
  if (reason === undefined) return
  throw new InvalidReaction({
    process: from,
    reason: `sends ${show(message)} to ${to}, which does not understand it: ${reason}`,
  })
}

/**
 * Refuses a reply to the environment that the process does not declare.
 *
 * @throws {@link InvalidReaction}
 */
export const checkReply = (name: string, process: AnyProcess, value: unknown): void => {
  const reason = declaredBy(process).reply(value)
  if (reason === undefined) return
  throw new InvalidReaction({
    process: name,
    reason: `replies ${show(value)}, which is none of its replies: ${reason}`,
  })
}

/**
 * Refuses to say what time it is, where there is no clock.
 *
 * @throws {@link InvalidReaction}
 */
export const refuseTime = (name: string, event: Event, clock: PlannedClock | undefined): never => {
  throw new InvalidReaction({
    process: name,
    event,
    reason: clock === undefined
      ? "reads the time, but the system has no clock; give it one, say clock: { horizon: 10 }"
      : "reads the time, but the clock has no horizon; give it one, say horizon: 10, or let the process set a timer",
  })
}
