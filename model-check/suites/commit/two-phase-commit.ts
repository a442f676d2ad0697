/**
 * Two-phase commit among processes: safe whatever happens, blocked when the coordinator stays down and nobody can tell, and
 * ways to break it.
 *
 * @module
 */
import type { Schema } from "effect"
import { abortsForCause, atomicCommitment, nonBlocking } from "../../../spec/commit/atomic-commitment.ts"
import { failStop } from "../../../spec/commit/fail-stop.ts"
import { blocksOnlyIfUncertain, everybodyIsTold, mayBlock } from "../../../spec/commit/two-phase-commit.ts"
import { twoPhaseCommit } from "../../../src/commit/index.ts"
import { fifo, type IgnoredMessages, type Model, type Network, type Properties, unordered } from "../../../src/index.ts"
import { untyped } from "../../../src/system/machine.ts"
import { type AnyProcess } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { sabotaged, showing } from "../sabotage.ts"

/** For processes whose types the compiler does not know. */
const { next, reply, send } = untyped

const constants = { participants: atLeast(1, "participants") }

type Constants = ConstantsOf<typeof constants>

/** All messages arrive, all processes are up, and no timer fires without a reason. */
const nothingFails = ({ participants }: Constants): Model<any> => {
  const system = twoPhaseCommit({ participants, maxDecisionRequests: 1, network: unordered() })
  return failStop(
    system.model({
      ...atomicCommitment(system),
      abortsForCause: abortsForCause(system),
      nonBlocking: nonBlocking(system),
    }),
  )
}

/** All messages arrive, but timers may fire at any time. */
const impatient = ({ participants }: Constants): Model<any> => {
  const system = twoPhaseCommit({ participants, maxDecisionRequests: 1, network: unordered() })
  return system.model({ ...atomicCommitment(system), nonBlocking: nonBlocking(system) })
}

/**
 * Messages are duplicated, reordered and late, any number of them; those that are never delivered are lost. Processes crash
 * and recover any number of times.
 */
const allRecover = ({ participants }: Constants): Model<any> => {
  const system = twoPhaseCommit({
    participants,
    maxDecisionRequests: 1,
    network: unordered({ duplication: "unbounded" }),
    faults: { crashRecovery: "unbounded" },
  })
  return system.model(atomicCommitment(system))
}

/** Messages keep their order; one is lost, one process crashes and recovers. */
const fifoFails = ({ participants }: Constants): Model<any> => {
  const system = twoPhaseCommit({
    participants,
    maxDecisionRequests: 1,
    network: fifo({ loss: 1 }),
    faults: { crashRecovery: 1 },
  })
  return system.model(atomicCommitment(system))
}

/** What must hold where whoever crashes recovers, and nothing more can be lost than is asked for again. */
const progress = (system: ReturnType<typeof twoPhaseCommit>): Properties => ({
  ...atomicCommitment(system),
  nonBlocking: nonBlocking(system),
  everybodyIsTold: everybodyIsTold(system, "coordinator"),
})

/**
 * A process that crashes will restart. A participant asks once, which stands for asking until it is answered where an inquiry that comes
 * too early waits.
 */
const recovering =
  (network: Network, crashRecovery: number, maxDecisionRequests = 1) => ({ participants }: Constants): Model<any> => {
    const system = twoPhaseCommit({ participants, maxDecisionRequests, network, faults: { crashRecovery } })
    return system.model(progress(system))
  }

/** Processes are fail-stop, and a participant recovers: the coordinator does not wait for it in vain. */
const participantBack = ({ participants }: Constants): Model<any> => {
  const system = participantCrashes(participants)
  return failStop(system.model({ ...progress(system), abortsForCause: abortsForCause(system) }))
}

const participantCrashes = (participants: number) =>
  twoPhaseCommit({
    participants,
    maxDecisionRequests: 1,
    network: unordered({ ignored: "kept" }),
    faults: { crashRecovery: { total: 1, of: ["p1"] } },
  })

/** A participant that has voted no, and crashed before it said so, tells nobody when it recovers. */
const silentRestart = ({ participants }: Constants): Model<any> => {
  const system = sabotaged(
    participantCrashes(participants),
    "a vote that nobody is told after a crash",
    (process, name) =>
      name === "coordinator" ? process : {
        ...process,
        restart: (state, context) => state.decision === "none" ? process.restart(state, context) : next(state),
      },
  )
  return failStop(showing(system, progress(system), "nonBlocking"))
}

/** A coordinator that has committed, and recovers, announces it to the participants and not to the client. */
const forgottenClient = ({ participants }: Constants): Model<any> => {
  const system = sabotaged(
    twoPhaseCommit({
      participants,
      maxDecisionRequests: 1,
      network: unordered(),
      faults: { crashRecovery: { total: 1, of: ["coordinator"] } },
    }),
    "a client that is not told after a crash",
    (process, name) =>
      name === "coordinator"
        ? {
          ...process,
          restart: (state, context) => {
            const reaction = process.restart(state, context)
            return reaction._tag === "Next"
              ? { ...reaction, commands: reaction.commands.filter(({ _tag }) => _tag !== "SendReply") }
              : reaction
          },
        }
        : process,
  )
  return showing(system, progress(system), "everybodyIsTold")
}

const stopping = (participants: number, of: ReadonlyArray<string>, ignored: IgnoredMessages = "dropped") =>
  twoPhaseCommit({
    participants,
    maxDecisionRequests: 1,
    network: unordered({ ignored }),
    faults: { crashStop: { total: 1, of } },
  })

/** One participant stops, and the others find out. */
const participantStops = ({ participants }: Constants): Model<any> => {
  const system = stopping(participants, ["p1"])
  return failStop(
    system.model({
      ...atomicCommitment(system),
      abortsForCause: abortsForCause(system),
      nonBlocking: nonBlocking(system),
    }),
  )
}

/** The coordinator stops, and the participants find out. Safe, and they may be blocked. */
const coordinatorStops = ({ participants }: Constants): Model<any> => {
  const system = stopping(participants, ["coordinator"])
  return failStop(
    system.model({
      ...atomicCommitment(system),
      abortsForCause: abortsForCause(system),
      mayBlock: mayBlock(system, "coordinator"),
    }),
  )
}

/** The same, where an inquiry that comes too early waits: they are blocked only if nobody can tell. */
const uncertain = ({ participants }: Constants): Model<any> => {
  const system = stopping(participants, ["coordinator"], "kept")
  return failStop(
    system.model({
      ...atomicCommitment(system),
      blocksOnlyIfUncertain: blocksOnlyIfUncertain(system, "coordinator"),
    }),
  )
}

/** A participant does not answer those who ask, although it has decided. */
const silentPeer = ({ participants }: Constants): Model<any> => {
  const system = sabotaged(
    stopping(participants, ["coordinator"], "kept"),
    "a participant that does not answer",
    (process, name) =>
      name === "coordinator"
        ? process
        : { ...process, receive: { ...process.receive, DecisionRequest: (state) => next(state) } },
  )
  return failStop(system.model({ blocksOnlyIfUncertain: blocksOnlyIfUncertain(system, "coordinator") }))
}

/** The same, with the claim that nobody is blocked. */
const coordinatorStopsForEver = ({ participants }: Constants): Model<any> => {
  const system = stopping(participants, ["coordinator"])
  return failStop(system.model({ ...atomicCommitment(system), nonBlocking: nonBlocking(system) }))
}

/**
 * Two-phase commit in which the coordinator, or every participant, is changed, while a process may crash and recover. Only the property is looked at that it violates most tellingly.
 */
const broken = (
  name: string,
  who: "coordinator" | "participant",
  property: "agreement" | "validity" | "stability" | "truthful" | "votedWhenAsked",
  change: (process: AnyProcess) => Partial<AnyProcess>,
) =>
({ participants }: Constants): Model<any> => {
  const system = sabotaged(
    twoPhaseCommit({ participants, maxDecisionRequests: 1, network: unordered(), faults: { crashRecovery: 1 } }),
    name,
    (process, name) =>
      (name === "coordinator") === (who === "coordinator") ? { ...process, ...change(process) } : process,
  )
  return showing(system, atomicCommitment(system), property)
}

/** The coordinator commits when all votes but one have arrived. */
const oneVoteMissing = broken("committing with one vote missing", "coordinator", "validity", ({ receive }) => ({
  receive: {
    ...receive,
    Yes: (state, message, context) =>
      receive.Yes(state.awaited.length === 2 ? { ...state, awaited: [context.from] } : state, message, context),
  },
}))

/** The coordinator announces a commit before its commit record is durable. */
const unloggedCommit = broken("sending before logging", "coordinator", "agreement", ({ durable, volatile }) => ({
  durable: {},
  volatile: { ...durable, ...volatile },
}))

/** A coordinator that recovers without a record commits. */
const presumedCommit = broken("presuming commit", "coordinator", "validity", ({ restart }) => ({
  restart: (state, context) => restart({ ...state, committed: true }, context),
}))

/** A coordinator that has committed answers that it has aborted. */
const secondThoughts = broken("the coordinator changing its mind", "coordinator", "agreement", ({ receive }) => ({
  receive: {
    ...receive,
    DecisionRequest: (state, message, context) =>
      receive.DecisionRequest(
        state.committed ? { ...state, committed: false, aborted: true } : state,
        message,
        context,
      ),
  },
}))

/** A participant forgets in a crash that it has voted. */
const forgottenVote = broken(
  "a vote forgotten",
  "participant",
  "agreement",
  ({ durable: { vote, ...durable }, volatile }) => ({
    durable,
    volatile: { ...volatile, vote: vote },
  }),
)

/** A participant that has voted yes aborts when the coordinator does not answer. */
const impatientAbort = broken("aborting when uncertain", "participant", "agreement", ({ timers }) => ({
  timers: {
    ...timers,
    coordinator: (state, context) => timers.coordinator({ ...state, vote: "none" }, context),
  },
}))

/** A participant that is uncertain tells the others to abort. */
const badAdvice = broken("an uncertain participant answering", "participant", "agreement", ({ receive }) => ({
  receive: {
    ...receive,
    DecisionRequest: (state, message, context) =>
      state.decision === "none" && state.vote === "yes"
        ? next(state, send(context.from, { _tag: "Abort" }))
        : receive.DecisionRequest(state, message, context),
  },
}))

/** A participant forgets in a crash what it has decided. */
const forgottenDecision = broken("a decision forgotten", "participant", "stability", ({ durable, volatile }) => ({
  durable: { vote: durable["vote"] as Schema.Top },
  volatile: { ...volatile, decision: durable["decision"] as Schema.Top },
}))

/** A participant votes before it is asked. */
const unaskedVote = broken("a vote that nobody asked for", "participant", "votedWhenAsked", ({ inputs }) => ({
  inputs: {
    vote: {
      ...inputs["vote"]!,
      on: (state, args, context) => inputs["vote"]!.on({ ...state, asked: true }, args, context),
    },
  },
}))

/** The coordinator tells the client that all is well before it has asked anybody. */
const hastyAnswer = broken("the client told too early", "coordinator", "truthful", ({ start }) => ({
  start: next(start.state, start.commands, reply("committed")),
}))

/** The coordinator takes the last yes for a no, although nothing fails. */
const misheardVote = ({ participants }: Constants): Model<any> => {
  const system = sabotaged(
    twoPhaseCommit({ participants, maxDecisionRequests: 1, network: unordered() }),
    "a vote misheard",
    (process, name) =>
      name === "coordinator"
        ? {
          ...process,
          receive: {
            ...process.receive,
            Yes: (state, message, context) =>
              process.receive[state.awaited.length === 1 ? "No" : "Yes"](state, message, context),
          },
        }
        : process,
  )
  return failStop(system.model({ abortsForCause: abortsForCause(system) }))
}

/** The suite `two-phase-commit`. */
export const twoPhaseCommitSuite: Suite = suite({
  name: "commit/two-phase-commit",
  aliases: ["two-phase-commit"],
  description: "Two-phase commit among processes that crash, over a network that loses and duplicates",
  source: "Gray, Notes on Data Base Operating Systems (1978); Bernstein, Hadzilacos and Goodman (1987), chapter 7",
  constants,
  configurations: [
    ...([
      ["nothing-fails-2", 2, nothingFails, 76, 133, 9],
      ["nothing-fails-3", 3, nothingFails, 998, 2767, 13],
      ["impatient-2", 2, impatient, 3278, 11879, 16],
      ["impatient-3", 3, impatient, 1576277, 11274151, 26],
      ["all-recover-2", 2, allRecover, 3195, 21646, 16],
      ["all-recover-3", 3, allRecover, 178257, 2184865, 26],
      ["fifo-2", 2, fifoFails, 69389, 353227, 22],
      ["recovers-2", 2, recovering(unordered({ loss: 1, ignored: "kept" }), 1), 72751, 291524, 21],
      ["two-crashes-2", 2, recovering(unordered({ ignored: "kept" }), 2), 237231, 792697, 25],
      ["recovers-duplicated-2", 2, recovering(unordered({ duplication: 1, ignored: "kept" }), 1), 129483, 391960, 21],
      ["asks-again-2", 2, recovering(unordered({ loss: 2, ignored: "kept" }), 0, 2), 33629, 160029, 22],
      ["participant-back-2", 2, participantBack, 428, 778, 13],
      ["participant-stops-2", 2, participantStops, 195, 380, 10],
      ["participant-stops-3", 3, participantStops, 2409, 7151, 14],
      ["coordinator-stops-2", 2, coordinatorStops, 329, 669, 14],
      ["coordinator-stops-3", 3, coordinatorStops, 14874, 47610, 23],
      ["uncertain-2", 2, uncertain, 271, 465, 13],
      ["uncertain-3", 3, uncertain, 8714, 22060, 22],
    ] as const).map(([name, participants, model, distinct, generated, depth]) => ({
      name,
      constants: { participants },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["blocked-2", 2, coordinatorStopsForEver, "nonBlocking", 9],
      ["blocked-3", 3, coordinatorStopsForEver, "nonBlocking", 16],
      ["asked-too-early-2", 2, recovering(unordered({ loss: 1 }), 1), "nonBlocking", 11],
      ["asked-too-seldom-2", 2, recovering(unordered({ loss: 3, ignored: "kept" }), 0), "nonBlocking", 8],
      ["sabotage-one-vote-missing", 2, oneVoteMissing, "validity", 4],
      ["sabotage-unlogged-commit", 2, unloggedCommit, "agreement", 10],
      ["sabotage-presumed-commit", 2, presumedCommit, "validity", 3],
      ["sabotage-second-thoughts", 2, secondThoughts, "agreement", 10],
      ["sabotage-forgotten-vote", 2, forgottenVote, "agreement", 9],
      ["sabotage-impatient-abort", 2, impatientAbort, "agreement", 8],
      ["sabotage-bad-advice", 2, badAdvice, "agreement", 10],
      ["sabotage-forgotten-decision", 2, forgottenDecision, "stability", 2],
      ["sabotage-hasty-answer", 2, hastyAnswer, "truthful", 1],
      ["sabotage-silent-peer", 2, silentPeer, "blocksOnlyIfUncertain", 7],
      ["sabotage-silent-restart", 2, silentRestart, "nonBlocking", 6],
      ["sabotage-forgotten-client", 2, forgottenClient, "everybodyIsTold", 6],
      ["sabotage-unasked-vote", 2, unaskedVote, "votedWhenAsked", 1],
      ["sabotage-misheard-vote", 2, misheardVote, "abortsForCause", 7],
    ] as const).map(([name, participants, model, property, steps]) => ({
      name,
      constants: { participants },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
