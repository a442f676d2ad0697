import { layer } from "@effect/platform-node/NodeServices"
import { Effect, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { select } from "../../model-check/selection.ts"
import { suite } from "../../model-check/suite.ts"
import { variables } from "../../src/index.ts"

const { model } = variables({ n: Schema.Int })
const build = ({ size }: { readonly size: number }) => {
  if (size > 100) throw new Error("nobody needs more than 100")
  return model({ name: `model of ${size}`, initial: { n: size }, actions: {} })
}
const broken = ({ size }: { readonly size: number }) => build({ size })

/** A check that throws is the user's fault. */
const quick = (mode: string) => {
  if (mode === "slow") throw new Error("too slow")
  return true
}

const suites = [
  suite({
    name: "sizes",
    description: "",
    source: "",
    constants: { size: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)).annotate({ description: "" }) },
    configurations: [
      { name: "small", constants: { size: 1 }, model: build, expected: { verdict: "holds", distinct: 1 } },
      { name: "large", constants: { size: 9 }, model: build, expected: { verdict: "holds", distinct: 2 } },
      {
        name: "sabotage",
        constants: { size: 1 },
        model: broken,
        expected: { verdict: "violated", property: "p", steps: 3 },
      },
    ],
  }),
  suite({
    name: "rates",
    description: "",
    source: "",
    constants: {
      rate: Schema.Number.annotate({ description: "" }),
      fair: Schema.Boolean.annotate({ description: "" }),
      mode: Schema.Literals(["fast", "slow"]).check(Schema.makeFilter(quick)).annotate({ description: "" }),
    },
    configurations: [
      {
        name: "half",
        constants: { rate: 0.5, fair: true, mode: "fast" },
        model: () => build({ size: 1 }),
        expected: { verdict: "holds" },
      },
    ],
  }),
]

const chosen = (names: ReadonlyArray<string>, settings: { readonly [name: string]: string } = {}) =>
  Effect.runPromise(
    select(suites, names, settings, false).pipe(
      Effect.map(({ selected }) =>
        selected.map(({ configuration, constants, expected }) => ({ configuration, constants, expected }))
      ),
      Effect.provide(layer),
    ),
  )
const refused = (names: ReadonlyArray<string>, settings: { readonly [name: string]: string } = {}) =>
  Effect.runPromise(
    select(suites, names, settings, false).pipe(
      Effect.flip,
      Effect.map(({ message }) => message),
      Effect.provide(layer),
    ),
  )
const fixture = "test/model-check/fixtures/models.ts"

describe("a request", () => {
  it("leaves out what takes long, unless it is named, or all is asked for, or there is nothing else", async () => {
    const one = (size: number) => build({ size })
    const long = suite({
      name: "patience",
      description: "",
      source: "",
      constants: {},
      configurations: [
        { name: "quick", constants: {}, model: () => one(1), expected: { verdict: "holds" } },
        { name: "slow", constants: {}, model: () => one(2), expected: { verdict: "holds" }, long: true },
      ],
    })
    const only = { ...long, name: "only", configurations: long.configurations.slice(1) }
    const selection = (names: ReadonlyArray<string>, all: boolean) =>
      Effect.runPromise(
        select([long, only], names, {}, all).pipe(
          Effect.map(({ leftOut, selected }) => [selected.map(({ configuration }) => configuration), leftOut]),
          Effect.provide(layer),
        ),
      )
    expect(await selection([], false)).toEqual([["quick"], ["patience/slow", "only/slow"]])
    expect(await selection(["patience"], false)).toEqual([["quick"], ["patience/slow"]])
    expect(await selection(["patience/slow"], false)).toEqual([["slow"], []])
    expect(await selection(["patience", "patience/slow"], false)).toEqual([["quick", "slow"], []])
    expect(await selection(["only"], false)).toEqual([["slow"], []])
    expect(await selection(["patience"], true)).toEqual([["quick", "slow"], []])
  })

  it("means everything when it names nothing", async () => {
    expect((await chosen([])).map(({ configuration }) => configuration)).toEqual(["small", "large", "sabotage", "half"])
  })

  it("names suites and configurations, each of which counts once", async () => {
    const names = (await chosen(["sizes/large", "rates", "sizes/large", "sizes"])).map(({ configuration }) =>
      configuration
    )
    expect(names).toEqual(["large", "half", "small", "sabotage"])
  })

  it("names files, and single models of a file", async () => {
    const names = async (argument: string) =>
      (await chosen([argument])).map(({ configuration }) => configuration).toSorted()
    expect(await names(fixture)).toEqual(["counter", "forever", "small"])
    expect(await names(`${fixture}/small`)).toEqual(["small"])
    expect(await refused([`${fixture}/tiny`])).toContain(
      `there is no configuration ${fixture}/tiny; there is: counter, `,
    )
  })

  it("is refused when it names nothing that exists", async () => {
    expect(await refused(["nonsense"])).toBe("there is no suite nonsense; there is: sizes, rates")
    expect(await refused(["sizes/huge"])).toBe("there is no configuration sizes/huge; there is: small, large, sabotage")
    expect(await refused(["sizes/none.ts"])).toBe("sizes/none.ts: there is no such file")
    expect(await refused(["./src"])).toBe("./src: it is not a file")
  })
})

describe("a constant that is set", () => {
  it("takes the counts away, and runs what has become the same once", async () => {
    expect(await chosen(["sizes"], { size: "5" })).toEqual([
      { configuration: "small", constants: { size: 5 }, expected: { verdict: "holds" } },
      { configuration: "sabotage", constants: { size: 5 }, expected: { verdict: "violated", property: "p" } },
    ])
  })

  it("leaves the configuration that has it anyway, with its counts", async () => {
    expect(await chosen(["sizes"], { size: "9" })).toEqual([
      { configuration: "large", constants: { size: 9 }, expected: { verdict: "holds", distinct: 2 } },
      { configuration: "sabotage", constants: { size: 9 }, expected: { verdict: "violated", property: "p" } },
    ])
  })

  it("is read by its Schema", async () => {
    expect(await chosen(["rates"], { rate: "0.25", fair: "false", mode: "fast" })).toMatchObject([{
      constants: { rate: 0.25, fair: false, mode: "fast" },
    }])
    expect(await refused(["rates"], { rate: "fast" })).toBe("rate=fast: a finite number is expected")
    expect(await refused(["rates"], { fair: "1" })).toBe("fair=1: true or false is expected")
    expect(await refused(["rates"], { mode: "medium" })).toBe("mode=medium: fast or slow is expected")
    expect(await refused(["rates"], { mode: "slow" })).toContain("mode=slow: too slow")
    for (const size of ["many", "0", "-1", "1.5", " ", "1e99"]) {
      expect(await refused(["sizes"], { size })).toBe(`size=${size}: an integer from 1 is expected`)
    }
  })

  it("is refused when no chosen configuration has it", async () => {
    expect(await refused(["sizes"], { rate: "1" })).toBe("there is no constant rate; there is: size")
    expect(await refused([fixture], { rate: "1" })).toBe("there is no constant rate; there are none")
    expect(await refused([], { constructor: "1" })).toBe(
      "there is no constant constructor; there is: size, rate, fair, mode",
    )
  })

  it("may make a model that cannot be built", async () => {
    expect(await refused(["sizes/small"], { size: "101" })).toBe(
      "sizes/small: its model cannot be built: nobody needs more than 100\n" +
        "  thrown in test/model-check/selection.test.ts:10:25",
    )
  })
})
