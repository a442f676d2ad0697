/** The tables of the guide to systems (docs/systems.md), a row a test. */
import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { explore } from "../../../model-check/engine/explore/graph.ts"
import { showAction } from "../../../model-check/report/value.ts"
import {
  defer,
  fifo,
  ignore,
  machine,
  type Model,
  named,
  type Observation,
  system,
  unordered,
} from "../../../src/index.ts"

const Note = Schema.TaggedStruct("Note", { n: Schema.Int })
const { input, next, process, reply, cancelTimer, send, setTimer } = machine({
  durable: { kept: Schema.Int },
  volatile: { lost: Schema.Int },
  messages: Note,
  timers: ["t"],
  replies: Schema.Int,
})
type Behaviour = Parameters<typeof process<"kept" | "lost">>[0]

const note = (n: number) => ({ _tag: "Note" as const, n })
const initial = { kept: 0, lost: 0 }

/** A process that takes whatever comes, once. */
const member = (behaviour: Partial<Behaviour> = {}) =>
  process<"kept" | "lost">({
    initial,
    receive: { Note: (_, { n }) => next({ kept: n, lost: n }) },
    timers: { t: (state) => next({ ...state, kept: 9 }) },
    observed: ["kept", "lost"],
    ...behaviour,
  })

/** What the environment may ask for once: to send, to answer, to set a timer. */
const asked = (...commands: ReadonlyArray<Parameters<typeof next>[1]>) => ({
  ask: input((state) => state.kept === 0 ? next({ kept: 1, lost: 1 }, ...commands as []) : ignore),
})

type Options = Partial<Parameters<typeof system>[0]>

const modelOf = (options: Options, p: Partial<Behaviour> = {}, q: Partial<Behaviour> = {}): Model<any> =>
  system(
    {
      name: "two",
      processes: [named("p", member(p)), named("q", member(q))],
      network: unordered(),
      ...options,
    } as Parameters<typeof system>[0],
  ).model() as Model<any>

/** The state after some steps, and the steps that can be taken then. */
const after = (
  model: Model<any>,
  ...path: ReadonlyArray<string>
): { readonly s: any; readonly can: ReadonlyArray<string> } => {
  const { edges, initial: [start = 0], states } = explore(model, 20_000)
  const from = (at: number) => edges.filter((edge) => edge.from === at)
  const names = (at: number) => from(at).map(({ action, parameters }) => showAction(action, parameters)).toSorted()
  const end = path.reduce((at, step) => {
    const edge = from(at).find(({ action, parameters }) => showAction(action, parameters) === step)
    if (edge === undefined) throw new Error(`${step} cannot happen; what can: ${names(at).join("; ")}`)
    return edge.to
  }, start)
  return { s: states[end], can: names(end) }
}

const sends = (...ns: ReadonlyArray<number>): Partial<Behaviour> => ({
  start: (state) => next(state, ns.map((n) => send("q", note(n)))),
})
const flying = (s: any): ReadonlyArray<number> => s.network.map(({ message }: any) => message.n)
const channel = (s: any): ReadonlyArray<number> => s.channels["p → q"].map(({ n }: any) => n)

const of = (event: string, n = 1) => `${event}(p → q: Note{n: ${n}})`
const inOrder = (event: string) => `${event}(p → q)`

const everything = {
  invocation: (seen: Observation) => ({ client: "c", operation: seen._tag }),
  response: () => undefined,
}
/** What a history has noted, in order. */
const noted = (s: any): ReadonlyArray<string> => {
  const { abandoned = [], pending } = s.history.c ?? { pending: null }
  return [...abandoned, ...(pending === null ? [] : [pending])].map(({ operation }: any) => operation)
}

describe("a reaction", () => {
  it("next uses up the message, whatever it changes, and is seen by a history", () => {
    for (const network of [unordered(), fifo()]) {
      const model = modelOf({ network, recording: everything }, sends(1), { receive: { Note: (state) => next(state) } })
      const { can, s } = after(model, network.order === "fifo" ? inOrder("deliver") : of("deliver"))
      expect([can, noted(s)]).toEqual([[], ["Sent", "Delivered"]])
    }
  })

  it("carries out commands in their order, and a history notes the event first", () => {
    const ask = asked(reply(1), send("q", note(1)), reply(2))
    expect(noted(after(modelOf({ recording: everything }, { inputs: ask }), "p.ask").s))
      .toEqual(["Chosen", "Replied", "Sent", "Replied"])
  })

  it("ignore drops the message on every network, and a history sees nothing", () => {
    for (const network of [unordered(), fifo()]) {
      const model = modelOf({ network, recording: everything }, sends(1), { receive: { Note: () => ignore } })
      const { can, s } = after(model, network.order === "fifo" ? inOrder("deliver") : of("deliver"))
      expect([can, noted(s), s.state.q]).toEqual([[], ["Sent"], initial])
    }
  })

  it("ignore uses up a timer, forbids an input, and leaves a restart that", () => {
    const model = modelOf({ faults: { crashRecovery: { total: 1, of: ["p"] } } }, {
      start: (state) => next(state, setTimer("t")),
      timers: { t: () => ignore },
      inputs: { never: input(() => ignore) },
      restart: () => ignore,
    })
    expect(after(model).can).toEqual(["crash(process: p)", "timeout(p.t)"])
    expect(after(model, "timeout(p.t)").s).toMatchObject({ timers: [], state: { p: initial } })
    expect(after(model, "crash(process: p)", "restart(process: p)").s).toMatchObject({
      status: { p: "up" },
      timers: [],
    })
  })

  it("defer lets a message wait, and holds up its channel", () => {
    const waiting: Partial<Behaviour> = {
      receive: { Note: (state, { n }) => n > 1 || state.kept > 1 ? next({ ...state, kept: n }) : defer },
    }
    expect(after(modelOf({}, sends(1, 2), waiting)).can).toEqual([of("deliver", 2)])
    expect(after(modelOf({}, sends(1, 2), waiting), of("deliver", 2)).can).toEqual([of("deliver", 1)])
    expect(after(modelOf({ network: fifo() }, sends(1, 2), waiting)).can).toEqual([])
  })

  it.each<readonly [string, Partial<Behaviour>]>([
    ["a timer", { start: (state) => next(state, setTimer("t")), timers: { t: () => defer } }],
    ["an input", { inputs: { wait: input(() => defer) } }],
    ["a restart", { restart: () => defer }],
  ])("defer is an error of %s", (_, behaviour) => {
    expect(() => after(modelOf({ faults: { crashRecovery: 1 } }, behaviour), "crash(process: p)")).toThrow(
      /only a message/,
    )
  })

  it("ignore keeps a message by name", () => {
    const model = modelOf({ network: unordered({ ignored: "kept", duplication: 1 }) }, sends(1), {
      receive: { Note: () => ignore },
    })
    expect(after(model).can).toEqual([])
  })
})

describe("a message", () => {
  it("is delivered if the receiver is up and not cut off; in fifo in order", () => {
    const options = { faults: { pause: { total: 1, of: ["q"] } }, network: unordered({ partitions: 1 }) }
    const model = modelOf(options, sends(1, 2))
    expect(after(model).can).toEqual(["cut(side: [q])", of("deliver", 1), of("deliver", 2), "pause(process: q)"])
    expect(after(model, "pause(process: q)").can).toEqual(["cut(side: [q])", "resume(process: q)"])
    expect(after(model, "cut(side: [q])").can).toEqual(["heal", "pause(process: q)"])
    expect(after(modelOf({ network: fifo() }, sends(1, 2))).can).toEqual([inOrder("deliver")])
    expect(after(modelOf({ network: fifo() }, sends(1, 2)), inOrder("deliver")).s.state.q.kept).toBe(1)
  })

  it("stays where duplication has no bound, and is not delivered there if it is ignored", () => {
    const network = unordered({ duplication: "unbounded" })
    expect(flying(after(modelOf({ network }, sends(1)), of("deliver"), of("deliver")).s)).toEqual([1])
    expect(after(modelOf({ network }, sends(1), { receive: { Note: () => ignore } })).can).toEqual([])
  })

  it("is delivered again while duplication is left; in fifo directly after the first", () => {
    const twice = after(modelOf({ network: fifo({ duplication: 1 }) }, sends(1, 2)), inOrder("redeliver"))
    expect([channel(twice.s), twice.can, twice.s.left.duplication]).toEqual([[1, 2], [inOrder("deliver")], 0])
    const ignoring = { receive: { Note: () => ignore } }
    expect(after(modelOf({ network: unordered({ duplication: 1 }) }, sends(1), ignoring)).can).toEqual([of("deliver")])
  })

  it("is lost whoever is up and whatever is cut; in fifo the first", () => {
    const faults = { crashStop: { total: 1, of: ["q"] } }
    const lost = after(
      modelOf({ network: fifo({ loss: 1, partitions: 1 }), faults }, sends(1, 2)),
      "stop(process: q)",
      "cut(side: [q])",
      inOrder("lose"),
    )
    expect([channel(lost.s), lost.s.left.loss, lost.can]).toEqual([[2], 0, ["heal"]])
  })

  it("to a process that crashed waits", () => {
    const faults = { crashRecovery: { total: 1, of: ["q"] } }
    const down = after(modelOf({ network: fifo(), faults }, sends(1)), "crash(process: q)")
    expect([channel(down.s), down.can]).toEqual([[1], ["restart(process: q)"]])
  })

  it("may not have left a sender that crashed: any, in fifo any end of a channel, until it restarts", () => {
    const faults = { crashRecovery: { total: 1, of: ["p"] } }
    const restarted = { ...sends(1, 2), restart: (state: typeof initial) => next(state) }
    const any = after(modelOf({ faults }, restarted), "crash(process: p)")
    expect(any.can).toEqual([
      of("deliver", 1),
      of("deliver", 2),
      of("loseUnsent", 1),
      of("loseUnsent", 2),
      "restart(process: p)",
    ])
    const end = modelOf({ faults, network: fifo() }, restarted)
    expect(channel(after(end, "crash(process: p)", inOrder("loseUnsent")).s)).toEqual([1])
    expect(after(end, "crash(process: p)", "restart(process: p)").can).toEqual([inOrder("deliver")])
    const lasting = [
      unordered({ loss: "unbounded" }),
      unordered({ duplication: "unbounded" }),
    ]
    for (const network of lasting) {
      expect(Object.keys(modelOf({ faults, network }, restarted).actions)).not.toContain("loseUnsent")
    }
  })

  it("to itself travels over the network, and no cut stops it", () => {
    const alone = modelOf({ network: unordered({ partitions: 1 }) }, {}, sends(1))
    expect(after(alone, "cut(side: [q])").can).toContain("deliver(q → q: Note{n: 1})")
  })
})

describe("a process", () => {
  const starts: Partial<Behaviour> = { start: () => next({ kept: 0, lost: 5 }, setTimer("t"), reply(7)) }

  it("that crashes keeps what is durable; the rest is what it was after the start, and its timers are gone", () => {
    const faults = { crashRecovery: { total: 2, each: 1 } }
    const model = modelOf({ faults }, { ...starts, inputs: asked(reply(1)), restart: (state) => next(state, reply(8)) })
    const { can, s } = after(model, "p.ask", "crash(process: p)")
    expect(s).toMatchObject({
      state: { p: { kept: 1, lost: 5 } },
      lost: { p: 5, q: 0 },
      status: { p: "down" },
      timers: [],
      left: { crashRecovery: 1 },
      leftOf: { crashRecovery: { p: 0, q: 1 } },
    })
    expect(can).toEqual(["crash(process: q)", "restart(process: p)"])
    // What it answers at the restart is not lost by that step.
    const up = after(model, "p.ask", "crash(process: p)", "restart(process: p)")
    expect(up.s.replies.map(({ value }: any) => value)).toContain(8)
    expect(up.can).toEqual(["crash(process: q)"])
  })

  it("may crash in the middle of a step that has commands: it is written, and nothing is sent, set or replied", () => {
    const model = modelOf({ faults: { crashRecovery: { total: 1, of: ["p"] } }, recording: everything }, {
      inputs: asked(send("q", note(1)), setTimer("t"), reply(1)),
    })
    expect(after(model).can).toEqual(["crash(process: p)", "p.ask", "p.askAndCrash"])
    const { s } = after(model, "p.askAndCrash")
    expect(s).toMatchObject({
      state: { p: { kept: 1, lost: 0 } },
      status: { p: "down" },
      network: [],
      timers: [],
      replies: [],
      left: { crashRecovery: 0 },
    })
    expect(noted(s)).toEqual(["Chosen"])
    expect(after(modelOf({ faults: { crashRecovery: 1 } }, { inputs: asked() })).can).not.toContain("p.askAndCrash")
  })

  it("may crash in the middle of a timeout, and of a message that stays for its duplicate", () => {
    const faults = { crashRecovery: { total: 1, of: ["q"] } }
    const replies: Partial<Behaviour> = {
      start: (state) => next(state, setTimer("t")),
      timers: { t: (state) => next({ ...state, kept: 3 }, reply(1)) },
      receive: { Note: (state, { n }) => next({ ...state, kept: n }, reply(n)) },
    }
    const model = modelOf({ faults, network: unordered({ duplication: 1 }) }, sends(1), replies)
    expect(after(model, "timeoutAndCrash(q.t)").s).toMatchObject({ state: { q: { kept: 3 } }, timers: [], replies: [] })
    const twice = after(model, of("redeliverAndCrash"))
    expect(twice.s).toMatchObject({
      state: { q: { kept: 1 } },
      status: { q: "down" },
      replies: [],
      left: { duplication: 0, crashRecovery: 0 },
    })
    expect(flying(twice.s)).toEqual([1])
    expect(flying(after(model, of("deliverAndCrash")).s)).toEqual([])
  })

  it("that stops is stopped forever, and keeps its state, the volatile part too; one that is down cannot stop", () => {
    const model = modelOf({ faults: { crashStop: { total: 2, of: ["p"] }, crashRecovery: { total: 1, of: ["p"] } } }, {
      ...starts,
      inputs: asked(),
    })
    const { can, s } = after(model, "p.ask", "stop(process: p)")
    expect([s.state.p, s.lost.p, s.timers, can]).toEqual([{ kept: 1, lost: 1 }, 1, [], []])
    expect(after(model, "crash(process: p)").can).toEqual(["restart(process: p)"])
  })

  it("that is paused reacts to nothing, keeps its timers, and can neither crash nor stop", () => {
    const once = { total: 1, of: ["p"] }
    const model = modelOf({ faults: { pause: once, crashStop: once, crashRecovery: once } }, {
      ...starts,
      inputs: asked(),
    })
    const { can, s } = after(model, "pause(process: p)")
    expect([can, s.timers.length, s.state.p]).toEqual([["resume(process: p)"], 1, { kept: 0, lost: 5 }])
    expect(after(model, "pause(process: p)", "resume(process: p)").can).toContain("timeout(p.t)")
  })
})

describe("a process that writes without forcing", () => {
  const { input, next, process } = machine({
    durable: { closed: Schema.Boolean },
    unforced: { n: Schema.Int },
    messages: Note,
  })
  const writer = process({
    initial: { closed: false, n: 0 },
    inputs: {
      write: input((state) => state.n < 2 ? next({ ...state, n: state.n + 1 }) : ignore),
      close: input((state) => state.closed ? ignore : next({ closed: true, n: 0 })),
    },
    observed: ["n"],
  })
  const model = system({
    name: "writes",
    processes: [named("p", writer)],
    network: unordered(),
    faults: { crashRecovery: 1 },
  }).model() as Model<any>
  const lost = (n: number) => `loseUnforced(p was {n: ${n}})`

  it("may have lost any end of what it wrote since it forced something, when it is down", () => {
    expect(after(model, "p.write", "p.write").can).toEqual(["crash(process: p)", "p.close"])
    const down = after(model, "p.write", "p.write", "crash(process: p)")
    expect(down.can).toEqual([lost(0), lost(1), "restart(process: p)"])
    const back = after(model, "p.write", "p.write", "crash(process: p)", lost(1))
    expect(back.s).toMatchObject({ state: { p: { n: 1 } }, n: { p: 1 }, unforced: [] })
    expect(back.can).toEqual(["restart(process: p)"])
  })

  it("has lost nothing when it is up again, and nothing of what it forced", () => {
    expect(after(model, "p.write", "crash(process: p)", "restart(process: p)").s.unforced).toEqual([])
    expect(after(model, "p.write", "p.close", "crash(process: p)").can).toEqual(["restart(process: p)"])
    expect(after(model, "p.close", "p.write", "crash(process: p)").can).toEqual([lost(0), "restart(process: p)"])
  })

  it("has a variable for it", () => {
    expect("unforced" in model.variables).toBe(true)
    expect(after(model, "p.write").s.unforced).toEqual([{ _tag: "Unforced", process: "p", before: { n: 0 } }])
  })
})

describe("the network", () => {
  it("is cut in every way, one side without the first process, and heals", () => {
    const three = system({
      name: "three",
      processes: [named("p", member()), named("q", member()), named("r", member())],
      network: unordered({ partitions: 1 }),
    }).model() as Model<any>
    expect(after(three).can).toEqual(["cut(side: [q, r])", "cut(side: [q])", "cut(side: [r])"])
    expect(after(three, "cut(side: [r])").s).toMatchObject({ cut: ["r"], left: { partitions: 0 } })
    expect(after(three, "cut(side: [r])", "heal")).toMatchObject({ s: { cut: null }, can: [] })
  })
})

describe("a timer", () => {
  it("is what the last command for it says", () => {
    const last = (...commands: ReadonlyArray<Parameters<typeof next>[1]>) =>
      after(modelOf({ clock: { horizon: 3 } }, { start: (state) => next(state, ...commands as []) })).s.timers
    expect(last(setTimer("t", 1), cancelTimer("t"), setTimer("t", 2))).toEqual([
      { _tag: "Timer", process: "p", timer: "t", at: 2 },
    ])
    expect(last(setTimer("t", 1), cancelTimer("t"))).toEqual([])
  })

  it("fires at any time without a clock, and when it is due with one, beyond which time does not tick", () => {
    const sets: Partial<Behaviour> = { start: (state) => next(state, setTimer("t", 1)) }
    expect(after(modelOf({}, sets)).can).toEqual(["timeout(p.t)"])
    const timed = modelOf({ clock: { horizon: 2 } }, sets)
    expect(after(timed).can).toEqual(["tick"])
    expect(after(timed, "tick").can).toEqual(["timeout(p.t@1)"])
    expect(after(timed, "tick", "timeout(p.t@1)").can).toEqual(["tick"])
    expect(after(timed, "tick", "timeout(p.t@1)", "tick").can).toEqual([])
    // While its process is paused, time passes.
    const paused = modelOf({ clock: { horizon: 2 }, faults: { pause: { total: 1, of: ["p"] } } }, sets)
    expect(after(paused, "tick", "pause(process: p)").can).toEqual(["resume(process: p)", "tick"])
  })
})

describe("a local clock", () => {
  const drift = (process: string, by: number) => `drift(process: ${process}, by: ${by})`
  const jump = (process: string, by: number) => `jump(process: ${process}, by: ${by})`

  it("drifts within the skew, also below zero", () => {
    const model = modelOf({ clock: { horizon: 0, skew: 1 } })
    expect(after(model, drift("p", -1)).s).toMatchObject({ clock: 0, offset: { p: -1, q: 0 } })
    expect(after(model, drift("p", -1)).can).toEqual([drift("p", 1), drift("q", -1), drift("q", 1)])
  })

  it("drifts forwards past no timer that is due while its process is up", () => {
    const sets: Partial<Behaviour> = { start: (state) => next(state, setTimer("t", 1)) }
    const options = { clock: { horizon: 1, skew: 1 }, faults: { pause: { total: 1, of: ["p"] } } }
    const due = after(modelOf(options, sets), "tick").can
    expect(due).toContain(drift("p", -1))
    expect(due).not.toContain(drift("p", 1))
    expect(after(modelOf(options, sets), "tick", "pause(process: p)").can).toContain(drift("p", 1))
  })

  it("jumps by what is given, whatever the status of its process and whatever is due", () => {
    const sets: Partial<Behaviour> = { start: (state) => next(state, setTimer("t", 0)) }
    const clock = { horizon: 0, skew: 1, jumps: { total: 1, by: [3] } }
    const model = modelOf({ clock, faults: { crashStop: { total: 1, of: ["p"] } } }, sets)
    expect(after(model, jump("p", 3)).s).toMatchObject({ offset: { p: 3 }, left: { jumps: 0 } })
    // It is outside the skew, and drifts only to where it is within.
    expect(after(model, jump("p", 3)).can).toEqual([
      drift("q", -1),
      drift("q", 1),
      "stop(process: p)",
      "timeout(p.t@0)",
    ])
    expect(after(model, "stop(process: p)").can).toContain(jump("p", 3))
  })
})

describe("the variables", () => {
  it("are those of the table", () => {
    const always = ["cut", "cutLinks", "kept", "left", "leftOf", "lost", "replies", "state", "status", "timers"]
    expect(Object.keys(modelOf({}).variables).toSorted()).toEqual([...always, "network"].toSorted())
    expect(Object.keys(modelOf({ network: fifo() }).variables).toSorted()).toEqual([...always, "channels"].toSorted())
    expect(Object.keys(modelOf({ clock: { horizon: 1 }, recording: everything }).variables).toSorted())
      .toEqual([...always, "network", "clock", "offset", "history"].toSorted())
  })

  it("say what is left: 0 where it was never given, a number, or that there is no bound", () => {
    const { s } = after(
      modelOf({
        network: unordered({ loss: 2, duplication: "unbounded" }),
        faults: { pause: { total: 3, each: 1, of: ["q"] } },
      }),
    )
    expect(s.cut).toBeNull()
    expect(s.left).toEqual({
      loss: 2,
      duplication: "unbounded",
      partitions: 0,
      links: 0,
      disconnects: 0,
      crashStop: 0,
      crashRecovery: 0,
      replacement: 0,
      pause: 3,
      jumps: 0,
      wrongSuspicions: 0,
    })
    const none = { p: 0, q: 0 }
    expect(s.leftOf).toEqual({ crashStop: none, crashRecovery: none, replacement: none, pause: { p: 0, q: 1 } })
    const unbounded = modelOf({ faults: { crashRecovery: "unbounded" } })
    expect(after(unbounded, "crash(process: p)").s).toMatchObject({
      left: { crashRecovery: "unbounded" },
      leftOf: { crashRecovery: { p: "unbounded", q: "unbounded" } },
    })
  })

  it("tell once what is answered twice", () => {
    const twice = modelOf({ recording: everything }, { inputs: asked(reply(1), reply(1)) })
    const { s } = after(twice, "p.ask")
    expect([s.replies, noted(s)]).toEqual([[{ _tag: "Reply", from: "p", value: 1 }], ["Chosen", "Replied", "Replied"]])
  })
})
