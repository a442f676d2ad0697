/** Connections: in order until they break, and then all that is on its way is gone. */
import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { Search } from "../../../model-check/engine/explore/search.ts"
import { sequenceDiagram } from "../../../model-check/report/sequence-diagram.ts"
import {
  connections,
  defer,
  type Faults,
  fifo,
  ignore,
  InvalidBudget,
  InvalidDefinition,
  machine,
  type Model,
  named,
  type Network,
  NotTotal,
  system,
} from "../../../src/index.ts"
import { enabledWhere, seen, steps } from "../explored.ts"

const Item = Schema.TaggedStruct("Item", { n: Schema.Int })
const { input, next, process, send } = machine({ volatile: { got: Schema.String }, messages: Item })
type Behaviour = Parameters<typeof process>[0]

const item = (n: number) => send("b", Item.make({ n }))
/** Sends these at the start, and one when it is asked to, up to 3. */
const sender = (items: ReadonlyArray<number>, behaviour: Partial<Behaviour> = {}) =>
  process({ initial: { got: "" }, start: (state) => next(state, items.map(item)), ...behaviour })
const receiver = (behaviour: Partial<Behaviour> = {}) =>
  process({
    initial: { got: "" },
    receive: { Item: ({ got }, { n }) => got.length < 3 ? next({ got: `${got}${n}` }) : ignore },
    ...behaviour,
  })
const asks = (...items: ReadonlyArray<number>): Partial<Behaviour> => ({
  inputs: { ask: input(({ got }) => got === "asked" ? ignore : next({ got: "asked" }, items.map(item))) },
})
const notices: Partial<Behaviour> = { closed: (state, { from }) => next({ got: `${state.got}-${from}` }) }

const two = (
  network: Network,
  faults: Faults,
  a: ReturnType<typeof sender>,
  b: ReturnType<typeof receiver> = receiver(),
): Model<any> =>
  system({ name: "two", processes: [named("a", a), named("b", b)], network, faults }).model() as Model<any>

const b = (fault: keyof Faults): Faults => ({ [fault]: { total: 1, of: ["b"] } })
const a = (fault: keyof Faults): Faults => ({ [fault]: { total: 1, of: ["a"] } })
const toB = (s: any): string => s.channels["a → b"].map(({ n }: any) => n).join("")
const open = (s: any): string => s.broken.map(({ from, to }: any) => `${from}${to}`).toSorted().join(" ")

describe("a connection", () => {
  it("keeps the order, and loses and duplicates nothing, as fifo", () => {
    const got = (network: Network) => seen(two(network, {}, sender([1, 2])), (s) => `${s.state.b.got} ${toB(s)}`)
    expect(got(connections())).toEqual(got(fifo()))
    expect(steps(two(connections(), {}, sender([1, 2])))).toEqual(["deliver(a → b)"])
  })

  it.each(["crashStop", "crashRecovery", "replacement"] as const)("is gone when an end crashes: %s", (fault) => {
    for (const faults of [a(fault), b(fault)]) {
      const model = two(connections(), faults, sender([1, 2]))
      const isGone = ({ status }: any) => status.a !== "up" || status.b !== "up"
      expect(seen(model, (s) => isGone(s) ? `gone ${toB(s)}` : "")).toEqual(["", "gone "])
      expect(Object.keys(model.actions)).not.toContain("loseUnsent")
    }
  })

  it("stays while an end is paused", () => {
    const model = two(connections(), b("pause"), sender([1, 2]))
    expect(seen(model, (s) => s.status.b === "paused" ? toB(s) : "")).toEqual(["", "12", "2"])
    expect(seen(model, open)).toEqual([""])
  })

  it("delivers across no crash, as fifo does", () => {
    const got = (network: Network) =>
      seen(two(network, b("crashRecovery"), sender([1, 2])), (s) => s.left.crashRecovery === 0 ? s.state.b.got : "")
    expect(got(fifo())).toEqual(["", "1", "12", "2"])
    expect(got(connections())).toEqual([""])
  })

  it("breaks with a budget, and all that is on its way either way is gone", () => {
    const model = two(connections({ disconnects: 1 }), {}, sender([1, 2]))
    expect(seen(model, (s) => s.left.disconnects === 0 ? `${toB(s)}|${s.state.b.got}|${open(s)}` : "")).toEqual([
      "",
      ...["", "1", "12"].flatMap((got) => ["", "ab", "ab ba", "ba"].map((ends) => `|${got}|${ends}`)),
    ].toSorted())
    expect(steps(model)).toContain("disconnect(ends: [a, b])")
  })

  it("does not break between those who are not there", () => {
    const model = two(connections({ disconnects: 1 }), b("crashRecovery"), sender([1]))
    expect(enabledWhere(model, ({ status }) => status.b === "down")).toEqual(["closed", "restart"])
  })
})

describe("an end that is left", () => {
  it("loses what it sends until it has noticed, and not afterwards", () => {
    const model = two(connections({ disconnects: 1 }), {}, sender([], asks(1)))
    const sent = (s: any) =>
      s.left.disconnects === 0 && s.state.a.got === "asked" && s.state.b.got === "" && open(s) === ""
    expect(seen(model, (s) => sent(s) ? toB(s) : "none")).toEqual(["", "1", "none"])
  })

  it("notices before it hears over the next connection", () => {
    const model = two(connections({ disconnects: 1 }), {}, sender([], asks(1)))
    const waits = (s: any) => toB(s) === "1" && open(s) === "ba"
    expect(enabledWhere(model, waits)).toEqual(["closed"])
  })

  it("reacts by closed, to whom it has lost", () => {
    const model = two(connections(), b("crashRecovery"), sender([1], notices))
    expect(seen(model, (s) => s.state.a.got)).toEqual(["", "-b"])
    // Who crashes has forgotten its connections, so it notices nothing.
    expect(seen(model, (s) => open(s))).toEqual(["", "ab"])
    expect(steps(model)).toContain("closed(a → b)")
  })

  it("may ignore it, and may have no handler: then it has noticed all the same", () => {
    for (const closed of [{}, { closed: () => ignore }]) {
      const model = two(connections({ disconnects: 1 }), {}, sender([1], closed))
      expect(seen(model, (s) => `${s.left.disconnects} ${open(s)}`)).toEqual(["0 ", "0 ab", "0 ab ba", "0 ba", "1 "])
    }
  })

  it("may send what was lost once more, over the next connection", () => {
    const again = { closed: (state: any) => state.got === "" ? next({ got: "again" }, item(1), item(2)) : ignore }
    const model = two(connections({ disconnects: 1 }), {}, sender([1, 2], again))
    expect(seen(model, (s) => s.state.b.got)).toEqual(["", "1", "11", "112", "12", "121"])
  })

  it("learns that nobody is there when it sends, again and again", () => {
    const retries = { closed: (state: any) => next(state, item(1)) }
    const model = two(connections(), b("crashRecovery"), sender([1], retries))
    // While b is down, what is sent is gone and the end is broken again; when it is up, it arrives.
    expect(enabledWhere(model, (s) => s.status.b === "down")).toEqual(["closed", "restart"])
    expect(seen(model, (s) => s.status.b === "down" ? `${toB(s)}${open(s)}` : "")).toEqual(["", "ab"])
    expect(seen(model, (s) => s.left.crashRecovery === 0 ? s.state.b.got : "")).toContain("1")
  })

  it("may crash in the middle of what it does about it", () => {
    const faults: Faults = { crashRecovery: { total: 1, of: ["a"] } }
    const model = two(connections({ disconnects: 1 }), faults, sender([], { closed: (state) => next(state, item(1)) }))
    expect(steps(model)).toContain("closedAndCrash(a → b)")
    expect(steps(two(connections({ disconnects: 1 }), faults, sender([])))).not.toContain("closedAndCrash(a → b)")
  })

  it("is told nothing if it has crashed as well, and loses nothing when it restarts", () => {
    const restarts = { restart: (state: any) => next(state, item(1)) }
    const both: Faults = { crashRecovery: { total: 2, each: 1 } }
    const model = two(connections(), both, sender([], restarts))
    const again = (s: any) => s.left.crashRecovery === 0 && s.status.a === "up" && s.status.b === "up"
    expect(seen(model, (s) => again(s) && open(s) === "" ? `${toB(s)}${s.state.b.got}` : "-")).toContain("1")
  })

  it("sends to itself whatever happens, also when it restarts", () => {
    const alone = process({
      initial: { got: "" },
      restart: (state) => next(state, send("a", Item.make({ n: 7 }))),
      receive: { Item: ({ got }, { n }) => got.length < 3 ? next({ got: `${got}${n}` }) : ignore },
    })
    const model = system({
      name: "alone",
      processes: [named("a", alone)],
      network: connections({ disconnects: 1, links: "unbounded" }),
      faults: { crashRecovery: 1 },
    }).model()
    expect(seen(model, (s) => s.state.a.got)).toEqual(["", "7"])
  })

  it("is drawn where it notices", () => {
    const model = two(connections(), b("crashRecovery"), sender([1], notices))
    const search = new Search({
      ...model,
      properties: { never: { kind: "always", parameters: {}, holds: (s: any) => s.state.a.got === "" } },
    } as Model<any>)
    while (!search.run(60_000));
    const { trace } = search.report().properties[0] as any
    expect(sequenceDiagram(model, trace)).toContain("Note over p0: connection to b closed")
  })
})

describe("a log that is sent entry by entry, and kept on a disk,", () => {
  const Entry = Schema.TaggedStruct("Entry", { n: Schema.Int })
  const primaries = machine({ volatile: { sent: Schema.Int }, messages: Entry })
  const primary = primaries.process({
    initial: { sent: 0 },
    inputs: {
      append: primaries.input(({ sent }) =>
        sent === 2 ? ignore : primaries.next({ sent: sent + 1 }, primaries.send("backup", Entry.make({ n: sent + 1 })))
      ),
    },
  })
  const backups = machine({ durable: { log: Schema.Array(Schema.Int) }, messages: Entry })
  const backup = backups.process({
    initial: { log: [] },
    receive: { Entry: ({ log }, { n }) => backups.next({ log: [...log, n] }) },
    observed: ["log"],
  })
  const found = (network: Network) => {
    const { always, model } = system({
      name: "log shipping",
      processes: [named("primary", primary), named("backup", backup)],
      network,
      faults: { crashRecovery: { total: 1, of: ["backup"] } },
    })
    const search = new Search(model({ prefix: always((s) => s.log.backup.every((n, index) => n === index + 1)) }))
    while (!search.run(60_000));
    const [prefix] = search.report().properties
    return [prefix?.verdict, prefix?.trace && prefix.trace.steps.length - 1]
  }

  it("has no gap on fifo, and has one over connections", () => {
    expect(found(fifo())).toEqual(["holds", undefined])
    // The first entry is sent, the backup crashes and restarts, the primary notices, the second is sent and arrives.
    expect(found(connections())).toEqual(["violated", 6])
  })
})

describe("refused is", () => {
  it.each([-1, 1.5, Number.NaN, "one"])("a budget of %s disconnects", (disconnects: any) => {
    expect(() => connections({ disconnects })).toThrow(InvalidBudget)
    expect(() => connections({ disconnects })).toThrow(/budget for disconnects is/)
  })

  it("what no connection does, and what only a connection does", () => {
    expect(() => connections({ loss: 1 } as {})).toThrow(InvalidDefinition)
    expect(() => connections({ loss: 1 } as {})).toThrow(/there is no loss in a network/)
    expect(() => connections({ duplication: 1 } as {})).toThrow(/there is no duplication/)
    expect(() => fifo({ disconnects: 1 } as {})).toThrow(/there is no disconnects/)
  })

  it("to defer, and to throw, when a connection is closed", () => {
    const model = (closed: () => never | typeof defer) => () => two(connections(), {}, sender([], { closed }))
    expect(model(() => defer)).toThrow(/only a message/)
    expect(model(() => {
      throw new Error("what?")
    })).toThrow(NotTotal)
  })
})
