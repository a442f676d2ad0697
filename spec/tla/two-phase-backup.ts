/**
 * # Two-phase commit with a backup transaction manager
 *
 * What happens if a second transaction manager is simply added. After the public specification `2PCwithBTM` (Demirbas,
 * 2017), which is written in PlusCal; the labels are kept.
 *
 * There are no messages: everybody sees `tmState` and the states of the resource managers. The transaction manager (TM)
 * may, after it has decided, fail and take its decision with it (`hidden`); then the backup (BTM) decides, by looking at
 * what the resource managers (RMs) have done. One RM may fail. With *commit* when somebody has committed, and *abort* only
 * when nobody has, the backup agrees with what it cannot see.
 *
 * @module
 */
import { Schema } from "effect"
import { type Model, names, record, type RecordOf, variables } from "../../src/index.ts"

/** The states of a resource manager. */
export const BackupRmState = Schema.Literals(["working", "prepared", "committed", "aborted", "failed"])
/** What the RMs see of the decision. */
export const BackupTmState = Schema.Literals(["init", "commit", "abort", "hidden"])

/** The variables of {@link TwoPCwithBTM}. */
export type TwoPCwithBTM = {
  readonly rmState: RecordOf<`rm${number}`, typeof BackupRmState>
  readonly tmState: typeof BackupTmState
  readonly rmPc: RecordOf<`rm${number}`, Schema.Literals<readonly ["RS", "Done"]>>
  readonly tmPc: Schema.Literals<readonly ["TS", "TC", "F1", "TA", "F2", "Done"]>
  readonly btmPc: Schema.Literals<readonly ["BTS", "BTC", "BTA", "Done"]>
}

/** The constants of {@link TwoPCwithBTM}. */
export interface TwoPCwithBTMConstants {
  readonly rms: number
  /** Whether (one) RM may fail. */
  readonly rmMayFail: boolean
  /** Whether the TM may fail after it has decided. */
  readonly tmMayFail: boolean
}

/**
 * Two-phase commit with a backup transaction manager.
 *
 * | action | formula |
 * |---|---|
 * | `rmPrepare(rm)` | `active(rm) ∧ rmState[rm] = working ∧ rmState′[rm] = prepared` |
 * | `rmCommit(rm)` | `active(rm) ∧ tmState = commit ∧ rmState′[rm] = committed` |
 * | `rmAbort(rm, because)` | `active(rm) ∧ (rmState[rm] = working ∨ tmState = abort) ∧ rmState′[rm] = aborted` |
 * | `rmFail(rm)` | `active(rm) ∧ rmState′[rm] = (may fail ∧ nobody has ? failed : rmState[rm])` |
 * | `rmDone(rm)` | `rmPc[rm] = RS ∧ rmState[rm] ∉ {working, prepared} ∧ rmPc′[rm] = Done` |
 * | `tmDecideCommit`, `tmDecideAbort` | `tmPc = TS ∧ canCommit ∧ tmPc′ = TC`; `tmPc = TS ∧ canAbort ∧ tmPc′ = TA` |
 * | `tmCommit`, `tmAbort` | `tmPc = TC ∧ tmState′ = commit ∧ tmPc′ = F1`; `tmPc = TA ∧ tmState′ = abort ∧ tmPc′ = F2` |
 * | `tmFail` | `tmPc ∈ {F1, F2} ∧ tmState′ = (may fail ? hidden : tmState) ∧ tmPc′ = Done` |
 * | `btmDecideCommit`, `btmDecideAbort` | `btmPc = BTS ∧ tmState = hidden ∧ canCommit …`; `… canAbort …` |
 * | `btmCommit`, `btmAbort` | `btmPc = BTC ∧ tmState′ = commit ∧ btmPc′ = Done`; `btmPc = BTA ∧ tmState′ = abort ∧ …` |
 * | `terminating` | everybody is Done; nothing changes |
 *
 * where `active(rm) ≜ rmPc[rm] = RS ∧ rmState[rm] ∈ {working, prepared}`,
 * `canCommit ≜ ∀ r : (rmState[r] = prepared ∨ ∃ q : rmState[q] = committed)` and
 * `canAbort ≜ (∃ r : rmState[r] ∈ {aborted, failed}) ∧ ¬∃ r : rmState[r] = committed`. Disjuncts and witnesses are
 * parameters.
 *
 * | property | formula |
 * |---|---|
 * | `consistent` | `∀ rm1, rm2 ∈ RM : ¬(rmState[rm1] = aborted ∧ rmState[rm2] = committed)` |
 * | `mayCommit` | some behaviour leads to `∀ rm : rmState[rm] = committed` |
 *
 * @example
 * ```ts
 * import { TwoPCwithBTM } from "touchstone/spec/tla"
 *
 * TwoPCwithBTM({ rms: 3, rmMayFail: true, tmMayFail: true }).name // => "2PCwithBTM"
 * ```
 */
export const TwoPCwithBTM = ({ rmMayFail, rms, tmMayFail }: TwoPCwithBTMConstants): Model<TwoPCwithBTM> => {
  const RM = names("rm", rms)
  const { action, always, model, reachable } = variables({
    rmState: record(RM, BackupRmState),
    tmState: BackupTmState,
    rmPc: record(RM, Schema.Literals(["RS", "Done"])),
    tmPc: Schema.Literals(["TS", "TC", "F1", "TA", "F2", "Done"]),
    btmPc: Schema.Literals(["BTS", "BTC", "BTA", "Done"]),
  })

  type RmStates = { readonly [rm in `rm${number}`]: typeof BackupRmState.Type }
  /** For each RM, why it does not prevent a commit: it is prepared itself, or a certain RM has committed. */
  const commitWitnesses = RM.reduce<ReadonlyArray<ReadonlyArray<"prepared" | `rm${number}`>>>(
    (partial) => partial.flatMap((reasons) => (["prepared", ...RM] as const).map((reason) => [...reasons, reason])),
    [[]],
  )
  const canCommit = (rmState: RmStates, witness: (typeof commitWitnesses)[number]) =>
    witness.every((reason, index) =>
      reason === "prepared" ? rmState[RM[index] as `rm${number}`] === "prepared" : rmState[reason] === "committed"
    )
  const canAbort = (rmState: RmStates, witness: `rm${number}`) =>
    (rmState[witness] === "aborted" || rmState[witness] === "failed") &&
    RM.every((rm) => rmState[rm] !== "committed")
  const active = (
    s: { readonly rmState: RmStates; readonly rmPc: { readonly [rm in `rm${number}`]: string } },
    rm: `rm${number}`,
  ) => s.rmPc[rm] === "RS" && (s.rmState[rm] === "working" || s.rmState[rm] === "prepared")

  return model({
    name: "2PCwithBTM",
    initial: { rmState: () => "working", tmState: "init", rmPc: () => "RS", tmPc: "TS", btmPc: "BTS" },
    actions: {
      rmPrepare: action(
        { rm: RM },
        (s, { rm }) => active(s, rm) && s.rmState[rm] === "working" && { rmState: { [rm]: "prepared" } },
      ),
      rmCommit: action(
        { rm: RM },
        (s, { rm }) => active(s, rm) && s.tmState === "commit" && { rmState: { [rm]: "committed" } },
      ),
      rmAbort: action(
        { rm: RM, because: ["working", "told"] },
        (s, { because, rm }) =>
          active(s, rm) && (because === "working" ? s.rmState[rm] === "working" : s.tmState === "abort") && {
            rmState: { [rm]: "aborted" },
          },
      ),
      rmFail: action(
        { rm: RM },
        (s, { rm }) =>
          active(s, rm) && (rmMayFail && RM.every((r) => s.rmState[r] !== "failed")
            ? { rmState: { [rm]: "failed" } }
            : {}),
      ),
      rmDone: action(
        { rm: RM },
        (s, { rm }) =>
          s.rmPc[rm] === "RS" && s.rmState[rm] !== "working" && s.rmState[rm] !== "prepared" && {
            rmPc: { [rm]: "Done" },
          },
      ),

      tmDecideCommit: action(
        { witness: commitWitnesses },
        (s, { witness }) => s.tmPc === "TS" && canCommit(s.rmState, witness) && { tmPc: "TC" },
      ),
      tmDecideAbort: action(
        { witness: RM },
        (s, { witness }) => s.tmPc === "TS" && canAbort(s.rmState, witness) && { tmPc: "TA" },
      ),
      tmCommit: action((s) => s.tmPc === "TC" && { tmState: "commit", tmPc: "F1" }),
      tmAbort: action((s) => s.tmPc === "TA" && { tmState: "abort", tmPc: "F2" }),
      tmFail: action((s) =>
        (s.tmPc === "F1" || s.tmPc === "F2") && (tmMayFail ? { tmState: "hidden", tmPc: "Done" } : { tmPc: "Done" })
      ),

      btmDecideCommit: action(
        { witness: commitWitnesses },
        (s, { witness }) =>
          s.btmPc === "BTS" && s.tmState === "hidden" && canCommit(s.rmState, witness) && { btmPc: "BTC" },
      ),
      btmDecideAbort: action(
        { witness: RM },
        (s, { witness }) =>
          s.btmPc === "BTS" && s.tmState === "hidden" && canAbort(s.rmState, witness) && { btmPc: "BTA" },
      ),
      btmCommit: action((s) => s.btmPc === "BTC" && { tmState: "commit", btmPc: "Done" }),
      btmAbort: action((s) => s.btmPc === "BTA" && { tmState: "abort", btmPc: "Done" }),

      /** So that the end does not count as a deadlock. */
      terminating: action((s) =>
        s.tmPc === "Done" && s.btmPc === "Done" && RM.every((rm) => s.rmPc[rm] === "Done") && {}
      ),
    },
    properties: {
      consistent: always(
        { rm1: RM, rm2: RM },
        (s, { rm1, rm2 }) => !(s.rmState[rm1] === "aborted" && s.rmState[rm2] === "committed"),
      ),
      mayCommit: reachable((s) => RM.every((rm) => s.rmState[rm] === "committed")),
    },
  })
}
