/**
 * Incrementing a counter under a lock: the counts that Stateright reports for `increment_lock`, and a lock that is taken
 * without looking.
 *
 * @module
 */
import { type IncrementLock, incrementLock } from "../../../spec/stateright/increment.ts"
import { type Model, names, variant } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"

const constants = { threads: atLeast(1, "threads") }

type Constants = ConstantsOf<typeof constants>

/** A thread takes the lock whether it is free or not. */
const locksBlindly = ({ threads }: Constants): Model<IncrementLock> =>
  variant(incrementLock({ threads }), "IncrementLock, locking blindly", ({ action }) => ({
    actions: {
      lock: action(
        { t: names("t", threads) },
        (s, { t }) => s.pc[t] === "lock" && { locked: true, pc: { [t]: "read" } },
      ),
    },
  }))

/** The suite `increment-lock`. */
export const incrementLockSuite: Suite = suite({
  name: "stateright/increment-lock",
  aliases: ["increment-lock"],
  description: "Threads increment a shared counter under a lock",
  source: "the public example increment_lock.rs of Stateright",
  constants,
  configurations: [
    ...([[2, 17], [3, 61], [4, 257], [5, 1301]] as const).map(([threads, distinct]) => ({
      name: `${threads}-threads`,
      constants: { threads },
      model: incrementLock,
      expected: { verdict: "holds" as const, distinct },
    })),
    {
      name: "sabotage-lock-blindly",
      constants: { threads: 2 },
      model: locksBlindly,
      expected: { verdict: "violated", property: "mutualExclusion", steps: 2 },
    },
  ],
})
