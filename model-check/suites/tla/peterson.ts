/**
 * Peterson's algorithm: the counts that TLC reports for `Peterson`, and two ways to break it: its two writes in the wrong order, and
 * no `turn`.
 *
 * @module
 */
import { PROCESSES } from "../../../spec/tla/lock.ts"
import { other, Peterson } from "../../../spec/tla/peterson.ts"
import { type Model, variant } from "../../../src/index.ts"
import { type Suite, suite } from "../../suite.ts"

/** Only mutual exclusion: the other invariants speak of the labels' usual meaning. */
const mutualExclusion = ({ properties }: Model<Peterson>) => ({
  mutualExclusion: properties["mutualExclusion"] as Model<Peterson>["properties"][string],
})

/** A process lets the other go first, and only then raises its flag. */
const turnFirst = (): Model<Peterson> =>
  variant(Peterson(), "Peterson, giving way before raising the flag", ({ action }) => ({
    actions: {
      a1: action({ p: PROCESSES }, (s, { p }) => s.pc[p] === "a1" && { turn: other(p), pc: { [p]: "a2" } }),
      a2: action({ p: PROCESSES }, (s, { p }) => s.pc[p] === "a2" && { flag: { [p]: true }, pc: { [p]: "a3" } }),
    },
    properties: mutualExclusion(Peterson()),
  }))

/** A process waits for the other's flag alone: both wait forever. */
const flagsOnly = (): Model<Peterson> =>
  variant(Peterson(), "Peterson, waiting for the flag alone", ({ action, deadlockFree }) => ({
    actions: {
      a3: action({ p: PROCESSES }, (s, { p }) => s.pc[p] === "a3" && !s.flag[other(p)] && { pc: { [p]: "cs" } }),
    },
    properties: { deadlockFree: deadlockFree() },
  }))

/** The suite `peterson`. */
export const petersonSuite: Suite = suite({
  name: "tla/peterson",
  aliases: ["peterson"],
  description: "Mutual exclusion of two processes with reads and writes",
  source: "Peterson, Myths about the mutual exclusion problem (1981); specification Peterson",
  constants: {},
  configurations: [
    {
      name: "2-processes",
      constants: {},
      model: Peterson,
      expected: { verdict: "holds", distinct: 42, generated: 77, depth: 11 },
    },
    {
      name: "sabotage-turn-first",
      constants: {},
      model: turnFirst,
      expected: { verdict: "violated", property: "mutualExclusion", steps: 8 },
    },
    {
      name: "sabotage-flags-only",
      constants: {},
      model: flagsOnly,
      expected: { verdict: "violated", property: "deadlockFree", steps: 6 },
    },
  ],
})
