/**
 * The standard suite: all suites, in the order in which they are run.
 *
 * @module
 */
import type { Suite } from "../suite.ts"
import { consistentHashingSuite } from "./balance/consistent-hashing.ts"
import { failingFastSuite } from "./balance/failing-fast.ts"
import { healthCheckSuite } from "./balance/health-check.ts"
import { herdSuite } from "./balance/herd.ts"
import { jumpHashSuite } from "./balance/jump-hash.ts"
import { leastConnectionsSuite } from "./balance/least-connections.ts"
import { maglevSuite } from "./balance/maglev.ts"
import { powerOfTwoChoicesSuite } from "./balance/power-of-two-choices.ts"
import { rendezvousSuite } from "./balance/rendezvous.ts"
import { retryingSuite } from "./balance/retrying.ts"
import { roundRobinSuite } from "./balance/round-robin.ts"
import { smoothWeightedRoundRobinSuite } from "./balance/smooth-weighted-round-robin.ts"
import { uniformRandomSuite } from "./balance/uniform-random.ts"
import { weightedRandomSuite } from "./balance/weighted-random.ts"
import { paxosCommitProcessesSuite } from "./commit/paxos-commit.ts"
import { presumedAbortSuite } from "./commit/presumed-abort.ts"
import { threePhaseCommitSuite } from "./commit/three-phase-commit.ts"
import { twoPhaseCommitSuite } from "./commit/two-phase-commit.ts"
import { multiPaxosSuite } from "./consensus/multi-paxos.ts"
import { singleDecreePaxosSuite } from "./consensus/single-decree-paxos.ts"
import { databaseLockSuite } from "./lock/database-lock.ts"
import { fencedLeaseSuite } from "./lock/fenced-lease.ts"
import { leaderElectionSuite } from "./lock/leader-election.ts"
import { maekawaSuite } from "./lock/maekawa.ts"
import { optimisticLockSuite } from "./lock/optimistic-lock.ts"
import { pessimisticLockSuite } from "./lock/pessimistic-lock.ts"
import { pooledLockSuite } from "./lock/pooled-lock.ts"
import { queueLockSuite } from "./lock/queue-lock.ts"
import { readerWriterLockSuite } from "./lock/reader-writer-lock.ts"
import { redlockSuite } from "./lock/redlock.ts"
import { replicatedLockSuite } from "./lock/replicated-lock.ts"
import { ricartAgrawalaSuite } from "./lock/ricart-agrawala.ts"
import { semaphoreSuite } from "./lock/semaphore.ts"
import { incrementLockSuite } from "./stateright/increment-lock.ts"
import { incrementSuite } from "./stateright/increment.ts"
import { paxosRegisterSuite } from "./stateright/paxos-register.ts"
import { consensusSuite } from "./tla/consensus.ts"
import { paxosCommitSuite } from "./tla/paxos-commit.ts"
import { paxosSuite } from "./tla/paxos.ts"
import { petersonSuite } from "./tla/peterson.ts"
import { transactionCommitSuite } from "./tla/transaction-commit.ts"
import { twoPhaseBackupSuite } from "./tla/two-phase-backup.ts"
import { twoPhaseSuite } from "./tla/two-phase.ts"
import { votingSuite } from "./tla/voting.ts"
import { tutorialLockSuite } from "./tutorials/redis-lock.ts"
import { tutorialRoundRobinSuite } from "./tutorials/round-robin.ts"

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
  presumedAbortSuite,
  threePhaseCommitSuite,
  paxosCommitProcessesSuite,
  singleDecreePaxosSuite,
  multiPaxosSuite,
  tutorialLockSuite,
  tutorialRoundRobinSuite,
  roundRobinSuite,
  smoothWeightedRoundRobinSuite,
  optimisticLockSuite,
  ricartAgrawalaSuite,
  pessimisticLockSuite,
  uniformRandomSuite,
  weightedRandomSuite,
  leastConnectionsSuite,
  powerOfTwoChoicesSuite,
  maekawaSuite,
  queueLockSuite,
  databaseLockSuite,
  pooledLockSuite,
  fencedLeaseSuite,
  redlockSuite,
  replicatedLockSuite,
  leaderElectionSuite,
  consistentHashingSuite,
  maglevSuite,
  rendezvousSuite,
  jumpHashSuite,
  healthCheckSuite,
  semaphoreSuite,
  readerWriterLockSuite,
  failingFastSuite,
  herdSuite,
  retryingSuite,
]
