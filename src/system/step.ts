/**
 * Steps of a system: what changes when one of its processes reacts, and when something goes wrong.
 *
 * Everything here is a function of the state as an action sees it, and reads no more of it than it needs.
 *
 * @module
 */
import type { Observation } from "../history/history.ts"
import type { AnyState } from "../model/action.ts"
import { merged, MILESTONES, type Update } from "../model/update.ts"
import type { Blueprint } from "./blueprint.ts"
import { type PlannedClock, Timer } from "./clock.ts"
import { refuseTime } from "./conformance.ts"
import { connected, hungUp, isBroken } from "./connection.ts"
import { type Effects, effectsOf, noted } from "./effects.ts"
import { type PlannedFault, type Status, STATUS_AFTER } from "./fault.ts"
import type { OwnGhost } from "./ghost.ts"
import { reachedBy, sentBy } from "./milestones.ts"
import { channelName, type Envelope } from "./network.ts"
import {
  type AnyProcess,
  type Context,
  type Event,
  type Ignored,
  type Next,
  react,
  type Reaction,
  recovered,
} from "./process.ts"
import { posted, queued } from "./transit.ts"
import { type Unforced, writesUnforced, written } from "./unforced.ts"

/** The steps of one system. */
export class SystemSteps {
  readonly #blueprint: Blueprint
  readonly #mayBeDown: ReadonlySet<string>
  readonly #isConnected: boolean
  /** Those of whose writes a crash may lose some. */
  readonly #mayLoseWrites: ReadonlySet<string>

  constructor(blueprint: Blueprint) {
    this.#blueprint = blueprint
    this.#mayBeDown = new Set(blueprint.faults.flatMap(({ kind, of }) => kind === "pause" ? [] : of))
    this.#isConnected = blueprint.definition.network.order === "connections"
    this.#mayLoseWrites = new Set(
      blueprint.faults.flatMap(({ kind, of }) => kind === "crashRecovery" ? of : [])
        .filter((name) => writesUnforced(blueprint.processes.get(name) as AnyProcess)),
    )
  }

  /** Whether there is anybody of whose writes a crash may lose some. */
  get mayLoseWrites(): boolean {
    return this.#mayLoseWrites.size > 0
  }

  /** What the clock of a process shows. Where nobody can read it, all is counted from now. */
  now(s: AnyState, process: string): number {
    const { clock, drifts } = this.#blueprint
    return clock?.horizon === undefined ? 0 : s.clock + (drifts ? s.offset[process] : 0)
  }

  isUp(s: AnyState, process: string): boolean {
    return this.#blueprint.faults.length === 0 || s.status[process] === "up"
  }

  isDown(s: AnyState, process: string): boolean {
    return this.#mayBeDown.has(process) && ["down", "stopped", "wiped"].includes(s.status[process])
  }

  /** Whether a timer is as late as it may be while its process runs: unless a clock jumps, no time passes until it has fired. */
  isOverdue(s: AnyState, { at, process }: Timer): boolean {
    const { late } = this.#blueprint.clock as PlannedClock
    return this.isUp(s, process) && this.now(s, process) >= (at as number) + late
  }

  /** What the receiver of a message does with it, if it can arrive now: nothing is in its way, and it need not wait. */
  arrival(s: AnyState, { from, message, to }: Envelope): Next<any> | Ignored | undefined {
    const { ignored } = this.#blueprint.definition.network
    if (!this.isUp(s, to) || this.isCut(s, { from, to })) return undefined
    // Of two connections, an end first notices that the former is closed.
    if (this.#isConnected && isBroken(s, to, from)) return undefined
    const reaction = this.react(s, to, { _tag: "Message", message }, from)
    if (reaction._tag === "Deferred") return undefined
    return reaction._tag === "Ignored" && ignored === "kept" ? undefined : reaction
  }

  /** Whether nothing gets from one process to another: the network has fallen apart between them, or this link is cut. */
  isCut(s: AnyState, { from, to }: { readonly from: string; readonly to: string }): boolean {
    const { links, partitions } = this.#blueprint.definition.network
    if (partitions !== 0 && s.cut !== null && s.cut.includes(from) !== s.cut.includes(to)) return true
    return links !== 0 && s.cutLinks.includes(channelName({ from, to }))
  }

  /** Whether anything is on its way from one process to another. */
  #isOnItsWay(s: AnyState, from: string, to: string): boolean {
    return this.#blueprint.definition.network.order === "unordered"
      ? s.network.some({ _tag: "Envelope", from, to })
      : s.channels[channelName({ from, to })].length > 0
  }

  /**
   * Lets a timer fire. If it is named after a process that is watched, the detector must suspect that process.
   *
   * @returns what that spends, or false.
   */
  suspects(s: AnyState, { process, timer: other }: Timer): Update | false {
    const { detector } = this.#blueprint
    if (detector === undefined || detector.kind === "unreliable" || !detector.of.includes(other)) return {}
    if (this.isCut(s, { from: other, to: process })) return {}
    const isRight = this.isDown(s, other)
      ? detector.kind !== "failStop" || !this.#isOnItsWay(s, other, process)
      : detector.recovered === "suspected" && this.#hasFailed(s, other)
    if (isRight) return {}
    return detector.wrongSuspicions > 0 && this.spend(s, "wrongSuspicions")
  }

  /** Whether a process has ever crashed, by what is left of the faults from which it comes back. */
  #hasFailed(s: AnyState, process: string): boolean {
    return this.#blueprint.faults.some(({ each, kind, of }) =>
      kind !== "pause" && of.includes(process) && each !== "unbounded" && s.leftOf[kind][process] < each
    )
  }

  /** Whether a fault has hit as many processes as it may at once, in a group of this process. */
  #isFull(s: AnyState, { groups, kind }: PlannedFault, process: string): boolean {
    return groups.some(({ atOnce, of }) =>
      of.includes(process) && of.filter((name) => s.status[name] === STATUS_AFTER[kind]).length >= atOnce
    )
  }

  /** Spends one of a budget: the update, or false if nothing is left, or the fault may not hit one more process now. */
  spend(s: AnyState, kind: string, process?: string): Update | false {
    const finite = this.#blueprint.budgets.has(kind)
    const fault = process === undefined ? undefined : this.#blueprint.faults.find((fault) => fault.kind === kind)
    const isCounted = fault !== undefined && fault.each !== "unbounded"
    if (fault !== undefined && this.#isFull(s, fault, process as string)) return false
    if ((finite && s.left[kind] === 0) || (isCounted && s.leftOf[kind][process as string] === 0)) return false
    return {
      ...(finite && { left: { [kind]: s.left[kind] - 1 } }),
      ...(isCounted && { leftOf: { [kind]: { [process as string]: s.leftOf[kind][process as string] - 1 } } }),
    }
  }

  react(s: AnyState, name: string, event: Event, from?: string): Reaction<any> {
    const { clock } = this.#blueprint
    // The clock is read only if the process looks at it.
    const now = () => clock?.horizon === undefined ? refuseTime(name, event, clock) : this.now(s, name)
    const context: Context = {
      get now() {
        return now()
      },
      ...(from !== undefined && { from }),
    }
    return react(name, this.#blueprint.processes.get(name) as AnyProcess, s.state[name], event, context)
  }

  /**
   * What a step of a process changes.
   *
   * @param event - what the process reacts to.
   * @param seen - what a history may take note of before the process's own commands.
   * @param besides - what the step changes elsewhere.
   * @param crashes - whether the process crashes when it has written its state and before it has sent anything.
   */
  step(
    s: AnyState,
    name: string,
    event: Event,
    reaction: Next<any>,
    seen: ReadonlyArray<Observation>,
    besides: Update,
    crashes: boolean,
  ): Update | false {
    const { commands, state } = reaction
    if (crashes) {
      const isTorn = commands.length > 0 &&
        this.#blueprint.faults.some(({ kind, of }) => kind === "crashRecovery" && of.includes(name))
      const spent = isTorn && this.spend(s, "crashRecovery", name)
      return spent && merged(
        besides,
        spent,
        this.down(s, name, state),
        this.#ghosts(s, name, event, reaction),
        this.#history(s, seen),
      )
    }
    return merged(
      this.#goesOn(s, name, reaction, seen, besides),
      this.#ghosts(s, name, event, reaction),
      { [MILESTONES]: reachedBy(name, event) },
    )
  }

  /** A process goes on in a state, and its commands are carried out. */
  #goesOn(
    s: AnyState,
    name: string,
    { commands, state }: Next<any>,
    seen: ReadonlyArray<Observation>,
    besides: Update,
  ): Update {
    const { sent, seen: seenThen, timers, replies } = effectsOf(this.#blueprint.processes, name, commands)
    return merged(
      besides,
      this.#becomes(s, name, state),
      this.#send(s, besides, sent),
      this.#setTimers(s, name, timers),
      replies.length === 0 ? {} : { replies: { add: replies } },
      this.#history(s, [...seen, ...seenThen]),
      { [MILESTONES]: sentBy(sent) },
    )
  }

  /** A new process starts in the place of one that is lost. What a process does at the start is no step, so no ghost sees it. */
  starts(s: AnyState, name: string): Update {
    return this.#goesOn(s, name, (this.#blueprint.processes.get(name) as AnyProcess).start, [], {
      status: { [name]: "up" },
    })
  }

  /** A process has another local state. */
  #becomes(s: AnyState, name: string, state: any): Update {
    const before = s.state[name]
    const process = this.#blueprint.processes.get(name) as AnyProcess
    const observed = process.observed as ReadonlyArray<string>
    const changed = observed.filter((field) => before[field] !== state[field])
    return {
      state: { [name]: state },
      ...Object.fromEntries(changed.map((field) => [field, { [name]: state[field] }])),
      ...(this.#mayLoseWrites.has(name) && written(name, process, s.unforced.where({ process: name }), before, state)),
    }
  }

  /** No crash can lose any more what a process has written until now. */
  #settled(s: AnyState, process: string): Update {
    return this.#mayLoseWrites.has(process) ? { unforced: { remove: s.unforced.where({ process }) } } : {}
  }

  /** What a process finds in its log after a crash is on the disk. */
  up(s: AnyState, process: string): Update {
    return { status: { [process]: "up" }, ...this.#settled(s, process) }
  }

  /** A process that is down had not forced a write: it and those after it are lost. */
  loses(s: AnyState, { before, process }: Unforced): Update {
    return { ...this.#becomes(s, process, { ...s.state[process], ...before }), ...this.#settled(s, process) }
  }

  /** The ghosts of a process see its step. */
  #ghosts(s: AnyState, process: string, event: Event, reaction: Next<any>): Update {
    const own = this.#blueprint.ghosts.get(process) as ReadonlyArray<OwnGhost>
    return Object.fromEntries(own.flatMap(({ name, next }) => {
      const ghost = s[name][process]
      const after = next(ghost, { before: s.state[process], event, reaction })
      return after === ghost ? [] : [[name, { [process]: after }]]
    }))
  }

  /** A process is no longer there: its timers are gone, and in a network of connections those. */
  leaves(s: AnyState, name: string, status: Status): Update {
    const { names } = this.#blueprint
    return {
      status: { [name]: status },
      timers: { remove: s.timers.where({ process: name }) },
      ...(status !== "down" && this.#settled(s, name)),
      ...(this.#isConnected &&
        hungUp(name, names, names.filter((other) => other !== name && !this.isDown(s, other)))),
    }
  }

  /** A process is lost, and its disk with it: what there is of it now is the new one, which has not yet started. */
  wiped(s: AnyState, name: string): Update {
    return {
      ...this.#becomes(s, name, (this.#blueprint.processes.get(name) as AnyProcess).start.state),
      ...this.leaves(s, name, "wiped"),
    }
  }

  /** A process crashes: nothing but its durable state is left. */
  down(s: AnyState, name: string, state: any): Update {
    return {
      ...this.#becomes(s, name, recovered(this.#blueprint.processes.get(name) as AnyProcess, state)),
      ...this.leaves(s, name, "down"),
    }
  }

  /** A message is no longer on its way; of a channel, it is the first. */
  without(s: AnyState, envelope: Envelope): Update {
    if (this.#blueprint.definition.network.order === "unordered") return { network: { remove: [envelope] } }
    const name = channelName(envelope)
    return { channels: { [name]: s.channels[name].slice(1) } }
  }

  /** Messages are on their way. `besides` is what else happens to the channels and their ends. */
  #send(s: AnyState, besides: Update, sent: ReadonlyArray<Envelope>): Update {
    if (sent.length === 0) return {}
    const { network } = this.#blueprint.definition
    if (network.order === "unordered") return { network: { add: sent.map((envelope) => posted(network, envelope)) } }
    const { arriving, refused } = this.#isConnected
      ? connected(s, sent, (name) => !this.isDown(s, name), besides)
      : { arriving: sent, refused: [] }
    const channels: { [channel: string]: ReadonlyArray<unknown> } = {}
    for (const envelope of arriving) {
      const name = channelName(envelope)
      const before = channels[name] ?? besides["channels"]?.[name] ?? s.channels[name]
      channels[name] = [...before, queued(network, envelope.message)]
    }
    return { channels, ...(refused.length > 0 && { broken: { add: refused } }) }
  }

  #setTimers(s: AnyState, process: string, timers: Effects["timers"]): Update {
    if (timers.size === 0) return {}
    const update = { add: [] as Array<Timer>, remove: [] as Array<Timer> }
    for (const [timer, after] of timers) {
      const timed = this.#blueprint.clock !== undefined
      // Without a clock there is one timer of a name, so it need not be looked for.
      if (timed) update.remove.push(...s.timers.where({ process, timer }))
      else if (after === null) update.remove.push(Timer.make({ process, timer, at: null }))
      if (after !== null) {
        update.add.push(Timer.make({ process, timer, at: timed ? this.now(s, process) + after : null }))
      }
    }
    return { timers: update }
  }

  #history(s: AnyState, seen: ReadonlyArray<Observation>): Update {
    const { recording } = this.#blueprint.definition
    if (recording === undefined) return {}
    // The history is read only if there is something to note.
    const isNoted = seen.some((observation) => recording.invocation(observation) ?? recording.response(observation))
    return isNoted ? { history: noted(recording, s.history, seen) } : {}
  }
}
