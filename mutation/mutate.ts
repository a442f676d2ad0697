/**
 * `npm run mutate [-- PATH…]`: changes the protocols, one small thing at a time, and reports how the suites notice it.
 *
 * @module
 */
import { writeFileSync } from "node:fs"
import { relative, resolve } from "node:path"
import { parseArgs } from "node:util"
import { hashOf, keep, recall, textOf } from "./cache.ts"
import { Checker } from "./checker.ts"
import type { Kill } from "./kill.ts"
import type { Mutant } from "./mutant.ts"
import { Project } from "./project.ts"
import { type FileResult, merged, readReasons, readResults, type Results, unreasoned, writeResults } from "./results.ts"
import { ROOT } from "./root.ts"
import { rendered } from "./table.ts"
import { NotAsExpected, Trials } from "./trial.ts"

/** Processes that check at the same time. */
const PROCESSES = 2

const TABLE = new URL("results.md", import.meta.url)
/** Configurations with more states take more than a few seconds. */
const MAX_STATES = 250_000

/** What was asked cannot be done. */
export class CannotMutate extends Error {
  override readonly name = "CannotMutate"
}

/** What to mutate. */
export interface Selection {
  /** Files and folders, from the root; all protocols if there are none. */
  readonly paths: ReadonlyArray<string>
  /** How many mutants are tried, chosen at random; all unless given. */
  readonly sample?: number | undefined
  readonly seed?: number
  /** Configurations with more states are left out. */
  readonly maxStates?: number
  /** Called when it is known what comes of a mutant. */
  readonly onKill?: (mutant: Mutant, kill: Kill | undefined, done: number, of: number) => void
}

const filesOf = (project: Project, paths: ReadonlyArray<string>): ReadonlyArray<string> => {
  const { protocols } = project
  const isIn = (file: string, path: string) => file === path || file.startsWith(`${path.replace(/\/$/, "")}/`)
  const unknown = paths.find((path) => !protocols.some((file) => isIn(file, path)))
  if (unknown !== undefined) {
    const folders = new Set(protocols.map((file) => file.split("/").slice(0, 2).join("/")))
    throw new CannotMutate(
      `${unknown} is no file or folder of a protocol; there are: ${[...folders].join(", ")}, and what is in them`,
    )
  }
  return paths.length === 0 ? protocols : protocols.filter((file) => paths.some((path) => isIn(file, path)))
}

/** The mutants of a file that compile. */
const viableMutants = (project: Project, file: string, mutants: ReadonlyArray<Mutant>): ReadonlyArray<Mutant> => {
  const known = [...project.closure(file)].toSorted().flatMap((one) => [one, textOf(one)])
  const key = hashOf([
    "viable",
    textOf("package-lock.json"),
    textOf("tsconfig.json"),
    ...known,
    ...mutants.map(({ text }) => text),
  ])
  const names = new Set(
    recall<ReadonlyArray<string>>(key)?.value ?? keep(key, project.viable(mutants).map(({ name }) => name)),
  )
  return mutants.filter(({ name }) => names.has(name))
}

/** Some of a list, chosen by a seed: those with the lowest hashes. */
const sampled = (mutants: ReadonlyArray<Mutant>, count: number, seed: number): ReadonlyArray<Mutant> => {
  const hashed = mutants.map((mutant) => [hashOf([String(seed), mutant.file, mutant.name]), mutant] as const)
  return hashed.toSorted(([one], [other]) => one < other ? -1 : 1).slice(0, count).map(([, mutant]) => mutant)
}

/** Tries mutants. @throws CannotMutate, NotAsExpected */
export const mutate = async (
  project: Project,
  { maxStates = MAX_STATES, onKill = () => {}, paths, sample, seed = 1 }: Selection,
): Promise<Results> => {
  const files = filesOf(project, paths)
  const all = files.map((file) => {
    const mutants = project.mutants(file)
    return { file, mutants, viable: viableMutants(project, file, mutants) }
  })
  const viable = all.flatMap((one) => one.viable)
  const tried = sample === undefined ? viable : sampled(viable, sample, seed)

  const trials = new Trials(project, maxStates)
  const kills = new Map<Mutant, Kill | undefined>()
  const left = tried.values()
  const work = async (): Promise<void> => {
    const checker = new Checker()
    try {
      // Both take from the same list.
      for (const mutant of left) {
        const kill = await trials.kill(mutant, checker)
        kills.set(mutant, kill)
        onKill(mutant, kill, kills.size, tried.length)
      }
    } catch (error) {
      // Nothing is left for the other one.
      left.toArray()
      throw error
    } finally {
      checker.end()
    }
  }
  await Promise.all(Array.from({ length: PROCESSES }, work))

  const results: Array<readonly [string, FileResult]> = []
  for (const { file, mutants, viable } of all.filter(({ mutants }) => mutants.length > 0)) {
    const known = viable.filter((mutant) => kills.has(mutant)).map((mutant) => {
      const kill = kills.get(mutant)
      return { name: mutant.name, kind: mutant.kind, ...(kill !== undefined && { kill }) }
    })
    results.push([file, { mutants: mutants.length, leftOut: await trials.leftOut(file), results: known }])
  }
  return Object.fromEntries(results)
}

const natural = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  if (!/^[1-9]\d*$/.test(text)) throw new CannotMutate(`--${name} is ${text}; give a positive integer`)
  return Number(text)
}

/** Writes the table, and says which reasons are missing. @returns the exit status. */
const report = (results: Results): number => {
  const reasons = readReasons()
  writeFileSync(TABLE, rendered(results, reasons))
  const { missing, superfluous } = unreasoned(results, reasons)
  for (const name of missing) console.log(`no verdict kills it, and reasons.json does not say why: ${name}`)
  for (const name of superfluous) console.log(`reasons.json gives a reason for which there is no need: ${name}`)
  return missing.length + superfluous.length === 0 ? 0 : 1
}

const main = async (): Promise<number> => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      sample: { type: "string" },
      seed: { type: "string" },
      "max-states": { type: "string" },
      "only-table": { type: "boolean" },
    },
  })
  if (values["only-table"]) return report(readResults())
  const sample = natural("sample", values.sample)
  const results = await mutate(new Project(), {
    paths: positionals.map((path) => relative(ROOT, resolve(path))),
    sample,
    seed: natural("seed", values.seed) ?? 1,
    maxStates: natural("max-states", values["max-states"]) ?? MAX_STATES,
    onKill: ({ file, line, name }, kill, done, of) => {
      const how = kill === undefined ? "SURVIVED" : kill.how
      console.error(
        `${done}/${of} ${how.padEnd(9)} ${file}:${line} ${name}${
          kill === undefined ? "" : `  [${kill.by}: ${kill.detail}]`
        }`,
      )
    },
  })
  // A sample takes the place of nothing.
  if (sample !== undefined) {
    console.log(rendered(results, readReasons()))
    return 0
  }
  const all = merged(readResults(), results)
  writeResults(all)
  return report(all)
}

if (import.meta.main) {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(2))
  process.exitCode = await main().catch((error: unknown) => {
    const isExpected = error instanceof CannotMutate || error instanceof NotAsExpected ||
      error instanceof TypeError && "code" in error
    if (!isExpected) throw error
    console.error(`mutate: ${error.message}`)
    return 2
  })
}
