/**
 * # What the processes of Paxos Commit have said
 *
 * `src/commit/paxos-commit.ts` beside the public specification {@link PaxosCommit}: nobody says what the specification would not let it
 * say, nor decides what is not chosen. After Gray and Lamport, *Consensus on Transaction Commit* (2006), section 4 and
 * appendix A.3.
 *
 * In the specification a message is never taken out of the set `messages`. Processes forget what they have said; so it is a
 * {@link ghost}, which only the specification has.
 *
 * @module
 */
import { Schema } from "effect"
import {
  type Decision,
  type paxosCommit,
  PaxosCommitMessage,
  type PaxosCommitRoles,
  type Vote,
} from "../../src/commit/index.ts"
import {
  type Always,
  encode,
  ghost,
  type GhostStep,
  type Language,
  type Properties,
  type RecordOf,
  type Refines,
  type State,
  system,
  variant,
} from "../../src/index.ts"
import type { Command } from "../../src/system/process.ts"
import { PaxosCommit, type PaxosCommitMsg, Phase1a, Phase1b, Phase2a, Phase2b, type Val } from "../tla/paxos-commit.ts"
import { Abort, Commit } from "../tla/two-phase.ts"
import { Voting } from "../tla/voting.ts"

type Message = typeof PaxosCommitMessage.Type
type Specified = typeof PaxosCommitMsg.Type
type Value = typeof Val.Type

/** What an instance chooses, in the order of the values of {@link Voting}. */
const VALUES: ReadonlyArray<Value> = ["prepared", "aborted"]

const saysSomething = (command: Command): command is Command & { readonly message: Message } =>
  command._tag === "Send" && !["Prepare", "DecisionRequest"].includes(command.message._tag)

/**
 * All that each process has ever said of ballots, values and decisions.
 *
 * @example
 * ```ts
 * import { messagesSaid } from "touchstone/spec/commit"
 *
 * messagesSaid(["a1", "a2"]).of // => ["a1", "a2"]
 * ```
 */
export const messagesSaid = (processes: ReadonlyArray<string>) =>
  ghost({
    of: processes,
    schema: Schema.Array(PaxosCommitMessage),
    initial: [],
    next: (said, { reaction: { commands } }: GhostStep<unknown>) => {
      const all = new Map(
        [...said, ...commands.filter(saysSomething).map(({ message }) => message)].map((one) => [encode(one), one]),
      )
      return all.size === said.length ? said : [...all.keys()].toSorted().map((key) => all.get(key) as Message)
    },
  })

/**
 * Paxos Commit with all remembered that its processes say, as {@link decidedIsChosen}, {@link instanceVotes} and {@link asSpecified} want it.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { paxosCommit } from "touchstone/commit"
 * import { withMessages } from "touchstone/spec/commit"
 *
 * const definition = { participants: 2, F: 1, ballots: 2, maxDecisionRequests: 0, network: unordered() }
 * Object.keys(withMessages(paxosCommit(definition)).definition.ghosts ?? {}) // => ["said"]
 * ```
 */
export const withMessages = ({ definition }: Pick<ReturnType<typeof paxosCommit>, "definition">) =>
  system({ ...definition, ghosts: { said: messagesSaid(definition.processes.map(({ name }) => name)) } })

/** What is observed of the processes, and what they have ever said. */
export type SaidVariables = {
  readonly said: RecordOf<string, Schema.Schema<ReadonlyArray<Message>>>
  readonly promised: RecordOf<string, Schema.Schema<number>>
  readonly vote: RecordOf<string, typeof Vote>
  readonly decision: RecordOf<string, typeof Decision>
}

type Observed = State<SaidVariables>

/** The votes that an acceptor has ever cast in an instance. */
const votesOf = (s: Observed, acceptor: string, instance: string) =>
  (s.said[acceptor] ?? []).flatMap((message) =>
    message._tag === "Phase2b" && message.values[instance] !== undefined
      ? [{ ballot: message.ballot, value: message.values[instance] }]
      : []
  )

/**
 * Nobody decides what is not chosen: a leader tells that the transaction is committed only if all instances have chosen *prepared*,
 * and that it is aborted only if one has chosen *aborted*. What is chosen, a majority of the acceptors has voted for in one ballot.
 *
 * @param language - the constructors of properties over the variables of the system {@link withMessages}.
 * @param roles - who takes part in it.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { paxosCommit } from "touchstone/commit"
 * import { decidedIsChosen, withMessages } from "touchstone/spec/commit"
 *
 * const definition = { participants: 1, F: 0, ballots: 1, maxDecisionRequests: 0, network: unordered() }
 * const roles = { leaders: ["l1"], acceptors: ["a1"], participants: ["p1"] }
 * decidedIsChosen(withMessages(paxosCommit(definition)), roles).kind // => "always"
 * ```
 */
export const decidedIsChosen = (
  { always }: Pick<Language<SaidVariables>, "always">,
  { acceptors, leaders, participants }: PaxosCommitRoles,
): Always => {
  const isChosen = (s: Observed, instance: string, value: Value): boolean => {
    const votes = acceptors.map((acceptor) => votesOf(s, acceptor, instance))
    return votes.flat().some((chosen) =>
      chosen.value === value &&
      votes.filter((cast) => cast.some((vote) => encode(vote) === encode(chosen))).length > acceptors.length / 2
    )
  }
  return always({ leader: leaders }, (s, { leader }) =>
    (s.said[leader] ?? []).every(({ _tag }) => {
      if (_tag === "Commit") return participants.every((p) => isChosen(s, p, "prepared"))
      return _tag !== "Abort" || participants.some((p) => isChosen(s, p, "aborted"))
    }))
}

/**
 * The votes in each instance are those of the abstract algorithm {@link Voting | Voting}, in which all acceptors have joined ballot 0:
 * a property `votes of p1` for the instance of each participant.
 *
 * @param language - the constructors of properties over the variables of the system {@link withMessages}.
 * @param roles - who takes part in it.
 * @param ballots - how many there are.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { paxosCommit } from "touchstone/commit"
 * import { instanceVotes, withMessages } from "touchstone/spec/commit"
 *
 * const definition = { participants: 1, F: 0, ballots: 1, maxDecisionRequests: 0, network: unordered() }
 * const roles = { leaders: ["l1"], acceptors: ["a1"], participants: ["p1"] }
 * Object.keys(instanceVotes(withMessages(paxosCommit(definition)), roles, 1)) // => ["votes of p1"]
 * ```
 */
export const instanceVotes = (
  { refines }: Pick<Language<SaidVariables>, "refines">,
  { acceptors, participants }: PaxosCommitRoles,
  ballots: number,
): Properties => {
  const joined = variant(
    Voting({ acceptors: acceptors.length, values: VALUES.length, ballots }),
    "Voting, ballot 0 joined",
    () => ({ initial: [{ votes: () => [], maxBal: () => 0 }] }),
  )
  return Object.fromEntries(participants.map((p) => [
    `votes of ${p}`,
    refines(joined, {
      maxBal: (s) => (a) => s.promised[a] ?? 0,
      votes: (s) => (a) =>
        votesOf(s, a, p).map(({ ballot, value }) => ({ bal: ballot, val: `v${VALUES.indexOf(value) + 1}` as const })),
    }),
  ]))
}

/** A message of an acceptor or a leader about one instance, in terms of {@link PaxosCommit}. */
const specified = (from: string, message: Message, participant: string, ins: string): ReadonlyArray<Specified> => {
  switch (message._tag) {
    case "Phase1a":
      return [Phase1a.make({ ins, bal: message.ballot })]
    case "Phase1b": {
      const { ballot: bal, value: val } = message.accepted[participant] ?? { ballot: -1, value: "none" }
      return [Phase1b.make({ ins, acc: from, mbal: message.ballot, bal, val })]
    }
    case "Phase2a":
      return [Phase2a.make({ ins, bal: message.ballot, val: message.values[participant] as Value })]
    case "Phase2b":
      return [Phase2b.make({ ins, acc: from, bal: message.ballot, val: message.values[participant] as Value })]
    case "Commit":
      return [Commit.make({})]
    case "Abort":
      return [Abort.make({})]
    default:
      return []
  }
}

/**
 * Paxos Commit with one participant does what the public specification {@link PaxosCommit} lets it do, step by step.
 *
 * With more participants an acceptor votes in all instances in one step, and a leader starts a ballot in all of them; in the
 * specification these are as many steps. Of them {@link instanceVotes} speaks, one by one.
 *
 * @param language - the constructors of properties over the variables of the system {@link withMessages}.
 * @param roles - who takes part in it: one participant.
 * @param ballots - how many there are.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { paxosCommit } from "touchstone/commit"
 * import { asSpecified, withMessages } from "touchstone/spec/commit"
 *
 * const definition = { participants: 1, F: 0, ballots: 1, maxDecisionRequests: 0, network: unordered() }
 * const roles = { leaders: ["l1"], acceptors: ["a1"], participants: ["p1"] }
 * asSpecified(withMessages(paxosCommit(definition)), roles, 1).kind // => "refines"
 * ```
 */
export const asSpecified = (
  { refines }: Pick<Language<SaidVariables>, "refines">,
  { acceptors, participants: [participant = "p1"] }: PaxosCommitRoles,
  ballots: number,
): Refines => {
  const lastVote = (s: Observed, acceptor: string) =>
    votesOf(s, acceptor, participant).toSorted((one, other) => one.ballot - other.ballot).at(-1)
  const rm = "rm1"
  return refines(PaxosCommit({ rms: 1, acceptors: acceptors.length, ballots }), {
    rmState: (s) => () => {
      const decision = s.decision[participant]
      if (decision !== "none" && decision !== undefined) return decision
      return s.vote[participant] === "yes" ? "prepared" : "working"
    },
    aState: (s) => () => (a) => {
      const { ballot: bal, value: val } = lastVote(s, a) ?? { ballot: -1, value: "none" } as const
      return { mbal: s.promised[a] ?? 0, bal, val }
    },
    messages: (s) =>
      Object.entries(s.said).flatMap(([from, messages]) =>
        messages.flatMap((message) => specified(from, message, participant, rm))
      ),
  })
}
