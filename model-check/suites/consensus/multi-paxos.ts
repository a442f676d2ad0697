/**
 * Multi-Paxos: clients that increment a counter kept by servers of which several lead in turn; and ways to break it.
 *
 * In most configurations messages may be late, overtaken, received again forever, or never. There heartbeats add nothing; where each
 * message arrives once, they would make the state space infinite, so timers are long enough there.
 *
 * Whatever is said of agreement takes two entries that may come into one slot, so two clients that ask different leaders, or a
 * second request.
 *
 * @module
 */
import { Schema } from "effect"
import { counter, keptOnce, multiDecree, toldAlike, whileLed } from "../../../spec/consensus/multi-paxos.ts"
import { logAnswers } from "../../../spec/consensus/negative-answers.ts"
import { answers, askedAndReplied } from "../../../spec/consensus/replicated-log.ts"
import { slotVotes, withSlotVotes } from "../../../spec/consensus/slot-votes.ts"
import {
  applyEntry,
  flexible,
  majority,
  multiPaxos,
  type multiPaxosClient,
  type multiPaxosServer,
  type QuorumSystem,
  type SlotVote,
  unanimous,
} from "../../../src/consensus/index.ts"
import {
  encode,
  fifo,
  ignore,
  type Model,
  names,
  type Properties,
  range,
  type StateOf,
  system,
  unordered,
} from "../../../src/index.ts"
import { untyped } from "../../../src/system/machine.ts"
import { type AnyProcess, type Command } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { sabotaged, showing } from "../sabotage.ts"
import { patient, timersWhen, timesRepeated } from "./timers.ts"

/** For processes whose types the compiler does not know. */
const { next } = untyped

const constants = {
  servers: atLeast(1, "servers"),
  leaders: atLeast(0, "servers that may become a leader, the first ones"),
  clients: atLeast(1, "clients"),
  requests: atLeast(0, "requests of each client, one after the other"),
  decrements: Schema.Boolean.annotate({ description: "whether a client may choose to decrement the counter" }),
  contacts: Schema.Literals(["all", "own"]).annotate({
    description: "the servers that a client asks: all, or the first client the first one, the second the second one",
  }),
  candidacies: atLeast(1, "how often each of the leaders may become a candidate"),
  crashes: atLeast(0, "crashes, each followed by a recovery"),
  crashing: atLeast(0, "servers that may crash, the first ones"),
  clientsCrash: Schema.Boolean.annotate({ description: "whether clients may crash" }),
  stops: atLeast(0, "servers that stop"),
  stopping: Schema.Literals(["all", "followers"]).annotate({
    description: "the servers that may stop: all, or those that never lead",
  }),
  network: Schema.Literals(["kept", "dropped", "fifo"]).annotate({
    description:
      "kept: what was sent may arrive again forever, or wait; dropped: it arrives once, and is gone; fifo: moreover in order",
  }),
  losses: atLeast(0, "messages that may be lost"),
  negativeAnswers: Schema.Boolean.annotate({ description: "whether servers tell who is outbid" }),
}

type Constants = ConstantsOf<typeof constants>

type Servers = ReadonlyArray<string>

const definitionOf = (
  {
    candidacies,
    clients,
    clientsCrash,
    contacts,
    crashes,
    crashing,
    decrements,
    leaders,
    losses,
    negativeAnswers,
    network,
    requests,
    servers,
    stopping,
    stops,
  }: Constants,
  quorums: (servers: Servers) => QuorumSystem,
) => ({
  object: counter,
  operations: decrements ? ["increment", "decrement"] : ["increment"],
  quorums: quorums(names("s", servers)),
  rounds: range(1, servers).map((index) => index <= leaders ? candidacies : 0),
  requests: range(1, clients).map(() => requests),
  contacts: names("c", clients).map((_, index) => contacts === "all" ? names("s", servers) : [`s${index + 1}`]),
  negativeAnswers,
  network: network === "fifo"
    ? fifo({ loss: losses })
    : unordered({ loss: losses, duplication: network === "kept" ? "unbounded" : 0 }),
  faults: {
    crashRecovery: {
      total: crashes,
      of: [...names("s", servers).slice(0, crashing), ...clientsCrash ? names("c", clients) : []],
    },
    crashStop: { total: stops, of: names("s", servers).slice(stopping === "all" ? 0 : leaders) },
  },
  recording: askedAndReplied,
})

type ServerState = StateOf<ReturnType<typeof multiPaxosServer>>
type ClientState = StateOf<ReturnType<typeof multiPaxosClient>>
type Definition = ReturnType<typeof definitionOf>
type Service = ReturnType<typeof withSlotVotes<typeof askedAndReplied>>
type Claims = (service: Service, definition: Definition) => Properties

/** Where nobody is missing for good, every request is answered. */
const answering: Claims = (service, { requests }) => ({
  answers: answers(service, { requests: requests.reduce((sum, count) => sum + count, 0) }),
})

/** Where somebody may be missing for good: all who were asked are answered while somebody leads, and all servers learn. */
const led: Claims = (service, { quorums }) => whileLed(service, quorums.members)

/** Where clients crash: they are told the same again. */
const told: Claims = (service, { requests }) => ({ toldAlike: toldAlike(service, names("c", requests.length)) })

/** Where whatever is sent stays on its way: all that is asked is answered. */
const asked: Claims = (service, { quorums }) => logAnswers(service, quorums.members)

/** What holds of all services with these quorums. */
const always: Claims = (service, definition) => ({
  ...multiDecree(service, definition),
  ...keptOnce(service, definition.quorums.members),
})

/** A service of which is remembered how often its processes repeat themselves. */
const patiently = ({ definition }: Pick<Service, "definition">) =>
  system({
    ...definition,
    ghosts: { ...definition.ghosts!, repeated: timesRepeated(definition.processes.map(({ name }) => name)) },
  })

const serve =
  (quorums: (servers: Servers) => QuorumSystem, ...claims: ReadonlyArray<Claims>) =>
  (constants: Constants): Model<any> => {
    const definition = definitionOf(constants, quorums)
    const service = withSlotVotes(multiPaxos(definition), definition)
    const claimed = claims.map((claim) => claim(service, definition))
    return service.model(Object.assign({ ...always(service, definition) }, ...claimed))
  }

/** The same with timers that are long enough. Whatever is lost, all requests are answered, and all servers learn. */
const servePatiently = (constants: Constants): Model<any> => {
  const definition = definitionOf(constants, majority)
  const service = patiently(withSlotVotes(multiPaxos(definition), definition))
  return patient(
    service.model({
      ...always(service, definition),
      ...slotVotes(service, definition),
      ...answering(service, definition),
      ...led(service, definition),
    }),
    { losses: constants.losses, servers: definition.quorums.members },
  )
}

/** All servers must vote, so any one of them may take over. */
const anyoneLeads = (servers: Servers): QuorumSystem => flexible(servers, { phase1: 1, phase2: servers.length })

/**
 * The two servers of {@link anyoneLeads} lead in turn: the first one, when both clients have asked; the second one, when the first has
 * voted for both requests; and the first one again, when it has voted for the same request in two slots. It proposes both again.
 */
const inTurn = (model: Model<any>): Model<any> =>
  timersWhen(model, "leading in turn", ({ state }, { process, timer }) => {
    if (timer !== "election") return true
    const { begun, votes } = state["s1"] as ServerState
    const isAsked = (client: string) => (state[client] as ClientState).asked !== null
    if (begun === 0) return process === "s1" && isAsked("c1") && isAsked("c2")
    if (process === "s2") return votes.length === 2 && (state["s2"] as ServerState).begun === 0
    return new Set(votes.map(({ entry }) => encode(entry))).size < votes.length
  })

/** A request stands twice in a log. */
const repeating: Claims = (service, { quorums }) => ({
  mayStandTwice: service.reachable({ s: quorums.members }, ({ log }, { s }) => {
    const entries = (log[s] ?? []).filter(({ _tag }) => _tag === "Operation").map((entry) => encode(entry))
    return new Set(entries).size < entries.length
  }),
})

/**
 * Multi-Paxos of which all servers are changed, or all clients, or which believes in another definition than its specification; with
 * timers that are long enough, or that fire whenever they like.
 */
const broken = (
  why: string,
  property: string,
  change: (process: AnyProcess) => Partial<AnyProcess>,
  {
    believes = (definition) => definition,
    isPatient = false,
    quorums = majority,
    schedule = (model) => model,
    who = "servers",
  }: {
    readonly believes?: (definition: Definition) => Definition
    readonly isPatient?: boolean
    readonly quorums?: (servers: Servers) => QuorumSystem
    readonly schedule?: (model: Model<any>) => Model<any>
    readonly who?: "servers" | "clients"
  } = {},
) =>
(constants: Constants): Model<any> => {
  const definition = definitionOf(constants, quorums)
  const { quorums: { members: servers } } = definition
  const service = sabotaged(
    withSlotVotes(multiPaxos(believes(definition)), definition),
    why,
    (process, name) => servers.includes(name) === (who === "servers") ? { ...process, ...change(process) } : process,
  )
  const properties = {
    ...always(service, definition),
    ...slotVotes(service, definition),
    ...answering(service, definition),
    ...led(service, definition),
    ...told(service, definition),
    ...isPatient ? {} : asked(service, definition),
  }
  return isPatient
    ? patient(showing(patiently(service), properties, property), { losses: constants.losses, servers })
    : schedule(showing(service, properties, property))
}

/** A new leader starts afresh, whatever votes it is told of. */
const votesIgnored = broken("a new leader that does not propose again", "linearizable", ({ receive }) => ({
  receive: {
    ...receive,
    Promise: (state, message, context) => {
      const role = state.role._tag === "Candidate" ? { ...state.role, votes: [] } : state.role
      return receive["Promise"]({ ...state, role }, { ...message, votes: [] }, context)
    },
  },
}))

/** A server applies what is chosen as it hears of it. */
const gapsSkipped = broken("gaps skipped", "prefixAgreement", ({ receive }) => ({
  receive: {
    ...receive,
    Chosen: (state, message, context) => receive["Chosen"](state, { ...message, slot: state.log.length }, context),
  },
}))

/** A server does not remember which clients it has answered. */
const answersForgotten = broken("a request applied twice", "linearizable", ({ receive }) => {
  const forgetful = (on: AnyProcess["receive"][string]): AnyProcess["receive"][string] => (state, message, context) =>
    on({ ...state, applied: { ...state.applied, answers: {} } }, message, context)
  return { receive: Object.fromEntries(Object.entries(receive).map(([tag, on]) => [tag, forgetful(on)])) }
})

/** A server applies whatever is in its log, also what it has applied before. */
const appliedTwice = broken(
  "an entry applied wherever it stands",
  "linearizable",
  ({ receive }) => {
    const applying =
      (on: AnyProcess["receive"][string]): AnyProcess["receive"][string] => (state, message, context) => {
        const { answers } = state.applied
        const reaction = on({ ...state, applied: { ...state.applied, answers: {} } }, message, context)
        if (reaction._tag !== "Next") return reaction
        const { applied } = reaction.state
        const after = { ...applied, answers: { ...answers, ...applied.answers } }
        return next({ ...reaction.state, applied: after }, reaction.commands)
      }
    return {
      receive: { ...receive, Accepted: applying(receive["Accepted"]), Chosen: applying(receive["Chosen"]) },
    }
  },
  { quorums: anyoneLeads, schedule: inTurn },
)

/** A leader answers a request when it proposes it. */
const answeredEarly = broken("a request answered before it is chosen", "linearizable", ({ receive }) => ({
  receive: {
    ...receive,
    Request: (state, message, context) => {
      const reaction = receive["Request"](state, message, context)
      if (reaction._tag !== "Next" || reaction.state.role._tag !== "Leader") return reaction
      const { object } = (reaction.state.role.proposals as ReadonlyArray<any>)
        .reduce((applied, { entry }) => applyEntry(counter, applied, entry), reaction.state.applied)
      const early = { _tag: "Response", sequence: message.sequence, result: object }
      return next(reaction.state, reaction.commands, { _tag: "Send", to: context.from, message: early })
    },
  },
}))

/** A server votes in ballots below its promise. */
const promiseBroken = broken("votes below the promise", "linearizable", ({ receive }) => ({
  receive: {
    ...receive,
    Accept: (state, message, context) => receive["Accept"]({ ...state, promised: -1 }, message, context),
  },
}))

/** A server keeps its votes in memory only. */
const votesVolatile = broken(
  "votes not remembered after a crash",
  "linearizable",
  ({ durable: { votes, ...durable }, volatile }) => ({ durable, volatile: { ...volatile, votes: votes! } }),
)

/** A server keeps its promise in memory only. */
const promiseVolatile = broken(
  "a promise not remembered after a crash",
  "prefixAgreement",
  ({ durable: { promised, ...durable }, volatile }) => ({ durable, volatile: { ...volatile, promised: promised! } }),
)

/** A server keeps its log in memory only. */
const logVolatile = broken(
  "a log not remembered after a crash",
  "grows",
  ({ durable: { log, ...durable }, volatile }) => ({ durable, volatile: { ...volatile, log: log! } }),
)

/** A leader takes one request for two. */
const requestInvented = broken("an operation that nobody asked for", "validity", ({ receive }) => ({
  receive: {
    ...receive,
    Request: (state, message, context) =>
      receive["Request"](state, { ...message, sequence: message.sequence + 1 }, context),
  },
}))

/** A leader takes what a client asks for as its opposite. */
const operationAltered = broken("another operation than was asked for", "validity", ({ receive }) => ({
  receive: {
    ...receive,
    Request: (state, message, context) => receive["Request"](state, { ...message, operation: "decrement" }, context),
  },
}))

/** A new leader proposes again the vote in the *lowest* ballot that was reported for a slot. */
const lowestVoteTaken = broken("the vote in the lowest ballot taken", "votes in slot 0", ({ receive }) => ({
  receive: {
    ...receive,
    Promise: (state, message, context) => {
      const { role } = state
      if (role._tag !== "Candidate") return receive["Promise"](state, message, context)
      // Of two votes for a slot only the lower is left, so that the protocol's own choice is the lowest.
      const without = (votes: ReadonlyArray<SlotVote>, others: ReadonlyArray<SlotVote>) =>
        votes.filter(({ ballot, slot }) => !others.some((other) => other.slot === slot && other.ballot < ballot))
      const votes = without(role.votes, message.votes)
      const reported = without(message.votes, role.votes)
      return receive["Promise"]({ ...state, role: { ...role, votes } }, { ...message, votes: reported }, context)
    },
  },
}))

/** A server that has voted never answers again. */
const muteAfterVote = broken("a server that votes once", "answers", ({ receive }) => ({
  receive: {
    ...receive,
    Accept: (state, message, context) => state.votes.length > 0 ? ignore : receive["Accept"](state, message, context),
    Prepare: (state, message, context) => state.votes.length > 0 ? ignore : receive["Prepare"](state, message, context),
  },
}))

/** A server that refuses says nothing. */
const silentRefusal = broken("a refusal that nobody is told of", "allIsAnswered", () => ({}), {
  believes: (definition) => ({ ...definition, negativeAnswers: false }),
})

/** A leader that is told of a higher ballot goes on. */
const deafLeader = broken("a negative answer ignored", "outbidGivesUp", ({ receive }) => ({
  receive: { ...receive, Preempted: () => ignore },
}))

/** A server promises once, and does not answer when it is asked again: its promise may be lost. */
const promisedOnce = broken("a promise given once", "allIsAnswered", ({ receive }) => ({
  receive: {
    ...receive,
    Prepare: (state, message, context) =>
      state.promised === message.ballot ? ignore : receive["Prepare"](state, message, context),
  },
}))

/** A server leaves out of its promise what it knows to be chosen itself, and not what the candidate knows. */
const ownLogLeftOut = broken("votes left out that the candidate needs", "prefixAgreement", ({ receive }) => ({
  receive: {
    ...receive,
    Prepare: (state, message, context) => receive["Prepare"](state, { ...message, slot: state.log.length }, context),
  },
}))

/** A server reports all its votes. */
const allVotesReported = broken("a promise with votes that nobody needs", "promisesNoMore", ({ receive }) => ({
  receive: {
    ...receive,
    Prepare: (state, message, context) => receive["Prepare"](state, { ...message, slot: 0 }, context),
  },
}))

/** A client that has crashed does not ask again. */
const requestForgotten = broken(
  "a request not asked again after a crash",
  "answers",
  () => ({ restart: () => ignore }),
  {
    who: "clients",
  },
)

/** A client does not ask again, though its request may be lost. */
const askedOnce = broken(
  "a request sent once",
  "answers",
  ({ timers }) => ({ timers: { ...timers, retry: () => ignore } }),
  {
    who: "clients",
    isPatient: true,
  },
)

/** A server keeps each vote that it casts, also in the same slot. */
const votesHoarded = broken("votes stored again", "oneVoteKept", ({ receive }) => ({
  receive: {
    ...receive,
    Accept: (state, message, context) => {
      const reaction = receive["Accept"](state, message, context)
      if (reaction._tag !== "Next") return reaction
      const vote = reaction.state.votes.find(({ slot }: SlotVote) => slot === message.slot)
      return next({ ...reaction.state, votes: [...state.votes, vote] }, reaction.commands)
    },
  },
}))

/** A server learns again what it has in its log. */
const learntAgain = broken("an entry kept although it is in the log", "keptAhead", ({ receive }) => ({
  receive: {
    ...receive,
    Chosen: (state, { entry, slot }, context) =>
      slot < state.log.length
        ? next({ ...state, ahead: [...state.ahead, { slot, entry }] })
        : receive["Chosen"](state, { _tag: "Chosen", entry, slot }, context),
  },
}))

/** A candidate counts each promise that it hears. */
const countedTwice = broken("a promise counted twice", "heardOnce", ({ receive }) => ({
  receive: {
    ...receive,
    Promise: (state, message, context) => {
      const { role } = state
      if (role._tag !== "Candidate" || !role.promised.includes(context.from)) {
        return receive["Promise"](state, message, context)
      }
      return next({ ...state, role: { ...role, promised: [...role.promised, context.from] } })
    },
  },
}))

/** A leader takes an entry for chosen when all have voted, although a majority would do. */
const allAwaited = broken("a quorum that is too large", "answers", () => ({}), {
  believes: ({ quorums, ...definition }) => ({ ...definition, quorums: unanimous(quorums.members) }),
})

/** A leader answers a request when it applies it, and never again. */
const answeredOnce = broken("a request answered once", "answersWhileLed", ({ receive }) => ({
  receive: {
    ...receive,
    Request: (state, message, context) =>
      state.applied.answers[context.from]?.sequence === message.sequence
        ? ignore
        : receive["Request"](state, message, context),
  },
}))

/** A leader that is asked again answers with what the object would say now. */
const answeredAnew = broken("another answer to the same request", "toldAlike", ({ receive }) => ({
  receive: {
    ...receive,
    Request: (state, message, context) => {
      const reaction = receive["Request"](state, message, context)
      return reaction._tag !== "Next" || state.applied.answers[context.from]?.sequence !== message.sequence
        ? reaction
        : next(reaction.state, {
          _tag: "Send",
          to: context.from,
          message: { _tag: "Response", sequence: message.sequence, result: state.applied.object },
        })
    },
  },
}))

/** A follower does not learn what is chosen. */
const deafFollower = broken("a follower that does not learn", "learnsWhileLed", ({ receive }) => ({
  receive: { ...receive, Chosen: () => ignore },
}))

/** A leader or a candidate repeats nothing of what it has sent, apart from those messages. */
const repeatingOnly = (why: string, property: string, ...tags: ReadonlyArray<string>) =>
  broken(
    why,
    property,
    ({ timers }) => ({
      timers: {
        ...timers,
        heartbeat: (state, context) => {
          const reaction = timers["heartbeat"](state, context)
          if (reaction._tag !== "Next") return reaction
          const isRepeated = (command: Command) => command._tag !== "Send" || tags.includes(command.message._tag)
          return next(reaction.state, reaction.commands.filter(isRepeated))
        },
      },
    }),
    { isPatient: true },
  )

/** A candidate asks once. */
const preparedOnce = repeatingOnly("a candidate that asks once", "answers", "Accept", "Chosen")

/** A leader proposes once. */
const proposedOnce = repeatingOnly("a leader that proposes once", "answers", "Prepare", "Chosen")

/** A leader tells once what is chosen. */
const announcedOnce = repeatingOnly("a leader that tells once what is chosen", "learnsWhileLed", "Prepare", "Accept")

/** A server that has crashed does not make its object anew from its log. */
const objectLost = broken("an object not made anew after a crash", "linearizable", ({ restart, start }) => ({
  restart: (state, context) => {
    const reaction = restart(state, context)
    return reaction._tag === "Next"
      ? next({ ...reaction.state, applied: start.state.applied }, reaction.commands)
      : reaction
  },
}))

/** A leader takes an entry for chosen when one vote is missing. */
const voteMissing = broken(
  "chosen with one vote missing",
  "logIsChosen",
  () => ({}),
  {
    believes: ({ quorums, ...definition }) => ({
      ...definition,
      quorums: { ...quorums, phase2: quorums.phase2.map((quorum) => quorum.slice(0, -1)) },
    }),
  },
)

/** A leader goes on to phase 2 when one promise is missing. */
const promiseMissing = broken(
  "leading with one promise missing",
  "linearizable",
  () => ({}),
  {
    believes: ({ quorums, ...definition }) => ({
      ...definition,
      quorums: { ...quorums, phase1: quorums.phase1.map((quorum) => quorum.slice(1)) },
    }),
  },
)

const base = {
  servers: 3,
  leaders: 1,
  clients: 1,
  requests: 1,
  decrements: false,
  contacts: "all",
  candidacies: 1,
  crashes: 0,
  crashing: 3,
  clientsCrash: false,
  stops: 0,
  stopping: "followers",
  network: "kept",
  losses: 0,
  negativeAnswers: false,
} as const
const stable = { ...base, clients: 2 }
const changing = { ...base, leaders: 2, requests: 2 }
/** Whoever leads may crash, and lead again. */
const leadingAgain = { ...base, candidacies: 2, crashes: 1, crashing: 1 } as const
const clientCrashing = { ...base, requests: 2, crashes: 1, crashing: 0, clientsCrash: true } as const
/** A message is lost, and what comes too early is dropped. */
const patience = { ...base, losses: 1, network: "dropped" } as const
const fiveServers = { ...base, servers: 5, stops: 2 } as const
/** The first server leads again after the second. */
const twice = { ...stable, servers: 2, leaders: 2, candidacies: 2 } as const
/** Whoever leads is asked for something else, so that there are two entries for one slot. */
const rivals = { ...base, leaders: 2, clients: 2, contacts: "own" } as const

/** The suite `multi-paxos`. */
export const multiPaxosSuite: Suite = suite({
  name: "consensus/multi-paxos",
  aliases: ["multi-paxos"],
  description: "Servers that replicate a log by Multi-Paxos and apply it to a counter, for clients that increment it",
  source:
    "Lamport, Paxos made simple (2001), section 3; van Renesse and Altinbuken, Paxos made moderately complex (2015)",
  constants,
  unreachable: Object.fromEntries(
    ["s4", "s5"].flatMap((server) => [
      ...["Preempted", "Request", "Promise", "Accepted"].map((message) => `${server} receives ${message}`),
      ...["election", "heartbeat"].map((timer) => `${server}: timer ${timer}`),
    ]).map((name) => [name, "of five servers only the first leads"]),
  ),
  configurations: [
    {
      name: "one-leader",
      constants: stable,
      model: serve(majority, slotVotes, answering),
      expected: { verdict: "holds", distinct: 6872, generated: 83941, depth: 21 },
    },
    {
      name: "leader-change",
      constants: changing,
      model: serve(majority, slotVotes, answering),
      expected: { verdict: "holds", distinct: 778372, generated: 8335351, depth: 29 },
    },
    {
      name: "three-leaders",
      constants: { ...base, leaders: 3 },
      model: serve(majority, slotVotes, answering),
      expected: { verdict: "holds", distinct: 935382, generated: 7761508, depth: 25 },
    },
    {
      name: "two-entries",
      constants: rivals,
      model: serve(majority, slotVotes),
      expected: { verdict: "holds", distinct: 268628, generated: 3040345, depth: 28 },
    },
    {
      name: "two-entries-asked-of-all",
      constants: { ...rivals, contacts: "all" },
      model: serve(majority, slotVotes),
      expected: { verdict: "holds", distinct: 10763052, generated: 148660997, depth: 35 },
      long: true,
    },
    {
      name: "two-operations",
      constants: { ...stable, decrements: true },
      model: serve(majority, slotVotes, answering),
      expected: { verdict: "holds", distinct: 27096 },
    },
    {
      // A quorum of phase 1 is of one server here, which promises and votes in one step: so its votes are not those of Voting.
      name: "gaps",
      constants: { ...stable, servers: 2, leaders: 2 },
      model: serve(anyoneLeads, answering),
      expected: { verdict: "holds", distinct: 28232, generated: 230639, depth: 22 },
    },
    {
      name: "request-twice",
      constants: twice,
      model: (constants) => inTurn(serve(anyoneLeads, answering, led, repeating)(constants)),
      expected: { verdict: "holds", distinct: 65206, generated: 600882, depth: 26 },
    },
    {
      name: "crash",
      constants: { ...base, leaders: 2, crashes: 1 },
      model: serve(majority, slotVotes, led),
      expected: { verdict: "holds", distinct: 79330, generated: 645664, depth: 21 },
    },
    {
      name: "two-entries-crash",
      constants: { ...rivals, crashes: 1, crashing: 1 },
      model: serve(majority, slotVotes),
      expected: { verdict: "holds", distinct: 1331040, generated: 14761304, depth: 30 },
    },
    {
      name: "stop",
      constants: { ...base, leaders: 2, stops: 1 },
      model: serve(majority, slotVotes, answering),
      expected: { verdict: "holds", distinct: 16616, generated: 123343, depth: 20 },
    },
    {
      // Two of the five stop.
      name: "five-servers",
      constants: fiveServers,
      model: serve(majority, slotVotes, answering),
      expected: { verdict: "holds", distinct: 49720, generated: 529826, depth: 23 },
    },
    {
      name: "leader-stops",
      constants: { ...base, leaders: 2, stops: 1, stopping: "all" },
      model: serve(majority, slotVotes, led),
      expected: { verdict: "holds", distinct: 33232, generated: 240397, depth: 20 },
    },
    {
      // Whoever has crashed may lead again.
      name: "leads-again",
      constants: leadingAgain,
      model: serve(majority, slotVotes, led),
      expected: { verdict: "holds", distinct: 4193, generated: 32686, depth: 21 },
    },
    {
      name: "client-crashes",
      constants: clientCrashing,
      model: serve(majority, slotVotes, answering, led, told),
      expected: { verdict: "holds", distinct: 3944, generated: 44656, depth: 23 },
    },
    {
      name: "dropped",
      constants: { ...patience, losses: 2 },
      model: servePatiently,
      expected: { verdict: "holds", distinct: 24385, generated: 114316, depth: 39 },
    },
    {
      name: "fifo",
      constants: { ...patience, requests: 2, network: "fifo" },
      model: servePatiently,
      expected: { verdict: "holds", distinct: 29302, generated: 117559, depth: 42 },
    },
    {
      name: "outbid",
      constants: { ...base, leaders: 2, negativeAnswers: true },
      model: serve(majority, slotVotes, answering, asked),
      expected: { verdict: "holds", distinct: 34393, generated: 403754, depth: 21 },
    },
    {
      // All servers may lead, and nobody asks for anything: ballots alone.
      name: "outbid-ballots",
      constants: { ...base, leaders: 3, requests: 0, negativeAnswers: true },
      model: serve(majority, asked),
      expected: { verdict: "holds", distinct: 27398, generated: 241446, depth: 17 },
    },
    {
      name: "outbid-entries",
      constants: { ...rivals, negativeAnswers: true },
      model: serve(majority, slotVotes, asked),
      expected: { verdict: "holds", distinct: 1116126, generated: 17002730, depth: 30 },
    },
    {
      name: "outbid-crash",
      constants: { ...base, leaders: 2, crashes: 1, crashing: 1, negativeAnswers: true },
      model: serve(majority, slotVotes, asked),
      expected: { verdict: "holds", distinct: 150434, generated: 1768305, depth: 23 },
    },
    {
      // What was answered and lost is answered again.
      name: "outbid-loss",
      constants: { ...base, losses: 2, negativeAnswers: true },
      model: serve(majority, slotVotes, asked),
      expected: { verdict: "holds", distinct: 7805, generated: 67348, depth: 16 },
    },
    {
      name: "sabotage-votes-ignored",
      constants: changing,
      model: votesIgnored,
      expected: { verdict: "violated", property: "linearizable", steps: 16 },
    },
    {
      name: "sabotage-gaps-skipped",
      constants: stable,
      model: gapsSkipped,
      expected: { verdict: "violated", property: "prefixAgreement", steps: 12 },
    },
    {
      name: "sabotage-answers-forgotten",
      constants: base,
      model: answersForgotten,
      expected: { verdict: "violated", property: "linearizable", steps: 11 },
    },
    {
      name: "sabotage-applied-twice",
      constants: twice,
      model: appliedTwice,
      expected: { verdict: "violated", property: "linearizable", steps: 16 },
    },
    {
      name: "sabotage-answered-early",
      constants: changing,
      model: answeredEarly,
      expected: { verdict: "violated", property: "linearizable", steps: 12 },
    },
    {
      name: "sabotage-promise-broken",
      constants: changing,
      model: promiseBroken,
      expected: { verdict: "violated", property: "linearizable", steps: 16 },
    },
    {
      name: "sabotage-votes-volatile",
      constants: { ...changing, crashes: 1 },
      model: votesVolatile,
      expected: { verdict: "violated", property: "linearizable", steps: 18 },
    },
    {
      name: "sabotage-promise-volatile",
      constants: { ...rivals, crashes: 1 },
      model: promiseVolatile,
      expected: { verdict: "violated", property: "prefixAgreement", steps: 15 },
    },
    {
      name: "sabotage-lowest-vote-taken",
      constants: { ...rivals, leaders: 3 },
      model: lowestVoteTaken,
      expected: { verdict: "violated", property: "votes in slot 0", steps: 14 },
    },
    {
      name: "sabotage-operation-altered",
      constants: { ...base, decrements: true },
      model: operationAltered,
      expected: { verdict: "violated", property: "validity", steps: 7 },
    },
    {
      name: "sabotage-mute-after-vote",
      constants: { ...base, leaders: 2, stops: 1 },
      model: muteAfterVote,
      expected: { verdict: "violated", property: "answers", steps: 7 },
    },
    {
      name: "sabotage-silent-refusal",
      constants: { ...base, leaders: 2, negativeAnswers: true },
      model: silentRefusal,
      expected: { verdict: "violated", property: "allIsAnswered", steps: 12 },
    },
    {
      name: "sabotage-deaf-leader",
      constants: { ...base, leaders: 2, crashes: 1, crashing: 2, losses: 1, negativeAnswers: true },
      model: deafLeader,
      expected: { verdict: "violated", property: "outbidGivesUp", steps: 9 },
    },
    {
      name: "sabotage-promised-once",
      constants: { ...base, losses: 2, negativeAnswers: true },
      model: promisedOnce,
      expected: { verdict: "violated", property: "allIsAnswered", steps: 6 },
    },
    {
      name: "sabotage-own-log-left-out",
      constants: rivals,
      model: ownLogLeftOut,
      expected: { verdict: "violated", property: "prefixAgreement", steps: 14 },
    },
    {
      name: "sabotage-all-votes-reported",
      constants: changing,
      model: allVotesReported,
      expected: { verdict: "violated", property: "promisesNoMore", steps: 10 },
    },
    {
      name: "sabotage-request-forgotten",
      constants: clientCrashing,
      model: requestForgotten,
      expected: { verdict: "violated", property: "answers", steps: 13 },
    },
    {
      name: "sabotage-asked-once",
      constants: patience,
      model: askedOnce,
      expected: { verdict: "violated", property: "answers", steps: 10 },
    },
    {
      name: "sabotage-answered-once",
      constants: leadingAgain,
      model: answeredOnce,
      expected: { verdict: "violated", property: "answersWhileLed", steps: 15 },
    },
    {
      name: "sabotage-answered-anew",
      constants: { ...clientCrashing, clients: 2, requests: 1 },
      model: answeredAnew,
      expected: { verdict: "violated", property: "toldAlike", steps: 16 },
    },
    {
      name: "sabotage-votes-hoarded",
      constants: base,
      model: votesHoarded,
      expected: { verdict: "violated", property: "oneVoteKept", steps: 7 },
    },
    {
      name: "sabotage-learnt-again",
      constants: base,
      model: learntAgain,
      expected: { verdict: "violated", property: "keptAhead", steps: 9 },
    },
    {
      name: "sabotage-counted-twice",
      constants: { ...base, servers: 5 },
      model: countedTwice,
      expected: { verdict: "violated", property: "heardOnce", steps: 4 },
    },
    {
      name: "sabotage-all-awaited",
      constants: fiveServers,
      model: allAwaited,
      expected: { verdict: "violated", property: "answers", steps: 8 },
    },
    {
      name: "sabotage-deaf-follower",
      constants: base,
      model: deafFollower,
      expected: { verdict: "violated", property: "learnsWhileLed", steps: 9 },
    },
    {
      name: "sabotage-prepared-once",
      constants: { ...patience, losses: 2 },
      model: preparedOnce,
      expected: { verdict: "violated", property: "answers", steps: 9 },
    },
    {
      name: "sabotage-proposed-once",
      constants: { ...patience, losses: 2 },
      model: proposedOnce,
      expected: { verdict: "violated", property: "answers", steps: 30 },
    },
    {
      name: "sabotage-announced-once",
      constants: patience,
      model: announcedOnce,
      expected: { verdict: "violated", property: "learnsWhileLed", steps: 18 },
    },
    {
      name: "sabotage-object-lost",
      constants: { ...leadingAgain, requests: 2 },
      model: objectLost,
      expected: { verdict: "violated", property: "linearizable", steps: 17 },
    },
    {
      name: "sabotage-vote-missing",
      constants: base,
      model: voteMissing,
      expected: { verdict: "violated", property: "logIsChosen", steps: 5 },
    },
    {
      name: "sabotage-promise-missing",
      constants: changing,
      model: promiseMissing,
      expected: { verdict: "violated", property: "linearizable", steps: 14 },
    },
    {
      name: "sabotage-log-volatile",
      constants: { ...base, crashes: 1 },
      model: logVolatile,
      expected: { verdict: "violated", property: "grows", steps: 8 },
    },
    {
      name: "sabotage-request-invented",
      constants: base,
      model: requestInvented,
      expected: { verdict: "violated", property: "validity", steps: 7 },
    },
  ],
})
