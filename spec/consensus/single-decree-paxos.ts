/**
 * # Single-decree Paxos among processes
 *
 * What must hold of the proposers and acceptors of `src/consensus/single-decree-paxos.ts`: {@link agreement}, and that their votes
 * are those of the abstract algorithm {@link Voting | Voting}, which in turn is a consensus.
 *
 * @module
 */
import { Schema } from "effect"
import {
  hasQuorum,
  type paxosAcceptor,
  type paxosProposer,
  PaxosVote,
  type QuorumSystem,
  type singleDecreePaxos,
} from "../../src/consensus/index.ts"
import {
  type CommonVariables,
  ghost,
  type GhostStep,
  type Language,
  names,
  type Processes,
  type Properties,
  range,
  type RecordOf,
  type StateOf,
  subsets,
  system,
} from "../../src/index.ts"
import { type AcceptorQuorum, Voting } from "../tla/voting.ts"
import { agreement, type DecreeVariables } from "./agreement.ts"
import { ballotTold } from "./negative-answers.ts"

/**
 * The acceptors that a proposer may have heard when it goes on to phase 2: they contain a quorum, and would not without the one
 * that was heard last. Beside a quorum these may be others, whose votes count too; in {@link Voting}, all of them together are
 * the quorum that shows that a value is safe.
 *
 * @example
 * ```ts
 * import { audiences } from "touchstone/spec/consensus"
 * import { majority } from "touchstone/consensus"
 *
 * audiences(majority(["a1", "a2", "a3"])) // => [["a1", "a2"], ["a1", "a3"], ["a2", "a3"]]
 * ```
 */
export const audiences = ({ members, phase1 }: QuorumSystem): ReadonlyArray<ReadonlyArray<string>> =>
  range(1, members.length).flatMap((size) => subsets(members, size)).filter((heard) =>
    hasQuorum(phase1, heard) && heard.some((last) => !hasQuorum(phase1, heard.filter((name) => name !== last)))
  )

/**
 * The votes that each acceptor has ever cast, in their order: a ghost, for the acceptor itself keeps the last one alone.
 *
 * @example
 * ```ts
 * import { votesCast } from "touchstone/spec/consensus"
 *
 * const before = { promised: 0, vote: null }
 * const event = { _tag: "Message", message: { _tag: "Accept" } } as const
 * const votes = { _tag: "Next", state: { promised: 0, vote: { ballot: 0, value: "v1" } }, commands: [] } as const
 * votesCast(["a1"]).next([], { before, event, reaction: votes }) // => [{ ballot: 0, value: "v1" }]
 * ```
 */
export const votesCast = (acceptors: ReadonlyArray<string>) =>
  ghost({
    of: acceptors,
    schema: Schema.Array(PaxosVote),
    initial: [],
    next: (votes, { before, reaction: { state: { vote } } }: GhostStep<StateOf<ReturnType<typeof paxosAcceptor>>>) =>
      vote === null || vote.ballot === before.vote?.ballot ? votes : [...votes, vote],
  })

/**
 * Single-decree Paxos with its votes remembered, as {@link singleDecree} wants it, and with what its proposers were told, as
 * {@link negativeAnswers} does.
 *
 * @example
 * ```ts
 * import { majority, singleDecreePaxos } from "touchstone/consensus"
 * import { names, unordered } from "touchstone"
 * import { withVotes } from "touchstone/spec/consensus"
 *
 * const definition = {
 *   proposals: [{ value: "v1", rounds: 1 }],
 *   quorums: majority(names("a", 3)),
 *   network: unordered(),
 * }
 * Object.keys(withVotes(singleDecreePaxos(definition), definition).definition.ghosts ?? {}) // => ["votes", "told"]
 * ```
 */
export const withVotes = (
  { definition }: Pick<ReturnType<typeof singleDecreePaxos>, "definition">,
  { proposals, quorums }: Pick<Parameters<typeof singleDecreePaxos>[0], "proposals" | "quorums">,
) =>
  system({
    ...definition,
    ghosts: { votes: votesCast(quorums.members), told: ballotTold(names("p", proposals.length)) },
  })

/** What is observed, the promise of each acceptor, and what proposers are at. */
type PaxosVariables = Pick<CommonVariables<Processes>, "state"> & DecreeVariables & {
  readonly promised: RecordOf<string, Schema.Schema<number>>
}

/**
 * The properties of single-decree Paxos: those of {@link agreement}; `heardOnce`: who has promised or voted counts once, however often
 * it answers; and `votes`: the system refines {@link Voting}.
 *
 * @param language - the constructors of properties over the variables of the system {@link withVotes}.
 * @param definition - the proposals and the quorums of the system. Every proposer has an end to its rounds.
 *
 * @example
 * ```ts
 * import { majority, singleDecreePaxos } from "touchstone/consensus"
 * import { names, unordered } from "touchstone"
 * import { singleDecree, withVotes } from "touchstone/spec/consensus"
 *
 * const definition = {
 *   proposals: [{ value: "v1", rounds: 1 }, { value: "v2", rounds: 1 }],
 *   quorums: majority(names("a", 3)),
 *   network: unordered({ duplication: "unbounded" }),
 * }
 * const system = withVotes(singleDecreePaxos(definition), definition)
 * Object.keys(singleDecree(system, definition)).at(-1) // => "votes"
 * ```
 */
export const singleDecree = (
  language: Pick<Language<PaxosVariables>, "always" | "step" | "reachable" | "refines">,
  { proposals, quorums }: Pick<Parameters<typeof singleDecreePaxos>[0], "proposals" | "quorums">,
): Properties => {
  const values = proposals.map(({ value }) => value)
  const retries = proposals.reduce((sum, { rounds }) => sum + (rounds === "unbounded" ? Infinity : rounds) - 1, 0)
  // Each ballot after the first ones is by at most so many above the highest that there was.
  const ballots = proposals.length * (1 + retries)
  const abstract = Voting(
    { acceptors: quorums.members.length, values: values.length, ballots },
    audiences(quorums) as ReadonlyArray<AcceptorQuorum>,
  )
  return {
    ...agreement(language, {
      deciders: names("p", proposals.length),
      values,
      ballots: range(0, ballots - 1),
      quorums: quorums.phase2,
    }),
    heardOnce: language.always({ p: names("p", proposals.length) }, ({ state }, { p }) => {
      const { phase } = state[p] as StateOf<ReturnType<typeof paxosProposer>>
      if (phase._tag === "Idle") return true
      const heard = phase._tag === "Preparing" ? phase.promised : phase.accepted
      return new Set(heard).size === heard.length
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
