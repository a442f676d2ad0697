/**
 * # Single-decree Paxos among processes
 *
 * The proposers and acceptors of `src/consensus/paxos.ts` as a system, and what must hold of it: {@link agreement}, and
 * that their votes are those of the abstract algorithm {@link voting | Voting}, which in turn is a consensus.
 *
 * @module
 */
import {
  type Faults,
  hasQuorum,
  type Model,
  named,
  names,
  type Network,
  paxosAcceptor,
  paxosProposer,
  type QuorumSystem,
  range,
  subsets,
  system,
} from "../src/index.ts"
import { agreement } from "./agreement.ts"
import { type Quorum, voting } from "./voting.ts"

/** What a {@link singleDecreePaxos} consists of. */
export interface Decision {
  /** How many ballots each proposer may lead: one number per proposer. */
  readonly rounds: ReadonlyArray<number>
  readonly quorums: QuorumSystem
  readonly network: Network
  readonly faults?: Faults
  /** Another acceptor than that of the library: a sabotaged one, say. */
  readonly acceptor?: typeof paxosAcceptor
  /** Another proposer than that of the library. */
  readonly proposer?: typeof paxosProposer
}

/**
 * Whom a proposer may have heard when it goes on to phase 2: acceptors that contain a quorum, and would not without the one
 * who was heard last. Beside a quorum these may be others, whose votes count too; in {@link voting}, all of them together are
 * the quorum that shows that a value is safe.
 */
const audiences = ({ members, phase1 }: QuorumSystem): ReadonlyArray<Quorum> =>
  range(1, members.length).flatMap((size) => subsets(members as Quorum, size)).filter((heard) =>
    hasQuorum(phase1, heard) && heard.some((last) => !hasQuorum(phase1, heard.filter((name) => name !== last)))
  )

/**
 * Proposers `p1`, `p2`, … that propose the values `v1`, `v2`, … to acceptors.
 *
 * The properties are those of {@link agreement}, and `votes`: the system refines {@link voting}.
 *
 * @example
 * ```ts
 * import { majority, names, unordered } from "touchstone"
 * import { singleDecreePaxos } from "touchstone/spec"
 *
 * const quorums = majority(names("a", 3))
 * singleDecreePaxos({ rounds: [1, 1], quorums, network: unordered({ duplication: "unbounded" }) }).name // => "single-decree Paxos"
 * ```
 */
export const singleDecreePaxos = (
  { acceptor = paxosAcceptor, faults = {}, network, proposer = paxosProposer, quorums, rounds }: Decision,
): Model<any> => {
  const Proposer = names("p", rounds.length)
  const Acceptor = quorums.members as ReadonlyArray<`a${number}`>
  const decree = system({
    name: "single-decree Paxos",
    processes: [
      ...Proposer.map((name, index) =>
        named(
          name,
          proposer({
            value: `v${index + 1}`,
            index,
            proposers: rounds.length,
            quorums,
            rounds: rounds[index] as number,
          }),
        )
      ),
      ...Acceptor.map((name) => named(name, acceptor())),
    ],
    network,
    faults,
  })
  const Value = names("v", rounds.length)
  const ballots = rounds.length * Math.max(...rounds)
  const abstract = voting({ acceptors: Acceptor.length, values: Value.length, ballots }, audiences(quorums))
  return decree.model({
    ...agreement(decree, {
      deciders: Proposer,
      values: Value,
      ballots: range(0, ballots - 1),
      quorums: quorums.phase2,
    }),
    votes: decree.refines(abstract, {
      maxBal: (s) => s.promised,
      votes: (s) => (acceptor) =>
        (s.votes[acceptor] ?? []).map(({ ballot, value }) => ({ bal: ballot, val: value as `v${number}` })),
    }),
  })
}
