/**
 * Multi-Paxos: clients that increment a counter kept by servers of which several lead in turn; and ways to break it.
 *
 * In the network messages may be late, overtaken, received again forever, or never. There heartbeats add nothing; where
 * each message arrives once, they would make the state space infinite.
 *
 * Whatever is said of agreement takes two entries that may come into one slot, so two clients that ask different leaders, or a
 * second request.
 *
 * @module
 */
import { Schema } from "effect"
import { counter, multiDecree } from "../../../spec/consensus/multi-paxos.ts"
import { logAnswers } from "../../../spec/consensus/negative-answers.ts"
import { answers, askedAndReplied } from "../../../spec/consensus/replicated-log.ts"
import { slotVotes, withSlotVotes } from "../../../spec/consensus/slot-votes.ts"
import {
  applyEntry,
  flexible,
  majority,
  multiPaxos,
  type QuorumSystem,
  type SlotVote,
} from "../../../src/consensus/index.ts"
import { ignore, type Model, names, type Properties, range, unordered } from "../../../src/index.ts"
import { untyped } from "../../../src/system/machine.ts"
import { type AnyProcess } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { sabotaged, showing } from "../sabotage.ts"

/** For processes whose types the compiler does not know. */
const { next } = untyped

const constants = {
  servers: atLeast(1, "servers"),
  leaders: atLeast(0, "servers that may become a leader, each once"),
  clients: atLeast(1, "clients"),
  requests: atLeast(0, "requests of each client, one after the other"),
  decrements: Schema.Boolean.annotate({ description: "whether a client may choose to decrement the counter" }),
  contacts: Schema.Literals(["all", "own"]).annotate({
    description: "the servers that a client asks: all, or the first client the first one, the second the second one",
  }),
  crashes: atLeast(0, "crashes of servers, each followed by a recovery"),
  crashing: atLeast(0, "servers that may crash, the first ones"),
  stops: atLeast(0, "servers that stop, of those that never lead"),
  losses: atLeast(0, "messages that may be lost"),
  negativeAnswers: Schema.Boolean.annotate({ description: "whether servers tell who is outbid" }),
}

type Constants = ConstantsOf<typeof constants>

type Servers = ReadonlyArray<string>

/** The first servers may each become a leader once. */
const definitionOf = (
  { clients, contacts, crashes, crashing, decrements, leaders, losses, negativeAnswers, requests, servers, stops }:
    Constants,
  quorums: (servers: Servers) => QuorumSystem,
) => ({
  object: counter,
  operations: decrements ? ["increment", "decrement"] : ["increment"],
  quorums: quorums(names("s", servers)),
  rounds: range(1, servers).map((index) => index <= leaders ? 1 : 0),
  requests: range(1, clients).map(() => requests),
  contacts: names("c", clients).map((_, index) => contacts === "all" ? names("s", servers) : [`s${index + 1}`]),
  negativeAnswers,
  network: unordered({ loss: losses, duplication: "unbounded" }),
  faults: {
    crashRecovery: { total: crashes, of: names("s", servers).slice(0, crashing) },
    crashStop: { total: stops, of: names("s", servers).slice(leaders) },
  },
  recording: askedAndReplied,
})

type Definition = ReturnType<typeof definitionOf>
type Service = ReturnType<typeof withSlotVotes<typeof askedAndReplied>>
type Claims = (service: Service, definition: Definition) => Properties

/** Where nobody is missing for good, every request is answered. */
const answering: Claims = (service, { requests }) => ({
  answers: answers(service, { requests: requests.reduce((sum, count) => sum + count, 0) }),
})

/** Where whatever is sent stays on its way: all that is asked is answered. */
const asked: Claims = (service, { quorums }) => logAnswers(service, quorums.members)

const serve =
  (quorums: (servers: Servers) => QuorumSystem, ...claims: ReadonlyArray<Claims>) =>
  (constants: Constants): Model<any> => {
    const definition = definitionOf(constants, quorums)
    const service = withSlotVotes(multiPaxos(definition), definition)
    const claimed = claims.map((claim) => claim(service, definition))
    return service.model(Object.assign({ ...multiDecree(service, definition) }, ...claimed))
  }

/** All servers must vote, so any one of them may take over. */
const anyoneLeads = (servers: Servers): QuorumSystem => flexible(servers, { phase1: 1, phase2: servers.length })

/** Multi-Paxos of which all servers are changed, or which believes in another definition than its specification. */
const broken = (
  why: string,
  property: string,
  change: (server: AnyProcess) => Partial<AnyProcess>,
  believes: (definition: Definition) => Definition = (definition) => definition,
) =>
(constants: Constants): Model<any> => {
  const definition = definitionOf(constants, majority)
  const service = sabotaged(
    withSlotVotes(multiPaxos(believes(definition)), definition),
    why,
    (process, name) => definition.quorums.members.includes(name) ? { ...process, ...change(process) } : process,
  )
  return showing(
    service,
    {
      ...multiDecree(service, definition),
      ...slotVotes(service, definition),
      ...answering(service, definition),
      ...asked(service, definition),
    },
    property,
  )
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
const silentRefusal = broken("a refusal that nobody is told of", "allIsAnswered", () => ({}), (definition) => ({
  ...definition,
  negativeAnswers: false,
}))

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

/** A leader takes an entry for chosen when one vote is missing. */
const voteMissing = broken(
  "chosen with one vote missing",
  "logIsChosen",
  () => ({}),
  ({ quorums, ...definition }) => ({
    ...definition,
    quorums: { ...quorums, phase2: quorums.phase2.map((quorum) => quorum.slice(0, -1)) },
  }),
)

/** A leader goes on to phase 2 when one promise is missing. */
const promiseMissing = broken(
  "leading with one promise missing",
  "linearizable",
  () => ({}),
  ({ quorums, ...definition }) => ({
    ...definition,
    quorums: { ...quorums, phase1: quorums.phase1.map((quorum) => quorum.slice(1)) },
  }),
)

const base = {
  servers: 3,
  leaders: 1,
  clients: 1,
  requests: 1,
  decrements: false,
  contacts: "all",
  crashes: 0,
  crashing: 3,
  stops: 0,
  losses: 0,
  negativeAnswers: false,
} as const
const stable = { ...base, clients: 2 }
const changing = { ...base, leaders: 2, requests: 2 }
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
      name: "crash",
      constants: { ...base, leaders: 2, crashes: 1 },
      model: serve(majority, slotVotes),
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
