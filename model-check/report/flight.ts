/**
 * Flights: the messages of a trace of a system, from where each was sent to where it arrived, or was lost.
 *
 * @module
 */
import { encode } from "../../src/model/encoding.ts"
import type { Model } from "../../src/model/model.ts"
import type { PlainState, Trace, TraceStep } from "../../src/model/trace.ts"
import { type Aged, channelName, type Envelope } from "../../src/system/network.ts"
import type { Tagged } from "../../src/system/process.ts"
import { channelsOf } from "../../src/system/variables.ts"
import { aboutMessages, ageOf, inEnvelope, isEnvelope, processesOf } from "./system-part.ts"
import { without } from "./trace.ts"

/** What becomes of a message, and in which step. One that is duplicated arrives several times. */
export interface End {
  readonly at: number
  readonly how: "arrives" | "duplicated" | "again" | "lost" | "never sent" | "gone"
}

const ENDS_IN_CRASH = /AndCrash$/

/** Whether a process crashes in the middle of a step. */
export const crashesIn = ({ action }: TraceStep): boolean => ENDS_IN_CRASH.test(String(action))

/** What happens in a step, whether a process crashes in it or not. */
export const eventOf = ({ action }: TraceStep): string => String(action).replace(ENDS_IN_CRASH, "")

/** A message on its way, without an age: sent in a step (0 is the start) by a process that had begun to live so many times. */
export interface Flight {
  readonly envelope: Envelope
  readonly sentAt: number
  readonly life: number
  readonly ends: ReadonlyArray<End>
}

const DOWN: ReadonlySet<unknown> = new Set(["down", "stopped", "wiped"])

/** Whether a process is there in a state: up, or paused. */
export const isThere = (state: PlainState, process: string): boolean =>
  !DOWN.has((state["status"] as { readonly [process: string]: unknown } | undefined)?.[process])

/** How many times a process had begun to live by a step of a trace. */
export const lifeOf = ({ steps }: Trace, process: string, at: number): number =>
  1 +
  steps.slice(1, at + 1).filter(({ state }, index) =>
    isThere(state, process) && !isThere((steps[index] as Trace["steps"][number]).state, process)
  ).length

/** The messages on their way in a state. */
const envelopesIn = (
  { channels, network = [] }: PlainState,
  processes: ReadonlyArray<string>,
): ReadonlyArray<Envelope> => {
  if (channels === undefined) return network as ReadonlyArray<Envelope>
  const queues = channels as { readonly [channel: string]: ReadonlyArray<Tagged | Aged> }
  return channelsOf(processes).flatMap((channel) =>
    (queues[channelName(channel)] ?? []).map((held) => inEnvelope(channel, held))
  )
}

/** A message as it was sent: its age is not what tells it from others. */
const asSent = ({ from, message, to }: Envelope): Envelope => ({ _tag: "Envelope", from, to, message })

/** For how many ticks a message that was sent in a step has been on its way in another. */
const ticksBetween = ({ steps }: Trace, sentAt: number, at: number): number =>
  steps.slice(sentAt + 1, at).filter(({ action }) => action === "tick").length

/** What a step does to the message that it is about. */
const ENDS: { readonly [action: string]: End["how"] } = {
  deliver: "arrives",
  redeliver: "duplicated",
  lose: "lost",
  loseUnsent: "never sent",
}

/** The messages of a trace, in the order in which they were sent. Of equal ones, the first that was sent arrives first. */
export const flightsOf = (model: Model<any>, trace: Trace): ReadonlyArray<Flight> => {
  const processes = processesOf(model) ?? []
  const all: Array<Flight & { readonly ends: Array<End> }> = []
  /** Those that are on their way. */
  let open: typeof all = []
  trace.steps.forEach((step, at) => {
    const former = trace.steps[at - 1]?.state
    const { channel, envelope = channel } = former === undefined ? {} : aboutMessages(former, step)
    const how = ENDS[eventOf(step)]
    if (how !== undefined && isEnvelope(envelope)) {
      const equal = open.filter((flight) => encode(flight.envelope) === encode(asSent(envelope)))
      // Those that have been on their way for longer than they may are as old as they may be.
      const ofAge = equal.filter(({ sentAt }) => ticksBetween(trace, sentAt, at) === (ageOf(envelope)))
      const likely = ofAge.length > 0 ? ofAge : equal
      const flight = how === "never sent" ? likely.at(-1) : likely[0]
      const isAgain = how === "arrives" && flight?.ends.length !== 0
      flight?.ends.push({ at, how: isAgain ? "again" : how })
      const stays = how === "duplicated" || (how === "arrives" && model.variables["network"]?.kind === "set")
      if (!stays) open = open.filter((other) => other !== flight)
    }
    const now = envelopesIn(step.state, processes).map(asSent)
    const gone = without(open, now, ({ envelope }) => envelope)
    for (const { ends } of gone) ends.push({ at, how: "gone" })
    open = open.filter((flight) => !gone.includes(flight))
    const sent = without(now, open.map(({ envelope }) => envelope))
      .map((envelope) => ({ envelope, sentAt: at, life: lifeOf(trace, envelope.from, at), ends: [] }))
    open.push(...sent)
    all.push(...sent)
  })
  return all
}
