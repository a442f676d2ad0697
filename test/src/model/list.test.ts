import { Effect, Schema } from "effect"
import { describe, expect, expectTypeOf, it } from "vitest"
import { check } from "../../../model-check/check.ts"
import { traceLines } from "../../../model-check/report/trace.ts"
import {
  append,
  head,
  InputMutated,
  InvalidDefinition,
  list,
  LostUpdate,
  type Model,
  record,
  type State,
  tail,
  ValueOutsideDomain,
  variables,
  variant,
} from "../../../src/index.ts"
import { naiveTwin } from "../../naive-twin.ts"

const Job = Schema.TaggedStruct("Job", { n: Schema.Literals([1, 2]) })
const [one, two] = [Job.make({ n: 1 }), Job.make({ n: 2 })]

const { action, always, model, reachable, refines, sequence } = variables({ queue: list(Job, 3), done: Schema.Int })
type Desk = State<{ readonly queue: ReturnType<typeof desks>; readonly done: typeof Schema.Int }>
const desks = () => list(Job, 3)
const numbers = () => list([1, 2], 3)

const checked = (model: Model<any>) => Effect.runSync(check(model))
const refused = (update: (s: Desk) => any) => {
  const wrong = model({ name: "wrong", initial: { queue: [one], done: 0 }, actions: { step: action(update) } })
  return Effect.runSync(Effect.flip(check(wrong))).reason
}

/** A desk at which jobs arrive until it is full, and are done in their order. */
const desk = model({
  name: "desk",
  initial: { queue: [], done: 0 },
  actions: {
    arrive: action({ job: [one, two] }, (s, { job }) => s.queue.length < 3 && { queue: append(job) }),
    work: action((s) => s.queue.length > 0 && s.done < 4 && { queue: tail, done: (n) => n + 1 }),
  },
  properties: {
    short: always((s) => s.queue.length <= 3),
    fills: reachable((s) => s.queue.every(({ n }) => n === 2) && s.queue.at(-1) !== undefined && s.queue.length === 3),
  },
})

describe("a list", () => {
  it("is read as an array, and its types are known", () => {
    expectTypeOf<Desk["queue"]>().toEqualTypeOf<ReadonlyArray<typeof Job.Type>>()
    expectTypeOf<State<{ readonly line: ReturnType<typeof numbers> }>["line"]>().toEqualTypeOf<ReadonlyArray<1 | 2>>()
    const seen: Array<unknown> = []
    const look = model({
      name: "looks",
      initial: { queue: [one, two], done: 0 },
      actions: {
        step: action(({ queue }) => {
          seen.push(
            queue.length,
            queue[0],
            queue[2],
            queue.at(-1),
            [...queue],
            queue.map(({ n }) => n),
            queue.includes(queue[1] as typeof one),
            queue.indexOf(two),
            Array.isArray(queue),
            Object.keys(queue),
            JSON.stringify(queue),
            1 in queue,
            2 in queue,
            queue.slice(1),
            queue.concat([one]),
            Object.entries(queue),
            head(queue),
            { ...queue },
          )
          return false
        }),
      },
    })
    checked(look)
    expect(seen.slice(0, 18)).toEqual([
      2,
      one,
      undefined,
      two,
      [one, two],
      [1, 2],
      true,
      -1,
      true,
      ["0", "1"],
      JSON.stringify([one, two]),
      true,
      false,
      [two],
      [one, two, one],
      [["0", one], ["1", two]],
      one,
      { 0: one, 1: two },
    ])
  })

  it("has the states that it has as one value", () => {
    const report = checked(desk)
    const twin = naiveTwin(desk)
    expect(report).toMatchObject({ verdict: "holds", distinct: twin.distinct, generated: twin.generated })
    // Of 0 to 3 jobs of two kinds there are 15 lists, and as many as have been done so far.
    expect(report.distinct).toBe(15 * 5)
  })

  it("depends on no more of it than is read", () => {
    const long = variables({ line: list(Schema.Int, 12), on: Schema.Boolean })
    const calls = { append: 0, first: 0, all: 0 }
    const growing = long.model({
      name: "growing",
      initial: { line: [], on: false },
      actions: {
        arrive: long.action({ n: [1, 2] }, (s, { n }) => {
          calls.append++
          return s.line.length < 8 && { line: append(n) }
        }),
        toggle: long.action((s) => {
          calls.first++
          return { on: s.line[0] === 1 }
        }),
      },
      properties: {
        few: long.always((s) => {
          calls.all++
          return s.line.reduce((sum, n) => sum + n, 0) <= 16
        }),
      },
    })
    const { distinct } = checked(growing)
    // 511 lists of at most 8 items of two kinds; toggled or not unless the first is not 1.
    expect(distinct).toBeGreaterThan(511)
    // For each length and argument, and for each first item, and sometimes again to see that the answer is the same.
    expect(calls.append).toBeLessThan(60)
    expect(calls.first).toBeLessThan(30)
    expect(calls.all).toBeGreaterThan(500)
  })

  it("is told by what comes to its end, and leaves its head", () => {
    const [, fills] = checked(desk).properties
    const lines = traceLines(desk, fills?.trace ?? { steps: [] })
    expect(lines.slice(0, 5)).toEqual([
      "0 initial state",
      "    queue = []",
      "    done = 0",
      "1 arrive(job: Job{n: 2})",
      "    queue: + Job{n: 2}",
    ])
    expect(fills?.trace?.steps.at(-1)?.state["queue"]).toEqual([two, two, two])
  })

  it("may be in a record, and is changed in a sequence one update after the other", () => {
    const held = variables({ lines: record(["a", "b"], list([0, 1], 2)) })
    const moves = held.model({
      name: "moves",
      initial: { lines: (key) => key === "a" ? [0, 1] : [] },
      actions: {
        move: held.action({ to: ["a", "b"] }, (s, { to }) => {
          const [first] = s.lines.a
          return first !== undefined && held.sequence({ lines: { a: tail } }, { lines: { [to]: append(first) } })
        }),
      },
      properties: { all: held.always((s) => s.lines.a.length + s.lines.b.length === 2) },
    })
    const twin = naiveTwin(moves)
    expect(checked(moves)).toMatchObject({ verdict: "holds", distinct: twin.distinct, generated: twin.generated })
  })
})

describe("a refinement", () => {
  const abstract = variables({ line: list(Schema.Int, 3), served: Schema.Int })
  const lineOf = (isFair: boolean) =>
    abstract.model({
      name: "a line",
      initial: { line: [], served: 0 },
      actions: {
        join: abstract.action({ n: [1, 2] }, (s, { n }) => s.line.length < 3 && { line: append(n) }),
        serve: abstract.action((s) =>
          s.line.length > 0 && { line: isFair ? tail : (line) => line.slice(0, -1), served: (n) => n + 1 }
        ),
      },
    })
  const refining = (isFair: boolean) =>
    variant(desk, "refining", () => ({
      properties: {
        refines: refines(lineOf(isFair), { line: (s) => s.queue.map(({ n }) => n), served: (s) => s.done }),
      },
    }))

  it("maps to a list", () => {
    expect(checked(refining(true)).verdict).toBe("holds")
    expect(naiveTwin(refining(true)).verdict).toBe("holds")
  })

  it("is none where the list is another", () => {
    const [found] = checked(refining(false)).properties
    const { steps } = naiveTwin(refining(false)).properties["refines"] ?? {}
    expect(found).toMatchObject({ verdict: "violated" })
    expect(found?.trace?.steps.length).toBe((steps ?? 0) + 1)
  })

  it.each<readonly [line: any, message: string]>([
    [
      [1, 1, 1, 1],
      "mapping refines of line gives line the value [1,1,1,1], which is outside its domain: a list of at most 3 items",
    ],
    [
      "11",
      "mapping refines of line gives line the value \"11\", which is outside its domain: a list of at most 3 items",
    ],
    [1, "mapping refines of line gives line the value 1, which is outside its domain: a list of at most 3 items"],
    [["1"], "mapping refines of line[0] gives line[0] the value \"1\", which is outside its domain: Expected number"],
  ])("may not map to %j", (line, message) => {
    const wrong = variant(desk, "wrong", () => ({
      properties: { refines: refines(lineOf(true), { line: () => line, served: (s) => s.done }) },
    }))
    expect(Effect.runSync(Effect.flip(check(wrong))).message).toBe(message)
  })
})

describe("of a list it is an error", () => {
  it("to be longer than it may be", () => {
    const full = (update: (s: Desk) => any) => refused((s) => s.queue.length < 4 && update(s))
    for (const update of [() => ({ queue: append(one) }), (s: Desk) => ({ queue: [...s.queue, one] })]) {
      const reason = full(update)
      expect(reason).toBeInstanceOf(ValueOutsideDomain)
      // The whole of it is shown, however it came to be so long.
      expect(reason).toMatchObject({ variable: "queue", value: [one, one, one, one] })
      expect(reason.message).toMatch(/^action step gives queue the value .*: a list of at most 3 items$/)
    }
    expect(() => checked(model({ name: "m", initial: { queue: [one, one, one, one], done: 0 }, actions: {} })))
      .toThrow(/a list of at most 3 items/)
  })

  it("to have what is no item, or to be no list", () => {
    expect(refused(() => ({ queue: [one, { _tag: "Job", n: 3 }] })).message).toMatch(
      "action step gives queue[1] the value {\"_tag\":\"Job\",\"n\":3}, which is outside its domain: one of",
    )
    expect(refused(() => ({ queue: append({ _tag: "Jab" }) })).message).toMatch(/queue\[1\].*Jab/s)
    expect(refused(() => ({ queue: "none" })).message).toMatch(/queue.*a list of at most 3 items/s)
    expect(refused(() => ({ queue: new Set([one]) }))).toBeInstanceOf(ValueOutsideDomain)
  })

  it("to be changed in place, or to lose an update", () => {
    const changes: ReadonlyArray<(queue: Array<typeof one>) => unknown> = [
      (queue) => queue.push(one),
      (queue) => queue.pop(),
      (queue) => queue[0] = two,
      (queue) => delete queue[0],
      (queue) => queue.length = 0,
      (queue) => Object.freeze(queue),
    ]
    for (const change of changes) {
      const reason = refused((s) => ({ done: Number(change(s.queue as Array<typeof one>)) }))
      expect(reason).toBeInstanceOf(InputMutated)
      expect(reason.message).toContain("action step changes its input (Cannot")
    }
    expect(refused(() => sequence({ queue: append(two) }, { queue: [one] }))).toBeInstanceOf(LostUpdate)
  })

  it.each([0, -1, 1.5, Number.NaN, Infinity, 65_537])("to have a greatest length of %s", (most) => {
    expect(() => list(Job, most)).toThrow(InvalidDefinition)
    expect(() => list(Job, most)).toThrow(
      `the greatest length of a list is ${most}; give a whole number from 1 to 65536`,
    )
  })

  it("to have items that are neither a Schema nor values", () => {
    const odd = variables({ queue: list("abc" as unknown as ReadonlyArray<string>, 2) })
    const wrong = odd.model({ name: "odd", initial: { queue: [] }, actions: {} })
    expect(() => checked(wrong)).toThrow("the items of the list queue are neither a Schema nor a list")
  })
})
