/**
 * Effects: what a process's commands do in a system.
 *
 * @module
 */
import { type History, invoked, type Observation, type Recording, returned } from "../history/history.ts"
import { UnknownProcess } from "../model/errors.ts"
import { checkMessage, checkReply, checkTimer } from "./conformance.ts"
import type { Envelope } from "./network.ts"
import type { AnyProcess, Command, Reply } from "./process.ts"

/** What a reaction's commands come to. */
export interface Effects {
  readonly sent: ReadonlyArray<Envelope>
  /** Per timer: the ticks until it is due, or `null` when it is cancelled. */
  readonly timers: ReadonlyMap<string, number | null>
  readonly replies: ReadonlyArray<Reply>
  /** What a history may take note of, in the order of the commands: a reply before the next request, say. */
  readonly seen: ReadonlyArray<Observation>
}

/**
 * What commands come to.
 *
 * @param processes - all processes, by name.
 * @param from - the process that gives the commands.
 * @throws {@link UnknownProcess}, and InvalidReaction when nobody understands a message or handles a timer.
 */
export const effectsOf = (
  processes: ReadonlyMap<string, AnyProcess>,
  from: string,
  commands: ReadonlyArray<Command>,
): Effects => {
  const own = processes.get(from) as AnyProcess
  const sent: Array<Envelope> = []
  const replies: Array<Reply> = []
  const timers = new Map<string, number | null>()
  const seen: Array<Observation> = []
  for (const command of commands) {
    switch (command._tag) {
      case "Send": {
        const { message, to } = command
        const receiver = processes.get(to)
        if (receiver === undefined) throw new UnknownProcess({ from, to, sent: message, known: [...processes.keys()] })
        checkMessage(from, to, receiver, message)
        sent.push({ _tag: "Envelope", from, to, message })
        seen.push({ _tag: "Sent", from, to, message })
        break
      }
      case "SetTimer":
        checkTimer(from, own, command.timer)
        timers.set(command.timer, command.after)
        break
      case "CancelTimer":
        checkTimer(from, own, command.timer)
        timers.set(command.timer, null)
        break
      case "SendReply":
        checkReply(from, own, command.value)
        replies.push({ _tag: "Reply", from, value: command.value })
        seen.push({ _tag: "Replied", from, value: command.value })
    }
  }
  return { sent, timers, replies, seen }
}

/** A history, and what has been seen since. */
export const noted = (
  { invocation, response }: Recording,
  history: History,
  seen: ReadonlyArray<Observation>,
): History =>
  seen.reduce((noted, observation) => {
    const [request, answer] = [invocation(observation), response(observation)]
    const asked = request === undefined ? noted : invoked(noted, request.client, request.operation)
    return answer === undefined ? asked : returned(asked, answer.client, answer.result)
  }, history)
