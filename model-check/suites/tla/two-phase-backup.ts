/**
 * Two-phase commit with a backup transaction manager: the counts that TLC reports for `2PCwithBTM`, and one way to break it.
 *
 * @module
 */
import { Schema } from "effect"
import { TwoPCwithBTM, type TwoPCwithBTMConstants } from "../../../spec/tla/two-phase-backup.ts"
import { type Model, names, variant } from "../../../src/index.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"

/** The backup aborts as soon as somebody has, and does not look for somebody who has committed. */
const abortsBlindly = (constants: TwoPCwithBTMConstants): Model<TwoPCwithBTM> =>
  variant(TwoPCwithBTM(constants), "2PCwithBTM, aborting although somebody has committed", ({ action }) => ({
    actions: {
      btmDecideAbort: action(
        { witness: names("rm", constants.rms) },
        (s, { witness }) =>
          s.btmPc === "BTS" && s.tmState === "hidden" &&
          (s.rmState[witness] === "aborted" || s.rmState[witness] === "failed") && { btmPc: "BTA" },
      ),
    },
  }))

const constants = {
  rms: atLeast(1, "resource managers"),
  rmMayFail: Schema.Boolean.annotate({ description: "whether an RM may fail" }),
  tmMayFail: Schema.Boolean.annotate({ description: "whether the TM may fail after deciding" }),
}

/** The suite `two-phase-backup`. */
export const twoPhaseBackupSuite: Suite = suite({
  name: "tla/two-phase-backup",
  aliases: ["two-phase-backup"],
  description: "Two-phase commit in which a second transaction manager takes over",
  source: "Demirbas, specification 2PCwithBTM (2017)",
  constants,
  configurations: [
    {
      name: "3-rms",
      constants: { rms: 3, rmMayFail: true, tmMayFail: true },
      model: TwoPCwithBTM,
      expected: { verdict: "holds", distinct: 1245, generated: 5841, depth: 15 },
    },
    {
      name: "sabotage-abort-blindly",
      constants: { rms: 3, rmMayFail: true, tmMayFail: true },
      model: abortsBlindly,
      expected: { verdict: "violated", property: "consistent", steps: 11 },
    },
  ],
})
