/**
 * A system driven by hand, as a user's own program would: it delivers the messages that it likes, in the order in which they
 * were sent unless it says otherwise, and counts them.
 *
 * @module
 */
import { encode, type Fields, type Processes, react, recovered } from "../../../src/index.ts"
import { type AnyProcess, type Command, type Event } from "../../../src/system/process.ts"

interface Sent {
  readonly from: string
  readonly to: string
  readonly message: { readonly _tag: string }
  /** In which round it was sent: one more than what its sender had received by then. */
  readonly round: number
}

/** What a process has done that costs something. */
interface Costs {
  readonly sent: number
  /** How often it has written to its log. */
  readonly records: number
  /** How often it has waited until that was on the disk. */
  readonly forced: number
}

/** A run of a system, nothing of which happens by itself. */
export class HandDriven {
  readonly states = new Map<string, any>()
  readonly replies: Array<unknown> = []
  /** Timers that are set, as `owner: timer`. */
  readonly timers = new Set<string>()
  inTransit: Array<Sent> = []
  sent = 0
  /** How many messages, one after the other, it took at most. */
  rounds = 0
  /** What it took until the client was told. */
  untilReply: { readonly rounds: number; readonly forced: number } | undefined
  readonly #processes: ReadonlyMap<string, AnyProcess>
  readonly #costs = new Map<string, Costs>()
  readonly #rounds = new Map<string, number>()

  constructor({ processes }: { readonly processes: Processes }) {
    this.#processes = new Map(processes.map(({ name, process }) => [name, process]))
    for (const { name, process } of processes) {
      this.states.set(name, process.start.state)
      this.#perform(name, process.start.commands)
    }
  }

  /** Something happens to a process. Whether it does anything about it. */
  happens(name: string, event: Event, from = name): boolean {
    const process = this.#processes.get(name) as AnyProcess
    const reaction = react(name, process, this.states.get(name), event, { now: 0, from } as { readonly now: number })
    if (reaction._tag !== "Next") return false
    const changes = (fields: Fields) =>
      Object.keys(fields).some((field) => encode(this.states.get(name)[field]) !== encode(reaction.state[field]))
    this.#spend(name, {
      records: Number(changes({ ...process.durable, ...process.unforced })),
      forced: Number(changes(process.durable)),
    })
    this.states.set(name, reaction.state)
    this.#perform(name, reaction.commands)
    return true
  }

  /** What all processes have spent together. */
  get total(): Costs {
    const sum = (of: keyof Costs) => [...this.#costs.values()].reduce((total, costs) => total + costs[of], 0)
    return { sent: sum("sent"), records: sum("records"), forced: sum("forced") }
  }

  /** What a process has spent. */
  costs(name: string): Costs {
    return this.#costs.get(name) ?? { sent: 0, records: 0, forced: 0 }
  }

  vote(name: string, yes: boolean): boolean {
    return this.happens(name, { _tag: "Input", input: "vote", args: { yes } })
  }

  timeout(name: string, timer: string): boolean {
    return this.timers.delete(`${name}: ${timer}`) && this.happens(name, { _tag: "Timer", timer })
  }

  /** A process loses what is volatile, and its timers. */
  crash(name: string): void {
    this.states.set(name, recovered(this.#processes.get(name) as AnyProcess, this.states.get(name)))
    for (const timer of this.timers) if (timer.startsWith(`${name}: `)) this.timers.delete(timer)
  }

  restart(name: string): boolean {
    return this.happens(name, { _tag: "Restart" })
  }

  /** All messages arrive, and all that they lead to; those to or from `except` are lost. */
  deliverAll(except: ReadonlyArray<string> = []): void {
    for (let one = this.inTransit.shift(); one !== undefined; one = this.inTransit.shift()) {
      const { from, message, round, to } = one
      if (except.includes(from) || except.includes(to)) continue
      this.#rounds.set(to, Math.max(this.#rounds.get(to) ?? 0, round))
      this.happens(to, { _tag: "Message", message }, from)
    }
  }

  loseAll(): void {
    this.inTransit = []
  }

  decisions(...names: ReadonlyArray<string>): ReadonlyArray<string> {
    return names.map((name) => this.states.get(name).decision)
  }

  #spend(name: string, costs: Partial<Costs>): void {
    const spent = this.costs(name)
    const sum = (of: keyof Costs) => spent[of] + (costs[of] ?? 0)
    this.#costs.set(name, { sent: sum("sent"), records: sum("records"), forced: sum("forced") })
  }

  #perform(name: string, commands: ReadonlyArray<Command>): void {
    for (const command of commands) {
      if (command._tag === "Send") {
        const round = (this.#rounds.get(name) ?? 0) + 1
        this.inTransit.push({ from: name, to: command.to, message: command.message, round })
        this.sent++
        this.#spend(name, { sent: 1 })
        this.rounds = Math.max(this.rounds, round)
      }
      if (command._tag === "SetTimer") this.timers.add(`${name}: ${command.timer}`)
      if (command._tag === "CancelTimer") this.timers.delete(`${name}: ${command.timer}`)
      if (command._tag === "SendReply") {
        this.replies.push(command.value)
        this.untilReply ??= { rounds: this.#rounds.get(name) ?? 0, forced: this.total.forced }
      }
    }
  }
}
