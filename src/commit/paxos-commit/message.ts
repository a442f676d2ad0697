/**
 * What the processes of Paxos Commit say to each other, and who they are.
 *
 * @module
 */
import { Schema } from "effect"
import { commitmentMessages } from "../message.ts"

/** Who takes part in Paxos Commit, by name. The first leader is the one that starts. */
export interface PaxosCommitRoles {
  readonly leaders: ReadonlyArray<string>
  readonly acceptors: ReadonlyArray<string>
  readonly participants: ReadonlyArray<string>
}

/** What an instance of Paxos chooses. */
export const Value = Schema.Literals(["prepared", "aborted"])
/** The type of {@link Value}. */
export type Value = typeof Value.Type

/** What an acceptor has accepted in an instance, and in which ballot. */
export const Accepted = Schema.Struct({ ballot: Schema.Int, value: Value })
/** The type of {@link Accepted}. */
export type Accepted = typeof Accepted.Type

/** Per participant, that is per instance, a value. */
export const Values = Schema.Record(Schema.String, Value)
/** The type of {@link Values}. */
export type Values = typeof Values.Type
/** Per participant, what an acceptor has accepted. */
export const Acceptances = Schema.Record(Schema.String, Accepted)
/** The type of {@link Acceptances}. */
export type Acceptances = typeof Acceptances.Type

/** Values that are accepted in a ballot. */
export const inBallot = (ballot: number, values: Values): Acceptances =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { ballot, value }]))

/** The messages of Paxos Commit. */
export const PaxosCommitMessage = Schema.TaggedUnion({
  ...commitmentMessages,
  /** A leader starts a ballot, in all instances. */
  Phase1a: { ballot: Schema.Int },
  /** An acceptor promises to take part in no lower ballot, and reports what it has accepted. */
  Phase1b: { ballot: Schema.Int, accepted: Acceptances },
  /** The leader of a ballot proposes; in ballot 0 each participant for its own instance. */
  Phase2a: { ballot: Schema.Int, values: Values },
  /** An acceptor has accepted values. */
  Phase2b: { ballot: Schema.Int, values: Values },
})
