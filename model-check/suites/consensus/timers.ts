/**
 * Timers that do not fire whenever they like: in an order that is given, or because they are long enough, and none fires while
 * something is on its way. In Multi-Paxos moreover nothing is sent again then that has surely arrived. So there is an end to what is
 * sent, and what happens by then can be told also where a message arrives once, and is dropped if it comes at the wrong time.
 *
 * @module
 */
import { Schema } from "effect"
import type { multiPaxosServer } from "../../../src/consensus/index.ts"
import {
  type BagOf,
  type CommonVariables,
  type Envelope,
  ghost,
  type GhostStep,
  type Language,
  type Model,
  type Processes,
  type RecordOf,
  type State,
  type StateOf,
  type Timer,
  variant,
} from "../../../src/index.ts"

const isRepeating = (timer: string): boolean => timer === "retry" || timer === "heartbeat"

/** How often each of these processes has sent again what it had sent. */
export const timesRepeated = (of: ReadonlyArray<string>) =>
  ghost({
    of,
    schema: Schema.Int,
    initial: 0,
    next: (times, { event }: GhostStep<unknown>) =>
      event._tag === "Timer" && isRepeating(event.timer) ? times + 1 : times,
  })

/** What is looked at: what is on its way, in one place or in channels, or lost; who has repeated itself, and what servers are at. */
type PatientVariables = Pick<CommonVariables<Processes>, "left" | "state" | "status"> & {
  readonly network: BagOf<Envelope>
  readonly channels: RecordOf<string, Schema.Schema<ReadonlyArray<unknown>>>
  readonly repeated: RecordOf<string, Schema.Schema<number>>
}

type Observed = State<PatientVariables>

/**
 * The model of a system whose timers do not fire whenever they like.
 *
 * @param why - when they fire, in a few words.
 * @param may - whether a timer may fire.
 */
export const timersWhen = (
  model: Model<any>,
  why: string,
  may: (s: Observed, timer: Timer) => boolean,
): Model<any> =>
  variant(model, `${model.name}, ${why}`, ({ action }: Language<PatientVariables>) => ({
    actions: Object.fromEntries(
      Object.entries(model.actions).filter(([name]) => name.startsWith("timeout")).map((
        [name, { parameters, run }],
      ) => [
        name,
        action(parameters, (s, args) => may(s, args["timer"] as Timer) && run(s, args) as {}),
      ]),
    ),
  }))

/**
 * The model of a system whose timers fire only when nothing is on its way that can still arrive.
 *
 * @param may - whether a timer may fire then: any, unless given.
 */
export const whenQuiet = (
  model: Model<any>,
  may: (s: Observed, timer: Timer) => boolean = () => true,
): Model<any> => {
  const isFifo = Object.hasOwn(model.variables, "channels")
  // What is on its way to somebody who has stopped stays there.
  const isQuiet = (s: Observed): boolean => {
    const hasStopped = (process: string) => s.status[process] === "stopped"
    return isFifo
      ? Object.entries(s.channels).every(([name, { length }]) => length === 0 || hasStopped(name.split(" → ")[1] ?? ""))
      : [...s.network].every(({ to }) => hasStopped(to))
  }
  return timersWhen(model, "patient", (s, timer) => isQuiet(s) && may(s, timer))
}

/**
 * The model of a service that has the ghost {@link timesRepeated}, `repeated`, with timers that are long enough. A server repeats
 * itself as often as messages were lost until then, and a client, as soon as somebody leads, once more than that: a request that came
 * before is dropped.
 *
 * @param losses - how many messages may be lost.
 * @param servers - their names.
 */
export const patient = (
  model: Model<any>,
  { losses, servers }: { readonly losses: number; readonly servers: ReadonlyArray<string> },
): Model<any> => {
  const isLed = ({ state }: Observed): boolean =>
    servers.some((name) => (state[name] as StateOf<ReturnType<typeof multiPaxosServer>>).role._tag === "Leader")
  const mayRepeat = (s: Observed, process: string): boolean => {
    const lost = losses - Number(s.left.loss)
    const times = s.repeated[process] ?? 0
    return servers.includes(process) ? times < lost : times < lost + 1 && isLed(s)
  }
  return whenQuiet(model, (s, { process, timer }) => !isRepeating(timer) || mayRepeat(s, process))
}
