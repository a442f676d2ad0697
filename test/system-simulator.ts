/**
 * A simulator of systems, written from the guide (docs/systems.md) and from nothing else.
 *
 * It knows nothing of models: a state is a plain object, and {@link simulator} gives the initial one and all steps from any
 * other, event by event in the order of the guide. Two states are equal if their variables have the same {@link text}. Whatever systems compile into must reach the same states by the same events.
 *
 * @module
 */
import {
  type Budget,
  type Envelope,
  type History,
  invoked,
  type Observation,
  type Processes,
  type Reply,
  returned,
  type Status,
  type SystemDefinition,
  type Timer,
} from "../src/index.ts"
import {
  type AnyProcess,
  type Command,
  type Deferred,
  type Event,
  type Ignored,
  type Next,
} from "../src/system/process.ts"

type By<A> = { readonly [name: string]: A }
type Local = By<unknown>

/** The end of a connection that is `from`'s own. */
interface End {
  readonly _tag: "Channel"
  readonly from: string
  readonly to: string
}

/** A message on its way, and when it was sent: on the global clock, where its delay is bounded, and otherwise at no time. */
interface Flying extends Envelope {
  readonly sentAt: number
}

/**
 * The state of a system, without what follows from it. Clocks show a time here also where nobody can read them; what the variables
 * are then follows from it.
 */
export interface Core {
  readonly state: By<Local>
  readonly status: By<Status>
  readonly timers: ReadonlyArray<Timer>
  readonly replies: ReadonlyArray<Reply>
  readonly cut: ReadonlyArray<string> | null
  readonly cutLinks: ReadonlyArray<string>
  readonly left: By<Budget>
  readonly leftOf: By<By<Budget>>
  /** On every network alike: all messages on their way, in the order in which they were sent. */
  readonly flying: ReadonlyArray<Flying>
  /** On `connections`: the ends that have yet to notice that their connection is no more. */
  readonly broken: ReadonlyArray<End>
  /** What the unforced fields of each process were before each of the writes that a crash may lose, in their order. */
  readonly unforced: By<ReadonlyArray<Local>>
  readonly clock: number
  readonly offset: By<number>
  readonly history: History
  /** Per ghost, what it is for each process that has it. */
  readonly ghosts: By<By<unknown>>
}

/** A step: the event, its arguments, and the state afterwards. */
export interface SystemStep {
  readonly event: string
  readonly args: By<unknown>
  readonly to: Core
}

/** The initial state of a system, all steps from any state, and what its variables are there: the guide's table. */
export interface Simulator {
  readonly initial: Core
  readonly steps: (state: Core) => ReadonlyArray<SystemStep>
  readonly variables: (state: Core) => By<unknown>
}

/** The canonical text of plain data: equal values have equal texts, and different values have different ones. */
export const text = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(text).join()}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${text(field)}`).join()}}`
}

const isEqual = (one: unknown, other: unknown): boolean => text(one) === text(other)

const has = (elements: ReadonlyArray<unknown>, element: unknown): boolean =>
  elements.some((other) => isEqual(other, element))

/** A bag or a set, in one order. */
export const inOrder = <A>(elements: ReadonlyArray<A>): ReadonlyArray<A> =>
  elements.map((element) => [text(element), element] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
    .map(([, element]) => element)

const subsets = <A>(elements: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  elements.reduce<ReadonlyArray<ReadonlyArray<A>>>(
    (found, element) => found.concat(found.map((subset) => [...subset, element])),
    [[]],
  )

/** All combinations of arguments; their domains must be given as lists. */
const combinations = (parameters: By<unknown>): ReadonlyArray<By<unknown>> =>
  Object.entries(parameters).reduce<ReadonlyArray<By<unknown>>>(
    (rows, [name, domain]) =>
      rows.flatMap((row) => (domain as ReadonlyArray<unknown>).map((value) => ({ ...row, [name]: value }))),
    [{}],
  )

const channelOf = ({ from, to }: { readonly from: string; readonly to: string }): string => `${from} → ${to}`

/** What may befall a process. */
const PROCESS_FAULTS = ["crashStop", "crashRecovery", "replacement", "pause"] as const

/** What the guide calls a process while a fault counts it. */
const BEFALLEN: By<Status> = { crashStop: "stopped", crashRecovery: "down", replacement: "wiped", pause: "paused" }

/** What a process does with an event that does not wait. */
type Reaction = Next<Local> | Ignored

/** An event that a process may react to. */
interface Occurrence {
  readonly event: string
  readonly args: By<unknown>
  readonly process: string
  readonly reaction: Reaction
  /** What the process reacts to. */
  readonly on: Event
  /** What a history sees of it, if it is a step. */
  readonly observation?: Observation
  /** The state in which the message is off the network, or the timer no longer set. */
  readonly before: Core
}

/** The simulator of the system that a definition describes. */
export const simulator = (definition: SystemDefinition<Processes>): Simulator => {
  const { clock, detector, faults = {}, ghosts = {}, network, recording } = definition
  const processes = new Map<string, AnyProcess>(definition.processes.map(({ name, process }) => [name, process]))
  const names = [...processes.keys()]
  const processOf = (name: string) => processes.get(name) as AnyProcess
  const isOrdered = network.order !== "unordered"
  const isConnected = network.order === "connections"
  /** Whether a message that was sent can be received forever: the network is a set. */
  const keepsCopies = !isOrdered && network.duplication === "unbounded"
  const { late = 0, rate = { min: 1, max: 1 }, skew = 0 } = clock ?? {}
  const { delay } = network
  const { kind, of: watched = names, recovered, wrongSuspicions = 0 } = typeof detector === "object"
    ? detector
    : { kind: detector, recovered: undefined }

  // What a state says.

  const isUp = (s: Core, name: string) => s.status[name] === "up"
  const now = (s: Core, name: string) => s.clock + (s.offset[name] as number)
  const isDue = (s: Core, { at, process }: Timer, since = 0) => at === null || now(s, process) >= at + since
  const ageOf = (s: Core, { sentAt }: Flying) => Math.min(s.clock - sentAt, delay?.max ?? 0)
  const isReadable = clock?.horizon !== undefined
  /** What the variables say of a message, and of a timer: how old it is, and when it is due. */
  const shownMessage = (s: Core, { sentAt, ...envelope }: Flying): Envelope =>
    delay === undefined ? envelope : { ...envelope, ...{ age: ageOf(s, { ...envelope, sentAt }) } }
  const shownTimer = (s: Core, timer: Timer): Timer =>
    clock === undefined || isReadable
      ? timer
      : { ...timer, at: Math.max(timer.at as number - now(s, timer.process), 0 - late) }
  const isApart = ({ cut, cutLinks }: Core, link: { readonly from: string; readonly to: string }) =>
    (cut !== null && cut.includes(link.from) !== cut.includes(link.to)) || has(cutLinks, channelOf(link))
  /** For each fault, how many of whom it may have befallen at once. */
  const bounds = Object.entries(faults).flatMap(([fault, given]) => {
    if (typeof given !== "object") return []
    const { atOnce = names.length, groups = [], of = names } = given
    return [{ of, atOnce }, ...groups].map((group) => ({ ...group, fault }))
  })
  const hasRoom = (s: Core, fault: string, name: string) =>
    bounds.every((bound) => {
      if (bound.fault !== fault || !bound.of.includes(name)) return true
      const befallen = names.filter((other) => bound.of.includes(other) && s.status[other] === BEFALLEN[fault])
      return befallen.length < bound.atOnce
    })
  const isLeft = (s: Core, fault: string, name?: string) =>
    s.left[fault] !== 0 && (name === undefined || (s.leftOf[fault]?.[name] !== 0 && hasRoom(s, fault, name)))

  const isGone = (s: Core, name: string) => s.status[name] !== "up" && s.status[name] !== "paused"
  const end = (from: string, to: string): End => ({ _tag: "Channel", from, to })

  // What changes in a state.

  const less = (budget: Budget | undefined): Budget =>
    budget === "unbounded" || budget === undefined ? "unbounded" : budget - 1
  const spent = (s: Core, fault: string, name?: string): Core => ({
    ...s,
    left: { ...s.left, [fault]: less(s.left[fault]) },
    leftOf: name === undefined
      ? s.leftOf
      : { ...s.leftOf, [fault]: { ...s.leftOf[fault], [name]: less(s.leftOf[fault]?.[name]) } },
  })
  const becomes = (s: Core, name: string, status: Status): Core => ({ ...s, status: { ...s.status, [name]: status } })
  const withoutTimers = (s: Core, name: string, timer?: string): Core => ({
    ...s,
    timers: s.timers.filter((set) => set.process !== name || (timer !== undefined && set.timer !== timer)),
  })
  const arrived = (s: Core, index: number): Core => ({ ...s, flying: s.flying.filter((_, other) => other !== index) })
  const noted = (s: Core, observation: Observation): Core => {
    const asked = recording?.invocation(observation)
    const answered = recording?.response(observation)
    const history = asked === undefined ? s.history : invoked(s.history, asked.client, asked.operation)
    return {
      ...s,
      history: answered === undefined ? history : returned(history, answered.client, answered.result),
    }
  }
  const carriedOut = (s: Core, from: string, command: Command): Core => {
    switch (command._tag) {
      case "Send": {
        const { message, to } = command
        const envelope: Flying = { _tag: "Envelope", from, to, message, sentAt: delay === undefined ? 0 : s.clock }
        if (isConnected && (isGone(s, to) || has(s.broken, end(from, to)))) {
          const broken = has(s.broken, end(from, to)) ? s.broken : [...s.broken, end(from, to)]
          return noted({ ...s, broken }, { _tag: "Sent", from, to, message })
        }
        const flying = keepsCopies && has(s.flying, envelope) ? s.flying : [...s.flying, envelope]
        return noted({ ...s, flying }, { _tag: "Sent", from, to, message })
      }
      case "SetTimer": {
        const { after, timer } = command
        const at = clock === undefined ? null : now(s, from) + after
        const others = withoutTimers(s, from, timer)
        return { ...others, timers: [...others.timers, { _tag: "Timer", process: from, timer, at }] }
      }
      case "CancelTimer":
        return withoutTimers(s, from, command.timer)
      case "SendReply": {
        const { value } = command
        const reply: Reply = { _tag: "Reply", from, value }
        const replies = has(s.replies, reply) ? s.replies : [...s.replies, reply]
        return noted({ ...s, replies }, { _tag: "Replied", from, value })
      }
    }
  }
  const only = (fields: By<unknown>, local: Local | undefined): Local =>
    Object.fromEntries(Object.keys(fields).map((field) => [field, local?.[field]]))
  /** Whom a crash may lose writes of: those that write without forcing, and may come back after it. */
  const forgetful = new Set(names.filter((name) => {
    const given = faults.crashRecovery ?? 0
    const { each, of = names, total } = typeof given === "object" ? given : { total: given }
    return total !== 0 && each !== 0 && of.includes(name) && Object.keys(processOf(name).unforced).length > 0
  }))
  const unforcedBy = (s: Core, name: string): ReadonlyArray<Local> => s.unforced[name] ?? []
  const settled = (s: Core, name: string): Core => ({ ...s, unforced: { ...s.unforced, [name]: [] } })
  const written = (s: Core, name: string, local: Local): Core => {
    const after = { ...s, state: { ...s.state, [name]: local } }
    const { durable, unforced } = processOf(name)
    if (!isEqual(only(durable, s.state[name]), only(durable, local))) return settled(after, name)
    const was = only(unforced, s.state[name])
    if (!forgetful.has(name) || isEqual(was, only(unforced, local))) return after
    return { ...after, unforced: { ...s.unforced, [name]: [...unforcedBy(s, name), was] } }
  }
  /** The writes that a crash may lose so that anybody can tell: each leads back to something else than there is now. */
  const losable = (s: Core): ReadonlyArray<{ readonly process: string; readonly before: Local }> =>
    names.flatMap((process) => {
      const now = only(processOf(process).unforced, s.state[process])
      const others = unforcedBy(s, process).filter((before) => !isEqual(before, now))
      return others.filter((before, index) => !has(others.slice(0, index), before)).map((before) => ({
        process,
        before,
      }))
    })
  /** The ghosts of a process see its step: the state before, what it reacts to, and how. */
  const remembered = (s: Core, process: string, event: Event, reaction: Next<Local>): Core => ({
    ...s,
    ghosts: Object.fromEntries(
      Object.entries(s.ghosts).map(([name, values]) => [
        name,
        Object.fromEntries(
          Object.entries(values).map(([of, value]) => [
            of,
            of === process
              ? ghosts[name]?.next(value, { before: s.state[process], event, reaction })
              : value,
          ]),
        ),
      ]),
    ),
  })
  /**
   * A step of a process: its ghosts see it, its state is written, the history notes the event, and the commands are carried out
   * in their order. What it does at the start is no step.
   */
  const reacted = (s: Core, name: string, reaction: Reaction, on?: Event, observation?: Observation): Core => {
    if (reaction._tag === "Ignored") return s
    const after = written(on === undefined ? s : remembered(s, name, on, reaction), name, reaction.state)
    return reaction.commands.reduce(
      (state, command) => carriedOut(state, name, command),
      observation === undefined ? after : noted(after, observation),
    )
  }
  /** A process is no longer there, and neither are its timers and its connections. */
  const left = (s: Core, name: string, status: Status): Core => {
    const there = withoutTimers(becomes(s, name, status), name)
    const gone = status === "down" ? there : settled(there, name)
    if (!isConnected) return gone
    const others = names.filter((other) => other !== name && !isGone(s, other))
    return {
      ...gone,
      flying: gone.flying.filter(({ from, to }) => from !== name && to !== name),
      broken: [
        ...gone.broken.filter(({ from, to }) => from !== name && to !== name),
        ...others.map((other) => end(other, name)),
      ],
    }
  }
  const crashed = (s: Core, name: string): Core => {
    const { durable, start, unforced } = processOf(name)
    const local = Object.entries(s.state[name] as Local)
      .map(([field, value]) => [field, field in { ...durable, ...unforced } ? value : start.state[field]])
    return left(written(spent(s, "crashRecovery", name), name, Object.fromEntries(local)), name, "down")
  }

  // The events, in the order of the guide.

  /** Where in the network there are messages that events concern: of equal ones the first; in `fifo` the ends of the channels. */
  const indices = (s: Core, end: "first" | "last"): ReadonlyArray<number> => {
    const { flying } = s
    const isBefore = (one: Flying, other: Flying) =>
      isOrdered ? channelOf(one) === channelOf(other) : isEqual(shownMessage(s, one), shownMessage(s, other))
    return flying.flatMap((envelope, index) => {
      const others = end === "first" ? flying.slice(0, index) : flying.slice(index + 1)
      return others.some((other) => isBefore(other, envelope)) ? [] : [index]
    })
  }
  const argsOf = (s: Core, envelope: Flying): By<unknown> =>
    isOrdered
      ? { channel: { _tag: "Channel", from: envelope.from, to: envelope.to } }
      : { envelope: shownMessage(s, envelope) }

  /** The deliveries that can happen, or can once the message is old enough. */
  const arrivals = (s: Core): ReadonlyArray<Occurrence & { readonly age: number }> =>
    indices(s, "first").flatMap((index) => {
      const envelope = s.flying[index] as Flying
      const { from, message, to } = envelope
      if (!isUp(s, to) || isApart(s, envelope) || has(s.broken, end(to, from))) return []
      const context = { from, now: now(s, to) }
      const reaction: Reaction | Deferred = (processOf(to).receive[message._tag] as any)(s.state[to], message, context)
      if (reaction._tag === "Deferred") return []
      const isIgnored = reaction._tag === "Ignored"
      if (isIgnored && network.ignored === "kept") return []
      const observation: Observation = { _tag: "Delivered", from, to, message }
      const delivery = {
        args: argsOf(s, envelope),
        process: to,
        reaction,
        on: { _tag: "Message", message } as const,
        observation,
        age: ageOf(s, envelope),
      }
      return [
        ...(keepsCopies && isIgnored
          ? []
          : [{ ...delivery, event: "deliver", before: keepsCopies ? s : arrived(s, index) }]),
        ...(!keepsCopies && !isIgnored && isLeft(s, "duplication")
          ? [{ ...delivery, event: "redeliver", before: spent(s, "duplication") }]
          : []),
      ]
    })
  const deliveries = (s: Core): ReadonlyArray<Occurrence> => arrivals(s).filter(({ age }) => age >= (delay?.min ?? 0))
  const closings = (s: Core): ReadonlyArray<Occurrence> =>
    s.broken.filter(({ from }) => isUp(s, from)).map((broken) => {
      const { from: process, to } = broken
      const context = { from: to, now: now(s, process) }
      const reaction: Reaction = (processOf(process).closed?.(s.state[process], context) as Reaction) ??
        { _tag: "Ignored" }
      const before = { ...s, broken: s.broken.filter((other) => other !== broken) }
      return { event: "closed", args: { end: broken }, process, reaction, on: { _tag: "Closed", from: to }, before }
    })
  /** What it takes for a timer to fire: the state in which that is paid for, if it may fire. */
  const suspected = (s: Core, { process, timer }: Timer): ReadonlyArray<Core> => {
    if (kind === undefined || kind === "unreliable" || !watched.includes(timer)) return [s]
    const isFlushed = kind !== "failStop" || !s.flying.some(({ from, to }) => from === timer && to === process)
    const silent = isApart(s, { from: timer, to: process })
    // Something has befallen it from which it came back, for less is left of that than there was.
    const wasGone = budgets.some(({ each, fault }) =>
      ["crashRecovery", "replacement"].includes(fault) && s.leftOf[fault]?.[timer] !== each[timer]
    )
    const isBack = recovered === "suspected" && !isGone(s, timer) && wasGone
    if (silent || isBack || (isGone(s, timer) && isFlushed)) return [s]
    return kind === "eventuallyPerfect" && isLeft(s, "wrongSuspicions") ? [spent(s, "wrongSuspicions")] : []
  }
  const timeouts = (state: Core): ReadonlyArray<Occurrence> =>
    state.timers.filter((timer) => isUp(state, timer.process) && isDue(state, timer)).flatMap((timer) =>
      suspected(state, timer).map((s) => ({ s, timer }))
    ).map(({ s, timer }) => {
      const { process } = timer
      const reaction = processOf(process).timers[timer.timer](s.state[process], { now: now(s, process) }) as Reaction
      const before = withoutTimers(s, process, timer.timer)
      return {
        event: "timeout",
        args: { timer: shownTimer(s, timer) },
        process,
        reaction,
        on: { _tag: "Timer", timer: timer.timer },
        before,
      }
    })
  const choices = (s: Core): ReadonlyArray<Occurrence> =>
    names.filter((name) => isUp(s, name)).flatMap((process) =>
      Object.entries(processOf(process).inputs).flatMap(([input, { on, parameters }]) =>
        combinations(parameters).flatMap((args) => {
          const reaction = on(s.state[process], args, { now: now(s, process) })
          const observation: Observation = { _tag: "Chosen", process, input, args }
          return reaction._tag !== "Next"
            ? []
            : [{
              event: `${process}.${input}`,
              args,
              process,
              reaction,
              on: { _tag: "Input", input, args },
              observation,
              before: s,
            }]
        })
      )
    )

  type Row = readonly [event: string, args: By<unknown>, to: Core]
  const taken = ({ args, before, event, observation, on, process, reaction }: Occurrence): Row => [
    event,
    args,
    reacted(before, process, reaction, on, observation),
  ]
  const rows = (s: Core): ReadonlyArray<Row> => {
    const occurrences = [...deliveries(s), ...closings(s), ...timeouts(s), ...choices(s)]
    const of = (status: Status) => names.filter((name) => s.status[name] === status)
    /** Whom a fault may befall. */
    const prey = (fault: string) => of("up").filter((name) => isLeft(s, fault, name))
    const isWaitedFor = (timer: Timer) => isUp(s, timer.process) && isDue(s, timer, late)
    const mayPass = !s.timers.some(isWaitedFor) &&
      !arrivals(s).some(({ age }) => delay !== undefined && age === delay.max)
    const paces = Array.from({ length: rate.max - rate.min + 1 }, (_, more) => rate.min + more)
    const moved = (name: string, by: number): Core => ({
      ...s,
      offset: { ...s.offset, [name]: (s.offset[name] as number) + by },
    })
    return [
      // deliver, redeliver, closed, timeout, p.i
      ...occurrences.map(taken),
      ...(isLeft(s, "loss") ? indices(s, "first") : []).map((index): Row => [
        "lose",
        argsOf(s, s.flying[index] as Flying),
        arrived(spent(s, "loss"), index),
      ]),
      ...prey("crashRecovery").map((process): Row => ["crash", { process }, crashed(s, process)]),
      ...of("down").map((process): Row => {
        const reaction = processOf(process).restart(s.state[process], { now: now(s, process) }) as Reaction
        const up = settled(becomes(s, process, "up"), process)
        return ["restart", { process }, reacted(up, process, reaction, { _tag: "Restart" })]
      }),
      // deliverAndCrash, redeliverAndCrash, closedAndCrash, timeoutAndCrash, p.iAndCrash
      ...occurrences.filter(({ process }) => isLeft(s, "crashRecovery", process)).flatMap(
        ({ reaction, ...occurrence }): ReadonlyArray<Row> => {
          if (reaction._tag === "Ignored" || reaction.commands.length === 0) return []
          const { before, on, process } = occurrence
          const [, args, to] = taken({ ...occurrence, reaction: { ...reaction, commands: [] } })
          // The ghosts see the commands all the same.
          const { ghosts } = remembered(before, process, on, reaction)
          return [[`${occurrence.event}AndCrash`, args, crashed({ ...to, ghosts }, process)]]
        },
      ),
      ...prey("crashStop").map((process): Row => [
        "stop",
        { process },
        left(spent(s, "crashStop", process), process, "stopped"),
      ]),
      ...((!isOrdered && network.loss === "unbounded") || keepsCopies || isConnected ? [] : indices(s, "last")).flatMap(
        (index): ReadonlyArray<Row> => {
          const envelope = s.flying[index] as Flying
          const sender = s.status[envelope.from]
          return sender !== "up" && sender !== "paused" ? [["loseUnsent", argsOf(s, envelope), arrived(s, index)]] : []
        },
      ),
      ...losable(s).filter(({ process }) => s.status[process] === "down").map(({ before, process }): Row => [
        "loseUnforced",
        { write: { _tag: "Unforced", process, before } },
        settled({ ...s, state: { ...s.state, [process]: { ...s.state[process], ...before } } }, process),
      ]),
      ...prey("replacement").map((process): Row => {
        const lost = written(spent(s, "replacement", process), process, processOf(process).start.state)
        return ["wipe", { process }, left(lost, process, "wiped")]
      }),
      ...of("wiped").map((process): Row => [
        "replace",
        { process },
        reacted(becomes(s, process, "up"), process, processOf(process).start as Next<Local>),
      ]),
      ...prey("pause").map((
        process,
      ): Row => ["pause", { process }, becomes(spent(s, "pause", process), process, "paused")]),
      ...of("paused").map((process): Row => ["resume", { process }, becomes(s, process, "up")]),
      ...(isConnected && isLeft(s, "disconnects") ? names : []).flatMap((one, index) =>
        names.slice(index + 1).filter((other) => !isGone(s, one) && !isGone(s, other)).map((other): Row => {
          const isBetween = ({ from, to }: { readonly from: string; readonly to: string }) =>
            (from === one && to === other) || (from === other && to === one)
          return ["disconnect", { ends: [one, other] }, {
            ...spent(s, "disconnects"),
            flying: s.flying.filter((envelope) => !isBetween(envelope)),
            broken: [...s.broken.filter((broken) => !isBetween(broken)), end(one, other), end(other, one)],
          }]
        })
      ),
      ...(s.cut === null && isLeft(s, "partitions") ? subsets(names.slice(1)) : [])
        .filter((side) => side.length > 0)
        .map((side): Row => ["cut", { side }, { ...spent(s, "partitions"), cut: side }]),
      ...(s.cut === null ? [] : [["heal", {}, { ...s, cut: null }] satisfies Row]),
      ...names.flatMap((from) => names.filter((to) => to !== from).map((to) => ({ from, to }))).flatMap(
        (direction): ReadonlyArray<Row> => {
          const args = { link: { _tag: "Channel", ...direction } }
          const name = channelOf(direction)
          if (has(s.cutLinks, name)) {
            return [["healLink", args, { ...s, cutLinks: s.cutLinks.filter((other) => other !== name) }]]
          }
          const cutLinks = inOrder([...s.cutLinks, name])
          return isLeft(s, "links") ? [["cutLink", args, { ...spent(s, "links"), cutLinks }]] : []
        },
      ),
      ...(clock !== undefined && s.clock < (clock.horizon ?? Infinity) && mayPass
        ? combinations(Object.fromEntries(names.map((name) => [name, paces]))).map((by): Row => [
          "tick",
          paces.length === 1 ? {} : { by },
          {
            ...s,
            clock: s.clock + 1,
            offset: Object.fromEntries(
              names.map((name) => [name, (s.offset[name] as number) + (by[name] as number) - 1]),
            ),
          },
        ])
        : []),
      ...(skew > 0 ? names : []).flatMap((process) =>
        [-1, 1].flatMap((by): ReadonlyArray<Row> => {
          const isWithin = Math.abs((s.offset[process] as number) + by) <= skew
          const isHeldUp = by > 0 && s.timers.some((timer) => timer.process === process && isWaitedFor(timer))
          return isWithin && !isHeldUp ? [["drift", { process, by }, moved(process, by)]] : []
        })
      ),
      ...(isLeft(s, "jumps") ? names : []).flatMap((process) =>
        (clock?.jumps?.by ?? []).map((by): Row => ["jump", { process, by }, spent(moved(process, by), "jumps")])
      ),
    ]
  }

  // The state in which a system starts: each process, in order, does what it does at the start.

  const budgets = PROCESS_FAULTS.map((fault) => {
    const given = faults[fault] ?? 0
    const { each = "unbounded", of = names, total } = typeof given === "object" ? given : { total: given }
    const ofProcess = (name: string): Budget => total === 0 || !of.includes(name) ? 0 : each
    // A fault that cannot happen to any process cannot happen.
    return {
      fault,
      total: each === 0 ? 0 : total,
      each: Object.fromEntries(names.map((name) => [name, ofProcess(name)])),
    }
  })
  const local = (name: string) => processOf(name).start.state as Local
  const before: Core = {
    state: Object.fromEntries(names.map((name) => [name, local(name)])),
    status: Object.fromEntries(names.map((name) => [name, "up"])),
    timers: [],
    replies: [],
    cut: null,
    cutLinks: [],
    left: {
      loss: network.loss,
      duplication: network.duplication,
      partitions: network.partitions,
      links: network.links,
      disconnects: network.disconnects,
      ...Object.fromEntries(budgets.map(({ fault, total }) => [fault, total])),
      jumps: clock?.jumps?.total ?? 0,
      wrongSuspicions,
    },
    leftOf: Object.fromEntries(budgets.map(({ each, fault }) => [fault, each])),
    flying: [],
    broken: [],
    unforced: {},
    clock: 0,
    offset: Object.fromEntries(names.map((name) => [name, 0])),
    history: {},
    ghosts: Object.fromEntries(
      Object.entries(ghosts).map(([name, { initial, of }]) => [
        name,
        Object.fromEntries(of.map((process) => [process, initial])),
      ]),
    ),
  }
  const initial = names.reduce((s, name) => reacted(s, name, processOf(name).start as Next<Local>), before)

  // The variables of the guide.

  const observed = new Set(names.flatMap((name) => processOf(name).observed as ReadonlyArray<string>))
  const variables = (s: Core): By<unknown> => {
    const { broken, clock: time, flying, ghosts: haunting, history, offset, unforced: _, ...core } = s
    return {
      ...core,
      ...haunting,
      ...Object.fromEntries([...observed].map((field) => [
        field,
        Object.fromEntries(
          names.filter((name) => processOf(name).observed.includes(field))
            .map((name) => [name, core.state[name]?.[field]]),
        ),
      ])),
      timers: inOrder(core.timers.map((timer) => shownTimer(s, timer))),
      replies: inOrder(core.replies),
      ...(isOrdered
        ? {
          channels: Object.fromEntries(
            names.flatMap((from) => names.map((to) => channelOf({ from, to }))).map((channel) => [
              channel,
              flying.filter((envelope) => channelOf(envelope) === channel)
                .map(({ message, ...envelope }) =>
                  delay === undefined ? message : { _tag: "Aged", message, age: ageOf(s, { message, ...envelope }) }
                ),
            ]),
          ),
        }
        : { network: inOrder(flying.map((envelope) => shownMessage(s, envelope))) }),
      ...(isConnected && { broken: inOrder(broken) }),
      ...(isReadable && { clock: time, offset }),
      ...(recording !== undefined && { history }),
      ...(names.some((name) => Object.keys(processOf(name).unforced).length > 0) && {
        unforced: inOrder(losable(s).map((write) => ({ _tag: "Unforced", ...write }))),
      }),
    }
  }
  return {
    initial,
    steps: (s) => rows(s).map(([event, args, to]) => ({ event, args, to })),
    variables,
  }
}

/** The states that a system reaches, and its steps, by number: in the order of a search level by level. */
export interface SystemGraph {
  readonly states: ReadonlyArray<Core>
  readonly texts: ReadonlyArray<string>
  /** The fewest steps that lead to each state. */
  readonly depths: ReadonlyArray<number>
  readonly steps: ReadonlyArray<
    ReadonlyArray<{ readonly event: string; readonly args: By<unknown>; readonly to: number }>
  >
}

/** All that a system reaches, unless it has more states than the limit. */
export const reach = ({ initial, steps, variables }: Simulator, limit: number): SystemGraph | undefined => {
  const states: Array<Core> = []
  const texts: Array<string> = []
  const depths: Array<number> = []
  const known = new Map<string, number>()
  const number = (state: Core, depth: number): number => {
    const name = text(variables(state))
    const found = known.get(name)
    if (found !== undefined) return found
    known.set(name, states.length)
    texts.push(name)
    depths.push(depth)
    return states.push(state) - 1
  }
  number(initial, 0)
  const all: Array<SystemGraph["steps"][number]> = []
  for (let from = 0; from < states.length; from++) {
    if (states.length > limit) return undefined
    const depth = (depths[from] as number) + 1
    all.push(steps(states[from] as Core).map(({ args, event, to }) => ({ event, args, to: number(to, depth) })))
  }
  return { states, texts, depths, steps: all }
}
