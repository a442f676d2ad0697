/**
 * Traces of systems as Mermaid sequence diagrams: who sent what to whom, and what went wrong.
 *
 * @module
 */
import { Data } from "effect"
import { encode } from "../../src/model/encoding.ts"
import type { Model } from "../../src/model/model.ts"
import type { PlainState, Trace, TraceStep } from "../../src/model/trace.ts"
import { aboutMessages, isChannel, isEnvelope, isReply, isTimer, processesOf } from "./system-part.ts"
import { showAction, showSet, showValue } from "./value.ts"

/** A sequence diagram was asked of a trace in which no processes send messages. */
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

const ENDS_IN_CRASH = /AndCrash$/

/**
 * A trace of a system as a Mermaid `sequenceDiagram`. An arrow is a message that is delivered, a crossed one a message that
 * is lost, or was never sent because its sender crashed; everything else that happens is a note: over the process that it
 * happens to, or over all of them.
 *
 * @param model - the model that the trace is a behaviour of.
 * @throws {@link NotASystem} when the model is not one that a system compiles into.
 *
 * @example
 * ```ts
 * import { machine, named, system, unordered } from "touchstone"
 * import { check } from "touchstone"
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

  const drawn = (before: PlainState, step: TraceStep): ReadonlyArray<string> => {
    const { action, parameters } = step
    const name = String(action)
    const { by, channel, end: closed, envelope = channel, process, side, timer } = aboutMessages(before, step)
    const what = name.replace(ENDS_IN_CRASH, "")
    const end = (of: string) => ENDS_IN_CRASH.test(name) ? [over(of, "crash, before anything is sent")] : []
    if (isEnvelope(envelope)) {
      const { from, message, to } = envelope
      const arrow = (head: string, mark: string) =>
        `  ${line(from)}${head}${line(to)}: ${escaped(`${showValue(message)}${mark}`)}`
      if (what === "lose") return [arrow("--x", " (lost)")]
      if (what === "loseUnsent") return [arrow("--x", " (never sent)")]
      if (what === "deliver") return [arrow("->>", ""), ...end(to)]
      if (what === "redeliver") return [arrow("->>", " (duplicated)"), ...end(to)]
    }
    if (what === "timeout" && isTimer(timer)) {
      return [over(timer.process, `timeout ${timer.timer}`), ...end(timer.process)]
    }
    if (what === "closed" && isChannel(closed)) {
      return [over(closed.from, `connection to ${closed.to} closed`), ...end(closed.from)]
    }
    if (what === "cut" && Array.isArray(side)) return [overAll(`cut off: ${showSet(side)}`)]
    if (typeof process === "string" && processes.includes(process)) {
      return [over(process, by === undefined ? name : showAction(name, { by }))]
    }
    const owner = processes.findLast((process) => what.startsWith(`${process}.`))
    if (owner !== undefined) {
      return [over(owner, showAction(what.slice(owner.length + 1), parameters)), ...end(owner)]
    }
    return [overAll(showAction(name, parameters))]
  }

  return [
    "sequenceDiagram",
    ...processes.map((name) => `  participant ${line(name)} as ${escaped(name)}`),
    ...steps.flatMap((step, index) => {
      const former = steps[index - 1]
      const start = { replies: [] }
      return [
        ...former === undefined ? [] : drawn(former.state, step),
        ...repliesIn(former?.state ?? start, step.state).map(({ from, value }) =>
          over(from, `replies ${showValue(value)}`)
        ),
      ]
    }),
    "",
  ].join("\n")
}
