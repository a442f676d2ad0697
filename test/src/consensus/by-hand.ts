/**
 * Processes run by hand, as a real system would: a table of states, messages on their way, and whoever calls decides what
 * happens next.
 *
 * @module
 */
import { type Envelope, react, recovered } from "../../../src/index.ts"
import { type AnyProcess, type Command, type Event, type Next } from "../../../src/system/process.ts"

/** Processes at work. */
export class ByHand {
  readonly states = new Map<string, any>()
  readonly timers = new Set<string>()
  readonly replies: Array<{ readonly from: string; readonly value: unknown }> = []
  /** How many messages were sent, those that are lost included. */
  sent = 0
  flying: Array<Envelope> = []
  readonly #processes: ReadonlyMap<string, AnyProcess>

  constructor(processes: { readonly [name: string]: AnyProcess }) {
    this.#processes = new Map(Object.entries(processes))
    for (const [name, { start }] of this.#processes) this.#take(name, start)
  }

  /** Something happens to a process. */
  happen(name: string, event: Event, from?: string): void {
    const process = this.#processes.get(name) as AnyProcess
    const context = { now: 0, ...(from !== undefined && { from }) }
    const reaction = react(name, process, this.states.get(name), event, context)
    if (reaction._tag === "Next") this.#take(name, reaction)
  }

  timeout(name: string, timer: string): void {
    if (!this.timers.delete(`${name}.${timer}`)) throw new Error(`the timer ${timer} of ${name} is not set`)
    this.happen(name, { _tag: "Timer", timer })
  }

  /** A process crashes and recovers. */
  crash(name: string): void {
    this.states.set(name, recovered(this.#processes.get(name) as AnyProcess, this.states.get(name)))
    for (const timer of this.timers) if (timer.startsWith(`${name}.`)) this.timers.delete(timer)
    this.happen(name, { _tag: "Restart" })
  }

  /** All messages on their way arrive, apart from those that are lost. */
  deliver(isLost: (envelope: Envelope) => boolean = () => false): void {
    const arriving = this.flying.filter((envelope) => !isLost(envelope))
    this.flying = []
    for (const { from, message, to } of arriving) this.happen(to, { _tag: "Message", message }, from)
  }

  /** Delivers until nothing is on its way, or until the condition is met; gives the number of message delays. */
  settle(isDone: () => boolean = () => false): number {
    let delays = 0
    for (; this.flying.length > 0 && !isDone(); delays++) this.deliver()
    return delays
  }

  #take(name: string, { commands, state }: Next<any>): void {
    this.states.set(name, state)
    for (const command of commands as ReadonlyArray<Command>) {
      switch (command._tag) {
        case "Send":
          this.sent++
          this.flying.push({ _tag: "Envelope", from: name, to: command.to, message: command.message })
          break
        case "SetTimer":
          this.timers.add(`${name}.${command.timer}`)
          break
        case "CancelTimer":
          this.timers.delete(`${name}.${command.timer}`)
          break
        case "SendReply":
          this.replies.push({ from: name, value: command.value })
      }
    }
  }
}
