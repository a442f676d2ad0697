/**
 * Paxos: the counts that TLC reports for `Paxos`, and five ways to break it.
 *
 * @module
 */
import { Paxos, Paxos1a, Paxos1b, Paxos2a, promises } from "../../../spec/tla/paxos.ts"
import type { ConsensusConstants } from "../../../spec/tla/voting.ts"
import { add, majorities, type Model, names, range, type State, variant } from "../../../src/index.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"

/** Only agreement: the inductive invariant notices earlier that something is wrong. */
const agreement = ({ properties }: Model<Paxos>) => ({
  agreement: properties["agreement"] as Model<Paxos>["properties"][string],
})

const domains = ({ acceptors, ballots, values }: ConsensusConstants) => ({
  Acceptor: names("a", acceptors),
  Ballot: range(0, ballots - 1),
  Quorums: majorities(names("a", acceptors)),
  Value: names("v", values),
})

/** A leader proposes a second value in its ballot. */
const twoValues = (constants: ConsensusConstants): Model<Paxos> => {
  const { Ballot, Quorums, Value } = domains(constants)
  const model = Paxos(constants)
  return variant(model, "Paxos, two values proposed in one ballot", ({ action }) => ({
    actions: {
      phase2aFree: action({ bal: Ballot, quorum: Quorums, val: Value }, (s, { bal, quorum, val }) => {
        const promised = promises(s, quorum, bal)
        return quorum.every((a) => promised.some(({ acc }) => acc === a)) &&
          promised.every(({ mbal }) => mbal === -1) && { messages: add(Paxos2a.make({ bal, val })) }
      }),
    },
    properties: agreement(model),
  }))
}

/** A leader goes on as soon as one acceptor has answered. */
const noQuorum = (constants: ConsensusConstants): Model<Paxos> => {
  const { Acceptor, Ballot, Value } = domains(constants)
  const model = Paxos(constants)
  return variant(model, "Paxos, no quorum asked in phase 1", ({ action }) => ({
    actions: {
      phase2aFree: action(
        { bal: Ballot, acc: Acceptor, val: Value },
        (s, { acc, bal, val }) =>
          !s.messages.some({ _tag: "2a", bal }) &&
          s.messages.has(Paxos1b.make({ acc, bal, mbal: -1, mval: "none" })) && {
            messages: add(Paxos2a.make({ bal, val })),
          },
      ),
    },
    properties: agreement(model),
  }))
}

/** A leader proposes what it likes, whatever votes are reported. */
const votesIgnored = (constants: ConsensusConstants): Model<Paxos> => {
  const { Ballot, Quorums, Value } = domains(constants)
  const model = Paxos(constants)
  return variant(model, "Paxos, reported votes ignored", ({ action }) => ({
    actions: {
      phase2aFree: action(
        { bal: Ballot, quorum: Quorums, val: Value },
        (s, { bal, quorum, val }) =>
          !s.messages.some({ _tag: "2a", bal }) &&
          quorum.every((acc) => s.messages.some({ _tag: "1b", acc, bal })) && {
            messages: add(Paxos2a.make({ bal, val })),
          },
      ),
    },
    properties: agreement(model),
  }))
}

/** An acceptor answers a leader, but does not remember that it has joined the ballot. */
const promiseForgotten = (constants: ConsensusConstants): Model<Paxos> => {
  const { Acceptor, Ballot } = domains(constants)
  const model = Paxos(constants)
  return variant(model, "Paxos, a promise not remembered", ({ action }) => ({
    actions: {
      phase1b: action(
        { acc: Acceptor, bal: Ballot },
        (s, { acc, bal }) =>
          s.messages.has(Paxos1a.make({ bal })) && bal > s.maxBal[acc] && {
            messages: add(Paxos1b.make({ acc, bal, mbal: s.maxVBal[acc], mval: s.maxVal[acc] })),
          },
      ),
    },
    properties: agreement(model),
  }))
}

/** Any single acceptor is a quorum. */
const disjointQuorums = (constants: ConsensusConstants): Model<Paxos> => {
  const model = Paxos(constants, names("a", constants.acceptors).map((acceptor) => [acceptor]))
  return variant(model, "Paxos, disjoint quorums", () => ({ properties: agreement(model) }))
}

const constants = {
  acceptors: atLeast(1, "acceptors"),
  values: atLeast(1, "values to choose from"),
  ballots: atLeast(1, "ballots, numbered from 0"),
}

const sabotaged = { acceptors: 3, values: 2, ballots: 2 }

/** Of each ballot, which acceptors have voted for which value. */
const votes = (s: State<Paxos>): object => {
  const cast = s.messages.where({ _tag: "2b" })
  const byValue = (bal: number) => Object.groupBy(cast.filter((vote) => vote.bal === bal), ({ val }) => val)
  return Object.fromEntries(
    Array.from(new Set(cast.map(({ bal }) => bal)), (bal) => [
      bal,
      Object.fromEntries(Object.entries(byValue(bal)).map(([val, votes]) => [val, votes?.map(({ acc }) => acc)])),
    ]),
  )
}

/** The suite `paxos`. */
export const paxosSuite: Suite = suite({
  name: "tla/paxos",
  aliases: ["paxos"],
  description: "The Paxos consensus algorithm with messages that may be lost, duplicated and reordered",
  source: "Lamport, The Paxos algorithm, or how to win a Turing Award (2019); specification Paxos",
  constants,
  configurations: [
    {
      name: "2-ballots",
      constants: { acceptors: 3, values: 2, ballots: 2 },
      model: Paxos,
      expected: { verdict: "holds", distinct: 3921, generated: 23563, depth: 17 },
    },
    {
      name: "3-ballots",
      constants: { acceptors: 3, values: 2, ballots: 3 },
      model: Paxos,
      expected: { verdict: "holds", distinct: 185369, generated: 1361380, depth: 25 },
    },
    {
      name: "sabotage-two-values",
      constants: sabotaged,
      model: twoValues,
      expected: { verdict: "violated", property: "agreement", steps: 9 },
    },
    {
      name: "sabotage-no-quorum",
      constants: sabotaged,
      model: noQuorum,
      expected: { verdict: "violated", property: "agreement", steps: 10 },
    },
    {
      name: "sabotage-votes-ignored",
      constants: sabotaged,
      model: votesIgnored,
      expected: { verdict: "violated", property: "agreement", steps: 12 },
    },
    {
      name: "sabotage-promise-forgotten",
      constants: sabotaged,
      model: promiseForgotten,
      expected: { verdict: "violated", property: "agreement", steps: 12 },
    },
    {
      name: "sabotage-disjoint-quorums",
      constants: sabotaged,
      model: disjointQuorums,
      expected: { verdict: "violated", property: "agreement", steps: 8 },
    },
  ],
  show: { votes },
})
