/**
 * The models that are measured, and what is hoped for them.
 *
 * @module
 */
import { paxosRegister } from "../spec/stateright/index.ts"
import { Paxos, PaxosCommit, TwoPhase } from "../spec/tla/index.ts"
import type { Model } from "../src/index.ts"

/** Which properties are checked: all but the refinements, or all. */
export type Checked = "invariants" | "all"

/** A model to measure. */
export interface Measured {
  readonly name: string
  readonly model: () => Model<any>
  /** How often it is measured; the median counts. */
  readonly runs: number
  /** Whether the naive twin can be waited for. */
  readonly twin: boolean
  /** What is hoped for, with the invariants alone. */
  readonly target: string
}

/** The models, in the order of the table. */
export const measured: ReadonlyArray<Measured> = [
  {
    name: "TwoPhase, 7 RMs",
    model: () => TwoPhase({ rms: 7 }),
    runs: 3,
    twin: true,
    target: "50 × the twin",
  },
  {
    name: "TwoPhase, 9 RMs",
    model: () => TwoPhase({ rms: 9 }),
    runs: 3,
    twin: false,
    target: "12 M generated/s, 64 bytes/state, < 1,000 calls",
  },
  {
    name: "PaxosCommit, 2 RMs",
    model: () => PaxosCommit({ rms: 2, acceptors: 3, ballots: 2 }),
    runs: 3,
    twin: false,
    target: "3 s",
  },
  {
    name: "Paxos, ballots 0..2",
    model: () => Paxos({ acceptors: 3, values: 2, ballots: 3 }),
    runs: 5,
    twin: false,
    target: "0.3 s",
  },
  {
    name: "Paxos register, 3 clients",
    model: () => paxosRegister({ clients: 3 }),
    runs: 3,
    twin: false,
    target: "5 s",
  },
]

/** A model with the properties that are checked. */
export const withProperties = (model: Model<any>, checked: Checked): Model<any> => ({
  ...model,
  properties: Object.fromEntries(
    Object.entries(model.properties).filter(([, { kind }]) => checked === "all" || kind !== "refines"),
  ),
})
