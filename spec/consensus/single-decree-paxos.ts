/**
 * # Single-decree Paxos among processes
 *
 * What must hold of the proposers and acceptors of `src/consensus/single-decree-paxos.ts`: {@link agreement}, and that their votes are those
 * of the abstract algorithm {@link voting | Voting}, which in turn is a consensus.
 *
 * @module
 */
import type { Schema } from "effect"
import {
  hasQuorum,
  type Language,
  names,
  type Properties,
  type QuorumSystem,
  range,
  type RecordOf,
  type singleDecreePaxos,
  subsets,
} from "../../src/index.ts"
import { type Quorum, voting } from "../tla/voting.ts"
import { agreement, type DecreeVariables } from "./agreement.ts"

/**
 * Whom a proposer may have heard when it goes on to phase 2: acceptors that contain a quorum, and would not without the one
 * who was heard last. Beside a quorum these may be others, whose votes count too; in {@link voting}, all of them together are
 * the quorum that shows that a value is safe.
 */
const audiences = ({ members, phase1 }: QuorumSystem): ReadonlyArray<Quorum> =>
  range(1, members.length).flatMap((size) => subsets(members as Quorum, size)).filter((heard) =>
    hasQuorum(phase1, heard) && heard.some((last) => !hasQuorum(phase1, heard.filter((name) => name !== last)))
  )

/** What is observed, and the promise of each acceptor. */
type PaxosVariables = DecreeVariables & { readonly promised: RecordOf<string, Schema.Schema<number>> }

/**
 * The properties of single-decree Paxos: those of {@link agreement}, and `votes`: the system refines {@link voting}.
 *
 * @param language - the constructors of properties over the variables of the system.
 * @param definition - the proposals and the quorums of the system. Every proposer has an end to its rounds.
 *
 * @example
 * ```ts
 * import { majority, names, singleDecreePaxos, unordered } from "touchstone"
 * import { singleDecree } from "touchstone/spec"
 *
 * const proposals = [{ value: "v1", rounds: 1 }, { value: "v2", rounds: 1 }]
 * const quorums = majority(names("a", 3))
 * const system = singleDecreePaxos({ proposals, quorums, network: unordered({ duplication: "unbounded" }) })
 * Object.keys(singleDecree(system, { proposals, quorums })).at(-1) // => "votes"
 * ```
 */
export const singleDecree = (
  language: Pick<Language<PaxosVariables>, "always" | "step" | "reachable" | "refines">,
  { proposals, quorums }: Pick<Parameters<typeof singleDecreePaxos>[0], "proposals" | "quorums">,
): Properties => {
  const values = proposals.map(({ value }) => value)
  const ballots = proposals.length *
    Math.max(...proposals.map(({ rounds }) => rounds === "unbounded" ? Infinity : rounds))
  const abstract = voting({ acceptors: quorums.members.length, values: values.length, ballots }, audiences(quorums))
  return {
    ...agreement(language, {
      deciders: names("p", proposals.length),
      values,
      ballots: range(0, ballots - 1),
      quorums: quorums.phase2,
    }),
    votes: language.refines(abstract, {
      maxBal: (s) => s.promised,
      votes: (s) => (acceptor) =>
        (s.votes[acceptor] ?? []).map(({ ballot, value }) => ({
          bal: ballot,
          val: `v${values.indexOf(value) + 1}` as const,
        })),
    }),
  }
}
