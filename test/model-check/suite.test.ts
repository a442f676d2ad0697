import { Schema } from "effect"
import { Schema as OtherSchema } from "effect-other"
import { describe, expect, expectTypeOf, it } from "vitest"
import { constantOf, type ConstantSchema, type ConstantsOf } from "../../model-check/constant.ts"
import { showConstants } from "../../model-check/report/text.ts"
import { suite } from "../../model-check/suite.ts"
import { InvalidDefinition, variables } from "../../src/index.ts"

const { model } = variables({ n: Schema.Int })
const counter = (n: number) => model({ name: `from ${n}`, initial: { n }, actions: {} })

const about = { name: "sizes", description: "", source: "" }
const holds = { name: "one", expected: { verdict: "holds" } } as const
const constants = {
  size: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)).annotate({ description: "how large" }),
  mode: Schema.Literals(["fast", "slow"]).annotate({ description: "how" }),
}
const good = { size: 1, mode: "fast" } as const
const build = ({ size }: ConstantsOf<typeof constants>) => counter(size)

describe("the constants of a suite", () => {
  it("are typed by their Schemas", () => {
    expectTypeOf<ConstantsOf<typeof constants>>()
      .toEqualTypeOf<{ readonly size: number; readonly mode: "fast" | "slow" }>()
    const { configurations } = suite({
      ...about,
      constants,
      configurations: [{
        ...holds,
        constants: good,
        model: ({ mode, size }) => {
          expectTypeOf(mode).toEqualTypeOf<"fast" | "slow">()
          expectTypeOf(size).toEqualTypeOf<number>()
          return counter(mode === "fast" ? size : -size)
        },
      }],
    })
    expect(configurations[0]?.model({ size: 3, mode: "slow" }).name).toBe("from -3")
  })

  it("are described as their Schemas are", () => {
    const made = suite({ ...about, constants, configurations: [] })
    expect(Object.entries(made.constants).map(([name, { description }]) => `${name}: ${description}`))
      .toEqual(["size: how large", "mode: how"])
  })

  it.each<readonly [string, () => unknown, string]>([
    [
      "one is missing",
      // @ts-expect-error there is no size
      () => suite({ ...about, constants, configurations: [{ ...holds, constants: { mode: "fast" }, model: build }] }),
      "the suite sizes cannot be used: its configuration one does not set the constant size",
    ],
    [
      "one is misspelled",
      () =>
        suite({
          ...about,
          constants,
          // @ts-expect-error there is a sise
          configurations: [{ ...holds, constants: { ...good, sise: 1 }, model: build }],
        }),
      "its configuration one sets a constant that is not declared: sise",
    ],
    [
      "one is of another type",
      () =>
        suite({
          ...about,
          constants,
          // @ts-expect-error a string is no number
          configurations: [{ ...holds, constants: { ...good, size: "1" }, model: build }],
        }),
      "its configuration one sets size=1: an integer from 1 is expected",
    ],
    [
      "one is not among the literals",
      () =>
        suite({
          ...about,
          constants,
          // @ts-expect-error there is no such mode
          configurations: [{ ...holds, constants: { ...good, mode: "medium" }, model: build }],
        }),
      "its configuration one sets mode=medium: fast or slow is expected",
    ],
    [
      "one does not pass the checks of its Schema",
      () =>
        suite({ ...about, constants, configurations: [{ ...holds, constants: { ...good, size: 0 }, model: build }] }),
      "its configuration one sets size=0: an integer from 1 is expected",
    ],
    [
      "one is not finite, and so no JSON",
      () =>
        suite({
          ...about,
          constants: { rate: Schema.Number.annotate({ description: "" }) },
          configurations: [{ ...holds, constants: { rate: Infinity }, model: () => counter(1) }],
        }),
      "its configuration one sets rate=Infinity: a finite number is expected",
    ],
    [
      "one is declared without a description",
      () => suite({ ...about, constants: { size: Schema.Int }, configurations: [] }),
      "the constant size of the suite sizes has no description",
    ],
    [
      "one is declared as in version 0.1",
      // @ts-expect-error it is not a Schema
      () => suite({ ...about, constants: { size: { description: "how large", minimum: 1 } }, configurations: [] }),
      "the constant size of the suite sizes is not a Schema",
    ],
    [
      "what it shows is no function",
      // @ts-expect-error a number is no function
      () => suite({ ...about, constants: {}, configurations: [], show: { n: 1 } }),
      "the suite sizes shows n, which is no function of the state",
    ],
    [
      "one is declared by another copy of effect",
      () => {
        const size = OtherSchema.Int.annotate({ description: "" }) as unknown as typeof Schema.Int
        return suite({ ...about, constants: { size }, configurations: [] })
      },
      "the constant size of the suite sizes cannot be used: its Schema comes from another copy of effect",
    ],
  ])("are refused when %s", (_, define, message) => {
    expect(define).toThrow(InvalidDefinition)
    expect(define).toThrow(message)
  })

  it("may be lists", () => {
    const rounds = Schema.Array(Schema.Int).annotate({ description: "" })
    const make = (given: ReadonlyArray<number>) =>
      suite({
        ...about,
        constants: { rounds },
        configurations: [{
          ...holds,
          constants: { rounds: given },
          model: ({ rounds }) => {
            expectTypeOf(rounds).toEqualTypeOf<ReadonlyArray<number>>()
            return counter(rounds.length)
          },
        }],
      })
    expect(make([1, 1, 0]).configurations[0]?.model({ rounds: [1, 1, 0] }).name).toBe("from 3")
    expect(() => make([1, 0.5])).toThrow("its configuration one sets rounds=[1,0.5]: a comma-separated list")
  })

  it("cannot be what has no text", () => {
    // @ts-expect-error an object does not stand on a line
    const pair = () => suite({ ...about, constants: { pair: Schema.Struct({ a: Schema.Int }) }, configurations: [] })
    expect(pair).toThrow("has no description")
  })

  it("must be those that a model takes", () => {
    const ofColours = ({ colour }: { readonly colour: string }) => counter(colour.length)
    const define = () =>
      // @ts-expect-error there is no colour
      suite({ ...about, constants, configurations: [{ ...holds, constants: good, model: ofColours }] })
    expect(define).not.toThrow()
  })
})

/** What comes of a text, for a Schema: the value, or why there is none. */
const parsed = (schema: Schema.Top, text: string): unknown => {
  const { read } = constantOf(schema.annotate({ description: "" }) as ConstantSchema, "it")
  return Object.values(read(text))[0]
}

const Rounds = Schema.Array(Schema.Int)
const RoundsOrAll = Schema.Union([Schema.Literal("all"), Rounds])

describe("the text of a constant", () => {
  it.each<readonly [Schema.Top, string, unknown]>([
    [Schema.Int, "-3", -3],
    [Schema.Finite, "0.25", 0.25],
    [Schema.Boolean, "false", false],
    [Schema.Literals(["fast", "slow"]), "slow", "slow"],
    [Schema.Literals([1, 2]), "2", 2],
    [Schema.Enum({ Low: 0, High: 1 }), "1", 1],
    [Schema.String, "two words", "two words"],
    [Schema.Union([Schema.Int, Schema.Literal("all")]), "all", "all"],
    [Schema.Union([Schema.Int, Schema.Literal("all")]), "7", 7],
    [Schema.Trim, " a ", "a"],
    [Rounds, "1,1,0", [1, 1, 0]],
    [Rounds, " 1, 2 ", [1, 2]],
    [Rounds, "[1, 1, 0]", [1, 1, 0]],
    [Rounds, "3", [3]],
    [Rounds, "", []],
    [Schema.Array(Schema.Literals(["fast", "slow"])), "slow,fast", ["slow", "fast"]],
    [Schema.Array(Schema.Boolean), "[true]", [true]],
    [Schema.Array(Schema.String), "[\"a, b\",\"c\"]", ["a, b", "c"]],
    [Schema.Tuple([Schema.Int, Schema.Boolean]), "1,true", [1, true]],
    [RoundsOrAll, "all", "all"],
    [RoundsOrAll, "1,2", [1, 2]],
    [Schema.Union([Schema.String, Rounds]), "1,2", "1,2"],
    [Schema.String, "[1,2]", "[1,2]"],
  ])("is read by its Schema: %#", (schema, text, value) => {
    expect(parsed(schema, text)).toEqual(value)
  })

  it("is read from what is shown of it", () => {
    for (const rounds of [[], [1], [1, 1, 0]]) {
      expect(parsed(Rounds, showConstants({ rounds }).slice("rounds=".length))).toEqual(rounds)
    }
  })

  const odd = (n: number) => n % 2 === 1
  it.each<readonly [Schema.Top, string, string]>([
    [Schema.Int, "x", "an integer is expected"],
    [Schema.Number, "Infinity", "a finite number is expected"],
    [Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 4 })), "5", "an integer between 1 and 4 is expected"],
    [Schema.Finite.check(Schema.isGreaterThan(0)), "0", "a finite number greater than 0 is expected"],
    [
      Schema.Int.check(Schema.isGreaterThanOrEqualTo(2), Schema.isMultipleOf(2)),
      "3",
      "an integer from 2 that is a multiple of 2 is expected",
    ],
    [Schema.Int.check(Schema.makeFilter(odd)), "2", "an integer that its Schema accepts is expected"],
    [Schema.Int.check(Schema.makeFilter(odd, { expected: "an odd number" })), "2", "an odd number is expected"],
    [Schema.Int.check(Schema.makeFilter((n) => odd(n) || "only odd\nnumbers")), "2", "only odd; numbers"],
    [Schema.Boolean, "yes", "true or false is expected"],
    [Schema.Literals(["a", "b", "c"]), "d", "a, b or c is expected"],
    [Schema.Literals([1, 2]), "3", "1 or 2 is expected"],
    [Schema.Enum({ Low: 0, High: 1 }), "2", "0 or 1 is expected"],
    [Schema.Union([Schema.Int, Schema.Literal("all")]), "some", "an integer or all is expected"],
    [Schema.NonEmptyString, "", "a string with a length of at least 1 is expected"],
    [Schema.TemplateLiteral(["v", Schema.Int]), "w1", "a value of its Schema is expected"],
    [Schema.Literals(["fast", "slow"]), "slwo", "fast or slow is expected; did you mean slow?"],
    [Schema.Literals(["fast", "slow"]), "medium", "fast or slow is expected"],
    [Rounds, "1,x", "item 2 is \"x\": an integer is expected"],
    [Rounds, "1,,2", "item 2 is \"\": an integer is expected"],
    [Rounds, "[1,0.5]", "item 2 is \"0.5\": an integer is expected"],
    [Rounds, "[1", "what stands in brackets must be a list as JSON, without lists in it"],
    [Schema.Array(Schema.String), "[a,b]", "what stands in brackets must be a list as JSON, without lists in it"],
    [Rounds, "[[1],[2]]", "what stands in brackets must be a list as JSON, without lists in it"],
    [
      Rounds.check(Schema.isMinLength(2)),
      "1",
      "a comma-separated list whose every item is an integer with a length of at least 2 is expected",
    ],
    [
      Schema.NonEmptyArray(Schema.Int),
      "",
      "a comma-separated list of an integer then any number of an integer is expected",
    ],
    [
      Schema.Array(Schema.Literals(["fast", "slow"])),
      "fast,slwo",
      "item 2 is \"slwo\": fast or slow is expected; did you mean slow?",
    ],
    [
      Schema.Tuple([Schema.Int, Schema.Boolean]),
      "1,true,3",
      "a comma-separated list of an integer then true or false is expected",
    ],
    [RoundsOrAll, "none", "all or a comma-separated list whose every item is an integer is expected"],
  ])("is refused with what is expected: %#", (schema, text, message) => {
    expect(parsed(schema, text)).toBe(message)
  })
})
