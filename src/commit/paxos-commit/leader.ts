/**
 * The leader of Paxos Commit: the proposer of single-decree Paxos, in all instances at once.
 *
 * @module
 */
import { Schema } from "effect"
import { machine, type MachineCommand, type MachineState } from "../../system/machine.ts"
import { ignore } from "../../system/process.ts"
import { Decision, TransactionOutcome } from "../decision.ts"
import { announcement } from "../message.ts"
import {
  Acceptances,
  type Accepted,
  inBallot,
  PaxosCommitMessage,
  type PaxosCommitRoles,
  type Value,
} from "./message.ts"

/**
 * A leader of Paxos Commit. The first one starts by asking all participants to vote, and collects what the acceptors have
 * accepted in ballot 0; the others wait until their timers fire. Whoever knows the decision tells the client
 * `committed` or `aborted`.
 *
 * Its log holds the `ballot` that it has started last, so that it starts none twice.
 *
 * @param roles - who takes part.
 * @param self - its own name.
 * @param ballots - it starts no ballot of this number or higher; there is no end unless given.
 *
 * @example
 * ```ts
 * import { paxosCommitLeader } from "touchstone/commit"
 * import { react } from "touchstone"
 *
 * const leader = paxosCommitLeader({ leaders: ["l1", "l2"], acceptors: ["a1"], participants: ["p1"] }, "l2")
 * const reaction = react("l2", leader, leader.start.state, { _tag: "Timer", timer: "l1" }, { now: 0 })
 * reaction._tag === "Next" && reaction.commands.filter(({ _tag }) => _tag === "Send") // => [{ _tag: "Send", to: "a1", message: { _tag: "Phase1a", ballot: 1 } }]
 * ```
 */
export const paxosCommitLeader = (
  { acceptors, leaders, participants }: PaxosCommitRoles,
  self: string,
  ballots: number = Infinity,
) => {
  const rank = leaders.indexOf(self)
  const [first] = leaders
  const majority = Math.floor(acceptors.length / 2) + 1
  const others = leaders.filter((name) => name !== self)
  const watched = self === first ? participants : [first as string]
  const leader = machine({
    durable: { ballot: Schema.Int },
    volatile: {
      decision: Decision,
      phase: Schema.Literals(["asking", "proposed"]),
      /** In its ballot: what the acceptors have reported until it proposed. */
      promises: Schema.Record(Schema.String, Acceptances),
      /** What each acceptor has told that it has accepted, in whatever ballots. */
      accepts: Schema.Record(Schema.String, Acceptances),
    },
    messages: PaxosCommitMessage,
    timers: [...watched, "ballot"],
    replies: TransactionOutcome,
  })
  const { broadcast, cancelTimer, next, process, reply, send, setTimer } = leader
  type State = MachineState<typeof leader>

  const unwatch = watched.map((name) => cancelTimer(name))

  /** The ballots whose number is its rank, modulo the number of leaders, are its own. */
  const nextBallot = (ballot: number) => {
    const own = ballot - ballot % leaders.length + rank
    return own > ballot ? own : own + leaders.length
  }
  const startBallot = (state: State) => {
    const ballot = nextBallot(state.ballot)
    if (ballot >= ballots) return ignore
    return next(
      { ...state, ballot, phase: "asking", promises: {} },
      unwatch,
      broadcast(acceptors, { _tag: "Phase1a", ballot }),
      nextBallot(ballot) < ballots ? [setTimer("ballot")] : [],
    )
  }
  const onTimeout = (state: State) => state.decision === "none" ? startBallot(state) : ignore

  /** What it must propose in an instance: what was accepted in the highest ballot, or else *aborted*. */
  const latest = (promises: State["promises"], participant: string): Value =>
    Object.values(promises)
      .flatMap((accepted) => accepted[participant] ?? [])
      .reduce<Accepted>((one, other) => one.ballot < other.ballot ? other : one, { ballot: -1, value: "aborted" })
      .value

  /** What an instance has chosen: a value that a majority has accepted in one ballot. */
  const choice = (accepts: State["accepts"], participant: string): Value | undefined => {
    const reports = Object.values(accepts).flatMap((accepted) => accepted[participant] ?? [])
    return reports.find(({ ballot }) => reports.filter((other) => other.ballot === ballot).length >= majority)?.value
  }

  const learn = (
    state: State,
    decision: TransactionOutcome,
    ...commands: ReadonlyArray<MachineCommand<typeof leader>>
  ) =>
    next(
      { ...state, decision, promises: {}, accepts: {} },
      unwatch,
      cancelTimer("ballot"),
      commands,
      reply(decision),
    )
  const decide = (state: State, decision: TransactionOutcome) =>
    learn(state, decision, ...broadcast([...participants, ...others], announcement(decision)))
  return process({
    initial: { ballot: 0, decision: "none", phase: "proposed", promises: {}, accepts: {} },
    start: (state) =>
      next(
        state,
        self === first ? broadcast(participants, { _tag: "Prepare" }) : [],
        watched.map((name) => setTimer(name)),
      ),
    receive: {
      /** When a majority has promised, no lower ballot can choose anything that they do not report. */
      Phase1b: (state, { accepted, ballot }, { from }) => {
        if (ballot !== state.ballot || state.decision !== "none" || state.phase === "proposed") return ignore
        const promises = { ...state.promises, [from]: accepted }
        if (Object.keys(promises).length < majority) return next({ ...state, promises })
        const values = Object.fromEntries(participants.map((name) => [name, latest(promises, name)]))
        return next(
          { ...state, phase: "proposed", promises: {} },
          broadcast(acceptors, { _tag: "Phase2a", ballot, values }),
        )
      },
      /** It commits when all instances have chosen *prepared*, and aborts as soon as one has chosen *aborted*. */
      Phase2b: (state, { ballot, values }, { from }) => {
        const known = state.accepts[from] ?? {}
        const news = Object.entries(values).filter(([name]) => ballot > (known[name]?.ballot ?? -1))
        if (state.decision !== "none" || news.length === 0) return ignore
        const accepts = {
          ...state.accepts,
          [from]: { ...known, ...inBallot(ballot, Object.fromEntries(news)) },
        }
        const chosen = participants.map((name) => choice(accepts, name))
        if (chosen.includes("aborted")) return decide(state, "aborted")
        return chosen.every((value) => value === "prepared")
          ? decide(state, "committed")
          : next({ ...state, accepts })
      },
      Commit: (state) => state.decision === "none" ? learn(state, "committed") : ignore,
      Abort: (state) => state.decision === "none" ? learn(state, "aborted") : ignore,
      DecisionRequest: (state, _, { from }) =>
        state.decision === "none" ? ignore : next(state, send(from, announcement(state.decision))),
    },
    timers: Object.fromEntries([...watched, "ballot"].map((name) => [name, onTimeout])),
    restart: startBallot,
    observed: ["ballot", "decision"],
  })
}
