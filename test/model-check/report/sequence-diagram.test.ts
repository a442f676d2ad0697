import { Schema } from "effect"
import { Window } from "happy-dom"
import { beforeAll, describe, expect, it } from "vitest"
import { NotASystem, sequenceDiagram } from "../../../model-check/report/sequence-diagram.ts"
import { changes, stateLines, stepLines, traceLines } from "../../../model-check/report/trace.ts"
import {
  type AnyNetwork,
  connections,
  fifo,
  machine,
  type Model,
  named,
  type Network,
  system,
  unordered,
} from "../../../src/index.ts"
import type { PlainState, Trace } from "../../../src/model/trace.ts"
import { naiveTrace, type TakenStep } from "../../naive-twin.ts"
import { hello, plainHello } from "../fixtures/hello.ts"
import { counter } from "../fixtures/models.ts"

const channel = { _tag: "Channel", from: "a", to: "b" }
const step = (action: string, parameters: TakenStep["parameters"] = {}): TakenStep => ({ action, parameters })
const told = (steps: ReadonlyArray<TakenStep>): Trace => naiveTrace(hello, steps)
/** The lines of a diagram, without its participants. */
const drawn = (model: Model<any>, steps: ReadonlyArray<TakenStep>): ReadonlyArray<string> =>
  sequenceDiagram(model, naiveTrace(model, steps)).trimEnd().split("\n").slice(1).map((line) => line.trim())
    .filter((line) => !line.startsWith("participant"))
const lines = (steps: ReadonlyArray<TakenStep>): ReadonlyArray<string> => drawn(hello, steps)

/** Everything that can happen in the system, each at least once. */
const everything = [
  step("tick"),
  step("drift", { process: "a", by: 1 }),
  step("tick"),
  step("timeout", { timer: { _tag: "Timer", process: "a", timer: "again", at: 3 } }),
  step("a.call", { loudly: true }),
  step("cut", { side: ["b"] }),
  step("heal"),
  step("redeliver", { channel }),
  step("lose", { channel }),
  step("pause", { process: "a" }),
  step("resume", { process: "a" }),
  step("deliverAndCrash", { channel }),
  step("restart", { process: "b" }),
  step("stop", { process: "a" }),
]

/** A process crashes with two messages in a channel, and has not sent the second. */
const cutShort = [
  step("a.call", { loudly: true }),
  step("a.call", { loudly: false }),
  step("stop", { process: "a" }),
  step("loseUnsent", { channel }),
  step("deliver", { channel }),
]

const Ping = Schema.TaggedStruct("Ping", {})
const { input, next, process, send } = machine({ messages: Ping })
const ping = send("b", Ping.make({}))
const pings = process({
  initial: {},
  inputs: { call: input((state) => next(state, ping)) },
  restart: (state) => next(state, ping),
})
const hears = process({ initial: {}, receive: { Ping: (state) => next(state) } })
const livesOver = (network: Network): Model<any> =>
  system({
    name: "lives",
    processes: [named("a", pings), named("b", hears)],
    network,
    faults: { crashRecovery: { total: 1, of: ["a"] } },
  }).model()
/** A process that sends when it is told to, and when it restarts. */
const lives = livesOver(fifo())
const connectedLives = livesOver(connections())
/** The same in time without an end, and without crashes. */
const timedLives = (network: AnyNetwork): Model<any> =>
  system({ name: "timed", processes: [named("a", pings), named("b", hears)], network, clock: {} }).model()

describe("a sequence diagram", () => {
  it("has an arrow per message that arrives at once, and numbers for those that do not", () => {
    expect(lines([step("a.call", { loudly: true }), step("deliver", { channel })])).toEqual([
      "Note over p0: call(loudly: true)",
      "p0->>p1: Hello{text: \"B!\"}",
      "Note over p1: replies \"heard B!\"",
    ])
    expect(lines(everything)).toEqual([
      "activate p0",
      "activate p1",
      "Note over p0,p1: tick",
      "Note over p0: drift(by: 1)",
      "Note over p0,p1: tick",
      "Note over p0: timeout again",
      "p0-)network: (1) to b: Hello{text: \"are you#59; there?\"}",
      "Note over p0: call(loudly: true)",
      "p0-)network: (2) to b: Hello{text: \"B!\"}",
      "Note over p0,p1: cut off: {b}",
      "Note over p0,p1: heal",
      "network->>p1: (1) from a: Hello{text: \"are you#59; there?\"} (duplicated)",
      "Note over p1: replies \"heard are you#59; there?\"",
      "network--xp1: (1) from a: Hello{text: \"are you#59; there?\"} (lost)",
      "Note over p0: pause",
      "Note over p0: resume",
      "network->>p1: (2) from a: Hello{text: \"B!\"}",
      "Note over p1: crash, before anything is sent",
      "deactivate p1",
      "Note over p1: restart, life 2",
      "activate p1",
      "Note over p0: stop",
      "deactivate p0",
      "deactivate p1",
    ])
  })

  it("shows what is not on the disk after a crash", () => {
    const { input, next, process } = machine({ unforced: { n: Schema.Int }, messages: Ping })
    const writes = process({ initial: { n: 0 }, inputs: { write: input(() => next({ n: 1 })) } })
    const model = system({
      name: "writes",
      processes: [named("a", writes)],
      network: fifo(),
      faults: { crashRecovery: 1 },
    }).model()
    const path = [
      step("a.write", {}),
      step("crash", { process: "a" }),
      step("loseUnforced", { write: { _tag: "Unforced", process: "a", before: { n: 0 } } }),
      step("restart", { process: "a" }),
    ]
    expect(drawn(model, path)).toEqual([
      "activate p0",
      "Note over p0: write",
      "Note over p0: crash",
      "deactivate p0",
      "Note over p0: on the disk it still has {n: 0}",
      "Note over p0: restart, life 2",
      "activate p0",
      "deactivate p0",
    ])
  })

  it("shows messages that overtake each other, and one that never arrives", () => {
    const deliver = (text: string): TakenStep =>
      step("deliver", { envelope: { _tag: "Envelope", from: "a", to: "b", message: { _tag: "Hello", text } } })
    const call = (loudly: boolean): TakenStep => step("a.call", { loudly })
    const again = step("timeout", { timer: { _tag: "Timer", process: "a", timer: "again", at: null } })
    expect(drawn(plainHello, [call(false), call(true), again, deliver("B!"), deliver("b")])).toEqual([
      "Note over p0: call(loudly: false)",
      "p0-)network: (1) to b: Hello{text: b}",
      "Note over p0: call(loudly: true)",
      "p0-)network: (2) to b: Hello{text: \"B!\"}",
      "Note over p0: timeout again",
      "p0-)network: to b: Hello{text: \"are you#59; there?\"}",
      "network->>p1: (2) from a: Hello{text: \"B!\"}",
      "Note over p1: replies \"heard B!\"",
      "network->>p1: (1) from a: Hello{text: b}",
      "Note over p1: replies \"heard b\"",
    ])
  })

  it("crosses what is lost, also where that happens at once", () => {
    expect(lines([step("a.call", { loudly: false }), step("lose", { channel })])).toEqual([
      "Note over p0: call(loudly: false)",
      "p0--xp1: Hello{text: b} (lost)",
    ])
  })

  it("says that the duplicate of a message has come before", () => {
    const arrivals = lines([
      step("a.call", { loudly: false }),
      step("redeliver", { channel }),
      step("deliver", { channel }),
    ]).filter((line) => line.includes("->>"))
    expect(arrivals).toEqual([
      "network->>p1: (1) from a: Hello{text: b} (duplicated)",
      "network->>p1: (1) from a: Hello{text: b} (again)",
    ])
    const envelope = { _tag: "Envelope", from: "a", to: "b", message: { _tag: "Ping" } }
    const deliver = step("deliver", { envelope })
    expect(drawn(livesOver(unordered({ duplication: "unbounded" })), [step("a.call"), deliver, deliver])).toEqual([
      "Note over p0: call",
      "p0-)network: (1) to b: Ping",
      "network->>p1: (1) from a: Ping",
      "network->>p1: (1) from a: Ping (again)",
    ])
  })

  it("crosses what was sent last where the sender has crashed before", () => {
    expect(lines(cutShort)).toEqual([
      "activate p0",
      "activate p1",
      "Note over p0: call(loudly: true)",
      "p0-)network: (1) to b: Hello{text: \"B!\"}",
      "Note over p0: call(loudly: false)",
      "p0-)network: (2) to b: Hello{text: b}",
      "Note over p0: stop",
      "deactivate p0",
      "network--xp1: (2) from a: Hello{text: b} (never sent)",
      "network->>p1: (1) from a: Hello{text: \"B!\"}",
      "Note over p1: replies \"heard B!\"",
      "deactivate p1",
    ])
  })

  it("tells the lives of a process apart, and which of them a message is from", () => {
    expect(drawn(lives, [
      step("a.call"),
      step("crash", { process: "a" }),
      step("restart", { process: "a" }),
      step("deliver", { channel }),
    ])).toEqual([
      "activate p0",
      "activate p1",
      "Note over p0: call",
      "p0-)network: (1) to b: Ping",
      "Note over p0: crash",
      "deactivate p0",
      "Note over p0: restart, life 2",
      "activate p0",
      "p0-)network: to b: Ping",
      "network->>p1: (1) from a in life 1: Ping",
      "deactivate p0",
      "deactivate p1",
    ])
  })

  it("tells equal messages apart by when they were sent", () => {
    const call = step("a.call")
    const deliver = (age: number) =>
      step("deliver", { envelope: { _tag: "Envelope", from: "a", to: "b", message: Ping.make({}), age } })
    const run = [call, step("tick"), call, step("tick"), call, deliver(1), deliver(2), deliver(0)]
    const model = timedLives(unordered({ delay: { min: 0, max: 3 } }))
    expect(drawn(model, run)).toEqual([
      "Note over p0: call",
      "p0-)network: (1) to b: Ping",
      "Note over p0,p1: tick",
      "Note over p0: call",
      "p0-)network: (2) to b: Ping",
      "Note over p0,p1: tick",
      "Note over p0: call",
      "p0-)network: (3) to b: Ping",
      "network->>p1: (2) from a: Ping",
      "network->>p1: (1) from a: Ping",
      "network->>p1: (3) from a: Ping",
    ])
    const changed = stepLines(model, naiveTrace(model, run))
      .map(([, ...lines]) => lines.map((line) => line.trim()).join(", "))
    // Of two that become older, the one is then as old as the other was.
    expect(changed.slice(1)).toEqual([
      "network: + a → b: Ping (age 0)",
      "network: a → b: Ping (age 0 → 1)",
      "network: + a → b: Ping (age 0)",
      "network: a → b: Ping (age 0 → 1), a → b: Ping (age 1 → 2)",
      "network: + a → b: Ping (age 0)",
      "network: - a → b: Ping (age 1)",
      "network: - a → b: Ping (age 2)",
      "network: - a → b: Ping (age 0)",
    ])
  })

  it("follows a message over ticks in a channel, too", () => {
    const run = [step("a.call"), step("tick"), step("deliver", { channel })]
    const model = timedLives(fifo({ delay: { min: 1, max: 1 } }))
    expect(drawn(model, run)).toEqual([
      "Note over p0: call",
      "p0-)network: (1) to b: Ping",
      "Note over p0,p1: tick",
      "network->>p1: (1) from a: Ping",
    ])
    expect(traceLines(model, naiveTrace(model, run)).slice(-6)).toEqual([
      "1 a.call",
      "    channels.a → b: + Ping (age 0)",
      "2 tick",
      "    channels.a → b: Ping (age 0 → 1)",
      "3 deliver(a → b: Ping (age 1))",
      "    channels.a → b: - Ping (age 1)",
    ])
  })

  it("crosses what is gone with a connection", () => {
    expect(drawn(connectedLives, [step("a.call"), step("crash", { process: "a" })])).toEqual([
      "activate p0",
      "activate p1",
      "Note over p0: call",
      "p0-)network: (1) to b: Ping",
      "Note over p0: crash",
      "deactivate p0",
      "network--xp1: (1) from a: Ping (gone)",
      "deactivate p1",
    ])
  })

  it("names the participants in the order of the system", () => {
    expect(sequenceDiagram(plainHello, naiveTrace(plainHello, []))).toBe(
      "sequenceDiagram\n  participant p0 as a\n  participant p1 as b\n",
    )
  })

  it("is refused where there are no processes", () => {
    expect(() => sequenceDiagram(counter as Model<any>, { steps: [] })).toThrow(NotASystem)
  })
})

describe("Mermaid", () => {
  let parse: (text: string) => Promise<{ readonly diagramType: string }>

  beforeAll(async () => {
    const window = new Window()
    Object.assign(globalThis, { window, document: window.document })
    const { default: mermaid } = await import("mermaid")
    parse = (text) => mermaid.parse(text)
  })

  it("reads the diagram", async () => {
    const restarted = [step("a.call"), step("crash", { process: "a" }), step("restart", { process: "a" })]
    for (const [model, steps] of [[hello, everything], [hello, cutShort], [lives, restarted]] as const) {
      expect(await parse(sequenceDiagram(model, naiveTrace(model, steps)))).toMatchObject({ diagramType: "sequence" })
    }
  })

  it("would complain", async () => {
    await expect(parse("sequenceDiagram\n  p0->>: nobody")).rejects.toThrow(/Parse error/)
  })
})

describe("the text of a system's trace", () => {
  const text = traceLines(hello, told(everything))
  const after = (title: string): ReadonlyArray<string> => {
    const at = text.findIndex((line) => line.includes(title))
    const next = text.findIndex((line, index) => index > at && /^ ?\d/.test(line))
    return text.slice(at + 1, next).map((line) => line.trim())
  }

  it("begins with all that can change, an observed field once", () => {
    expect(after("initial state")).toEqual([
      "state.a = {called: 0}",
      "state.b = {heard: 0}",
      "status.a = up",
      "status.b = up",
      "timers = {a.again@3}",
      "replies = {}",
      "cut = null",
      "clock = 0",
      "offset.a = 0",
      "offset.b = 0",
      "left.loss = 1",
      "left.duplication = 1",
      "left.partitions = 1",
      "left.crashStop = 1",
      "left.crashRecovery = 1",
      "left.pause = 1",
    ])
  })

  it("names the message at the head of a channel, and whose timer fires", () => {
    const titles = text.filter((line) => /^ ?\d/.test(line)).map((line) => line.trim())
    expect(titles).toContain("4 timeout(a.again@3)")
    expect(titles).toContain("5 a.call(loudly: true)")
    expect(titles).toContain("8 redeliver(a → b: Hello{text: \"are you; there?\"})")
    expect(titles).toContain("9 lose(a → b: Hello{text: \"are you; there?\"})")
    expect(titles).toContain("12 deliverAndCrash(a → b: Hello{text: \"B!\"})")
  })

  it("names the message at the tail of a channel where that is what was not sent", () => {
    const shown = traceLines(hello, told(cutShort))
    expect(shown.slice(shown.findIndex((line) => line.startsWith("4")), -1).slice(0, 3)).toEqual([
      "4 loseUnsent(a → b: Hello{text: b})",
      "    channels.a → b: - Hello{text: b} from the end",
      "5 deliver(a → b: Hello{text: \"B!\"})",
    ])
  })

  it("has only those channels that hold something", () => {
    const [, called] = told([step("a.call", { loudly: false })]).steps
    const { state } = called as { readonly state: PlainState }
    expect(stateLines(hello, state).filter((line) => line.startsWith("channels"))).toEqual([
      "channels.a → b = [Hello{text: b}]",
    ])
  })

  it("says of a channel what comes to its end, and what leaves its head", () => {
    const { steps: [start] } = told([])
    const holding = (texts: string): PlainState => ({
      ...start?.state,
      channels: { "a → b": Array.from(texts, (text) => ({ _tag: "Hello", text })) },
    })
    const changed = (before: string, after: string) =>
      changes(hello, holding(before), holding(after)).map((line) => line.replaceAll(/Hello\{text: (.)\}/g, "$1"))
    expect(changed("ab", "abcd")).toEqual(["channels.a → b: + c, + d"])
    expect(changed("abc", "c")).toEqual(["channels.a → b: - a, - b"])
    expect(changed("ab", "ba")).toEqual(["channels.a → b: + a, - a"])
    expect(changed("ab", "c")).toEqual(["channels.a → b: + c, - a, - b"])
    expect(changed("aba", "ab")).toEqual(["channels.a → b: - a from the end"])
    expect(changed("aa", "a")).toEqual(["channels.a → b: - a"])
    expect(changed("ab", "")).toEqual(["channels.a → b: - a, - b"])
    expect(changed("ab", "ab")).toEqual([])
  })

  it("shows a change of an observed field once, and who told what", () => {
    expect(after("timeout")).toEqual([
      "state.a.called: 0 → 1",
      "channels.a → b: + Hello{text: \"are you; there?\"}",
      "timers: - a.again@3",
    ])
    expect(after("redeliver")).toEqual([
      "state.b.heard: 0 → 1",
      "replies: + b: \"heard are you; there?\"",
      "left.duplication: 1 → 0",
    ])
  })

  it("shows an observed field that is not what the process's state says", () => {
    const { steps } = told([])
    const [start] = steps
    const state = { ...start?.state, called: { a: 7 } }
    expect(traceLines(hello, { steps: [{ action: null, parameters: {}, state }] })).toContain("    called.a = 7")
  })
})
