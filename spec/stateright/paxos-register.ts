/**
 * # Single-decree Paxos behind a register
 *
 * Three servers decide by Paxos which client's write a register takes; clients write once and then read. The
 * definitions are those of Stateright's public examples `paxos.rs` and `register.rs`, so the number of states must be the
 * same.
 *
 * Every server is proposer, acceptor and learner in one. A server that is asked to write proposes in a ballot of its own
 * (Lamport, *Paxos made simple*, 2001); a server that has learned the decision answers reads. The history of what the
 * clients asked and were answered is part of the state. Where the example takes no step because nothing would change, the
 * message waits: such a reaction is `defer` here.
 *
 * @module
 */
import { Schema } from "effect"
import {
  defer,
  isLinearizable,
  machine,
  type Model,
  named,
  names,
  type Observation,
  Read,
  ReadOk,
  type Recording,
  register,
  system,
  unordered,
  Write,
  WriteOk,
} from "../../src/index.ts"

/** A ballot: a round, and the server that leads it, by its position. */
const Ballot = Schema.Struct({ round: Schema.Int, leader: Schema.Int })
type Ballot = typeof Ballot.Type

/** A write that a client asks for. */
const Proposal = Schema.Struct({ request: Schema.String, client: Schema.String, value: Schema.String })

/** A proposal that a server has accepted, and in which ballot. */
const Acceptance = Schema.Struct({ ballot: Ballot, proposal: Proposal })
type Acceptance = typeof Acceptance.Type

const Put = Schema.TaggedStruct("Put", { request: Schema.String, value: Schema.String })
const Get = Schema.TaggedStruct("Get", { request: Schema.String })
const PutOk = Schema.TaggedStruct("PutOk", { request: Schema.String })
const GetOk = Schema.TaggedStruct("GetOk", { request: Schema.String, value: Schema.String })
const Prepare = Schema.TaggedStruct("Prepare", { ballot: Ballot })
const Prepared = Schema.TaggedStruct("Prepared", { ballot: Ballot, accepted: Schema.NullOr(Acceptance) })
const Accept = Schema.TaggedStruct("Accept", { ballot: Ballot, proposal: Proposal })
const Accepted = Schema.TaggedStruct("Accepted", { ballot: Ballot })
const Decided = Schema.TaggedStruct("Decided", { ballot: Ballot, proposal: Proposal })

/** What clients ask and servers answer, and what servers say among themselves. */
export const RegisterMessage = Schema.Union([
  Put,
  Get,
  PutOk,
  GetOk,
  Prepare,
  Prepared,
  Accept,
  Accepted,
  Decided,
])

const SERVERS = names("s", 3)
const MAJORITY = 2

const isLower = (one: Ballot, other: Ballot): boolean =>
  one.round < other.round || (one.round === other.round && one.leader < other.leader)
const isSame = (one: Ballot, other: Ballot): boolean => one.round === other.round && one.leader === other.leader

/** Of what servers have accepted, what was accepted in the highest ballot. */
const latest = (accepted: ReadonlyArray<Acceptance | null>): Acceptance | null =>
  accepted.reduce((one, other) => one === null || (other !== null && isLower(one.ballot, other.ballot)) ? other : one)

const server = machine({
  volatile: {
    ballot: Ballot,
    proposal: Schema.NullOr(Proposal),
    prepares: Schema.Record(Schema.String, Schema.NullOr(Acceptance)),
    accepts: Schema.Array(Schema.String),
    accepted: Schema.NullOr(Acceptance),
    decided: Schema.Boolean,
  },
  messages: RegisterMessage,
})

/**
 * A server of {@link paxosRegister}.
 *
 * @example
 * ```ts
 * import { registerServer } from "touchstone/spec/stateright"
 *
 * registerServer("s1").start.state.decided // => false
 * ```
 */
export const registerServer = (self: (typeof SERVERS)[number]) => {
  const peers = SERVERS.filter((name) => name !== self)
  const leader = SERVERS.indexOf(self)
  const { broadcast, next, process, send } = server
  return process({
    initial: {
      ballot: { round: 0, leader: 0 },
      proposal: null,
      prepares: {},
      accepts: [],
      accepted: null,
      decided: false,
    },
    receive: {
      /** A client asks for a write: the server proposes it in a ballot of its own. */
      Put: (state, { request, value }, { from }) => {
        if (state.decided || state.proposal !== null) return defer
        const ballot = { round: state.ballot.round + 1, leader }
        return next(
          {
            ...state,
            ballot,
            proposal: { request, client: from, value },
            prepares: { [self]: state.accepted },
            accepts: [],
          },
          broadcast(peers, Prepare.make({ ballot })),
        )
      },
      /** Only a server that knows the decision answers. */
      Get: (state, { request }, { from }) =>
        state.decided && state.accepted !== null
          ? next(state, send(from, GetOk.make({ request, value: state.accepted.proposal.value })))
          : defer,
      Prepare: (state, { ballot }, { from }) =>
        !state.decided && isLower(state.ballot, ballot)
          ? next({ ...state, ballot }, send(from, Prepared.make({ ballot, accepted: state.accepted })))
          : defer,
      /** A majority has closed the lower ballots: what it has accepted last must be proposed again. */
      Prepared: (state, { accepted, ballot }, { from }) => {
        if (state.decided || !isSame(ballot, state.ballot)) return defer
        const prepares = { ...state.prepares, [from]: accepted }
        if (Object.keys(prepares).length !== MAJORITY) return next({ ...state, prepares })
        const proposal = latest(Object.values(prepares))?.proposal ?? state.proposal
        if (proposal === null) return defer
        return next(
          { ...state, prepares, proposal, accepted: { ballot, proposal }, accepts: [self] },
          broadcast(peers, Accept.make({ ballot, proposal })),
        )
      },
      Accept: (state, { ballot, proposal }, { from }) =>
        !state.decided && !isLower(ballot, state.ballot)
          ? next({ ...state, ballot, accepted: { ballot, proposal } }, send(from, Accepted.make({ ballot })))
          : defer,
      /** A majority has accepted: the proposal is decided. */
      Accepted: (state, { ballot }, { from }) => {
        if (state.decided || !isSame(ballot, state.ballot) || state.proposal === null) return defer
        const accepts = [...new Set([...state.accepts, from])].toSorted()
        if (accepts.length !== MAJORITY) return next({ ...state, accepts })
        const { proposal } = state
        return next(
          { ...state, accepts, decided: true },
          broadcast(peers, Decided.make({ ballot, proposal })),
          send(proposal.client, PutOk.make({ request: proposal.request })),
        )
      },
      Decided: (state, { ballot, proposal }) =>
        state.decided ? defer : next({ ...state, ballot, accepted: { ballot, proposal }, decided: true }),
    },
  })
}

const client = machine({ volatile: { awaiting: Schema.NullOr(Schema.String) }, messages: RegisterMessage })

/** Writes once, then reads. The two requests go to different servers. */
const registerClient = (self: `c${number}`, position: number) => {
  const at = (operation: number) => SERVERS[(position + operation) % SERVERS.length] as string
  const put = `${self}.put`
  const get = `${self}.get`
  const { next, process, send } = client
  return process({
    initial: { awaiting: put },
    start: (state) => next(state, send(at(0), Put.make({ request: put, value: self.toUpperCase() }))),
    receive: {
      PutOk: (state, { request }) =>
        state.awaiting === put && request === put
          ? next({ awaiting: get }, send(at(1), Get.make({ request: get })))
          : defer,
      GetOk: (state, { request }) => state.awaiting === get && request === get ? next({ awaiting: null }) : defer,
    },
  })
}

/** What a read of it would answer before any write is no server's answer. */
const unwritten = register("none")

/** A request that is sent begins an operation, an answer that is delivered ends it. */
const recording: Recording = {
  invocation: (seen: Observation) => {
    if (seen._tag !== "Sent") return undefined
    const message = seen.message as typeof RegisterMessage.Type
    if (message._tag === "Put") return { client: seen.from, operation: Write.make({ value: message.value }) }
    return message._tag === "Get" ? { client: seen.from, operation: Read.make({}) } : undefined
  },
  response: (seen: Observation) => {
    if (seen._tag !== "Delivered") return undefined
    const message = seen.message as typeof RegisterMessage.Type
    if (message._tag === "PutOk") return { client: seen.to, result: WriteOk.make({}) }
    return message._tag === "GetOk" ? { client: seen.to, result: ReadOk.make({ value: message.value }) } : undefined
  },
}

/**
 * Single-decree Paxos behind a register, with three servers in an unordered network that loses and duplicates nothing.
 *
 * | property | meaning |
 * |---|---|
 * | `linearizable` | what the clients asked and were answered could have been answered by a register |
 * | `valueChosen` | some behaviour leads to a read that is answered |
 *
 * @param constants - `clients`: how many clients write and read.
 * @param serverOf - another server, such as a sabotaged one.
 *
 * @example
 * ```ts
 * import { paxosRegister } from "touchstone/spec/stateright"
 *
 * Object.keys(paxosRegister({ clients: 2 }).properties) // => ["linearizable", "valueChosen"]
 * ```
 */
export const paxosRegister = (
  { clients }: { readonly clients: number },
  serverOf: typeof registerServer = registerServer,
): Model<any> => {
  const { always, each, model, reachable } = system({
    name: "Paxos behind a register",
    processes: [
      ...SERVERS.map((name) => named(name, serverOf(name))),
      ...names("c", clients).map((name, index) => named(name, registerClient(name, index))),
    ],
    network: unordered(),
    recording,
  })
  return model({
    linearizable: always((s) => isLinearizable(unwritten, s.history)),
    valueChosen: reachable({ envelope: each("network") }, (_, { envelope }) => envelope.message._tag === "GetOk"),
  })
}
