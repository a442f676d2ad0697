/**
 * Paxos Commit: the counts that TLC reports for `PaxosCommit`, and two ways to break it.
 *
 * @module
 */
import { PaxosCommit, Phase2a, Phase2b, Val } from "../../../spec/tla/paxos-commit.ts"
import { add, majorities, type Model, names, range, variant } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"

const constants = {
  rms: atLeast(1, "resource managers"),
  acceptors: atLeast(1, "acceptors"),
  ballots: atLeast(1, "ballots, numbered from 0"),
}

type Constants = ConstantsOf<typeof constants>

/** The leader of a higher ballot aborts, whatever the acceptors report. */
const ignoresVotes = (constants: Constants): Model<PaxosCommit> => {
  const { acceptors, ballots, rms } = constants
  return variant(PaxosCommit(constants), "PaxosCommit, reported votes ignored", ({ action }) => ({
    actions: {
      phase2a: action(
        { bal: range(1, ballots - 1), rm: names("rm", rms), majority: majorities(names("a", acceptors)) },
        (s, { bal, majority, rm }) =>
          !s.messages.some({ _tag: "Phase2a", ins: rm, bal }) &&
          majority.every((acc) => s.messages.some({ _tag: "Phase1b", ins: rm, acc, mbal: bal })) && {
            messages: add(Phase2a.make({ ins: rm, bal, val: "aborted" })),
          },
      ),
    },
  }))
}

/** An acceptor votes in a ballot although it has joined a higher one. */
const forgetsPromise = (constants: Constants): Model<PaxosCommit> => {
  const { acceptors, ballots, rms } = constants
  return variant(PaxosCommit(constants), "PaxosCommit, a promise not remembered", ({ action }) => ({
    actions: {
      phase2b: action(
        { acc: names("a", acceptors), rm: names("rm", rms), bal: range(0, ballots - 1), val: Val },
        (s, { acc, bal, rm, val }) =>
          s.messages.has(Phase2a.make({ ins: rm, bal, val })) && {
            aState: { [rm]: { [acc]: { mbal: bal, bal, val } } },
            messages: add(Phase2b.make({ ins: rm, acc, bal, val })),
          },
      ),
    },
  }))
}

/** The suite `paxos-commit`. */
export const paxosCommitSuite: Suite = suite({
  name: "tla/paxos-commit",
  aliases: ["paxos-commit"],
  description: "Atomic commitment by one Paxos instance per resource manager",
  source: "Gray and Lamport, Consensus on Transaction Commit (2006), section 4; specification PaxosCommit",
  constants,
  configurations: [
    {
      name: "1-rm",
      constants: { rms: 1, acceptors: 3, ballots: 2 },
      model: PaxosCommit,
      expected: { verdict: "holds" },
    },
    {
      name: "2-rms",
      constants: { rms: 2, acceptors: 3, ballots: 2 },
      model: PaxosCommit,
      expected: { verdict: "holds", distinct: 1321761, generated: 16959159, depth: 28 },
    },
    {
      name: "one-acceptor",
      constants: { rms: 3, acceptors: 1, ballots: 2 },
      model: PaxosCommit,
      expected: { verdict: "holds" },
    },
    {
      name: "sabotage-votes-ignored",
      constants: { rms: 1, acceptors: 3, ballots: 2 },
      model: ignoresVotes,
      expected: { verdict: "violated", property: "commits", steps: 13 },
    },
    {
      name: "sabotage-promise-forgotten",
      constants: { rms: 1, acceptors: 3, ballots: 2 },
      model: forgetsPromise,
      expected: { verdict: "violated", property: "commits", steps: 13 },
    },
  ],
})
