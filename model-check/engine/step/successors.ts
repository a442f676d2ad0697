/**
 * Successors: the steps that lead out of the states that are being expanded, listed in a batch.
 *
 * @module
 */
import { gather } from "../ask/gather.ts"
import type { Questions } from "../ask/question.ts"
import { type Frontier, HEADER } from "../explore/frontier.ts"
import type { Batch } from "../explore/visited-set.ts"
import type { Layout } from "../state/layout.ts"
import { CHANGING, type Cluster, ENABLED, FIRST, LISTED, TransitionTable } from "./transition-table.ts"
import { DISABLED, type Instance, type Transitions } from "./transitions.ts"

/** Successors are looked up when so many have been listed. */
export const BATCH = 2_048
/** Clusters are built when the trees have kept their shape for a quarter of the states expanded, within these bounds. */
const STABLE_LEAST = 64
const STABLE_MOST = 4_096
/** The fingerprints listed last are kept in a direct-mapped table of so many: most duplicates are recognised there. */
const RECENT = 1 << 17

/** Which successors are listed. */
export interface Listing {
  /** Whether every successor must reach the visited set, also those that were listed a short while ago. */
  readonly everything: boolean
  /** Whether every step is looked at: then successors listed a short while ago are dropped after that. */
  readonly steps: boolean
}

/** How far the listing of a record had come when a question was asked, which may have paused it. */
interface Listed {
  /** Of the clusters, the loose instances and those behind open gates: how many have been listed. */
  readonly clusters: number
  readonly loose: number
  readonly gated: number
  /** How many gates are open, if they have been scanned. */
  readonly open: number | undefined
  readonly count: number
  readonly enabled: number
  readonly changing: number
}

/** The batch of successors. All of one state lie together. */
export class Successors implements Batch {
  count = 0
  /** Of the state that was listed last: how many steps change something. */
  changing = 0
  lo: Int32Array<ArrayBuffer> = new Int32Array(0)
  hi: Int32Array<ArrayBuffer> = new Int32Array(0)
  found: Int32Array<ArrayBuffer> = new Int32Array(0)
  instances: Int32Array<ArrayBuffer> = new Int32Array(0)
  outcomes: Int32Array<ArrayBuffer> = new Int32Array(0)
  /** The position, on the current page, of the record whose successor it is. */
  parents: Int32Array<ArrayBuffer> = new Int32Array(0)

  readonly #layout: Layout
  readonly #questions: Questions
  readonly #transitions: Transitions
  readonly #table: TransitionTable
  readonly #frontier: Frontier
  readonly #keepsSteps: boolean
  /** Lanes of recent fingerprints, at `2 · (lo mod RECENT)`; absent where every successor must reach the visited set. */
  #recent: Int32Array<ArrayBuffer> | undefined
  #scratch: Int32Array
  /** The listing that is to be taken up again. Only questions can pause one, so it is noted only before them. */
  #listed: Listed | undefined
  #rebuildAt = STABLE_LEAST

  constructor(transitions: Transitions, frontier: Frontier, { everything, steps }: Listing) {
    this.#layout = transitions.layout
    this.#questions = transitions.questions
    this.#transitions = transitions
    this.#table = new TransitionTable(transitions)
    this.#frontier = frontier
    this.#keepsSteps = steps
    if (!everything) {
      this.#recent = this.#layout.memory.words(2 * RECENT)
      // No fingerprint has its place where its low bits say otherwise, so the empty slots hold none; but slot 0 would hold
      // (0, 0), the fingerprint of a state in which all sets and bags are empty and there is nothing else.
      this.#recent[0] = 1
    }
    this.#scratch = new Int32Array(this.#layout.stride)
    this.#layout.onRelocate(() => {
      this.#scratch = new Int32Array(this.#layout.stride)
    })
    this.#makeRoom()
  }

  /** Per instance: how often it was enabled. */
  coverage(): ReadonlyArray<number> {
    return this.#table.coverage()
  }

  /**
   * Lists the successors of a record of the current page. `weight` is 0 when it was expanded before, and so is not counted
   * again.
   *
   * @returns how many instances are enabled.
   * @throws `Paused`; the next call goes on with the same record.
   */
  list(record: number, weight: 0 | 1): number {
    const { current } = this.#frontier
    const listed = this.#listed
    this.#listed = undefined
    if (listed === undefined) {
      if (this.#table.stale) this.#revalidate()
      if (this.#questions.states >= this.#rebuildAt) {
        this.#rebuildAt = Infinity
        this.#table.rebuild()
      }
      this.#questions.states += weight
      this.#table.outcomes.enter(current.words, record * this.#frontier.stride + HEADER)
    }
    const batchInstance = this.instances
    const batchOutcome = this.outcomes
    const batchParent = this.parents
    const batchLo = this.lo
    const batchHi = this.hi
    const recent = this.#keepsSteps ? undefined : this.#recent
    let words = current.words
    let at = record * this.#frontier.stride
    const lo = words[at] as number
    const hi = words[at + 1] as number
    let count = listed?.count ?? this.count
    let enabled = listed?.enabled ?? 0
    let changing = listed?.changing ?? 0
    let clustersListed = listed?.clusters ?? 0
    let looseListed = listed?.loose ?? 0
    let gatedListed = listed?.gated ?? 0
    let open = listed?.open
    const { clusters, gates, loose, outcomes } = this.#table
    for (; clustersListed < clusters.length; clustersListed++) {
      const cluster = clusters[clustersListed] as Cluster
      const index = gather(cluster.pieces, words, at + HEADER)
      let list = cluster.entries[index] as number
      if (list === 0) {
        this.#questions.callSite = { state: words[at + 2] as number, instance: -1 }
        this.#listed = { clusters: clustersListed, loose: 0, gated: 0, open, count, enabled, changing }
        const answers = cluster.instances.map((instance) => this.#ask(instance, record))
        this.#listed = undefined
        words = current.words
        at = record * this.#frontier.stride
        list = this.#table.fill(cluster, index, answers, words, at + HEADER)
        if (list === 0) {
          // The table will be revalidated before the next state; this one is listed from the answers.
          for (const [position, instance] of cluster.instances.entries()) {
            const outcome = answers[position] as number
            if (outcome === DISABLED) continue
            const listed = this.#listLoose(instance, outcome, record, count, weight)
            count += listed
            changing += listed
            enabled++
          }
          continue
        }
      }
      const { lists } = cluster
      ;(cluster.visits[index] as number) += weight
      enabled += lists[list + ENABLED] as number
      changing += lists[list + CHANGING] as number
      const end = list + FIRST + LISTED * (lists[list + CHANGING] as number)
      for (let entry = list + FIRST; entry < end; entry += LISTED) {
        const nextLo = lo ^ (lists[entry + 2] as number)
        const nextHi = hi ^ (lists[entry + 3] as number)
        if (recent !== undefined) {
          const slot = (nextLo & (RECENT - 1)) << 1
          if (recent[slot] === nextLo && recent[slot + 1] === nextHi) continue
          recent[slot] = nextLo
          recent[slot + 1] = nextHi
        }
        batchInstance[count] = lists[entry] as number
        batchOutcome[count] = lists[entry + 1] as number
        batchLo[count] = nextLo
        batchHi[count] = nextHi
        batchParent[count++] = record
      }
    }
    for (; looseListed < loose.length; looseListed++) {
      const instance = loose[looseListed] as number
      let outcome = outcomes.outcome(instance)
      if (outcome < 0) {
        this.#listed = { clusters: clustersListed, loose: looseListed, gated: 0, open, count, enabled, changing }
        outcome = this.#ask(instance, record)
        this.#listed = undefined
        outcomes.learn(instance, outcome)
      }
      if (outcome === DISABLED) continue
      const listed = this.#listLoose(instance, outcome, record, count, weight)
      count += listed
      changing += listed
      enabled++
    }
    open ??= gates.scan(current.words, record * this.#frontier.stride + HEADER)
    const { copies, instances } = gates
    for (; gatedListed < open; gatedListed++) {
      const instance = instances[gatedListed] as number
      // Tables are about one copy of an element.
      const isInTables = copies[gatedListed] === 1
      let outcome = isInTables ? outcomes.outcome(instance) : this.#known(instance, record)
      if (outcome < 0) {
        this.#listed = {
          clusters: clustersListed,
          loose: looseListed,
          gated: gatedListed,
          open,
          count,
          enabled,
          changing,
        }
        outcome = this.#ask(instance, record)
        this.#listed = undefined
        if (isInTables) outcomes.learn(instance, outcome)
      }
      if (outcome === DISABLED) continue
      const listed = this.#listLoose(instance, outcome, record, count, weight)
      count += listed
      changing += listed
      enabled++
    }
    this.count = count
    this.changing = changing
    return enabled
  }

  /** Lists the successor that an outcome gives, unless it stutters; returns how many are listed. */
  #listLoose(instance: number, outcome: number, record: number, count: number, weight: 0 | 1): 0 | 1 {
    ;(this.#table.enabled[instance] as number) += weight
    const layout = this.#layout
    const { words } = this.#frontier.current
    const at = record * this.#frontier.stride
    const writes = this.#transitions.outcomes[outcome] as Int32Array
    let lo = words[at] as number
    let hi = words[at + 1] as number
    let changes = false
    for (let write = 0; write < writes.length; write += 2) {
      const field = writes[write] as number
      const after = writes[write + 1] as number
      const before = layout.get(words, at + HEADER, field)
      if (before === after) continue
      changes = true
      const keys = layout.keyBase[field] as number
      lo ^= (layout.keyLo[keys + before] as number) ^ (layout.keyLo[keys + after] as number)
      hi ^= (layout.keyHi[keys + before] as number) ^ (layout.keyHi[keys + after] as number)
    }
    if (!changes) return 0
    this.instances[count] = instance
    this.outcomes[count] = outcome
    this.parents[count] = record
    this.lo[count] = lo
    this.hi[count] = hi
    return 1
  }

  /** The outcome of an instance, if its tree knows it. */
  #known(instance: number, record: number): number {
    const { question } = this.#transitions.instances[instance] as Instance
    if (question.direct) return -1
    const { current, stride } = this.#frontier
    return this.#questions.trees.walk(question.tree, current.words, record * stride + HEADER)
  }

  #ask(instance: number, record: number): number {
    const known = this.#known(instance, record)
    if (known >= 0) return known
    const { current, stride } = this.#frontier
    const at = record * stride + HEADER
    const { question } = this.#transitions.instances[instance] as Instance
    this.#questions.callSite = { state: current.words[at - HEADER + 2] as number, instance: -1 }
    return this.#questions.answer(question, current.words, at)
  }

  /** Drops successors from the batch that were listed a short while ago. */
  dropRecent(): void {
    const recent = this.#recent
    if (!this.#keepsSteps || recent === undefined) return
    const { count, hi, lo } = this
    const batchInstance = this.instances
    const batchOutcome = this.outcomes
    const batchParent = this.parents
    let kept = 0
    for (let index = 0; index < count; index++) {
      const nextLo = lo[index] as number
      const nextHi = hi[index] as number
      const slot = (nextLo & (RECENT - 1)) << 1
      if (recent[slot] === nextLo && recent[slot + 1] === nextHi) continue
      recent[slot] = nextLo
      recent[slot + 1] = nextHi
      lo[kept] = nextLo
      hi[kept] = nextHi
      batchInstance[kept] = batchInstance[index] as number
      batchOutcome[kept] = batchOutcome[index] as number
      batchParent[kept++] = batchParent[index] as number
    }
    this.count = kept
  }

  /** The vector of a successor in the batch; overwritten by the next call. */
  vector(index: number): Int32Array {
    const { current, stride } = this.#frontier
    const at = (this.parents[index] as number) * stride + HEADER
    const scratch = this.#scratch
    for (let word = 0; word < scratch.length; word++) scratch[word] = current.words[at + word] as number
    this.#transitions.apply(this.outcomes[index] as number, scratch, 0)
    return scratch
  }

  #revalidate(): void {
    const { states } = this.#questions
    this.#table.revalidate()
    this.#rebuildAt = states + Math.min(STABLE_MOST, Math.max(STABLE_LEAST, states >> 2))
    this.#makeRoom()
  }

  /** The batch has room for all successors of one state beyond the number at which it is looked up. */
  #makeRoom(): void {
    const room = BATCH + this.#transitions.instances.length
    for (const name of ["lo", "hi", "found", "instances", "outcomes", "parents"] as const) {
      this[name] = this.#layout.memory.grown(this[name], room)
    }
  }
}
