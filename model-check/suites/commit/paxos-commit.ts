/**
 * Paxos Commit among processes: safe whatever happens, blocked like two-phase commit with one acceptor, not blocked by one
 * failure with three; and ways to break it.
 *
 * @module
 */
import { abortsForCause, atomicCommitment, nonBlocking } from "../../../spec/commit/atomic-commitment.ts"
import { failStop } from "../../../spec/commit/fail-stop.ts"
import { decidesEarly, everybodyDecides, instancesAgree } from "../../../spec/commit/paxos-commit.ts"
import { asSpecified, decidedIsChosen, instanceVotes, withMessages } from "../../../spec/commit/said-messages.ts"
import { paxosCommit, type PaxosCommitRoles } from "../../../src/commit/index.ts"
import { inBallot } from "../../../src/commit/paxos-commit/message.ts"
import { type Faults, fifo, type Model, names, type Network, type Properties, unordered } from "../../../src/index.ts"
import { untyped } from "../../../src/system/machine.ts"
import { type AnyProcess, ignore } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { sabotaged, showing } from "../sabotage.ts"

/** For processes whose types the compiler does not know. */
const { next } = untyped

const constants = {
  participants: atLeast(1, "participants"),
  F: atLeast(0, "acceptors of the 2F + 1, and leaders of the F + 1, that may be down"),
}

type Constants = ConstantsOf<typeof constants>

/** More states than this take longer than one wants to wait. */
const LONG = 1_200_000

/** What must hold where whatever happens comes to an end, and processes find out who has failed. */
const progress = (system: ReturnType<typeof paxosCommit>, constants: Constants): Properties => ({
  ...safety(system, constants),
  abortsForCause: abortsForCause(system),
  nonBlocking: nonBlocking(system),
  everybodyDecides: everybodyDecides(system, rolesOf(constants)),
})

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
  return system.model({ ...safety(system, constants), ...decidesEarly(system, rolesOf(constants), setting.ballots) })
}

/** What must hold of what the processes say, where it is remembered. */
const saying = (system: ReturnType<typeof withMessages>, constants: Constants, ballots: number): Properties => {
  const roles = rolesOf(constants)
  return {
    decidedIsChosen: decidedIsChosen(system, roles),
    ...instanceVotes(system, roles, ballots),
    ...constants.participants === 1 && { asSpecified: asSpecified(system, roles, ballots) },
  }
}

/** Timers may fire at any time, and what is said is compared with the public specification. */
const specified = (setting: Setting) => (constants: Constants): Model<any> => {
  const system = withMessages(paxosCommit({ network: untrustworthy, ...constants, ...setting }))
  return system.model({ ...safety(system, constants), ...saying(system, constants, setting.ballots) })
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
  return failStop(system.model(progress(system, constants)))
}

/** Processes are fail-stop, one of these stops, and what is ignored is dropped. Whoever asked too early may be blocked. */
const failingSafely = (of: ReadonlyArray<string>, setting: Setting) => (constants: Constants): Model<any> => {
  const system = stopping(of, { network: unordered(), ...constants, ...setting })
  return failStop(system.model({ ...safety(system, constants), abortsForCause: abortsForCause(system) }))
}

/** A participant stops. Of the F + 1 leaders, among whom the ballots are dealt out, the first may need a second one. */
const participantStops = (constants: Constants): Model<any> =>
  failing(["p1"], { ballots: constants.F + 2, maxDecisionRequests: 0 })(constants)

/** Processes are fail-stop, and one of them recovers: it learns the decision, and nobody waits for it in vain. */
const back = (process: string, network: Network) => (constants: Constants): Model<any> => {
  const system = recoveringOnce(process, network, constants)
  return failStop(system.model(progress(system, constants)))
}

const recoveringOnce = (process: string, network: Network, constants: Constants) =>
  paxosCommit({
    ...constants,
    ballots: 2,
    maxDecisionRequests: 1,
    network,
    faults: { crashRecovery: { total: 1, of: [process] } },
  })

/** A participant that has voted no, and crashed before it said so, tells nobody when it recovers. */
const silentRestart = (constants: Constants): Model<any> => {
  const system = sabotaged(
    recoveringOnce("p1", unordered(), constants),
    "a vote that nobody is told after a crash",
    (process, name) =>
      isParticipant(name)
        ? {
          ...process,
          restart: (state, context) => state.decision === "none" ? process.restart(state, context) : next(state),
        }
        : process,
  )
  return failStop(showing(system, progress(system, constants), "nonBlocking"))
}

/** The leader that decides tells the participants, and no other leader. */
const untoldLeaders = (constants: Constants): Model<any> => {
  const system = sabotaged(
    stopping([], { ...constants, ballots: 2, maxDecisionRequests: 0, network: unordered() }),
    "leaders that are not told",
    (process, name) =>
      isLeader(name)
        ? { ...process, receive: { ...process.receive, Commit: () => ignore, Abort: () => ignore } }
        : process,
  )
  return failStop(showing(system, progress(system, constants), "everybodyDecides"))
}

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
  return failStop(system.model(progress(system, constants)))
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
    return system.model(progress(system, constants))
  }

/** The same, where whoever asks too early is not answered, and may be blocked. */
const givingUpSafely = (stops: string, ballots: number) => (constants: Constants): Model<any> => {
  const system = outbidding(constants, stops, ballots, fifo())
  return system.model({ ...safety(system, constants), abortsForCause: abortsForCause(system) })
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
  property: "truthful" | "validity" | "votedWhenAsked" | "oneValuePerBallot",
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
      Phase2b: (state, message, context) => {
        const accepted = inBallot(message.ballot, message.values)
        return receive["Phase2b"]({ ...state, accepts: { ...state.accepts, somebody: accepted } }, message, context)
      },
    },
  })

/** Paxos Commit of which some processes are changed, and what they say is compared. Only one property is looked at. */
const brokenSaying = (
  name: string,
  property: "decidedIsChosen" | "votes of p1" | "asSpecified",
  ballots: number,
  change: (process: AnyProcess, name: string) => Partial<AnyProcess> | false,
) =>
(constants: Constants): Model<any> => {
  const { definition } = sabotaged(
    paxosCommit({ ...constants, ballots, maxDecisionRequests: 0, network: untrustworthy }),
    name,
    (process, name) => ({ ...process, ...change(process, name) }),
  )
  const system = withMessages({ definition })
  return showing(system, saying(system, constants, ballots), property)
}

/** An acceptor votes in a ballot that it has not joined, and so may vote in a lower one afterwards. */
const votingUnjoined = brokenSaying(
  "a ballot not joined",
  "asSpecified",
  2,
  ({ receive }, name) =>
    isAcceptor(name) && {
      receive: {
        ...receive,
        Phase2a: (state, message, context) => {
          const reaction = receive["Phase2a"](state, message, context)
          return reaction._tag === "Next"
            ? { ...reaction, state: { ...reaction.state, promised: state.promised } }
            : reaction
        },
      },
    },
)

/** A leader adds up votes that were cast in different ballots. */
const votesAddedUp = brokenSaying(
  "votes of all ballots added up",
  "decidedIsChosen",
  3,
  ({ receive }, name) =>
    isLeader(name) && {
      receive: {
        ...receive,
        Phase2b: (state, message, context) => receive["Phase2b"](state, { ...message, ballot: 0 }, context),
      },
    },
)

/** A leader proposes when one acceptor has promised. */
const promiseMissing = brokenSaying("a promise missing", "votes of p1", 2, ({ receive }, name) =>
  isLeader(name) && {
    receive: {
      ...receive,
      Phase1b: (state, message, context) =>
        receive["Phase1b"]({ ...state, promises: { ...state.promises, nobody: {} } }, message, context),
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

/** A participant votes before it is asked. */
const unaskedVote = broken(
  "a vote that nobody asked for",
  "votedWhenAsked",
  {},
  ({ inputs }, name) =>
    isParticipant(name) && {
      inputs: {
        vote: {
          ...inputs["vote"]!,
          on: (state, args, context) => inputs["vote"]!.on({ ...state, asked: true }, args, context),
        },
      },
    },
)

/** A participant that recovers with a yes proposes to abort. */
const changedMind = broken(
  "a vote changed after a crash",
  "oneValuePerBallot",
  { faults: { crashRecovery: { total: 1, of: ["p1"] } } },
  ({ restart }, name) =>
    isParticipant(name) && {
      restart: (state, context) => {
        const reaction = restart({ ...state, vote: "none" }, context)
        return reaction._tag === "Next" ? { ...reaction, state } : reaction
      },
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
      ["nothing-fails-2-F0", 2, 0, failing([], { ballots: 1, maxDecisionRequests: 1 }), 60, 92, 10],
      ["nothing-fails-2-F1", 2, 1, failing([], { ballots: 2, maxDecisionRequests: 1 }), 2004, 5845, 16],
      ["nothing-fails-3-F1", 3, 1, failing([], { ballots: 2, maxDecisionRequests: 1 }), 85176, 323749, 22],
      [
        "one-stops-1-F1",
        1,
        1,
        failing(["l1", "l2", "a1", "a2", "a3", "p1"], { ballots: 3, maxDecisionRequests: 1 }),
        47817,
        142856,
        25,
      ],
      [
        "one-stops-dropping-1-F1",
        1,
        1,
        failingSafely(["l1", "l2", "a1", "a2", "a3", "p1"], { ballots: 3, maxDecisionRequests: 1 }),
        115057,
        497245,
        26,
      ],
      ["leader-stops-2-F1", 2, 1, failing(["l1"], { ballots: 2, maxDecisionRequests: 1 }), 1129977, 3460736, 34],
      ["acceptor-stops-2-F1", 2, 1, failing(["a1"], { ballots: 2, maxDecisionRequests: 1 }), 4824, 15663, 18],
      ["participant-stops-2-F1", 2, 1, participantStops, 609629, 2310060, 28],
      ["acceptor-stops-3-F1", 3, 1, failing(["a1"], { ballots: 2, maxDecisionRequests: 1 }), 217936, 909859, 25],
      ["participant-stops-3-F1", 3, 1, participantStops, 24516231, 100138487, 35],
      [
        "all-recover-2-F0",
        2,
        0,
        asynchronous({ ballots: 2, maxDecisionRequests: 1, faults: { crashRecovery: "unbounded" } }),
        68333,
        494021,
        23,
      ],
      [
        "one-recovers-3-F0",
        3,
        0,
        asynchronous({ ballots: 2, maxDecisionRequests: 1, faults: { crashRecovery: 1 } }),
        92940,
        465733,
        23,
      ],
      [
        "one-recovers-1-F1",
        1,
        1,
        asynchronous({ ballots: 2, maxDecisionRequests: 0, faults: { crashRecovery: 1 } }),
        248856,
        1706561,
        23,
      ],
      ["as-specified-1-F0", 1, 0, specified({ ballots: 3, maxDecisionRequests: 0 }), 316, 687, 14],
      ["as-specified-1-F1", 1, 1, specified({ ballots: 2, maxDecisionRequests: 0 }), 18676, 114019, 20],
      [
        "as-specified-recovering-1-F1",
        1,
        1,
        specified({
          ballots: 2,
          maxDecisionRequests: 0,
          faults: { crashRecovery: { total: 2, each: 1, of: ["l2", "a1"] } },
        }),
        337914,
        2354736,
        25,
      ],
      ["votes-3-F0", 3, 0, specified({ ballots: 2, maxDecisionRequests: 0 }), 4892, 18396, 18],
      ["acceptor-recovers-2-F1", 2, 1, recovering("a1"), 4488272, 37899461, 29],
      ["participant-recovers-2-F1", 2, 1, recovering("p1"), 2883960, 25717137, 28],
      ["leader-recovers-2-F1", 2, 1, recovering("l1"), 1676704, 15303881, 29],
      ["participant-back-2-F0", 2, 0, back("p1", unordered({ ignored: "kept" })), 1543, 3053, 18],
      ["participant-back-dropping-2-F0", 2, 0, back("p1", unordered()), 3582, 10331, 18],
      ["participant-back-duplicated-2-F0", 2, 0, back("p1", unordered({ duplication: 1 })), 25485, 93019, 19],
      ["participant-back-2-F1", 2, 1, back("p1", unordered({ ignored: "kept" })), 61120, 245467, 23],
      ["leader-back-2-F0", 2, 0, back("l1", unordered()), 4975, 12771, 19],
      ["acceptor-back-2-F1", 2, 1, back("a1", unordered()), 16108, 77963, 20],
      ["leader-and-acceptor-stop-1-F1", 1, 1, leaderAndAcceptorStop, 69351, 206323, 29],
      ["two-ballots-2-F1", 2, 1, asynchronous({ ballots: 2, maxDecisionRequests: 0 }), 967440, 7984425, 27],
      ["three-ballots-1-F1", 1, 1, asynchronous({ ballots: 3, maxDecisionRequests: 0 }), 899542, 6029597, 29],
      ["fifo-1-F1", 1, 1, asynchronous({ ballots: 2, maxDecisionRequests: 0, network: fifo() }), 83103, 403797, 24],
      ["ballot-given-up-2-F0", 2, 0, givingUp("p1", 3), 2028, 3799, 18],
      ["ballot-given-up-1-F1", 1, 1, givingUp("l1", 4), 4517681, 13218728, 36],
      ["ballot-given-up-by-other-fifo-1-F1", 1, 1, givingUpSafely("l1", 4), 481603, 2163906, 34],
      ["ballot-given-up-fifo-1-F1", 1, 1, givingUp("p1", 5, fifo()), 92442, 492076, 29],
    ] as const).map(([name, participants, F, model, distinct, generated, depth]) => ({
      name,
      constants: { participants, F },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
      long: distinct > LONG,
    })),
    ...([
      ["leader-stops-2-F0", 2, 0, failing(["l1"], { ballots: 2, maxDecisionRequests: 1 }), "nonBlocking", 7],
      ["acceptor-stops-2-F0", 2, 0, failing(["a1"], { ballots: 2, maxDecisionRequests: 1 }), "nonBlocking", 5],
      ["sabotage-broken-promise", 1, 1, brokenPromise, "truthful", 15],
      ["sabotage-forgotten-promise", 1, 1, forgottenPromise, "truthful", 17],
      ["sabotage-ignored-reports", 1, 1, ignoredReports, "truthful", 15],
      ["sabotage-presumed-prepared", 1, 1, presumedPrepared, "validity", 10],
      ["sabotage-voting-unjoined", 1, 1, votingUnjoined, "asSpecified", 6],
      ["sabotage-votes-added-up", 1, 1, votesAddedUp, "decidedIsChosen", 10],
      ["sabotage-promise-missing", 2, 1, promiseMissing, "votes of p1", 4],
      ["sabotage-no-majority", 1, 1, noMajority, "truthful", 11],
      ["sabotage-impatient-abort", 1, 1, impatientAbort, "truthful", 7],
      ["sabotage-hopeful-leader", 2, 0, hopefulLeader, "truthful", 5],
      ["sabotage-forgotten-vote", 1, 1, forgottenVote, "truthful", 8],
      ["sabotage-unasked-vote", 1, 0, unaskedVote, "votedWhenAsked", 1],
      ["sabotage-changed-mind", 1, 1, changedMind, "oneValuePerBallot", 6],
      ["sabotage-silent-restart", 2, 0, silentRestart, "nonBlocking", 6],
      ["sabotage-untold-leaders", 1, 1, untoldLeaders, "everybodyDecides", 10],
    ] as const).map(([name, participants, F, model, property, steps]) => ({
      name,
      constants: { participants, F },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
