/**
 * Incrementing a counter without a lock: the counts that Stateright reports for `increment`, and the update that is lost.
 *
 * @module
 */
import { type Increment, increment } from "../../../spec/stateright/increment.ts"
import { type Model, names, variant } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"

const constants = { threads: atLeast(1, "threads") }

type Constants = ConstantsOf<typeof constants>

/** The same threads, of which it is claimed that nothing is lost. */
const claimsNothingLost = ({ threads }: Constants): Model<Increment> =>
  variant(increment({ threads }), "Increment, nothing lost", ({ always }) => ({
    properties: {
      nothingLost: always((s) => s.counter === names("t", threads).filter((t) => s.pc[t] === "done").length),
    },
  }))

/** The suite `increment`. */
export const incrementSuite: Suite = suite({
  name: "stateright/increment",
  aliases: ["increment"],
  description: "Threads increment a shared counter without a lock",
  source: "the public example increment.rs of Stateright",
  constants,
  configurations: [
    ...([[2, 13], [3, 84], [4, 755], [5, 8638]] as const).map(([threads, distinct]) => ({
      name: `${threads}-threads`,
      constants: { threads },
      model: increment,
      expected: { verdict: "holds" as const, distinct },
    })),
    {
      name: "sabotage-no-lock",
      constants: { threads: 2 },
      model: claimsNothingLost,
      expected: { verdict: "violated", property: "nothingLost", steps: 4 },
    },
  ],
})
