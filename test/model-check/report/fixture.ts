import { Option, Schema } from "effect"
import { record, set, struct, variables } from "../../../src/index.ts"

const { model } = variables({
  phase: Schema.String,
  queue: Schema.Array(Schema.String),
  local: Schema.Unknown,
  sent: set(Schema.Unknown),
  votes: record(["a", "b"], struct({ seen: set(["x", "y"]), ballot: Schema.Int })),
})

/** A model with every kind of variable; it is only looked at. */
export const everything = model({
  name: "every \"kind\"",
  initial: {
    phase: "begin",
    queue: ["m", "m"],
    local: { role: "follower", term: 1, vote: Option.none() },
    sent: [],
    votes: () => ({ seen: ["x"], ballot: 0 }),
  },
  actions: {},
})

/** Its initial state, as plain data. */
export const initial = {
  phase: "begin",
  queue: ["m", "m"],
  local: { role: "follower", term: 1, vote: Option.none() },
  sent: [],
  votes: { a: { seen: ["x"], ballot: 0 }, b: { seen: ["x"], ballot: 0 } },
}
