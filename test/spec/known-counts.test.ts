import { describe, expect, it } from "vitest"
import {
  consensus,
  paxos,
  paxosCommit,
  peterson,
  promises,
  transactionCommit,
  twoPhase,
  twoPhaseBackup,
  voting,
} from "../../spec/index.ts"
import { add, majorities, type Model, names, variant } from "../../src/index.ts"
import { naiveTwin } from "../naive-twin.ts"

/** Distinct states, generated states and levels that TLC reports for the public specifications. */
const known: ReadonlyArray<readonly [name: string, model: Model<any>, counts: readonly [number, number, number]]> = [
  ["TCommit, 1 RM", transactionCommit({ rms: 1 }), [4, 5, 3]],
  ["TCommit, 2 RMs", transactionCommit({ rms: 2 }), [12, 23, 5]],
  ["TCommit, 3 RMs", transactionCommit({ rms: 3 }), [34, 94, 7]],
  ["TCommit, 4 RMs", transactionCommit({ rms: 4 }), [96, 357, 9]],
  ["TCommit, 5 RMs", transactionCommit({ rms: 5 }), [274, 1_296, 11]],
  ["TCommit, 6 RMs", transactionCommit({ rms: 6 }), [792, 4_567, 13]],
  ["TCommit, 7 RMs", transactionCommit({ rms: 7 }), [2_314, 15_758, 15]],
  ["TwoPhase, 3 RMs", twoPhase({ rms: 3 }), [288, 1_146, 11]],
  ["TwoPhase, 5 RMs", twoPhase({ rms: 5 }), [8_832, 58_146, 17]],
  ["2PCwithBTM, 3 RMs", twoPhaseBackup({ rms: 3, rmMayFail: true, tmMayFail: true }), [1_245, 5_841, 15]],
  ["Consensus, 3 values", consensus({ values: 3 }), [4, 4, 2]],
  ["Voting, ballots 0..2", voting({ acceptors: 3, values: 2, ballots: 3 }), [6_752, 41_017, 16]],
  ["Paxos, ballots 0..1", paxos({ acceptors: 3, values: 2, ballots: 2 }), [3_921, 23_563, 17]],
  ["Peterson", peterson(), [42, 77, 11]],
]

describe("the specifications agree with TLC to the state, as the naive twin counts", () => {
  it.each(known)("%s", (_, model, [distinct, generated, depth]) => {
    const report = naiveTwin(model)
    expect(report).toMatchObject({ verdict: "holds", distinct, generated, depth })
    for (const name of Object.keys(model.properties)) expect(report.properties[name]?.verdict).toBe("holds")
  })

  it("PaxosCommit with one RM refines transaction commit", () => {
    expect(naiveTwin(paxosCommit({ rms: 1, acceptors: 3, ballots: 2 })).verdict).toBe("holds")
  })

  it("Paxos reaches the same states with one action for phase 2a, which asks whether some quorum has promised", () => {
    const constants = { acceptors: 3, values: 2, ballots: 2 }
    const quorums = majorities(names("a", 3))
    const plain = variant(paxos(constants), "Paxos without witnesses", ({ action }) => ({
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
