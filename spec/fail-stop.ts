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
import { type AnyState, channelName, type Model, remove, type Timer, variant } from "../src/index.ts"

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
 * which its owner is losing patience.
 *
 * | action | what happens |
 * |---|---|
 * | `timeout(timer)` | only if that process is down, or is cut off, and nothing that it has sent is on its way to the owner |
 * | `unsend(envelope)` | a message of a process that is down is lost: it failed before it had sent all that it was about to send |
 *
 * @example
 * ```ts
 * import { twoPhaseCommit, unordered } from "touchstone"
 * import { failStop } from "touchstone/spec"
 *
 * const { model } = twoPhaseCommit({ participants: 2, inquiries: 1, network: unordered(), faults: { crashStop: 1 } })
 * Object.keys(failStop(model()).actions).includes("unsend") // => true
 * ```
 */
export const failStop = (model: Model<any>): Model<any> => {
  const [fails, cuts, keepsOrder] = ["status", "cut", "channels"].map((name) => name in model.variables)
  const isDown = (s: any, process: string): boolean =>
    fails === true && (s.status[process] === "stopped" || s.status[process] === "down")
  const isCutOff = (s: any, one: string, other: string): boolean =>
    cuts === true && s.cut !== null && s.cut.includes(one) !== s.cut.includes(other)
  return variant(model, `${model.name}, fail-stop`, ({ action }) => ({
    actions: {
      ...Object.fromEntries(
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
      ...(fails && {
        unsend: action(model.actions["deliver"]?.parameters ?? {}, (s: any, { channel, envelope }: any) => {
          if (!keepsOrder) return isDown(s, envelope.from) && { network: remove(envelope) }
          // Of what was sent to one process, the last is what may not have been sent.
          const messages = s.channels[channelName(channel)]
          return isDown(s, channel.from) && messages.length > 0 && {
            channels: { [channelName(channel)]: messages.slice(0, -1) },
          }
        }),
      }),
    },
  }))
}
