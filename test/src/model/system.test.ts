import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { explore } from "../../../model-check/engine/graph.ts"
import {
  cancelTimer,
  clock,
  DuplicateProcess,
  fifo,
  FunctionThrew,
  type History,
  ignore,
  input,
  InvalidBudget,
  InvalidDefinition,
  InvalidReaction,
  isLinearizable,
  isSequentiallyConsistent,
  named,
  type Network,
  next,
  NotTotal,
  plan,
  type Process,
  process,
  register,
  reply,
  send,
  setTimer,
  system,
  UnknownProcess,
  unordered,
} from "../../../src/index.ts"
import { distinct, seen, steps } from "./explored.ts"

const Ask = Schema.TaggedStruct("Ask", { n: Schema.Int })
const Answer = Schema.TaggedStruct("Answer", { n: Schema.Int })
const Talk = Schema.Union([Ask, Answer])
const base = { durable: {}, volatile: {}, messages: Talk, initial: {} } as const

/** Asks once. */
const asker = (to: string, n = 1) => process({ ...base, start: (state) => next(state, send(to, Ask.make({ n }))) })

describe("a system", () => {
  const network = unordered()
  const pair = (a: Process<any, any>, b: Process<any, any>, over: Network = network) =>
    system({ name: "pair", processes: [named("a", a), named("b", b)], network: over })

  it("has the variables that matter, and no others", () => {
    expect(Object.keys(pair(process(base), process(base)).model().variables)).toEqual([
      "state",
      "network",
      "timers",
      "told",
    ])
    const everything = system({
      name: "everything",
      processes: [named("a", process(base))],
      network: fifo({ loss: 1, partitions: 1 }),
      faults: { pause: { total: 2, each: 1 } },
      clock: { horizon: 1, skew: 1 },
      recording: { invocation: () => undefined, response: () => undefined },
    }).model()
    expect(Object.keys(everything.variables).toSorted()).toEqual([
      "channels",
      "clock",
      "cut",
      "history",
      "left",
      "leftOf",
      "offset",
      "state",
      "status",
      "timers",
      "told",
    ])
  })

  it("lets properties observe fields of the local states", () => {
    const counting = process({
      ...base,
      volatile: { count: Schema.Int, hidden: Schema.Int },
      initial: { count: 0, hidden: 0 },
      inputs: { go: input(({ count, hidden }) => count < 2 ? next({ count: count + 1, hidden: hidden + 2 }) : ignore) },
      observed: ["count"],
    })
    const { always, model } = system({ name: "s", processes: [named("p", counting)], network })
    const observed = model({ few: always((s) => s.count.p <= 2) })
    expect(seen(observed, (s) => `${s.count.p} ${s.state.p.count}`)).toEqual(["0 0", "1 1", "2 2"])
    expect(Object.keys(observed.variables)).not.toContain("hidden")
  })

  it("answers every input as long as it is not ignored", () => {
    const voting = process({
      ...base,
      volatile: { voted: Schema.Boolean },
      initial: { voted: false },
      inputs: {
        vote: input(
          { yes: [true, false] },
          ({ voted }: { readonly voted: boolean }, { yes }) => voted ? ignore : next({ voted: true }, reply(yes)),
        ),
      },
    })
    const model = system({ name: "s", processes: [named("p", voting), named("q", voting)], network }).model()
    expect(steps(model)).toEqual(["p.vote(yes: false)", "p.vote(yes: true)", "q.vote(yes: false)", "q.vote(yes: true)"])
    // Each has not voted, or voted yes or no.
    expect(distinct(model)).toBe(9)
  })

  describe("in which a delivery changes nothing", () => {
    /** Answers nothing, whatever it does with a message. */
    const deaf = (unchanged: "ignores" | "goes on as before") =>
      process({
        ...base,
        volatile: { ears: Schema.Int },
        initial: { ears: 2 },
        receive: { Ask: ({ ears }) => unchanged === "ignores" ? ignore : next({ ears }) },
      })
    const recorded = (unchanged: Parameters<typeof deaf>[0], network: Network) =>
      system({
        name: "deaf",
        processes: [named("a", asker("b")), named("b", deaf(unchanged))],
        network,
        recording: {
          invocation: (seen) => seen._tag === "Delivered" ? { client: seen.from, operation: seen.message } : undefined,
          response: () => undefined,
        },
      }).model()

    it.each(["ignores", "goes on as before"] as const)("takes no step when the process %s", (unchanged) => {
      expect(distinct(recorded(unchanged, unordered()))).toBe(1)
      expect(steps(recorded(unchanged, unordered({ duplication: "unbounded" })))).toEqual([])
    })

    it.each(["ignores", "goes on as before"] as const)("records nothing when the process %s", (unchanged) => {
      for (const network of [unordered(), fifo()]) {
        expect(seen(recorded(unchanged, network), (s) => Object.keys(s.history).length)).toEqual(["0"])
      }
    })

    it("records a delivery that changes something", () => {
      const answering = process({
        ...base,
        receive: { Ask: (state, { n }, { from }) => next(state, send(from, Answer.make({ n }))) },
      })
      const hearing = process({
        ...base,
        start: (state) => next(state, send("b", Ask.make({ n: 1 }))),
        receive: { Answer: () => ignore },
      })
      const model = system({
        name: "heard",
        processes: [named("a", hearing), named("b", answering)],
        network,
        recording: {
          invocation: (seen) => seen._tag === "Delivered" ? { client: seen.from, operation: seen.message } : undefined,
          response: () => undefined,
        },
      }).model()
      expect(seen(model, (s) => Object.keys(s.history).join())).toEqual(["", "a"])
    })
  })

  it("records what a process asks and answers in the order of its commands", () => {
    const answers = [1, 0]
    const client = process({
      ...base,
      volatile: { read: Schema.Int },
      initial: { read: 0 },
      start: (state) => next(state, send("server", Ask.make({ n: 0 }))),
      receive: {
        // Tells what it has read, and then asks again.
        Answer: ({ read }, { n }) =>
          next(
            { read: read + 1 },
            reply(n),
            read + 1 < answers.length ? send("server", Ask.make({ n: read + 1 })) : [],
          ),
      },
    })
    const server = process({
      ...base,
      receive: { Ask: (state, { n }, { from }) => next(state, send(from, Answer.make({ n: answers[n] as number }))) },
    })
    const reading = system({
      name: "reading",
      processes: [named("client", client), named("server", server)],
      network,
      recording: {
        invocation: (seen) =>
          seen._tag === "Sent" && seen.message._tag === "Ask"
            ? { client: seen.from, operation: { _tag: "Read" } }
            : undefined,
        response: (seen) =>
          seen._tag === "Told" ? { client: seen.from, result: { _tag: "ReadOk", value: seen.value } } : undefined,
      },
    }).model()
    // Nobody writes to the register, so having read 1 it cannot be read as 0.
    const last = explore(reading, 100).states.filter(({ told }: any) => told.length === 2)
      .map(({ history }: any) => history as History)
    expect(last.map((history) => isLinearizable(register(1), history))).toEqual([false])
    expect(last.map((history) => isSequentiallyConsistent(register(1), history))).toEqual([false])
  })

  describe("is refused", () => {
    it("with two processes of one name", () => {
      const twice = () =>
        system({ name: "s", processes: [named("a", process(base)), named("a", process(base))], network })
      expect(twice).toThrow(DuplicateProcess)
      expect(twice).toThrow("two processes are named a; give each a name of its own")
    })

    it("with a message to an unknown process, at the start", () => {
      expect(() => pair(asker("c", 3), process(base)).model()).toThrow(
        new UnknownProcess({ from: "a", to: "c", sent: Ask.make({ n: 3 }), known: ["a", "b"] }),
      )
    })

    it("with a message to an unknown process, on an event that is known beforehand", () => {
      const shy = process({
        ...base,
        inputs: {
          go: input(
            { n: [1, 2] },
            (state: object, { n }) => n === 1 ? ignore : next(state, send("c", Ask.make({ n }))),
          ),
        },
      })
      expect(() => pair(shy, process(base))).toThrow(
        /^the process a sends \{.*\} to c, which does not exist; there are: a, b$/,
      )
      const late = process({ ...base, restart: (state) => next(state, send("c", Ask.make({ n: 1 }))) })
      expect(() => pair(late, process(base))).toThrow(UnknownProcess)
    })

    describe("with what was not declared", () => {
      const Field = { x: Schema.Literals([0, 1]) }
      const giving = (state: object) =>
        process({
          ...base,
          volatile: Field,
          initial: { x: 0 },
          inputs: { go: input(() => next(state as { readonly x: 0 | 1 })) },
        })
      const went = /^the process a, asked about .*"go".*, gives /

      it("a field of a state", () => {
        const run = () => pair(giving({ x: 1, y: 2 }), process(base))
        expect(run).toThrow(InvalidReaction)
        expect(run).toThrow(went)
        expect(run).toThrow(/gives the field y, which it does not declare; there are: x$/)
      })

      it("a state that lacks a field", () => {
        const run = () => pair(giving({}), process(base))
        expect(run).toThrow(InvalidReaction)
        expect(run).toThrow(went)
        expect(run).toThrow(/gives a state without the field x$/)
      })

      it("a value of a field", () => {
        const run = () => pair(giving({ x: 2 }), process(base))
        expect(run).toThrow(InvalidReaction)
        expect(run).toThrow(went)
        expect(run).toThrow(/gives the field x a value outside its Schema: Expected 0 \| 1$/)
      })

      it("a state in which it starts", () => {
        const starting = process({
          ...base,
          volatile: Field,
          initial: { x: 0 },
          start: () => next({ x: 1, ...{ y: 1 } }),
        })
        expect(() => pair(starting, process(base))).toThrow(
          /^the process a gives the field y, which it does not declare/,
        )
      })

      it.each([setTimer("rety"), cancelTimer("rety"), setTimer("constructor")])("a timer: %j", (command) => {
        const retrying = process({
          ...base,
          timers: { retry: (state) => next(state), rest: () => ignore },
          inputs: { go: input((state: object) => next(state, command)) },
        })
        const run = () => pair(retrying, process(base))
        expect(run).toThrow(InvalidReaction)
        expect(run).toThrow(
          `the process a names the timer ${command.timer}, for which it has no handler; there are: retry, rest`,
        )
      })

      it.each([
        [{ _tag: "Asl", n: 1 }, /"Asl".* to b, which does not understand it: Expected .*"Ask".*"Answer"/],
        [{ _tag: "Ask", n: "one" }, /"one".* to b, which does not understand it: Expected number\n  at \["n"\]/],
      ])("a message: %j", (message, reason) => {
        const run = () =>
          pair(process({ ...base, start: (state) => next(state, send("b", message)) }), process(base)).model()
        expect(run).toThrow(InvalidReaction)
        expect(run).toThrow(reason)
      })
    })

    it("with faults of an unknown process", () => {
      const faulty = () =>
        system({
          name: "s",
          processes: [named("a", process(base))],
          network,
          faults: { crashStop: { total: 1, of: ["z"] } },
        })
      expect(faulty).toThrow(UnknownProcess)
    })

    it("with a process that is not total, about an event that is known beforehand", () => {
      const vague = process({
        ...base,
        volatile: { votes: Schema.Int },
        initial: { votes: 0 },
        inputs: {
          vote: input(
            { yes: [true, false] },
            (state: { readonly votes: number }, { yes }) => (yes ? next(state) : undefined) as never,
          ),
        },
      })
      expect(() => pair(vague, process(base))).toThrow(NotTotal)
      expect(() => pair(vague, process(base))).toThrow(
        /^the process a is not total: .*"votes".*0.*asked about .*"vote".*false/,
      )
      const throwing = process({
        ...base,
        timers: {
          t: () => {
            throw new Error("too tired")
          },
        },
      })
      expect(() => pair(throwing, process(base))).toThrow(/asked about .*"t".*, it throws Error: too tired/)
    })

    it("with a budget that is no natural number", () => {
      expect(() => pair(process(base), process(base), unordered({ loss: -1 }))).toThrow(InvalidBudget)
      const faulty = () =>
        system({ name: "s", processes: [named("a", process(base))], network, faults: { pause: 0.5 } })
      expect(faulty).toThrow(InvalidBudget)
    })

    it.each<readonly [unknown: string, of: string, known: string, define: () => unknown]>([
      ["proceses", "the definition of a system", "name, processes, network, faults, clock, recording", () => {
        const misspelt = { name: "s", processes: [], network, proceses: [] }
        return system(misspelt)
      }],
      ["crash", "the faults of a system", "crashStop, crashRecovery, pause", () => {
        const faults = { crashStop: 1, crash: 1 }
        return system({ name: "s", processes: [named("a", process(base))], network, faults })
      }],
      ["per", "the budget for pause", "total, each, of", () => plan({ pause: { total: 1, ...{ per: 1 } } }, ["a"])],
      [
        "lose",
        "the faults of a network",
        "loss, duplication, partitions",
        () => unordered({ loss: 1, ...{ lose: 1 } }),
      ],
      ["delay", "the faults of a network", "loss, duplication, partitions", () => fifo({ loss: 1, ...{ delay: 1 } })],
      ["drift", "a clock", "horizon, skew, jumps", () => {
        const clock = { horizon: 1, drift: 1 }
        return system({ name: "s", processes: [named("a", process(base))], network, clock })
      }],
      ["back", "the jumps of a clock", "total, by", () => {
        const jumps = { total: 1, by: [1], back: 1 }
        return clock({ horizon: 1, jumps })
      }],
      [
        "recieve",
        "the definition of a process",
        "durable, volatile, messages, initial, start, receive, timers, inputs, restart, observed",
        () => process({ ...base, ...{ recieve: {} } }),
      ],
    ])("with %s in %s", (unknown, of, known, define) => {
      expect(define).toThrow(new InvalidDefinition({ reason: `there is no ${unknown} in ${of}; there are: ${known}` }))
    })

    describe("with names that collide", () => {
      const choosing = (...inputs: ReadonlyArray<string>) =>
        process({
          ...base,
          inputs: Object.fromEntries(inputs.map((name) => [name, input((state: object) => next(state, reply(name)))])),
        })
      const called = (a: string, b: string, over: Network) => () =>
        system({ name: "s", processes: [a, b].map((name) => named(name, process(base))), network: over })

      it("of inputs, one of which is that of a crash in the other", () => {
        const choices = (crashRecovery: number) => () =>
          system({
            name: "s",
            processes: [named("p", choosing("i", "iAndCrash"))],
            network,
            faults: { crashRecovery },
          })
        expect(choices(1)).toThrow(InvalidDefinition)
        expect(choices(1)).toThrow(
          "two actions of the system are named p.iAndCrash; give the processes or their inputs other names",
        )
        expect(choices(0)).not.toThrow()
      })

      it("of the inputs of two processes", () => {
        const dotted = () =>
          system({
            name: "s",
            processes: [named("p", choosing("x.y")), named("p.x", choosing("y"))],
            network,
          })
        expect(dotted).toThrow(InvalidDefinition)
        expect(dotted).toThrow(/two actions of the system are named p\.x\.y/)
      })

      it("of channels", () => {
        expect(called("a", "a → a", fifo())).toThrow(InvalidDefinition)
        expect(called("a", "a → a", fifo())).toThrow("two channels are named a → a → a; give the processes other names")
        expect(called("a", "a → a", unordered())).not.toThrow()
      })
    })

    it("with an observed field named as a variable of every system", () => {
      const observing = process({ ...base, volatile: { told: Schema.Int }, initial: { told: 0 }, observed: ["told"] })
      expect(() => pair(observing, process(base))).toThrow(InvalidDefinition)
    })
  })

  describe("is found at fault while it is explored", () => {
    const exploring = (a: Process<any, any>, b: Process<any, any>) => (): unknown => explore(pair(a, b).model(), 100)
    /** What went wrong in the action, and the error itself. */
    const caught = (run: () => unknown): FunctionThrew => {
      try {
        run()
      } catch (error) {
        return error as FunctionThrew
      }
      throw new Error("nothing went wrong")
    }

    it("with a message to an unknown process", () => {
      const misled = process({
        ...base,
        receive: { Ask: (state, { n }) => next(state, send("c", Answer.make({ n }))) },
      })
      const { asked, cause, message } = caught(exploring(asker("b"), misled))
      expect(asked).toMatchObject({ kind: "action", name: "deliver" })
      expect(cause).toBeInstanceOf(UnknownProcess)
      expect(message).toMatch(/the process b sends .* to c, which does not exist; there are: a, b/)
    })

    it("with a message that a process has no handler for: the state and the event are named", () => {
      const { cause, message } = caught(
        exploring(asker("b", 5), process({ ...base, volatile: { x: Schema.Int }, initial: { x: 4 } })),
      )
      expect(cause).toEqual(
        new NotTotal({
          process: "b",
          state: { x: 4 },
          event: { _tag: "Message", message: Ask.make({ n: 5 }) },
          reason: "it has no handler for it",
        }),
      )
      expect(message).toMatch(/the process b is not total: in the state .*"x".*4.*, asked about .*"Ask".*5/)
    })

    it("with a state that it does not declare", () => {
      const vague = process({
        ...base,
        volatile: { last: Schema.Literals([0, 1]) },
        initial: { last: 0 },
        receive: { Ask: (_, { n }) => next({ last: n as 1 }) },
      })
      const { asked, cause } = caught(exploring(asker("b", 7), vague))
      expect(asked).toMatchObject({ kind: "action", name: "deliver" })
      expect(cause).toEqual(
        new InvalidReaction({
          process: "b",
          event: { _tag: "Message", message: Ask.make({ n: 7 }) },
          reason: "gives the field last a value outside its Schema: Expected 0 | 1",
        }),
      )
    })

    it("with a handler that gives no reaction", () => {
      const vague = process({ ...base, receive: { Ask: () => "yes" as never } })
      expect(caught(exploring(asker("b"), vague)).message).toMatch(/it gives yes; let it return next\(…\) or ignore/)
    })
  })
})
