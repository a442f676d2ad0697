import { Graphviz } from "@hpcc-js/wasm-graphviz"
import { Ajv2020 } from "ajv/dist/2020.js"
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import type { CheckResult } from "../../model-check/report/json.ts"
import { suites } from "../../model-check/suites/index.ts"
import { root, start, touchstone, touchstoneWith } from "./touchstone.ts"

const fixture = (name: string): string => `test/model-check/fixtures/${name}`
const validate = new Ajv2020().compile<CheckResult>(
  JSON.parse(readFileSync(join(root, "docs/check-result.schema.json"), "utf8")) as object,
)
/** The JSON objects on standard output, each valid according to the published schema. */
const results = (stdout: string): ReadonlyArray<CheckResult> =>
  stdout.trim().split("\n").map((line) => {
    const result: unknown = JSON.parse(line)
    if (!validate(result)) throw new Error(`${JSON.stringify(validate.errors)}: ${line}`)
    return result
  })

// oxlint-disable-next-line no-control-regex -- control characters are what must not be there
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/
const stack = /\n\s+at .*:\d+:\d+/

describe.concurrent("touchstone list", () => {
  it("shows every suite and configuration", async () => {
    const { status, stdout } = await touchstone("list")
    expect(status).toBe(0)
    for (const suite of suites) {
      expect(stdout).toContain(suite.name)
      for (const { name } of suite.configurations) expect(stdout).toContain(name)
      for (const name of Object.keys(suite.constants)) expect(stdout).toContain(`--set ${name}=…`)
    }
    expect(stdout).toMatch(/ {2}sabotage-two-values +acceptors=3, values=2, ballots=2 +violates agreement in 9 steps\n/)
    expect(stdout).not.toMatch(control)
  })
})

describe.concurrent("touchstone check", () => {
  it("checks a suite, with plain lines when not on a terminal", async () => {
    const { status, stderr, stdout } = await touchstone("check", "peterson")
    expect(status).toBe(0)
    expect(stderr).toBe("")
    expect(stdout).toContain("42 distinct states, 77 generated, depth 11")
    expect(stdout).toContain("3 configurations: 3 as expected, 0 not")
    expect(stdout).not.toMatch(control)
  })

  it("checks the whole standard suite when nothing is named", async () => {
    const { status, stderr, stdout } = await touchstone("check", "--json", "--max-states", "1")
    expect(status).toBe(2)
    const named = (isLong: boolean) =>
      suites.flatMap(({ configurations, name }) =>
        configurations.filter(({ long = false }) => long === isLong)
          .map((configuration) => `${name}/${configuration.name}`)
      )
    expect(results(stdout).map(({ configuration, suite }) => `${suite}/${configuration}`)).toEqual(named(false))
    expect(stderr).toContain(`left out, since they take long; --all checks them too: ${named(true).join(", ")}\n`)
  })

  it("checks what takes long when it is named, or all is asked for", async () => {
    const long = "commit/paxos-commit/leader-recovers-2-F1"
    const suiteOf = await touchstone("check", "commit/paxos-commit", "--all", "--json", "--max-states", "1")
    const named = await touchstone("check", long, "--json", "--max-states", "1")
    for (const { stderr, stdout } of [suiteOf, named]) {
      expect(results(stdout).map(({ configuration, suite }) => `${suite}/${configuration}`)).toContain(long)
      expect(stderr).not.toContain("left out")
    }
  })

  it("decides every property when it is to keep going", async () => {
    const file = fixture("two-wrong.ts")
    const [stops, goesOn] = [await touchstone("check", file), await touchstone("check", file, "--keep-going")]
    expect([stops.status, goesOn.status]).toEqual([1, 1])
    expect(stops.stdout).toMatch(/violated +small \(always, 2 steps\)[^]*incomplete +tiny \(always\)/)
    expect(goesOn.stdout).toMatch(/violated +small \(always, 2 steps\)[^]*violated +tiny \(always, 4 steps\)/)
  })

  it("checks what is named several times once", async () => {
    const names = [
      "consensus",
      "consensus/3-values",
      fixture("small.ts"),
      `./${fixture("small.ts")}`,
      fixture("small.ts"),
    ]
    const { stdout } = await touchstone("check", "--json", "--", ...names)
    expect(results(stdout).map(({ suite }) => suite)).toEqual([
      "tla/consensus",
      "tla/consensus",
      fixture("small.ts"),
      `./${fixture("small.ts")}`,
    ])
  })

  it("prints the trace of a violation, with what changes in each step", async () => {
    const { stdout } = await touchstone("check", "two-phase/sabotage-one-missing-2-rms")
    expect(stdout).toContain("violated   consistent (always for rm1: rm2, rm2: rm1, 5 steps)")
    expect(stdout).toContain("1 rmPrepare(rm: rm1)")
    expect(stdout).toContain("rmState.rm1: working → prepared")
    expect(stdout).toContain("messages: + Prepared{rm: rm1}")
    expect(stdout).toMatch(/action +enabled +new states/)
  })

  it("sets constants, and then no longer expects counts", async () => {
    const { status, stdout } = await touchstone("check", "two-phase", "--set", "rms=4", "--json")
    const found = results(stdout)
    expect(status).toBe(0)
    expect(found.map(({ configuration }) => configuration)).toEqual([
      "3-rms",
      "sabotage-one-missing-2-rms",
      "sabotage-abort-after-preparing-2-rms",
      "sabotage-abort-after-committing-2-rms",
      "sabotage-misread-abort",
    ])
    expect(found[0]).toMatchObject({ constants: { rms: 4 }, verdict: "holds", distinct: 1568, generated: 8258 })
    const length = (at: number) => (found[at]?.properties[0]?.trace?.steps.length ?? 0) - 1
    expect([length(1), length(2), length(3)]).toEqual([9, 11, 12])
  })

  it("sets lists and choices", async () => {
    const file = "test/model-check/fixtures/choices.ts"
    const set = ["--set", "rounds=1,1,0", "--set", "order=backwards"]
    const { stdout } = await touchstone("check", file, ...set, "--json")
    expect(results(stdout)[0]).toMatchObject({ constants: { rounds: [1, 1, 0], order: "backwards" }, distinct: 4 })
    const shown = await touchstone("check", file, ...set)
    expect(shown.stdout).toContain("sums/one with rounds=[1,1,0], order=backwards")
    const slip = await touchstone("check", file, "--set", "order=forward")
    expect(slip).toMatchObject({ status: 2 })
    expect(slip.stderr).toContain("order=forward: forwards or backwards is expected; did you mean forwards?")
  })

  it("sets booleans", async () => {
    const { stdout } = await touchstone(
      "check",
      "two-phase-backup/3-rms",
      "--set",
      "tmMayFail=false",
      "--set",
      "rms=2",
      "--json",
    )
    expect(results(stdout)[0]?.constants).toEqual({ rms: 2, rmMayFail: true, tmMayFail: false })
  })

  it("prints JSON and nothing else, according to the published schema", async () => {
    const { status, stderr, stdout } = await touchstone("check", "consensus", "peterson", "--json")
    expect([status, stderr]).toEqual([0, ""])
    const found = results(stdout)
    expect(found).toHaveLength(5)
    const violated = found.find(({ configuration }) => configuration === "sabotage-turn-first")
    expect(violated).toMatchObject({
      suite: "tla/peterson",
      verdict: "violated",
      expected: "violated",
      asExpected: true,
    })
    expect(violated?.properties[0]?.trace?.steps[0]).toMatchObject({ action: null, parameters: {} })
    expect(violated?.properties[0]?.trace?.steps[1]).toMatchObject({ action: "a0", parameters: { p: 1 } })
  })

  it("checks depth-first, exactly, and with another seed", async () => {
    for (const flags of [["--search", "dfs"], ["--search", "dfid"], ["--exact"], ["--seed", "7"]]) {
      const { status, stdout } = await touchstone("check", "two-phase/5-rms", "--json", ...flags)
      const [found] = results(stdout)
      expect(found).toMatchObject({ verdict: "holds", distinct: 8832, generated: 58146 })
      expect(status).toBe(0)
    }
  })

  it("walks, tells what it finds shortened, and makes that walk again", async () => {
    const about = ["two-phase/sabotage-one-missing-3-rms", "--search", "walk", "--json"]
    const found = await touchstone("check", ...about, "--walks", "500", "--depth", "30", "--seed", "4")
    expect(found.status).toBe(0)
    const [result] = results(found.stdout)
    expect(result).toMatchObject({ verdict: "violated", stopped: "violation", distinct: 0 })
    const violated = result?.properties.find(({ verdict }) => verdict === "violated")
    expect(violated?.name).toBe("consistent")
    const again = await touchstone("check", ...about, "--replay", String(violated?.replay))
    expect(results(again.stdout)[0]).toMatchObject({ verdict: "violated", walks: 1 })
    expect(results(again.stdout)[0]?.properties).toContainEqual(violated)
  })

  it("says of walks that found nothing that they prove nothing", async () => {
    const { status, stderr, stdout } = await touchstone("check", "two-phase/3-rms", "--search", "walk", "--walks", "20")
    expect([status, stderr]).toEqual([0, ""])
    expect(stdout).toMatch(/incomplete consistent/)
    expect(stdout).toMatch(/20 walks, [\d,]+ steps in all, the longest of \d+,/)
    expect(stdout).toContain("all walks were made, and what none of them met may happen all the same")
    expect(stdout).not.toMatch(/holds +consistent/)
    const missed = await touchstone("check", "two-phase/sabotage-one-missing-3-rms", "--search", "walk", "--depth", "1")
    expect(missed.status).toBe(2)
    expect(missed.stdout).toContain(
      "NOT AS EXPECTED: verdict incomplete (stopped: max-walks), expected violated (consistent)",
    )
  })

  it.each([
    [["--walks", "3"], "--walks is for --search walk, and says nothing of --search bfs"],
    [["--search", "dfs", "--depth", "3"], "--depth is for --search walk, and says nothing of --search dfs"],
    [["--replay", "0,1"], "--replay is for --search walk"],
    [["--search", "walk", "--exact"], "--exact says nothing of --search walk, whose limits are --walks, --depth"],
    [["--search", "walk", "--max-states", "9"], "--max-states says nothing of --search walk"],
    [["--search", "walk", "--walks", "0"], "a positive integer, not 0"],
    [["--search", "walk", "--depth", "NaN"], "--depth"],
    [["--search", "walk", "--replay", "1,x"], "the numbers of a walk, like 0,3,1, not 1,x"],
    [["--search", "random"], "--search"],
  ])("refuses %j", async (flags, message) => {
    const { status, stderr, stdout } = await touchstone("check", "two-phase", ...flags)
    expect([status, stdout]).toEqual([2, ""])
    expect(stderr).toContain(message)
    expect(stderr).not.toMatch(stack)
  })

  it("checks the models of a user's file", async () => {
    const { status, stdout } = await touchstone("check", fixture("models.ts"), "--max-states", "5000", "--json")
    expect(status).toBe(2)
    expect(results(stdout)).toMatchObject([
      { configuration: "counter", verdict: "holds", distinct: 10, depth: 10 },
      { configuration: "forever", verdict: "incomplete", stopped: "max-states", distinct: 5000 },
      { configuration: "small", verdict: "violated", expected: "holds", asExpected: false },
    ])
  })

  it("checks the default export of a file in a CommonJS package, whatever its name", async () => {
    const folder = mkdtempSync(join(tmpdir(), "touchstone-"))
    writeFileSync(join(folder, "package.json"), "{}")
    const models = JSON.stringify(join(root, fixture("models.ts")))
    writeFileSync(join(folder, "my #1%20 ü.ts"), `import { counter } from ${models}\nexport default counter\n`)
    const { status, stdout } = await touchstone("check", join(folder, "my #1%20 ü.ts"))
    expect(status).toBe(0)
    expect(stdout).toContain("my #1%20 ü.ts/counter\n")
  })

  it("exits with 1 when a verdict is not as expected", async () => {
    const { status, stdout } = await touchstone("check", fixture("small.ts"))
    expect(status).toBe(1)
    expect(stdout).toContain("NOT AS EXPECTED: verdict violated (small), expected holds")
  })

  it("says which count or property differs, and both values", async () => {
    const { status, stdout } = await touchstone("check", fixture("suites.ts"), "--json")
    expect(status).toBe(1)
    expect(results(stdout).map(({ differences }) => differences)).toEqual([
      ["10 distinct states, expected 11"],
      ["small violated in 3 steps, expected 4"],
      ["violated: small, expected large"],
      undefined,
    ])
  })

  it("checks one model of a file, as reports name it", async () => {
    const { status, stdout } = await touchstone("check", `${fixture("suites.ts")}/default[1]`)
    expect(status).toBe(0)
    expect(stdout).toContain(`${fixture("suites.ts")}/default[1]\n  holds      digit (always)\n`)
  })

  it("exits with 2 when anything could not be carried out, whatever else there is", async () => {
    const { status, stdout } = await touchstone("check", fixture("small.ts"), fixture("throws.ts"), "peterson")
    expect(status).toBe(2)
    expect(stdout).toContain("5 configurations: 3 as expected, 2 not")
  })

  it("ends quietly when nobody reads on", async () => {
    const { child, run } = start("check", "two-phase", "transaction-commit")
    child.stdout?.once("data", () => child.stdout?.destroy())
    expect(await run).toMatchObject({ status: 2, stderr: "" })
  })

  it("draws state graphs", async () => {
    const folder = mkdtempSync(join(tmpdir(), "touchstone-"))
    const [dot, mermaid] = [join(folder, "graph.dot"), join(folder, "graph.mmd")]
    const { status } = await touchstone("check", "transaction-commit/1-rms", "--dot", dot, "--mermaid", mermaid)
    expect(status).toBe(0)
    const drawn = (await Graphviz.load()).layout(readFileSync(dot, "utf8"), "json", "dot")
    const { edges, name, objects } = JSON.parse(drawn) as { [part: string]: ReadonlyArray<{ readonly label: string }> }
    expect([name, objects?.length, edges?.length]).toEqual(["TCommit", 4, 4])
    expect(edges?.map(({ label }) => label)).toContain("prepare(rm: rm1)")
    expect(readFileSync(mermaid, "utf8")).toMatch(/^stateDiagram-v2\n/)
  })

  it("shows expressions along traces, in words and in JSON", async () => {
    const asked = ["check", "paxos/sabotage-two-values", "--show", "votes, maxBal.a1"]
    const { stdout } = await touchstone(...asked)
    expect(stdout).toMatch(
      /\n {4}9 phase2b[^»]*\n {8}» votes = \{0: \{v1: \[a1, a2\], v2: \[a1, a2\]\}\}\n {8}» maxBal.a1 = 0\n/,
    )
    const [result] = results((await touchstone(...asked, "--json")).stdout)
    expect(result?.properties[0]?.trace?.steps.at(-1)?.shown).toEqual({
      votes: { 0: { v1: ["a1", "a2"], v2: ["a1", "a2"] } },
      "maxBal.a1": 0,
    })
  })

  it("draws the sequence of messages that leads to what is reachable", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "touchstone-")), "sequence.mmd")
    expect(await touchstone("check", "paxos-register/1-client", "--sequence", file)).toMatchObject({ status: 0 })
    expect(readFileSync(file, "utf8")).toMatch(
      /^sequenceDiagram\n {2}participant p0 as s1\n[^]*: Get\{request: c1.get\}\n.*: GetOk\{.*\}\n$/,
    )
  })
})

describe.concurrent("touchstone", () => {
  it("gives help, its version and completions", async () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string }
    expect(await touchstone("--version")).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(version) as string,
    })
    expect((await touchstone("check", "--help")).stdout).toMatch(/--max-states[^]*--mermaid/)
    expect((await touchstone("--completions", "bash")).stdout).toContain("touchstone")
  })

  it("writes of a wrong command line on standard error only", async () => {
    const { status, stderr, stdout } = await touchstone("check", "--json", "--nonsense")
    expect([status, stdout]).toEqual([2, ""])
    expect(stderr).toBe(
      "touchstone: Unrecognized flag: --nonsense in command touchstone check\nSee touchstone check --help\n",
    )
  })
})

describe.concurrent("bad input", () => {
  const cases: ReadonlyArray<readonly [what: string, args: ReadonlyArray<string>, message: RegExp]> = [
    ["an unknown suite", ["nonsense"], /no suite nonsense; there is: tla\/transaction-commit, tla\/two-phase/],
    ["an unknown configuration", ["two-phase/9"], /no configuration two-phase\/9; there is: 3-rms/],
    ["a suite that is nearly one", ["two-phse"], /no suite two-phse; did you mean two-phase\?\n$/],
    ["a configuration that is nearly one", ["two-phase/3-rm"], /two-phase\/3-rm; did you mean two-phase\/3-rms\?\n$/],
    ["a constant that is nearly one", ["two-phase", "--set", "rm=3"], /no constant rm; did you mean rms\?\n$/],
    ["a file that looks like flags", ["-dash.ts"], /there is no flag -dash.ts; a file of that name is .\/-dash.ts\n/],
    ["an unknown constant", ["two-phase", "--set", "acceptors=3"], /no constant acceptors; there is: rms/],
    ["a constant that is no number", ["two-phase", "--set", "rms=many"], /rms=many: an integer from 1 is expected/],
    ["a constant that is too small", ["two-phase", "--set", "rms=0"], /rms=0: an integer from 1 is expected/],
    ["a constant that is no boolean", ["two-phase-backup", "--set", "tmMayFail=1"], /true or false is expected/],
    ["a malformed setting", ["two-phase", "--set", "rms"], /set/],
    ["an unknown flag", ["--nonsense"], /nonsense/],
    ["a number that is none", ["two-phase/3-rms", "--max-depth", "deep"], /max-depth/],
    ["a depth of 0", ["two-phase/3-rms", "--max-depth", "0"], /positive integer/],
    ["a size that is none", ["two-phase/3-rms", "--memory", "much"], /a size like 512M/],
    [
      "a memory limit too small",
      ["two-phase/3-rms", "--memory", "1M"],
      /a memory limit of 1 MiB is too small: give at least/,
    ],
    ["a file that does not exist", ["nowhere.ts"], /nowhere.ts: there is no such file/],
    [
      "a file that does not compile",
      [fixture("broken/syntax.ts")],
      /broken\/syntax.ts: it cannot be loaded: .*broken\/syntax.ts:1:22: Unexpected "="/,
    ],
    ["a file that throws", [fixture("broken/throws.ts")], /broken\/throws.ts: it cannot be loaded: not today/],
    ["a file that ends the process", [fixture("broken/exits.ts")], /ended before everything was checked/],
    ["a file that never finishes loading", [fixture("broken/waits.ts")], /ended before everything was checked/],
    ["a file that exports a promise", [fixture("broken/promise.ts")], /its export default is a promise; .*await it\n/],
    [
      "a file that throws what has no prototype",
      [fixture("broken/without-prototype.ts")],
      /^touchstone: .*without-prototype.ts: it cannot be loaded: \{\}\n$/,
    ],
    [
      "a file that throws what cannot be looked at",
      [fixture("broken/hostile-error.ts")],
      /^touchstone: .*it cannot be loaded: something was thrown that cannot even be looked at\n$/,
    ],
    [
      "a file that exports a hostile proxy",
      [fixture("broken/hostile-proxy.ts")],
      /^touchstone: .*broken\/hostile-proxy.ts: hostile\n {2}thrown in .*broken\/hostile-proxy.ts:4:\d+\n$/,
    ],
    ["a file without a model", [fixture("no-model.ts")], /exports neither a model nor a suite/],
    ["a model without initial states", [fixture("no-initial-state.ts")], /the model nowhere has no initial state/],
    [
      "a value outside its domain",
      [fixture("outside-domain.ts")],
      /action increment\(by: 1\) gives n the value 3, which is outside its domain: one of 0, 1, 2[^]*2 increment\(by: 1\)/,
    ],
    [
      "an action that throws",
      [fixture("throws.ts")],
      /action increment threw: two is too many\n {2}thrown in test\/model-check\/fixtures\/throws.ts:10:28\n[^]*n: 1 → 2/,
    ],
    [
      "a property that throws",
      [`${fixture("user-code.ts")}/property`],
      /property small\(limit: 1\) threw: 1 is too many\n {2}thrown in test\/model-check\/fixtures\/user-code.ts:9:\d+\n[^]*n: 0 → 1/,
    ],
    [
      "a mapping that throws",
      [`${fixture("user-code.ts")}/mapping`],
      /mapping .* threw: 1 is too many\n {2}thrown in .*user-code.ts:9:\d+\n[^]*n: 0 → 1/,
    ],
    [
      "a handler that throws",
      [`${fixture("user-code.ts")}/handler`],
      /action p.count threw: 1 is too many\n {2}thrown in .*user-code.ts:9:\d+\n[^]*1 p.count/,
    ],
    [
      "a read of what was never declared",
      [`${fixture("user-code.ts")}/read`],
      /action increment reads m, .*\n {2}thrown in .*user-code.ts:\d+:\d+\n/,
    ],
    [
      "a handler that throws at once",
      [fixture("broken/not-total.ts")],
      /the process p is not total: .*it throws Error: not at all[^]*thrown in .*broken\/not-total.ts:10:\d+\n/,
    ],
    [
      "an unknown variable",
      [fixture("unknown-variable.ts")],
      /action set returns m, which the model does not declare; there are: n/,
    ],
    ["a mutated input", [fixture("mutates.ts")], /action push changes its input/],
    ["an impure action", [fixture("impure.ts")], /action jump is not a pure function/],
    [
      "a domain without end",
      [fixture("too-large.ts")],
      /the domain of parameter to of action set cannot be enumerated/,
    ],
    ["a graph of several configurations", ["peterson", "--dot", "graph.dot"], /3 are chosen/],
    ["a sequence of several configurations", ["peterson", "--sequence", "sequence.mmd"], /3 are chosen/],
    ["a sequence without processes", ["peterson/2-processes", "--sequence", "s.mmd"], /Peterson.* has no processes/],
    [
      "a sequence of nothing",
      [`${fixture("hello.ts")}/plainHello`, "--sequence", "s.mmd"],
      /hello.ts\/plainHello has neither a counterexample nor a path/,
    ],
    [
      "an expression that there is not",
      ["paxos/2-ballots", "--show", "votes,maxBals"],
      /^touchstone: there is no expression maxBals; did you mean maxBal\?\n$/,
    ],
    ["a folder", ["./test"], /\.\/test: it is not a file/],
    ["an unknown model of a file", [`${fixture("small.ts")}/tiny`], /no configuration .*tiny; there is: .*small/],
    [
      "a graph that cannot be written",
      ["consensus/3-values", "--dot", "nowhere/at/all.dot"],
      /^touchstone: nowhere\/at\/all.dot cannot be written: its folder nowhere\/at does not exist\n$/,
    ],
    [
      "a graph on a full disk",
      ["consensus/3-values", "--dot", "/dev/full"],
      /^touchstone: \/dev\/full cannot be written: no space left on device\n$/,
    ],
    [
      "a graph in place of a folder",
      ["consensus/3-values", "--mermaid", "test"],
      /^touchstone: test cannot be written: /,
    ],
    ["a graph of a model at fault", [fixture("throws.ts"), "--dot", "graph.dot"], /two is too many[^]*n: 1 → 2/],
    ["a graph that is too large", ["two-phase/5-rms", "--dot", "graph.dot"], /more than 2000 states/],
  ]

  it.each(cases)("%s", async (_, args, message) => {
    const { status, stderr, stdout } = await touchstone("check", ...args)
    expect(stderr).toMatch(message)
    expect(status).toBe(2)
    expect(stdout + stderr).not.toMatch(stack)
    expect(stdout + stderr).not.toMatch(control)
  })

  it.each([
    ["rejects a promise later", "rejects", /^touchstone: .* threw: later\n {2}thrown in .*broken\/rejects.ts:2:\d+\n/],
    ["rejects one with what has no prototype", "rejects-without-prototype", /^touchstone: .* threw: \{\}\n/],
    ["has a timer that throws", "timer", /^touchstone: .* threw: tick\n {2}thrown in .*broken\/timer.ts:3:\d+\n/],
  ])("keeps what was found of a file that %s", async (_, name, message) => {
    const { status, stderr, stdout } = await touchstone("check", fixture(`broken/${name}.ts`), "--json")
    expect(results(stdout)[0]).toMatchObject({ configuration: "small", distinct: 7 })
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(stack)
    expect(status).toBe(2)
  })

  it("does not wait for what a file leaves open", async () => {
    const { status, stdout } = await touchstone("check", fixture("broken/interval.ts"), "--json")
    expect(results(stdout)[0]).toMatchObject({ configuration: "small", distinct: 7 })
    expect(status).toBe(1)
  })

  it("keeps what was found until an error, in JSON too", async () => {
    const { status, stderr, stdout } = await touchstone("check", fixture("throws.ts"), "--json")
    expect(status).toBe(2)
    expect(stderr).toContain("two is too many")
    const [found] = results(stdout)
    expect(found).toMatchObject({
      verdict: "incomplete",
      stopped: "error",
      distinct: 3,
      error: { tag: "FunctionThrew" },
    })
    expect(found?.error?.trace?.steps).toHaveLength(3)
    expect(found?.error?.at).toBe(join(root, fixture("throws.ts:10:28")))
  })

  it("says incomplete, never holds, when a limit stops it", async () => {
    for (
      const [flags, stopped] of [[["--max-depth", "5"], "max-depth"], [["--max-states", "100"], "max-states"]] as const
    ) {
      const { status, stdout } = await touchstone("check", "two-phase/3-rms", "--json", ...flags)
      expect(status).toBe(2)
      expect(results(stdout)[0]).toMatchObject({ verdict: "incomplete", stopped })
    }
  })

  it("ends before JavaScript's own heap is full, and reports what was found", async () => {
    const { status, stdout } = await touchstoneWith(
      { NODE_OPTIONS: "--max-old-space-size=64" },
      "check",
      fixture("forever.ts"),
      "--json",
    )
    expect(status).toBe(2)
    expect(results(stdout)[0]).toMatchObject({ verdict: "incomplete", stopped: "memory" })
  })

  it("respects a memory limit", async () => {
    const { status, stdout } = await touchstone("check", fixture("forever.ts"), "--memory", "400M", "--json")
    expect(status).toBe(2)
    const [found] = results(stdout)
    expect(found).toMatchObject({ verdict: "incomplete", stopped: "memory" })
    expect(found?.peakMemoryBytes).toBeLessThan(400 * 2 ** 20)
    expect(found?.distinct).toBeGreaterThan(1_000)
  })

  it.each(["SIGINT", "SIGTERM"] as const)("keeps what was found when it is interrupted: %s", async (signal) => {
    const { child, run } = start("check", fixture("announces.ts"), "peterson", "--json")
    child.stderr?.once("data", () => setTimeout(() => child.kill(signal), 300))
    const { status, stderr, stdout } = await run
    expect(status).toBe(2)
    expect(stderr).toContain("interrupted: 1 of 4 configurations were begun")
    const [found, ...rest] = results(stdout)
    expect(found).toMatchObject({ verdict: "incomplete", stopped: "interrupted" })
    expect(found?.distinct).toBeGreaterThan(1)
    expect(rest).toEqual([])
  })
})
