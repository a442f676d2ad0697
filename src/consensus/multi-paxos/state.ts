/**
 * What a server of Multi-Paxos keeps: what an acceptor, a leader and a replica need, for it is all three.
 *
 * @module
 */
import { Schema } from "effect"
import { type Behaviour, machine, type MachineCommand, type MachineState } from "../../system/machine.ts"
import type { Next } from "../../system/process.ts"
import { Choice, LogEntry, LogMessage, SlotVote } from "./message.ts"

/** What a server is at besides voting. */
const Role = Schema.TaggedUnion({
  Follower: {},
  /**
   * Who has promised, by name and not in the order of arrival, which makes no difference; and the highest votes that they have
   * reported.
   */
  Candidate: {
    ballot: Schema.Int,
    /** The first slot of which it did not know what is chosen. */
    slot: Schema.Int,
    promised: Schema.Array(Schema.String),
    votes: Schema.Array(SlotVote),
  },
  /** What it has proposed and is not chosen yet, and who has voted for it. */
  Leader: {
    ballot: Schema.Int,
    /** The slot that its candidacy began with. */
    slot: Schema.Int,
    proposals: Schema.Array(
      Schema.Struct({ slot: Schema.Int, entry: LogEntry, accepted: Schema.Array(Schema.String) }),
    ),
  },
})

/** The object, and for each client the number of its last request and what was answered. */
export const Applied = Schema.Struct({
  object: Schema.Json,
  answers: Schema.Record(Schema.String, Schema.Struct({ sequence: Schema.Int, result: Schema.Json })),
})
/** The type of {@link Applied}. */
export type Applied = typeof Applied.Type

/** The constructors of servers, their reactions and their commands. */
export const server = machine({
  durable: {
    /** How often it has become a candidate. */
    begun: Schema.Int,
    /** The highest ballot in which it takes part; it begins only higher ones, so none twice. */
    promised: Schema.Int,
    /** Its latest vote in each slot. */
    votes: Schema.Array(SlotVote),
    /** The entries that are chosen and applied, from the first slot on without a gap. */
    log: Schema.Array(LogEntry),
  },
  volatile: {
    role: Role,
    /** What is chosen, but not yet applied, for there is a gap before it. */
    ahead: Schema.Array(Choice),
    applied: Applied,
  },
  messages: LogMessage,
  timers: ["election", "heartbeat"],
})

/** The state of a server. */
export type State = MachineState<typeof server>
/** Commands of a server. */
export type Commands = ReadonlyArray<MachineCommand<typeof server>>
/** A step of a server. */
export type Step = Next<State, MachineCommand<typeof server>>
/** What a server does with messages, by tag; those of each of its parts are some of them. */
export type ServerHandlers = NonNullable<
  Behaviour<State, typeof LogMessage.Type, "election" | "heartbeat", never>["receive"]
>
/** What it does when its timers fire. */
export type ServerTimers = Behaviour<State, typeof LogMessage.Type, "election" | "heartbeat", never>["timers"]
