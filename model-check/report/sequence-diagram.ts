/**
 * Traces of systems as Mermaid sequence diagrams: who sent what to whom, and what went wrong.
 *
 * @module
 */
import { Data } from "effect"
import { encode } from "../../src/model/encoding.ts"
import type { Model } from "../../src/model/model.ts"
import type { PlainState, Trace, TraceStep } from "../../src/model/trace.ts"
import { crashesIn, type End, eventOf, type Flight, flightsOf, isThere, lifeOf } from "./flight.ts"
import { aboutMessages, isChannel, isReply, isTimer, isUnforced, processesOf } from "./system-part.ts"
import { showAction, showSet, showValue } from "./value.ts"

/** A sequence diagram was asked for, of a trace in which no processes send messages. */
export class NotASystem extends Data.TaggedError("NotASystem")<{ readonly model: string }> {
  override get message(): string {
    return `${this.model} has no processes, so it has no sequence diagram; only systems have one`
  }
}

/** Mermaid reads `#code;` as a character; a semicolon would end the statement, and `<` begin a tag. */
const escaped = (text: string): string => text.replaceAll(/[#;<>]/g, (character) => `#${character.codePointAt(0)};`)

/** What was replied to the environment in a step. */
const repliesIn = (before: PlainState, after: PlainState) => {
  const known = new Set((before["replies"] as ReadonlyArray<unknown>).map(encode))
  return (after["replies"] as ReadonlyArray<unknown>).filter((reply) => !known.has(encode(reply))).filter(isReply)
}

/** Where messages are while other things happen. */
const NETWORK = "network"

/** Whether a message was sent directly before it came to its only end: then one arrow says it all. */
const isDirect = ({ ends: [end, ...others], sentAt }: Flight): boolean =>
  end?.at === sentAt + 1 && end.how !== "gone" && others.length === 0

/**
 * A trace of a system as a Mermaid `sequenceDiagram`.
 *
 * A message that arrives directly after it was sent is one arrow from process to process. Where something else happens while it is
 * on its way, it leaves its sender for the network, and reaches its receiver from there, with the same number in both places. So
 * arrows that cross are messages that overtake each other, and what a process sent before it crashed does not seem to be sent
 * after it is up again. An arrow with a cross is a message that is lost, or was never sent because its sender crashed.
 * Everything else that happens is a note: over the process that it happens to, or over all of them.
 *
 * Where a process crashes, each process has a bar as long as it is there: each bar is one life.
 *
 * @param model - the model that the trace is a behaviour of.
 * @throws {@link NotASystem} when the model is not one that a system compiles into.
 *
 * @example
 * ```ts
 * import { check, machine, named, system, unordered } from "touchstone"
 * import { sequenceDiagram } from "touchstone/model-check"
 * import { Effect, Schema } from "effect"
 *
 * const Ask = Schema.TaggedStruct("Ask", {})
 * const { next, process, reply, send } = machine({ messages: Ask, replies: Schema.String })
 * const asking = process({ initial: {}, start: (state) => next(state, send("server", Ask.make({}))) })
 * const answering = process({ initial: {}, receive: { Ask: (state) => next(state, reply("here")) } })
 * const { model, reachable } = system({
 *   name: "one question",
 *   processes: [named("client", asking), named("server", answering)],
 *   network: unordered(),
 * })
 * const question = model({ answered: reachable((s) => s.replies.size > 0) })
 *
 * const { properties } = Effect.runSync(check(question))
 * sequenceDiagram(question, properties[0]?.trace ?? { steps: [] })
 * // => `sequenceDiagram
 * //   participant p0 as client
 * //   participant p1 as server
 * //   p0->>p1: Ask
 * //   Note over p1: replies here
 * // `
 * ```
 */
export const sequenceDiagram = (model: Model<any>, { steps }: Trace): string => {
  const processes = processesOf(model)
  if (processes === undefined) throw new NotASystem({ model: model.name })
  /** The participants' names may be any text, so Mermaid gets to know them by their position. */
  const line = (of: string): string => `p${processes.indexOf(of)}`
  const over = (of: string, text: string): string => `  Note over ${line(of)}: ${escaped(text)}`
  const overAll = (text: string): string => {
    const [first, last] = [processes[0] as string, processes.at(-1) as string]
    return processes.length === 1 ? over(first, text) : `  Note over ${line(first)},${line(last)}: ${escaped(text)}`
  }

  const trace = { steps }
  const flights = flightsOf(model, trace)
  const passing = flights.filter((flight) => !isDirect(flight))
  const numbered = passing.filter(({ ends }) => ends.length > 0)
  const number = (flight: Flight): string => {
    const index = numbered.indexOf(flight)
    return index < 0 ? "" : `(${index + 1}) `
  }
  const arrow = (from: string, head: string, to: string, text: string) => `  ${from}${head}${to}: ${escaped(text)}`

  /** A message leaves its sender, unless it gets somewhere at once. */
  const sent = (flight: Flight): string => {
    const { from, message, to } = flight.envelope
    return arrow(line(from), "-)", NETWORK, `${number(flight)}to ${to}: ${showValue(message)}`)
  }
  const endsAt = (at: number) =>
    flights.flatMap((flight) => flight.ends.filter((end) => end.at === at).map((end) => ({ end, flight })))
  /** A message arrives, or is lost. */
  const ended = ({ end: { at, how }, flight }: { readonly end: End; readonly flight: Flight }): string => {
    const { from, message, to } = flight.envelope
    const head = ["lost", "never sent", "gone"].includes(how) ? "--x" : "->>"
    const mark = how === "arrives" ? "" : ` (${how})`
    if (isDirect(flight)) return arrow(line(from), head, line(to), `${showValue(message)}${mark}`)
    const life = lifeOf(trace, from, at) === flight.life ? "" : ` in life ${flight.life}`
    return arrow(NETWORK, head, line(to), `${number(flight)}from ${from}${life}: ${showValue(message)}${mark}`)
  }

  const someoneLeaves = steps.some(({ state }) => processes.some((process) => !isThere(state, process)))
  /** The bars that begin and end with a step: before it these processes were there, after it those. */
  const bars = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): ReadonlyArray<string> =>
    someoneLeaves
      ? [
        ...before.filter((process) => !after.includes(process)).map((process) => `  deactivate ${line(process)}`),
        ...after.filter((process) => !before.includes(process)).map((process) => `  activate ${line(process)}`),
      ]
      : []
  const thoseIn = (state: PlainState | undefined): ReadonlyArray<string> =>
    state === undefined ? [] : processes.filter((process) => isThere(state, process))

  const happened = (before: PlainState, step: TraceStep, at: number): ReadonlyArray<string> => {
    const { parameters } = step
    const [name, what] = [String(step.action), eventOf(step)]
    const { by, end: closed, process, side, timer, write } = aboutMessages(before, step)
    const crash = (of: string) => crashesIn(step) ? [over(of, "crash, before anything is sent")] : []
    const about = endsAt(at).find(({ end }) => end.how !== "gone")
    if (about !== undefined) return [ended(about), ...crash(about.flight.envelope.to)]
    if (what === "timeout" && isTimer(timer)) {
      return [over(timer.process, `timeout ${timer.timer}`), ...crash(timer.process)]
    }
    if (what === "closed" && isChannel(closed)) {
      return [over(closed.from, `connection to ${closed.to} closed`), ...crash(closed.from)]
    }
    if (what === "loseUnforced" && isUnforced(write)) {
      return [over(write.process, `on the disk it still has ${showValue(write.before)}`)]
    }
    if (what === "cut" && Array.isArray(side)) return [overAll(`cut off: ${showSet(side)}`)]
    if (typeof process === "string" && processes.includes(process)) {
      const begins = !isThere(before, process) && isThere(step.state, process)
      const life = begins ? `, life ${lifeOf(trace, process, at)}` : ""
      return [over(process, `${by === undefined ? name : showAction(name, { by })}${life}`)]
    }
    const owner = processes.findLast((process) => what.startsWith(`${process}.`))
    if (owner !== undefined) {
      return [over(owner, showAction(what.slice(owner.length + 1), parameters)), ...crash(owner)]
    }
    return [overAll(showAction(name, parameters))]
  }

  const participants = processes.map((name) => `  participant ${line(name)} as ${escaped(name)}`)
  const half = Math.ceil(participants.length / 2)
  return [
    "sequenceDiagram",
    ...participants.slice(0, half),
    ...passing.length === 0 ? [] : [`  participant ${NETWORK} as the network`],
    ...participants.slice(half),
    ...steps.flatMap((step, at) => {
      const before = steps[at - 1]?.state
      return [
        ...before === undefined ? [] : happened(before, step, at),
        ...bars(thoseIn(before), thoseIn(step.state)),
        ...endsAt(at).filter(({ end }) => end.how === "gone").map(ended),
        ...passing.filter(({ sentAt }) => sentAt === at).map(sent),
        ...repliesIn(before ?? { replies: [] }, step.state).map(({ from, value }) =>
          over(from, `replies ${showValue(value)}`)
        ),
      ]
    }),
    // Mermaid draws a bar when it ends.
    ...bars(thoseIn(steps.at(-1)?.state), []),
    "",
  ].join("\n")
}
