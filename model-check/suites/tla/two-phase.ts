/**
 * Two-phase commit: the counts that TLC reports for `TwoPhase`, and four ways to break it.
 *
 * @module
 */
import { Abort, Commit, TwoPhase } from "../../../spec/tla/two-phase.ts"
import { add, type Model, names, variant } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"

const constants = { rms: atLeast(1, "resource managers") }

type Constants = ConstantsOf<typeof constants>

/** Only the invariant: the refinement would be violated earlier, by a step that is merely premature. */
const consistent = ({ properties }: Model<TwoPhase>) => ({
  consistent: properties["consistent"] as Model<TwoPhase>["properties"][string],
})

/** The TM commits although the message of one RM is missing. */
const commitsOneMissing = ({ rms }: Constants): Model<TwoPhase> => {
  const RM = names("rm", rms)
  const model = TwoPhase({ rms })
  return variant(model, "TwoPhase, committing with one prepared RM missing", ({ action }) => ({
    actions: {
      tmCommit: action((s) =>
        s.tmState === "init" && RM.filter((rm) => s.tmPrepared.has(rm)).length >= rms - 1 && {
          tmState: "committed",
          messages: add(Commit.make({})),
        }
      ),
    },
    properties: consistent(model),
  }))
}

/** A prepared RM still aborts on its own. */
const abortsAfterPreparing = ({ rms }: Constants): Model<TwoPhase> => {
  const model = TwoPhase({ rms })
  return variant(model, "TwoPhase, an RM aborting on its own after preparing", ({ action }) => ({
    actions: {
      rmChooseToAbort: action(
        { rm: names("rm", rms) },
        (s, { rm }) =>
          (s.rmState[rm] === "working" || s.rmState[rm] === "prepared") && { rmState: { [rm]: "aborted" } },
      ),
    },
    properties: consistent(model),
  }))
}

/** The TM aborts although it has committed. */
const abortsAfterCommitting = ({ rms }: Constants): Model<TwoPhase> => {
  const model = TwoPhase({ rms })
  return variant(model, "TwoPhase, the TM aborting after committing", ({ action }) => ({
    actions: {
      tmAbort: action((s) => s.tmState !== "aborted" && { tmState: "aborted", messages: add(Abort.make({})) }),
    },
    properties: consistent(model),
  }))
}

/** An RM commits when it hears that the TM has aborted. */
const misreadsAbort = ({ rms }: Constants): Model<TwoPhase> =>
  variant(TwoPhase({ rms }), "TwoPhase, an RM taking abort for commit", ({ action }) => ({
    actions: {
      rmRcvAbort: action(
        { rm: names("rm", rms) },
        (s, { rm }) => s.messages.has(Abort.make({})) && { rmState: { [rm]: "committed" } },
      ),
    },
  }))

/** The suite `two-phase`. */
export const twoPhaseSuite: Suite = suite({
  name: "tla/two-phase",
  aliases: ["two-phase"],
  description: "Two-phase commit with messages that may be lost and duplicated",
  source: "Gray and Lamport, Consensus on Transaction Commit (2006), section 3; specification TwoPhase",
  constants,
  configurations: [
    ...([[3, 288, 1146, 11], [5, 8832, 58146, 17], [7, 296448, 2744706, 23]] as const).map((
      [rms, distinct, generated, depth],
    ) => ({
      name: `${rms}-rms`,
      constants: { rms },
      model: TwoPhase,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([[2, 5], [3, 7]] as const).map(([rms, steps]) => ({
      name: `sabotage-one-missing-${rms}-rms`,
      constants: { rms },
      model: commitsOneMissing,
      expected: { verdict: "violated", property: "consistent", steps } as const,
    })),
    ...([[2, 7], [3, 9]] as const).map(([rms, steps]) => ({
      name: `sabotage-abort-after-preparing-${rms}-rms`,
      constants: { rms },
      model: abortsAfterPreparing,
      expected: { verdict: "violated", property: "consistent", steps } as const,
    })),
    ...([[2, 8], [3, 10]] as const).map(([rms, steps]) => ({
      name: `sabotage-abort-after-committing-${rms}-rms`,
      constants: { rms },
      model: abortsAfterCommitting,
      expected: { verdict: "violated", property: "consistent", steps } as const,
    })),
    {
      name: "sabotage-misread-abort",
      constants: { rms: 3 },
      model: misreadsAbort,
      expected: { verdict: "violated", property: "commits", steps: 2 },
    },
  ],
})
