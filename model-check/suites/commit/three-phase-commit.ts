/**
 * Three-phase commit: it does not block as long as processes are fail-stop and the network is whole; without either, two
 * participants may decide differently. Who has failed takes no part any more, and learns what the others have decided. And ways to
 * break it.
 *
 * @module
 */
import { abortsForCause, atomicCommitment, nonBlocking } from "../../../spec/commit/atomic-commitment.ts"
import { failStop } from "../../../spec/commit/fail-stop.ts"
import {
  blocksOnlyAfterTotalFailure,
  clientIsTold,
  learnsAfterRecovery,
  mayBlockAfterTotalFailure,
} from "../../../spec/commit/three-phase-commit.ts"
import { threePhaseCommit, threePhaseParticipant } from "../../../src/commit/index.ts"
import { type Faults, fifo, type Model, names, type Network, type Properties, unordered } from "../../../src/index.ts"
import { untyped } from "../../../src/system/machine.ts"
import { type AnyProcess } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { sabotaged, showing } from "../sabotage.ts"

/** For processes whose types the compiler does not know. */
const { next, reply, setTimer } = untyped

const constants = { participants: atLeast(1, "participants") }

type Constants = ConstantsOf<typeof constants>

/** Processes are fail-stop, and so many of them stop, any of them. */
const stopping = (crashStop: number, network: Network) => ({ participants }: Constants): Model<any> => {
  const system = threePhaseCommit({ participants, network, faults: { crashStop }, detector: "failStop" })
  return system.model({
    ...atomicCommitment(system),
    abortsForCause: abortsForCause(system),
    nonBlocking: nonBlocking(system),
  })
}

/**
 * Processes are fail-stop, and recover after so many crashes; those who wait for one that recovers unnoticed may block. It is the
 * model that is made fail-stop, and not the system: so the timer `inquiry`, which is named after nobody, never fires, and who
 * recovers asks once.
 */
const recovering = (crashRecovery: number) => ({ participants }: Constants): Model<any> => {
  const system = threePhaseCommit({ participants, network: unordered(), faults: { crashRecovery } })
  return failStop(
    system.model({
      ...atomicCommitment(system),
      abortsForCause: abortsForCause(system),
      ...learnsAfterRecovery(system, "coordinator"),
    }),
  )
}

/**
 * So many processes crash and recover, each once, and all others find out which of them have ever failed. Who recovers asks as
 * often as it may; where `ignored` messages are kept, a question that comes too early waits for its answer.
 */
const failing = (
  { participants }: Constants,
  { maxDecisionRequests = 1, network = unordered({ ignored: "kept" }), recovered = "suspected", total }: {
    readonly total: number
    readonly maxDecisionRequests?: number
    readonly network?: Network
    readonly recovered?: "suspected" | "trusted"
  },
) =>
  threePhaseCommit({
    participants,
    maxDecisionRequests,
    network,
    faults: { crashRecovery: { total, each: 1 } },
    detector: { kind: "failStop", recovered },
  })

/** What must hold of those who recover. */
const afterRecovery = (system: ReturnType<typeof threePhaseCommit>): Properties => ({
  ...atomicCommitment(system),
  ...learnsAfterRecovery(system, "coordinator"),
  abortsForCause: abortsForCause(system),
  blocksOnlyAfterTotalFailure: blocksOnlyAfterTotalFailure(system, "coordinator"),
  clientIsTold: clientIsTold(system, "coordinator"),
})

/** So many processes fail and recover, and nobody waits for them to come back. */
const failed = (total: number, maxDecisionRequests = 1) => (constants: Constants): Model<any> => {
  const system = failing(constants, { total, maxDecisionRequests })
  return system.model(afterRecovery(system))
}

/** A question that comes too early is dropped, and asked once: so the coordinator may never learn what to tell the client. */
const failedFifo = (constants: Constants): Model<any> => {
  const system = failing(constants, { total: 1, network: fifo() })
  const { clientIsTold: _, ...properties } = afterRecovery(system)
  return system.model(properties)
}

/** All fail: they are safe, and may be blocked. */
const totalFailure = (constants: Constants): Model<any> => {
  const system = failing(constants, { total: constants.participants + 1 })
  return system.model({ ...afterRecovery(system), mayBlock: mayBlockAfterTotalFailure(system, "coordinator") })
}

/** The detector knows who is down, and not who has failed: whoever waits for one that has recovered unnoticed is blocked. */
const unnoticed = (constants: Constants): Model<any> => {
  const system = failing(constants, { total: 1, recovered: "trusted" })
  return showing(system, afterRecovery(system), "blocksOnlyAfterTotalFailure")
}

/** The network falls apart, and each part believes that the processes in the other have stopped. */
const partitioned = (network: Network) => ({ participants }: Constants): Model<any> => {
  const system = threePhaseCommit({ participants, network, detector: "failStop" })
  return showing(system, atomicCommitment(system), "agreement")
}

/** Nothing fails, but timers may fire at any time. */
const impatient = ({ participants }: Constants): Model<any> => {
  const system = threePhaseCommit({ participants, network: unordered() })
  return showing(system, atomicCommitment(system), "agreement")
}

/** Three-phase commit among fail-stop processes of which some are changed. Only one property is looked at. */
const broken = (
  name: string,
  property: "agreement" | "validity" | "truthful" | "votedWhenAsked",
  faults: Faults,
  change: (process: AnyProcess, name: string) => Partial<AnyProcess> | false,
) =>
({ participants }: Constants): Model<any> => {
  const system = sabotaged(
    threePhaseCommit({ participants, network: unordered(), faults, detector: "failStop" }),
    name,
    (process, name) => ({ ...process, ...change(process, name) }),
  )
  return showing(system, atomicCommitment(system), property)
}

/** The coordinator commits when it has all votes: the phase in between is missing. */
const noPreCommit = broken(
  "the pre-commit phase missing",
  "agreement",
  { crashStop: 2 },
  ({ receive, restart }, name) =>
    name === "coordinator" && {
      receive: {
        ...receive,
        Yes: (state, message, context) =>
          state.phase === "voting" && state.awaited.length === 1
            ? restart({ ...state, decision: "committed" }, context)
            : receive["Yes"](state, message, context),
      },
    },
)

/** The coordinator commits when one acknowledgement has arrived. */
const oneAckMissing = broken(
  "an acknowledgement missing",
  "agreement",
  { crashStop: 2 },
  ({ receive }, name) =>
    name === "coordinator" && {
      receive: {
        ...receive,
        Ack: (state, message, context) =>
          receive["Ack"](state.awaited.length === 2 ? { ...state, awaited: [context.from] } : state, message, context),
      },
    },
)

/** A backup decides at once, without moving those behind it to its own state. */
const hastyBackup = broken(
  "a backup deciding at once",
  "agreement",
  { crashStop: 2 },
  (_, name) => name === "p1" && threePhaseParticipant("coordinator", names("p", 1), "p1"),
)

/** A participant acknowledges that it falls back, and does not. */
const noFallBack = broken(
  "a participant not falling back",
  "agreement",
  { crashStop: 2 },
  ({ receive }, name) =>
    name !== "coordinator" && {
      receive: {
        ...receive,
        FallBack: (state, message, context) =>
          receive[state.preCommitted ? "PreCommit" : "FallBack"](state, message, context),
      },
    },
)

/** A participant that leads hopes for the best: it commits, pre-committed or not. */
const optimist = broken(
  "a backup always committing",
  "validity",
  { crashStop: 2 },
  ({ timers }, name) =>
    name !== "coordinator" && {
      timers: Object.fromEntries(
        Object.entries(timers).map(([timer, on]) => [
          timer,
          (state, context) => on({ ...state, preCommitted: true }, context),
        ]),
      ),
    },
)

/** A participant votes before it is asked. */
const unaskedVote = broken(
  "a vote that nobody asked for",
  "votedWhenAsked",
  {},
  ({ inputs }, name) =>
    name !== "coordinator" && {
      inputs: {
        vote: {
          ...inputs["vote"]!,
          on: (state, args, context) => inputs["vote"]!.on({ ...state, asked: true }, args, context),
        },
      },
    },
)

/** The coordinator tells the client that all is well when it has all votes. */
const hastyAnswer = broken(
  "the client told too early",
  "truthful",
  { crashStop: 2 },
  ({ receive }, name) =>
    name === "coordinator" && {
      receive: {
        ...receive,
        Yes: (state, message, context) => {
          const reaction = receive["Yes"](state, message, context)
          return reaction._tag === "Next" && reaction.state.phase === "preCommitted"
            ? next(reaction.state, reply("committed"), reaction.commands)
            : reaction
        },
      },
    },
)

/** A participant that recovers takes part as if it had not been away. */
const unawareOfCrash = broken(
  "a participant leading after a crash",
  "agreement",
  { crashRecovery: 2 },
  (_, name) =>
    name !== "coordinator" && {
      restart: (state) =>
        next(state, state.vote === "yes" && state.decision === "none" ? [setTimer("coordinator")] : []),
    },
)

/** The same, where so many processes fail and recover. */
const brokenRecovery = (
  name: string,
  property: "agreement" | "blocksOnlyAfterTotalFailure" | "clientIsTold",
  setting: { readonly total: number; readonly maxDecisionRequests?: number },
  change: (process: AnyProcess, name: string) => Partial<AnyProcess> | false,
) =>
(constants: Constants): Model<any> => {
  const system = sabotaged(
    failing(constants, setting),
    name,
    (process, name) => ({ ...process, ...change(process, name) }),
  )
  return showing(system, afterRecovery(system), property)
}

/** A participant that has decided and crashes tells nobody when it recovers. */
const silentRestart = brokenRecovery(
  "a decision that nobody is told after a crash",
  "blocksOnlyAfterTotalFailure",
  { total: 3 },
  ({ restart }) => ({
    restart: (state, context) => state.decision === "none" ? restart(state, context) : next(state),
  }),
)

/** A coordinator that has recovered and learns the decision does not tell the client. */
const muteCoordinator = brokenRecovery(
  "a client that is not told after a crash",
  "clientIsTold",
  { total: 1 },
  ({ receive, restart }, name) =>
    name === "coordinator" && {
      receive: {
        ...receive,
        ...Object.fromEntries(
          ["Commit", "Abort"].map((tag) => [tag, (state: any, message: { readonly _tag: string }, context: any) => {
            const reaction = receive[tag](state, message, context)
            return reaction._tag === "Next" ? next(reaction.state) : reaction
          }]),
        ),
      },
      restart: (state, context) => {
        const reaction = restart(state, context)
        return reaction._tag === "Next"
          ? { ...reaction, commands: reaction.commands.filter(({ _tag }) => _tag !== "SendReply") }
          : reaction
      },
    },
)

/** A process that has recovered and is not answered aborts. */
const impatientInquiry = brokenRecovery(
  "an inquiry given up",
  "agreement",
  { total: 1, maxDecisionRequests: 2 },
  ({ timers }, name) =>
    name !== "coordinator" && {
      timers: {
        ...timers,
        inquiry: (state, context) =>
          state.decision === "none" ? next({ ...state, decision: "aborted" }) : timers["inquiry"](state, context),
      },
    },
)

/** The suite `three-phase-commit`. */
export const threePhaseCommitSuite: Suite = suite({
  name: "commit/three-phase-commit",
  aliases: ["three-phase-commit"],
  description:
    "Three-phase commit with its termination protocol among fail-stop processes, and without its assumptions",
  unreachable: {
    "p1 receives FallBack": "the coordinator alone is before p1 in line, and never lets anybody fall back",
    "p3 receives Ack": "behind the last in line there is nobody to lead",
    "p3 receives TakeOver": "behind the last in line there is nobody who follows it",
  },
  source: "Skeen, Nonblocking Commit Protocols (1981); Bernstein, Hadzilacos and Goodman (1987), section 7.5",
  constants,
  configurations: [
    ...([
      ["nothing-fails-2", 2, stopping(0, unordered()), 84, 145, 13],
      ["nothing-fails-3", 3, stopping(0, unordered()), 1024, 2821, 19],
      ["one-stops-2", 2, stopping(1, unordered()), 814, 1605, 19],
      ["one-stops-3", 3, stopping(1, unordered()), 24264, 78625, 29],
      ["one-stops-fifo-3", 3, stopping(1, fifo()), 16993, 54097, 29],
      ["two-stop-2", 2, stopping(2, unordered()), 3080, 6695, 21],
      ["two-stop-3", 3, stopping(2, unordered()), 223158, 722499, 35],
      ["recover-2", 2, recovering(2), 106957, 404638, 26],
      ["recover-3", 3, recovering(1), 479344, 2394199, 31],
      ["three-stop-3", 3, stopping(3, unordered()), 807761, 2871260, 37],
      ["one-stops-duplicated-2", 2, stopping(1, unordered({ duplication: 1 })), 4771, 11729, 20],
      ["failed-once-2", 2, failed(1, 2), 6917, 15769, 23],
      ["failed-once-3", 3, failed(1), 125125, 343366, 31],
      ["failed-once-asking-again-3", 3, failed(1, 2), 335957, 1105627, 34],
      ["failed-once-fifo-2", 2, failedFifo, 4977, 13550, 21],
      ["failed-twice-2", 2, failed(2), 59426, 152523, 24],
      ["total-failure-1", 1, totalFailure, 472, 851, 12],
      ["total-failure-2", 2, totalFailure, 264243, 863112, 28],
    ] as const).map(([name, participants, model, distinct, generated, depth]) => ({
      name,
      constants: { participants },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["recovered-unnoticed-2", unnoticed, "blocksOnlyAfterTotalFailure", 4],
      ["partition-2", partitioned(unordered({ partitions: 1 })), "agreement", 13],
      ["partition-fifo-2", partitioned(fifo({ partitions: 1 })), "agreement", 13],
      ["impatient-2", impatient, "agreement", 11],
      ["sabotage-no-pre-commit", noPreCommit, "agreement", 12],
      ["sabotage-one-ack-missing", oneAckMissing, "agreement", 15],
      ["sabotage-hasty-backup", hastyBackup, "agreement", 12],
      ["sabotage-no-fall-back", noFallBack, "agreement", 15],
      ["sabotage-optimist", optimist, "validity", 6],
      ["sabotage-unasked-vote", unaskedVote, "votedWhenAsked", 1],
      ["sabotage-hasty-answer", hastyAnswer, "truthful", 11],
      ["sabotage-mute-coordinator", muteCoordinator, "clientIsTold", 5],
      ["sabotage-silent-restart", silentRestart, "blocksOnlyAfterTotalFailure", 10],
      ["sabotage-impatient-inquiry", impatientInquiry, "agreement", 13],
      ["sabotage-unaware-of-crash", unawareOfCrash, "agreement", 15],
    ] as const).map(([name, model, property, steps]) => ({
      name,
      constants: { participants: 2 },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
