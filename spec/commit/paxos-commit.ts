/**
 * # Paxos Commit among processes
 *
 * What must hold of `src/commit/paxos-commit.ts` beside {@link atomicCommitment}: its instances of Paxos never disagree. After Gray
 * and Lamport, *Consensus on Transaction Commit* (2006), section 4.
 *
 * @module
 */
import type { Schema } from "effect"
import type { Decision, PaxosCommitRoles, Vote } from "../../src/commit/index.ts"
import type {
  CommonVariables,
  DeadlockFree,
  Language,
  Processes,
  Properties,
  RecordOf,
  State,
} from "../../src/index.ts"

/** The ballots of leaders, what acceptors have promised and accepted in each instance, and who has voted and decided. */
export type PaxosCommitVariables = {
  readonly ballot: RecordOf<string, Schema.Schema<number>>
  readonly promised: RecordOf<string, Schema.Schema<number>>
  readonly accepted: RecordOf<
    string,
    Schema.Schema<
      { readonly [participant: string]: { readonly ballot: number; readonly value: "prepared" | "aborted" } }
    >
  >
  readonly vote: RecordOf<string, typeof Vote>
  readonly decision: RecordOf<string, typeof Decision>
}

type Observed = State<PaxosCommitVariables>

/**
 * The properties of the instances of Paxos Commit.
 *
 * | property | meaning |
 * |---|---|
 * | `oneValuePerBallot` | in one ballot of one instance no two acceptors accept different values |
 * | `leadersAgree` | no leader decides otherwise than another leader, or a participant |
 * | `mayAllDecide` | in some behaviour all leaders and participants decide |
 *
 * @param language - the constructors of properties over the variables of the system.
 * @param roles - who takes part in it.
 *
 * @example
 * ```ts
 * import { paxosCommit } from "touchstone/commit"
 * import { unordered } from "touchstone"
 * import { instancesAgree } from "touchstone/spec/commit"
 *
 * const system = paxosCommit({ participants: 1, F: 0, ballots: 1, maxDecisionRequests: 0, network: unordered() })
 * const roles = { leaders: ["l1"], acceptors: ["a1"], participants: ["p1"] }
 * system.model(instancesAgree(system, roles)).name // => "Paxos Commit"
 * ```
 */
export const instancesAgree = (
  { always, reachable }: Pick<Language<PaxosCommitVariables>, "always" | "reachable">,
  { acceptors, leaders, participants }: PaxosCommitRoles,
): Properties => {
  const deciders = [...leaders, ...participants]
  const agree = (s: Observed, one: string, other: string): boolean =>
    s.decision[one] === "none" || s.decision[other] === "none" || s.decision[one] === s.decision[other]
  return {
    // Of one acceptor there are no two.
    ...acceptors.length > 1 && {
      oneValuePerBallot: always(
        { instance: participants, one: acceptors, other: acceptors },
        (s, { instance, one, other }) => {
          const [accepted, elsewhere] = [s.accepted[one]?.[instance], s.accepted[other]?.[instance]]
          return accepted === undefined || elsewhere === undefined ||
            accepted.ballot !== elsewhere.ballot || accepted.value === elsewhere.value
        },
      ),
    },
    leadersAgree: always({ leader: leaders, other: deciders }, (s, { leader, other }) => agree(s, leader, other)),
    mayAllDecide: reachable((s) => deciders.every((name) => s.decision[name] !== "none")),
  }
}

/**
 * What need not be waited for.
 *
 * | property | meaning |
 * |---|---|
 * | `mayAbortAtOnce` | in some behaviour a leader aborts in ballot 0 although a participant has yet to vote: one *no* is enough |
 * | `mayDecideLate` | in some behaviour a leader that has begun a higher ballot decides by what was accepted in ballot 0 |
 *
 * The first takes two participants, and the second so many ballots that the first leader has two.
 *
 * @param system - Paxos Commit.
 * @param roles - who takes part in it.
 * @param ballots - how many there are.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { paxosCommit } from "touchstone/commit"
 * import { decidesEarly } from "touchstone/spec/commit"
 *
 * const system = paxosCommit({ participants: 2, F: 0, ballots: 2, maxDecisionRequests: 0, network: unordered() })
 * const roles = { leaders: ["l1"], acceptors: ["a1"], participants: ["p1", "p2"] }
 * Object.keys(decidesEarly(system, roles, 2)) // => ["mayAbortAtOnce", "mayDecideLate"]
 * ```
 */
export const decidesEarly = (
  { reachable }: Pick<Language<PaxosCommitVariables>, "reachable">,
  { acceptors, leaders, participants }: PaxosCommitRoles,
  ballots: number,
): Properties => {
  const [first = "l1"] = leaders
  return {
    ...participants.length > 1 && {
      mayAbortAtOnce: reachable((s) =>
        s.decision[first] === "aborted" && acceptors.every((a) => s.promised[a] === 0) &&
        participants.some((p) => s.vote[p] === "none" && s.decision[p] === "none")
      ),
    },
    ...ballots > leaders.length && {
      mayDecideLate: reachable((s) =>
        s.ballot[first] !== 0 && s.decision[first] !== "none" &&
        acceptors.every((a) => Object.values(s.accepted[a] ?? {}).every(({ ballot }) => ballot === 0))
      ),
    },
  }
}

/**
 * Everybody decides, the leaders too: in a state in which nothing can happen any more, each leader and each participant that is up knows
 * the decision. It claims nothing about behaviours that never end, as {@link nonBlocking} does not.
 *
 * @param system - Paxos Commit.
 * @param roles - who takes part in it.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { paxosCommit } from "touchstone/commit"
 * import { everybodyDecides } from "touchstone/spec/commit"
 *
 * const system = paxosCommit({ participants: 1, F: 0, ballots: 1, maxDecisionRequests: 0, network: unordered() })
 * everybodyDecides(system, { leaders: ["l1"], acceptors: ["a1"], participants: ["p1"] }).kind // => "deadlockFree"
 * ```
 */
export const everybodyDecides = (
  { deadlockFree }: Pick<Language<PaxosCommitVariables & Pick<CommonVariables<Processes>, "status">>, "deadlockFree">,
  { leaders, participants }: PaxosCommitRoles,
): DeadlockFree =>
  deadlockFree((s) =>
    [...leaders, ...participants].every((name) => s.decision[name] !== "none" || s.status[name] !== "up")
  )
