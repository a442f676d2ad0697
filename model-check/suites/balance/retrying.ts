/**
 * Retries double the load of a slow backend, unless they cancel what was asked first, or have a budget.
 *
 * @module
 */
import { Schema } from "effect"
import { retrying } from "../../../spec/balance/retrying.ts"
import { retryBudget } from "../../../src/balance/index.ts"
import { type Model, names } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"

const constants = {
  clients: atLeast(1, "clients"),
  retries: atLeast(0, "retries of each client"),
  cancels: Schema.Boolean.annotate({ description: "whether a client that asks again cancels what it asked first" }),
  more: atLeast(0, "how many requests more than clients that wait may be at work"),
}

type Constants = ConstantsOf<typeof constants>

/** Clients that ask again when they lose patience. */
const impatient = ({ cancels, clients, more, retries }: Constants): Model<any> => {
  const system = retrying({ clients: names("c", clients), retries, cancels })
  return system.model({ noStorm: system.noStorm(more) })
}

/** The same, with a budget of 20 % and at least one retry. */
const budgeted = ({ cancels, clients, more, retries }: Constants): Model<any> => {
  const mayRetry = retryBudget({ percent: 20, minimum: 1 })
  const system = retrying({ clients: names("c", clients), retries, cancels, mayRetry })
  return system.model({ noStorm: system.noStorm(more) })
}

/** The suite `retrying`. */
export const retryingSuite: Suite = suite({
  name: "balance/retrying",
  aliases: ["retrying"],
  description: "Clients that ask a slow backend again, while it is still at work for what they asked first",
  source: "Beyer et al., Site Reliability Engineering (2016), chapter 22, Addressing cascading failures",
  constants,
  configurations: [
    ...([
      ["cancelled", 3, 1, true, 0, impatient, 8, 37, 4],
      ["budget", 4, 2, false, 1, budgeted, 48, 225, 6],
    ] as const).map(([name, clients, retries, cancels, more, model, distinct, generated, depth]) => ({
      name,
      constants: { clients, retries, cancels, more },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["doubled", 3, 1, false, 2, impatient, "noStorm", 6],
      ["budget-is-used", 4, 2, false, 0, budgeted, "noStorm", 2],
    ] as const).map(([name, clients, retries, cancels, more, model, property, steps]) => ({
      name,
      constants: { clients, retries, cancels, more },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
