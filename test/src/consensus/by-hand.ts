/**
 * Processes run by hand, as a real system would: a table of states, messages on their way, and whoever calls decides what
 * happens next.
 *
 * @module
 */
import { encode, type Envelope, react, recovered } from "../../../src/index.ts"
import { type AnyProcess, type Command, type Event, type Next } from "../../../src/system/process.ts"

/** Processes at work. */
export class ByHand {
  readonly states = new Map<string, any>()
  readonly timers = new Set<string>()
  readonly replies: Array<{ readonly from: string; readonly value: unknown }> = []
  /** How many messages were sent, those that are lost included. */
  sent = 0
  flying: Array<Envelope> = []
  /** How often each process has written what is durable, and waited until it was on its disk. */
  readonly forced = new Map<string, number>()
  /** How many forced writes there were, one after the other, before what each process does next. */
  readonly forcedBefore = new Map<string, number>()
  /** The same before the last reply, and before each message was sent. */
  forcedBeforeReply = 0
  readonly #forcedBeforeSent = new WeakMap<Envelope, number>()
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
    if (reaction._tag !== "Next") return
    const before = this.states.get(name)
    if (Object.keys(process.durable).some((field) => encode(before[field]) !== encode(reaction.state[field]))) {
      this.forced.set(name, (this.forced.get(name) ?? 0) + 1)
      this.forcedBefore.set(name, (this.forcedBefore.get(name) ?? 0) + 1)
    }
    this.#take(name, reaction)
  }

  /** Counts what is sent and forced from now on. What is on its way is lost. */
  countAnew(): void {
    this.flying = []
    this.sent = 0
    this.forced.clear()
    this.forcedBefore.clear()
  }

  /** How often all of these have forced a write. */
  forcedBy(names: ReadonlyArray<string>): number {
    return names.reduce((sum, name) => sum + (this.forced.get(name) ?? 0), 0)
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
    for (const envelope of arriving) {
      const { from, message, to } = envelope
      const before = Math.max(this.forcedBefore.get(to) ?? 0, this.#forcedBeforeSent.get(envelope) ?? 0)
      this.forcedBefore.set(to, before)
      this.happen(to, { _tag: "Message", message }, from)
    }
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
        case "Send": {
          const envelope: Envelope = { _tag: "Envelope", from: name, to: command.to, message: command.message }
          this.sent++
          this.flying.push(envelope)
          this.#forcedBeforeSent.set(envelope, this.forcedBefore.get(name) ?? 0)
          break
        }
        case "SetTimer":
          this.timers.add(`${name}.${command.timer}`)
          break
        case "CancelTimer":
          this.timers.delete(`${name}.${command.timer}`)
          break
        case "SendReply":
          this.replies.push({ from: name, value: command.value })
          this.forcedBeforeReply = this.forcedBefore.get(name) ?? 0
      }
    }
  }
}
