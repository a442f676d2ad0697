import { Effect, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { check } from "../../../model-check/check.ts"
import { explore } from "../../../model-check/engine/explore/graph.ts"
import {
  DurableNotEncodable,
  type Faults,
  type Fields,
  ignore,
  InvalidDefinition,
  machine,
  type Model,
  named,
  recovered,
  system,
  unordered,
} from "../../../src/index.ts"
import { seen, steps } from "../explored.ts"

const Note = Schema.TaggedStruct("Note", {})

/** Writes to its log how often it was asked to `write`, up to three times, and whether it was asked to `commit`. */
const logging = (kinds: { readonly durable?: Fields; readonly unforced?: Fields }, faults: Faults): Model<any> => {
  const { input, next, process } = machine({ ...kinds, messages: Note }) as any
  const log = process({
    initial: { written: 0, committed: false },
    inputs: {
      write: input((state: any) => state.written < 3 ? next({ ...state, written: state.written + 1 }) : ignore),
      commit: input((state: any) => state.committed ? ignore : next({ ...state, committed: true })),
    },
  })
  return system({ name: "a log", processes: [named("p", log)], network: unordered(), faults }).model() as Model<any>
}

const written = { written: Schema.Int }
const committed = { committed: Schema.Boolean }
const crash = { crashRecovery: 1 }

/** The status of the process, and what is in its log. */
const look = (s: any): string => `${s.status.p} ${s.state.p.written}${s.state.p.committed ? " committed" : ""}`

/** Where `loseUnforced` leads from, and to. */
const losses = (model: Model<any>): ReadonlyArray<string> => {
  const { edges, states } = explore(model, 10_000)
  return [
    ...new Set(
      edges.filter(({ action }) => action === "loseUnforced").map(({ from, to }) =>
        `${look(states[from])} → ${look(states[to])}`
      ),
    ),
  ].toSorted()
}

describe("a write that is not forced", () => {
  it("may be lost in a crash, and those after it with it: any end of the log", () => {
    const model = logging({ durable: committed, unforced: written }, crash)
    expect(losses(model).filter((loss) => !loss.includes("committed"))).toEqual([
      "down 1 → down 0",
      "down 2 → down 0",
      "down 2 → down 1",
      "down 3 → down 0",
      "down 3 → down 1",
      "down 3 → down 2",
    ])
  })

  it("is forced by a later one that is", () => {
    const model = logging({ durable: committed, unforced: written }, crash)
    const { edges, initial: [start = 0], states } = explore(model, 10_000)
    const after = (...path: ReadonlyArray<string>): any =>
      states[
        path.reduce((at, step) => edges.find(({ action, from }) => from === at && action === step)?.to ?? NaN, start)
      ]
    expect(after("p.write", "p.write").unforced.map(({ before }: any) => before)).toEqual([
      { written: 0 },
      { written: 1 },
    ])
    expect(after("p.write", "p.write", "p.commit").unforced).toEqual([])
    expect(after("p.write", "p.commit", "p.write").unforced).toEqual([
      { _tag: "Unforced", process: "p", before: { written: 1 } },
    ])
  })

  it("is lost no longer when the process has restarted from it", () => {
    const model = logging({ durable: committed, unforced: written }, crash)
    const { edges, states } = explore(model, 10_000)
    const restarts = edges.filter(({ action }) => action === "restart")
    expect(restarts.length).toBeGreaterThan(0)
    for (const { to } of restarts) expect((states[to] as any).unforced).toEqual([])
  })

  it("is lost alone: what is forced is not", () => {
    const forced = logging({ durable: { ...written, ...committed } }, crash)
    expect("unforced" in forced.variables || "loseUnforced" in forced.actions).toBe(false)
    expect(seen(forced, look)).toEqual(
      ["down", "up"].flatMap((status) => [0, 1, 2, 3].flatMap((n) => [`${status} ${n}`, `${status} ${n} committed`])),
    )
  })

  it("is lost only where somebody comes back from a crash", () => {
    const kinds = { durable: committed, unforced: written }
    for (const faults of [{ crashStop: 1 }, { replacement: 1 }, { pause: 1 }, {}]) {
      const model = logging(kinds, faults)
      expect(steps(model).filter((step) => step.startsWith("loseUnforced"))).toEqual([])
      expect(seen(model, (s) => s.unforced.length)).toEqual(["0"])
    }
    // Who is wiped has lost all, and who has stopped loses nothing that anybody could notice.
    const gone = logging(kinds, { ...crash, crashStop: 1, replacement: 1 })
    const { states } = explore(gone, 10_000)
    const those = states.filter((s: any) => ["stopped", "wiped"].includes(s.status.p)) as ReadonlyArray<any>
    expect(new Set(those.map((s) => s.unforced.length))).toEqual(new Set([0]))
  })

  it("is none where the value is the same, whatever it is made of", () => {
    const { input, next, process } = machine({
      unforced: { list: Schema.Array(Schema.Int), on: Schema.Boolean },
      messages: Note,
    })
    const same = process({
      initial: { list: [1], on: false },
      inputs: {
        again: input((state) => next({ ...state, list: [...state.list] })),
        toggle: input((state) => next({ ...state, on: !state.on })),
      },
    })
    const model = system({
      name: "same",
      processes: [named("p", same)],
      network: unordered(),
      faults: { crashRecovery: { total: 1, of: ["p"] } },
    }).model()
    // A value that comes back is no new write: there is an end to the states.
    expect(seen(model, (s) => `${s.state.p.on} ${JSON.stringify(s.unforced.map(({ before }: any) => before))}`))
      .toEqual([
        "false []",
        "false [{\"list\":[1],\"on\":true}]",
        "true []",
        "true [{\"list\":[1],\"on\":false}]",
      ])
  })

  it("may be written by a restart, and lost in the next crash", () => {
    const { next, process } = machine({ durable: {}, unforced: { restarts: Schema.Int }, messages: Note })
    const counting = process({ initial: { restarts: 0 }, restart: ({ restarts }) => next({ restarts: restarts + 1 }) })
    const model = system({
      name: "restarts",
      processes: [named("p", counting)],
      network: unordered(),
      faults: { crashRecovery: 2 },
    }).model()
    expect(
      seen(
        model,
        (s) => `${s.status.p} ${s.state.p.restarts}, or ${s.unforced.map(({ before }: any) => before.restarts)}`,
      ),
    )
      .toEqual(["down 0, or ", "down 1, or 0", "up 0, or ", "up 1, or 0", "up 2, or 1"])
  })

  it("is lost by an observed field as well", () => {
    const { input, next, process } = machine({ unforced: { n: Schema.Int }, messages: Note })
    const p = process({
      initial: { n: 0 },
      inputs: { write: input((state) => state.n === 0 ? next({ n: 1 }) : ignore) },
      observed: ["n"],
    })
    const { always, model } = system({
      name: "observed",
      processes: [named("p", p)],
      network: unordered(),
      faults: { crashRecovery: 1 },
    })
    const agrees = model({ agrees: always((s) => s.n.p === s.state.p.n), known: always((s) => s.unforced.size < 2) })
    expect(Effect.runSync(check(agrees)).verdict).toBe("holds")
  })
})

/**
 * Write-ahead logging: a store writes down what it is given, says so, and must have it as long as it has said so. Three ways
 * to write, and whether that is kept.
 */
describe("a store that says that it has stored", () => {
  const Put = Schema.TaggedStruct("Put", {})
  const Stored = Schema.TaggedStruct("Stored", {})
  const messages = Schema.Union([Put, Stored])

  const client = (() => {
    const { next, process, send } = machine({ durable: { told: Schema.Boolean }, messages })
    return process({
      initial: { told: false },
      start: (state) => next(state, send("store", Put.make({}))),
      receive: { Stored: () => next({ told: true }) },
    })
  })()

  const storing = (kinds: { readonly durable?: Fields; readonly unforced?: Fields }): Model<any> => {
    const { next, process, send } = machine({ ...kinds, messages }) as any
    const store = process({
      initial: { data: false, record: false },
      receive: {
        Put: (_: unknown, __: unknown, { from }: any) =>
          next({ data: true, record: true }, send(from, Stored.make({}))),
      },
    })
    const { always, model } = system({
      name: "storing",
      processes: [named("client", client), named("store", store)],
      network: unordered(),
      faults: { crashRecovery: { total: 1, of: ["store"] } },
    }) as any
    return model({ kept: always((s: any) => !s.state.client.told || (s.state.store.data && s.state.store.record)) })
  }
  const [data, record] = [{ data: Schema.Boolean }, { record: Schema.Boolean }]

  it("loses what it has not forced, and keeps what it has", () => {
    const { properties, verdict } = Effect.runSync(check(storing({ unforced: { ...data, ...record } })))
    expect(verdict).toBe("violated")
    expect(properties[0]?.trace?.steps.slice(1).map(({ action }) => action).toSorted()).toEqual([
      "crash",
      "deliver",
      "deliver",
      "loseUnforced",
    ])
    expect(Effect.runSync(check(storing({ durable: { ...data, ...record } }))).verdict).toBe("holds")
  })

  it("keeps its data if the record that it writes with them is forced: a forced write takes along all before it", () => {
    expect(Effect.runSync(check(storing({ unforced: data, durable: record }))).verdict).toBe("holds")
  })
})

describe("what is declared as not forced", () => {
  it("is a field that is declared once", () => {
    const twice = (kinds: object) => () => machine({ ...kinds, messages: Note })
    expect(twice({ durable: written, unforced: written })).toThrow(
      new InvalidDefinition({ reason: "the field written of a process is both durable and unforced" }),
    )
    expect(twice({ unforced: written, volatile: written })).toThrow(
      new InvalidDefinition({ reason: "the field written of a process is both unforced and volatile" }),
    )
  })

  it("can be written to a log", () => {
    const { process } = machine({ unforced: { log: Schema.Unknown }, messages: Note })
    expect(() => process({ initial: { log: () => 1 } })).toThrow(DurableNotEncodable)
    expect(() => process({ initial: { log: () => 1 } })).toThrow(/^the unforced field log cannot be encoded: /)
  })

  it("survives a crash that loses no write", () => {
    const { process } = machine({ unforced: written, volatile: { heard: Schema.Int }, messages: Note })
    expect(recovered(process({ initial: { written: 0, heard: 0 } }), { written: 2, heard: 3 })).toEqual({
      written: 2,
      heard: 0,
    })
  })
})
