/**
 * The standard suite: all suites, in the order in which they are run.
 *
 * @module
 */
import type { Suite } from "../suite.ts"
import { consensusSuite } from "./consensus.ts"
import { incrementLockSuite } from "./increment-lock.ts"
import { incrementSuite } from "./increment.ts"
import { multiPaxosSuite } from "./multi-paxos.ts"
import { paxosCommitProcessesSuite } from "./paxos-commit-processes.ts"
import { paxosCommitSuite } from "./paxos-commit.ts"
import { paxosRegisterSuite } from "./paxos-register.ts"
import { paxosSuite } from "./paxos.ts"
import { petersonSuite } from "./peterson.ts"
import { singleDecreePaxosSuite } from "./single-decree-paxos.ts"
import { threePhaseCommitSuite } from "./three-phase-commit.ts"
import { transactionCommitSuite } from "./transaction-commit.ts"
import { twoPhaseBackupSuite } from "./two-phase-backup.ts"
import { twoPhaseCommitSuite } from "./two-phase-commit.ts"
import { twoPhaseSuite } from "./two-phase.ts"
import { votingSuite } from "./voting.ts"

/** All suites. */
export const suites: ReadonlyArray<Suite> = [
  transactionCommitSuite,
  twoPhaseSuite,
  paxosCommitSuite,
  twoPhaseBackupSuite,
  consensusSuite,
  votingSuite,
  paxosSuite,
  petersonSuite,
  incrementSuite,
  incrementLockSuite,
  paxosRegisterSuite,
  twoPhaseCommitSuite,
  threePhaseCommitSuite,
  paxosCommitProcessesSuite,
  singleDecreePaxosSuite,
  multiPaxosSuite,
]
