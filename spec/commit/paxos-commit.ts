/**
 * # Paxos Commit among processes
 *
 * What must hold of `src/commit/paxos-commit.ts` beside {@link atomicCommitment}: its instances of Paxos never disagree. After Gray
 * and Lamport, *Consensus on Transaction Commit* (2006), section 4.
 *
 * @module
 */
import type { Schema } from "effect"
import type { Decision, PaxosCommitRoles } from "../../src/commit/index.ts"
import type { Language, Properties, RecordOf, State } from "../../src/index.ts"

/** What acceptors have accepted in each instance, and what leaders and participants have decided. */
export type PaxosCommitVariables = {
  readonly accepted: RecordOf<
    string,
    Schema.Schema<
      { readonly [participant: string]: { readonly ballot: number; readonly value: "prepared" | "aborted" } }
    >
  >
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
