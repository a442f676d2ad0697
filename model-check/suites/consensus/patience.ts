/**
 * Multi-Paxos whose timers are long enough: none fires while something is on its way, and nothing is sent again that has surely
 * arrived. So there is an end to what is sent, and what happens by then can be told also where a message arrives once, and is dropped
 * if it comes at the wrong time.
 *
 * @module
 */
import { Schema } from "effect"
import type { multiPaxosServer } from "../../../src/consensus/index.ts"
import { ghost, type GhostStep, type Model, type StateOf, variant } from "../../../src/index.ts"

/** The timers by which clients and servers send again what they have sent. */
const repeating: ReadonlyArray<string> = ["retry", "heartbeat"]

/** How often each of these processes has sent again what it had sent. */
export const timesRepeated = (of: ReadonlyArray<string>) =>
  ghost({
    of,
    schema: Schema.Int,
    initial: 0,
    next: (times, { event }: GhostStep<unknown>) =>
      event._tag === "Timer" && repeating.includes(event.timer) ? times + 1 : times,
  })

/** What is looked at. */
interface Quiet {
  readonly network?: { readonly size: number }
  readonly channels?: { readonly [channel: string]: { readonly length: number } }
  readonly left: { readonly loss: number }
  readonly repeated: { readonly [process: string]: number }
  readonly state: { readonly [process: string]: unknown }
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
  const isFifo = Object.hasOwn(model.variables, "channels")
  const isLed = ({ state }: Quiet): boolean =>
    servers.some((name) => (state[name] as StateOf<ReturnType<typeof multiPaxosServer>>).role._tag === "Leader")
  const isQuiet = (s: Quiet): boolean =>
    isFifo ? Object.values(s.channels ?? {}).every(({ length }) => length === 0) : s.network?.size === 0
  const mayFire = (s: Quiet, process: string, timer: string): boolean => {
    if (!isQuiet(s)) return false
    if (!repeating.includes(timer)) return true
    const lost = losses - s.left.loss
    const isClient = !servers.includes(process)
    return s.repeated[process]! < lost + (isClient ? 1 : 0) && (!isClient || isLed(s))
  }
  return variant(model, `${model.name}, patient`, ({ action }) => ({
    actions: Object.fromEntries(
      Object.entries(model.actions).filter(([name]) => name.startsWith("timeout")).map((
        [name, { parameters, run }],
      ) => [
        name,
        action(
          parameters,
          (s: any, args: any) => mayFire(s, args.timer.process, args.timer.timer) && run(s, args) as {},
        ),
      ]),
    ),
  }))
}
