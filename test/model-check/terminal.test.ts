import { describe, expect, it } from "vitest"
import { onTerminal } from "./touchstone.ts"

const ESC = "\u001b"
/** What a terminal shows in the end: escape sequences, and the lines that they have taken back, are gone. */
const visible = (sent: string): string =>
  // oxlint-disable-next-line no-control-regex -- escape sequences are what is taken out
  sent.replaceAll(/\u001b\[[\d?;]*[A-Za-z]/g, "").replaceAll("\r", "")

describe.concurrent("on a terminal", () => {
  it("shows live progress on standard error, and takes it back", async () => {
    const sent = await onTerminal(["check", "two-phase/7-rms"], ">/dev/null")
    const lines = visible(sent).split("\n").filter((line) => line !== "")
    expect(lines.length).toBeGreaterThan(1)
    for (const line of lines) {
      expect(line).toMatch(
        /^[\d.KM]+ distinct · [\d.KM]+ generated · depth \d+ · queue [\d.KM]+ · [\d.KM]+ states\/s · .* [KMG]iB/,
      )
      expect(line.length).toBeLessThan(100)
    }
    // The name stands last, where a narrow terminal cuts.
    expect("tla/two-phase/7-rms".startsWith(lines[0]?.split(" · ").at(-1) ?? "?")).toBe(true)
    // The last thing is to erase the line and to show the cursor again.
    expect(sent.slice(sent.lastIndexOf("distinct"))).toContain(`${ESC}[2K`)
    expect(sent.trimEnd().endsWith(`${ESC}[?25h`)).toBe(true)
  })

  it("shows it on a terminal that does not know its size, too", async () => {
    expect(visible(await onTerminal(["check", "two-phase/7-rms"], ">/dev/null", { size: "cols 0 rows 0" }))).toContain(
      " distinct · ",
    )
  })

  it("shows a readable result without colours", async () => {
    const sent = await onTerminal(["check", "two-phase/sabotage-one-missing-2-rms"], "2>/dev/null")
    expect(sent).not.toContain(ESC)
    expect(sent.replaceAll("\r", "")).toMatch(
      /^tla\/two-phase\/sabotage-one-missing-2-rms with rms=2\n {2}violated {3}consistent \(always for rm1: rm2, rm2: rm1, 5 steps\)\n {4}0 initial state\n {8}rmState\.rm1 = working\n/,
    )
  })

  it("shows it with colours, which change nothing but the colours", async () => {
    const args = ["check", "two-phase/sabotage-one-missing-2-rms"]
    const [coloured, plain] = [
      await onTerminal(args, "2>/dev/null", { colour: true }),
      await onTerminal(args, "2>/dev/null"),
    ]
    expect(coloured).toContain(`${ESC}[32mviolated  ${ESC}[39m`)
    const untimed = (text: string) => visible(text).replaceAll(/[\d.]+ (s|[KM]iB)/g, "#")
    expect(untimed(coloured)).toBe(untimed(plain))
  })

  it("prints JSON on standard output only, though progress is shown", async () => {
    const sent = await onTerminal(["check", "two-phase/3-rms", "--json"], "2>/dev/null", { colour: true })
    expect(JSON.parse(sent)).toMatchObject({ suite: "tla/two-phase", verdict: "holds", distinct: 288 })
  })
})
