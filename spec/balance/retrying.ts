/**
 * # Retries and a slow backend
 *
 * Clients that wait for a slow backend, lose patience, and ask again. What they asked first is still at work there: nobody told the backend
 * that they do not wait for it any more. So when it is slow it gets more to do, and becomes slower.
 *
 * | action | what happens |
 * |---|---|
 * | `ask(client)` | a client asks |
 * | `retry(client)` | a client that waits loses patience, and asks again |
 * | `answer(client)` | the backend has done one of the things that a client asked for. If it is the last, the client has its answer |
 *
 * @module
 */
import { Schema } from "effect"
import {
  type Always,
  type Language,
  type Model,
  type Properties,
  record,
  type RecordOf,
  variables,
} from "../../src/index.ts"

/** The variables of {@link retrying}. */
export type RetryingVariables = {
  /** For how many requests of a client the backend is at work. */
  readonly atWork: RecordOf<string, Schema.Int>
}

/** What {@link retrying} gives. */
export interface RetryingSystem extends Omit<Language<RetryingVariables>, "model"> {
  /** The model, with these properties. */
  readonly model: (properties: Properties) => Model<RetryingVariables>
  /** The backend has at most so many requests more to do than there are clients that wait. */
  readonly noStorm: (more: number) => Always
}

/**
 * Clients that ask a slow backend.
 *
 * @param definition - the names of the `clients`; how many `retries` each makes; whether a client that loses patience `cancels` what it asked first; and
 *   a budget that says whether there `mayRetry` one more, of how many requests and retries are at work: always, unless given.
 *
 * @example
 * ```ts
 * import { check } from "touchstone"
 * import { retryBudget } from "touchstone/balance"
 * import { retrying } from "touchstone/spec/balance"
 * import { Effect } from "effect"
 *
 * const mayRetry = retryBudget({ percent: 20, minimum: 1 })
 * const system = retrying({ clients: ["c1", "c2", "c3"], retries: 1, cancels: false, mayRetry })
 * Effect.runSync(check(system.model({ noStorm: system.noStorm(1) }))).verdict // => "holds"
 * ```
 */
export const retrying = (
  { cancels, clients, mayRetry = () => true, retries }: {
    readonly clients: ReadonlyArray<string>
    readonly retries: number
    readonly cancels: boolean
    readonly mayRetry?: (atWork: { readonly requests: number; readonly retries: number }) => boolean
  },
): RetryingSystem => {
  const language: Language<RetryingVariables> = variables({ atWork: record(clients, Schema.Int) })
  const { action, always, model } = language
  type Work = { readonly [client: string]: number }
  const requests = (atWork: Work): number => clients.reduce((sum, client) => sum + (atWork[client] as number), 0)
  const waiting = (atWork: Work): number => clients.filter((client) => atWork[client] as number > 0).length
  return {
    ...language,
    noStorm: (more) => always((s) => requests(s.atWork) <= waiting(s.atWork) + more),
    model: (properties) =>
      model({
        name: "clients that ask again",
        initial: { atWork: () => 0 },
        actions: {
          ask: action({ client: clients }, (s, { client }) => s.atWork[client] === 0 && { atWork: { [client]: 1 } }),
          retry: action({ client: clients }, (s, { client }) => {
            const atWork = s.atWork[client] as number
            const all = requests(s.atWork)
            return atWork > 0 && atWork <= retries && mayRetry({ requests: all, retries: all - waiting(s.atWork) }) &&
              { atWork: { [client]: cancels ? atWork : atWork + 1 } }
          }),
          answer: action({ client: clients }, (s, { client }) => {
            const atWork = s.atWork[client] as number
            return atWork > 0 && { atWork: { [client]: atWork - 1 } }
          }),
        },
        properties,
      }),
  }
}
