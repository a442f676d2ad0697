/**
 * The tables beside specifications name what is there: each action and each property, and none besides.
 *
 * @module
 */
import { Schema } from "effect"
import { globSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { readDocumented } from "../../docs/doc-comment.ts"
import * as balance from "../../spec/balance/index.ts"
import * as commit from "../../spec/commit/index.ts"
import * as consensus from "../../spec/consensus/index.ts"
import * as lock from "../../spec/lock/index.ts"
import * as stateright from "../../spec/stateright/index.ts"
import * as tla from "../../spec/tla/index.ts"
import { Lock } from "../../spec/tla/lock.ts"
import { backends, healthCheck, outlierEjection, roundRobin } from "../../src/balance/index.ts"
import { paxosCommit, presumedAbort, twoPhaseCommit } from "../../src/commit/index.ts"
import { LogEntry, majority, multiPaxos, singleDecreePaxos } from "../../src/consensus/index.ts"
import { connections, fifo, type Model, type Properties, record, unordered, variables } from "../../src/index.ts"
import {
  databaseLock,
  fencedLease,
  maekawa,
  optimisticLock,
  pooledLock,
  queueLock,
  readerWriterLock,
  ricartAgrawala,
  semaphore,
  tutorialLock,
} from "../../src/lock/index.ts"

const rms = 2
const of = ({ actions, properties }: Model<any>) => ({ actions, properties })
const committing = twoPhaseCommit({ participants: 2, maxDecisionRequests: 1, network: unordered() })

const presuming = commit.withDecisions(
  presumedAbort({ participants: 2, maxDecisionRequests: 1, maxAnnouncements: 1, network: unordered() }),
)

const decree = () => {
  const votes = record(["a1"], Schema.Array(Schema.Struct({ ballot: Schema.Int, value: Schema.String })))
  const language = variables({ decided: record(["p1"], Schema.NullOr(Schema.String)), votes })
  const { phase2 } = majority(["a1"])
  return consensus.agreement(language, { deciders: ["p1"], values: ["v"], ballots: [0], quorums: phase2 })
}

const servers = ["s1", "s2", "s3"]
const service = multiPaxos({
  object: consensus.counter,
  operations: ["increment"],
  quorums: majority(servers),
  rounds: [1, 0, 0],
  requests: [1],
  network: unordered({ duplication: "unbounded" }),
  recording: consensus.askedAndReplied,
})

const outbid = () => {
  const definition = {
    proposals: [{ value: "v1", rounds: 1 }],
    quorums: majority(["a1"]),
    network: unordered({ duplication: "unbounded" }),
  }
  const system = consensus.withVotes(singleDecreePaxos(definition), definition)
  return consensus.negativeAnswers(system, { proposers: ["p1"], acceptors: ["a1"] })
}

const log = () => {
  const language = variables({
    log: record(["s1", "s2"], Schema.Array(LogEntry)),
    history: Schema.Any,
  })
  return consensus.replicatedLog(language, { servers: ["s1", "s2"], object: consensus.counter, requests: 2 })
}

const slots = () => {
  const definition = {
    object: consensus.counter,
    operations: ["increment"],
    quorums: majority(["s1", "s2", "s3"]),
    rounds: [1, 0, 0],
    requests: [1],
    network: unordered({ duplication: "unbounded" }),
  }
  return consensus.slotVotes(consensus.withSlotVotes(multiPaxos(definition), definition), definition)
}

const instances = () => {
  const system = paxosCommit({ participants: 2, F: 1, ballots: 3, maxDecisionRequests: 0, network: unordered() })
  const roles = { leaders: ["l1", "l2"], acceptors: ["a1", "a2", "a3"], participants: ["p1", "p2"] }
  return { agree: commit.instancesAgree(system, roles), early: commit.decidesEarly(system, roles, 3) }
}

const locking = () =>
  tutorialLock({
    clients: 1,
    rules: { set: "ifAbsent", del: "ifOwner" },
    lease: 10,
    work: 2,
    network: unordered({ delay: { min: 0, max: 1 } }),
    clock: {},
  })

const leased = { lease: { term: 1, lease: 3 }, requests: 1, delay: { min: 0, max: 1 }, clock: {} }

const fenced = fencedLease({
  clients: 1,
  lease: { term: 1, lease: 2 },
  fencing: "all",
  requests: 1,
  network: unordered(),
  clock: {},
})

const balanced = { balancer: roundRobin, backends: backends({ v: 1 }), inFlight: 1 }

const checkedBackends = balance.withHealthChecks({
  ...balanced,
  check: healthCheck({ fall: 2, rise: 1 }),
  fall: 2,
  rise: 1,
  ejection: outlierEjection({ failures: 1, percent: 50 }),
  failures: 1,
  percent: 50,
  panic: 50,
})

const optimistic = optimisticLock({ updates: [1], maxAttempts: 1, network: unordered() })

/** What each function returns beside which a table stands. */
const returned: { readonly [name: string]: { readonly actions?: object; readonly properties: Properties } } = {
  Consensus: of(tla.Consensus({ values: 2 })),
  Lock: of(Lock()),
  Paxos: of(tla.Paxos({ acceptors: 3, values: 2, ballots: 2 })),
  PaxosCommit: of(tla.PaxosCommit({ rms, acceptors: 3, ballots: 2 })),
  Peterson: of(tla.Peterson()),
  TCommit: of(tla.TCommit({ rms })),
  TwoPCwithBTM: of(tla.TwoPCwithBTM({ rms, rmMayFail: true, tmMayFail: true })),
  TwoPhase: of(tla.TwoPhase({ rms })),
  Voting: of(tla.Voting({ acceptors: 3, values: 2, ballots: 2 })),
  increment: of(stateright.increment({ threads: 2 })),
  incrementLock: of(stateright.incrementLock({ threads: 2 })),
  paxosRegister: of(stateright.paxosRegister({ clients: 1 })),
  agreement: { properties: decree() },
  logAnswers: { properties: consensus.logAnswers(service, servers) },
  keptOnce: { properties: consensus.keptOnce(service, servers) },
  whileLed: { properties: consensus.whileLed(service, servers) },
  negativeAnswers: { properties: outbid() },
  replicatedLog: { properties: log() },
  slotVotes: { properties: slots() },
  instancesAgree: { properties: instances().agree },
  decidesEarly: { properties: instances().early },
  forgetting: { properties: commit.forgetting(presuming) },
  mutualExclusion: { properties: lock.mutualExclusion(locking()) },
  optimisticUpdates: { properties: lock.optimisticUpdates(optimistic, [1]) },
  conflicts: { properties: lock.conflicts(optimistic, [1]) },
  requestSetLeave: {
    properties: lock.requestSetLeave(
      maekawa({ requestSets: [["p1"], ["p1"]], entries: [1], network: fifo() }),
      [["p1"], ["p1"]],
    ),
  },
  queueOrder: { properties: lock.queueOrder(queueLock({ clients: 1, entries: 1, network: connections() })) },
  databaseUpdates: {
    properties: lock.databaseUpdates(databaseLock({ lock: "row", clients: 1, entries: 1, network: connections() })),
  },
  sessionOfLock: {
    properties: lock.sessionOfLock(
      pooledLock({ pooling: "session", lock: "session", clients: 1, sessions: 1, entries: 1, network: unordered() }),
    ),
  },
  permitsHeld: { properties: lock.permitsHeld(semaphore({ permits: 1, clients: 1, ...leased }), 1) },
  readersAndWriters: { properties: lock.readersAndWriters(readerWriterLock({ readers: 1, writers: 1, ...leased })) },
  fencingTokens: { properties: lock.fencingTokens(fenced) },
  chosenWell: { properties: balance.chosenWell(balance.loadBalancing(balanced)) },
  healthy: { properties: balance.healthy(checkedBackends) },
  requestOrder: { properties: lock.requestOrder(ricartAgrawala({ nodes: 2, entries: 1, network: unordered() })) },
  atomicCommitment: { properties: commit.atomicCommitment(committing) },
}

/**
 * The names in the first column of a table: `tmCommit`, `tmAbort`, `rmAbort(rm, because)`; of `phase1a(b)`, `b > 0` the first. A name
 * may end in a variable, `mayDecide v`, and go on with words, `votes in slot 0`.
 */
const namesIn = (prose: string, heading: string): ReadonlyArray<string> | undefined => {
  const [, rows] = new RegExp(`^\\| ${heading} \\|.*\\n\\|[-|]+\\n((?:\\|.*\\n?)*)`, "m").exec(prose) ?? []
  return rows?.trim().split("\n").flatMap((row) =>
    [...row.split(" | ")[0]!.matchAll(/`(\w+(?: v| in slot 0)?)(?:\([^`]*\))?`/g)].map(([, name]) => name!)
  )
}

const documented = globSync("spec/**/*.ts").toSorted().flatMap((path) =>
  readDocumented(path).functions.flatMap(({ name, prose }) => {
    const [actions, properties] = [namesIn(prose, "action"), namesIn(prose, "property")]
    return actions === undefined && properties === undefined ? [] : [{ path, name, actions, properties }]
  })
)

describe("tables beside specifications", () => {
  it("are all found", () => {
    expect(documented.map(({ name }) => name).toSorted()).toEqual(Object.keys(returned).toSorted())
  })

  it.each(documented)("name what $name has", ({ actions, name, properties }) => {
    const had = returned[name]!
    const sorted = (names: ReadonlyArray<string> = []) => names.toSorted()
    expect({ actions: sorted(actions), properties: sorted(properties) }).toEqual({
      // Systems have the actions that all systems have; no table repeats them.
      actions: sorted(actions && Object.keys(had.actions ?? {})),
      properties: sorted(Object.keys(had.properties)),
    })
  })
})
