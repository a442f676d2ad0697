/**
 * Paxos Commit among processes: safe whatever happens, blocked like two-phase commit with one acceptor, not blocked by one
 * failure with three; and ways to break it.
 *
 * @module
 */
import { abortsForCause, atomicCommitment, nonBlocking } from "../../../spec/commit/atomic-commitment.ts"
import { failStop } from "../../../spec/commit/fail-stop.ts"
import { instancesAgree } from "../../../spec/commit/paxos-commit.ts"
import { paxosCommit, type PaxosCommitRoles } from "../../../src/commit/index.ts"
import { type Faults, fifo, type Model, names, type Network, type Properties, unordered } from "../../../src/index.ts"
import { type AnyProcess } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { sabotaged, showing } from "../sabotage.ts"

const constants = {
  participants: atLeast(1, "participants"),
  F: atLeast(0, "acceptors of the 2F + 1, and leaders of the F + 1, that may be down"),
}

type Constants = ConstantsOf<typeof constants>

/** More states than this take longer than one wants to wait. */
const LONG = 4_000_000

/** What is fixed besides the constants. */
interface Setting {
  readonly ballots: number
  readonly maxDecisionRequests: number
  readonly network?: Network
  readonly faults?: Faults
}

/** Messages are duplicated, reordered and late, any number of them; those that are never delivered are lost. */
const untrustworthy = unordered({ duplication: "unbounded" })

const isLeader = (name: string): boolean => name.startsWith("l")
const isAcceptor = (name: string): boolean => name.startsWith("a")
const isParticipant = (name: string): boolean => name.startsWith("p")

const rolesOf = ({ F, participants }: Constants): PaxosCommitRoles => ({
  leaders: names("l", F + 1),
  acceptors: names("a", 2 * F + 1),
  participants: names("p", participants),
})

/** What must hold whatever goes wrong. */
const safety = (system: ReturnType<typeof paxosCommit>, constants: Constants): Properties => ({
  ...atomicCommitment(system),
  ...instancesAgree(system, rolesOf(constants)),
})

/** Timers may fire at any time. */
const asynchronous = (setting: Setting) => (constants: Constants): Model<any> => {
  const system = paxosCommit({ network: untrustworthy, ...constants, ...setting })
  return system.model(safety(system, constants))
}

const stopping = (of: ReadonlyArray<string>, setting: Setting & Constants & { readonly network: Network }) =>
  paxosCommit({ faults: of.length === 0 ? {} : { crashStop: { total: 1, of } }, ...setting })

/**
 * Processes are fail-stop, and one of these stops.
 *
 * A participant asks once, which stands for asking until it is answered: an inquiry that comes before the leader knows the
 * decision waits. What a network that drops it may do, {@link failingSafely} explores.
 */
const failing = (of: ReadonlyArray<string>, setting: Setting) => (constants: Constants): Model<any> => {
  const system = stopping(of, { network: unordered({ ignored: "kept" }), ...constants, ...setting })
  return failStop(
    system.model({
      ...safety(system, constants),
      abortsForCause: abortsForCause(system),
      nonBlocking: nonBlocking(system),
    }),
  )
}

/** Processes are fail-stop, one of these stops, and what is ignored is dropped. Whoever asked too early may be blocked. */
const failingSafely = (of: ReadonlyArray<string>, setting: Setting) => (constants: Constants): Model<any> => {
  const system = stopping(of, { network: unordered(), ...constants, ...setting })
  return failStop(system.model({ ...safety(system, constants), abortsForCause: abortsForCause(system) }))
}

/** A participant stops. Of the F + 1 leaders, among whom the ballots are dealt out, the first may need a second one. */
const participantStops = (constants: Constants): Model<any> =>
  failing(["p1"], { ballots: constants.F + 2, maxDecisionRequests: 0 })(constants)

/** Timers may fire at any time, and one process recovers; of two participants, one may commit and the other abort. */
const recovering = (process: string) =>
  asynchronous({ ballots: 2, maxDecisionRequests: 0, faults: { crashRecovery: { total: 1, of: [process] } } })

/** As many leaders and acceptors stop as may: F of each. */
const leaderAndAcceptorStop = (constants: Constants): Model<any> => {
  const system = paxosCommit({
    ...constants,
    ballots: 3,
    maxDecisionRequests: 1,
    network: unordered({ ignored: "kept" }),
    faults: { crashStop: { total: 2, each: 1, of: ["l1", "a1"] } },
  })
  return failStop(
    system.model({
      ...safety(system, constants),
      abortsForCause: abortsForCause(system),
      nonBlocking: nonBlocking(system),
    }),
  )
}

/**
 * Processes are fail-stop, and one stops; but a leader may give up its ballot at any time and start the next one, so that it is outbid,
 * also by itself: the timer `ballot` waits for nobody, and no detector has a say in it.
 */
const outbidding = (
  constants: Constants,
  stops: string,
  ballots: number,
  network: Network = unordered({ ignored: "kept" }),
) =>
  paxosCommit({
    ...constants,
    ballots,
    maxDecisionRequests: 1,
    network,
    faults: { crashStop: { total: 1, of: [stops] } },
    detector: "failStop",
  })

const givingUp =
  (...setting: readonly [stops: string, ballots: number, network?: Network]) => (constants: Constants): Model<any> => {
    const system = outbidding(constants, ...setting)
    return system.model({
      ...safety(system, constants),
      abortsForCause: abortsForCause(system),
      nonBlocking: nonBlocking(system),
    })
  }

/** A leader that gives up its ballot decides to commit. */
const hopefulLeader = (constants: Constants): Model<any> => {
  const system = sabotaged(
    outbidding(constants, "p1", 3),
    "a leader that hopes for the best",
    (process, name) =>
      isLeader(name)
        ? {
          ...process,
          timers: {
            ...process.timers,
            ballot: (state) => process.receive["Commit"](state, { _tag: "Commit" }, { now: 0, from: name }),
          },
        }
        : process,
  )
  return showing(system, safety(system, constants), "truthful")
}

/** Paxos Commit of which some processes are changed. Only one property is looked at. */
const broken = (
  name: string,
  property: "truthful" | "validity",
  { faults = {}, maxDecisionRequests = 0 }: { readonly faults?: Faults; readonly maxDecisionRequests?: number },
  change: (process: AnyProcess, name: string) => Partial<AnyProcess> | false,
) =>
(constants: Constants): Model<any> => {
  const system = sabotaged(
    paxosCommit({ ...constants, ballots: 2, maxDecisionRequests, network: untrustworthy, faults }),
    name,
    (process, name) => ({ ...process, ...change(process, name) }),
  )
  return showing(system, safety(system, constants), property)
}

/** An acceptor accepts in a ballot although it has promised a higher one. */
const brokenPromise = broken("a promise not kept", "truthful", {}, ({ receive }, name) =>
  isAcceptor(name) && {
    receive: {
      ...receive,
      Phase2a: (state, message, context) => receive["Phase2a"]({ ...state, promised: 0 }, message, context),
    },
  })

/** An acceptor forgets in a crash what it has promised. */
const forgottenPromise = broken(
  "a promise forgotten",
  "truthful",
  { faults: { crashRecovery: { total: 1, of: ["a1"] } } },
  ({ durable: { accepted, promised }, volatile }, name) =>
    isAcceptor(name) && { durable: { accepted: accepted! }, volatile: { ...volatile, promised: promised! } },
)

/** A leader proposes to abort, whatever the acceptors report. */
const ignoredReports = broken("reports ignored", "truthful", {}, ({ receive }, name) =>
  isLeader(name) && {
    receive: {
      ...receive,
      Phase1b: (state, message, context) => receive["Phase1b"](state, { ...message, accepted: {} }, context),
    },
  })

/** A leader proposes to commit where nothing has been accepted. */
const presumedPrepared = broken("presuming prepared", "validity", {}, ({ receive }, name) =>
  isLeader(name) && {
    receive: {
      ...receive,
      Phase1b: (state, message, context) =>
        receive["Phase1b"](
          state,
          { ...message, accepted: { p1: { ballot: 0, value: "prepared" }, ...message.accepted } },
          context,
        ),
    },
  })

/** A leader decides when one acceptor has accepted. */
const noMajority = broken("no majority asked", "truthful", {}, ({ receive }, name) =>
  isLeader(name) && {
    receive: {
      ...receive,
      Phase2b: (state, message, context) =>
        receive["Phase2b"]({ ...state, accepts: ["somebody", "else"] }, message, context),
    },
  })

/** A participant that is prepared aborts when it does not hear the decision. */
const impatientAbort = broken(
  "aborting when prepared",
  "truthful",
  { maxDecisionRequests: 1 },
  ({ timers }, name) =>
    isParticipant(name) && {
      timers: { ...timers, l1: (state, context) => timers["l1"]({ ...state, vote: "none" }, context) },
    },
)

/** A participant forgets in a crash that it has voted. */
const forgottenVote = broken(
  "a vote forgotten",
  "truthful",
  { faults: { crashRecovery: { total: 1, of: ["p1"] } } },
  ({ durable: { decision, vote }, volatile }, name) =>
    isParticipant(name) && { durable: { decision: decision! }, volatile: { ...volatile, vote: vote! } },
)

/** The suite `paxos-commit-processes`. */
export const paxosCommitProcessesSuite: Suite = suite({
  name: "commit/paxos-commit",
  aliases: ["paxos-commit-processes"],
  description:
    "Paxos Commit among leaders, acceptors and participants that crash, over a network that loses and duplicates",
  source: "Gray and Lamport, Consensus on Transaction Commit (2006), sections 4 and 5",
  constants,
  configurations: [
    ...([
      ["nothing-fails-2-F0", 2, 0, failing([], { ballots: 1, maxDecisionRequests: 1 }), 45, 71, 10],
      ["nothing-fails-2-F1", 2, 1, failing([], { ballots: 2, maxDecisionRequests: 1 }), 732, 2113, 16],
      ["nothing-fails-3-F1", 3, 1, failing([], { ballots: 2, maxDecisionRequests: 1 }), 8664, 36661, 22],
      [
        "one-stops-1-F1",
        1,
        1,
        failing(["l1", "l2", "a1", "a2", "a3", "p1"], { ballots: 3, maxDecisionRequests: 1 }),
        42405,
        118709,
        25,
      ],
      [
        "one-stops-dropping-1-F1",
        1,
        1,
        failingSafely(["l1", "l2", "a1", "a2", "a3", "p1"], { ballots: 3, maxDecisionRequests: 1 }),
        107979,
        463083,
        26,
      ],
      ["leader-stops-2-F1", 2, 1, failing(["l1"], { ballots: 2, maxDecisionRequests: 1 }), 609825, 1829408, 34],
      ["acceptor-stops-2-F1", 2, 1, failing(["a1"], { ballots: 2, maxDecisionRequests: 1 }), 1578, 4804, 18],
      ["participant-stops-2-F1", 2, 1, participantStops, 259086, 890890, 26],
      ["leader-stops-3-F1", 3, 1, failing(["l1"], { ballots: 2, maxDecisionRequests: 1 }), 23402199, 82289343, 43],
      ["acceptor-stops-3-F1", 3, 1, failing(["a1"], { ballots: 2, maxDecisionRequests: 1 }), 18022, 74672, 24],
      ["participant-stops-3-F1", 3, 1, participantStops, 4532298, 17272792, 32],
      [
        "all-recover-2-F0",
        2,
        0,
        asynchronous({ ballots: 2, maxDecisionRequests: 1, faults: { crashRecovery: "unbounded" } }),
        55090,
        354635,
        22,
      ],
      [
        "one-recovers-3-F0",
        3,
        0,
        asynchronous({ ballots: 2, maxDecisionRequests: 1, faults: { crashRecovery: 1 } }),
        99580,
        494941,
        22,
      ],
      [
        "one-recovers-1-F1",
        1,
        1,
        asynchronous({ ballots: 2, maxDecisionRequests: 0, faults: { crashRecovery: 1 } }),
        237596,
        1632979,
        23,
      ],
      ["acceptor-recovers-2-F1", 2, 1, recovering("a1"), 2215752, 15739521, 29],
      ["participant-recovers-2-F1", 2, 1, recovering("p1"), 1650944, 12371529, 28],
      ["leader-recovers-2-F1", 2, 1, recovering("l1"), 928628, 6919449, 29],
      ["leader-and-acceptor-stop-1-F1", 1, 1, leaderAndAcceptorStop, 69351, 206323, 29],
      ["two-ballots-2-F1", 2, 1, asynchronous({ ballots: 2, maxDecisionRequests: 0 }), 545824, 3743841, 27],
      ["three-ballots-1-F1", 1, 1, asynchronous({ ballots: 3, maxDecisionRequests: 0 }), 461446, 2715605, 29],
      ["two-ballots-3-F1", 3, 1, asynchronous({ ballots: 2, maxDecisionRequests: 0 }), 21167968, 153243473, 34],
      ["fifo-1-F1", 1, 1, asynchronous({ ballots: 2, maxDecisionRequests: 0, network: fifo() }), 83103, 403797, 24],
      ["ballot-given-up-2-F0", 2, 0, givingUp("p1", 3), 1406, 2562, 18],
      ["ballot-given-up-1-F1", 1, 1, givingUp("l1", 4), 3229169, 8457767, 35],
      ["ballot-given-up-fifo-1-F1", 1, 1, givingUp("p1", 5, fifo()), 78071, 415743, 33],
    ] as const).map(([name, participants, F, model, distinct, generated, depth]) => ({
      name,
      constants: { participants, F },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
      long: distinct > LONG,
    })),
    ...([
      ["leader-stops-2-F0", 2, 0, failing(["l1"], { ballots: 2, maxDecisionRequests: 1 }), "nonBlocking", 8],
      ["acceptor-stops-2-F0", 2, 0, failing(["a1"], { ballots: 2, maxDecisionRequests: 1 }), "nonBlocking", 5],
      ["sabotage-broken-promise", 1, 1, brokenPromise, "truthful", 15],
      ["sabotage-forgotten-promise", 1, 1, forgottenPromise, "truthful", 17],
      ["sabotage-ignored-reports", 1, 1, ignoredReports, "truthful", 15],
      ["sabotage-presumed-prepared", 1, 1, presumedPrepared, "validity", 10],
      ["sabotage-no-majority", 1, 1, noMajority, "truthful", 11],
      ["sabotage-impatient-abort", 1, 1, impatientAbort, "truthful", 7],
      ["sabotage-hopeful-leader", 2, 0, hopefulLeader, "truthful", 5],
      ["sabotage-forgotten-vote", 1, 1, forgottenVote, "truthful", 8],
    ] as const).map(([name, participants, F, model, property, steps]) => ({
      name,
      constants: { participants, F },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
