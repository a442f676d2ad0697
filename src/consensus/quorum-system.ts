/**
 * # Quorum systems
 *
 * Which acceptors are enough. A quorum of phase 1 lets a leader begin, a quorum of phase 2 chooses a value. All that
 * safety needs is that *each quorum of phase 1 shares a member with each quorum of phase 2*: that member tells a later
 * leader what an earlier one may have chosen. Two quorums of phase 2 need not intersect, nor two of phase 1 (Howard,
 * Malkhi and Spiegelman, *Flexible Paxos: quorum intersection revisited*, 2016).
 *
 * How many of *n* acceptors may be down, computed by {@link resilience}, is two questions. *Any* so many is what one may promise:
 * whoever they are, quorums are left. *Some* so many is luck: quorums are left if it is the right ones. One number is both.
 *
 * | system | phase 1 | phase 2 | while the leader stays | when it changes |
 * |---|---|---|---|---|
 * | {@link majority} | more than half | more than half | ⌈*n* / 2⌉ − 1 | ⌈*n* / 2⌉ − 1 |
 * | {@link unanimous} | all | all | 0 | 0 |
 * | {@link flexible} | any *p* | any *q*, with *p* + *q* > *n* | *n* − *q* | *n* − max(*p*, *q*) |
 * | {@link grid}, *r* rows and *c* columns | a row | a column | any *c* − 1, some *r* (*c* − 1) | any min(*r*, *c*) − 1, some (*r* − 1) (*c* − 1) |
 *
 * In a grid of 2 rows and 3 columns these are any 2 or some 4 while the leader stays, and any 1 or some 2 when it changes.
 *
 * @module
 */
import { Data } from "effect"
import { range, subsets } from "../model/domain.ts"
import { InvalidDefinition } from "../model/errors.ts"

/** Acceptors that are enough together. */
export type Quorum = ReadonlyArray<string>

/** The quorums of both phases. Made by {@link quorumSystem}, or by one of the functions for the usual ones. */
export interface QuorumSystem {
  readonly members: ReadonlyArray<string>
  readonly phase1: ReadonlyArray<Quorum>
  readonly phase2: ReadonlyArray<Quorum>
}

/** A quorum of phase 1 and a quorum of phase 2 have no member in common. */
export class QuorumsDoNotIntersect extends Data.TaggedError("QuorumsDoNotIntersect")<{
  readonly phase1: Quorum
  readonly phase2: Quorum
}> {
  override get message(): string {
    return `the quorum {${this.phase1.join(", ")}} of phase 1 and the quorum {${
      this.phase2.join(", ")
    }} of phase 2 have no member in common, so two values may be chosen; say mayBeDisjoint if that is what you want`
  }
}

/**
 * A quorum system, given by its quorums. None of them need hold superfluous members: whoever contains a quorum is enough.
 *
 * @param definition - the `members`; the quorums of `phase1`, and of `phase2` (as in phase 1 unless given); `mayBeDisjoint`
 *   permits quorums that do not intersect. Nothing is safe then; it shows why they must.
 * @throws {@link QuorumsDoNotIntersect}
 * @throws InvalidDefinition when a phase has no quorum, or a quorum has somebody who is not a member.
 *
 * @example
 * ```ts
 * import { quorumSystem } from "touchstone/consensus"
 *
 * const leaderless = quorumSystem({
 *   members: ["a1", "a2", "a3"],
 *   phase1: [["a1", "a2"], ["a1", "a3"]],
 *   phase2: [["a1"]],
 * })
 * leaderless.phase2 // => [["a1"]]
 * ```
 */
export const quorumSystem = ({ mayBeDisjoint = false, members, phase1, phase2 = phase1 }: {
  readonly members: ReadonlyArray<string>
  readonly phase1: ReadonlyArray<Quorum>
  readonly phase2?: ReadonlyArray<Quorum>
  readonly mayBeDisjoint?: boolean
}): QuorumSystem => {
  if (phase1.length === 0 || phase2.length === 0) {
    throw new InvalidDefinition({ reason: "a quorum system without a quorum in each phase decides nothing" })
  }
  const stranger = [...phase1, ...phase2].flat().find((name) => !members.includes(name))
  if (stranger !== undefined) {
    throw new InvalidDefinition({ reason: `a quorum has ${stranger}, who is not among ${members.join(", ")}` })
  }
  for (const one of mayBeDisjoint ? [] : phase1) {
    const other = phase2.find((quorum) => !quorum.some((name) => one.includes(name)))
    if (other !== undefined) throw new QuorumsDoNotIntersect({ phase1: one, phase2: other })
  }
  return { members, phase1, phase2 }
}

/**
 * Any `phase1` acceptors for phase 1, any `phase2` for phase 2. A small second phase makes the usual case fast, for which
 * the change of a leader needs more.
 *
 * @throws {@link QuorumsDoNotIntersect} when `phase1` and `phase2` are not more than all acceptors together.
 *
 * @example
 * ```ts
 * import { flexible } from "touchstone/consensus"
 *
 * flexible(["a1", "a2", "a3"], { phase1: 3, phase2: 1 }).phase2 // => [["a1"], ["a2"], ["a3"]]
 * ```
 */
export const flexible = (
  members: ReadonlyArray<string>,
  { phase1, phase2 }: { readonly phase1: number; readonly phase2: number },
): QuorumSystem => quorumSystem({ members, phase1: subsets(members, phase1), phase2: subsets(members, phase2) })

/**
 * More than half of the acceptors, in both phases.
 *
 * @example
 * ```ts
 * import { majority } from "touchstone/consensus"
 *
 * majority(["a1", "a2", "a3"]).phase1 // => [["a1", "a2"], ["a1", "a3"], ["a2", "a3"]]
 * ```
 */
export const majority = (members: ReadonlyArray<string>): QuorumSystem => {
  const size = Math.floor(members.length / 2) + 1
  return flexible(members, { phase1: size, phase2: size })
}

/**
 * All acceptors, in both phases. Safe, but nothing is decided while one of them is down.
 *
 * @example
 * ```ts
 * import { unanimous } from "touchstone/consensus"
 *
 * unanimous(["a1", "a2", "a3"]).phase2 // => [["a1", "a2", "a3"]]
 * ```
 */
export const unanimous = (members: ReadonlyArray<string>): QuorumSystem => quorumSystem({ members, phase1: [members] })

/**
 * Acceptors in a grid: a row for phase 1, a column for phase 2. Of *n* acceptors some √*n* are enough in each phase.
 *
 * @param rows - the acceptors row by row, all rows equally long.
 * @throws {@link QuorumsDoNotIntersect} when a row is too short to meet every column.
 *
 * @example
 * ```ts
 * import { grid } from "touchstone/consensus"
 *
 * grid([["a1", "a2"], ["a3", "a4"]]).phase2 // => [["a1", "a3"], ["a2", "a4"]]
 * ```
 */
export const grid = (rows: ReadonlyArray<ReadonlyArray<string>>): QuorumSystem => {
  const width = Math.max(0, ...rows.map((row) => row.length))
  const columns = Array.from({ length: width }, (_, column) => rows.flatMap((row) => row.slice(column, column + 1)))
  return quorumSystem({ members: rows.flat(), phase1: rows, phase2: columns })
}

/**
 * Whether these acceptors contain a quorum.
 *
 * @param quorums - the quorums of one phase.
 *
 * @example
 * ```ts
 * import { hasQuorum, majority } from "touchstone/consensus"
 *
 * hasQuorum(majority(["a1", "a2", "a3"]).phase1, ["a3", "a1"]) // => true
 * ```
 */
export const hasQuorum = (quorums: ReadonlyArray<Quorum>, acceptors: ReadonlyArray<string>): boolean =>
  quorums.some((quorum) => quorum.every((name) => acceptors.includes(name)))

/** How many members may be down at once: `any` so many, whoever they are; and `some` so many, if it is the right ones. */
export interface Survivable {
  readonly any: number
  readonly some: number
}

/**
 * How many members may be down so that a value can still be chosen: while the leader `stays`, for which a quorum of phase 2 must be
 * left, and when it `changes`, for which one of each phase must. It looks at all sets of members, so it is for few of them.
 *
 * @example
 * ```ts
 * import { grid, resilience } from "touchstone/consensus"
 *
 * const { changes, stays } = resilience(grid([["a1", "a2", "a3"], ["a4", "a5", "a6"]]))
 * stays // => { any: 2, some: 4 }
 * changes // => { any: 1, some: 2 }
 * ```
 */
export const resilience = (
  { members, phase1, phase2 }: QuorumSystem,
): { readonly stays: Survivable; readonly changes: Survivable } => {
  const survivable = (...phases: ReadonlyArray<ReadonlyArray<Quorum>>): Survivable => {
    const isSurvived = (down: Quorum): boolean => {
      const up = members.filter((name) => !down.includes(name))
      return phases.every((quorums) => hasQuorum(quorums, up))
    }
    const counts = range(0, members.length)
    return {
      any: Math.max(...counts.filter((count) => subsets(members, count).every(isSurvived))),
      some: Math.max(...counts.filter((count) => subsets(members, count).some(isSurvived))),
    }
  }
  return { stays: survivable(phase2), changes: survivable(phase1, phase2) }
}
