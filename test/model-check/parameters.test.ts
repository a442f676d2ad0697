import { Effect, Schema } from "effect"
import { describe, expect, expectTypeOf, it } from "vitest"
import { check } from "../../model-check/check.ts"
import { add, InvalidDefinition, names, type Parameter, record, set, struct, variables } from "../../src/index.ts"
import { naiveTwin } from "../naive-twin.ts"

const Processes = names("p", 3)
const Message = Schema.Struct({ n: Schema.Literals([0, 1]) })
const domains = {
  chosen: record(Processes, Schema.Boolean),
  inbox: record(Processes, set(Message)),
  disk: struct({ log: set(Schema.Literals(["a", "b"])) }),
}
const { action, always, each, model, reachable } = variables(domains)
const initial = {
  chosen: () => false,
  inbox: (name: string) => name === "p1" ? [{ n: 1 as const }] : [],
  disk: { log: ["a" as const] },
}
type Described = Parameters<typeof model>[0]
const of = (actions: Described["actions"], properties: NonNullable<Described["properties"]> = {}) =>
  model({ name: "processes", initial, actions, properties })

const forward = action(
  {
    from: Processes,
    message: ({ from }) => each(["inbox", from]),
    to: ({ from }) => Processes.filter((p) => p !== from),
  },
  (_, { from, message, to }) => ({
    inbox: { [from]: { remove: [message] }, [to]: add({ n: message.n === 1 ? 0 as const : 1 as const }) },
  }),
)

describe("a parameter that depends on others", () => {
  it("knows their types, and has the type of what it gives", () => {
    action(
      {
        p: Processes,
        bit: Schema.Literals([0, 1]),
        q: ({ bit, p }) => {
          expectTypeOf(p).toEqualTypeOf<"p1" | "p2" | "p3">()
          expectTypeOf(bit).toEqualTypeOf<0 | 1>()
          return Processes.filter((name) => name !== p)
        },
        message: ({ p }) => each(["inbox", p]),
      },
      (s, { message, q }) => {
        expectTypeOf(q).toEqualTypeOf<"p1" | "p2" | "p3">()
        expectTypeOf(message.n).toEqualTypeOf<0 | 1>()
        return { chosen: { [q]: !s.chosen[q] } }
      },
    )
    // @ts-expect-error there is no r
    action({ p: Processes, q: ({ r }) => [r] }, () => false)
    // @ts-expect-error nothing depends on what depends on others itself
    always({ p: Processes, q: ({ p }) => [p], r: ({ q }) => [q] }, () => true)
    // @ts-expect-error a number is no domain
    action({ p: Processes, q: () => 3 }, () => false)
    // @ts-expect-error neither is a string
    always({ q: "p1" }, () => true)
  })

  it("is bound to what the others allow", () => {
    const seen = new Set<string>()
    const pair = action({ q: ({ p }) => Processes.filter((name) => name !== p), p: Processes }, (_, { p, q }) => {
      seen.add(p + q)
      return {}
    })
    Effect.runSync(check(of({ pair })))
    expect([...seen].toSorted()).toEqual(["p1p2", "p1p3", "p2p1", "p2p3", "p3p1", "p3p2"])
  })

  it("gives no instance where its domain is empty", () => {
    const up = action({ p: Processes, q: ({ p }) => p === "p2" ? [p] : [] }, (_, { q }) => ({ chosen: { [q]: true } }))
    const report = Effect.runSync(
      check(of({ up }, { first: reachable((s) => s.chosen.p1), second: reachable((s) => s.chosen.p2) })),
    )
    expect(report.properties.map(({ verdict }) => verdict)).toEqual(["violated", "holds"])
  })

  it("ranges over a set in a record, as it grows", () => {
    const made = of({ forward }, {
      few: always(
        { p: Processes, m: ({ p }) => each(["inbox", p], { n: 1 }) },
        (s, { m, p }) => s.inbox[p].has(m) && p !== "p3",
      ),
    })
    const [all, twin] = [Effect.runSync(check(of({ forward }))), naiveTwin(of({ forward }))]
    expect(all).toMatchObject({ distinct: twin.distinct, generated: twin.generated })
    expect(all.distinct).toBe(6)
    const report = Effect.runSync(check(made))
    expect(naiveTwin(made).properties["few"]).toEqual({ verdict: "violated", steps: 2 })
    expect(report.properties[0]?.trace?.steps.map(({ parameters }) => parameters)).toEqual([
      {},
      { from: "p1", message: { n: 1 }, to: "p2" },
      { from: "p2", message: { n: 0 }, to: "p3" },
    ])
  })

  /** What the compiler would refuse. */
  const untyped = (parameters: { readonly [name: string]: any }) =>
    action(parameters as { readonly p: Parameter }, () => ({}))
  let calls = 0
  it.each<readonly [string, { readonly [name: string]: unknown }, string]>([
    [
      "has no value at all",
      { p: Processes, q: () => [] },
      "the parameter q of action a has no value, whatever the others are",
    ],
    ["is a promise", { p: Processes, q: async () => [] }, "the parameter q of action a is "],
    ["is nothing", { p: Processes, q: () => undefined }, "return a list of values, a finite Schema, or each(…)"],
    ["throws", {
      p: Processes,
      q: () => {
        throw new Error("oh")
      },
    }, "has no domain where the others are {\"p\":\"p1\"}: oh at"],
    [
      "asks for what there is not",
      { p: Processes, q: ({ r }: any) => [r] },
      "the parameter q of action a depends on r, which has no domain of its own; those that have are: p",
    ],
    ["asks where there is nothing", { q: ({ r }: any) => [r] }, "no other parameter has"],
    [
      "asks for another dependent one",
      { p: Processes, q: () => [1], r: ({ q }: any) => [q] },
      "depends on q, which has no",
    ],
    [
      "changes",
      { p: Processes, q: () => [calls++] },
      "the parameter q of action a has two domains for the same others, {\"p\":\"p1\"}",
    ],
    ["has no end", { p: Processes, q: () => Schema.Int }, "parameter q of action a cannot be enumerated"],
    [
      "ranges over no set",
      { q: () => ({ ...each(["disk", "log"]), keys: ["lgo"] }) },
      "ranges over disk.lgo, which is neither",
    ],
  ])("is refused if it %s", (_, parameters, message) => {
    expect(() => Effect.runSync(check(of({ a: untyped(parameters) })))).toThrow(message)
  })

  it("is refused by its own name when a set grows", () => {
    const q = ({ m }: { readonly m: { readonly n: number } }) => {
      if (m.n === 0) throw new TypeError("no zero")
      return [m.n]
    }
    const late = action({ m: each(["inbox", "p2"]), q }, () => false)
    const made = of({ forward, late })
    const failed = Effect.runSync(Effect.flip(check(made)))
    expect(failed.reason).toBeInstanceOf(InvalidDefinition)
    expect(failed.reason.message).toContain(
      "the parameter q of action late has no domain where the others are {\"m\":{\"n\":0}}: no zero",
    )
  })
})

describe("each over a set in a record or a struct", () => {
  it("knows the paths that lead to sets, and the elements", () => {
    action(
      { m: each(["inbox", "p1"]), entry: each(["disk", "log"]), b: each(["inbox", "p2"], { n: 0 }) },
      (_, { b, entry, m }) => {
        expectTypeOf(m.n).toEqualTypeOf<0 | 1>()
        expectTypeOf(entry).toEqualTypeOf<"a" | "b">()
        expectTypeOf(b.n).toEqualTypeOf<0 | 1>()
        return false
      },
    )
    // @ts-expect-error there is no p9
    each(["inbox", "p9"])
    // @ts-expect-error this is no set
    each(["chosen", "p1"])
    // @ts-expect-error an inbox is a set, all of them are none
    each(["inbox"])
    // @ts-expect-error no message has an m
    each(["inbox", "p1"], { m: 0 })
  })

  it("is for members only", () => {
    const take = action({ entry: each(["disk", "log"]) }, (_, { entry }) => ({ disk: { log: { remove: [entry] } } }))
    const made = of({ take }, { kept: always((s) => s.disk.log.size > 0) })
    expect(Effect.runSync(check(made))).toMatchObject({ distinct: 2, generated: 2, verdict: "violated" })
  })

  it("is refused where there is no set", () => {
    const wrong = action({ m: { ...each(["inbox", "p1"]), keys: ["p9"] } }, () => false)
    expect(() => Effect.runSync(check(of({ wrong })))).toThrow(
      "m of action wrong ranges over inbox.p9, which is neither a set nor a bag",
    )
  })
})
