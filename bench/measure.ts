/**
 * One measurement, in a process of its own: `node bench/measure.ts (engine|twin|nothing) (invariants|all) NAME`.
 *
 * Prints what {@link Measurement} says, as JSON. With `nothing` the modules are loaded and nothing is checked: the memory
 * that such a process takes is not the checker's.
 *
 * @module
 */
import { Search } from "../model-check/engine/explore/search.ts"
import { naiveTwin } from "../test/naive-twin.ts"
import { type Checked, measured, withProperties } from "./models.ts"

/** What a process found out. */
export interface Measurement {
  readonly distinct: number
  readonly generated: number
  /** Wall-clock time of the exploration, loading not counted. */
  readonly seconds: number
  /** Processor time of the same, which other programs on the machine disturb less; it includes helper threads. */
  readonly cpuSeconds: number
  readonly userCalls: number
  /** The most memory that the process had at any time, in bytes. */
  readonly peakBytes: number
}

const [by, checked, name] = process.argv.slice(2) as ["engine" | "twin" | "nothing", Checked, string]

const explore = (): Pick<Measurement, "distinct" | "generated" | "userCalls"> => {
  const found = measured.find((measured) => measured.name === name)
  if (by === "nothing" || found === undefined) return { distinct: 0, generated: 0, userCalls: 0 }
  const model = withProperties(found.model(), checked)
  if (by === "twin") return { ...naiveTwin(model), userCalls: 0 }
  const search = new Search(model)
  while (!search.run(Infinity));
  return search.report()
}

const cpu = process.cpuUsage()
const began = performance.now()
const { distinct, generated, userCalls } = explore()
const { system, user } = process.cpuUsage(cpu)
const measurement: Measurement = {
  distinct,
  generated,
  seconds: (performance.now() - began) / 1000,
  cpuSeconds: (user + system) / 1e6,
  userCalls,
  peakBytes: process.resourceUsage().maxRSS * 1024,
}
console.log(JSON.stringify(measurement))
