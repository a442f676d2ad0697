/**
 * Raft's change of membership by one server at a time, and what was wrong with it: Ongaro, *bug in single-server membership
 * changes* (raft-dev, July 2015), of his dissertation (2014), section 4.1.
 *
 * Majorities of two configurations that differ by one server overlap, and so one server at a time is safe as long as there is one
 * leader. But two leaders in a row may each change what they have found, and majorities of *their* configurations need not overlap.
 * The remedy: a leader changes nothing before it has committed an entry of its own term.
 *
 * Here `s1` leads in term 1, and may stand again in term 3; `s2` may stand in term 2. Each removes one server of four. Of Raft
 * there is the election, and the replication of a whole log at a time; entries are committed as in the paper, figure 8.
 */
import { Schema } from "effect"
import { expect, it } from "vitest"
import { Search } from "../../../model-check/engine/explore/search.ts"
import { ignore, machine, named, names, system, unordered } from "../../../src/index.ts"

const servers = names("s", 4)

/** An entry of the log: what its leader has put at the beginning of its term, or the members from now on. */
const Entry = Schema.Struct({ term: Schema.Int, members: Schema.NullOr(Schema.Array(Schema.String)) })
type Entry = typeof Entry.Type
type Log = ReadonlyArray<Entry>
const Log = Schema.Array(Entry)

const Message = Schema.TaggedUnion({
  RequestVote: { term: Schema.Int, lastTerm: Schema.Int, length: Schema.Int },
  Vote: { term: Schema.Int },
  Append: { term: Schema.Int, log: Log },
  Acknowledge: { term: Schema.Int, length: Schema.Int },
})

const lastTerm = (log: Log): number => log.at(-1)?.term ?? 0
/** The latest members in the log, committed or not. */
const membersIn = (log: Log): ReadonlyArray<string> =>
  log.findLast(({ members }) => members !== null)?.members ?? servers
const isMajority = (some: ReadonlyArray<string>, log: Log): boolean => {
  const members = membersIn(log)
  return 2 * members.filter((name) => some.includes(name)).length > members.length
}
const isPrefix = (one: Log, other: Log): boolean =>
  one.length <= other.length && one.every(({ term }, index) => term === other[index]?.term)

const raft = machine({
  durable: { term: Schema.Int, log: Log, stood: Schema.Boolean, committed: Log },
  volatile: {
    role: Schema.Literals(["follower", "candidate", "leader"]),
    /** Who has voted for it, or has the whole log. */
    with: Schema.Array(Schema.String),
  },
  messages: Message,
})
const { broadcast, input, next, process, send } = raft

const server = (self: string, leads: boolean, stands: number | null, removes: string | null, waits: boolean) => {
  type State = ReturnType<typeof process>["start"]["state"]
  const others = (log: Log) => membersIn(log).filter((name) => name !== self)
  const appended = (state: State, entry: Entry) => {
    const log = [...state.log, entry]
    return next({ ...state, log, with: [self] }, broadcast(others(log), { _tag: "Append", term: state.term, log }))
  }
  /** A higher term makes a follower of everybody. */
  const seen = (state: State, term: number): State =>
    term > state.term ? { ...state, term, role: "follower", with: [] } : state
  const first: Entry = { term: 1, members: null }
  return process({
    // The first entry of term 1 is committed.
    initial: {
      term: 1,
      log: [first],
      stood: false,
      committed: [first],
      role: "follower",
      with: [],
    },
    start: (state) => next(leads ? { ...state, role: "leader", with: servers } : state),
    inputs: {
      ...(stands !== null && {
        stand: input((state: State) =>
          state.stood || state.term >= stands || state.role === "leader" ? ignore : next(
            { ...state, term: stands, stood: true, role: "candidate", with: [self] },
            broadcast(others(state.log), {
              _tag: "RequestVote",
              term: stands,
              lastTerm: lastTerm(state.log),
              length: state.log.length,
            }),
          )
        ),
      }),
      ...(removes !== null && {
        change: input((state: State) => {
          if (state.role !== "leader") return ignore
          // The remedy.
          if (waits && lastTerm(state.committed) !== state.term) return ignore
          const members = membersIn(state.log)
          if (!members.includes(removes)) return ignore
          return appended(state, {
            term: state.term,
            members: members.filter((name) => name !== removes),
          })
        }),
      }),
    },
    receive: {
      // A server votes once in a term; here no two candidates stand in one, so who knows the term has voted or heard its leader.
      RequestVote: (state, { lastTerm: theirs, length, term }, { from }) => {
        if (term <= state.term) return ignore
        const own = lastTerm(state.log)
        const isCurrent = theirs > own || (theirs === own && length >= state.log.length)
        return next(seen(state, term), isCurrent ? send(from, { _tag: "Vote", term }) : [])
      },
      Vote: (state, { term }, { from }) => {
        if (state.role !== "candidate" || term !== state.term) return ignore
        const votes = [...new Set([...state.with, from])].toSorted()
        if (!isMajority(votes, state.log)) return next({ ...state, with: votes })
        return appended({ ...state, role: "leader" }, { term, members: null })
      },
      Append: (state, { log, term }, { from }) => {
        if (term < state.term) return ignore
        const known = seen(state, term)
        // An older message of the same leader takes nothing away.
        if (isPrefix(log, known.log)) return known === state ? ignore : next(known)
        return next({ ...known, log }, send(from, { _tag: "Acknowledge", term, length: log.length }))
      },
      Acknowledge: (state, { length, term }, { from }) => {
        if (state.role !== "leader" || term !== state.term || length !== state.log.length) return ignore
        if (state.committed.length === state.log.length) return ignore
        const holders = [...new Set([...state.with, from])].toSorted()
        // Of an entry of its own term the leader counts the copies, and with it all before are committed (figure 8).
        const isCommitted = isMajority(holders, state.log) && lastTerm(state.log) === state.term
        return next(isCommitted ? { ...state, with: [], committed: state.log } : { ...state, with: holders })
      },
    },
    // Who leads at the start leads no longer.
    restart: (state) => next({ ...state, role: "follower", with: [] }),
    observed: ["committed"],
  })
}

/** The verdict, and the length of the shortest way to two logs that differ. */
const found = (waits: boolean) => {
  const { always, model } = system({
    name: "membership",
    processes: [
      named("s1", server("s1", true, 3, "s4", waits)),
      named("s2", server("s2", false, 2, "s1", waits)),
      named("s3", server("s3", false, null, null, waits)),
      named("s4", server("s4", false, null, null, waits)),
    ],
    network: unordered({ duplication: "unbounded" }),
    faults: { crashRecovery: { total: "unbounded", of: ["s1", "s2"], atOnce: 1 } },
  })
  const agreement = always((s) => isPrefix(s.committed.s1, s.committed.s2) || isPrefix(s.committed.s2, s.committed.s1))
  const search = new Search(model({ agreement }))
  while (!search.run(60_000));
  const [result] = search.report().properties
  return [result?.verdict, result?.trace && result.trace.steps.length - 1]
}

it("two rivals, of whom at most one is down at a time, commit two logs that differ", { timeout: 120_000 }, () => {
  // `s1` appends its change, which reaches nobody. `s2` stands, hears from s3 and s4 (4 steps), leads, and appends its own, which
  // s4 acknowledges: two of the three that are left. 9 steps. Then `s1` hears of term 2, stands in term 3, is elected by s3, which
  // is a majority of the three that *it* knows, and replicates its log there: 6 steps.
  expect(found(false)).toEqual(["violated", 15])
})

it("holds if a leader waits until an entry of its own term is committed", { timeout: 120_000 }, () => {
  expect(found(true)).toEqual(["holds", undefined])
})
