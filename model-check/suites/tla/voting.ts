/**
 * Voting: the counts that TLC reports for `Voting`, and quorums that do not intersect.
 *
 * @module
 */
import { type ConsensusConstants, Voting } from "../../../spec/tla/voting.ts"
import { type Model, names } from "../../../src/index.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"

/** Any single acceptor is a quorum. */
const anyQuorum = (constants: ConsensusConstants): Model<Voting> =>
  Voting(constants, names("a", constants.acceptors).map((acceptor) => [acceptor]))

const constants = {
  acceptors: atLeast(1, "acceptors"),
  values: atLeast(1, "values to choose from"),
  ballots: atLeast(1, "ballots, numbered from 0"),
}

/** The suite `voting`. */
export const votingSuite: Suite = suite({
  name: "tla/voting",
  aliases: ["voting"],
  description: "The idea of Paxos, without messages",
  source: "Lamport, The Paxos algorithm, or how to win a Turing Award (2019); specification Voting",
  constants,
  configurations: [
    {
      name: "3-ballots",
      constants: { acceptors: 3, values: 2, ballots: 3 },
      model: Voting,
      expected: { verdict: "holds", distinct: 6752, generated: 41017, depth: 16 },
    },
    {
      name: "sabotage-disjoint-quorums",
      constants: { acceptors: 3, values: 2, ballots: 3 },
      model: anyQuorum,
      expected: { verdict: "violated", property: "chooses", steps: 3 },
    },
  ],
})
