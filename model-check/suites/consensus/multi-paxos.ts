/**
 * Multi-Paxos: clients that increment a counter kept by servers of which several lead in turn; and nine ways to break it.
 *
 * In the network messages may be late, overtaken, received again forever, or never. There heartbeats add nothing; where
 * each message arrives once, they would make the state space infinite.
 *
 * Two clients *and* a change of leaders hold as well, in 9,820,092 distinct states and 118,936,823 generated, depth 35: half a
 * minute for which one must ask, `touchstone check multi-paxos/leader-change --set clients=2 --set requests=1`.
 *
 * @module
 */
import { counter, multiDecree } from "../../../spec/consensus/multi-paxos.ts"
import { askedAndReplied } from "../../../spec/consensus/replicated-log.ts"
import { applyEntry, flexible, majority, multiPaxos, type QuorumSystem } from "../../../src/consensus/index.ts"
import { type Model, names, range, unordered } from "../../../src/index.ts"
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
  requests: atLeast(1, "requests of each client, one after the other"),
  crashes: atLeast(0, "crashes of servers, each followed by a recovery"),
}

type Constants = ConstantsOf<typeof constants>

type Servers = ReadonlyArray<string>

/** The first servers may each become a leader once. */
const definitionOf = (
  { clients, crashes, leaders, requests, servers }: Constants,
  quorums: (servers: Servers) => QuorumSystem,
) => ({
  object: counter,
  operations: ["increment"],
  quorums: quorums(names("s", servers)),
  rounds: range(1, servers).map((index) => index <= leaders ? 1 : 0),
  requests: range(1, clients).map(() => requests),
  network: unordered({ duplication: "unbounded" }),
  faults: { crashRecovery: { total: crashes, of: names("s", servers) } },
  recording: askedAndReplied,
})

type Definition = ReturnType<typeof definitionOf>

const serve = (quorums: (servers: Servers) => QuorumSystem) => (constants: Constants): Model<any> => {
  const definition = definitionOf(constants, quorums)
  const service = multiPaxos(definition)
  return service.model(multiDecree(service, definition))
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
    multiPaxos(believes(definition)),
    why,
    (process, name) => definition.quorums.members.includes(name) ? { ...process, ...change(process) } : process,
  )
  return showing(service, multiDecree(service, definition), property)
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

const stable = { servers: 3, leaders: 1, clients: 2, requests: 1, crashes: 0 }
const changing = { servers: 3, leaders: 2, clients: 1, requests: 2, crashes: 0 }
const alone = { servers: 3, leaders: 1, clients: 1, requests: 1, crashes: 0 }

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
      model: serve(majority),
      expected: { verdict: "holds", distinct: 6872, generated: 83925, depth: 21 },
    },
    {
      name: "leader-change",
      constants: changing,
      model: serve(majority),
      expected: { verdict: "holds", distinct: 630652, generated: 6907507, depth: 29 },
    },
    {
      name: "three-leaders",
      constants: { ...alone, leaders: 3 },
      model: serve(majority),
      expected: { verdict: "holds", distinct: 699158, generated: 5875352, depth: 25 },
    },
    {
      name: "gaps",
      constants: { ...stable, servers: 2, leaders: 2 },
      model: serve(anyoneLeads),
      expected: { verdict: "holds", distinct: 28232, generated: 230639, depth: 22 },
    },
    {
      name: "crash",
      constants: { ...alone, leaders: 2, crashes: 1 },
      model: serve(majority),
      expected: { verdict: "holds", distinct: 67430, generated: 542082, depth: 21 },
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
      constants: alone,
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
      name: "sabotage-promise-missing",
      constants: changing,
      model: promiseMissing,
      expected: { verdict: "violated", property: "linearizable", steps: 14 },
    },
    {
      name: "sabotage-log-volatile",
      constants: { ...alone, crashes: 1 },
      model: logVolatile,
      expected: { verdict: "violated", property: "grows", steps: 8 },
    },
    {
      name: "sabotage-request-invented",
      constants: alone,
      model: requestInvented,
      expected: { verdict: "violated", property: "validity", steps: 7 },
    },
  ],
})
