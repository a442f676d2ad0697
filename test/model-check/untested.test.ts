/** What the configurations of a suite leave out, all of them together. */
import { describe, expect, it } from "vitest"
import { type Tested, untested } from "../../model-check/report/untested.ts"
import { suite } from "../../model-check/suite.ts"
import { touchstone } from "./touchstone.ts"

const nothing: Tested = { coverage: [], properties: [], vacuous: [], reached: [] }
const never = (kind: "property" | "action" | "milestone", name: string): Tested => ({
  ...nothing,
  vacuous: [{ kind, name, reason: "it never was" }],
})
const none = { unreachable: {} }

describe("a suite", () => {
  it.each<readonly [string, Tested, Tested]>([
    ["a property", never("property", "p"), { ...nothing, properties: [{ name: "p" }] }],
    ["an action", never("action", "p"), { ...nothing, coverage: [{ name: "p", enabled: 1, fresh: 0 }] }],
    ["a milestone", never("milestone", "p"), { ...nothing, reached: ["p"] }],
  ])("puts to the test %s if one configuration does", (_, without, within) => {
    const said = ["p is put to the test in no configuration that holds: it never was"]
    expect(untested(none, [without])).toEqual(said)
    expect(untested(none, [without, without])).toEqual(said)
    expect(untested(none, [without, within])).toEqual([])
    expect(untested(none, [within, without])).toEqual([])
  })

  it("tells a milestone from an action of the same name", () => {
    expect(untested(none, [never("action", "p"), { ...nothing, reached: ["p"] }])).toHaveLength(1)
  })

  it("does not put to the test an action that is there and never enabled, nor a property that says nothing", () => {
    const idle = { ...never("action", "p"), coverage: [{ name: "p", enabled: 0, fresh: 0 }] }
    const empty = { ...never("property", "q"), properties: [{ name: "q" }] }
    expect(untested(none, [idle, empty])).toHaveLength(2)
  })

  it("may say that something is unreachable, as long as it is", () => {
    const excused = { unreachable: { p: "by design" } }
    expect(untested(excused, [never("milestone", "p")])).toEqual([])
    expect(untested(excused, [never("milestone", "p"), { ...nothing, reached: ["p"] }])).toEqual([
      "p is said to be unreachable, and is reached",
    ])
    expect(untested(excused, [nothing])).toEqual(["p is said to be unreachable, and there is nothing of that name"])
  })

  it("must say why", () => {
    const about = { name: "mine", description: "", source: "", constants: {}, configurations: [] }
    expect(() => suite({ ...about, unreachable: { "a: timer nap": " " } })).toThrow(
      "the suite mine says that a: timer nap is unreachable, and not why",
    )
  })
})

describe.concurrent("touchstone check", () => {
  const file = "test/model-check/fixtures/idle.ts"
  const asked = (...args: ReadonlyArray<string>) => touchstone("check", ...args)

  it("says what a whole suite never puts to the test", async () => {
    const { status, stderr, stdout } = await asked(`${file}/idle`)
    expect(stdout).toContain("2 configurations: 2 as expected, 0 not")
    expect(stderr).toBe(
      ["a", "b"].map((name) =>
        `touchstone: idle: ${name}: timer nap is put to the test in no configuration that holds: it never gave \`next\` for it\n`
      ).join(""),
    )
    expect(status).toBe(1)
  })

  it("says nothing where that is excused, and nothing of a part of a suite", async () => {
    for (
      const run of [asked(`${file}/excused`), asked(`${file}/idle/ringing`), asked(`${file}/idle`, "--max-states", "1")]
    ) {
      expect((await run).stderr).not.toContain("put to the test")
    }
    expect((await asked(`${file}/excused`)).status).toBe(0)
  })

  it("says which excuses are not needed, and goes by what is checked", async () => {
    const { status, stderr } = await asked(`${file}/excuses`, "--json")
    expect(stderr).toBe(
      "left out, since they take long; --all checks them too: excuses/ringing\n" +
        "touchstone: excuses: a receives Ping is said to be unreachable, and is reached\n" +
        "touchstone: excuses: c receives Ping is said to be unreachable, and there is nothing of that name\n",
    )
    expect(status).toBe(1)
    const all = await asked(`${file}/excuses`, "--all")
    for (const name of ["a: timer alarm", "b: timer alarm", "timeout"]) {
      expect(all.stderr).toContain(`excuses: ${name} is said to be unreachable, and is reached\n`)
    }
  })
})
