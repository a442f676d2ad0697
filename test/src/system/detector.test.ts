/** Failure detectors: when a timer that is named after a process fires. */
import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { Search } from "../../../model-check/engine/explore/search.ts"
import { atomicCommitment } from "../../../spec/commit/atomic-commitment.ts"
import { threePhaseCommit } from "../../../src/commit/index.ts"
import {
  connections,
  type Detector,
  type DetectorKind,
  type Faults,
  fifo,
  InvalidBudget,
  InvalidDefinition,
  machine,
  type Model,
  named,
  type Network,
  system,
  UnknownProcess,
  unordered,
} from "../../../src/index.ts"
import { enabledWhere, seen } from "../explored.ts"

const Item = Schema.TaggedStruct("Item", {})
const primaries = machine({ volatile: { sent: Schema.Boolean }, messages: Item })
/** Sends one item, sometime. */
const primary = primaries.process({
  initial: { sent: false },
  inputs: {
    ask: primaries.input(({ sent }) =>
      sent ? { _tag: "Ignored" } : primaries.next({ sent: true }, primaries.send("b", Item.make({})))
    ),
  },
})
const backups = machine({
  volatile: { leads: Schema.Boolean, got: Schema.Boolean },
  messages: Item,
  timers: ["a", "other"],
})
const backup = backups.process({
  initial: { leads: false, got: false },
  start: (state) => backups.next(state, backups.setTimer("a"), backups.setTimer("other")),
  receive: { Item: (state) => backups.next({ ...state, got: true }) },
  timers: { a: (state) => backups.next({ ...state, leads: true }), other: (state) => backups.next(state) },
})

type Given = DetectorKind | Detector | undefined
const pair = (
  detector: Given,
  { faults = { crashStop: { total: 1, of: ["a"] } }, network = unordered() }: {
    readonly faults?: Faults
    readonly network?: Network
  } = {},
) =>
  system({
    name: "pair",
    processes: [named("a", primary), named("b", backup)],
    network,
    faults,
    ...(detector !== undefined && { detector }),
  }).model() as Model<any>

const wrongly = (n: number): Detector => ({ kind: "eventuallyPerfect", wrongSuspicions: n })
/** What is true of the others when the backup begins to lead. */
const leadsWhen = (model: Model<any>, look: (s: any) => string): ReadonlyArray<string> =>
  seen(model, (s) => s.state.b.leads ? look(s) : "-").filter((text) => text !== "-")
const status = (s: any): string => s.status.a

/** Of the backup's timers the one is left that waits for the primary. */
const onlyA = (s: any): boolean => !s.timers.some(({ timer }: any) => timer === "other")

describe("a timer that is named after a process", () => {
  it("fires at any time without a detector, and with an unreliable one", () => {
    for (const detector of [undefined, "unreliable"] as const) {
      expect(leadsWhen(pair(detector), status)).toEqual(["stopped", "up"])
    }
  })

  it.each(["perfect", "failStop", wrongly(0)] as const)("fires if that process is down: %j", (detector) => {
    expect(leadsWhen(pair(detector), status)).toEqual(["stopped"])
    for (const [fault, after] of [["crashStop", "stopped"], ["replacement", "wiped"]] as const) {
      const faults: Faults = { [fault]: { total: 1, of: ["a"] } }
      expect(enabledWhere(pair(detector, { faults }), (s) => s.status.a === after)).toContain("timeout")
    }
  })

  it("does not fire because that process is paused, or has been down", () => {
    const faults: Faults = { pause: { total: 1, of: ["a"] }, crashRecovery: { total: 1, of: ["a"] } }
    const leads = (s: any) => `${s.status.a} ${s.left.crashRecovery}`
    expect(leadsWhen(pair("perfect", { faults }), leads)).toEqual(["down 0", "paused 0", "up 0"])
    // The timer has fired while it was down, and not afterwards.
    const { actions } = pair("perfect", { faults })
    expect(Object.keys(actions)).toContain("timeout")
    const others = (s: any) => s.status.a !== "down" && !s.state.b.leads && s.timers.length === 1
    expect(enabledWhere(pair("perfect", { faults }), others)).not.toContain("timeout")
  })

  it.each([unordered(), fifo()])("fires for failStop only if nothing is still on its way from there: %j", (network) => {
    const flying = (s: any) => s.state.a.sent && !s.state.b.got && (s.network ?? s.channels["a → b"]).length > 0
    const look = (s: any) => flying(s) ? "flying" : "nothing"
    expect(leadsWhen(pair("perfect", { network }), look)).toEqual(["flying", "nothing"])
    expect(leadsWhen(pair("failStop", { network }), look)).toEqual(["nothing"])
  })

  it("fires over connections whenever the other end is gone, with all that it had sent", () => {
    const network = connections()
    const look = (s: any) => `${s.status.a} ${s.channels["a → b"].length}`
    expect(leadsWhen(pair("perfect", { network }), look)).toEqual(["stopped 0"])
    expect(leadsWhen(pair("failStop", { network }), look)).toEqual(["stopped 0"])
  })

  it("fires wrongly so many times and no more, and a right suspicion costs nothing", () => {
    const look = (s: any) => `${s.status.a} ${s.left.wrongSuspicions}`
    expect(leadsWhen(pair(wrongly(1)), look)).toEqual(["stopped 0", "stopped 1", "up 0"])
    const other = backups.process({
      receive: { Item: (state) => backups.next(state) },
      initial: { leads: false, got: false },
      start: (state) => backups.next(state, backups.setTimer("a")),
      timers: {
        a: (state) => backups.next(state, backups.setTimer("a")),
        other: (state) => backups.next(state),
      },
    })
    const model = system({
      name: "again",
      processes: [named("a", primary), named("b", other)],
      network: unordered(),
      detector: wrongly(2),
    }).model() as Model<any>
    expect(seen(model, (s) => s.left.wrongSuspicions)).toEqual(["0", "1", "2"])
    expect(enabledWhere(model, (s) => s.left.wrongSuspicions === 0)).not.toContain("timeout")
  })

  it("fires if that process cannot be heard, though it is up", () => {
    const look = (s: any) => `${s.status.a} ${JSON.stringify(s.cut)} ${s.cutLinks}`
    const faults = {}
    expect(leadsWhen(pair("perfect", { faults, network: unordered({ partitions: 1 }) }), look)).toEqual([
      `up ["b"] `,
      "up null ",
    ])
    const links = pair("perfect", { faults, network: unordered({ links: 1 }) })
    expect(enabledWhere(links, (s) => s.cutLinks.includes("a → b") && s.timers.length === 2)).toContain("timeout")
    // It is heard, though it hears nothing. The timer that waits for nobody is the one that fires.
    const deaf = (s: any) => s.cutLinks.includes("b → a") && !s.timers.some?.(({ timer }: any) => timer === "other")
    expect(enabledWhere(links, (s) => deaf(s) && !s.state.b.leads)).not.toContain("timeout")
  })

  it.each(["perfect", "failStop", "eventuallyPerfect"] as const)(
    "fires also if that process has been down, where who has recovered is suspected: %s",
    (kind) => {
      const detector: Detector = {
        kind,
        recovered: "suspected",
        ...(kind === "eventuallyPerfect" && { wrongSuspicions: 0 }),
      }
      for (const fault of ["crashRecovery", "replacement"] as const) {
        const faults: Faults = { [fault]: { total: 1, each: 1, of: ["a"] }, pause: { total: 1, of: ["a"] } }
        const leads = (s: any) => `${s.status.a} ${s.left[fault]}`
        const down = fault === "replacement" ? "wiped" : "down"
        expect(leadsWhen(pair(detector, { faults }), leads)).toEqual([`${down} 0`, "paused 0", "up 0"].toSorted())
        // What it sent before may still arrive.
        const enabled = (s: any) => s.status.a === "up" && s.left[fault] === 0 && s.state.a.sent && !s.state.b.leads
        expect(enabledWhere(pair(detector, { faults }), enabled)).toContain("timeout")
        expect(enabledWhere(pair(detector, { faults }), (s) => s.left[fault] === 1 && onlyA(s))).not.toContain(
          "timeout",
        )
      }
    },
  )

  it("is like any other if nobody of that name is watched", () => {
    const other = (s: any) => s.timers.some(({ timer }: any) => timer === "other") ? "set" : "fired"
    expect(seen(pair("perfect", { faults: {} }), other)).toEqual(["fired", "set"])
    const watched: Detector = { kind: "perfect", of: ["a"] }
    expect(leadsWhen(pair(watched), status)).toEqual(["stopped"])
  })
})

describe("three-phase commit", () => {
  /** The shortest way to two decisions, if there is one. */
  const disagreement = (detector: Given, crashStop = 1) => {
    const commit = threePhaseCommit({
      participants: 2,
      network: unordered(),
      faults: { crashStop },
      ...(detector !== undefined && { detector }),
    })
    const { agreement } = atomicCommitment(commit) as any
    const search = new Search(commit.model({ agreement }))
    while (!search.run(60_000));
    const [result] = search.report().properties
    return result?.verdict === "holds" ? "holds" : (result?.trace?.steps.length ?? 0) - 1
  }

  it("needs what no asynchronous network gives: a detector that is never wrong", () => {
    expect(disagreement("failStop")).toBe("holds")
    expect(disagreement("perfect")).toBe("holds")
    expect(disagreement(wrongly(0))).toBe("holds")
    // Together with a crash, one wrong suspicion is enough; without one it takes two, and with three it is shorter.
    expect(disagreement(wrongly(1))).toBe(14)
    expect(disagreement(wrongly(1), 0)).toBe("holds")
    expect(disagreement(wrongly(2), 0)).toBe(13)
    expect(disagreement(wrongly(3), 0)).toBe(11)
    expect(disagreement("unreliable", 0)).toBe(11)
  })
})

describe("refused is", () => {
  it("a detector over a process that does not exist", () => {
    const unknown = () => pair({ kind: "perfect", of: ["c"] })
    expect(unknown).toThrow(UnknownProcess)
    expect(unknown).toThrow("the detector: there is no process c; there are: a, b")
  })

  it("a detector over a process for which nobody waits", () => {
    expect(() => pair({ kind: "perfect", of: ["b"] })).toThrow(
      new InvalidDefinition({
        reason: "the detector watches b, for whom nobody waits: no other process has a timer of that name",
      }),
    )
    expect(() => system({ name: "alone", processes: [named("a", primary)], network: unordered(), detector: "perfect" }))
      .toThrow(/watches a, for whom nobody waits/)
  })

  it("a kind that does not exist, and what belongs to another one", () => {
    expect(() => pair("omniscient" as DetectorKind)).toThrow(
      /no detector "omniscient"; there are: failStop, perfect, eventuallyPerfect, unreliable/,
    )
    expect(() => pair({ kind: "perfect", wrongSuspicions: 1 })).toThrow(/that is perfect has no wrongSuspicions/)
    expect(() => pair("eventuallyPerfect")).toThrow(/say how many wrongSuspicions/)
    expect(() => pair({ kind: "perfect", wrong: 1 } as {} as Detector)).toThrow(/no wrong in a detector/)
  })

  it("one that suspects who has recovered, and cannot know who has, or need not", () => {
    const suspecting = (kind: DetectorKind, faults: Faults) => () => pair({ kind, recovered: "suspected" }, { faults })
    expect(suspecting("perfect", { crashRecovery: 1 })).toThrow(
      new InvalidDefinition({
        reason:
          "to suspect who has recovered, a detector needs a count for each process: give crashRecovery a number for `each`",
      }),
    )
    expect(suspecting("perfect", { crashStop: 1 })).toThrow(/nobody recovers in this system/)
    expect(suspecting("unreliable", { crashRecovery: { total: 1, each: 1 } })).toThrow(/suspects everybody/)
    expect(() => pair({ kind: "perfect", recovered: "no" } as {} as Detector)).toThrow(
      /trusted or suspected by a detector, and not "no"/,
    )
  })

  it.each([-1, 0.5, Number.NaN, "unbounded"])("a budget of %s wrong suspicions", (wrongSuspicions: any) => {
    expect(() => pair({ kind: "eventuallyPerfect", wrongSuspicions })).toThrow(InvalidBudget)
  })

  it("a detector besides a clock, and one that would never suspect", () => {
    const clocked = () =>
      system({
        name: "clocked",
        processes: [named("a", primary), named("b", backup)],
        network: unordered(),
        clock: { horizon: 1 },
        detector: "perfect",
      })
    expect(clocked).toThrow(/a system with a clock has no detector/)
    expect(() => pair("failStop", { network: unordered({ duplication: "unbounded" }) })).toThrow(/no failStop detector/)
  })
})
