/**
 * # Votes in slots
 *
 * Each slot of a replicated log is a decree of its own: its votes are those of the abstract algorithm {@link Voting | Voting}, so at
 * most one entry is ever chosen there, and stays chosen; and nothing is in a log that is not chosen. It is what makes a log
 * of Multi-Paxos one log, and is broken long before two logs differ: a vote that is not safe is seen when it is cast.
 *
 * @module
 */
import { Schema } from "effect"
import {
  type LogEntry,
  type multiPaxos,
  type multiPaxosServer,
  type QuorumSystem,
  SlotVote,
} from "../../src/consensus/index.ts"
import {
  type Budget,
  encode,
  ghost,
  type GhostStep,
  type Language,
  type Properties,
  range,
  type RecordOf,
  type State,
  type StateOf,
  system,
} from "../../src/index.ts"
import { Voting } from "../tla/voting.ts"
import { audiences } from "./single-decree-paxos.ts"

/**
 * The votes that each server has ever cast, by slot and ballot: a ghost, for a server keeps the last one of each slot alone.
 *
 * @example
 * ```ts
 * import { slotVotesCast } from "touchstone/spec/consensus"
 *
 * slotVotesCast(["s1", "s2"]).of // => ["s1", "s2"]
 * ```
 */
export const slotVotesCast = (servers: ReadonlyArray<string>) =>
  ghost({
    of: servers,
    schema: Schema.Array(SlotVote),
    initial: [],
    next: (cast, { before, reaction: { state } }: GhostStep<StateOf<ReturnType<typeof multiPaxosServer>>>) => {
      if (state.votes === before.votes) return cast
      const isNew = ({ ballot, slot }: SlotVote) => !cast.some((vote) => vote.slot === slot && vote.ballot === ballot)
      return [...cast, ...state.votes.filter(isNew)]
        .toSorted((one, other) => one.slot - other.slot || one.ballot - other.ballot)
    },
  })

/**
 * Multi-Paxos with its votes remembered, as {@link slotVotes} wants it.
 *
 * @example
 * ```ts
 * import { majority, multiPaxos } from "touchstone/consensus"
 * import { unordered } from "touchstone"
 * import { counter, withSlotVotes } from "touchstone/spec/consensus"
 *
 * const definition = {
 *   object: counter,
 *   operations: ["increment"],
 *   quorums: majority(["s1", "s2", "s3"]),
 *   rounds: [1, 1, 0],
 *   requests: [1],
 *   network: unordered({ duplication: "unbounded" }),
 * }
 * Object.keys(withSlotVotes(multiPaxos(definition), definition).definition.ghosts ?? {}) // => ["cast"]
 * ```
 */
export const withSlotVotes = <R extends Parameters<typeof multiPaxos>[0]["recording"]>(
  { definition }: Pick<ReturnType<typeof multiPaxos<R>>, "definition">,
  { quorums }: { readonly quorums: QuorumSystem },
) => system({ ...definition, ghosts: { cast: slotVotesCast(quorums.members) } })

/** What is observed of servers, and the votes that they have ever cast. */
export type SlotVoteVariables = {
  readonly log: RecordOf<string, Schema.Schema<ReadonlyArray<LogEntry>>>
  readonly promised: RecordOf<string, Schema.Schema<number>>
  readonly cast: RecordOf<string, Schema.Schema<ReadonlyArray<SlotVote>>>
}

const sum = (budgets: ReadonlyArray<Budget>): number =>
  budgets.reduce<number>((sum, budget) => sum + (budget === "unbounded" ? Infinity : budget), 0)

/**
 * The properties of the votes of a replicated log.
 *
 * | property | formula |
 * |---|---|
 * | `logIsChosen` | `∀ s, slot : Chosen(slot, log[s][slot])` |
 * | `votes in slot 0` | the votes that were cast in the slot are those of {@link Voting}; the same for each slot that there can be |
 *
 * where `Chosen(slot, e) ≜ ∃ b, Q : ∀ s ∈ Q : ⟨slot, b, e⟩ ∈ cast[s]`.
 *
 * In {@link Voting} an acceptor promises in one step and votes in another. So a server must not become leader by its own
 * promise alone, since it gives that promise, and votes, in one step: no quorum of phase 1 may have only one server.
 *
 * @param language - the constructors of properties over the variables of the service {@link withSlotVotes}.
 * @param definition - the definition of the service. The requests of every client and the candidacies of every server must be bounded.
 *
 * @example
 * ```ts
 * import { majority, multiPaxos } from "touchstone/consensus"
 * import { unordered } from "touchstone"
 * import { counter, slotVotes, withSlotVotes } from "touchstone/spec/consensus"
 *
 * const definition = {
 *   object: counter,
 *   operations: ["increment"],
 *   quorums: majority(["s1", "s2", "s3"]),
 *   rounds: [1, 0, 0],
 *   requests: [1],
 *   network: unordered({ duplication: "unbounded" }),
 * }
 * Object.keys(slotVotes(withSlotVotes(multiPaxos(definition), definition), definition)) // => ["logIsChosen", "votes in slot 0"]
 * ```
 */
export const slotVotes = (
  { always, refines }: Pick<Language<SlotVoteVariables>, "always" | "refines">,
  { operations, quorums, requests, rounds }: Pick<
    Parameters<typeof multiPaxos>[0],
    "operations" | "quorums" | "requests" | "rounds"
  >,
): Properties => {
  const { members: servers } = quorums
  const entries: ReadonlyArray<LogEntry> = [
    { _tag: "Noop" },
    ...requests.flatMap((count, index) =>
      range(1, sum([count])).flatMap((sequence) =>
        operations.map((operation) => ({ _tag: "Operation", client: `c${index + 1}`, sequence, operation } as const))
      )
    ),
  ]
  // A candidate takes the next ballot of its own, and a leader proposes a request once: so there are no more of either.
  const ballots = range(0, servers.length * sum(rounds) - 1)
  const slots = range(0, sum(requests) * sum(rounds) - 1)

  const isChosen = ({ cast }: State<SlotVoteVariables>, slot: number, entry: LogEntry): boolean =>
    ballots.some((ballot) =>
      quorums.phase2.some((quorum) =>
        quorum.every((s) =>
          cast[s]?.some((vote) =>
            vote.slot === slot && vote.ballot === ballot && encode(vote.entry) === encode(entry)
          ) === true
        )
      )
    )

  // The names that acceptors, values and ballots have in Voting.
  const acceptor = new Map(servers.map((s, index) => [s, `a${index + 1}` as const]))
  const server = new Map(servers.map((s) => [acceptor.get(s), s]))
  const value = new Map(entries.map((entry, index) => [encode(entry), `v${index + 1}` as const]))
  const abstract = Voting(
    { acceptors: servers.length, values: entries.length, ballots: ballots.length },
    audiences(quorums).map((heard) => heard.map((s) => acceptor.get(s)!)),
  )
  return {
    logIsChosen: always(
      { s: servers },
      (state, { s }) => state.log[s]?.every((entry, slot) => isChosen(state, slot, entry)) === true,
    ),
    ...Object.fromEntries(slots.map((slot) => [
      `votes in slot ${slot}`,
      refines(abstract, {
        maxBal: ({ promised }) => (a) => promised[server.get(a)!]!,
        votes: ({ cast }) => (a) =>
          cast[server.get(a)!]!
            .filter((vote) => vote.slot === slot)
            .map(({ ballot, entry }) => ({ bal: ballot, val: value.get(encode(entry))! })),
      }),
    ])),
  }
}
