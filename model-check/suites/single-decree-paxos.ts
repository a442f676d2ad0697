/**
 * Single-decree Paxos among processes: four kinds of quorums, and ten ways to break it.
 *
 * Where messages may arrive again for ever, they stay on their way: each may be late, overtaken, received twice or never.
 * So a network with unbounded duplication loses messages too, without an action for it.
 *
 * @module
 */
import { type Decision, singleDecreePaxos } from "../../spec/single-decree-paxos.ts"
import {
  type Faults,
  flexible,
  grid,
  majority,
  type Model,
  names,
  paxosAcceptor,
  paxosProposer,
  type QuorumSystem,
  quorumSystem,
  range,
  unanimous,
  unordered,
  variant,
} from "../../src/index.ts"
import { type Suite, suite } from "../suite.ts"

interface Constants {
  readonly acceptors: number
  readonly proposers: number
  readonly retries: number
  readonly crashes: number
  readonly losses: number
  readonly duplication: boolean
}

type Acceptors = ReadonlyArray<string>
type Proposer = Parameters<typeof paxosProposer>[0]

/** The system with these constants; every process may crash. */
const decide = (
  { acceptors, crashes, duplication, losses, proposers, retries }: Constants,
  quorums: (acceptors: Acceptors) => QuorumSystem,
  other: Pick<Decision, "acceptor" | "faults" | "proposer"> = {},
): Model<any> =>
  singleDecreePaxos({
    rounds: range(1, proposers).map((proposer) => proposer === 1 ? 1 + retries : 1),
    quorums: quorums(names("a", acceptors)),
    network: unordered({ loss: losses, duplication: duplication ? "unbounded" : 0 }),
    faults: { crashRecovery: crashes },
    ...other,
  })

/** Rows of two. */
const twoColumns = (acceptors: Acceptors): QuorumSystem =>
  grid(range(1, Math.ceil(acceptors.length / 2)).map((row) => acceptors.slice(2 * row - 2, 2 * row)))

/** Any acceptor alone is a quorum of phase 2, so phase 1 needs all. */
const oneVoteChooses = (acceptors: Acceptors): QuorumSystem =>
  flexible(acceptors, { phase1: acceptors.length, phase2: 1 })

/** Any acceptor alone is a quorum. */
const disjoint = (acceptors: Acceptors): QuorumSystem =>
  quorumSystem({ members: acceptors, phase1: acceptors.map((acceptor) => [acceptor]), mayBeDisjoint: true })

/**
 * A broken system, and of its properties the one that shows it. All processes of a role are alike, so it is enough if one
 * of them crashes.
 */
const broken = (
  why: string,
  property: string,
  other: Pick<Decision, "acceptor" | "proposer">,
  { crashes: victim = "a1", quorums = majority }: {
    readonly crashes?: string
    readonly quorums?: (acceptors: Acceptors) => QuorumSystem
  } = {},
) =>
(constants: Constants): Model<any> => {
  const faults: Faults = { crashRecovery: { total: constants.crashes, of: [victim] } }
  const model = decide(constants, quorums, { faults, ...other })
  const { [property]: violated } = model.properties as { readonly [name: string]: Model<any>["properties"][string] }
  return variant(model, `single-decree Paxos, ${why}`, () => ({ properties: { [property]: violated! } }))
}

/** An acceptor keeps its promise in memory only. */
const promiseVolatile = (): ReturnType<typeof paxosAcceptor> => {
  const acceptor = paxosAcceptor()
  const { promised, ...durable } = acceptor.durable
  return { ...acceptor, durable, volatile: { promised } as typeof acceptor.volatile }
}

/** An acceptor keeps its votes in memory only. */
const votesVolatile = (): ReturnType<typeof paxosAcceptor> => {
  const acceptor = paxosAcceptor()
  const { votes, ...durable } = acceptor.durable
  return { ...acceptor, durable, volatile: { votes } as typeof acceptor.volatile }
}

/** An acceptor votes in ballots below its promise. */
const promiseBroken = (): ReturnType<typeof paxosAcceptor> => {
  const acceptor = paxosAcceptor()
  const { Accept } = acceptor.receive
  return {
    ...acceptor,
    receive: {
      ...acceptor.receive,
      Accept: (state, message, context) => Accept!({ ...state, promised: -1 }, message, context),
    },
  }
}

/** A proposer keeps its decision in memory only. */
const decisionVolatile = (proposer: Proposer): ReturnType<typeof paxosProposer> => {
  const honest = paxosProposer(proposer)
  const { decided, ...durable } = honest.durable
  return { ...honest, durable, volatile: { ...honest.volatile, decided } as typeof honest.volatile }
}

/** A proposer proposes what nobody wants. */
const valueInvented = (proposer: Proposer): ReturnType<typeof paxosProposer> =>
  paxosProposer({ ...proposer, value: "v0" })

/** A proposer proposes its own value, whatever votes are reported. */
const votesIgnored = (proposer: Proposer): ReturnType<typeof paxosProposer> => {
  const honest = paxosProposer(proposer)
  const { Promise } = honest.receive
  return {
    ...honest,
    receive: {
      ...honest.receive,
      Promise: (state, message, context) => Promise!(state, { ...message, vote: null }, context),
    },
  }
}

/** A proposer goes on to phase 2 when one promise is missing. */
const promiseMissing = ({ quorums, ...proposer }: Proposer): ReturnType<typeof paxosProposer> =>
  paxosProposer({ ...proposer, quorums: { ...quorums, phase1: quorums.phase1.map((quorum) => quorum.slice(1)) } })

/** A proposer decides when one vote is missing. */
const voteMissing = ({ quorums, ...proposer }: Proposer): ReturnType<typeof paxosProposer> =>
  paxosProposer({ ...proposer, quorums: { ...quorums, phase2: quorums.phase2.map((quorum) => quorum.slice(1)) } })

/** All proposers lead the same ballots. */
const ballotsShared = (proposer: Proposer): ReturnType<typeof paxosProposer> =>
  paxosProposer({ ...proposer, index: 0, proposers: 1 })

const reliable = { acceptors: 3, proposers: 2, retries: 0, crashes: 0, losses: 0, duplication: true }
const crashing = { ...reliable, crashes: 1 }
const violated = (property: string, steps: number) => ({ verdict: "violated" as const, property, steps })

/** The suite `single-decree-paxos`. */
export const singleDecreePaxosSuite: Suite = suite({
  name: "single-decree-paxos",
  description: "Proposers and acceptors that decide on one value by Paxos, while messages get lost and processes crash",
  source: "Lamport, Paxos made simple (2001), section 2; Howard, Malkhi and Spiegelman, Flexible Paxos (2016)",
  constants: {
    acceptors: { description: "acceptors", minimum: 1 },
    proposers: { description: "proposers", minimum: 1 },
    retries: { description: "further ballots that the first proposer may begin", minimum: 0 },
    crashes: { description: "crashes, each followed by a recovery", minimum: 0 },
    losses: { description: "messages that may be lost", minimum: 0 },
    duplication: { description: "whether messages may arrive again" },
  },
  configurations: [
    {
      name: "majority",
      constants: crashing,
      model: (constants) => decide(constants, majority),
      expected: { verdict: "holds", distinct: 155674, generated: 651870, depth: 23 },
    },
    {
      name: "retries",
      constants: { ...reliable, retries: 1 },
      model: (constants) => decide(constants, majority),
      expected: { verdict: "holds", distinct: 596048, generated: 2189448, depth: 30 },
    },
    {
      name: "lossy",
      constants: { ...reliable, losses: 1, duplication: false },
      model: (constants) => decide(constants, majority),
      expected: { verdict: "holds", distinct: 455342, generated: 2662852, depth: 23 },
    },
    {
      name: "unanimous",
      constants: crashing,
      model: (constants) => decide(constants, unanimous),
      expected: { verdict: "holds", distinct: 25639, generated: 102810, depth: 27 },
    },
    {
      name: "flexible",
      constants: crashing,
      model: (constants) => decide(constants, oneVoteChooses),
      expected: { verdict: "holds", distinct: 18223, generated: 72291, depth: 23 },
    },
    {
      name: "grid",
      constants: { ...reliable, acceptors: 4 },
      model: (constants) => decide(constants, twoColumns),
      expected: { verdict: "holds", distinct: 334601, generated: 1597225, depth: 25 },
    },
    {
      name: "sabotage-disjoint-quorums",
      constants: reliable,
      model: broken("disjoint quorums", "agreement", {}, { quorums: disjoint }),
      expected: violated("agreement", 8),
    },
    {
      name: "sabotage-promise-volatile",
      constants: crashing,
      model: broken("a promise not remembered after a crash", "agreement", { acceptor: promiseVolatile }),
      expected: violated("agreement", 18),
    },
    {
      name: "sabotage-promise-broken",
      constants: reliable,
      model: broken("votes below the promise", "agreement", { acceptor: promiseBroken }),
      expected: violated("agreement", 16),
    },
    {
      name: "sabotage-promise-missing",
      constants: reliable,
      model: broken("proposing with one promise missing", "agreement", { proposer: promiseMissing }),
      expected: violated("agreement", 12),
    },
    {
      name: "sabotage-vote-missing",
      constants: reliable,
      model: broken("deciding with one vote missing", "agreement", { proposer: voteMissing }),
      expected: violated("agreement", 12),
    },
    {
      // With majorities the promises keep two leaders apart; two rows of a grid have no acceptor in common.
      name: "sabotage-ballots-shared",
      constants: { ...reliable, acceptors: 4 },
      model: broken("two proposers in one ballot", "agreement", { proposer: ballotsShared }, { quorums: twoColumns }),
      expected: violated("agreement", 16),
    },
    {
      name: "sabotage-votes-ignored",
      constants: reliable,
      model: broken("reported votes ignored", "oneChosen", { proposer: votesIgnored }),
      expected: violated("oneChosen", 12),
    },
    {
      name: "sabotage-votes-volatile",
      constants: crashing,
      model: broken("a vote not remembered after a crash", "staysChosen", { acceptor: votesVolatile }),
      expected: violated("staysChosen", 7),
    },
    {
      name: "sabotage-vote-assumed",
      constants: reliable,
      model: broken("deciding with one vote missing", "decidedIsChosen", { proposer: voteMissing }),
      expected: violated("decidedIsChosen", 6),
    },
    {
      name: "sabotage-proposal-unsafe",
      constants: reliable,
      model: broken("proposing with one promise missing", "votes", { proposer: promiseMissing }),
      expected: violated("votes", 3),
    },
    {
      name: "sabotage-decision-volatile",
      constants: crashing,
      model: broken("a decision not remembered", "integrity", { proposer: decisionVolatile }, { crashes: "p1" }),
      expected: violated("integrity", 9),
    },
    {
      name: "sabotage-value-invented",
      constants: reliable,
      model: broken("a value that nobody proposed", "validity", { proposer: valueInvented }),
      expected: violated("validity", 8),
    },
  ],
})
