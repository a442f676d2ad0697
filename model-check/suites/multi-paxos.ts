/**
 * Multi-Paxos: clients that increment a counter kept by servers of which several lead in turn; and nine ways to break it.
 *
 * In the network messages may be late, overtaken, received again for ever, or never. There heartbeats add nothing; where
 * each message arrives once, they would make the state space infinite.
 *
 * Two clients *and* a change of leaders hold as well, in 9,820,092 distinct states and 118,936,823 generated, depth 35: half a
 * minute for which one must ask, `touchstone check multi-paxos/leader-change --set clients=2 --set requests=1`.
 *
 * @module
 */
import { counter, type LogService, multiPaxos } from "../../spec/multi-paxos.ts"
import {
  applyEntry,
  flexible,
  LogResponse,
  majority,
  type Model,
  multiPaxosServer,
  names,
  type QuorumSystem,
  range,
  type StateOf,
  unordered,
  variant,
} from "../../src/index.ts"
import { untyped } from "../../src/model/machine.ts"
import { type Suite, suite } from "../suite.ts"

/** For processes whose types the compiler does not know. */
const { next } = untyped

interface Constants {
  readonly servers: number
  readonly leaders: number
  readonly clients: number
  readonly requests: number
  readonly crashes: number
}

type Servers = ReadonlyArray<string>
type Server = ReturnType<typeof multiPaxosServer>
type ServerState = StateOf<Server>

/** The first servers may each become a leader once. */
const serve = (
  { clients, crashes, leaders, requests, servers }: Constants,
  quorums: (servers: Servers) => QuorumSystem = majority,
  server: LogService["server"] = multiPaxosServer,
): Model<any> =>
  multiPaxos({
    quorums: quorums(names("s", servers)),
    rounds: range(1, servers).map((index) => index <= leaders ? 1 : 0),
    requests: range(1, clients).map(() => requests),
    network: unordered({ duplication: "unbounded" }),
    faults: { crashRecovery: { total: crashes, of: names("s", servers) } },
    server,
  })

/** All servers must vote, so any one of them may take over. */
const anyoneLeads = (servers: Servers): QuorumSystem => flexible(servers, { phase1: 1, phase2: servers.length })

/** A broken system, and of its properties the one that shows it. */
const broken = (
  why: string,
  property: string,
  server: typeof multiPaxosServer,
  quorums: (servers: Servers) => QuorumSystem = majority,
) =>
(constants: Constants): Model<any> => {
  const model = serve(constants, quorums, server)
  const { [property]: violated } = model.properties as { readonly [name: string]: Model<any>["properties"][string] }
  return variant(model, `Multi-Paxos, ${why}`, () => ({ properties: { [property]: violated! } }))
}

/** A new leader starts afresh, whatever votes it is told of. */
const votesIgnored: typeof multiPaxosServer = (options) => {
  const server = multiPaxosServer(options)
  const { Promise } = server.receive
  return {
    ...server,
    receive: {
      ...server.receive,
      Promise: (state: ServerState, message, context) => {
        const role = state.role._tag === "Candidate" ? { ...state.role, votes: [] } : state.role
        return Promise!({ ...state, role }, { ...message, votes: [] }, context)
      },
    },
  }
}

/** A server applies what is chosen as it hears of it. */
const gapsSkipped: typeof multiPaxosServer = (options) => {
  const server = multiPaxosServer(options)
  const { Chosen } = server.receive
  return {
    ...server,
    receive: {
      ...server.receive,
      Chosen: (state: ServerState, message, context) => Chosen!(state, { ...message, slot: state.log.length }, context),
    },
  }
}

/** A server does not remember whom it has answered. */
const answersForgotten: typeof multiPaxosServer = (options) => {
  const server = multiPaxosServer(options)
  const forgetful = (receive: Server["receive"][string]): Server["receive"][string] => (state, message, context) =>
    receive({ ...state, applied: { ...state.applied, answers: {} } }, message, context)
  return {
    ...server,
    receive: Object.fromEntries(Object.entries(server.receive).map(([tag, on]) => [tag, forgetful(on)])),
  }
}

/** A leader answers a request when it proposes it. */
const answeredEarly: typeof multiPaxosServer = (options) => {
  const server = multiPaxosServer(options)
  const { Request } = server.receive
  return {
    ...server,
    receive: {
      ...server.receive,
      Request: (state: ServerState, message, context) => {
        const reaction = Request!(state, message, context)
        if (reaction._tag !== "Next" || reaction.state.role._tag !== "Leader") return reaction
        const { object } = reaction.state.role.proposals
          .reduce((applied, { entry }) => applyEntry(counter, applied, entry), reaction.state.applied)
        const early = LogResponse.make({ sequence: message.sequence, result: object })
        return next(reaction.state, reaction.commands, { _tag: "Send", to: context.from, message: early })
      },
    },
  }
}

/** A server votes in ballots below its promise. */
const promiseBroken: typeof multiPaxosServer = (options) => {
  const server = multiPaxosServer(options)
  const { Accept } = server.receive
  return {
    ...server,
    receive: {
      ...server.receive,
      Accept: (state: ServerState, message, context) => Accept!({ ...state, promised: -1 }, message, context),
    },
  }
}

/** A server keeps its votes in memory only. */
const votesVolatile: typeof multiPaxosServer = (options) => {
  const server = multiPaxosServer(options)
  const { votes, ...durable } = server.durable
  return { ...server, durable, volatile: { ...server.volatile, votes } as typeof server.volatile }
}

/** A server keeps its log in memory only. */
const logVolatile: typeof multiPaxosServer = (options) => {
  const server = multiPaxosServer(options)
  const { log, ...durable } = server.durable
  return { ...server, durable, volatile: { ...server.volatile, log } as typeof server.volatile }
}

/** A leader takes one request for two. */
const requestInvented: typeof multiPaxosServer = (options) => {
  const server = multiPaxosServer(options)
  const { Request } = server.receive
  return {
    ...server,
    receive: {
      ...server.receive,
      Request: (state, message, context) => Request!(state, { ...message, sequence: message.sequence + 1 }, context),
    },
  }
}

/** A leader goes on to phase 2 when one promise is missing. */
const promiseMissing: typeof multiPaxosServer = ({ quorums, ...options }) =>
  multiPaxosServer({ ...options, quorums: { ...quorums, phase1: quorums.phase1.map((quorum) => quorum.slice(1)) } })

const stable = { servers: 3, leaders: 1, clients: 2, requests: 1, crashes: 0 }
const changing = { servers: 3, leaders: 2, clients: 1, requests: 2, crashes: 0 }
const alone = { servers: 3, leaders: 1, clients: 1, requests: 1, crashes: 0 }

/** The suite `multi-paxos`. */
export const multiPaxosSuite: Suite = suite({
  name: "multi-paxos",
  description: "Servers that replicate a log by Multi-Paxos and apply it to a counter, for clients that increment it",
  source:
    "Lamport, Paxos made simple (2001), section 3; van Renesse and Altinbuken, Paxos made moderately complex (2015)",
  constants: {
    servers: { description: "servers", minimum: 1 },
    leaders: { description: "servers that may become a leader, each once", minimum: 0 },
    clients: { description: "clients", minimum: 1 },
    requests: { description: "requests of each client, one after the other", minimum: 1 },
    crashes: { description: "crashes of servers, each followed by a recovery", minimum: 0 },
  },
  configurations: [
    {
      name: "one-leader",
      constants: stable,
      model: (c) => serve(c),
      expected: { verdict: "holds", distinct: 6872, generated: 83925, depth: 21 },
    },
    {
      name: "leader-change",
      constants: changing,
      model: (c) => serve(c),
      expected: { verdict: "holds", distinct: 630652, generated: 6907507, depth: 29 },
    },
    {
      name: "three-leaders",
      constants: { ...alone, leaders: 3 },
      model: (c) => serve(c),
      expected: { verdict: "holds", distinct: 699158, generated: 5875352, depth: 25 },
    },
    {
      name: "gaps",
      constants: { ...stable, servers: 2, leaders: 2 },
      model: (c) => serve(c, anyoneLeads),
      expected: { verdict: "holds", distinct: 28232, generated: 230639, depth: 22 },
    },
    {
      name: "crash",
      constants: { ...alone, leaders: 2, crashes: 1 },
      model: (c) => serve(c),
      expected: { verdict: "holds", distinct: 67430, generated: 542082, depth: 21 },
    },
    {
      name: "sabotage-votes-ignored",
      constants: changing,
      model: broken("a new leader that does not propose again", "linearizable", votesIgnored),
      expected: { verdict: "violated", property: "linearizable", steps: 16 },
    },
    {
      name: "sabotage-gaps-skipped",
      constants: stable,
      model: broken("gaps skipped", "prefixAgreement", gapsSkipped),
      expected: { verdict: "violated", property: "prefixAgreement", steps: 12 },
    },
    {
      name: "sabotage-answers-forgotten",
      constants: alone,
      model: broken("a request applied twice", "linearizable", answersForgotten),
      expected: { verdict: "violated", property: "linearizable", steps: 11 },
    },
    {
      name: "sabotage-answered-early",
      constants: changing,
      model: broken("a request answered before it is chosen", "linearizable", answeredEarly),
      expected: { verdict: "violated", property: "linearizable", steps: 12 },
    },
    {
      name: "sabotage-promise-broken",
      constants: changing,
      model: broken("votes below the promise", "linearizable", promiseBroken),
      expected: { verdict: "violated", property: "linearizable", steps: 16 },
    },
    {
      name: "sabotage-votes-volatile",
      constants: { ...changing, crashes: 1 },
      model: broken("votes not remembered after a crash", "linearizable", votesVolatile),
      expected: { verdict: "violated", property: "linearizable", steps: 18 },
    },
    {
      name: "sabotage-promise-missing",
      constants: changing,
      model: broken("leading with one promise missing", "linearizable", promiseMissing),
      expected: { verdict: "violated", property: "linearizable", steps: 14 },
    },
    {
      name: "sabotage-log-volatile",
      constants: { ...alone, crashes: 1 },
      model: broken("a log not remembered after a crash", "grows", logVolatile),
      expected: { verdict: "violated", property: "grows", steps: 8 },
    },
    {
      name: "sabotage-request-invented",
      constants: alone,
      model: broken("an operation that nobody asked for", "validity", requestInvented),
      expected: { verdict: "violated", property: "validity", steps: 7 },
    },
  ],
})
