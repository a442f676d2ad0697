/**
 * Transaction commit: the counts that TLC reports for `TCommit`, and one way to break it.
 *
 * @module
 */
import { TCommit } from "../../../spec/tla/transaction-commit.ts"
import { names, variant } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"

const constants = { rms: atLeast(1, "resource managers") }

type Constants = ConstantsOf<typeof constants>

/** An RM decides to commit without looking at the others. */
const hasty = ({ rms }: Constants) =>
  variant(TCommit({ rms }), "TCommit, committing alone", ({ action }) => ({
    actions: {
      commit: action(
        { rm: names("rm", rms) },
        (s, { rm }) => s.rmState[rm] === "prepared" && { rmState: { [rm]: "committed" } },
      ),
    },
  }))

/** The suite `transaction-commit`. */
export const transactionCommitSuite: Suite = suite({
  name: "tla/transaction-commit",
  aliases: ["transaction-commit"],
  description: "What an atomic commitment protocol must achieve",
  source: "Gray and Lamport, Consensus on Transaction Commit (2006), section 2; specification TCommit",
  constants,
  configurations: [
    ...([[1, 4, 5], [2, 12, 23], [3, 34, 94], [4, 96, 357], [5, 274, 1296], [6, 792, 4567], [7, 2314, 15758]] as const)
      .map(([rms, distinct, generated]) => ({
        name: `${rms}-rms`,
        constants: { rms },
        model: TCommit,
        expected: { verdict: "holds", distinct, generated, depth: 2 * rms + 1 } as const,
      })),
    {
      name: "sabotage-commit-alone",
      constants: { rms: 2 },
      model: hasty,
      expected: { verdict: "violated", property: "consistent", steps: 3 },
    },
  ],
})
