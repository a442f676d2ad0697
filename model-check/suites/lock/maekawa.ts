/**
 * Maekawa's algorithm with request sets of several shapes; its plain form, which deadlocks; and ways to break it.
 *
 * @module
 */
import { Schema } from "effect"
import { mayRelinquish, requestSetLeave } from "../../../spec/lock/maekawa.ts"
import { mutualExclusion, noDeadlock } from "../../../spec/lock/mutual-exclusion.ts"
import { type Faults, fifo, type Model, names } from "../../../src/index.ts"
import { lines, maekawa } from "../../../src/lock/index.ts"
import { untyped } from "../../../src/system/machine.ts"
import type { AnyProcess } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { sabotaged, showing } from "../sabotage.ts"

/** For processes whose types the compiler does not know. */
const { next, send } = untyped

const constants = {
  requestSets: Schema.Literals(["line", "the first 2"]).annotate({
    description: "whom each of 3 nodes asks: a line of the projective plane, itself and the next; or the first 2",
  }),
  entries: Schema.Array(Schema.Int).annotate({ description: "how often each node asks, from the first" }),
}

type Constants = ConstantsOf<typeof constants>

const SETS = {
  line: lines(names("p", 3), [0, 1]),
  "the first 2": [["p1", "p2"], ["p1", "p2"], ["p1", "p2"]],
} as const

const reliable = ({ entries, requestSets }: Constants, faults: Faults = {}) =>
  maekawa({ requestSets: SETS[requestSets], entries, network: fifo(), faults })

const properties = (system: ReturnType<typeof reliable>, { requestSets }: Constants) => {
  const { exclusive, p1MayHold, p2MayHold } = mutualExclusion(system)
  return {
    exclusive,
    p1MayHold: p1MayHold!,
    p2MayHold: p2MayHold!,
    ...requestSetLeave(system, SETS[requestSets]),
    noDeadlock: noDeadlock(system),
  }
}

/** Every message arrives, and nobody fails. */
const nothingFails = (constants: Constants): Model<any> => {
  const system = reliable(constants)
  return system.model(properties(system, constants))
}

/** The same, where leave must be given back. */
const givenBack = (constants: Constants): Model<any> => {
  const system = reliable(constants)
  return system.model({ ...properties(system, constants), mayRelinquish: mayRelinquish(system) })
}

/** A node stops. */
const stopsAll = (constants: Constants): Model<any> => {
  const system = reliable(constants, { crashStop: 1 })
  return showing(system, properties(system, constants), "noDeadlock")
}

/** A node crashes, and forgets to whom it has given its leave. */
const leaveForgotten = (constants: Constants): Model<any> => {
  const system = reliable(constants, { crashRecovery: 1 })
  return showing(system, properties(system, constants), "exclusive")
}

/** The algorithm in which every node is changed. Only the property is looked at that it violates most tellingly. */
const broken =
  (name: string, property: string, change: (process: AnyProcess) => Partial<AnyProcess>) =>
  (constants: Constants): Model<any> => {
    const system = sabotaged(reliable(constants), name, (process) => ({ ...process, ...change(process) }))
    return showing(system, properties(system, constants), property)
  }

/** What a node sends when it hears of a request, without some of it. */
const withoutSending = (name: string, isLeftOut: (tag: string, to: string, from: string) => boolean) =>
  broken(name, "noDeadlock", ({ receive }) => ({
    receive: {
      ...receive,
      Request: (state, message, context) => {
        const reaction = receive["Request"]!(state, message, context)
        return reaction._tag === "Next"
          ? {
            ...reaction,
            commands: reaction.commands.filter((command) =>
              command._tag !== "Send" || !isLeftOut(command.message._tag, command.to, context.from)
            ),
          }
          : reaction
      },
    },
  }))

/** A member gives its leave to who asks first, and lets all others wait. */
const plain = withoutSending("the plain form", (tag) => tag === "Inquire" || tag === "Failed")

/** A member asks for its leave back, and tells nobody that an earlier request goes first. */
const nobodyFails = withoutSending("nobody told that an earlier request goes first", (tag) => tag === "Failed")

/** As published: a member tells only the request that it has just received that an earlier one goes first. */
const published = withoutSending("the overtaken not told", (tag, to, from) => tag === "Failed" && to !== from)

/** Nobody gives leave back. */
const stubborn = broken("leave never given back", "noDeadlock", ({ receive }) => ({
  receive: { ...receive, Inquire: (state) => next(state) },
}))

/** A node that holds the lock gives back the leave that it needs. */
const obliging = broken("leave given back by the holder", "exclusive", ({ receive }) => ({
  receive: {
    ...receive,
    Inquire: (state, _, { from }) =>
      state.locked.includes(from)
        ? next(
          { ...state, locked: state.locked.filter((name: string) => name !== from) },
          send(from, { _tag: "Relinquish" }),
        )
        : next(state),
  },
}))

/** A node holds the lock with the leave of one. */
const oneIsEnough = broken("the leave of one enough", "leaveOfAll", ({ receive }) => ({
  receive: {
    ...receive,
    Locked: (state, message, context) => {
      const reaction = receive["Locked"]!(state, message, context)
      return reaction._tag === "Next" ? { ...reaction, state: { ...reaction.state, phase: "holding" } } : reaction
    },
  },
}))

/** A member gives its leave to everybody. */
const leaveForAll = broken("leave given to all", "exclusive", ({ receive }) => ({
  receive: {
    ...receive,
    Request: (state, message, context) => receive["Request"]!({ ...state, lockedFor: null }, message, context),
  },
}))

/** A node that releases the lock tells nobody. */
const silentRelease = broken("nobody told of the release", "noDeadlock", ({ inputs }) => ({
  inputs: {
    ...inputs,
    release: {
      ...inputs["release"]!,
      on: (state, args, context) => {
        const reaction = inputs["release"]!.on(state, args, context)
        return reaction._tag === "Next" ? { ...reaction, commands: [] } : reaction
      },
    },
  },
}))

/** The suite `maekawa`. */
export const maekawaSuite: Suite = suite({
  name: "lock/maekawa",
  aliases: ["maekawa"],
  description: "Nodes that exclude each other, each with the leave of a request set",
  source: "Maekawa, A √N algorithm for mutual exclusion in decentralized systems (1985)",
  constants,
  configurations: [
    ...([
      ["all-compete-3", "line", [1, 1, 1], givenBack, 17066, 59744, 25],
      ["two-compete-twice-3", "line", [2, 2], nothingFails, 3685, 10640, 33],
      ["all-ask-two-3", "the first 2", [1, 1, 1], givenBack, 19608, 65185, 27],
    ] as const).map(([name, requestSets, entries, model, distinct, generated, depth]) => ({
      name,
      constants: { requestSets, entries },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["plain-form-deadlocks", "line", [1, 1, 1], plain, "noDeadlock", 12],
      ["published-form-deadlocks", "the first 2", [1, 1, 1], published, "noDeadlock", 16],
      ["one-stops-all", "line", [1], stopsAll, "noDeadlock", 4],
      ["leave-forgotten", "line", [1, 1], leaveForgotten, "exclusive", 12],
      ["sabotage-nobody-fails", "line", [1, 1, 1], nobodyFails, "noDeadlock", 13],
      ["sabotage-stubborn", "line", [1, 1, 1], stubborn, "noDeadlock", 15],
      ["sabotage-obliging", "line", [1, 1, 1], obliging, "exclusive", 12],
      ["sabotage-one-is-enough", "line", [1, 1], oneIsEnough, "leaveOfAll", 3],
      ["sabotage-leave-for-all", "line", [1, 1], leaveForAll, "exclusive", 10],
      ["sabotage-silent-release", "line", [1, 1], silentRelease, "noDeadlock", 11],
    ] as const).map(([name, requestSets, entries, model, property, steps]) => ({
      name,
      constants: { requestSets, entries },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
