import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import type { How, Kill } from "../../mutation/kill.ts"
import {
  merged,
  type MutantResult,
  readReasons,
  readResults,
  type Results,
  unreasoned,
} from "../../mutation/results.ts"
import { rendered } from "../../mutation/table.ts"

const file = "src/commit/message.ts"
const by = (how: How): Kill => ({ how, by: "suite/configuration", detail: "" })
const result = (name: string, how?: How): MutantResult => ({
  name,
  kind: "condition",
  ...(how !== undefined && { kill: by(how) }),
})
const results: Results = {
  [file]: {
    mutants: 9,
    leftOut: ["suite/large"],
    results: [
      result("a", "property"),
      result("b", "reachable"),
      result("c", "sabotage"),
      result("d", "test"),
      result("e", "error"),
      result("f", "count"),
      result("g | h"),
      result("i"),
    ],
  },
}
const reasons = { [file]: { i: { reason: "the order makes no difference", equivalent: true } } } as const

describe("results", () => {
  it("count what is killed among all that could be", () => {
    // Neither what throws nor what is equivalent: 3 and 4 of 6.
    expect(rendered(results, reasons)).toContain(
      `| \`${file}\` | 9 | 8 | 1 | 1 | 1 | 1 | 1 | 0 | 1 | 0 | 2 | 1 | 50 % | 67 % |`,
    )
  })

  it("list what no verdict kills, with the reason", () => {
    const text = rendered(results, reasons)
    expect(text).toContain("| `` f `` | count | suite/configuration |  |")
    expect(text).toContain("| `` g \\| h `` | **survived** |  |  |")
    expect(text).toContain("| `` i `` | **survived** |  | equivalent: the order makes no difference |")
    expect(text).not.toContain("`` a ``")
    expect(text).not.toContain("`` e ``")
    expect(text).toContain("Left out, for they have many states: suite/large.")
  })

  it("say for which mutants a reason is missing, and which reasons are not needed", () => {
    expect(unreasoned(results, reasons)).toEqual({ missing: [`${file} f`, `${file} g | h`], superfluous: [] })
    const more = {
      [file]: { ...reasons[file], a: { reason: "" }, gone: { reason: "" } },
      "gone.ts": { x: { reason: "" } },
    }
    expect(unreasoned(results, more).superfluous).toEqual([`${file} a`, `${file} gone`, "gone.ts x"])
  })

  it("keep what is known of files that were not tried, and forget files that are no more", () => {
    const other = "src/commit/participant.ts"
    const empty = { mutants: 1, leftOut: [], results: [] }
    const all = merged({ [other]: empty, [file]: empty, "gone.ts": empty }, results)
    expect(Object.entries(all)).toEqual([[file, results[file]], [other, empty]])
  })

  it("are shown by the document that is checked in, and give no reason for which there is no need", () => {
    const document = readFileSync(new URL("../../mutation/results.md", import.meta.url), "utf8")
    expect(document).toBe(rendered(readResults(), readReasons()))
    expect(unreasoned(readResults(), readReasons()).superfluous).toEqual([])
  })
})
