import { Effect, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { check } from "../../../model-check/check.ts"
import { exclusiveAtResource, noLostUpdate, withReaders, withSections } from "../../../spec/lock/index.ts"
import { ignore, machine, named, react, system, unordered } from "../../../src/index.ts"
import { type Fencing, resource, ResourceMessage } from "../../../src/lock/index.ts"

const ask = (fencing: Fencing, message: typeof ResourceMessage.Type) => {
  const reaction = react("r", resource(fencing), { value: 7, token: 34 }, { _tag: "Message", message }, {
    now: 0,
    from: "c1",
  } as { readonly now: number })
  if (reaction._tag !== "Next") throw new Error("a resource answers")
  return [reaction.state, ...reaction.commands.map((command) => command._tag === "Send" ? command.message : command)]
}

describe("a resource", () => {
  const [read, write] = [
    (token: number) => ({ _tag: "Read", token }) as const,
    (token: number) => ({ _tag: "Write", token, value: 8 }) as const,
  ]
  const value = (token: number) => ({ _tag: "Value", token, value: 7 })
  const written = (token: number) => ({ _tag: "Written", token })
  const stale = (token: number) => ({ _tag: "Stale", token })

  it("that checks no token does as it is asked to", () => {
    expect(ask("none", read(33))).toEqual([{ value: 7, token: 34 }, value(33)])
    expect(ask("none", write(33))).toEqual([{ value: 8, token: 34 }, written(33)])
  })

  it("that checks those of writes knows the tokens of who has written", () => {
    expect(ask("writes", read(33))).toEqual([{ value: 7, token: 34 }, value(33)])
    expect(ask("writes", read(35))).toEqual([{ value: 7, token: 34 }, value(35)])
    expect(ask("writes", write(33))).toEqual([{ value: 7, token: 34 }, stale(33)])
    expect(ask("writes", write(34))).toEqual([{ value: 8, token: 34 }, written(34)])
    expect(ask("writes", write(35))).toEqual([{ value: 8, token: 35 }, written(35)])
  })

  it("that checks all knows those of who has read, too", () => {
    expect(ask("all", read(33))).toEqual([{ value: 7, token: 34 }, stale(33)])
    expect(ask("all", read(34))).toEqual([{ value: 7, token: 34 }, value(34)])
    expect(ask("all", read(35))).toEqual([{ value: 7, token: 35 }, value(35)])
    expect(ask("all", write(33))).toEqual([{ value: 7, token: 34 }, stale(33)])
    expect(ask("all", write(35))).toEqual([{ value: 8, token: 35 }, written(35)])
  })
})

/** Reads, and then writes one more, so many times; without a lock. */
const user = (token: number, times: number, reads = true) => {
  const { next, process, send } = machine({ volatile: { left: Schema.Int }, messages: ResourceMessage })
  const again = (left: number) => {
    if (left === 0) return next({ left })
    return next({ left }, send("r", reads ? { _tag: "Read", token } : { _tag: "Write", token, value: 0 }))
  }
  return process({
    initial: { left: times },
    start: ({ left }) => again(left),
    receive: {
      Value: (state, { value }) => next(state, send("r", { _tag: "Write", token, value: value + 1 })),
      Written: ({ left }) => again(left - 1),
      Stale: () => ignore,
    },
  })
}

describe("the use of a resource", () => {
  const judged = (fencing: Fencing, ...users: ReadonlyArray<ReturnType<typeof user>>) => {
    const used = withReaders(withSections(system({
      name: "users",
      processes: [named("r", resource(fencing)), ...users.map((user, index) => named(`u${index + 1}`, user))],
      network: unordered(),
    })))
    const model = used.model({
      exclusive: exclusiveAtResource(used),
      noLost: noLostUpdate(used),
      all: used.reachable((s) => s.value.r === 2),
    })
    return Effect.runSync(check(model, { keepGoing: true })).properties.map(({ verdict }) => verdict)
  }

  it("is exclusive where there is one user, how often it may come", () => {
    expect(judged("none", user(0, 2))).toEqual(["holds", "holds", "holds"])
  })

  it("interleaves, and loses an update, where two come without a lock", () => {
    expect(judged("none", user(0, 1), user(0, 1))).toEqual(["violated", "violated", "holds"])
  })

  it("is exclusive where all tokens are checked, and the greater one cuts off the other", () => {
    expect(judged("all", user(1, 1), user(2, 1))).toEqual(["holds", "holds", "holds"])
  })

  it("interleaves where the tokens of writes are checked alone, for who reads is not known", () => {
    expect(judged("writes", user(1, 1), user(2, 1))).toEqual(["violated", "violated", "holds"])
  })

  it("loses an update where one writes what it has not read", () => {
    expect(judged("none", user(0, 2, false))).toEqual(["violated", "violated", "violated"])
  })
})
