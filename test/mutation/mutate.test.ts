import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { isVerdict, type Kill } from "../../mutation/kill.ts"
import { CannotMutate, mutate } from "../../mutation/mutate.ts"
import { Project } from "../../mutation/project.ts"

const project = new Project()

describe("mutate", () => {
  it("tries the mutants of a file with the suites that use it, and writes nothing to it", async () => {
    const file = "src/commit/message.ts"
    const before = readFileSync(file, "utf8")
    const kills = new Map<string, Kill | undefined>()
    const results = await mutate(project, {
      paths: [file],
      maxStates: 300,
      onKill: ({ name }, kill) => kills.set(name, kill),
    })
    // The one decision that the file makes: which message announces which outcome.
    expect([...kills.keys()].toSorted()).toEqual([
      `announcement._tag: decision === "committed" → decision !== "committed"`,
      `announcement._tag: decision === "committed" → false`,
      `announcement._tag: decision === "committed" → true`,
      expect.stringContaining(`"committed" is "aborted" in`),
    ].toSorted())
    for (const kill of kills.values()) {
      expect(kill !== undefined && isVerdict(kill.how)).toBe(true)
      expect(kill?.by).toMatch(/^commit\//)
    }
    const known = results[file]?.results ?? []
    expect(known.map(({ kill }) => kill)).toEqual(
      known.map(({ name }) => kills.get(name)),
    )
    expect(readFileSync(file, "utf8")).toBe(before)
  })

  it("refuses what is no protocol", async () => {
    await expect(mutate(project, { paths: ["src/model/action.ts"] })).rejects.toThrow(CannotMutate)
    await expect(mutate(project, { paths: ["src/commit/tow-phase.ts"] })).rejects.toThrow(
      /^src\/commit\/tow-phase.ts is no file or folder of a protocol; there are: src\/balance, src\/commit, src\/consensus, src\/lock, and what is in them$/,
    )
  })
})
