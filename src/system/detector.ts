/**
 * Failure detectors: what a process may find out of others that have crashed. After Chandra and Toueg, *Unreliable Failure Detectors
 * for Reliable Distributed Systems* (JACM 43(2), 1996), and Schlichting and Schneider, *Fail-Stop Processors* (ACM TOCS 1(3), 1983).
 *
 * A process that waits for another one sets a timer that has the other's name. When such a timer fires, the detector suspects the
 * other. Without a detector it fires whenever it likes, as any other timer does.
 *
 * | detector | a timer that is named after a process fires |
 * |---|---|
 * | `failStop` | only if that process is down, and nothing that it has sent is still on its way to who waits |
 * | `perfect` (*P*) | only if that process is down |
 * | `eventuallyPerfect` (◇*P*) | if that process is down, and so many times, in all, if it is not |
 * | `unreliable` | whenever it likes |
 *
 * *Down* is who has crashed and has not come back: `down`, `wiped` or `stopped`. Who is paused is not down, so to suspect it is
 * wrong. Nobody is suspected before it is waited for, and nobody has to be: a timer may always fire later.
 *
 * **Who has come back.** Whoever is down for a moment only may never be suspected. Protocols in which a process that has failed takes
 * no part any more, even if it comes back, want a detector of what *has failed*, and not of what is down: `recovered: "suspected"`.
 * It knows by the budgets, so each process must have one of its own. What a process had sent before it came back may still arrive.
 *
 * **Cuts.** A detector consists of messages and time-outs, so whoever cannot be heard looks as if it were down: where a network is
 * cut between the two, or the link from the one to the other is, any of them may suspect. The detectors of the papers take it for
 * granted that messages arrive.
 *
 * @module
 */
import { withKnownKeys } from "../model/definition.ts"
import { InvalidDefinition, UnknownProcess } from "../model/errors.ts"
import { show } from "../model/show.ts"
import { budget } from "./budget.ts"
import type { PlannedFault } from "./fault.ts"
import type { AnyNetwork } from "./network.ts"
import type { AnyProcess } from "./process.ts"

/** The kinds of detectors. */
const DETECTORS = ["failStop", "perfect", "eventuallyPerfect", "unreliable"] as const
const RECOVERED: ReadonlySet<unknown> = new Set(["trusted", "suspected"])
/** A kind of detector. */
export type DetectorKind = (typeof DETECTORS)[number]

/** A failure detector. */
export interface Detector {
  readonly kind: DetectorKind
  /** How often it suspects somebody who is up, in all; only of `eventuallyPerfect`, where it must be given. */
  readonly wrongSuspicions?: number
  /** Whom it watches: all processes unless given. Timers that are named after others are timers like any other. */
  readonly of?: ReadonlyArray<string>
  /** Whether it suspects who has crashed and has come back, forever; `trusted` unless given. */
  readonly recovered?: "trusted" | "suspected"
}

/**
 * A detector, in full.
 *
 * @param processes - all processes, by name.
 * @param faults - what may befall them.
 * @param hasClock - whether time passes in the system.
 * @throws {@link UnknownProcess} when it watches a process that does not exist; InvalidBudget; and {@link InvalidDefinition} when
 *   nobody waits for a process that it watches, and where such a detector cannot be.
 */
export const detector = (
  given: DetectorKind | Detector,
  processes: ReadonlyMap<string, AnyProcess>,
  network: AnyNetwork,
  faults: ReadonlyArray<PlannedFault>,
  hasClock: boolean,
): Required<Detector> => {
  const refuse = (reason: string) => new InvalidDefinition({ reason })
  const whole: Detector = typeof given === "string" ? { kind: given } : given
  const { kind, of, recovered = "trusted", wrongSuspicions } = withKnownKeys("a detector", whole, [
    "kind",
    "wrongSuspicions",
    "of",
    "recovered",
  ])
  if (!DETECTORS.includes(kind)) {
    throw refuse(`there is no detector ${show(kind)}; there are: ${DETECTORS.join(", ")}`)
  }
  if (hasClock) {
    throw refuse(
      "a system with a clock has no detector: there a timer fires when it is due; let processes send heartbeats",
    )
  }
  if ((kind === "eventuallyPerfect") !== (wrongSuspicions !== undefined)) {
    throw refuse(
      kind === "eventuallyPerfect"
        ? "an eventually perfect detector is wrong some times, and then no more: say how many wrongSuspicions"
        : `a detector that is ${kind} has no wrongSuspicions; let it be eventuallyPerfect, or leave them out`,
    )
  }
  // Without a bound it would be an unreliable one.
  budget("wrong suspicions", wrongSuspicions === undefined ? 0 : Number(wrongSuspicions))
  if (kind === "failStop" && network.order === "unordered" && network.duplication === "unbounded") {
    throw refuse(
      "where duplication has no bound, what was sent is on its way forever, and no failStop detector suspects",
    )
  }
  if (!RECOVERED.has(recovered)) {
    throw refuse(`who has recovered is trusted or suspected by a detector, and not ${show(recovered)}`)
  }
  if (recovered === "suspected") {
    const returning = faults.filter((fault) => ["crashRecovery", "replacement"].includes(fault.kind))
    if (kind === "unreliable" || returning.length === 0) {
      throw refuse(
        kind === "unreliable"
          ? "an unreliable detector suspects everybody, so it need not be told to suspect who has recovered"
          : "nobody recovers in this system, so the detector need not suspect who has: leave `recovered` out",
      )
    }
    const uncounted = returning.find(({ each }) => each === "unbounded")
    if (uncounted !== undefined) {
      throw refuse(
        `to suspect who has recovered, a detector needs a count for each process: give ${uncounted.kind} a number for \`each\``,
      )
    }
  }
  const names = [...processes.keys()]
  const nobody = of?.find((name) => !processes.has(name))
  if (nobody !== undefined) {
    throw new UnknownProcess({ from: "the detector", to: nobody, sent: undefined, known: names })
  }
  const isAwaited = (name: string) =>
    names.some((other) => other !== name && Object.hasOwn((processes.get(other) as AnyProcess).timers, name))
  const idle = of === undefined
    ? names.some(isAwaited) ? undefined : names[0]
    : of.find((name) => !isAwaited(name))
  if (idle !== undefined) {
    throw refuse(`the detector watches ${idle}, for whom nobody waits: no other process has a timer of that name`)
  }
  return { kind, wrongSuspicions: wrongSuspicions ?? 0, of: of ?? names.filter(isAwaited), recovered }
}
