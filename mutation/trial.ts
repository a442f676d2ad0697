/**
 * Trials: a mutant, and the suites that use it.
 *
 * @module
 */
import { hashOf, keep, recall, textOf } from "./cache.ts"
import type { Checker } from "./checker.ts"
import { type Baseline, isVerdict, type Kill, killOf, type Observed, stronger } from "./kill.ts"
import type { Mutant } from "./mutant.ts"
import { CHECKING, type Project } from "./project.ts"
import type { Change } from "./question.ts"
import { failingTest } from "./unit-tests.ts"

/** A suite is not as expected, or a test fails, while nothing is changed. */
export class NotAsExpected extends Error {
  override readonly name = "NotAsExpected"
}

/** The configurations of a file of suites. */
export interface SuiteFile {
  readonly file: string
  /** Those that are checked, in this order. */
  readonly configurations: ReadonlyArray<Baseline>
  /** The names of those that are left out, for they have too many states. */
  readonly leftOut: ReadonlyArray<string>
}

/** A search of a broken variant may go on beyond what the file as it is needs, for a violation that lies deeper. */
const DEEPER = 10
/** So many states take no time. */
const FEW = 10_000

/** In which order: what is small comes first, and among that what holds, for a property that is violated says most. */
const rankOf = ({ distinct, expected }: Baseline): number =>
  distinct > FEW ? 2 * FEW + distinct : expected.verdict === "holds" ? distinct : FEW + distinct

/** Puts mutants to the test. What it needs to know is kept from one time to the next. */
export class Trials {
  readonly #project: Project
  readonly #maxStates: number
  readonly #suites = new Map<string, Promise<SuiteFile>>()
  /** Of a file: the test that uses it and fails while nothing is changed, if there is one. */
  readonly #tests = new Map<string, Promise<string | undefined>>()
  /** All that a check depends on besides the suite: the checker, what it runs on, and what is written here. */
  readonly #environment: string

  constructor(project: Project, maxStates: number) {
    this.#project = project
    this.#maxStates = maxStates
    const judging = ["trial", "kill", "checker"].map((name) => `mutation/${name}.ts`)
    const files = ["package-lock.json", ...project.closure(CHECKING), ...judging]
    this.#environment = hashOf([process.version, String(maxStates), ...files.map(textOf)])
  }

  /** A file of suites, checked as it is. @throws NotAsExpected */
  suite(file: string, checker: Checker): Promise<SuiteFile> {
    const known = this.#suites.get(file) ?? this.#measured(file, checker)
    this.#suites.set(file, known)
    return known
  }

  /** The configurations that were left out of the suites that use a file. */
  async leftOut(file: string): Promise<ReadonlyArray<string>> {
    const suites = this.#project.suitesUsing(file).map((suite) => this.#suites.get(suite))
    return (await Promise.all(suites)).flatMap((suite) => suite?.leftOut ?? [])
  }

  /** How a mutant is noticed. Where several configurations notice it, it is the strongest of the first until a verdict. */
  async kill(mutant: Mutant, checker: Checker): Promise<Kill | undefined> {
    let kill: Kill | undefined
    for (const file of this.#project.suitesUsing(mutant.file)) {
      const suite = await this.suite(file, checker)
      kill = stronger(kill, await this.#killedBy(mutant, suite, checker))
      if (kill !== undefined && isVerdict(kill.how)) return kill
    }
    // What throws says itself what is wrong.
    return kill?.how === "error" ? kill : stronger(kill, await this.#killedByTest(mutant))
  }

  async #killedByTest(change: Mutant): Promise<Kill | undefined> {
    const tests = this.#project.testsUsing(change.file)
    const passing = this.#tests.get(change.file) ?? this.#failing(tests)
    this.#tests.set(change.file, passing)
    const wrong = await passing
    if (wrong !== undefined) throw new NotAsExpected(`a test fails, though nothing is changed: ${wrong}`)
    const by = await this.#failing(tests, change)
    return by === undefined ? undefined : { how: "test", by, detail: "it fails" }
  }

  async #failing(tests: ReadonlyArray<string>, change?: Change): Promise<string | undefined> {
    const key = hashOf(["test", textOf("mutation/unit-tests.ts"), ...tests.map((test) => this.#key(test, change))])
    const known = recall<string | null>(key)
    if (known !== undefined) return known.value ?? undefined
    const failing = await failingTest(tests, change)
    keep(key, failing ?? null)
    return failing
  }

  async #killedBy(change: Mutant, { configurations, file }: SuiteFile, checker: Checker): Promise<Kill | undefined> {
    const key = this.#key(file, change)
    const known = recall<Kill | null>(key)
    if (known !== undefined) return known.value ?? undefined
    let kill: Kill | undefined
    for (const baseline of configurations) {
      const observed = await this.#observe(file, baseline.name, this.#limitOf(baseline), checker, change)
      kill = stronger(kill, killOf(baseline, observed))
      // What does not return here does not return elsewhere, and each time costs half a minute.
      if (observed._tag === "Silent" || (kill !== undefined && isVerdict(kill.how))) break
    }
    keep(key, kill ?? null)
    return kill
  }

  /** The states that a search may explore: as many as it needs while nothing is changed. */
  #limitOf({ distinct, expected }: Baseline): number {
    if (expected.verdict === "holds" && expected.distinct !== undefined) return expected.distinct
    return Math.min(Math.max(FEW, DEEPER * distinct), this.#maxStates)
  }

  async #measured(file: string, checker: Checker): Promise<SuiteFile> {
    const key = this.#key(file)
    const known = recall<SuiteFile>(key)
    if (known !== undefined) return known.value
    const listed = await checker.ask({ _tag: "List", suite: file })
    if (listed._tag !== "Listed") throw new NotAsExpected(`${file} cannot be loaded`)
    const configurations: Array<Baseline> = []
    const leftOut: Array<string> = []
    for (const { expected, name } of listed.configurations) {
      const isLarge = expected.verdict === "holds" && (expected.distinct ?? 0) > this.#maxStates
      const observed = isLarge ? undefined : await this.#observe(file, name, this.#maxStates, checker)
      if (observed === undefined || (observed._tag === "Reported" && observed.verdict === "incomplete")) {
        leftOut.push(name)
        continue
      }
      const kill = killOf({ name, expected, distinct: 0, reached: [], vacuous: [] }, observed)
      if (observed._tag !== "Reported" || (kill !== undefined && kill.how !== "vacuous")) {
        throw new NotAsExpected(`${name} is not as expected, though nothing is changed: ${kill?.detail}`)
      }
      const { distinct, reached, vacuous } = observed
      configurations.push({ name, expected, distinct, reached, vacuous })
    }
    return keep(key, {
      file,
      configurations: configurations.toSorted((one, other) => rankOf(one) - rankOf(other)),
      leftOut,
    })
  }

  async #observe(
    suite: string,
    configuration: string,
    maxStates: number,
    checker: Checker,
    mutant?: Change,
  ): Promise<Observed> {
    const change = mutant && { file: mutant.file, text: mutant.text }
    const said = await checker.ask({ _tag: "Check", change, suite, configuration, maxStates })
    if (said._tag === "Checked") return said.observed
    return said._tag === "Silent" ? said : { _tag: "Failed", reason: said.reason }
  }

  #key(suite: string, change?: Change): string {
    const files = [...this.#project.closure(suite)].toSorted()
    const texts = files.flatMap((file) => [file, file === change?.file ? change.text : textOf(file)])
    return hashOf([this.#environment, suite, ...texts])
  }
}
