/**
 * `npm run bench`: measures the checker on one thread, and prints the figures beside what is hoped for.
 *
 * Every measurement has a process of its own, so that neither memory nor compiled code is handed on. A figure is the median
 * of several such processes; where the naive twin is measured too, its process runs between those of the checker.
 *
 * @module
 */
import Table from "cli-table3"
import { execFileSync } from "node:child_process"
import { cpus } from "node:os"
import { fileURLToPath } from "node:url"
import type { Measurement } from "./measure.ts"
import { type Checked, type Measured, measured } from "./models.ts"

const measure = (by: "engine" | "twin" | "nothing", checked: Checked, name: string): Measurement => {
  const script = fileURLToPath(new URL("measure.ts", import.meta.url))
  return JSON.parse(execFileSync(process.execPath, [script, by, checked, name], { encoding: "utf8" })) as Measurement
}

const median = (numbers: ReadonlyArray<number>): number =>
  numbers.toSorted((one, other) => one - other)[numbers.length >> 1] as number

const number = (value: number): string => value.toLocaleString("en", { maximumSignificantDigits: 3 })

const row = ({ name, runs, target, twin }: Measured, checked: Checked): ReadonlyArray<string> => {
  const [first, ...rest] = Array.from({ length: runs }, (_, run) => {
    const engine = measure("engine", checked, name)
    // The twin takes a minute or two, so it is measured in the first round only.
    return { engine, twin: twin && run === 0 ? measure("twin", checked, name) : undefined }
  })
  const engines = [first, ...rest].flatMap((round) => round?.engine ?? [])
  const { distinct, generated, userCalls } = engines[0] as Measurement
  const seconds = median(engines.map((engine) => engine.seconds))
  const cpuSeconds = median(engines.map((engine) => engine.cpuSeconds))
  const bytes = median(engines.map(({ peakBytes }) => peakBytes)) - measure("nothing", checked, name).peakBytes
  return [
    name,
    checked === "all" ? "all, refinement too" : "all but refinement",
    distinct.toLocaleString("en"),
    number(seconds),
    number(distinct / seconds),
    number(generated / seconds),
    number(generated / cpuSeconds),
    number(Math.max(0, bytes) / distinct),
    userCalls.toLocaleString("en"),
    first?.twin === undefined ? "" : `${number(first.twin.cpuSeconds / cpuSeconds)} ×`,
    checked === "all" ? "" : target,
  ]
}

const table = new Table({
  head: [
    "model",
    "properties",
    "distinct",
    "seconds",
    "distinct/s",
    "generated/s",
    "generated/cpu s",
    "bytes/state",
    "user calls",
    "naive twin",
    "target",
  ],
  style: { head: [], border: [] },
})
for (const model of measured) for (const checked of ["invariants", "all"] as const) table.push([...row(model, checked)])
console.log(`Node ${process.version}, ${cpus()[0]?.model}, one thread`)
console.log(table.toString())
console.log(`bytes/state: the peak memory of the process beyond one that checks nothing, per distinct state
generated/cpu s: per second of processor time, which other programs on the machine disturb less
naive twin: how many times as much processor time it takes for the same`)
