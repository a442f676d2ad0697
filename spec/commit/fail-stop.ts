/**
 * # Fail-stop processes
 *
 * A process that fails stops, and the others find out: Schlichting and Schneider, *Fail-Stop Processors* (ACM TOCS 1(3),
 * 1983). It is what Skeen (1981) and Bernstein, Hadzilacos and Goodman (1987) assume of the processes that commit. It takes
 * a bound on how long a message travels, and a timeout that is longer. A timer as such promises less: it may fire at any
 * time, and nobody knows whether the other process has stopped or is slow.
 *
 * @module
 */
import type { Schema } from "effect"
import {
  type BagOf,
  channelName,
  type CommonVariables,
  type Envelope,
  type Language,
  type Model,
  type Processes,
  type RecordOf,
  type SetOf,
  type State,
  type Timer,
  variant,
} from "../../src/index.ts"
import { type Tagged } from "../../src/system/process.ts"

/** The messages on their way. Which of the two there is depends on the network. */
export type TransitVariables = {
  readonly channels: RecordOf<string, Schema.Schema<ReadonlyArray<Tagged>>>
  readonly network: BagOf<Envelope>
}

/** What {@link failStop} looks at. */
export type FailStopVariables = Pick<CommonVariables<Processes>, "status" | "cut"> & TransitVariables & {
  readonly timers: SetOf<Timer>
}

/**
 * Whether something is on its way from one process to another, in a state of the model of a system.
 *
 * @example
 * ```ts
 * import { fifo } from "touchstone"
 * import { twoPhaseCommit } from "touchstone/commit"
 * import { isOnItsWay } from "touchstone/spec/commit"
 *
 * const model = twoPhaseCommit({ participants: 1, maxDecisionRequests: 0, network: fifo() }).model()
 * isOnItsWay(model, { channels: { "coordinator → p1": [{ _tag: "Prepare" }] } }, "coordinator", "p1") // => true
 * ```
 */
export const isOnItsWay = (
  { variables }: Model<any>,
  s: Partial<State<TransitVariables>>,
  from: string,
  to: string,
): boolean =>
  "channels" in variables
    ? s.channels?.[channelName({ from, to })]?.length !== 0
    : s.network?.some({ _tag: "Envelope", from, to }) === true

/**
 * The model of a system without a clock, in which processes are fail-stop. Each timer must be named after the process for
 * which its owner waits: it fires only if that process is down, and nothing that it has sent is on its way to
 * the owner; or if it is cut off. What a process had not yet sent when it failed, the system takes back (`loseUnsent`).
 *
 * A message must not be on its way forever, so an unordered network with unbounded duplication is of no use here.
 *
 * @example
 * ```ts
 * import { twoPhaseCommit } from "touchstone/commit"
 * import { unordered } from "touchstone"
 * import { failStop } from "touchstone/spec/commit"
 *
 * const { model } = twoPhaseCommit({ participants: 2, maxDecisionRequests: 1, network: unordered(), faults: { crashStop: 1 } })
 * failStop(model()).name // => "two-phase commit, fail-stop"
 * ```
 */
export const failStop = (model: Model<any>): Model<any> => {
  // A timer that is named after no process waits for nobody, so it never fires.
  const isDown = (s: State<FailStopVariables>, process: string): boolean =>
    process in s.status && ["down", "stopped", "wiped"].includes(s.status[process] as string)
  const isCutOff = (s: State<FailStopVariables>, one: string, other: string): boolean =>
    s.cut !== null && s.cut.includes(one) !== s.cut.includes(other)
  return variant(model, `${model.name}, fail-stop`, ({ action }: Language<FailStopVariables>) => ({
    actions: Object.fromEntries(
      Object.entries(model.actions).filter(([name]) => name === "timeout" || name === "timeoutAndCrash").map((
        [name, { parameters, run }],
      ) => [
        name,
        action(parameters, (s, args) => {
          const { process: owner, timer: other } = args["timer"] as Timer
          const isRight = isDown(s, other) ? !isOnItsWay(model, s, other, owner) : isCutOff(s, other, owner)
          return isRight && run(s, args) as {}
        }),
      ]),
    ),
  }))
}
