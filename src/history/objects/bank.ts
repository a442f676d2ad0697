/**
 * Bank accounts between which money is moved.
 *
 * @module
 */
import { Schema } from "effect"
import type { SequentialObject } from "../sequential-object.ts"

/** What a {@link bank} is asked. */
export const BankOperation = Schema.TaggedUnion({
  Transfer: { from: Schema.String, to: Schema.String, amount: Schema.Number },
  Balances: {},
})
/** The type of {@link BankOperation}. */
export type BankOperation = typeof BankOperation.Type

/** What a {@link bank} answers. */
export const BankResult = Schema.TaggedUnion({
  /** Whether there was enough in the account, and so the money has been moved. */
  TransferOk: { moved: Schema.Boolean },
  BalancesOk: { balances: Schema.Record(Schema.String, Schema.Number) },
})
/** The type of {@link BankResult}. */
export type BankResult = typeof BankResult.Type

/** What is in each account. */
export type Balances = { readonly [account: string]: number }

/**
 * Bank accounts, none of which may be overdrawn. An account that was not there at first has nothing in it, and is there from the first
 * transfer to it on.
 *
 * @example
 * ```ts
 * import { bank } from "touchstone/oracle"
 *
 * const { apply, initial } = bank({ a: 10, b: 0 })
 * apply(initial, { _tag: "Transfer", from: "a", to: "b", amount: 4 }) // => [{ a: 6, b: 4 }, { _tag: "TransferOk", moved: true }]
 * apply(initial, { _tag: "Transfer", from: "b", to: "a", amount: 4 })[1] // => { _tag: "TransferOk", moved: false }
 * ```
 */
export const bank = (initial: Balances): SequentialObject<Balances, BankOperation, BankResult> => ({
  initial,
  isQuery: ({ _tag }) => _tag === "Balances",
  apply: (state, operation) => {
    if (operation._tag === "Balances") return [state, { _tag: "BalancesOk", balances: state }]
    const { amount, from, to } = operation
    if ((state[from] ?? 0) < amount) return [state, { _tag: "TransferOk", moved: false }]
    const taken = { ...state, [from]: (state[from] ?? 0) - amount }
    return [{ ...taken, [to]: (taken[to] ?? 0) + amount }, { _tag: "TransferOk", moved: true }]
  },
})
