/**
 * The actions of the model that a system compiles into: what can happen.
 *
 * @module
 */
import { type Actions, type AnyState, type Arguments, fault, type Parameters } from "../model/action.ts"
import { distinctNames } from "../model/definition.ts"
import type { Language } from "../model/model.ts"
import { merged, type Update } from "../model/update.ts"
import type { Blueprint } from "./blueprint.ts"
import type { Timer } from "./clock.ts"
import { disconnected } from "./connection.ts"
import type { Fault } from "./fault.ts"
import { type Channel, channelName, type Envelope } from "./network.ts"
import { type AnyProcess, ignore } from "./process.ts"
import { SystemSteps } from "./step.ts"
import { TimeActions } from "./time.ts"
import { ageOf, type Travelling, unqueued } from "./transit.ts"
import { channelsOf } from "./variables.ts"

/** All ways to divide the names in two, given by the side on which the first is not. */
const sides = (names: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> =>
  names.slice(1)
    .reduce<ReadonlyArray<ReadonlyArray<string>>>((all, name) => all.flatMap((side) => [side, [...side, name]]), [[]])
    .filter((side) => side.length > 0)

/** What goes wrong by itself; what ends in `AndCrash` goes wrong in the middle of a step. */
const FAULTS: ReadonlySet<string> = new Set([
  "lose",
  "loseUnsent",
  "loseUnforced",
  "redeliver",
  "crash",
  "stop",
  "wipe",
  "pause",
  "cut",
  "cutLink",
  "disconnect",
  "jump",
])

/** Makes the actions of one system. */
export class SystemActions {
  readonly #blueprint: Blueprint
  readonly #steps: SystemSteps

  constructor(blueprint: Blueprint) {
    this.#blueprint = blueprint
    this.#steps = new SystemSteps(blueprint)
  }

  all(language: Language<any>): Actions<any> {
    const actions = [
      ...this.#inputActions(language),
      this.#networkActions(language),
      this.#timerActions(language),
      this.#faultActions(language),
      this.#loseUnsentActions(language),
      this.#loseUnforcedActions(language),
      this.#partitionActions(language),
      this.#linkActions(language),
      this.#connectionActions(language),
      new TimeActions(this.#blueprint, this.#steps).all(language),
    ]
    distinctNames(
      { named: "actions of the system", remedy: "give the processes or their inputs other names" },
      actions.flatMap((some) => Object.keys(some)),
    )
    return Object.fromEntries(
      actions.flatMap((some) => Object.entries(some))
        .map(([name, action]) => [name, FAULTS.has(name) ? fault(action) : action]),
    )
  }

  /** An action by which one of `processes` reacts; and where it may crash while it does, one by which it crashes. */
  #reactions<const P extends Parameters>(
    { action }: Language<any>,
    name: string,
    parameters: P,
    react: (s: AnyState, args: Arguments<P>, crashes: boolean) => Update | false,
    processes = this.#blueprint.names,
  ): Actions<any> {
    const may = this.#blueprint.faults.some(({ kind, of }) =>
      kind === "crashRecovery" && processes.some((process) => of.includes(process))
    )
    return {
      [name]: action(parameters, (s, args) => react(s, args, false) as {} | false),
      ...(may && {
        [`${name}AndCrash`]: fault(action(parameters, (s, args) => react(s, args, true) as {} | false), "in a step"),
      }),
    }
  }

  #inputActions(language: Language<any>): ReadonlyArray<Actions<any>> {
    return this.#blueprint.definition.processes.flatMap(({ name, process }) =>
      Object.entries((process as AnyProcess).inputs).map(([input, { parameters }]) =>
        this.#reactions(language, `${name}.${input}`, parameters, (s, args, crashes) => {
          if (!this.#steps.isUp(s, name)) return false
          const event = { _tag: "Input", input, args } as const
          const reaction = this.#steps.react(s, name, event)
          if (reaction._tag !== "Next") return false
          return this.#steps.step(
            s,
            name,
            event,
            reaction,
            [{ _tag: "Chosen", process: name, input, args }],
            {},
            crashes,
          )
        }, [name])
      )
    )
  }

  #networkActions(language: Language<any>): Actions<any> {
    const { network } = this.#blueprint.definition
    const { action, each } = language
    const unordered = network.order === "unordered"
    const parameters: Parameters = unordered
      ? { envelope: each("network") }
      : { channel: channelsOf(this.#blueprint.names) }
    /** The envelope that an action is about: in an ordered network the first of a channel. */
    const envelopeAt = (s: AnyState, { channel, envelope }: any): Travelling | undefined => {
      if (unordered) return envelope as Travelling
      const [first] = s.channels[channelName(channel)]
      return first && unqueued(network, channel, first)
    }
    const deliver = (stays: boolean) => (s: AnyState, args: any, crashes: boolean): Update | false => {
      const envelope = envelopeAt(s, args)
      if (envelope === undefined || ageOf(envelope) < (network.delay?.min ?? 0)) return false
      const reaction = this.#steps.arrival(s, envelope)
      if (reaction === undefined) return false
      const { from, message, to } = envelope
      const event = { _tag: "Message", message } as const
      const taken = stays ? {} : this.#steps.without(s, envelope)
      if (reaction._tag === "Ignored") return stays || crashes ? false : taken
      return this.#steps.step(s, to, event, reaction, [{ _tag: "Delivered", from, to, message }], taken, crashes)
    }
    const redeliver = (s: AnyState, args: any, crashes: boolean): Update | false => {
      const spent = this.#steps.spend(s, "duplication")
      const update = spent && deliver(true)(s, args, crashes)
      return update && merged(update, spent as Update)
    }
    const keeps = unordered && network.duplication === "unbounded"
    return {
      ...this.#reactions(language, "deliver", parameters, deliver(keeps)),
      ...(network.duplication !== 0 && !keeps && this.#reactions(language, "redeliver", parameters, redeliver)),
      ...(network.loss !== 0 && {
        lose: action(parameters, (s: AnyState, args: any) => {
          const envelope = envelopeAt(s, args)
          const spent = envelope !== undefined && this.#steps.spend(s, "loss")
          return spent && merged(spent, this.#steps.without(s, envelope as Envelope)) as {}
        }),
      }),
    }
  }

  #timerActions(language: Language<any>): Actions<any> {
    if (
      this.#blueprint.definition.processes.every(({ process }) =>
        Object.keys((process as AnyProcess).timers).length === 0
      )
    ) {
      return {}
    }
    return this.#reactions(language, "timeout", { timer: language.each("timers") }, (s, args, crashes) => {
      const { timer } = args as { readonly timer: Timer }
      const { at, process } = timer
      if (!this.#steps.isUp(s, process) || (at !== null && this.#steps.now(s, process) < at)) return false
      const suspected = this.#steps.suspects(s, timer)
      if (suspected === false) return false
      const event = { _tag: "Timer", timer: timer.timer } as const
      const reaction = this.#steps.react(s, process, event)
      const used = merged(suspected, { timers: { remove: [timer] } })
      if (reaction._tag !== "Next") return crashes ? false : used
      return this.#steps.step(s, process, event, reaction, [], used, crashes)
    })
  }

  #faultActions({ action }: Language<any>): Actions<any> {
    const of = (kind: Fault) => this.#blueprint.faults.find((fault) => fault.kind === kind)?.of
    const [crashing, stopping, losing, pausing] = [of("crashRecovery"), of("crashStop"), of("replacement"), of("pause")]
    return {
      ...(crashing !== undefined && {
        crash: action({ process: crashing }, (s: AnyState, { process }) => {
          const spent = this.#steps.isUp(s, process) && this.#steps.spend(s, "crashRecovery", process)
          return spent && merged(spent, this.#steps.down(s, process, s.state[process])) as {}
        }),
        restart: action({ process: crashing }, (s: AnyState, { process }) => {
          if (s.status[process] !== "down") return false
          const up = this.#steps.up(s, process)
          const event = { _tag: "Restart" } as const
          const reaction = this.#steps.react(s, process, event)
          return reaction._tag !== "Next" ? up : this.#steps.step(s, process, event, reaction, [], up, false) as {}
        }),
      }),
      ...(stopping !== undefined && {
        stop: action({ process: stopping }, (s: AnyState, { process }) => {
          const spent = this.#steps.isUp(s, process) && this.#steps.spend(s, "crashStop", process)
          return spent &&
            merged(spent, this.#steps.leaves(s, process, "stopped")) as {}
        }),
      }),
      ...(losing !== undefined && {
        wipe: action({ process: losing }, (s: AnyState, { process }) => {
          const spent = this.#steps.isUp(s, process) && this.#steps.spend(s, "replacement", process)
          return spent && merged(spent, this.#steps.wiped(s, process)) as {}
        }),
        replace: action(
          { process: losing },
          (s: AnyState, { process }) => s.status[process] === "wiped" && this.#steps.starts(s, process) as {},
        ),
      }),
      ...(pausing !== undefined && {
        pause: action({ process: pausing }, (s: AnyState, { process }) => {
          const spent = this.#steps.isUp(s, process) && this.#steps.spend(s, "pause", process)
          return spent && merged(spent, { status: { [process]: "paused" } }) as {}
        }),
        resume: action(
          { process: pausing },
          (s: AnyState, { process }) => s.status[process] === "paused" && { status: { [process]: "up" } },
        ),
      }),
    }
  }

  /**
   * What a process had sent when it crashed may not have left its machine: any of it, or in an ordered network what was sent
   * last. Where a message may never arrive anyhow, without holding up another, that says the same; and with a connection goes all
   * that has not arrived.
   */
  #loseUnsentActions({ action, each }: Language<any>): Actions<any> {
    const { duplication, loss, order } = this.#blueprint.definition.network
    const unordered = order === "unordered"
    const crashing = this.#blueprint.names.filter((name) =>
      this.#blueprint.faults.some(({ kind, of }) => kind !== "pause" && of.includes(name))
    )
    if (crashing.length === 0 || order === "connections" || (unordered && [loss, duplication].includes("unbounded"))) {
      return {}
    }
    return {
      loseUnsent: unordered
        ? action(
          { envelope: each("network") },
          (s: AnyState, { envelope }: any) =>
            this.#steps.isDown(s, envelope.from) && this.#steps.without(s, envelope) as {},
        )
        : action(
          { channel: channelsOf(this.#blueprint.names).filter(({ from }) => crashing.includes(from)) },
          (s: AnyState, { channel }) => {
            const name = channelName(channel)
            const messages = s.channels[name] as ReadonlyArray<unknown>
            return this.#steps.isDown(s, channel.from) && messages.length > 0 &&
              { channels: { [name]: messages.slice(0, -1) } }
          },
        ),
    }
  }

  /** What a process had written without forcing it when it crashed may not be on its disk. */
  #loseUnforcedActions({ action, each }: Language<any>): Actions<any> {
    if (!this.#steps.mayLoseWrites) return {}
    return {
      loseUnforced: action(
        { write: each("unforced") },
        (s: AnyState, { write }: any) => s.status[write.process] === "down" && this.#steps.loses(s, write) as {},
      ),
    }
  }

  #partitionActions({ action }: Language<any>): Actions<any> {
    if (this.#blueprint.definition.network.partitions === 0) return {}
    return {
      cut: action({ side: sides(this.#blueprint.names) }, (s: AnyState, { side }) => {
        const spent = s.cut === null && this.#steps.spend(s, "partitions")
        return spent && merged(spent, { cut: side }) as {}
      }),
      heal: action((s: AnyState) => s.cut !== null && { cut: null }),
    }
  }

  #linkActions({ action }: Language<any>): Actions<any> {
    if (this.#blueprint.definition.network.links === 0) return {}
    // Nothing stops a message to oneself.
    const link = channelsOf(this.#blueprint.names).filter(({ from, to }) => from !== to)
    distinctNames({ named: "links", remedy: "give the processes other names" }, link.map(channelName))
    return {
      cutLink: action({ link }, (s: AnyState, { link }) => {
        const name = channelName(link)
        const spent = !s.cutLinks.includes(name) && this.#steps.spend(s, "links")
        return spent && merged(spent, { cutLinks: [...s.cutLinks, name].toSorted() }) as {}
      }),
      healLink: action({ link }, (s: AnyState, { link }) => {
        const name = channelName(link)
        return s.cutLinks.includes(name) && { cutLinks: s.cutLinks.filter((other: string) => other !== name) }
      }),
    }
  }

  #connectionActions(language: Language<any>): Actions<any> {
    const { names, processes, definition: { network } } = this.#blueprint
    if (network.order !== "connections") return {}
    const pairs = names.flatMap((one, index) => names.slice(index + 1).map((other) => [one, other] as const))
    const hearing = names.filter((name) => processes.get(name)?.closed !== undefined)
    const closed = (s: AnyState, { end }: any, crashes: boolean): Update | false => {
      const { from: name, to: peer } = end as Channel
      if (!this.#steps.isUp(s, name)) return false
      const noticed = { broken: { remove: [end] } }
      const event = { _tag: "Closed", from: peer } as const
      const reaction = hearing.includes(name) ? this.#steps.react(s, name, event, peer) : ignore
      if (reaction._tag !== "Next") return crashes ? false : noticed
      return this.#steps.step(s, name, event, reaction, [], noticed, crashes)
    }
    return {
      ...(network.disconnects !== 0 && {
        disconnect: language.action({ ends: pairs }, (s: AnyState, { ends: [one, other] }) => {
          const isWhole = !this.#steps.isDown(s, one) && !this.#steps.isDown(s, other)
          const spent = isWhole && this.#steps.spend(s, "disconnects")
          return spent && merged(spent, disconnected(one, other)) as {}
        }),
      }),
      ...this.#reactions(language, "closed", { end: language.each("broken") }, closed, hearing),
    }
  }
}
