/**
 * Single-decree Paxos among processes: four kinds of quorums, and ways to break it.
 *
 * Where messages may arrive again forever, they stay on their way: each may be late, overtaken, received twice or never.
 * So a network with unbounded duplication loses messages too, without an action for it.
 *
 * @module
 */
import { Schema } from "effect"
import { decisionReplied, termination } from "../../../spec/consensus/agreement.ts"
import { negativeAnswers } from "../../../spec/consensus/negative-answers.ts"
import { singleDecree, withVotes } from "../../../spec/consensus/single-decree-paxos.ts"
import {
  flexible,
  grid,
  majority,
  paxosProposer,
  type QuorumSystem,
  quorumSystem,
  singleDecreePaxos,
  unanimous,
} from "../../../src/consensus/index.ts"
import { type Faults, fifo, ignore, type Model, names, type Properties, range, unordered } from "../../../src/index.ts"
import { untyped } from "../../../src/system/machine.ts"
import { type AnyProcess } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { sabotaged, showing } from "../sabotage.ts"
import { whenQuiet } from "./timers.ts"

/** For processes whose types the compiler does not know. */
const { next } = untyped

const constants = {
  acceptors: atLeast(1, "acceptors"),
  proposers: atLeast(1, "proposers"),
  retries: atLeast(0, "further ballots that a proposer may begin"),
  retrying: Schema.Literals(["all", "p1"]).annotate({
    description: "who may begin further ballots: all, or the first proposer alone",
  }),
  crashes: atLeast(0, "crashes, each followed by a recovery"),
  crashing: Schema.Literals(["all", "p1"]).annotate({ description: "who may crash: all, or the first proposer alone" }),
  stops: atLeast(0, "acceptors that stop"),
  losses: atLeast(0, "messages that may be lost"),
  duplication: Schema.Boolean.annotate({
    description: "whether messages may arrive again: then what comes at the wrong time waits, else it is dropped",
  }),
  order: Schema.Literals(["fifo", "unordered"]).annotate({
    description: "whether messages from one process to another arrive in their order",
  }),
  negativeAnswers: Schema.Boolean.annotate({ description: "whether acceptors tell who is outbid" }),
}

type Constants = ConstantsOf<typeof constants>

type Acceptors = ReadonlyArray<string>
type Quorums = (acceptors: Acceptors) => QuorumSystem
type Definition = Parameters<typeof singleDecreePaxos>[0]

const definitionOf = (
  { acceptors, duplication, losses, negativeAnswers, order, proposers, retries, retrying }: Constants,
  quorums: Quorums,
  faults: Faults,
): Definition => ({
  proposals: range(1, proposers).map((proposer) => ({
    value: `v${proposer}`,
    rounds: proposer === 1 || retrying === "all" ? 1 + retries : 1,
  })),
  quorums: quorums(names("a", acceptors)),
  negativeAnswers,
  network: (order === "fifo" ? fifo : unordered)({ loss: losses, duplication: duplication ? "unbounded" : 0 }),
  faults,
})

type Claims = (
  system: ReturnType<typeof withVotes>,
  deciders: ReadonlyArray<string>,
  acceptors: ReadonlyArray<string>,
) => Properties

/** Where whatever is sent may arrive: whoever has decided answers. */
const replying: Claims = (system, deciders) => ({ decisionReplied: decisionReplied(system, deciders) })

/** Where moreover nobody disturbs the one proposer: it decides. */
const terminating: Claims = (system, deciders) => ({ termination: termination(system, deciders) })

/** Where the first proposer may retry: it may decide in its second ballot. */
const retrying: Claims = (system) => ({
  mayDecideLater: system.reachable((s) => s.state["p1"].decided !== null && s.state["p1"].begun > 1),
})

/** Where it may be told that it is outbid: it may decide afterwards. */
const goingOn: Claims = (system) => ({
  mayGoOn: system.reachable((s) => s.state["p1"].decided !== null && (s.told["p1"] ?? -1) >= 0),
})

/** Where whatever is sent stays on its way: all that is asked is answered. */
const answering: Claims = (system, proposers, acceptors) => negativeAnswers(system, { proposers, acceptors })

/** The system with these constants. */
const decide = (quorums: Quorums, ...claims: ReadonlyArray<Claims>) => (constants: Constants): Model<any> => {
  const { acceptors, crashes, crashing, proposers, stops } = constants
  const definition = definitionOf(constants, quorums, {
    crashRecovery: crashing === "all" ? crashes : { total: crashes, of: [crashing] },
    crashStop: { total: stops, of: names("a", acceptors) },
  })
  const system = withVotes(singleDecreePaxos(definition), definition)
  const claimed = claims.map((claim) => claim(system, names("p", proposers), names("a", acceptors)))
  return system.model(Object.assign({ ...singleDecree(system, definition) }, ...claimed))
}

/** The same with a timer that is long enough: a proposer begins anew only when nothing is on its way. */
const patiently = (quorums: Quorums, ...claims: ReadonlyArray<Claims>) => (constants: Constants): Model<any> =>
  whenQuiet(decide(quorums, ...claims)(constants))

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
 * Paxos of which some processes are changed, or which believes in another definition than its specification. All processes of
 * a role are alike, so it is enough if one of them crashes.
 */
const broken = (
  why: string,
  property: string,
  {
    believes = (definition) => definition,
    change = () => ({}),
    crashes = "a1",
    isPatient = false,
    quorums = majority,
  }: {
    readonly believes?: (definition: Definition) => Definition
    readonly change?: (process: AnyProcess, name: string, definition: Definition) => Partial<AnyProcess>
    readonly crashes?: string
    readonly isPatient?: boolean
    readonly quorums?: Quorums
  },
) =>
(constants: Constants): Model<any> => {
  const definition = definitionOf(constants, quorums, {
    crashRecovery: { total: constants.crashes, of: [crashes] },
    crashStop: { total: constants.stops, of: names("a", constants.acceptors) },
  })
  const system = sabotaged(
    withVotes(singleDecreePaxos(believes(definition)), definition),
    why,
    (process, name) => ({ ...process, ...change(process, name, definition) }),
  )
  const roles = [names("p", constants.proposers), names("a", constants.acceptors)] as const
  // What is asked stays on its way only where it may arrive again.
  const claims = [replying, terminating, ...constants.duplication ? [answering] : []]
    .map((claim) => claim(system, ...roles))
  const model = showing(system, Object.assign({ ...singleDecree(system, definition) }, ...claims), property)
  return isPatient ? whenQuiet(model) : model
}

const isAcceptor = (name: string): boolean => name.startsWith("a")

/** An acceptor keeps its promise in memory only. */
const promiseVolatile = broken("a promise not remembered after a crash", "agreement", {
  change: ({ durable: { promised, ...durable } }, name) =>
    isAcceptor(name) ? { durable, volatile: { promised: promised! } } : {},
})

/** An acceptor keeps its votes in memory only. */
const votesVolatile = broken("a vote not remembered after a crash", "agreement", {
  change: ({ durable: { vote, ...durable } }, name) => isAcceptor(name) ? { durable, volatile: { vote: vote! } } : {},
})

/** An acceptor votes in ballots below its promise. */
const promiseBroken = broken("votes below the promise", "agreement", {
  change: ({ receive }, name) =>
    isAcceptor(name)
      ? {
        receive: {
          ...receive,
          Accept: (state, message, context) => receive["Accept"]({ ...state, promised: -1 }, message, context),
        },
      }
      : {},
})

/** A proposer keeps its decision in memory only. */
const decisionVolatile = broken("a decision not remembered", "integrity", {
  change: ({ durable: { decided, ...durable }, volatile }, name) =>
    isAcceptor(name) ? {} : { durable, volatile: { ...volatile, decided: decided! } },
  crashes: "p1",
})

/** A proposer does not remember its ballots, and begins one twice. */
const ballotRepeated = broken("a ballot begun twice", "votes", {
  change: ({ durable: { begun, highest, ...durable }, volatile }, name) =>
    isAcceptor(name) ? {} : { durable, volatile: { ...volatile, begun: begun!, highest: highest! } },
  crashes: "p1",
})

/** A proposer that has decided and crashed says nothing. */
const replyLost = broken("a decision that nobody is told", "decisionReplied", {
  change: ({ restart }, name) =>
    isAcceptor(name) ? {} : {
      restart: (state, context) => {
        const reaction = restart(state, context)
        return reaction._tag === "Next" && reaction.state.decided !== null
          ? next(reaction.state)
          : reaction
      },
    },
  crashes: "p1",
})

/** An acceptor that has voted once never answers again. */
const muteAfterVote = broken("an acceptor that votes once", "termination", {
  change: ({ receive }, name) =>
    isAcceptor(name)
      ? {
        receive: {
          ...receive,
          Prepare: (state, message, context) =>
            state.vote === null ? receive["Prepare"](state, message, context) : ignore,
          Accept: (state, message, context) =>
            state.vote === null ? receive["Accept"](state, message, context) : ignore,
        },
      }
      : {},
})

/** A proposer counts each promise that it hears. */
const countedTwice = broken("a promise counted twice", "heardOnce", {
  change: ({ receive }, name) =>
    isAcceptor(name) ? {} : {
      receive: {
        ...receive,
        Promise: (state, message, context) => {
          const { phase } = state
          if (phase._tag !== "Preparing" || !phase.promised.includes(context.from)) {
            return receive["Promise"](state, message, context)
          }
          return next({ ...state, phase: { ...phase, promised: [...phase.promised, context.from] } })
        },
      },
    },
})

/** A proposer begins no second ballot, whatever was lost. */
const givenUp = broken("a proposer that gives up", "termination", {
  change: ({ timers }, name) => isAcceptor(name) ? {} : { timers: { ...timers, retry: () => ignore } },
  isPatient: true,
})

/** A proposer waits for the votes of all, although a majority would do. */
const allAwaited = broken("a quorum that is too large", "termination", {
  believes: ({ quorums, ...definition }) => ({ ...definition, quorums: unanimous(quorums.members) }),
  isPatient: true,
})

/** An acceptor that refuses says nothing. */
const silentRefusal = broken("a refusal that nobody is told of", "allIsAnswered", {
  believes: (definition) => ({ ...definition, negativeAnswers: false }),
})

/** A proposer that is told of a higher ballot begins its next one below that. */
const deafProposer = broken("a negative answer ignored", "beginsAbove", {
  change: ({ receive }, name) =>
    isAcceptor(name)
      ? {}
      : { receive: { ...receive, Preempted: (state) => next({ ...state, phase: { _tag: "Idle" } }) } },
})

/** An acceptor answers only the first `Prepare` of a ballot: its promise may be lost. */
const promisedOnce = broken("a promise given once", "allIsAnswered", {
  change: ({ receive }, name) =>
    isAcceptor(name)
      ? {
        receive: {
          ...receive,
          Prepare: (state, message, context) =>
            state.promised === message.ballot ? ignore : receive["Prepare"](state, message, context),
        },
      }
      : {},
})

/** The proposers propose what nobody wants. */
const valueInvented = broken("a value that nobody proposed", "validity", {
  believes: ({ proposals, ...definition }) => ({
    ...definition,
    proposals: proposals.map(({ rounds }) => ({ value: "v0", rounds })),
  }),
})

/** A proposer proposes its own value, whatever votes are reported. */
const votesIgnored = broken("reported votes ignored", "oneChosen", {
  change: ({ receive }, name) =>
    isAcceptor(name) ? {} : {
      receive: {
        ...receive,
        Promise: (state, message, context) => receive["Promise"](state, { ...message, vote: null }, context),
      },
    },
})

/** A proposer takes the vote that it hears of first, and not the highest. */
const lowerVoteTaken = broken("a vote taken that is not the highest", "oneChosen", {
  change: ({ receive }, name) =>
    isAcceptor(name) ? {} : {
      receive: {
        ...receive,
        Promise: (state, message, context) =>
          receive["Promise"](
            state,
            state.phase._tag === "Preparing" && state.phase.highest !== null ? { ...message, vote: null } : message,
            context,
          ),
      },
    },
})

/** A proposer goes on to phase 2 when one promise is missing. */
const promiseMissing = (property: string) =>
  broken("proposing with one promise missing", property, {
    believes: ({ quorums, ...definition }) => ({
      ...definition,
      quorums: { ...quorums, phase1: quorums.phase1.map((quorum) => quorum.slice(1)) },
    }),
  })

/** A proposer decides when one vote is missing. */
const voteMissing = (property: string) =>
  broken("deciding with one vote missing", property, {
    believes: ({ quorums, ...definition }) => ({
      ...definition,
      quorums: { ...quorums, phase2: quorums.phase2.map((quorum) => quorum.slice(1)) },
    }),
  })

/** All proposers lead the same ballots. */
const ballotsShared = broken("two proposers in one ballot", "agreement", {
  change: (_, name, { proposals, quorums }) => {
    const proposal = proposals[Number(name.slice(1)) - 1]
    return isAcceptor(name) || proposal === undefined
      ? {}
      : paxosProposer({ ...proposal, index: 0, proposers: 1, quorums })
  },
  quorums: twoColumns,
})

const reliable = {
  acceptors: 3,
  proposers: 2,
  retries: 0,
  retrying: "p1",
  crashes: 0,
  crashing: "all",
  stops: 0,
  losses: 0,
  duplication: true,
  order: "unordered",
  negativeAnswers: false,
} as const
const crashing = { ...reliable, crashes: 1 }
/** Each message arrives once, and is dropped if it comes at the wrong time. */
const dropping = { ...reliable, duplication: false } as const
const violated = (property: string, steps: number) => ({ verdict: "violated" as const, property, steps })

/** The suite `single-decree-paxos`. */
export const singleDecreePaxosSuite: Suite = suite({
  name: "consensus/single-decree-paxos",
  aliases: ["single-decree-paxos"],
  description: "Proposers and acceptors that decide on one value by Paxos, while messages get lost and processes crash",
  source: "Lamport, Paxos made simple (2001), section 2; Howard, Malkhi and Spiegelman, Flexible Paxos (2016)",
  constants,
  configurations: [
    {
      name: "majority",
      constants: crashing,
      model: decide(majority, replying),
      expected: { verdict: "holds", distinct: 151866, generated: 1069152, depth: 22 },
    },
    {
      name: "retries",
      constants: { ...reliable, retries: 1 },
      model: decide(majority, replying, retrying),
      expected: { verdict: "holds", distinct: 596048, generated: 3969789, depth: 30 },
    },
    {
      // Each outbids the other, and is outbid.
      name: "both-retry",
      constants: { ...reliable, acceptors: 2, retries: 1, retrying: "all" },
      model: decide(majority, replying, retrying),
      expected: { verdict: "holds", distinct: 23409, generated: 105025, depth: 31 },
    },
    {
      // Whoever has crashed begins a ballot that it has never begun.
      name: "retry-after-crash",
      constants: { ...crashing, retries: 1, crashing: "p1" },
      model: decide(majority, replying, retrying),
      expected: { verdict: "holds", distinct: 1760720, generated: 12507225, depth: 31 },
    },
    {
      name: "stop",
      constants: { ...reliable, proposers: 1, retries: 1, stops: 1 },
      model: decide(majority, replying, terminating),
      expected: { verdict: "holds", distinct: 19024, generated: 99005, depth: 21 },
    },
    {
      name: "lossy",
      constants: { ...reliable, losses: 1, duplication: false },
      model: decide(majority),
      expected: { verdict: "holds", distinct: 455342, generated: 2662852, depth: 23 },
    },
    {
      name: "fifo",
      constants: { ...dropping, order: "fifo", crashes: 1, crashing: "p1" },
      model: decide(majority, replying),
      expected: { verdict: "holds", distinct: 137692, generated: 709160, depth: 27 },
    },
    {
      name: "fifo-stop",
      constants: { ...dropping, order: "fifo", proposers: 1, retries: 1, stops: 1 },
      model: decide(majority, replying, terminating),
      expected: { verdict: "holds", distinct: 7980, generated: 29504, depth: 27 },
    },
    {
      // No acceptor can be spared, so each message that is lost costs a ballot.
      name: "dropped-lossy",
      constants: { ...dropping, acceptors: 2, proposers: 1, retries: 2, losses: 2 },
      model: patiently(majority, replying, retrying, terminating),
      expected: { verdict: "holds", distinct: 606, generated: 957, depth: 27 },
    },
    {
      name: "five-acceptors",
      constants: { ...dropping, order: "fifo", acceptors: 5, proposers: 1, retries: 1, stops: 2 },
      model: patiently(majority, replying, terminating),
      expected: { verdict: "holds", distinct: 103505, generated: 568111, depth: 23 },
    },
    {
      // Any acceptor may stop, for a row and a column are left.
      name: "grid-stop",
      constants: { ...dropping, acceptors: 4, proposers: 1, retries: 1, stops: 1 },
      model: patiently(twoColumns, replying, terminating),
      expected: { verdict: "holds", distinct: 8933, generated: 40853, depth: 16 },
    },
    {
      name: "unanimous",
      constants: crashing,
      model: decide(unanimous),
      expected: { verdict: "holds", distinct: 25533, generated: 173820, depth: 26 },
    },
    {
      name: "flexible",
      constants: crashing,
      model: decide(oneVoteChooses),
      expected: { verdict: "holds", distinct: 17649, generated: 119427, depth: 22 },
    },
    {
      name: "grid",
      constants: { ...reliable, acceptors: 4 },
      model: decide(twoColumns),
      expected: { verdict: "holds", distinct: 334601, generated: 2912109, depth: 25 },
    },
    {
      name: "outbid",
      constants: { ...reliable, negativeAnswers: true },
      model: decide(majority, replying, answering),
      expected: { verdict: "holds", distinct: 117580, generated: 1427209, depth: 24 },
    },
    {
      name: "outbid-retries",
      constants: { ...reliable, acceptors: 2, retries: 1, negativeAnswers: true },
      model: decide(majority, replying, retrying, answering, goingOn),
      expected: { verdict: "holds", distinct: 214545, generated: 2316831, depth: 31 },
    },
    {
      name: "outbid-crash",
      constants: { ...crashing, acceptors: 2, retries: 1, crashing: "p1", negativeAnswers: true },
      model: decide(majority, replying, retrying, answering, goingOn),
      expected: { verdict: "holds", distinct: 644332, generated: 7218742, depth: 32 },
    },
    {
      // What was answered and lost is answered again.
      name: "outbid-loss",
      constants: { ...reliable, acceptors: 2, losses: 1, negativeAnswers: true },
      model: decide(majority, answering),
      expected: { verdict: "holds", distinct: 16799, generated: 134829, depth: 21 },
    },
    {
      name: "sabotage-disjoint-quorums",
      constants: reliable,
      model: broken("disjoint quorums", "agreement", { quorums: disjoint }),
      expected: violated("agreement", 8),
    },
    {
      name: "sabotage-promise-volatile",
      constants: crashing,
      model: promiseVolatile,
      expected: violated("agreement", 18),
    },
    {
      name: "sabotage-promise-broken",
      constants: reliable,
      model: promiseBroken,
      expected: violated("agreement", 16),
    },
    {
      name: "sabotage-promise-missing",
      constants: reliable,
      model: promiseMissing("agreement"),
      expected: violated("agreement", 12),
    },
    {
      name: "sabotage-vote-missing",
      constants: reliable,
      model: voteMissing("agreement"),
      expected: violated("agreement", 12),
    },
    {
      // With majorities the promises keep two leaders apart; two rows of a grid have no acceptor in common.
      name: "sabotage-ballots-shared",
      constants: { ...reliable, acceptors: 4 },
      model: ballotsShared,
      expected: violated("agreement", 16),
    },
    {
      name: "sabotage-votes-ignored",
      constants: reliable,
      model: votesIgnored,
      expected: violated("oneChosen", 12),
    },
    {
      name: "sabotage-lower-vote-taken",
      constants: { ...reliable, retries: 1 },
      model: lowerVoteTaken,
      expected: violated("oneChosen", 18),
    },
    {
      name: "sabotage-votes-volatile",
      constants: crashing,
      model: votesVolatile,
      expected: violated("agreement", 18),
    },
    {
      name: "sabotage-vote-assumed",
      constants: reliable,
      model: voteMissing("decidedIsChosen"),
      expected: violated("decidedIsChosen", 6),
    },
    {
      name: "sabotage-proposal-unsafe",
      constants: reliable,
      model: promiseMissing("votes"),
      expected: violated("votes", 3),
    },
    {
      name: "sabotage-decision-volatile",
      constants: crashing,
      model: decisionVolatile,
      expected: violated("integrity", 9),
    },
    {
      name: "sabotage-ballot-repeated",
      constants: { ...crashing, retries: 1 },
      model: ballotRepeated,
      expected: violated("votes", 17),
    },
    {
      name: "sabotage-reply-lost",
      constants: crashing,
      model: replyLost,
      expected: violated("decisionReplied", 18),
    },
    {
      name: "sabotage-mute-after-vote",
      constants: { ...reliable, proposers: 1, retries: 1, stops: 1 },
      model: muteAfterVote,
      expected: violated("termination", 8),
    },
    {
      name: "sabotage-counted-twice",
      constants: reliable,
      model: countedTwice,
      expected: violated("heardOnce", 3),
    },
    {
      name: "sabotage-given-up",
      constants: { ...dropping, acceptors: 2, proposers: 1, retries: 2, losses: 2 },
      model: givenUp,
      expected: violated("termination", 3),
    },
    {
      name: "sabotage-all-awaited",
      constants: { ...dropping, order: "fifo", acceptors: 5, proposers: 1, retries: 1, stops: 2 },
      model: allAwaited,
      expected: violated("termination", 15),
    },
    {
      name: "sabotage-silent-refusal",
      constants: { ...reliable, acceptors: 2, negativeAnswers: true },
      model: silentRefusal,
      expected: violated("allIsAnswered", 8),
    },
    {
      name: "sabotage-deaf-proposer",
      constants: { ...reliable, acceptors: 2, retries: 1, retrying: "all", negativeAnswers: true },
      model: deafProposer,
      expected: violated("beginsAbove", 5),
    },
    {
      name: "sabotage-promised-once",
      constants: { ...reliable, acceptors: 2, losses: 1, negativeAnswers: true },
      model: promisedOnce,
      expected: violated("allIsAnswered", 7),
    },
    {
      name: "sabotage-value-invented",
      constants: reliable,
      model: valueInvented,
      expected: violated("validity", 8),
    },
  ],
})
