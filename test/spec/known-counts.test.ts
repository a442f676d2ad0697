import { describe, expect, it } from "vitest"
import {
  Consensus,
  Paxos,
  PaxosCommit,
  Peterson,
  promises,
  TCommit,
  TwoPCwithBTM,
  TwoPhase,
  Voting,
} from "../../spec/tla/index.ts"
import { add, majorities, type Model, names, variant } from "../../src/index.ts"
import { naiveTwin } from "../naive-twin.ts"

/** Distinct states, generated states and levels that TLC reports for the public specifications. */
const known: ReadonlyArray<readonly [name: string, model: Model<any>, counts: readonly [number, number, number]]> = [
  ["TCommit, 1 RM", TCommit({ rms: 1 }), [4, 5, 3]],
  ["TCommit, 2 RMs", TCommit({ rms: 2 }), [12, 23, 5]],
  ["TCommit, 3 RMs", TCommit({ rms: 3 }), [34, 94, 7]],
  ["TCommit, 4 RMs", TCommit({ rms: 4 }), [96, 357, 9]],
  ["TCommit, 5 RMs", TCommit({ rms: 5 }), [274, 1_296, 11]],
  ["TCommit, 6 RMs", TCommit({ rms: 6 }), [792, 4_567, 13]],
  ["TCommit, 7 RMs", TCommit({ rms: 7 }), [2_314, 15_758, 15]],
  ["TwoPhase, 3 RMs", TwoPhase({ rms: 3 }), [288, 1_146, 11]],
  ["TwoPhase, 5 RMs", TwoPhase({ rms: 5 }), [8_832, 58_146, 17]],
  ["2PCwithBTM, 3 RMs", TwoPCwithBTM({ rms: 3, rmMayFail: true, tmMayFail: true }), [1_245, 5_841, 15]],
  ["Consensus, 3 values", Consensus({ values: 3 }), [4, 4, 2]],
  ["Voting, ballots 0..2", Voting({ acceptors: 3, values: 2, ballots: 3 }), [6_752, 41_017, 16]],
  ["Paxos, ballots 0..1", Paxos({ acceptors: 3, values: 2, ballots: 2 }), [3_921, 23_563, 17]],
  ["Peterson", Peterson(), [42, 77, 11]],
]

describe("the specifications agree with TLC to the state, as the naive twin counts", () => {
  it.each(known)("%s", (_, model, [distinct, generated, depth]) => {
    const report = naiveTwin(model)
    expect(report).toMatchObject({ verdict: "holds", distinct, generated, depth })
    for (const name of Object.keys(model.properties)) expect(report.properties[name]?.verdict).toBe("holds")
  })

  it("PaxosCommit with one RM refines transaction commit", () => {
    expect(naiveTwin(PaxosCommit({ rms: 1, acceptors: 3, ballots: 2 })).verdict).toBe("holds")
  })

  it("Paxos reaches the same states with one action for phase 2a, which asks whether some quorum has promised", () => {
    const constants = { acceptors: 3, values: 2, ballots: 2 }
    const quorums = majorities(names("a", 3))
    const plain = variant(Paxos(constants), "Paxos without witnesses", ({ action }) => ({
      actions: {
        phase2aFree: action(() => false),
        phase2aBound: action(() => false),
        phase2a: action(
          { bal: [0, 1], val: ["v1", "v2"] },
          (s, { bal, val }) =>
            !s.messages.some({ _tag: "2a", bal }) && quorums.some((quorum) => {
              const promised = promises(s, quorum, bal)
              const latest = Math.max(...promised.map(({ mbal }) => mbal))
              return promised.length === quorum.length &&
                (latest === -1 || promised.some(({ mbal, mval }) => mbal === latest && mval === val))
            }) && { messages: add({ _tag: "2a", bal, val }) },
        ),
      },
    }))
    expect(naiveTwin(plain)).toMatchObject({ verdict: "holds", distinct: 3_921, depth: 17 })
  })
})
