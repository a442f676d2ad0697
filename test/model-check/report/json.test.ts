import { Effect, Option, Schema, SchemaRepresentation } from "effect"
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { check } from "../../../model-check/check.ts"
import { checkResult, checkResultJsonSchema } from "../../../model-check/report/json.ts"
import type { Outcome } from "../../../model-check/report/judgement.ts"
import { jsonPieces } from "../../../model-check/report/result.ts"
import { suites } from "../../../model-check/suites/index.ts"
import { variables } from "../../../src/index.ts"

const published = new URL("../../../docs/check-result.schema.json", import.meta.url)

const resultOf = (about: Omit<Outcome, "report" | "error">) =>
  checkResult(Effect.runSync(
    check(about.model, { maxStates: 5_000 }).pipe(
      Effect.map((report): Outcome => ({ ...about, report })),
      Effect.catch(({ reason, report }) => Effect.succeed<Outcome>({ ...about, report, error: reason })),
    ),
  ))

const { action, always, model } = variables({ value: Schema.Unknown })
const about = { suite: "file.ts", configuration: "odd", constants: {}, expected: { verdict: "holds" } } as const

describe("a result as JSON", () => {
  it("has a schema, which is published", async () => {
    // `vitest -u` writes the file anew.
    await expect(`${JSON.stringify(checkResultJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(published.pathname)
  })

  it("obeys the published schema", () => {
    const schema = SchemaRepresentation.fromJsonSchemaDocument({
      dialect: "draft-2020-12",
      schema: JSON.parse(readFileSync(published, "utf8")) as { readonly [keyword: string]: unknown },
      definitions: {},
    })
    const accepts = Schema.is(schema)
    const results = suites.flatMap((suite) =>
      suite.configurations.slice(-1).map(({ constants, expected, model, name }) =>
        resultOf({ suite: suite.name, configuration: name, constants, model: model(constants), expected })
      )
    )
    for (const result of results) expect(accepts(JSON.parse(JSON.stringify(result)))).toBe(true)
    expect(results.some(({ properties }) => properties.some(({ trace }) => trace !== undefined))).toBe(true)
    expect(accepts({ ...results[0], distinct: -1 })).toBe(false)
    expect(accepts({ ...results[0], verdict: "unknown" })).toBe(false)
  })

  it("is written in pieces, which may come to more than a string can hold", () => {
    const step = { action: "grow", parameters: {}, state: { text: "x".repeat(6_000) } }
    const property = { name: "short", kind: "always", verdict: "violated", trace: { steps: [step, step] } }
    const result = { suite: "file.ts", properties: [property, { ...property, name: "long" }], coverage: [], depth: 2 }
    expect([...jsonPieces(result)].join("")).toBe(JSON.stringify(result))

    let length = 0
    const trace = { steps: Array.from({ length: 100_000 }, () => step) }
    for (const piece of jsonPieces({ properties: [{ ...property, trace }] })) length += piece.length
    expect(length).toBeGreaterThan(2 ** 29)
  })

  it("keeps values that JSON does not know", () => {
    const values = [
      1n,
      Number.NaN,
      undefined,
      new Set([1]),
      new Map([["a", 1n]]),
      Option.some(2),
      Option.none(),
      new Date(0),
    ]
    const odd = model({
      name: "odd",
      initial: { value: null },
      actions: { give: action(() => ({ value: values })) },
      properties: { none: always((s) => s.value === null) },
    })
    const [property] = resultOf({ ...about, model: odd }).properties
    expect(property?.trace?.steps.at(-1)?.state["value"]).toEqual([
      "1",
      "NaN",
      null,
      [1],
      [["a", "1"]],
      { _tag: "Some", value: 2 },
      { _tag: "None" },
      "1970-01-01T00:00:00.000Z",
    ])
  })

  it("says what ended a check, and where", () => {
    const broken = model({
      name: "broken",
      initial: { value: 0 },
      actions: {
        fail: action(() => {
          throw new Error("no more")
        }),
      },
    })
    expect(resultOf({ ...about, model: broken })).toMatchObject({
      verdict: "incomplete",
      asExpected: false,
      stopped: "error",
      error: { tag: "FunctionThrew", message: "action fail threw: no more", trace: { steps: [{ action: null }] } },
    })
  })
})
