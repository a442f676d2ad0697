import { Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Question, Questions } from "../../../../model-check/engine/ask/question.ts"
import { Layout } from "../../../../model-check/engine/state/layout.ts"
import { ImpureFunction, range, set, type State } from "../../../../src/index.ts"
import { slots } from "../../../../src/model/slot.ts"

const variables = {
  a: Schema.Literals([0, 1, 2]),
  n: Schema.Int,
  seen: set(Schema.Struct({ kind: Schema.Literals(["x", "y"]), n: Schema.Int })),
}
type Seen = { readonly kind: "x" | "y"; readonly n: number }
/** A state as a test keeps it. */
interface Plain {
  readonly a: number
  readonly n: number
  readonly seen: ReadonlyArray<Seen>
}

const element = fc.record({ kind: fc.constantFrom("x" as const, "y" as const), n: fc.nat(5) })
const state = fc.record({
  a: fc.nat(2),
  n: fc.nat(40),
  seen: fc.uniqueArray(element, { maxLength: 4, selector: ({ kind, n }) => kind + n }),
})

/** A function of a state, as data: what it reads, and where it goes on for each answer. */
type Program = { readonly leaf: number } | { readonly read: Read; readonly next: ReadonlyArray<Program> }
type Read =
  | { readonly kind: "a" | "n" | "size" | "sum" }
  | { readonly kind: "has"; readonly element: Seen }
  | { readonly kind: "hasN"; readonly of: "x" | "y" }
  | { readonly kind: "some" | "where"; readonly pattern: Partial<Seen> }

const pattern = fc.record({ kind: fc.constantFrom("x" as const, "y" as const), n: fc.nat(5) }, { requiredKeys: [] })
const read: fc.Arbitrary<Read> = fc.oneof(
  fc.record({ kind: fc.constantFrom("a" as const, "n" as const, "size" as const, "sum" as const) }),
  fc.record({ kind: fc.constant("has" as const), element }),
  fc.record({ kind: fc.constant("hasN" as const), of: fc.constantFrom("x" as const, "y" as const) }),
  fc.record({ kind: fc.constantFrom("some" as const, "where" as const), pattern }),
)
const { program } = fc.letrec<{ program: Program }>((tie) => ({
  program: fc.oneof(
    { maxDepth: 5, depthSize: "medium" },
    fc.record({ leaf: fc.nat(6) }),
    fc.record({ read, next: fc.array(tie("program"), { minLength: 1, maxLength: 3 }) }),
  ),
}))

const answerOf = (read: Read, s: State<typeof variables>): number => {
  switch (read.kind) {
    case "a":
      return s.a
    case "n":
      return s.n
    case "size":
      return s.seen.size
    case "sum":
      return [...s.seen].reduce((sum, { n }) => sum + n, 0)
    case "has":
      return s.seen.has(read.element) ? 1 : 0
    case "hasN":
      return s.seen.has({ kind: read.of, n: s.n % 6 }) ? 1 : 0
    case "some":
      return s.seen.some(read.pattern) ? 1 : 0
    case "where":
      return s.seen.where(read.pattern).reduce((sum, { n }) => sum + n + 1, 0)
  }
}

const run = (program: Program, s: State<typeof variables>): number =>
  "leaf" in program ? program.leaf : run(program.next[answerOf(program.read, s) % program.next.length] as Program, s)

/** The same state as the functions see it, with plain arrays. */
const view = ({ a, n, seen }: Plain): State<typeof variables> => {
  const matching = (pattern: Partial<Seen>) =>
    seen.filter((one) => (pattern.kind ?? one.kind) === one.kind && (pattern.n ?? one.n) === one.n)
  return {
    a: a as 0 | 1 | 2,
    n,
    seen: {
      has: (wanted) => seen.some(({ kind, n }) => kind === wanted.kind && n === wanted.n),
      some: (pattern) => matching(pattern as Partial<Seen>).length > 0,
      where: matching as State<typeof variables>["seen"]["where"],
      count: (wanted) => seen.some(({ kind, n }) => kind === wanted.kind && n === wanted.n) ? 1 : 0,
      size: seen.length,
      [Symbol.iterator]: () => seen[Symbol.iterator](),
    },
  }
}

/** Questions about models of these variables, and what packs their states. */
const setUp = () => {
  const layout = new Layout(slots(variables), 0)
  const questions = new Questions(layout)
  const pack = ({ a, n, seen }: Plain): Int32Array => {
    const numbers = [layout.number(0, a), layout.number(1, n)]
    const fields = seen.map((element) => layout.element(2, element))
    const words = new Int32Array(layout.stride)
    numbers.forEach((number, slot) => layout.set(words, 0, layout.valueField[slot] as number, number))
    for (const field of fields) layout.set(words, 0, field, 1)
    return words
  }
  const ask = (
    name: string,
    steps: boolean,
    holds: (before: State<typeof variables>, after: State<typeof variables>) => number,
  ): Question => {
    const asked = { kind: "property", name, parameters: {} } as const
    const [before, after] = questions.recorder.views as readonly [State<typeof variables>, State<typeof variables>]
    const answer = () => questions.run(asked, () => holds(before, after))
    return questions.add({ asked, steps, answer, show: String })
  }
  return { layout, questions, pack, ask }
}

describe("a question", () => {
  it("is answered by its tree as by its function, while values and elements turn up", () => {
    fc.assert(
      fc.property(program, fc.array(state, { minLength: 1, maxLength: 60 }), (program, states) => {
        const { ask, pack, questions } = setUp()
        const question = ask("p", false, (s) => run(program, s))
        for (const state of [...states, ...states]) {
          expect(questions.answer(question, pack(state), 0)).toBe(run(program, view(state)))
        }
        // All has been learned: nothing is asked a third time.
        const calls = questions.userCalls
        for (const state of states) questions.answer(question, pack(state), 0)
        expect(questions.userCalls).toBe(calls)
      }),
      { numRuns: 500 },
    )
  })

  it("about a step is answered by what was read on either side", () => {
    fc.assert(
      fc.property(program, program, fc.array(fc.tuple(state, state), { maxLength: 30 }), (one, other, steps) => {
        const { ask, pack, questions } = setUp()
        const question = ask("p", true, (before, after) => run(one, after) * 7 + run(other, before) + run(one, before))
        for (const [before, after] of [...steps, ...steps]) {
          // Packing one may relocate the other.
          pack(before)
          pack(after)
          expect(questions.answerStep(question, pack(before), 0, pack(after), 0)).toBe(
            run(one, view(after)) * 7 + run(other, view(before)) + run(one, view(before)),
          )
        }
      }),
      { numRuns: 300 },
    )
  })

  it("is asked once per distinct way of reading, not once per state", () => {
    const { ask, pack, questions } = setUp()
    const question = ask("p", false, (s) => s.a === 0 ? 1 : s.seen.has({ kind: "x", n: 1 }) ? 2 : 3)
    for (const n of range(0, 99)) {
      for (const a of [0, 1, 2]) {
        for (const seen of [[], [{ kind: "x", n: 1 }], [{ kind: "y", n }]] as ReadonlyArray<ReadonlyArray<Seen>>) {
          questions.answer(question, pack({ a, n, seen }), 0)
        }
      }
    }
    // Five ways, each asked twice because it is among the first.
    expect(questions.trees.paths(question.tree)).toBe(5)
    expect(questions.userCalls).toBe(10)
  })

  it("keeps what it has learned when an element turns up that a search did not know of", () => {
    const { ask, pack, questions } = setUp()
    const question = ask("p", false, (s) => s.seen.where({ kind: "x" }).length * 10 + s.a)
    for (const a of [0, 1, 2]) questions.answer(question, pack({ a, n: 0, seen: [{ kind: "x", n: 0 }] }), 0)
    const calls = questions.userCalls
    for (const n of range(1, 9)) {
      pack({ a: 0, n: 0, seen: [{ kind: "x", n }] })
      for (const a of [0, 1, 2]) {
        expect(questions.answer(question, pack({ a, n: 0, seen: [{ kind: "x", n: 0 }] }), 0)).toBe(10 + a)
      }
    }
    expect(questions.userCalls).toBe(calls)
  })

  it("that reads too much is asked directly, and its answers stay right", () => {
    const { ask, pack, questions } = setUp()
    const question = ask("p", false, (s) => s.n % 10)
    for (const n of range(0, 49_999)) {
      questions.states = n
      expect(questions.answer(question, pack({ a: 0, n, seen: [] }), 0)).toBe(n % 10)
    }
    expect(question.direct).toBe(true)
    expect(questions.answer(question, pack({ a: 0, n: 17, seen: [] }), 0)).toBe(7)
  })

  it("that answers differently is found out: at once, when reads do not fit, or when asked again", () => {
    const { ask, pack, questions } = setUp()
    const words = pack({ a: 1, n: 1, seen: [] })
    let calls = 0
    const changing = ask("changing", false, () => calls++ % 2)
    expect(() => questions.answer(changing, words, 0)).toThrow(ImpureFunction)

    const wandering = ask("wandering", false, (s) => (calls++ % 2 === 0 ? s.a : s.n))
    expect(() => questions.answer(wandering, words, 0)).toThrow(ImpureFunction)

    let first = "n"
    const veering = ask("veering", false, (s) => (first === "n" ? s.n : s.a - s.a + s.n))
    for (const n of range(0, 9)) expect(questions.answer(veering, pack({ a: 0, n, seen: [] }), 0)).toBe(n)
    first = "a"
    expect(() => questions.answer(veering, pack({ a: 0, n: 10, seen: [] }), 0)).toThrow(
      "then the same after other reads",
    )

    let late = false
    const turning = ask("turning", false, (s) => (late ? 1 : s.a === 1 ? 0 : 1))
    expect(questions.answer(turning, words, 0)).toBe(0)
    questions.crossCheck(turning, words, 0)
    late = true
    expect(() => questions.crossCheck(turning, words, 0)).toThrow(
      "property turning is not a pure function: asked twice about one state, it answered 0, then 1",
    )
  })
})
