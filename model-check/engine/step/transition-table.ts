/**
 * Transition tables: the decision trees of many action instances, compiled into one look-up.
 *
 * Instances that read and write few fields between them form a *cluster*. The bits of these fields, gathered from the
 * vector, are the index into a table whose entries list all successors that the cluster's instances give: for each the
 * instance, the outcome and what it does to the fingerprint. Entries are filled from the trees when they are first asked
 * for. Instances that depend on too many bits stay *loose* and are answered by their trees; those of them that range over
 * the members of a set are *gated*: they are looked at only where their element is present.
 *
 * @module
 */
import { bitsOf, type Pieces, piecesOf } from "../ask/gather.ts"
import { Gates } from "./gates.ts"
import { OutcomeTables } from "./outcome-tables.ts"
import { DISABLED, type Instance, type Transitions } from "./transitions.ts"

/** A cluster depends on at most so many bits. */
const CLUSTER_BITS = 12
/** An instance that shares no field with a cluster joins it all the same if no more bits come together than this. */
const SMALL_BITS = 8
/** Instances over the members of sets are clustered only if there are no more of them than this. */
const FEW_GATED = 256

/** Where an entry's list says how many instances are enabled, how many change something, and where the first is. */
export const ENABLED = 0
export const CHANGING = 1
export const FIRST = 2
/** The numbers per listed successor: instance, outcome, and the change of the fingerprint's two lanes. */
export const LISTED = 4

/** Instances that are looked up together. */
export interface Cluster {
  readonly instances: ReadonlyArray<number>
  readonly fields: ReadonlySet<number>
  readonly pieces: Pieces
  /** Per gathered index: where its list is, or 0 if it is not known yet. */
  readonly entries: Int32Array<ArrayBuffer>
  /** The lists. */
  lists: Int32Array<ArrayBuffer>
  used: number
  /** Per gathered index: how often it was looked up, for the coverage of actions. */
  readonly visits: Float64Array
}

/** The clusters of one model, and what is left over. */
export class TransitionTable {
  clusters: ReadonlyArray<Cluster> = []
  /** Instances that are answered by their trees in every state. */
  loose: ReadonlyArray<number> = []
  /** Instances that are answered by their trees where an element is present. */
  readonly gates: Gates
  /** What these trees have answered. */
  readonly outcomes: OutcomeTables
  /** Per instance: how often it was enabled, as far as that is known from loose answers and from former clusters. */
  readonly enabled: Array<number> = []

  readonly #transitions: Transitions
  #shape = -1
  #instances = 0

  constructor(transitions: Transitions) {
    this.#transitions = transitions
    this.gates = new Gates(transitions.layout)
    this.outcomes = new OutcomeTables(transitions)
  }

  /** Whether the trees have changed since the clusters were last looked at. */
  get stale(): boolean {
    return this.#shape !== this.#transitions.questions.trees.shape ||
      this.#instances !== this.#transitions.instances.length
  }

  /** Dissolves the clusters whose instances have come to depend on other fields; new instances become loose. */
  revalidate(): void {
    const { instances, questions } = this.#transitions
    this.#shape = questions.trees.shape
    const loose = [...this.loose]
    const loosen = (number: number): void => {
      const [gate] = (instances[number] as Instance).members
      if (gate === undefined) loose.push(number)
      else this.gates.add(gate, number)
    }
    while (this.#instances < instances.length) {
      this.enabled[this.#instances] = 0
      loosen(this.#instances++)
    }
    this.clusters = this.clusters.filter((cluster) => {
      if (cluster.instances.every((instance) => this.#covers(cluster, instance))) return true
      this.#dissolve(cluster)
      cluster.instances.forEach(loosen)
      return false
    })
    this.loose = loose
  }

  /** Clusters all instances anew. */
  rebuild(): void {
    this.revalidate()
    const { layout, questions } = this.#transitions
    for (const cluster of this.clusters) this.#dissolve(cluster)
    const groups: Array<{ readonly instances: Array<number>; readonly fields: Set<number> }> = []
    const loose: Array<number> = []
    const { instances } = this.#transitions
    const isFew = instances.reduce((count, { members }) => members.length > 0 ? count + 1 : count, 0) <= FEW_GATED
    const single: Array<number> = []
    this.gates.clear()
    instances.forEach((instance, number) => {
      const fields = this.#fields(instance)
      const { members: [gate], question: { direct, tree } } = instance
      const isClustered = !direct && questions.trees.paths(tree) > 0 && (gate === undefined || isFew) &&
        bitsOf(layout, fields) <= CLUSTER_BITS
      if (!isClustered) {
        single.push(number)
        if (gate === undefined) loose.push(number)
        else this.gates.add(gate, number)
        return
      }
      let best: (typeof groups)[number] | undefined
      let most = -1
      for (const group of groups) {
        const union = bitsOf(layout, group.fields.union(fields))
        const shared = bitsOf(layout, group.fields.intersection(fields))
        if (union <= (shared > 0 ? CLUSTER_BITS : SMALL_BITS) && shared > most) {
          best = group
          most = shared
        }
      }
      if (best === undefined) groups.push({ instances: [number], fields })
      else {
        best.instances.push(number)
        for (const field of fields) best.fields.add(field)
      }
    })
    this.clusters = groups.map(({ fields, instances }) => this.#cluster(instances, fields))
    this.loose = loose
    this.outcomes.build(single)
  }

  /**
   * Fills the entry of an index from the trees of the cluster's instances, about the state at `words[base]`.
   *
   * @returns where the list is, or 0 if the cluster no longer covers what its instances depend on; ask the table to
   * {@link revalidate} then.
   */
  fill(cluster: Cluster, index: number, outcomes: ReadonlyArray<number>, words: Int32Array, base: number): number {
    const { layout } = this.#transitions
    if (!cluster.instances.every((instance) => this.#covers(cluster, instance))) return 0
    const changing: Array<number> = []
    const stuttering: Array<number> = []
    cluster.instances.forEach((instance, position) => {
      const outcome = outcomes[position] as number
      if (outcome === DISABLED) return
      const writes = this.#transitions.outcomes[outcome] as Int32Array
      let lo = 0
      let hi = 0
      let changes = false
      for (let at = 0; at < writes.length; at += 2) {
        const field = writes[at] as number
        const keys = layout.keyBase[field] as number
        const before = layout.get(words, base, field)
        const after = writes[at + 1] as number
        lo ^= (layout.keyLo[keys + before] as number) ^ (layout.keyLo[keys + after] as number)
        hi ^= (layout.keyHi[keys + before] as number) ^ (layout.keyHi[keys + after] as number)
        if (before !== after) changes = true
      }
      if (changes) changing.push(instance, outcome, lo, hi)
      else stuttering.push(instance)
    })
    const list = [changing.length / LISTED + stuttering.length, changing.length / LISTED, ...changing, ...stuttering]
    cluster.lists = layout.memory.grown(cluster.lists, cluster.used + list.length)
    const at = cluster.used
    cluster.lists.set(list, at)
    cluster.used += list.length
    cluster.entries[index] = at
    return at
  }

  /** Per instance: how often it was enabled. */
  coverage(): ReadonlyArray<number> {
    const enabled = [...this.enabled]
    for (const cluster of this.clusters) this.#count(cluster, enabled)
    return enabled
  }

  #fields({ question, writes }: Instance): Set<number> {
    const fields = new Set(writes)
    for (const read of this.#transitions.questions.trees.reads(question.tree)) fields.add(read >> 1)
    return fields
  }

  #covers({ fields }: Cluster, number: number): boolean {
    const instance = this.#transitions.instances[number] as Instance
    if (instance.question.direct) return false
    for (const field of instance.writes) if (!fields.has(field)) return false
    for (const read of this.#transitions.questions.trees.reads(instance.question.tree)) {
      if (!fields.has(read >> 1)) return false
    }
    return true
  }

  #cluster(instances: ReadonlyArray<number>, fields: ReadonlySet<number>): Cluster {
    const { layout } = this.#transitions
    const size = 1 << bitsOf(layout, fields)
    layout.memory.take(8 * size)
    return {
      instances,
      fields,
      pieces: piecesOf(layout, fields),
      entries: layout.memory.words(size),
      lists: layout.memory.words(256),
      used: 1,
      visits: new Float64Array(size),
    }
  }

  #dissolve(cluster: Cluster): void {
    const { memory } = this.#transitions.layout
    const { entries, lists, visits } = cluster
    this.#count(cluster, this.enabled)
    memory.free(entries)
    memory.free(lists)
    memory.give(visits.byteLength)
  }

  #count({ entries, lists, visits }: Cluster, enabled: Array<number>): void {
    visits.forEach((times, index) => {
      if (times === 0) return
      const at = entries[index] as number
      const changing = lists[at + CHANGING] as number
      const stuttering = (lists[at + ENABLED] as number) - changing
      const add = (instance: number) => {
        enabled[instance] = (enabled[instance] as number) + times
      }
      for (let listed = 0; listed < changing; listed++) add(lists[at + FIRST + LISTED * listed] as number)
      const rest = at + FIRST + LISTED * changing
      for (let listed = 0; listed < stuttering; listed++) add(lists[rest + listed] as number)
    })
  }
}
