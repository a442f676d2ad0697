/** A process that is lost with its disk, and the new one in its place. */
import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { Search } from "../../../model-check/engine/explore/search.ts"
import { majority, singleDecreePaxos } from "../../../src/consensus/index.ts"
import {
  type Faults,
  fifo,
  ghost,
  type GhostStep,
  ignore,
  machine,
  type Model,
  named,
  names,
  type Observation,
  system,
  unordered,
} from "../../../src/index.ts"
import { distinct, enabledWhere, seen, steps } from "../explored.ts"

const Note = Schema.TaggedStruct("Note", {})
const { input, next, process, send, setTimer } = machine({
  durable: { kept: Schema.Int },
  volatile: { lost: Schema.Int },
  messages: Note,
  timers: ["t"],
})
type State = { readonly kept: number; readonly lost: number }
const member = process({
  initial: { kept: 0, lost: 0 },
  start: () => next({ kept: 1, lost: 1 }, setTimer("t"), send("q", Note.make({}))),
  inputs: { count: input(({ kept }) => kept > 2 ? ignore : next({ kept: kept + 1, lost: kept + 1 })) },
  timers: { t: (state) => next({ ...state, lost: 9 }) },
  restart: (state) => next({ ...state, lost: 7 }),
  observed: ["kept"],
})
const sinks = machine({ messages: Note })
const sink = sinks.process({ initial: {}, receive: { Note: (state) => sinks.next(state) } })
const counting = (faults: Faults, network: ReturnType<typeof fifo | typeof unordered> = unordered()): Model<any> =>
  system({
    name: "counting",
    processes: [named("p", member), named("q", sink)],
    network,
    faults,
    ghosts: {
      steps: ghost({
        of: ["p"],
        schema: Schema.Int,
        initial: 0,
        next: (n, { event }: GhostStep<State>) => event._tag === "Restart" ? 5 : Math.min(n + 1, 4),
      }),
    },
  }).model() as Model<any>

const once: Faults = { replacement: { total: 1, of: ["p"] } }

describe("a process that is wiped", () => {
  it("has nothing left, and what takes its place starts anew", () => {
    const look = ({ kept, state, status, timers }: any) =>
      `${status.p} ${state.p.kept}${state.p.lost} ${kept.p} ${timers.length}`
    const states = seen(counting(once), look)
    expect(states.filter((state) => state.startsWith("wiped"))).toEqual(["wiped 11 1 0"])
    // Never what it does at a restart.
    expect(states.filter((state) => state.includes("7"))).toEqual([])
    expect(steps(counting(once)).filter((step) => !step.includes("Note"))).toEqual([
      "p.count",
      "replace(process: p)",
      "timeout(p.t)",
      "wipe(process: p)",
    ])
  })

  it("does nothing until it is replaced, and its successor sends again what it sends at the start", () => {
    const model = counting(once)
    expect(enabledWhere(model, ({ status }) => status.p === "wiped")).toEqual(["deliver", "loseUnsent", "replace"])
    expect(seen(model, ({ network }) => network.length)).toEqual(["0", "1", "2"])
  })

  it("may not have sent all that it had to send, on either network", () => {
    expect(steps(counting(once))).toContain("loseUnsent(p → q: Note)")
    expect(steps(counting(once, fifo()))).toContain("loseUnsent(p → q)")
  })

  it("does not change its ghosts, and neither does the start of the new one", () => {
    expect(seen(counting(once), ({ status, steps }) => status.p === "wiped" ? steps.p : "")).toEqual([
      "",
      "0",
      "1",
      "2",
      "3",
    ])
    expect(seen(counting(once), ({ steps }) => steps.p)).not.toContain("5")
  })

  it("is no observation, and what its successor sends at the start is one", () => {
    const members = system({
      name: "noted",
      processes: [named("p", member), named("q", sink)],
      network: unordered(),
      faults: once,
      recording: {
        invocation: (seen: Observation) => ({ client: "c", operation: seen._tag }),
        response: () => undefined,
      },
    }).model() as Model<any>
    const noted = ({ history, left, state, status }: any) => {
      const { abandoned = [], pending } = history.c
      const all = [...abandoned, pending].map(({ operation }: any) => operation).filter((tag) => tag !== "Delivered")
        .join()
      return left.replacement === 0 && status.p === "up" && state.p.kept === 1 && state.p.lost === 1 ? all : "-"
    }
    const all = seen(members, noted).filter((one) => one !== "-")
    expect(all).toContain("Sent,Sent")
    expect(all.filter((one) => !/^Sent(,Chosen)*,Sent$/.test(one))).toEqual([])
  })

  it("is up before: it is neither down nor paused", () => {
    const model = counting({ ...once, crashRecovery: { total: 1, of: ["p"] }, pause: { total: 1, of: ["p"] } })
    for (const status of ["down", "paused", "wiped"]) {
      expect(enabledWhere(model, (s) => s.status.p === status)).not.toContain("wipe")
    }
  })

  it("is so within its budgets", () => {
    const idle = sinks.process({ initial: {} })
    const two = (faults: Faults) =>
      system({ name: "two", processes: [named("p", idle), named("q", idle)], network: unordered(), faults }).model()
    // Of each process: not yet wiped, wiped, replaced.
    expect(distinct(two({ replacement: { total: "unbounded", each: 1 } }))).toBe(9)
    expect(distinct(two({ replacement: { total: "unbounded", each: 1, atOnce: 1 } }))).toBe(8)
    expect(distinct(two({ replacement: 1 }))).toBe(4)
    expect(seen(two({ replacement: 1 }), ({ left, leftOf }) => `${left.replacement} ${leftOf.replacement.p}`)).toEqual([
      "0 unbounded",
      "1 unbounded",
    ])
  })
})

describe("an acceptor of Paxos", () => {
  const paxos = (faults: Faults) => {
    const { always, model } = singleDecreePaxos({
      proposals: [{ value: "v1", rounds: 1 }, { value: "v2", rounds: 1 }],
      quorums: majority(names("a", 3)),
      network: unordered({ ignored: "kept" }),
      faults,
    })
    return model({
      agreement: always((s) => s.decided.p1 === null || s.decided.p2 === null || s.decided.p1 === s.decided.p2),
    })
  }
  const found = (faults: Faults) => {
    const search = new Search(paxos(faults))
    while (!search.run(60_000));
    const [agreement] = search.report().properties
    return agreement && [agreement.verdict, agreement.trace && agreement.trace.steps.length - 1]
  }

  it("may crash, but not be replaced: a promise that is forgotten is broken", { timeout: 120_000 }, () => {
    expect(found({ crashRecovery: { total: 2, of: ["a1"] } })).toEqual(["holds", undefined])
    // A decision takes a quorum of two through both phases, each with an answer: 8 steps. The second one takes 8 more, with
    // the acceptor that the quorums share wiped and replaced in between.
    expect(found({ replacement: { total: 1, of: ["a1"] } })).toEqual(["violated", 18])
  })
})
