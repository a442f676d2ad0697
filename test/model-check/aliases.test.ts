import { describe, expect, it } from "vitest"
import { touchstone } from "./touchstone.ts"

/** The names that the public specifications had before they stood in `tla/`, and the counts that TLC reports for them. */
const known: ReadonlyArray<readonly [name: string, distinct: number, generated: number, depth: number]> = [
  ["transaction-commit/3-rms", 34, 94, 7],
  ["two-phase/5-rms", 8_832, 58_146, 17],
  ["paxos-commit/2-rms", 1_321_761, 16_959_159, 28],
  ["two-phase-backup/3-rms", 1_245, 5_841, 15],
  ["consensus/3-values", 4, 4, 2],
  ["voting/3-ballots", 6_752, 41_017, 16],
  ["paxos/3-ballots", 185_369, 1_361_380, 25],
  ["peterson/2-processes", 42, 77, 11],
]

describe("a suite can be asked for by the name that it had", () => {
  it("and is the specification whose counts are known", async () => {
    const { status, stdout } = await touchstone("check", ...known.map(([name]) => name), "--json")
    const found = stdout.trim().split("\n").map((line) => JSON.parse(line) as { readonly [name: string]: unknown })
    expect(found.map(({ configuration, depth, distinct, generated, suite }) => [
      `${String(suite)}/${String(configuration)}`,
      distinct,
      generated,
      depth,
    ])).toEqual(known.map(([name, ...counts]) => [`tla/${name}`, ...counts]))
    expect(status).toBe(0)
  })
})
