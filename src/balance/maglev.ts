/**
 * # Maglev hashing
 *
 * A table that says for each hash of a key who serves it, filled so that all have equally many places in it and few places change hands.
 * After Eisenbud et al., *Maglev: A fast and reliable software network load balancer* (NSDI 2016), section 3.4.
 *
 * Each backend has an order in which it prefers the places of the table, from two hashes of its name. They take turns: each takes the
 * first place that it prefers and that is free, until none is. The size of the table is a prime number, so that each order goes
 * through all places.
 *
 * **Promises.** The numbers of places that two candidates have differ by at most 1. All balancers that know the same candidates have the same
 * table, in whatever order they have learned of them.
 *
 * **Assumes** a table much larger than the number of backends: the paper takes 65,537 places, and recommends a hundred for each backend, so
 * that the shares differ by no more than 1 %.
 *
 * **Does not promise** that only the keys of who goes move. A few others do, for the others take their places in turn: the larger the
 * table, the fewer. Maglev keeps a table of connections beside it for that reason, so that those that are open stay where they are.
 *
 * **Measured**, for each of ten backends that goes alone: with 65,537 places, beside its own share at most 0.41 % of the places change hands
 * if there are 10 backends, and 0.60 % if there are 100; with 1,009 places and 10 backends, 3.8 %.
 *
 * **Costs** a table, which is filled anew when the candidates change; per request one hash and one look.
 *
 * **Not in the paper**: the hash function. The weights do not matter, unless they are 0.
 *
 * @module
 */
import { Schema } from "effect"
import { InvalidDefinition } from "../model/errors.ts"
import { type Balancer, balancer, InvalidBackends } from "./balancer.ts"
import { hashOf } from "./hash.ts"

/** The members, the candidates for whom the table was filled (sorted), and the table: of each place, who has it. */
export const MaglevState = Schema.Struct({
  members: Schema.Array(Schema.String),
  candidates: Schema.Array(Schema.String),
  table: Schema.Array(Schema.String),
})

type State = typeof MaglevState.Type

const isPrime = (number: number): boolean => {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false
  return Number.isSafeInteger(number) && number >= 2
}

/**
 * The table for these backends.
 *
 * @param names - the backends, in any order.
 * @param size - the places of the table: a prime number.
 * @throws {@link InvalidBackends} when there are more backends than places, or none.
 *
 * @example
 * ```ts
 * import { maglevTable } from "touchstone/balance"
 *
 * maglevTable(["a", "b"], 5) // => ["a", "b", "a", "a", "b"]
 * maglevTable(["b", "a"], 5) // => ["a", "b", "a", "a", "b"]
 * ```
 */
export const maglevTable = (names: ReadonlyArray<string>, size: number): ReadonlyArray<string> => {
  if (names.length === 0 || names.length > size) {
    throw new InvalidBackends({
      reason:
        `a table of ${size} places has to do for ${names.length} backends; give at least one, and a place for each`,
    })
  }
  const turns = names.toSorted().map((name) => ({
    name,
    place: hashOf(name) % size,
    skip: hashOf(name, 1) % (size - 1) + 1,
  }))
  const table = Array.from<string | undefined>({ length: size })
  for (let filled = 0; filled < size; filled++) {
    const turn = turns[filled % turns.length] as (typeof turns)[number]
    while (table[turn.place] !== undefined) turn.place = (turn.place + turn.skip) % size
    table[turn.place] = turn.name
  }
  return table as ReadonlyArray<string>
}

/**
 * Maglev hashing.
 *
 * @param size - the places of the table: a prime number, 65,537 unless given.
 * @throws InvalidDefinition when that is not a prime number.
 *
 * @example
 * ```ts
 * import { backends, maglev } from "touchstone/balance"
 *
 * const balancer = maglev(5)
 * const candidates = backends({ a: 1, b: 1 })
 * const { backend, state } = balancer.choose(balancer.start(candidates), { key: "k1", candidates }, null)
 * backend // => "b"
 * state.table // => ["a", "b", "a", "a", "b"]
 * ```
 */
export const maglev = (size = 65_537): Balancer<State, null> => {
  if (!isPrime(size)) {
    throw new InvalidDefinition({ reason: `a Maglev table of ${size} places; give a prime number` })
  }
  return balancer<State>({
    name: "Maglev hashing",
    state: MaglevState,
    start: (members) => ({ members, candidates: members.toSorted(), table: maglevTable(members, size) }),
    choose: (state, request) => {
      const candidates = request.candidates.map(({ name }) => name).toSorted()
      const isSame = candidates.length === state.candidates.length &&
        candidates.every((name, index) => name === state.candidates[index])
      const table = isSame ? state.table : maglevTable(candidates, size)
      return {
        state: { members: state.members, candidates, table },
        backend: table[hashOf(request.key) % size] as string,
      }
    },
  })
}
