/**
 * Consensus: the counts that TLC reports for `Consensus`, and a choice that is made again.
 *
 * @module
 */
import { Consensus } from "../../../spec/tla/consensus.ts"
import { type Model, names, variant } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"

const constants = { values: atLeast(1, "values to choose from") }

type Constants = ConstantsOf<typeof constants>

/** A value replaces the one chosen before: the invariant holds, and yet this is no consensus. */
const choosesAgain = ({ values }: Constants): Model<Consensus> =>
  variant(Consensus({ values }), "Consensus, choosing again", ({ action, refines }) => ({
    actions: { choose: action({ v: names("v", values) }, (_, { v }) => ({ chosen: [v] })) },
    properties: { stays: refines(Consensus({ values }), { chosen: (s) => s.chosen }) },
  }))

/** The suite `consensus`. */
export const consensusSuite: Suite = suite({
  name: "tla/consensus",
  aliases: ["consensus"],
  description: "What a consensus algorithm must achieve",
  source: "Lamport, The Paxos algorithm, or how to win a Turing Award (2019); specification Consensus",
  constants,
  configurations: [
    {
      name: "3-values",
      constants: { values: 3 },
      model: Consensus,
      expected: { verdict: "holds", distinct: 4, generated: 4, depth: 2 },
    },
    {
      name: "sabotage-choose-again",
      constants: { values: 3 },
      model: choosesAgain,
      expected: { verdict: "violated", property: "stays", steps: 2 },
    },
  ],
})
