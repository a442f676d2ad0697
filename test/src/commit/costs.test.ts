import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { paxosCommit, threePhaseCommit, twoPhaseCommit } from "../../../src/commit/index.ts"
import { names, range, unordered } from "../../../src/index.ts"
import { HandDriven } from "./hand-driven.ts"

/** What a page says of its costs, without line breaks. */
const said = (protocol: string): string => {
  const source = readFileSync(new URL(`../../../src/commit/${protocol}.ts`, import.meta.url), "utf8")
  return source.slice(source.indexOf("**Costs**")).split("\n *\n")[0]?.replaceAll("\n * ", " ") ?? ""
}

/** Nothing fails, and participants vote so, all of them after they have been asked. */
const voted = (definition: ConstructorParameters<typeof HandDriven>[0], yes: ReadonlyArray<boolean>): HandDriven => {
  const run = new HandDriven(definition)
  run.deliverAll()
  for (const [index, name] of names("p", yes.length).entries()) run.vote(name, yes[index] === true)
  run.deliverAll()
  return run
}

interface Figures {
  readonly sent: number
  readonly rounds: number
  readonly forced: number
  readonly untilReply: { readonly rounds: number; readonly forced: number }
}

const figures = ({ rounds, total: { forced, sent }, untilReply }: HandDriven) => ({ sent, rounds, forced, untilReply })

/** One that votes no, and others that vote yes. */
const oneNo = (n: number) => Array.from({ length: n }, (_, index) => index > 0)

/** What each protocol costs: as its page says it, and as a function of the participants, and of `F` where it has one. */
const protocols: ReadonlyArray<{
  readonly protocol: string
  readonly definition: (n: number, F: number) => ConstructorParameters<typeof HandDriven>[0]
  readonly says: ReadonlyArray<string>
  readonly commit: (n: number, F: number) => Figures
  /** Where one votes no, before all others. */
  readonly abort: (n: number, F: number) => Partial<Figures>
  readonly F: ReadonlyArray<number>
}> = [
  {
    protocol: "two-phase-commit",
    definition: (participants) =>
      twoPhaseCommit({ participants, maxDecisionRequests: Infinity, network: unordered() }).definition,
    says: [
      "`3n` messages in 3 rounds",
      "told after 2 rounds and `n + 1` forced writes",
      "`n` more",
      "An abort takes as many messages, and forces what each participant has voted and decided",
    ],
    commit: (n) => ({ sent: 3 * n, rounds: 3, forced: 2 * n + 1, untilReply: { rounds: 2, forced: n + 1 } }),
    // Who votes no has decided in the same write.
    abort: (n) => ({ sent: 3 * n, rounds: 3, forced: 2 * (n - 1) + 1 }),
    F: [0],
  },
  {
    protocol: "three-phase-commit",
    definition: (participants) => threePhaseCommit({ participants, network: unordered() }).definition,
    says: [
      "`5n` messages in 5 rounds",
      "told after 4 rounds and `n + 1` forced writes",
      "`n` more",
      "An abort takes `3n` messages in 3 rounds",
    ],
    commit: (n) => ({ sent: 5 * n, rounds: 5, forced: 2 * n + 1, untilReply: { rounds: 4, forced: n + 1 } }),
    abort: (n) => ({ sent: 3 * n, rounds: 3 }),
    F: [0],
  },
  {
    protocol: "paxos-commit",
    definition: (participants, F) =>
      paxosCommit({
        participants,
        F,
        ballots: Infinity,
        maxDecisionRequests: Infinity,
        network: unordered(),
      }).definition,
    says: [
      "`n(2F + 3) + 2F + 1` messages in 4 rounds",
      "one more to each other leader",
      "told after 3 rounds and `n + 2F + 1` forced writes",
      "`n` more",
      "An abort takes as many messages and rounds",
    ],
    commit: (n, F) => ({
      sent: n * (2 * F + 3) + 2 * F + 1 + F,
      rounds: 4,
      forced: 2 * n + 2 * F + 1,
      untilReply: { rounds: 3, forced: n + 2 * F + 1 },
    }),
    abort: (n, F) => ({ sent: n * (2 * F + 3) + 2 * F + 1 + F, rounds: 4 }),
    F: [0, 1, 2],
  },
]

describe.each(protocols)("$protocol costs what its page says", ({ F, abort, commit, definition, protocol, says }) => {
  const cases = F.flatMap((one) => [1, 2, 3, 5].map((n) => [n, one] as const))

  it("and its page says so", () => {
    for (const figure of says) expect(said(protocol)).toContain(figure)
  })

  it.each(cases)("for a commit of %i participants, F = %i", (n, F) => {
    const run = voted(definition(n, F), Array(n).fill(true))
    expect(new Set(run.replies)).toEqual(new Set(["committed"]))
    expect(figures(run)).toEqual(commit(n, F))
  })

  it.each(cases)("for an abort of %i participants, F = %i", (n, F) => {
    const run = voted(definition(n, F), oneNo(n))
    expect(new Set(run.replies)).toEqual(new Set(["aborted"]))
    expect(figures(run)).toMatchObject(abort(n, F))
  })
})

describe("paxos-commit", () => {
  it.each([[2, 0], [3, 1], [4, 2]])("costs 2F + 1 messages more for each further no: n = %i, F = %i", (n, F) => {
    expect(said("paxos-commit")).toContain("`2F + 1` messages more for each further *no*")
    const paxos = protocols.find(({ protocol }) => protocol === "paxos-commit")
    const sent = range(1, n).map((noes) =>
      voted(paxos!.definition(n, F), range(1, n).map((index) => index > noes)).sent
    )
    expect(sent).toEqual(range(0, n - 1).map((more) => n * (2 * F + 3) + (2 * F + 1) * (1 + more) + F))
  })
})
