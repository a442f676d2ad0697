/**
 * Three-phase commit: it does not block as long as processes are fail-stop and the network is whole; without either, two
 * participants may decide differently. And six ways to break it.
 *
 * @module
 */
import { abortsForCause, atomicCommitment, nonBlocking } from "../../../spec/commit/atomic-commitment.ts"
import { failStop } from "../../../spec/commit/fail-stop.ts"
import { learnsAfterRecovery } from "../../../spec/commit/three-phase-commit.ts"
import { threePhaseCommit, threePhaseParticipant } from "../../../src/commit/index.ts"
import { type Faults, fifo, type Model, names, type Network, unordered } from "../../../src/index.ts"
import { untyped } from "../../../src/system/machine.ts"
import { type AnyProcess } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { sabotaged, showing } from "../sabotage.ts"

/** For processes whose types the compiler does not know. */
const { next, setTimer } = untyped

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
      ...learnsAfterRecovery(system),
    }),
  )
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
  property: "agreement" | "validity" | "truthful",
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

/** The suite `three-phase-commit`. */
export const threePhaseCommitSuite: Suite = suite({
  name: "commit/three-phase-commit",
  aliases: ["three-phase-commit"],
  description:
    "Three-phase commit with its termination protocol among fail-stop processes, and without its assumptions",
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
      ["recover-2", 2, recovering(2), 89993, 338750, 26],
      ["recover-3", 3, recovering(1), 463600, 2331253, 31],
    ] as const).map(([name, participants, model, distinct, generated, depth]) => ({
      name,
      constants: { participants },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["partition-2", partitioned(unordered({ partitions: 1 })), "agreement", 13],
      ["partition-fifo-2", partitioned(fifo({ partitions: 1 })), "agreement", 13],
      ["impatient-2", impatient, "agreement", 11],
      ["sabotage-no-pre-commit", noPreCommit, "agreement", 12],
      ["sabotage-one-ack-missing", oneAckMissing, "agreement", 15],
      ["sabotage-hasty-backup", hastyBackup, "agreement", 12],
      ["sabotage-no-fall-back", noFallBack, "agreement", 15],
      ["sabotage-optimist", optimist, "validity", 6],
      ["sabotage-unaware-of-crash", unawareOfCrash, "agreement", 15],
    ] as const).map(([name, model, property, steps]) => ({
      name,
      constants: { participants: 2 },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
