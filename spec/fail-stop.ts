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
import { type AnyState, channelName, type Model, type Timer, variant } from "../src/index.ts"

/**
 * Whether something is on its way from one process to another, in a state of the model of a system.
 *
 * @example
 * ```ts
 * import { fifo, twoPhaseCommit } from "touchstone"
 * import { isOnItsWay } from "touchstone/spec"
 *
 * const model = twoPhaseCommit({ participants: 1, inquiries: 0, network: fifo() }).model()
 * isOnItsWay(model, { channels: { "coordinator → p1": [{ _tag: "Prepare" }] } }, "coordinator", "p1") // => true
 * ```
 */
export const isOnItsWay = ({ variables }: Model<any>, s: any, from: string, to: string): boolean =>
  "channels" in variables
    ? s.channels[channelName({ from, to })].length > 0
    : s.network.some({ _tag: "Envelope", from, to })

/**
 * The model of a system without a clock, in which processes are fail-stop. Each timer must bear the name of the process with
 * which its owner is losing patience: it fires only if that process is down, and nothing that it has sent is on its way to
 * the owner; or if it is cut off. What a process had not yet sent when it failed, the system takes back (`unsend`).
 *
 * A message must not be on its way for ever, so an unordered network with unbounded duplication will not do.
 *
 * @example
 * ```ts
 * import { twoPhaseCommit, unordered } from "touchstone"
 * import { failStop } from "touchstone/spec"
 *
 * const { model } = twoPhaseCommit({ participants: 2, inquiries: 1, network: unordered(), faults: { crashStop: 1 } })
 * failStop(model()).name // => "two-phase commit, fail-stop"
 * ```
 */
export const failStop = (model: Model<any>): Model<any> => {
  const [fails, cuts] = ["status", "cut"].map((name) => name in model.variables)
  // A timer that bears the name of no process loses patience with nobody, so it never fires.
  const isDown = (s: any, process: string): boolean =>
    fails === true && process in s.status && (s.status[process] === "stopped" || s.status[process] === "down")
  const isCutOff = (s: any, one: string, other: string): boolean =>
    cuts === true && s.cut !== null && s.cut.includes(one) !== s.cut.includes(other)
  return variant(model, `${model.name}, fail-stop`, ({ action }) => ({
    actions: Object.fromEntries(
      Object.entries(model.actions).filter(([name]) => name === "timeout" || name === "timeoutAndCrash").map((
        [name, { parameters, run }],
      ) => [
        name,
        action(parameters, (s, args: AnyState) => {
          const { process: owner, timer: other } = args.timer as Timer
          const isRight = isDown(s, other) ? !isOnItsWay(model, s, other, owner) : isCutOff(s, other, owner)
          return isRight && run(s, args) as {}
        }),
      ]),
    ),
  }))
}
