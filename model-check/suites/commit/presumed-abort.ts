/**
 * Presumed abort among processes that crash and lose what they have not forced: safe whatever happens, and everybody forgets; and
 * ways to break it.
 *
 * @module
 */
import type { Schema } from "effect"
import { abortsForCause, atomicCommitment, nonBlocking } from "../../../spec/commit/atomic-commitment.ts"
import { failStop } from "../../../spec/commit/fail-stop.ts"
import {
  allForget,
  commitsAreForgotten,
  forgetting,
  nobodyGivesUp,
  withDecisions,
} from "../../../spec/commit/presumed-abort.ts"
import { mayBlock } from "../../../spec/commit/two-phase-commit.ts"
import { presumedAbort, type PresumedAbortPhase } from "../../../src/commit/index.ts"
import {
  type BagOf,
  type Budget,
  type Envelope,
  type Faults,
  type Fields,
  fifo,
  type Language,
  type Model,
  type Network,
  type RecordOf,
  type Timer,
  unordered,
  variant,
} from "../../../src/index.ts"
import { untyped } from "../../../src/system/machine.ts"
import type { AnyProcess } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { sabotaged } from "../sabotage.ts"

/** For processes whose types the compiler does not know. */
const { next, send } = untyped

const constants = { participants: atLeast(1, "participants") }

type Constants = ConstantsOf<typeof constants>

/** All messages arrive, all processes are up, and no timer fires without a reason. */
const nothingFails = ({ participants }: Constants): Model<any> => {
  const system = withDecisions(
    presumedAbort({ participants, maxDecisionRequests: 0, maxAnnouncements: 0, network: unordered() }),
  )
  return failStop(
    system.model({
      ...atomicCommitment(system),
      ...forgetting(system),
      abortsForCause: abortsForCause(system),
      nonBlocking: nonBlocking(system),
      allForget: allForget(system),
    }),
  )
}

/** All messages arrive, but timers may fire at any time. */
const impatient = ({ participants }: Constants): Model<any> => {
  const system = withDecisions(
    presumedAbort({ participants, maxDecisionRequests: 1, maxAnnouncements: 1, network: unordered() }),
  )
  return system.model({
    ...atomicCommitment(system),
    ...forgetting(system),
    nonBlocking: nonBlocking(system),
    allForget: allForget(system),
  })
}

/**
 * Processes that ask and announce until they are answered, over a network in which messages are duplicated, reordered and late, any
 * number of them; those that are never delivered are lost.
 */
const patient = (participants: number, faults: Faults, maxDecisionRequests: Budget = "unbounded") =>
  withDecisions(presumedAbort({
    participants,
    maxDecisionRequests,
    maxAnnouncements: "unbounded",
    network: unordered({ duplication: "unbounded" }),
    faults,
  }))

/** Processes crash and recover any number of times. */
const allRecover = ({ participants }: Constants): Model<any> => {
  const system = patient(participants, { crashRecovery: "unbounded" })
  return system.model({ ...atomicCommitment(system), ...forgetting(system) })
}

/** There is an end to the crashes, and then everybody decides and forgets. */
const crashesEnd = (crashes: number) => ({ participants }: Constants): Model<any> => {
  const system = patient(participants, { crashRecovery: crashes })
  return system.model({
    ...atomicCommitment(system),
    ...forgetting(system),
    nonBlocking: nonBlocking(system),
    allForget: allForget(system),
  })
}

/** A process crashes, and nobody asks: whoever has committed is told, and has acknowledged. */
const nobodyAsks = ({ participants }: Constants): Model<any> => {
  const system = patient(participants, { crashRecovery: 1 }, 0)
  return system.model({
    ...atomicCommitment(system),
    ...forgetting(system),
    commitsAreForgotten: commitsAreForgotten(system),
  })
}

/** A message is lost for good, and processes crash so many times; each asks once and announces once since it last recovered. */
const losing = (participants: number, network: Network, crashes: number) =>
  withDecisions(presumedAbort({
    participants,
    maxDecisionRequests: 1,
    maxAnnouncements: 1,
    network,
    faults: { crashRecovery: crashes },
  }))

/** One message is lost. */
const loses = ({ participants }: Constants): Model<any> => {
  const system = losing(participants, unordered({ loss: 1 }), 0)
  return system.model({ ...atomicCommitment(system), ...forgetting(system), nobodyGivesUp: nobodyGivesUp(system) })
}

/** Messages keep their order; one is lost, one process crashes and recovers. */
const fifoFails = ({ participants }: Constants): Model<any> => {
  const system = losing(participants, fifo({ loss: 1 }), 1)
  return system.model({ ...atomicCommitment(system), ...forgetting(system), nobodyGivesUp: nobodyGivesUp(system) })
}

/** Two messages are lost; each process asks, or announces, so many times. */
const losesTwo = (participants: number, maxDecisionRequests: number, maxAnnouncements: number) =>
  withDecisions(presumedAbort({
    participants,
    maxDecisionRequests,
    maxAnnouncements,
    network: unordered({ loss: 2 }),
  }))

/** A timer of the coordinator, or of a participant. */
type SomeTimer = Timer<"coordinator" | `p${number}`>

/** What {@link whenQuiet} looks at. */
type QuietVariables = {
  readonly network: BagOf<Envelope>
  readonly phase: RecordOf<string, Schema.Schema<PresumedAbortPhase | "voting">>
}

/**
 * Timers that are long enough: none fires while something is on its way or somebody has yet to vote, and none of a participant before
 * the coordinator has given up waiting for votes.
 */
const whenQuiet = (model: Model<any>): Model<any> =>
  variant(model, `${model.name}, timers when it is quiet`, ({ action }: Language<QuietVariables>) => ({
    actions: Object.fromEntries(
      Object.entries(model.actions).filter(([name]) => name === "timeout").map(([name, { parameters, run }]) => [
        name,
        action(parameters, (s, args) => {
          const { process } = args["timer"] as SomeTimer
          const isQuiet = s.network.size === 0 && !Object.values(s.phase).includes("asked")
          return isQuiet && (process === "coordinator" || s.phase["coordinator"] !== "voting") && run(s, args) as {}
        }),
      ]),
    ),
  }))

/** The coordinator announces nothing again: whoever asks is answered, and decides. */
const asks = ({ participants }: Constants): Model<any> => {
  const system = losesTwo(participants, 2, 0)
  return whenQuiet(system.model({ ...atomicCommitment(system), nonBlocking: nonBlocking(system) }))
}

/** Nobody asks: whoever has committed is told, and has acknowledged. */
const announces = ({ participants }: Constants): Model<any> => {
  const system = losesTwo(participants, 0, 2)
  return whenQuiet(system.model({ ...atomicCommitment(system), commitsAreForgotten: commitsAreForgotten(system) }))
}

/** A coordinator that is committing does not answer who asks. */
const silentCoordinator = ({ participants }: Constants): Model<any> => {
  const system = sabotaged(
    losesTwo(participants, 2, 0),
    "a commit not told",
    (process, name) =>
      name === "coordinator"
        ? {
          ...process,
          receive: {
            ...process.receive,
            DecisionRequest: (state, message, context) =>
              state.phase === "committing" ? next(state) : process.receive["DecisionRequest"]!(state, message, context),
          },
        }
        : process,
  )
  return whenQuiet(system.model({ nonBlocking: nonBlocking(system) }))
}

/** A coordinator announces a commit again only once. */
const announcedTwice = ({ participants }: Constants): Model<any> => {
  const system = losesTwo(participants, 0, 1)
  return whenQuiet(system.model({ commitsAreForgotten: commitsAreForgotten(system) }))
}

const stopping = (participants: number, of: ReadonlyArray<string>) =>
  withDecisions(presumedAbort({
    participants,
    maxDecisionRequests: 1,
    maxAnnouncements: 1,
    network: unordered(),
    faults: { crashStop: { total: 1, of } },
  }))

/** One participant stops, and the others find out. */
const participantStops = ({ participants }: Constants): Model<any> => {
  const system = stopping(participants, ["p1"])
  return failStop(
    system.model({
      ...atomicCommitment(system),
      ...forgetting(system),
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
      ...forgetting(system),
      abortsForCause: abortsForCause(system),
      mayBlock: mayBlock(system, "coordinator"),
    }),
  )
}

/** The same, with the claim that nobody is blocked. */
const coordinatorStopsForEver = ({ participants }: Constants): Model<any> => {
  const system = stopping(participants, ["coordinator"])
  return failStop(system.model({ nonBlocking: nonBlocking(system) }))
}

type Claim =
  | "agreement"
  | "stability"
  | "validity"
  | "votedWhenAsked"
  | "truthful"
  | "nobodyCanAsk"
  | "onlyUpdatesCommit"
  | "mayForgetAbort"
  | "nonBlocking"
  | "allForget"

/**
 * Presumed abort in which the coordinator, or every participant, is changed, while processes crash and recover so many times. Only
 * the property is looked at that it violates most tellingly.
 */
const broken = (
  name: string,
  who: "coordinator" | "participant",
  crashes: number,
  claim: Claim,
  change: (process: AnyProcess) => Partial<AnyProcess>,
) =>
({ participants }: Constants): Model<any> => {
  const system = sabotaged(
    patient(participants, { crashRecovery: crashes }),
    name,
    (process, name) =>
      (name === "coordinator") === (who === "coordinator") ? { ...process, ...change(process) } : process,
  )
  const all = {
    ...atomicCommitment(system),
    ...forgetting(system),
    nonBlocking: nonBlocking(system),
    allForget: allForget(system),
  }
  const { [claim]: property } = all as Record<Claim, (typeof all)[keyof typeof all]>
  return system.model({ [claim]: property })
}

/** Some fields that are forced no longer. */
const unforcing = ({ durable, unforced }: AnyProcess, ...fields: ReadonlyArray<string>): Partial<AnyProcess> => {
  const among = (all: Fields, isOne: boolean) =>
    Object.fromEntries(Object.entries(all).filter(([field]) => fields.includes(field) === isOne))
  return { durable: among(durable, false), unforced: { ...unforced, ...among(durable, true) } }
}

/** The coordinator announces a commit before its commit record is forced. */
const unforcedCommit = broken(
  "the coordinator not forcing its commit",
  "coordinator",
  1,
  "agreement",
  (process) => unforcing(process, "commitRecord"),
)

/** A participant votes yes before its prepare record is forced. */
const unforcedPrepare = broken(
  "a participant not forcing that it is prepared",
  "participant",
  1,
  "agreement",
  (process) => unforcing(process, "prepareRecord"),
)

/** A participant acknowledges before its commit record is forced. */
const unforcedAcknowledgement = broken(
  "a participant not forcing its commit",
  "participant",
  1,
  "nobodyCanAsk",
  (process) => unforcing(process, "commitRecord"),
)

/** The same: a participant that has committed asks again, and aborts. */
const committedThenAborted = broken(
  "a participant not forcing its commit",
  "participant",
  1,
  "stability",
  (process) => unforcing(process, "commitRecord"),
)

/** The coordinator forgets a commit when the first has acknowledged it. */
const oneAckMissing = broken(
  "forgetting with an acknowledgement missing",
  "coordinator",
  0,
  "nobodyCanAsk",
  ({ receive }) => ({
    receive: {
      ...receive,
      Ack: (state, message, context) => receive["Ack"]!({ ...state, awaited: [context.from] }, message, context),
    },
  }),
)

/** The coordinator writes its end record with its commit, and remembers the commit only in memory. */
const hastyEnd = broken("ending too early", "coordinator", 1, "nobodyCanAsk", ({ receive }) => ({
  receive: {
    ...receive,
    Yes: (state, message, context) => {
      const reaction = receive["Yes"]!(state, message, context)
      return reaction._tag === "Next" && reaction.state.commitRecord !== null
        ? { ...reaction, state: { ...reaction.state, endRecord: true } }
        : reaction
    },
  },
}))

/** A participant that commits acknowledges nothing. */
const noAcknowledgement = broken("no acknowledgement", "participant", 0, "allForget", ({ receive }) => ({
  receive: {
    ...receive,
    Commit: (state, message, context) => {
      const reaction = receive["Commit"]!(state, message, context)
      return reaction._tag === "Next"
        ? { ...reaction, commands: reaction.commands.filter(({ _tag }) => _tag !== "Send") }
        : reaction
    },
  },
}))

/** A participant that has forgotten a commit does not acknowledge it when it is told again. */
const onlyOnce = broken("acknowledging once", "participant", 1, "allForget", ({ receive }) => ({
  receive: {
    ...receive,
    Commit: (state, message, context) =>
      state.phase === "forgotten" ? next(state) : receive["Commit"]!(state, message, context),
  },
}))

/** A coordinator that recovers with a commit does not announce it, but awaits acknowledgements. */
const silentRecovery = ({ participants }: Constants): Model<any> => {
  const system = sabotaged(
    losing(participants, unordered(), 1),
    "a commit not announced again",
    (process, name) =>
      name === "coordinator"
        ? {
          ...process,
          restart: (state, context) => {
            const reaction = process.restart(state, context)
            return reaction._tag === "Next" ? next(reaction.state) : reaction
          },
        }
        : process,
  )
  return system.model({ nobodyGivesUp: nobodyGivesUp(system) })
}

/** Whoever has only read is told to commit, and must acknowledge. */
const readersCommit = broken(
  "a second phase for who only reads",
  "coordinator",
  0,
  "onlyUpdatesCommit",
  ({ receive }) => ({
    receive: { ...receive, ReadOnly: receive["Yes"]! },
  }),
)

/** Whoever has voted yes is taken for one that only reads, and is told nothing. */
const forgottenUpdate = broken("an update taken for a read", "coordinator", 0, "nobodyCanAsk", ({ receive }) => ({
  receive: {
    ...receive,
    Yes: (state, message, context) => receive[state.prepared.length > 0 ? "ReadOnly" : "Yes"]!(state, message, context),
  },
}))

/** A coordinator that knows nothing tells those who ask to commit. */
const presumedCommit = broken("presuming commit", "coordinator", 1, "validity", ({ receive }) => ({
  receive: {
    ...receive,
    DecisionRequest: (state, message, context) =>
      state.phase === "forgotten"
        ? next(state, send(context.from, { _tag: "Commit" }))
        : receive["DecisionRequest"]!(state, message, context),
  },
}))

/** A coordinator that knows nothing answers nobody. */
const noPresumption = broken("presuming nothing", "coordinator", 1, "nonBlocking", ({ receive }) => ({
  receive: {
    ...receive,
    DecisionRequest: (state, message, context) =>
      state.phase === "forgotten" ? next(state) : receive["DecisionRequest"]!(state, message, context),
  },
}))

/** A coordinator that waits for votes presumes that it has aborted. */
const hastyPresumption = broken("presuming abort before deciding", "coordinator", 0, "agreement", ({ receive }) => ({
  receive: {
    ...receive,
    DecisionRequest: (state, message, context) =>
      state.phase === "voting"
        ? next(state, send(context.from, { _tag: "Abort" }))
        : receive["DecisionRequest"]!(state, message, context),
  },
}))

/** A participant that is prepared aborts when the coordinator does not answer. */
const impatientAbort = broken("aborting when prepared", "participant", 0, "agreement", ({ timers }) => ({
  timers: {
    coordinator: (state, context) => timers["coordinator"]!({ ...state, phase: "working" }, context),
  },
}))

/** A participant votes before it is asked. */
const unaskedVote = broken("a vote that nobody asked for", "participant", 0, "votedWhenAsked", ({ inputs }) => ({
  inputs: {
    vote: {
      ...inputs["vote"]!,
      on: (state, args, context) =>
        inputs["vote"]!.on(state.phase === "working" ? { ...state, phase: "asked" } : state, args, context),
    },
  },
}))

/** The coordinator tells the client of an abort that it has committed. */
const wrongAnswer = broken("the client told wrongly", "coordinator", 0, "truthful", ({ receive }) => ({
  receive: {
    ...receive,
    No: (state, message, context) => {
      const reaction = receive["No"]!(state, message, context)
      return reaction._tag === "Next"
        ? {
          ...reaction,
          commands: reaction.commands.map((command) =>
            command._tag === "SendReply" ? { ...command, value: "committed" } : command
          ),
        }
        : reaction
    },
  },
}))

/** The coordinator takes the last yes for a no, although nothing fails. */
const misheardVote = ({ participants }: Constants): Model<any> => {
  const system = sabotaged(
    withDecisions(presumedAbort({ participants, maxDecisionRequests: 0, maxAnnouncements: 0, network: unordered() })),
    "a vote misheard",
    (process, name) =>
      name === "coordinator"
        ? {
          ...process,
          receive: {
            ...process.receive,
            Yes: (state, message, context) =>
              process.receive[state.awaited.length === 1 ? "No" : "Yes"]!(state, message, context),
          },
        }
        : process,
  )
  return failStop(system.model({ abortsForCause: abortsForCause(system) }))
}

/** The suite `presumed-abort`. */
export const presumedAbortSuite: Suite = suite({
  name: "commit/presumed-abort",
  aliases: ["presumed-abort"],
  description: "Presumed abort among processes that crash and lose what they have not forced to the disk",
  source:
    "Mohan, Lindsay and Obermarck, Transaction Management in the R* Distributed Database Management System (1986)",
  constants,
  configurations: [
    ...([
      ["nothing-fails-2", 2, nothingFails, 96, 155, 11],
      ["nothing-fails-3", 3, nothingFails, 1318, 3226, 16],
      ["impatient-2", 2, impatient, 4965, 18243, 19],
      ["impatient-3", 3, impatient, 196644, 1068580, 27],
      ["all-recover-2", 2, allRecover, 156698, 990882, 23],
      ["no-crash-2", 2, crashesEnd(0), 656, 2877, 17],
      ["no-crash-3", 3, crashesEnd(0), 10334, 63241, 25],
      ["two-crashes-2", 2, crashesEnd(2), 33325, 165871, 22],
      ["crash-3", 3, crashesEnd(1), 140195, 893772, 30],
      ["nobody-asks-2", 2, nobodyAsks, 5023, 20273, 14],
      ["loses-2", 2, loses, 11963, 55035, 19],
      ["asks-2", 2, asks, 541, 845, 17],
      ["announces-2", 2, announces, 435, 739, 15],
      ["fifo-2", 2, fifoFails, 108943, 569871, 25],
      ["participant-stops-2", 2, participantStops, 318, 574, 14],
      ["coordinator-stops-2", 2, coordinatorStops, 353, 621, 14],
    ] as const).map(([name, participants, model, distinct, generated, depth]) => ({
      name,
      constants: { participants },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["blocked-2", 2, coordinatorStopsForEver, "nonBlocking", 7],
      ["too-few-announcements-2", 2, announcedTwice, "commitsAreForgotten", 11],
      ["sabotage-silent-coordinator", 2, silentCoordinator, "nonBlocking", 13],
      ["sabotage-unforced-commit", 2, unforcedCommit, "agreement", 13],
      ["sabotage-unforced-prepare", 2, unforcedPrepare, "agreement", 10],
      ["sabotage-unforced-acknowledgement", 2, unforcedAcknowledgement, "nobodyCanAsk", 8],
      ["sabotage-committed-then-aborted", 2, committedThenAborted, "stability", 13],
      ["sabotage-one-ack-missing", 2, oneAckMissing, "nobodyCanAsk", 8],
      ["sabotage-hasty-end", 2, hastyEnd, "nobodyCanAsk", 7],
      ["sabotage-no-acknowledgement", 2, noAcknowledgement, "allForget", 9],
      ["sabotage-only-once", 2, onlyOnce, "allForget", 10],
      ["sabotage-silent-recovery", 2, silentRecovery, "nobodyGivesUp", 10],
      ["sabotage-readers-commit", 2, readersCommit, "onlyUpdatesCommit", 6],
      ["sabotage-forgotten-update", 2, forgottenUpdate, "nobodyCanAsk", 8],
      ["sabotage-presumed-commit", 2, presumedCommit, "validity", 6],
      ["sabotage-no-presumption", 2, noPresumption, "nonBlocking", 6],
      ["sabotage-hasty-presumption", 2, hastyPresumption, "agreement", 10],
      ["sabotage-impatient-abort", 2, impatientAbort, "agreement", 8],
      ["sabotage-unasked-vote", 2, unaskedVote, "votedWhenAsked", 1],
      ["sabotage-misheard-vote", 2, misheardVote, "abortsForCause", 7],
      ["sabotage-wrong-answer", 2, wrongAnswer, "truthful", 2],
    ] as const).map(([name, participants, model, property, steps]) => ({
      name,
      constants: { participants },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
