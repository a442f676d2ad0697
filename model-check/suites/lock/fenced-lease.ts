/**
 * The lease with a fencing token: what the resource does is exclusive whatever happens. The lease alone is unsafe under a pause, and with
 * slow messages.
 *
 * @module
 */
import {
  becomesFree,
  exclusiveAtResource,
  fencingTokens,
  mutualExclusion,
  noDeadlock,
  noLostUpdate,
  onlyTheOwnerReleases,
  withReaders,
  withReleases,
  withSections,
} from "../../../spec/lock/index.ts"
import { type Faults, type Model, type Properties, type Ticks, unordered } from "../../../src/index.ts"
import { fencedLease, type Fencing, leastLease } from "../../../src/lock/index.ts"
import { untyped } from "../../../src/system/machine.ts"
import type { AnyProcess } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { sabotaged, showing } from "../sabotage.ts"

/** For processes whose types the compiler does not know. */
const { next } = untyped

const constants = {
  clients: atLeast(2, "clients"),
  term: atLeast(1, "ticks for which a client relies on its lease"),
  requests: atLeast(1, "requests of each client"),
}

type Constants = ConstantsOf<typeof constants>

/** What may go wrong. The lease is as short as it may be, unless it is given. */
interface Circumstances {
  readonly fencing: Fencing
  readonly faults?: Faults
  readonly loss?: number
  readonly delay?: Ticks
  readonly lease?: number
}

/** A message takes no longer than that. */
const WITHIN_A_TICK: Ticks = { min: 0, max: 1 }

/** Clocks are right. Messages take any time, unless their delay is given. */
const leases = (
  { clients, requests, term }: Constants,
  { delay, faults = {}, fencing, lease = leastLease(term, {}), loss = 0 }: Circumstances,
) =>
  withReaders(withSections(withReleases(fencedLease({
    clients,
    lease: { term, lease, mayOverlap: true },
    fencing,
    requests,
    network: unordered<Ticks | undefined>({ loss, delay }),
    clock: {},
    faults,
  }))))

type Leases = ReturnType<typeof leases>

/** What holds whatever clocks show, and whoever is paused. */
const atTheResource = (system: Leases): Properties => {
  const { exclusive: _, ...mayHold } = mutualExclusion(system)
  return {
    ...mayHold,
    ...fencingTokens(system),
    exclusiveAtResource: exclusiveAtResource(system),
    noLostUpdate: noLostUpdate(system),
    onlyTheOwnerReleases: onlyTheOwnerReleases(system),
    noDeadlock: noDeadlock(system),
    becomesFree: becomesFree(system),
    mayBeWrittenByAll: system.reachable((s) => s.value.resource === lockClients(system)),
  }
}

const lockClients = ({ definition }: Leases): number => definition.processes.length - 2

/** The same, and exclusion at the lock. */
const all = (system: Leases): Properties => ({ ...mutualExclusion(system), ...atTheResource(system) })

const holding =
  (circumstances: Circumstances, properties: (system: Leases) => Properties) => (constants: Constants) => {
    const system = leases(constants, circumstances)
    return system.model(properties(system))
  }

/** Nothing goes wrong, but messages may be slow. */
const slow = holding({ fencing: "all" }, all)

/** A message is lost. */
const loses = holding({ fencing: "all", loss: 1 }, all)

/** A process crashes, and comes back: a client, the server or the resource. */
const crashes = holding({ fencing: "all", faults: { crashRecovery: 1 } }, all)

/** A client is paused, at any moment and for any time. */
const paused = holding({ fencing: "all", faults: { pause: { total: 1, of: ["c1"] } } }, atTheResource)

/** All messages arrive within a tick, and the lease is so long that what a client has sent before the end of its term arrives in time. */
const bounded = ({ term }: Constants): Pick<Circumstances, "delay" | "lease"> => ({
  delay: WITHIN_A_TICK,
  lease: leastLease(term, {}) + 1,
})

/** A client is paused, and that is all. */
const pausedAlone = (constants: Constants): Omit<Circumstances, "fencing"> => ({
  ...bounded(constants),
  faults: { pause: { total: 1, of: ["c1"] } },
})

/** The resource checks no token, and that is safe: nobody is paused, and no message is slower than the lease allows for. */
const nobodyPaused = (constants: Constants): Model<any> =>
  holding({ fencing: "none", ...bounded(constants) }, all)(constants)

/** The same with a pause: only the token helps. */
const pausedPrompt = (constants: Constants): Model<any> =>
  holding({ fencing: "all", ...pausedAlone(constants) }, atTheResource)(constants)

/** The lease is far too short: nobody needs to know when it ends. */
const tooShort = holding({ fencing: "all", lease: 1 }, atTheResource)

const violated = (property: string, circumstances: Circumstances) => (constants: Constants): Model<any> => {
  const system = leases(constants, circumstances)
  return showing(system, all(system), property)
}

/** A client is paused, and believes what it has believed before: two believe that they hold the lock, fenced or not. */
const twoHolders = violated("exclusive", { fencing: "all", faults: { pause: { total: 1, of: ["c1"] } } })

/** The resource checks no token: a client that was paused writes what is long stale. */
const staleWrite = (constants: Constants): Model<any> =>
  violated("exclusiveAtResource", { fencing: "none", ...pausedAlone(constants) })(constants)

/** The same, and what the other client has written is lost. */
const lostUpdate = (constants: Constants): Model<any> =>
  violated("noLostUpdate", { fencing: "none", ...pausedAlone(constants) })(constants)

/** Nobody is paused, and all clients stop in time. But a write is slow, and arrives when the lease has ended. */
const slowWrite = violated("exclusiveAtResource", { fencing: "none", delay: WITHIN_A_TICK })

/** The resource checks the tokens of writes alone. The next holder has read, and overwrites a stale write that was accepted since. */
const readsUnfenced = (constants: Constants): Model<any> =>
  violated("noLostUpdate", { fencing: "writes", ...pausedAlone(constants) })(constants)

const broken = (
  name: string,
  who: "server" | "resource" | "c",
  circumstances: Circumstances,
  property: string,
  change: (process: AnyProcess) => Partial<AnyProcess>,
) =>
(constants: Constants): Model<any> => {
  const system = sabotaged(
    leases(constants, circumstances),
    name,
    (process, name) => (who === "c" ? /^c\d/.test(name) : name === who) ? { ...process, ...change(process) } : process,
  )
  return showing(system, all(system), property)
}

const forgetting = ({ durable: { token, ...durable }, volatile }: AnyProcess): Partial<AnyProcess> => ({
  durable,
  volatile: { ...volatile, ...(token !== undefined && { token }) },
})

/** The server forgets in a crash which token it has given last. */
const serverForgets = broken(
  "a server that forgets its tokens",
  "server",
  { fencing: "all", faults: { crashRecovery: { total: 1, of: ["server"] } } },
  "tokensIncrease",
  forgetting,
)

/** The resource forgets in a crash which token it has seen. */
const resourceForgets = broken(
  "a resource that forgets its tokens",
  "resource",
  { fencing: "all", faults: { crashRecovery: { total: 1, of: ["resource"] } } },
  "tokensAreRemembered",
  forgetting,
)

/** The resource takes the token of the last request for the greatest. */
const lastToken = broken(
  "a resource that remembers the last token",
  "resource",
  { fencing: "all", delay: WITHIN_A_TICK },
  "exclusiveAtResource",
  ({ receive }) => ({
    receive: {
      ...receive,
      Write: (state, message, context) => receive["Write"]!({ ...state, token: 0 }, message, context),
    },
  }),
)

/** A token of another time is enough to release the lock. */
const releasedByAnybody = broken(
  "a release without a comparison",
  "server",
  { fencing: "all" },
  "onlyTheOwnerReleases",
  ({ receive }) => ({
    receive: {
      ...receive,
      Release: (state, message, context) =>
        receive["Release"]!({ ...state, owner: context.from, token: message.token }, message, context),
    },
  }),
)

/** The lock has no lease: it stays with who has crashed. */
const noLease = broken(
  "no lease",
  "server",
  { fencing: "all", faults: { crashRecovery: { total: 1, of: ["c1"] } } },
  "becomesFree",
  ({ timers }) => ({ timers: { ...timers, expire: (state) => next(state) } }),
)

/** A client that is told that its token is stale goes on to wait, and its term has no end. */
const deaf = broken("a client that waits without an end", "c", { fencing: "all", loss: 1 }, "noDeadlock", () => ({
  timers: { end: (state) => next(state) },
}))

/** The suite `lock/fenced-lease`. */
export const fencedLeaseSuite: Suite = suite({
  name: "lock/fenced-lease",
  aliases: ["fenced-lease"],
  description: "A lease with a fencing token, and a resource that checks it, or not",
  source: "Kleppmann, How to do distributed locking (2016), and Burrows, The Chubby lock service (2006)",
  constants,
  unreachable: {
    timeoutAndCrash: "when a timer fires, nothing is sent, so there is no middle of that step",
    "c1 receives Released": "who has released the lock does not listen",
    "c2 receives Released": "who has released the lock does not listen",
  },
  configurations: [
    ...([
      ["slow-2", 2, 1, 1, slow, 2100, 5520, 23],
      ["loses-2", 2, 1, 1, loses, 3576, 11560, 23],
      ["crashes-2", 2, 1, 1, crashes, 11632, 46825, 25],
      ["paused-2", 2, 1, 1, paused, 7332, 23019, 25],
      ["nobody-paused-2", 2, 1, 1, nobodyPaused, 1764, 4045, 21],
      ["paused-prompt-2", 2, 1, 1, pausedPrompt, 7820, 21386, 26],
      ["too-short-2", 2, 2, 1, tooShort, 3883, 11375, 21],
    ] as const).map(([name, clients, term, requests, model, distinct, generated, depth]) => ({
      name,
      constants: { clients, term, requests },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["two-holders-2", 2, 1, 1, twoHolders, "exclusive", 10],
      ["stale-write-2", 2, 1, 1, staleWrite, "exclusiveAtResource", 16],
      ["lost-update-2", 2, 1, 1, lostUpdate, "noLostUpdate", 18],
      ["slow-write-2", 2, 1, 2, slowWrite, "exclusiveAtResource", 14],
      ["reads-unfenced-2", 2, 1, 1, readsUnfenced, "noLostUpdate", 18],
      ["sabotage-server-forgets", 2, 1, 1, serverForgets, "tokensIncrease", 2],
      ["sabotage-resource-forgets", 2, 1, 1, resourceForgets, "tokensAreRemembered", 5],
      ["sabotage-last-token", 2, 1, 2, lastToken, "exclusiveAtResource", 14],
      ["sabotage-released-by-anybody", 2, 1, 1, releasedByAnybody, "onlyTheOwnerReleases", 13],
      ["sabotage-no-lease", 2, 1, 1, noLease, "becomesFree", 9],
      ["sabotage-deaf", 2, 1, 1, deaf, "noDeadlock", 10],
    ] as const).map(([name, clients, term, requests, model, property, steps]) => ({
      name,
      constants: { clients, term, requests },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
