/**
 * # Multi-Paxos
 *
 * A replicated log, and an object whose operations are applied in the log's order, after Lamport, *Paxos made simple* (2001),
 * section 3, and van Renesse and Altinbuken, *Paxos made moderately complex* (ACM Computing Surveys 47(3), 2015).
 *
 * Each slot of the log is decided by Paxos of its own. What makes it cheap is that one *leader* asks once, for all slots,
 * what was voted before its ballot (phase 1); from then on a request takes phase 2 alone. A new leader proposes again
 * whatever it is told of, and fills the gaps with commands that do nothing: a later slot may have been chosen while an
 * earlier one was not. Every server is leader, acceptor and replica in one: it votes, keeps the log of what is chosen, and
 * applies it to the object in order, without gaps. The leader answers when it has applied a request. Clients send their
 * requests to all servers, and again until they are answered; the object remembers what it last answered each client, and
 * applies no request twice, however often it is in the log.
 *
 * **It promises** that the logs of two servers never contradict each other, and that clients cannot tell the servers from
 * one object that takes operations one at a time (linearizability): for any number of leaders, whatever is lost,
 * duplicated, reordered or late, and however often whoever crashes. It promises an answer only while one leader goes on
 * undisturbed, with a quorum of each phase up.
 *
 * **It assumes** that promises, votes and the log survive a crash, that messages are not forged, that quorums of phase 1
 * and 2 intersect, that a client has one request at a time, and that operations and results are plain data.
 *
 * **It costs**, with *n* servers and a leader that stays, 4 message delays from request to answer (to the leader, to the
 * servers and back, to the client), and beside the request and its answer 3 (*n* − 1) messages: the proposal, the vote, and
 * the news that it is chosen. A new leader adds 2 delays and 2 (*n* − 1) messages once.
 *
 * The heartbeat of a leader repeats all that may have been lost; a system with long logs would rather ask each server how
 * far it is. Nothing is ever removed from the log: there are no snapshots.
 *
 * @module
 */
import { Schema } from "effect"
import type { Recording } from "../history/history.ts"
import type { SequentialObject } from "../history/sequential-object.ts"
import { names, range } from "../model/domain.ts"
import { encode } from "../model/encoding.ts"
import { named } from "../system/blueprint.ts"
import { type Budget, budget } from "../system/budget.ts"
import type { Faults } from "../system/fault.ts"
import { machine, type MachineCommand, type MachineState } from "../system/machine.ts"
import type { Network } from "../system/network.ts"
import { ignore, type Next } from "../system/process.ts"
import { system } from "../system/system.ts"
import { hasQuorum, type QuorumSystem } from "./quorum-system.ts"

/** What is in a slot of the log: an operation that a client has asked for, or nothing, to fill a gap. */
export const LogEntry = Schema.TaggedUnion({
  Operation: { client: Schema.String, sequence: Schema.Int, operation: Schema.Json },
  Noop: {},
})
/** The type of {@link LogEntry}. */
export type LogEntry = typeof LogEntry.Type

/** A vote for an entry in a ballot. */
const SlotVote = Schema.Struct({ slot: Schema.Int, ballot: Schema.Int, entry: LogEntry })
type SlotVote = typeof SlotVote.Type

/** An entry that is chosen. */
const Choice = Schema.Struct({ slot: Schema.Int, entry: LogEntry })
type Choice = typeof Choice.Type

/** The messages of Multi-Paxos. */
export const LogMessage = Schema.TaggedUnion({
  /** A client asks for its `sequence`-th operation. */
  Request: { sequence: Schema.Int, operation: Schema.Json },
  /** The answer to a client's `sequence`-th request. */
  Response: { sequence: Schema.Int, result: Schema.Json },
  /** Phase 1a, for all slots. */
  Prepare: { ballot: Schema.Int },
  /** Phase 1b: a server promises, and reports its latest vote in each slot. */
  Promise: { ballot: Schema.Int, votes: Schema.Array(SlotVote) },
  /** Phase 2a, for one slot. */
  Accept: { ballot: Schema.Int, slot: Schema.Int, entry: LogEntry },
  /** Phase 2b, for one slot. */
  Accepted: { ballot: Schema.Int, slot: Schema.Int },
  /** An entry is chosen. */
  Chosen: { slot: Schema.Int, entry: LogEntry },
})

/** What a server is at besides voting. */
const Role = Schema.TaggedUnion({
  Follower: {},
  /**
   * Who has promised, by name and not in the order of arrival, which makes no difference; and the highest votes that they have
   * reported.
   */
  Candidate: { ballot: Schema.Int, promised: Schema.Array(Schema.String), votes: Schema.Array(SlotVote) },
  /** What it has proposed and is not chosen yet, and who has voted for it. */
  Leader: {
    ballot: Schema.Int,
    proposals: Schema.Array(
      Schema.Struct({ slot: Schema.Int, entry: LogEntry, accepted: Schema.Array(Schema.String) }),
    ),
  },
})

/** The object, and for each client the number of its last request and what was answered. */
const Applied = Schema.Struct({
  object: Schema.Json,
  answers: Schema.Record(Schema.String, Schema.Struct({ sequence: Schema.Int, result: Schema.Json })),
})
type Applied = typeof Applied.Type

/** The votes with further ones: per slot the one in the highest ballot. */
const withVotes = (votes: ReadonlyArray<SlotVote>, more: ReadonlyArray<SlotVote>): ReadonlyArray<SlotVote> => {
  const highest = new Map<number, SlotVote>()
  for (const vote of [...votes, ...more]) {
    const known = highest.get(vote.slot)
    if (known === undefined || vote.ballot > known.ballot) highest.set(vote.slot, vote)
  }
  return [...highest.values()].toSorted((one, other) => one.slot - other.slot)
}

const server = machine({
  durable: {
    /** How often it has become a candidate. */
    begun: Schema.Int,
    /** The highest ballot in which it takes part; it begins only higher ones, so none twice. */
    promised: Schema.Int,
    /** Its latest vote in each slot. */
    votes: Schema.Array(SlotVote),
    /** The entries that are chosen and applied, from the first slot on without a gap. */
    log: Schema.Array(LogEntry),
  },
  volatile: {
    role: Role,
    /** What is chosen, but not yet applied, for there is a gap before it. */
    ahead: Schema.Array(Choice),
    applied: Applied,
  },
  messages: LogMessage,
  timers: ["election", "heartbeat"],
})

const client = machine({
  durable: {
    /** How many operations it has asked for: the number of the last one. */
    asked: Schema.Int,
  },
  volatile: {
    /** The request that is not answered yet. */
    awaited: Schema.NullOr(LogMessage.cases.Request),
  },
  messages: LogMessage,
  timers: ["retry"],
  replies: Schema.Json,
})

/**
 * The object after an entry. A request that it has answered before is not applied again.
 *
 * @example
 * ```ts
 * import { applyEntry, register } from "touchstone"
 *
 * const write = { _tag: "Operation", client: "c1", sequence: 1, operation: { _tag: "Write", value: 7 } } as const
 * const once = applyEntry(register(0), { object: 0, answers: {} }, write)
 * once.object // => 7
 * applyEntry(register(0), once, write) === once // => true
 * ```
 */
export const applyEntry = (
  { apply }: SequentialObject<any, any, any>,
  applied: Applied,
  entry: LogEntry,
): Applied => {
  if (entry._tag === "Noop" || (applied.answers[entry.client]?.sequence ?? 0) >= entry.sequence) return applied
  const { client, operation, sequence } = entry
  const [object, result] = apply(applied.object, operation)
  return { object, answers: { ...applied.answers, [client]: { sequence, result } } }
}

/**
 * A server. Its timer `election` makes it a candidate for the leadership; a runtime should let it fire only after some
 * silence of the leader, which sets it anew. The timer `heartbeat` is the leader's.
 *
 * @param definition - `self`: its name; `quorums`, whose members are the names of all servers; `object`: what the operations
 *   do; `rounds`: how often it may become a candidate at most, any number unless given.
 * @throws InvalidBudget
 *
 * @example
 * ```ts
 * import { majority, multiPaxosServer, react, register } from "touchstone"
 *
 * const server = multiPaxosServer({ self: "s2", quorums: majority(["s1", "s2", "s3"]), object: register(0) })
 * const candidacy = react("s2", server, server.start.state, { _tag: "Timer", timer: "election" }, { now: 0 })
 * candidacy._tag === "Next" && candidacy.commands[0] // => { _tag: "Send", to: "s1", message: { _tag: "Prepare", ballot: 1 } }
 * ```
 */
export const multiPaxosServer = ({ object, quorums, rounds = "unbounded", self }: {
  readonly self: string
  readonly quorums: QuorumSystem
  readonly object: SequentialObject<any, any, any>
  readonly rounds?: Budget
}) => {
  const limit = budget("rounds", rounds)
  const most = limit === "unbounded" ? Infinity : limit
  const peers = quorums.members.filter((name) => name !== self)
  const { broadcast, cancelTimer, next, process, send, setTimer } = server
  type State = MachineState<typeof server>
  type Commands = ReadonlyArray<MachineCommand<typeof server>>
  type Step = Next<State, MachineCommand<typeof server>>

  const initial: State = {
    begun: 0,
    promised: -1,
    votes: [],
    log: [],
    role: { _tag: "Follower" },
    ahead: [],
    applied: { object: object.initial, answers: {} },
  }

  const electionTimer = ({ begun }: State): Commands => begun < most ? [setTimer("election")] : []

  /** The server takes part in a ballot of somebody else's. */
  const follow = (state: State, ballot: number): readonly [State, Commands] => {
    const wasLeader = state.role._tag === "Leader"
    return [
      { ...state, promised: ballot, role: { _tag: "Follower" } },
      [...electionTimer(state), ...wasLeader ? [cancelTimer("heartbeat")] : []],
    ]
  }

  /** Whether the server knows what is chosen in a slot. */
  const isKnown = ({ ahead, log }: State, slot: number): boolean =>
    slot < log.length || ahead.some((choice) => choice.slot === slot)

  /** The server knows that entries are chosen, and applies what it can. A leader answers for it. */
  const learn = (state: State, choices: ReadonlyArray<Choice>): Step => {
    const ahead = [...state.ahead, ...choices.filter(({ slot }) => !isKnown(state, slot))]
      .toSorted((one, other) => one.slot - other.slot)
    const log = [...state.log]
    const answers: Array<MachineCommand<typeof server>> = []
    let { applied, role } = state
    for (; ahead[0]?.slot === log.length; ahead.shift()) {
      const [{ entry }] = ahead as [Choice]
      log.push(entry)
      applied = applyEntry(object, applied, entry)
      if (role._tag === "Leader" && entry._tag === "Operation") answers.push(...answer(applied, entry))
    }
    if (role._tag === "Leader") {
      const isOpen = ({ slot }: Choice) => !choices.some((choice) => choice.slot === slot)
      role = { ...role, proposals: role.proposals.filter(isOpen) }
    }
    return next({ ...state, log, ahead, applied, role }, answers)
  }

  /** The answer to a client's request, if it is the last one that was answered. */
  const answer = (
    { answers }: Applied,
    { client, sequence }: { readonly client: string; readonly sequence: number },
  ): Commands => {
    const last = answers[client]
    return last?.sequence === sequence ? [send(client, { _tag: "Response", ...last })] : []
  }

  /** The leader proposes entries, and votes for them. */
  const propose = (state: State, choices: ReadonlyArray<Choice>): Step => {
    const { role } = state
    if (role._tag !== "Leader") return next(state)
    const { ballot } = role
    const votes = withVotes(state.votes, choices.map((choice) => ({ ...choice, ballot })))
    const proposals = [...role.proposals, ...choices.map((choice) => ({ ...choice, accepted: [self] }))]
    const { commands, state: after } = choose({ ...state, votes, role: { ...role, proposals } })
    return next(
      after,
      choices.flatMap((choice) => broadcast(peers, { _tag: "Accept", ballot, ...choice })),
      commands,
    )
  }

  /** What a quorum has voted for is chosen. */
  const choose = (state: State): Step => {
    const { role } = state
    if (role._tag !== "Leader") return next(state)
    const chosen = role.proposals
      .filter(({ accepted }) => hasQuorum(quorums.phase2, accepted))
      .map(({ entry, slot }): Choice => ({ slot, entry }))
    const { commands, state: after } = learn(state, chosen)
    return next(after, chosen.flatMap((choice) => broadcast(peers, { _tag: "Chosen", ...choice })), commands)
  }

  /** A candidate with a quorum of promises leads: whatever may be chosen is proposed again, and gaps are filled. */
  const lead = (state: State): Step => {
    const { role } = state
    if (role._tag !== "Candidate" || !hasQuorum(quorums.phase1, role.promised)) return next(state)
    const last = Math.max(-1, ...[...role.votes, ...state.ahead].map(({ slot }) => slot))
    const open = range(state.log.length, last).filter((slot) => !state.ahead.some((choice) => choice.slot === slot))
    const { commands, state: after } = propose(
      { ...state, role: { _tag: "Leader", ballot: role.ballot, proposals: [] } },
      open.map((slot) => ({
        slot,
        entry: role.votes.find((vote) => vote.slot === slot)?.entry ?? { _tag: "Noop" },
      })),
    )
    return next(after, cancelTimer("election"), setTimer("heartbeat"), commands)
  }

  return process({
    initial,
    start: (state) => next(state, electionTimer(state)),
    receive: {
      /** Only a leader takes requests. */
      Request: (state, { operation, sequence }, { from: client }) => {
        const { role } = state
        const last = state.applied.answers[client]?.sequence ?? 0
        if (role._tag !== "Leader" || last > sequence) return ignore
        if (last === sequence) return next(state, answer(state.applied, { client, sequence }))
        const entry: LogEntry = { _tag: "Operation", client, sequence, operation }
        const underway = [...state.ahead, ...role.proposals]
        if (underway.some((choice) => encode(choice.entry) === encode(entry))) return ignore
        const slot = Math.max(state.log.length, ...underway.map((choice) => choice.slot + 1))
        return propose(state, [{ slot, entry }])
      },
      Prepare: (state, { ballot }, { from }) => {
        if (ballot < state.promised) return ignore
        // It is the leader's heartbeat.
        if (ballot === state.promised) return next(state, electionTimer(state))
        const [after, commands] = follow(state, ballot)
        return next(after, commands, send(from, { _tag: "Promise", ballot, votes: state.votes }))
      },
      Promise: (state, { ballot, votes }, { from }) => {
        const { role } = state
        if (role._tag !== "Candidate" || role.ballot !== ballot || role.promised.includes(from)) return ignore
        const promised = [...role.promised, from].toSorted()
        return lead({ ...state, role: { ...role, promised, votes: withVotes(role.votes, votes) } })
      },
      Accept: (state, { ballot, entry, slot }, { from }) => {
        if (ballot < state.promised) return ignore
        const [after, commands] = follow(state, ballot)
        const votes = withVotes(state.votes, [{ slot, ballot, entry }])
        return next({ ...after, votes }, commands, send(from, { _tag: "Accepted", ballot, slot }))
      },
      Accepted: (state, { ballot, slot }, { from }) => {
        const { role } = state
        if (role._tag !== "Leader" || role.ballot !== ballot) return ignore
        // It is chosen already, or the vote is counted.
        if (!role.proposals.some((proposal) => proposal.slot === slot && !proposal.accepted.includes(from))) {
          return ignore
        }
        const proposals = role.proposals.map((proposal) =>
          proposal.slot === slot ? { ...proposal, accepted: [...proposal.accepted, from].toSorted() } : proposal
        )
        return choose({ ...state, role: { ...role, proposals } })
      },
      Chosen: (state, { entry, slot }) => isKnown(state, slot) ? ignore : learn(state, [{ slot, entry }]),
    },
    timers: {
      election: (state) => {
        if (state.role._tag === "Leader" || state.begun >= most) return ignore
        const rank = quorums.members.indexOf(self)
        // The first of its ballots that is higher than what it takes part in.
        const round = Math.max(0, Math.ceil((state.promised + 1 - rank) / quorums.members.length))
        const ballot = round * quorums.members.length + rank
        const begun = state.begun + 1
        const candidate: State = {
          ...state,
          begun,
          promised: ballot,
          role: { _tag: "Candidate", ballot, promised: [self], votes: state.votes },
        }
        const { commands, state: after } = lead(candidate)
        return next(after, broadcast(peers, { _tag: "Prepare", ballot }), electionTimer(candidate), commands)
      },
      heartbeat: (state) => {
        const { role } = state
        if (role._tag !== "Leader") return ignore
        const { ballot } = role
        return next(
          state,
          setTimer("heartbeat"),
          broadcast(peers, { _tag: "Prepare", ballot }),
          role.proposals.flatMap(({ entry, slot }) => broadcast(peers, { _tag: "Accept", ballot, slot, entry })),
          state.log.flatMap((entry, slot) => broadcast(peers, { _tag: "Chosen", slot, entry })),
        )
      },
    },
    restart: (state) => {
      const applied = state.log.reduce((before, entry) => applyEntry(object, before, entry), initial.applied)
      return next({ ...state, applied }, electionTimer(state))
    },
    observed: ["log"],
  })
}

/**
 * A client, which asks for one operation after the other when its environment wants to (input `ask`), and replies with the
 * result. Whoever of the servers leads will answer.
 *
 * @param definition - the `servers`; `operations`: what it may ask for; `requests`: how often it asks at most, any number of
 *   times unless given.
 * @throws InvalidBudget
 *
 * @example
 * ```ts
 * import { multiPaxosClient, react } from "touchstone"
 *
 * const client = multiPaxosClient({ servers: ["s1"], operations: [{ _tag: "Read" }] })
 * const ask = { _tag: "Input", input: "ask", args: { operation: { _tag: "Read" } } } as const
 * const asked = react("c1", client, client.start.state, ask, { now: 0 })
 * asked._tag === "Next" && asked.state.asked // => 1
 * ```
 */
export const multiPaxosClient = ({ operations, requests = "unbounded", servers }: {
  readonly servers: ReadonlyArray<string>
  readonly operations: ReadonlyArray<Schema.Json>
  readonly requests?: Budget
}) => {
  const limit = budget("requests", requests)
  const most = limit === "unbounded" ? Infinity : limit
  const { broadcast, cancelTimer, input, next, process, reply, setTimer } = client
  return process({
    initial: { asked: 0, awaited: null },
    receive: {
      Response: (state, { result, sequence }) =>
        state.awaited?.sequence === sequence
          ? next({ ...state, awaited: null }, cancelTimer("retry"), reply(result))
          : ignore,
    },
    timers: {
      retry: ({ asked, awaited }) =>
        awaited === null
          ? ignore
          : next({ asked, awaited }, setTimer("retry"), broadcast(servers, awaited)),
    },
    inputs: {
      ask: input({ operation: operations }, (state, { operation }) => {
        if (state.awaited !== null || state.asked >= most) return ignore
        const awaited = { _tag: "Request", sequence: state.asked + 1, operation } as const
        return next({ asked: awaited.sequence, awaited }, setTimer("retry"), broadcast(servers, awaited))
      }),
    },
    observed: ["asked"],
  })
}

/**
 * A service that Multi-Paxos keeps running: as servers the members of the quorums, and clients `c1`, `c2`, ….
 *
 * @param definition - the `object` that the servers keep, and the `operations` that clients may ask for; the `quorums`; how
 *   often each server may become a candidate (`rounds`), and how many requests each client has; the `network` and the
 *   `faults`, which are none unless given; what a history notes (`recording`), if there is one.
 *
 * @example
 * ```ts
 * import { majority, multiPaxos, unordered } from "touchstone"
 * import { counter } from "touchstone/spec"
 *
 * const { definition } = multiPaxos({
 *   object: counter,
 *   operations: ["increment"],
 *   quorums: majority(["s1", "s2", "s3"]),
 *   rounds: [1, 1, 0],
 *   requests: [1],
 *   network: unordered({ duplication: "unbounded" }),
 * })
 * definition.processes.map(({ name }) => name) // => ["s1", "s2", "s3", "c1"]
 * ```
 */
export const multiPaxos = <R extends Recording | undefined = undefined>(
  { faults = {}, network, object, operations, quorums, recording, requests, rounds }: {
    readonly object: SequentialObject<any, any, any>
    readonly operations: ReadonlyArray<Schema.Json>
    readonly quorums: QuorumSystem
    readonly rounds: ReadonlyArray<Budget>
    readonly requests: ReadonlyArray<Budget>
    readonly network: Network
    readonly faults?: Faults
    readonly recording?: R
  },
) => {
  const { members: servers } = quorums
  return system({
    name: "Multi-Paxos",
    processes: [
      ...servers.map((self, index) => named(self, multiPaxosServer({ self, quorums, object, rounds: rounds[index]! }))),
      ...names("c", requests.length).map((name, index) =>
        named(name, multiPaxosClient({ servers, operations, requests: requests[index]! }))
      ),
    ],
    network,
    faults,
    ...(recording !== undefined && { recording }),
  })
}
