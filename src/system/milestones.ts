/**
 * Milestones of a system: what each of its processes should do in some behaviour, or a check says little about it.
 *
 * @module
 */
import type { Milestone } from "../model/model.ts"
import type { Blueprint } from "./blueprint.ts"
import { effectsOf } from "./effects.ts"
import type { Envelope } from "./network.ts"
import type { Event } from "./process.ts"

const receives = (process: string, tag: string) => `${process} receives ${tag}`
const timer = (process: string, timer: string) => `${process}: timer ${timer}`
const closed = (process: string) => `${process} learns that a connection is closed`
const isSent = (tag: string) => `${tag} is sent`
const takesStep = (process: string) => `${process} takes a step`

/** What is reached when messages are sent. */
export const sentBy = (sent: ReadonlyArray<Envelope>) => sent.map(({ message }) => isSent(message._tag))

/** What a system should do. What is sent at the start has been sent. */
export const milestonesOf = ({ processes }: Blueprint): ReadonlyArray<Milestone> => {
  const atStart = new Set(
    [...processes].flatMap(([name, { start }]) => sentBy(effectsOf(processes, name, start.commands).sent)),
  )
  const tags = new Set([...processes.values()].flatMap(({ receive }) => Object.keys(receive)))
  const sent = [...tags].map(isSent).filter((milestone) => !atStart.has(milestone))
  const done = [...processes].flatMap(([name, process]): ReadonlyArray<Milestone> => {
    const { inputs, receive, timers } = process
    const does = [
      ...Object.keys(receive).map((tag) => ({ name: receives(name, tag), otherwise: "it never gave `next` for it" })),
      ...Object.keys(timers).map((of) => ({ name: timer(name, of), otherwise: "it never gave `next` for it" })),
      ...(process.closed === undefined ? [] : [{ name: closed(name), otherwise: "it never gave `next` for it" }]),
    ]
    return does.length + Object.keys(inputs).length === 0
      ? []
      : [...does, { name: takesStep(name), otherwise: "it never gave `next` for anything" }]
  })
  return [...sent.map((name) => ({ name, otherwise: "no process ever sent it" })), ...done]
}

/** What a step of a process reaches, besides what it sends. An input is an action of the model, and a restart one of the faults: neither has another name. */
export const reachedBy = (process: string, event: Event): ReadonlyArray<string> => {
  const reached = [takesStep(process)]
  switch (event._tag) {
    case "Message":
      return [receives(process, event.message._tag), ...reached]
    case "Timer":
      return [timer(process, event.timer), ...reached]
    case "Closed":
      return [closed(process), ...reached]
    case "Input":
    case "Restart":
      return reached
  }
}
