/**
 * Flights: the messages of a trace of a system, from where each was sent to where it arrived, or was lost.
 *
 * @module
 */
import { encode } from "../../src/model/encoding.ts"
import type { Model } from "../../src/model/model.ts"
import type { PlainState, Trace, TraceStep } from "../../src/model/trace.ts"
import { channelName, type Envelope } from "../../src/system/network.ts"
import type { Tagged } from "../../src/system/process.ts"
import { channelsOf } from "../../src/system/variables.ts"
import { aboutMessages, isEnvelope, processesOf } from "./system-part.ts"
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

/** A message on its way: sent in a step (0 is the start) by a process that had begun to live so many times. */
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
  const queues = channels as { readonly [channel: string]: ReadonlyArray<Tagged> }
  return channelsOf(processes).flatMap(({ from, to }) =>
    (queues[channelName({ from, to })] ?? []).map((message): Envelope => ({ _tag: "Envelope", from, to, message }))
  )
}

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
      const isIt = (flight: Flight) => encode(flight.envelope) === encode(envelope)
      const flight = how === "never sent" ? open.findLast(isIt) : open.find(isIt)
      const isAgain = how === "arrives" && flight?.ends.length !== 0
      flight?.ends.push({ at, how: isAgain ? "again" : how })
      const stays = how === "duplicated" || (how === "arrives" && model.variables["network"]?.kind === "set")
      if (!stays) open = open.filter((other) => other !== flight)
    }
    const now = envelopesIn(step.state, processes)
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
