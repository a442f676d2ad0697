import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { explore } from "../../../model-check/engine/explore/graph.ts"
import {
  clock,
  defer,
  DuplicateProcess,
  fifo,
  FunctionThrew,
  type History,
  ignore,
  InvalidBudget,
  InvalidDefinition,
  InvalidReaction,
  isLinearizable,
  isSequentiallyConsistent,
  machine,
  named,
  type Network,
  NotTotal,
  plan,
  register,
  system,
  UndeclaredRead,
  UnknownProcess,
  unordered,
} from "../../../src/index.ts"
import { type AnyProcess } from "../../../src/system/process.ts"
import { distinct, seen, steps } from "../explored.ts"

const Ask = Schema.TaggedStruct("Ask", { n: Schema.Int })
const Answer = Schema.TaggedStruct("Answer", { n: Schema.Int })
const Talk = Schema.Union([Ask, Answer])

/** What has no state, no timers and no answers. */
const { input, next, process, send } = machine({ messages: Talk })
const idle = process({ initial: {} })

/** Asks once. */
const asker = (to: string, n = 1) =>
  process({ initial: {}, start: (state) => next(state, send(to, Ask.make({ n }))), receive: { Answer: () => ignore } })

describe("a system", () => {
  const network = unordered()
  const pair = (a: AnyProcess, b: AnyProcess, over: Network = network) =>
    system({ name: "pair", processes: [named("a", a), named("b", b)], network: over })

  it("has the variables of every system, and what its network, its clock and its recording add", () => {
    expect(Object.keys(pair(idle, idle).model().variables)).toEqual([
      "state",
      "status",
      "network",
      "timers",
      "replies",
      "cut",
      "cutLinks",
      "left",
      "leftOf",
    ])
    const everything = system({
      name: "everything",
      processes: [named("a", idle)],
      network: fifo({ loss: 1, partitions: 1 }),
      faults: { pause: { total: 2, each: 1 } },
      clock: { horizon: 1, skew: 1 },
      recording: { invocation: () => undefined, response: () => undefined },
    }).model()
    expect(Object.keys(everything.variables).toSorted()).toEqual([
      "channels",
      "clock",
      "cut",
      "cutLinks",
      "history",
      "left",
      "leftOf",
      "offset",
      "replies",
      "state",
      "status",
      "timers",
    ])
  })

  it("has variables for what cannot happen, with their one value", () => {
    const none = { a: 0, b: 0 }
    expect(explore(pair(idle, idle).model(), 10).states).toEqual([{
      state: { a: {}, b: {} },
      status: { a: "up", b: "up" },
      network: [],
      timers: [],
      replies: [],
      cut: null,
      cutLinks: [],
      left: {
        loss: 0,
        duplication: 0,
        partitions: 0,
        links: 0,
        disconnects: 0,
        crashStop: 0,
        crashRecovery: 0,
        replacement: 0,
        pause: 0,
        jumps: 0,
        wrongSuspicions: 0,
      },
      leftOf: { crashStop: none, crashRecovery: none, replacement: none, pause: none },
    }])
    const timed = system({
      name: "s",
      processes: [named("a", idle)],
      network: fifo({ loss: 1 }),
      clock: { horizon: 0 },
    })
    expect(explore(timed.model(), 10).states).toMatchObject([{
      channels: { "a → a": [] },
      clock: 0,
      offset: { a: 0 },
      left: { loss: 1, jumps: 0 },
    }])
  })

  it.each<readonly [variable: string, network: Network]>([
    ["network", fifo()],
    ["channels", unordered()],
    ["clock", unordered()],
    ["offset", unordered()],
    ["history", unordered()],
  ])("has no %s on %j, and says so", (variable, network) => {
    const { always, model } = pair(idle, idle, network)
    const reading = model({ reads: always((s) => (s as any)[variable] !== null) })
    expect(Object.keys(reading.variables)).not.toContain(variable)
    expect(() => distinct(reading)).toThrow(UndeclaredRead)
    expect(() => distinct(reading)).toThrow(`reads ${variable}, which was never declared; there are: state, `)
  })

  it("lets properties observe fields of the local states", () => {
    const { input, next, process } = machine({
      volatile: { count: Schema.Int, hidden: Schema.Int },
      messages: Talk,
    })
    const counting = process({
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
    const { input, next, process, reply } = machine({
      volatile: { voted: Schema.Boolean },
      messages: Talk,
      replies: Schema.Boolean,
    })
    const voting = process({
      initial: { voted: false },
      inputs: {
        vote: input({ yes: [true, false] }, ({ voted }, { yes }) => voted ? ignore : next({ voted: true }, reply(yes))),
      },
    })
    const model = system({ name: "s", processes: [named("p", voting), named("q", voting)], network }).model()
    expect(steps(model)).toEqual(["p.vote(yes: false)", "p.vote(yes: true)", "q.vote(yes: false)", "q.vote(yes: true)"])
    // Each has not voted, or voted yes or no.
    expect(distinct(model)).toBe(9)
  })

  describe("in which an event changes nothing of a process", () => {
    const networks = [unordered(), unordered({ ignored: "kept" }), fifo()]
    const { input, next, process, setTimer } = machine({
      volatile: { ears: Schema.Int },
      messages: Talk,
      timers: ["nap"],
    })
    /** Answers nothing, whatever happens. */
    const deaf = (reaction: "ignores" | "goes on as before") => {
      const react = ({ ears }: { readonly ears: number }) => reaction === "ignores" ? ignore : next({ ears })
      return process({
        initial: { ears: 2 },
        start: (state) => next(state, setTimer("nap")),
        receive: { Ask: react },
        timers: { nap: react },
        inputs: { shout: input(react) },
      })
    }
    const recorded = (reaction: Parameters<typeof deaf>[0], network: Network) =>
      system({
        name: "deaf",
        processes: [named("a", asker("b")), named("b", deaf(reaction))],
        network,
        recording: {
          invocation: (seen) => seen._tag === "Delivered" ? { client: seen.from, operation: seen.message } : undefined,
          response: () => undefined,
        },
      }).model()

    it("uses up the timer, whether it is ignored or not", () => {
      for (const reaction of ["ignores", "goes on as before"] as const) {
        expect(seen(recorded(reaction, unordered()), (s) => s.timers.length)).toEqual(["0", "1"])
      }
    })

    it("lets an input be chosen that is not ignored", () => {
      expect(steps(recorded("ignores", unordered()))).not.toContain("b.shout")
      expect(steps(recorded("goes on as before", unordered()))).toContain("b.shout")
    })

    it("records a message that the process goes on with, and none that it ignores", () => {
      for (const network of networks) {
        const clients = (reaction: Parameters<typeof deaf>[0]) =>
          seen(recorded(reaction, network), (s) => Object.keys(s.history).join())
        expect(clients("ignores")).toEqual([""])
        expect(clients("goes on as before")).toEqual(["", "a"])
      }
    })

    it("has used up the message, whatever the network, where the process goes on", () => {
      for (const network of networks) {
        const model = recorded("goes on as before", network)
        const onTheirWay = seen(model, (s) => network.order === "fifo" ? s.channels["a → b"].length : s.network.length)
        expect(onTheirWay).toEqual(["0", "1"])
      }
    })

    it("records a delivery that changes something", () => {
      const answering = process({
        initial: { ears: 2 },
        timers: { nap: () => ignore },
        receive: { Ask: (state, { n }, { from }) => next(state, send(from, Answer.make({ n }))) },
      })
      const model = system({
        name: "heard",
        processes: [named("a", asker("b")), named("b", answering)],
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
    const { next, process, reply, send } = machine({
      volatile: { read: Schema.Int },
      messages: Talk,
      replies: Schema.Int,
    })
    const client = process({
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
      initial: { read: 0 },
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
          seen._tag === "Replied" ? { client: seen.from, result: { _tag: "ReadOk", value: seen.value } } : undefined,
      },
    }).model()
    // Nobody writes to the register, so having read 1 it cannot be read as 0.
    const last = explore(reading, 100).states.filter(({ replies }: any) => replies.length === 2)
      .map(({ history }: any) => history as History)
    expect(last.map((history) => isLinearizable(register(1), history))).toEqual([false])
    expect(last.map((history) => isSequentiallyConsistent(register(1), history))).toEqual([false])
  })

  describe("is refused", () => {
    it("with two processes of one name", () => {
      const twice = () => system({ name: "s", processes: [named("a", idle), named("a", idle)], network })
      expect(twice).toThrow(DuplicateProcess)
      expect(twice).toThrow("two processes are named a; give each a name of its own")
    })

    it("with a message to an unknown process, at the start", () => {
      expect(() => pair(asker("c", 3), idle).model()).toThrow(
        new UnknownProcess({ from: "a", to: "c", sent: Ask.make({ n: 3 }), known: ["a", "b"] }),
      )
    })

    it("with a message to an unknown process, on an event that is known beforehand", () => {
      const shy = process({
        initial: {},
        inputs: {
          go: input({ n: [1, 2] }, (state, { n }) => n === 1 ? ignore : next(state, send("c", Ask.make({ n })))),
        },
      })
      expect(() => pair(shy, idle)).toThrow(
        /^the process a sends \{.*\} to c, which does not exist; there are: a, b$/,
      )
      const late = process({ initial: {}, restart: (state) => next(state, send("c", Ask.make({ n: 1 }))) })
      expect(() => pair(late, idle)).toThrow(UnknownProcess)
    })

    describe("with what was not declared", () => {
      const { cancelTimer, input, next, process, reply, send, setTimer } = machine({
        volatile: { x: Schema.Literals([0, 1]) },
        messages: Talk,
        timers: ["retry", "rest"],
        replies: Schema.Literals(["yes", "no"]),
      })
      const timers = { retry: () => ignore, rest: () => ignore }
      const giving = (state: object, ...commands: Parameters<typeof next> extends [any, ...infer C] ? C : never) =>
        process({
          initial: { x: 0 },
          timers,
          inputs: { go: input(() => next(state as { readonly x: 0 | 1 }, ...commands)) },
        })
      const went = /^the process a, asked about .*"go".*, gives /

      it("a field of a state", () => {
        const run = () => pair(giving({ x: 1, y: 2 }), idle)
        expect(run).toThrow(InvalidReaction)
        expect(run).toThrow(went)
        expect(run).toThrow(/gives the field y, which it does not declare; there are: x$/)
      })

      it("a state that lacks a field", () => {
        const run = () => pair(giving({}), idle)
        expect(run).toThrow(InvalidReaction)
        expect(run).toThrow(went)
        expect(run).toThrow(/gives a state without the field x$/)
      })

      it("a value of a field", () => {
        const run = () => pair(giving({ x: 2 }), idle)
        expect(run).toThrow(InvalidReaction)
        expect(run).toThrow(went)
        expect(run).toThrow(/gives the field x a value outside its Schema: Expected 0 \| 1$/)
      })

      it("a state in which it starts", () => {
        const starting = process({ initial: { x: 0 }, timers, start: () => next({ x: 1, ...{ y: 1 } }) })
        expect(() => pair(starting, idle)).toThrow(
          /^the process a gives the field y, which it does not declare/,
        )
      })

      it.each([
        setTimer("rety" as never),
        cancelTimer("rety" as never),
        setTimer("constructor" as never),
      ])("a timer: %j", (command) => {
        const run = () => pair(giving({ x: 0 }, command), idle)
        expect(run).toThrow(InvalidReaction)
        expect(run).toThrow(
          `the process a names the timer ${command.timer}, for which it has no handler; there are: retry, rest`,
        )
      })

      it.each([
        [{ _tag: "Asl", n: 1 }, /"Asl".* to b, which does not understand it: Expected .*"Ask".*"Answer"/],
        [{ _tag: "Ask", n: "one" }, /"one".* to b, which does not understand it: Expected number at \["n"\]/],
      ])("a message: %j", (message, reason) => {
        const run = () => pair(giving({ x: 0 }, send("b", message as never)), idle)
        expect(run).toThrow(InvalidReaction)
        expect(run).toThrow(reason)
      })

      it("an answer", () => {
        const run = () => pair(giving({ x: 0 }, reply("perhaps" as never)), idle)
        expect(run).toThrow(InvalidReaction)
        expect(run).toThrow(/^the process a replies "perhaps", which is none of its replies: Expected "yes" \| "no"/)
        expect(() => pair(giving({ x: 0 }, reply("no")), idle)).not.toThrow()
      })

      it("any answer of a process that declares none", () => {
        const { next, process, reply } = machine({ messages: Talk })
        const telling = process({ initial: {}, start: (state) => next(state, reply("yes" as never)) })
        expect(() => pair(telling, idle).model()).toThrow(InvalidReaction)
        expect(() => pair(telling, idle).model()).toThrow(
          `the process a replies "yes", which is none of its replies: it declares none`,
        )
      })

      it("an input that is deferred, since only messages can wait", () => {
        const deferring = process({ initial: { x: 0 }, timers, inputs: { go: input(() => defer) } })
        expect(() => pair(deferring, idle)).toThrow(NotTotal)
        expect(() => pair(deferring, idle)).toThrow(/asked about .*"go".*, it defers, which only a message can be/)
      })

      it("the time, where there is no clock", () => {
        const { input, next, process } = machine({ volatile: { at: Schema.Int }, messages: Talk })
        const looking = process({ initial: { at: 0 }, inputs: { go: input((_, __, { now }) => next({ at: now })) } })
        const run = () => pair(looking, idle)
        expect(run).toThrow(InvalidReaction)
        expect(run).toThrow(
          /^the process a, asked about .*"go".*, reads the time, but the system has no clock; give it one, say clock: /,
        )
        const timed = { name: "s", processes: [named("a", looking)], network, clock: { horizon: 1 } } as const
        expect(seen(system(timed).model(), (s) => s.state.a.at)).toEqual(["0", "1"])
      })
    })

    it("with faults of an unknown process", () => {
      const faulty = () =>
        system({
          name: "s",
          processes: [named("a", idle)],
          network,
          faults: { crashStop: { total: 1, of: ["z"] } },
        })
      expect(faulty).toThrow(UnknownProcess)
    })

    it("with a process that is not total, about an event that is known beforehand", () => {
      const { input, next, process } = machine({ volatile: { votes: Schema.Int }, messages: Talk, timers: ["t"] })
      const timers = { t: () => ignore }
      const vague = process({
        initial: { votes: 0 },
        timers,
        inputs: { vote: input({ yes: [true, false] }, (state, { yes }) => (yes ? next(state) : undefined) as never) },
      })
      expect(() => pair(vague, idle)).toThrow(NotTotal)
      expect(() => pair(vague, idle)).toThrow(
        /^the process a is not total: .*"votes".*0.*asked about .*"vote".*false/,
      )
      const tired = () => {
        throw new Error("too tired")
      }
      const throwing = process({ initial: { votes: 0 }, timers: { t: tired } })
      expect(() => pair(throwing, idle)).toThrow(/asked about .*"t".*, it throws Error: too tired/)
    })

    it("with a budget that is no natural number", () => {
      expect(() => pair(idle, idle, unordered({ loss: -1 }))).toThrow(InvalidBudget)
      const faulty = () => system({ name: "s", processes: [named("a", idle)], network, faults: { pause: 0.5 } })
      expect(faulty).toThrow(InvalidBudget)
    })

    it.each<readonly [unknown: string, of: string, known: string, define: () => unknown]>([
      [
        "proceses",
        "the definition of a system",
        "name, processes, network, faults, clock, recording, detector, ghosts",
        () => {
          const misspelt = { name: "s", processes: [], network, proceses: [] }
          return system(misspelt)
        },
      ],
      ["crash", "the faults of a system", "crashStop, crashRecovery, replacement, pause", () => {
        const faults = { crashStop: 1, crash: 1 }
        return system({ name: "s", processes: [named("a", idle)], network, faults })
      }],
      [
        "per",
        "the budget for pause",
        "total, each, of, atOnce, groups",
        () => plan({ pause: { total: 1, ...{ per: 1 } } }, ["a"]),
      ],
      [
        "lose",
        "a network",
        "loss, duplication, partitions, links, delay",
        () => unordered({ loss: 1, ...{ lose: 1 } }),
      ],
      [
        "latency",
        "a network",
        "loss, duplication, partitions, links, delay",
        () => fifo({ loss: 1, ...{ latency: 1 } }),
      ],
      ["drift", "a clock", "horizon, skew, rate, late, jumps", () => {
        const clock = { horizon: 1, drift: 1 }
        return system({ name: "s", processes: [named("a", idle)], network, clock })
      }],
      ["back", "the jumps of a clock", "total, by", () => {
        const jumps = { total: 1, by: [1], back: 1 }
        return clock({ horizon: 1, jumps })
      }],
      [
        "recieve",
        "the behaviour of a process",
        "initial, start, receive, timers, inputs, closed, restart, observed",
        () => process({ initial: {}, ...{ recieve: {} } }),
      ],
      [
        "timer",
        "the declaration of a machine",
        "durable, unforced, volatile, messages, timers, replies",
        () => machine({ messages: Talk, ...{ timer: ["retry"] } }),
      ],
    ])("with %s in %s", (unknown, of, known, define) => {
      expect(define).toThrow(new InvalidDefinition({ reason: `there is no ${unknown} in ${of}; there are: ${known}` }))
    })

    describe("with names that collide", () => {
      const { input, next, process, reply } = machine({ messages: Talk, replies: Schema.String })
      const choosing = (...inputs: ReadonlyArray<string>) =>
        process({
          initial: {},
          inputs: Object.fromEntries(inputs.map((name) => [name, input((state) => next(state, reply(name)))])),
        })
      const called = (a: string, b: string, over: Network) => () =>
        system({ name: "s", processes: [a, b].map((name) => named(name, idle)), network: over })

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
      const { process } = machine({ volatile: { replies: Schema.Int }, messages: Talk })
      const observing = process({ initial: { replies: 0 }, observed: ["replies"] })
      expect(() => pair(observing, idle)).toThrow(InvalidDefinition)
    })
  })

  describe("is found at fault while it is explored", () => {
    const exploring = (a: AnyProcess, b: AnyProcess) => (): unknown => explore(pair(a, b).model(), 100)
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
        initial: {},
        receive: { Ask: (state, { n }) => next(state, send("c", Answer.make({ n }))) },
      })
      const { asked, cause, message } = caught(exploring(asker("b"), misled))
      expect(asked).toMatchObject({ kind: "action", name: "deliver" })
      expect(cause).toBeInstanceOf(UnknownProcess)
      expect(message).toMatch(/the process b sends .* to c, which does not exist; there are: a, b/)
    })

    it("with a message that a process has no handler for: the state and the event are named", () => {
      const mute = machine({ volatile: { x: Schema.Int }, messages: Talk }).process({ initial: { x: 4 } })
      const { cause, message } = caught(exploring(asker("b", 5), mute))
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
      const { next, process } = machine({ volatile: { last: Schema.Literals([0, 1]) }, messages: Talk })
      const vague = process({
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
      const vague = process({ initial: {}, receive: { Ask: () => "yes" as never } })
      expect(caught(exploring(asker("b"), vague)).message).toMatch(/it gives yes; let it return next\(…\) or ignore/)
    })
  })
})
