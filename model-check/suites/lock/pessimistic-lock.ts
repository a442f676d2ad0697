/**
 * The pessimistic lock with its lease: exclusive whatever the network does and whoever crashes, as long as clocks keep to their bounds
 * and nobody is paused; and ways to break it.
 *
 * @module
 */
import {
  becomesFree,
  extensionsKeepTheOwner,
  mutualExclusion,
  noDeadlock,
  onlyTheOwnerReleases,
  withExtensions,
  withReleases,
} from "../../../spec/lock/index.ts"
import { type Clock, type Faults, type Model, type Properties, unordered } from "../../../src/index.ts"
import { leastLease, pessimisticLock } from "../../../src/lock/index.ts"
import { untyped } from "../../../src/system/machine.ts"
import type { AnyProcess } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { sabotaged, showing } from "../sabotage.ts"

/** For processes whose types the compiler does not know. */
const { cancelTimer, next, setTimer } = untyped

const constants = {
  clients: atLeast(2, "clients"),
  term: atLeast(1, "ticks for which a client relies on its lease"),
  requests: atLeast(1, "requests of each client"),
  extensions: atLeast(0, "extensions of each lease"),
}

type Constants = ConstantsOf<typeof constants>

/** What may go wrong, and by how much the lease is too short. */
interface Circumstances {
  readonly clock?: Clock
  readonly faults?: Faults
  readonly loss?: number
  readonly duplication?: number
  readonly missing?: number
}

/** Messages take any time. The lease is as short as it may be. */
const locks = (
  { clients, extensions, requests, term }: Constants,
  { clock = {}, duplication = 0, faults = {}, loss = 0, missing = 0 }: Circumstances,
) =>
  withExtensions(withReleases(pessimisticLock({
    clients,
    lease: { term, lease: leastLease(term, clock) - missing, mayOverlap: true },
    requests,
    extensions,
    network: unordered({ loss, duplication }),
    clock,
    faults,
  })))

const propertiesOf = (system: ReturnType<typeof locks>): Properties => ({
  ...mutualExclusion(system),
  onlyTheOwnerReleases: onlyTheOwnerReleases(system),
  extensionsKeepTheOwner: extensionsKeepTheOwner(system),
  noDeadlock: noDeadlock(system),
  becomesFree: becomesFree(system),
})

const whole = (circumstances: Circumstances) => (constants: Constants): Model<any> => {
  const system = locks(constants, circumstances)
  return system.model(propertiesOf(system))
}

/** Nothing goes wrong, but messages may be slow. */
const slow = whole({})

/** A message is lost. */
const loses = whole({ loss: 1 })

/** A message arrives twice. */
const duplicates = whole({ duplication: 1 })

/** A client crashes, and comes back. */
const clientCrashes = whole({ faults: { crashRecovery: { total: 1, of: ["c1"] } } })

/** A client crashes, and does not come back: its lock is free again all the same. */
const clientStops = whole({ faults: { crashStop: { total: 1, of: ["c1"] } } })

/** The server crashes, and comes back. */
const serverCrashes = whole({ faults: { crashRecovery: { total: 1, of: ["server"] } } })

/** Clocks run apart by a factor of two, and timers are late. */
const clocksRunApart = whole({ clock: { rate: { min: 1, max: 2 }, late: 1 } })

/** A client is paused: what the server promises holds all the same. */
const pausedClient = (constants: Constants): Model<any> => {
  const system = locks(constants, { faults: { pause: { total: 1, of: ["c1", "c2"] } } })
  const { exclusive: _, ...others } = propertiesOf(system)
  return system.model(others)
}

/** The same as `slow`, of a lease that is one tick shorter. */
const noMargin = (constants: Constants): Model<any> => {
  const system = locks(constants, { missing: 1 })
  return showing(system, propertiesOf(system), "exclusive")
}

/** The same as `clocksRunApart`, of a lease that is one tick shorter. */
const marginTooSmall = (constants: Constants): Model<any> => {
  const system = locks(constants, { clock: { rate: { min: 1, max: 2 }, late: 1 }, missing: 1 })
  return showing(system, propertiesOf(system), "exclusive")
}

/** A client is paused, and does not notice that its lease has ended. */
const paused = (constants: Constants): Model<any> => {
  const system = locks(constants, { faults: { pause: { total: 1, of: ["c1"] } } })
  return showing(system, propertiesOf(system), "exclusive")
}

/** The lock in which the server, or every client, is changed. Only the property is looked at that it violates most tellingly. */
const broken = (
  name: string,
  who: "server" | "client",
  circumstances: Circumstances,
  property: string,
  change: (process: AnyProcess) => Partial<AnyProcess>,
) =>
(constants: Constants): Model<any> => {
  const system = sabotaged(
    locks(constants, circumstances),
    name,
    (process, name) => (name === "server") === (who === "server") ? { ...process, ...change(process) } : process,
  )
  return showing(system, propertiesOf(system), property)
}

/** Two lives of a client share an owner token: the number of its requests is not on its disk. */
const livesShareToken = broken(
  "an owner token that two lives share",
  "client",
  { faults: { crashRecovery: { total: 1, of: ["c1"] } } },
  "exclusive",
  ({ durable, volatile }) => ({ durable: {}, volatile: { ...volatile, ...durable } }),
)

/** The server forgets in a crash who owns the lock. */
const serverForgets = broken(
  "a server that forgets",
  "server",
  { faults: { crashRecovery: { total: 1, of: ["server"] } } },
  "exclusive",
  ({ durable, volatile }) => ({ durable: {}, volatile: { ...volatile, ...durable } }),
)

/** The server remembers the owner when it has crashed, and no longer that the lease ends. */
const noExpiryAfterCrash = broken(
  "a lease without an end after a crash",
  "server",
  { faults: { crashRecovery: { total: 1, of: ["server"] }, crashStop: { total: 1, of: ["c1"] } } },
  "becomesFree",
  () => ({ restart: (state) => next(state) }),
)

/** The lock has no lease at all: who crashes keeps it. */
const noLease = broken(
  "no lease",
  "server",
  { faults: { crashStop: { total: 1, of: ["c1"] } } },
  "becomesFree",
  ({ receive }) => ({
    receive: {
      ...receive,
      Acquire: (state, message, context) => {
        const reaction = receive["Acquire"]!(state, message, context)
        return reaction._tag === "Next"
          ? { ...reaction, commands: reaction.commands.filter(({ _tag }) => _tag !== "SetTimer") }
          : reaction
      },
    },
  }),
)

/** The server gives the lock to whoever asks. */
const givenTwice = broken("a lock that is set twice", "server", {}, "exclusive", ({ receive }) => ({
  receive: {
    ...receive,
    Acquire: (state, message, context) => receive["Acquire"]!({ ...state, owner: null }, message, context),
  },
}))

/** The server does not look at the owner token of who releases. */
const releasedByAnybody = broken(
  "a release without a comparison",
  "server",
  {},
  "onlyTheOwnerReleases",
  ({ receive }) => ({
    receive: {
      ...receive,
      Release: (state, message, context) =>
        receive["Release"]!({ ...state, owner: context.from, request: message.request }, message, context),
    },
  }),
)

/** The server looks at the name of who releases, and not at the number of its request: an old release frees a new lock. */
const releasedByName = broken("a release that compares the name alone", "server", {}, "exclusive", ({ receive }) => ({
  receive: {
    ...receive,
    Release: (state, message, context) => receive["Release"]!({ ...state, request: message.request }, message, context),
  },
}))

/** An extension sets the lock, whether it is still there or not. */
const revived = broken("an extension that revives the lock", "server", {}, "extensionsKeepTheOwner", ({ receive }) => ({
  receive: {
    ...receive,
    Extend: (state, message, context) =>
      receive["Extend"]!(
        state.owner === null ? { owner: context.from, request: message.request } : state,
        message,
        context,
      ),
  },
}))

/** A client counts from the answer, which may have taken long. */
const countsFromAnswer = broken(
  "a term counted from the answer",
  "client",
  {},
  "exclusive",
  ({ receive }) => ({
    receive: {
      ...receive,
      Granted: (state, message, context) => {
        const reaction = receive["Granted"]!(state, message, context)
        return reaction._tag === "Next" ? next(reaction.state, setTimer("even", 1)) : reaction
      },
    },
  }),
)

/** A client takes a grant for its last request, whichever it is for. */
const oldGrant = broken("a grant of an earlier request", "client", {}, "exclusive", ({ receive }) => ({
  receive: {
    ...receive,
    Granted: (state, message, context) => receive["Granted"]!(state, { ...message, request: state.requests }, context),
  },
}))

/** A client that asks for an extension relies on it at once. */
const hastyExtension = broken(
  "an extension that nobody has confirmed",
  "client",
  { loss: 1 },
  "exclusive",
  ({ inputs }) => ({
    inputs: {
      ...inputs,
      extend: {
        ...inputs["extend"]!,
        on: (state, args, context) => {
          const reaction = inputs["extend"]!.on(state, args, context)
          return reaction._tag === "Next"
            ? next({ ...reaction.state, extension: reaction.state.asked }, ...reaction.commands, cancelTimer("even"))
            : reaction
        },
      },
    },
  }),
)

/** A client that is told twice of an extension cancels the timer of the lease that it has. */
const toldTwice = broken("an extension told twice", "client", { duplication: 1 }, "exclusive", ({ receive }) => ({
  receive: {
    ...receive,
    Extended: (state, message, context) => {
      const isOld = state.phase === "holding" && message.extension === state.extension
      return isOld ? next(state, cancelTimer("odd")) : receive["Extended"]!(state, message, context)
    },
  },
}))

/** A client goes on when the term ends of an extension that is not confirmed, although the lease that it has ends in the same tick. */
const lateExtension = broken("an extension confirmed after its term", "client", {}, "exclusive", ({ timers }) => ({
  timers: {
    ...timers,
    odd: (state, context) => state.asked > state.extension ? next(state) : timers["odd"]!(state, context),
  },
}))

/** A client does not know when to stop waiting for an answer. */
const waitsForEver = broken("waiting without an end", "client", { loss: 1 }, "noDeadlock", ({ timers }) => ({
  timers: {
    ...timers,
    even: (state, context) => state.phase === "waiting" ? next(state) : timers["even"]!(state, context),
  },
}))

/** The suite `lock/pessimistic-lock`. */
export const pessimisticLockSuite: Suite = suite({
  name: "lock/pessimistic-lock",
  aliases: ["pessimistic-lock"],
  description: "A lock with an owner token and a lease, and clients that know when it ends",
  source: "the documentation of Redis, Distributed Locks with Redis, and Gray and Cheriton, Leases (1989)",
  constants,
  unreachable: {
    "c1 receives Released": "who has released the lock does not listen",
    "c2 receives Released": "who has released the lock does not listen",
  },
  configurations: [
    ...([
      ["slow-2", 2, 1, 2, 0, slow, 43743, 193694, 33],
      ["extended-2", 2, 1, 1, 1, slow, 2244, 8446, 21],
      ["paused-client-2", 2, 1, 1, 1, pausedClient, 11190, 48371, 23],
      ["extended-twice-2", 2, 1, 1, 2, slow, 4710, 18942, 27],
      ["loses-2", 2, 1, 1, 1, loses, 3948, 18924, 21],
      ["duplicates-2", 2, 1, 1, 1, duplicates, 21199, 99075, 25],
      ["client-crashes-2", 2, 1, 2, 0, clientCrashes, 115143, 582898, 35],
      ["client-crashes-extending-2", 2, 1, 1, 1, clientCrashes, 6117, 27527, 23],
      ["client-stops-2", 2, 1, 1, 1, clientStops, 4884, 19123, 22],
      ["server-crashes-2", 2, 1, 1, 1, serverCrashes, 6806, 31906, 23],
      ["clocks-run-apart-2", 2, 1, 1, 1, clocksRunApart, 6019, 49773, 23],
    ] as const).map(([name, clients, term, requests, extensions, model, distinct, generated, depth]) => ({
      name,
      constants: { clients, term, requests, extensions },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["paused-2", 2, 1, 1, 0, paused, "exclusive", 10],
      ["no-margin-2", 2, 1, 1, 0, noMargin, "exclusive", 8],
      ["margin-too-small-2", 2, 1, 1, 0, marginTooSmall, "exclusive", 9],
      ["sabotage-lives-share-token", 2, 1, 1, 0, livesShareToken, "exclusive", 12],
      ["sabotage-server-forgets", 2, 1, 1, 0, serverForgets, "exclusive", 8],
      ["sabotage-no-expiry-after-crash", 2, 1, 1, 0, noExpiryAfterCrash, "becomesFree", 6],
      ["sabotage-no-lease", 2, 1, 1, 0, noLease, "becomesFree", 6],
      ["sabotage-given-twice", 2, 1, 1, 0, givenTwice, "exclusive", 6],
      ["sabotage-released-by-anybody", 2, 1, 1, 0, releasedByAnybody, "onlyTheOwnerReleases", 10],
      ["sabotage-released-by-name", 2, 1, 2, 0, releasedByName, "exclusive", 14],
      ["sabotage-revived", 2, 1, 1, 1, revived, "extensionsKeepTheOwner", 7],
      ["sabotage-counts-from-answer", 2, 1, 1, 0, countsFromAnswer, "exclusive", 9],
      ["sabotage-old-grant", 2, 1, 2, 0, oldGrant, "exclusive", 11],
      ["sabotage-hasty-extension", 2, 1, 1, 1, hastyExtension, "exclusive", 10],
      ["sabotage-told-twice", 2, 1, 1, 1, toldTwice, "exclusive", 13],
      ["sabotage-late-extension", 2, 1, 1, 1, lateExtension, "exclusive", 13],
      ["sabotage-waits-for-ever", 2, 1, 1, 0, waitsForEver, "noDeadlock", 10],
    ] as const).map(([name, clients, term, requests, extensions, model, property, steps]) => ({
      name,
      constants: { clients, term, requests, extensions },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
