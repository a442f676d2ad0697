/**
 * The process that checks mutants: it answers one question after the other. Whoever asks may end it at any time, for a mutant may
 * never return.
 *
 * @module
 */
import { Effect, Result } from "effect"
// oxlint-disable-next-line import/no-unassigned-import -- it is imported for its effect: faster schemas
import "effect/schema/SchemaJITCompiler/enable"
import { check } from "../model-check/check.ts"
import { differences } from "../model-check/report/judgement.ts"
import { isSuite, type Suite } from "../model-check/suite.ts"
import { load } from "./changed-modules.ts"
import type { Observed } from "./kill.ts"
import { shortened } from "./mutant.ts"
import type { Answer, Question } from "./question.ts"
import { ROOT } from "./root.ts"

const answer = (said: Answer): void => {
  process.send?.(said)
}

/** What was thrown, in one line that is the same on every machine. */
const said = (thrown: unknown): string =>
  shortened((thrown instanceof Error ? thrown.message : String(thrown)).replaceAll(ROOT, ""), 200)

const observe = async (
  { constants, expected, model }: Suite["configurations"][number],
  maxStates: number,
): Promise<Observed> => {
  let heard = Date.now()
  const onProgress = (): void => {
    if (Date.now() - heard < 1000) return
    heard = Date.now()
    answer({ _tag: "Alive" })
  }
  const result = await Effect.runPromise(Effect.result(check(model(constants), { maxStates, onProgress })))
  const report = Result.isSuccess(result) ? result.success : result.failure.report
  if (Result.isFailure(result) && report.verdict !== "violated") {
    return { _tag: "Failed", reason: said(result.failure) }
  }
  return {
    _tag: "Reported",
    verdict: report.verdict,
    distinct: report.distinct,
    violated: report.properties.filter(({ verdict }) => verdict === "violated"),
    reached: report.properties.filter(({ kind, trace }) => kind === "reachable" && trace !== undefined)
      .map(({ name }) => name),
    vacuous: report.vacuous?.map(({ kind, name }) => `${kind} ${name}`) ?? [],
    differences: differences(report, expected),
  }
}

const reply = async (question: Question): Promise<Answer> => {
  const change = question._tag === "Check" ? question.change : undefined
  const configurations = async () =>
    Object.values(await load(question.suite, change)).filter(isSuite).flatMap((suite) =>
      suite.configurations.map((configuration) => ({ ...configuration, name: `${suite.name}/${configuration.name}` }))
    )
  if (question._tag === "List") {
    const listed = await configurations()
    return { _tag: "Listed", configurations: listed.map(({ expected, name }) => ({ name, expected })) }
  }
  let observed: Observed
  try {
    const asked = (await configurations()).find(({ name }) => name === question.configuration)
    observed = asked === undefined
      ? { _tag: "Failed", reason: `there is no configuration ${question.configuration}` }
      : await observe(asked, question.maxStates)
  } catch (error) {
    observed = { _tag: "Failed", reason: said(error) }
  }
  return { _tag: "Checked", observed }
}

process.on("message", async (question: Question) => answer(await reply(question)))
answer({ _tag: "Alive" })
