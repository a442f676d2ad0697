/**
 * Ricart and Agrawala's algorithm among nodes that enter once or twice; where a node stops, or a message arrives twice; and ways to
 * break it.
 *
 * @module
 */
import { mutualExclusion, noDeadlock } from "../../../spec/lock/mutual-exclusion.ts"
import { requestOrder } from "../../../spec/lock/ricart-agrawala.ts"
import { type Faults, type Model, unordered } from "../../../src/index.ts"
import { ricartAgrawala } from "../../../src/lock/index.ts"
import type { AnyProcess } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { sabotaged, showing } from "../sabotage.ts"

const constants = {
  nodes: atLeast(2, "nodes"),
  entries: atLeast(1, "how often each of them enters"),
}

type Constants = ConstantsOf<typeof constants>

const reliable = (constants: Constants, faults: Faults = {}) =>
  ricartAgrawala({ ...constants, network: unordered(), faults })

const properties = (system: ReturnType<typeof reliable>) => ({
  ...mutualExclusion(system),
  ...requestOrder(system),
  noDeadlock: noDeadlock(system),
})

/** Every message arrives, and nobody fails. */
const nothingFails = (constants: Constants): Model<any> => {
  const system = reliable(constants)
  return system.model(properties(system))
}

/** A node stops: safe, but nobody enters who needs its reply. */
const stopping = (constants: Constants): Model<any> => {
  const system = reliable(constants, { crashStop: 1 })
  return system.model({ ...mutualExclusion(system), ...requestOrder(system) })
}

/** The same, with the claim that all others go on. */
const stopsAll = (constants: Constants): Model<any> => {
  const system = reliable(constants, { crashStop: 1 })
  return showing(system, properties(system), "noDeadlock")
}

/** A message is lost, and somebody waits for it forever. */
const losing = (constants: Constants): Model<any> => {
  const system = ricartAgrawala({ ...constants, network: unordered({ loss: 1 }) })
  return showing(system, properties(system), "noDeadlock")
}

/** A reply arrives twice, the second time for a later request. */
const repeating = (constants: Constants): Model<any> => {
  const system = ricartAgrawala({ ...constants, network: unordered({ duplication: 1 }) })
  return showing(system, properties(system), "exclusive")
}

/** A node crashes while others wait for its reply, and forgets them. */
const forgetting = (constants: Constants): Model<any> => {
  const system = reliable(constants, { crashRecovery: 1 })
  return showing(system, properties(system), "noDeadlock")
}

/** The algorithm in which every node is changed. Only the property is looked at that it violates most tellingly. */
const broken =
  (name: string, property: string, change: (process: AnyProcess) => Partial<AnyProcess>) =>
  (constants: Constants): Model<any> => {
    const system = sabotaged(reliable(constants), name, (process) => ({ ...process, ...change(process) }))
    return showing(system, properties(system), property)
  }

/** Between requests of the same number nobody goes first. */
const noTieBreak = broken("no order among equal numbers", "exclusive", ({ receive }) => ({
  receive: {
    ...receive,
    Request: (state, message, context) =>
      receive["Request"]!(
        state,
        message["number"] === state.number ? { ...message, number: 0 } as typeof message : message,
        context,
      ),
  },
}))

/** The same: each waits for the other. */
const bothDefer = broken("both of equal numbers deferred", "noDeadlock", ({ receive }) => ({
  receive: {
    ...receive,
    Request: (state, message, context) =>
      receive["Request"]!(
        state,
        message["number"] === state.number ? { ...message, number: state.number + 1 } as typeof message : message,
        context,
      ),
  },
}))

/** A node enters when the first has replied. */
const oneReplyEnough = broken("entering with a reply missing", "exclusive", ({ receive }) => ({
  receive: {
    ...receive,
    Reply: (state, message, context) => receive["Reply"]!({ ...state, awaited: [context.from] }, message, context),
  },
}))

/** A node does not remember the numbers that it has received. */
const numbersForgotten = broken("the highest number forgotten", "inOrder", ({ receive }) => ({
  receive: {
    ...receive,
    Request: (state, message, context) => {
      const reaction = receive["Request"]!(state, message, context)
      return reaction._tag === "Next" ? { ...reaction, state: { ...reaction.state, highest: state.highest } } : reaction
    },
  },
}))

/** The same: who has heard of a request asks with a lower number. */
const heardForgotten = broken("a request forgotten", "heard", ({ receive }) => ({
  receive: {
    ...receive,
    Request: (state, message, context) => {
      const reaction = receive["Request"]!(state, message, context)
      return reaction._tag === "Next" ? { ...reaction, state: { ...reaction.state, highest: state.highest } } : reaction
    },
  },
}))

/** A node does not count the requests that it sends, as in the program of the paper. */
const sentNotCounted = broken("only received requests counted", "increasing", ({ inputs }) => ({
  inputs: {
    ...inputs,
    acquire: {
      ...inputs["acquire"]!,
      on: (state, args, context) => {
        const reaction = inputs["acquire"]!.on(state, args, context)
        return reaction._tag === "Next"
          ? { ...reaction, state: { ...reaction.state, highest: state.highest } }
          : reaction
      },
    },
  },
}))

/** A node that leaves replies to nobody. */
const silentRelease = broken("nobody told on leaving", "noDeadlock", ({ inputs }) => ({
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

/** The suite `ricart-agrawala`. */
export const ricartAgrawalaSuite: Suite = suite({
  name: "lock/ricart-agrawala",
  aliases: ["ricart-agrawala"],
  description: "Nodes that exclude each other, each with the leave of all others",
  source: "Ricart and Agrawala, An optimal algorithm for mutual exclusion in computer networks (1981)",
  constants,
  configurations: [
    ...([
      ["enter-twice-2", 2, 2, nothingFails, 179, 259, 17],
      ["enter-once-3", 3, 1, nothingFails, 2879, 9071, 19],
      ["one-stops-3", 3, 1, stopping, 23715, 75905, 20],
    ] as const).map(([name, nodes, entries, model, distinct, generated, depth]) => ({
      name,
      constants: { nodes, entries },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["one-stops-all", 2, 1, stopsAll, "noDeadlock", 2],
      ["message-lost", 2, 1, losing, "noDeadlock", 4],
      ["reply-repeated", 2, 2, repeating, "exclusive", 9],
      ["crash-forgets", 2, 1, forgetting, "noDeadlock", 5],
      ["sabotage-no-tie-break", 2, 1, noTieBreak, "exclusive", 6],
      ["sabotage-both-defer", 2, 1, bothDefer, "noDeadlock", 4],
      ["sabotage-one-reply-enough", 3, 1, oneReplyEnough, "exclusive", 6],
      ["sabotage-numbers-forgotten", 2, 1, numbersForgotten, "inOrder", 4],
      ["sabotage-request-forgotten", 2, 1, heardForgotten, "heard", 2],
      ["sabotage-sent-not-counted", 2, 2, sentNotCounted, "increasing", 5],
      ["sabotage-silent-release", 2, 1, silentRelease, "noDeadlock", 6],
    ] as const).map(([name, nodes, entries, model, property, steps]) => ({
      name,
      constants: { nodes, entries },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
