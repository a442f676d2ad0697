/**
 * Recovery without a disk in Viewstamped Replication: Liskov and Cowling, *Viewstamped Replication Revisited* (MIT-CSAIL-TR-2012-021),
 * sections 4.2 (view change) and 4.3 (recovery), for three replicas and one operation.
 *
 * A replica that has crashed remembers nothing. It asks all others for their state, and takes part again when more than half of
 * the group, itself not counted, have answered, among them the primary of the latest view that it hears of. It answers nobody
 * before. So a replica is *failed* while it is down and until it has recovered, and one of three may be failed at a time.
 */
import { Schema } from "effect"
import { expect, it } from "vitest"
import { Search } from "../../../model-check/engine/explore/search.ts"
import {
  connections,
  ignore,
  machine,
  type MachineState,
  type Model,
  named,
  names,
  type Network,
  system,
  unordered,
  variant,
} from "../../../src/index.ts"

const replicas = names("r", 3)
/** The primary of a view: `r1` of view 0, and so on. */
const primaryOf = (view: number): string => replicas[view % 3] as string
const LAST_VIEW = 1

const Message = Schema.TaggedUnion({
  Prepare: { view: Schema.Int },
  PrepareOk: { view: Schema.Int },
  StartViewChange: { view: Schema.Int },
  DoViewChange: { view: Schema.Int, normal: Schema.Int, has: Schema.Boolean },
  StartView: { view: Schema.Int, has: Schema.Boolean },
  /** A nonce tells the answers to one recovery from those to another. */
  Recovery: { nonce: Schema.Int },
  /** `has` is null unless it comes from the primary of its view. */
  Recovered: { nonce: Schema.Int, view: Schema.Int, has: Schema.NullOr(Schema.Boolean) },
})

const Answer = Schema.Struct({ from: Schema.String, view: Schema.Int, has: Schema.NullOr(Schema.Boolean) })
const Proposal = Schema.Struct({ from: Schema.String, normal: Schema.Int, has: Schema.Boolean })

const vr = machine({
  // The number of recoveries is the nonce, which must be new each time.
  durable: { nonce: Schema.Int },
  volatile: {
    status: Schema.Literals(["normal", "viewChange", "recovering"]),
    view: Schema.Int,
    /** The latest view in which it was normal. */
    normal: Schema.Int,
    /** Whether the operation is in its log. */
    has: Schema.Boolean,
    /** Who else wants the next view. */
    wanting: Schema.Array(Schema.String),
    proposals: Schema.Array(Proposal),
    answers: Schema.Array(Answer),
  },
  messages: Message,
  replies: Schema.Literal("done"),
})
const { broadcast, input, next, process, reply, send } = vr
type State = MachineState<typeof vr>

const replica = (self: string) => {
  const others = replicas.filter((name) => name !== self)
  const enter = (state: State, view: number, has: boolean): State => ({
    ...state,
    status: "normal",
    view,
    normal: view,
    has,
    wanting: [],
    proposals: [],
    answers: [],
  })
  /** It has enough of those who want the view, itself not counted: it proposes its own log to the new primary. */
  const proposing = (state: State, view: number, wanting: ReadonlyArray<string>) => {
    const to = primaryOf(view)
    const own = { normal: state.normal, has: state.has }
    const isFirst = state.view < view || state.status === "normal"
    const wants = isFirst ? broadcast(others, { _tag: "StartViewChange", view }) : []
    const changing: State = { ...state, status: "viewChange", view, wanting }
    if (wanting.length === 0) return next(changing, wants)
    if (to !== self) return next(changing, wants, send(to, { _tag: "DoViewChange", view, ...own }))
    return started(changing, { from: self, ...own }, wants)
  }
  const started = (state: State, proposal: typeof Proposal.Type, before: ReturnType<typeof broadcast> = []) => {
    const proposals = [...state.proposals.filter(({ from }) => from !== proposal.from), proposal].toSorted((
      one,
      other,
    ) => one.from < other.from ? -1 : 1)
    if (proposals.length < 2 || !proposals.some(({ from }) => from === self)) {
      return next({ ...state, proposals }, before)
    }
    const latest = Math.max(...proposals.map(({ normal }) => normal))
    const has = proposals.some((one) => one.normal === latest && one.has)
    return next(enter(state, state.view, has), before, broadcast(others, { _tag: "StartView", view: state.view, has }))
  }
  return process({
    initial: {
      nonce: 0,
      status: "normal",
      view: 0,
      normal: 0,
      has: false,
      wanting: [],
      proposals: [],
      answers: [],
    },
    inputs: {
      request: input((state) =>
        state.status === "normal" && state.view === 0 && primaryOf(0) === self && !state.has
          ? next({ ...state, has: true }, broadcast(others, { _tag: "Prepare", view: state.view }))
          : ignore
      ),
      /** It has not heard from the primary for too long. */
      suspect: input((state) =>
        state.status === "normal" && state.view < LAST_VIEW ? proposing(state, state.view + 1, []) : ignore
      ),
    },
    receive: {
      Prepare: (state, { view }, { from }) =>
        state.status === "normal" && state.view === view
          ? next({ ...state, has: true }, send(from, { _tag: "PrepareOk", view }))
          : ignore,
      PrepareOk: (state, { view }) =>
        state.status === "normal" && state.view === view && primaryOf(view) === self
          ? next(state, reply("done"))
          : ignore,
      StartViewChange: (state, { view }, { from }) => {
        if (state.status === "recovering" || view < state.view || (view === state.view && state.status === "normal")) {
          return ignore
        }
        if (state.wanting.includes(from) && view === state.view) return ignore
        return proposing(state, view, [...(view === state.view ? state.wanting : []), from].toSorted())
      },
      DoViewChange: (state, { has, normal, view }, { from }) => {
        if (state.status === "recovering" || view < state.view || (view === state.view && state.status === "normal")) {
          return ignore
        }
        const joining: State = view > state.view ? { ...state, status: "viewChange", view, wanting: [] } : state
        const wants = view > state.view ? broadcast(others, { _tag: "StartViewChange", view }) : []
        return started(joining, { from, normal, has }, wants)
      },
      StartView: (state, { has, view }) =>
        state.status === "recovering" || view < state.view || (view === state.view && state.status === "normal")
          ? ignore
          : next(enter(state, view, has)),
      Recovery: (state, { nonce }, { from }) =>
        state.status !== "normal" ? ignore : next(
          state,
          send(from, {
            _tag: "Recovered",
            nonce,
            view: state.view,
            has: primaryOf(state.view) === self ? state.has : null,
          }),
        ),
      Recovered: (state, { has, nonce, view }, { from }) => {
        if (state.status !== "recovering" || nonce !== state.nonce) return ignore
        const answers = [...state.answers.filter((answer) => answer.from !== from), { from, view, has }].toSorted(
          (one, other) => one.from < other.from ? -1 : 1,
        )
        const latest = Math.max(...answers.map(({ view }) => view))
        const primary = answers.find((answer) => answer.view === latest && answer.has !== null)
        return answers.length < 2 || primary === undefined
          ? next({ ...state, answers })
          : next(enter(state, latest, primary.has === true))
      },
    },
    restart: (state) => {
      const nonce = state.nonce + 1
      return next({ ...state, nonce, status: "recovering" }, broadcast(others, { _tag: "Recovery", nonce }))
    },
  })
}

type Setting = { readonly network: Network; readonly crashes: number; readonly failed: number }

/**
 * The model in which so many replicas are failed at a time. `atOnce` counts who is down; who is recovering counts as well here, and
 * only the protocol knows who that is.
 */
const group = ({ crashes, failed, network }: Setting): Model<any> => {
  const { always, model } = system({
    name: "viewstamped replication",
    processes: replicas.map((name) => named(name, replica(name))),
    network,
    faults: { crashRecovery: { total: crashes, each: 1, atOnce: failed } },
  })
  const all = model({
    // What the client was told is in the log of the primary of the next view.
    kept: always((s) =>
      s.replies.size === 0 || s.state.r2.status !== "normal" || s.state.r2.view === 0 || s.state.r2.has
    ),
    survives: always((s) => s.replies.size === 0 || replicas.some((name) => s.state[name].has)),
  }) as Model<any>
  return variant(all, "one failed at a time", ({ action }) => ({
    actions: Object.fromEntries(
      Object.entries(all.actions).filter(([name]) => name === "crash" || name.endsWith("AndCrash")).map(
        ([name, { parameters, run }]) => [
          name,
          action(
            parameters as any,
            (s: any, args: any) =>
              replicas.filter((other) => s.status[other] === "down" || s.state[other].status === "recovering").length <
                failed &&
              run(s, args) as any,
          ),
        ],
      ),
    ),
  })) as Model<any>
}

/** The first violation: the property, and the length of the shortest way to it. */
const found = (setting: Setting): string => {
  const search = new Search(group(setting))
  while (!search.run(60_000));
  const { properties, verdict } = search.report()
  const violated = properties.filter((property) => property.verdict === "violated")
  return violated.length === 0
    ? verdict
    : violated.map(({ name, trace }) => `${name} violated, ${(trace?.steps.length ?? 0) - 1} steps`).join()
}

it("is safe over connections with one replica failed at a time", { timeout: 120_000 }, () => {
  expect(found({ network: connections(), crashes: 2, failed: 1 })).toBe("holds")
})

it("loses the operation with two failed at a time", () => {
  // The request, a copy, its answer; and the two crash who have the operation.
  expect(found({ network: connections(), crashes: 2, failed: 2 })).toBe("survives violated, 5 steps")
})

// Michael, Ports, Sharma and Szekeres, *Recovering Shared Objects Without Stable Storage* (DISC 2017): a replica forgets that it
// has asked for a view, recovers to the one before, and what it sent in its former life still counts. So it takes two crashes,
// one after the other, and a message that outlives the first of them.
it("is not safe where messages outlive their sender's crash, with one failed at a time", { timeout: 120_000 }, () => {
  const network = unordered({ duplication: "unbounded" })
  expect(found({ network, crashes: 1, failed: 1 })).toBe("holds")
  expect(found({ network, crashes: 2, failed: 1 })).toBe("kept violated, 19 steps")
})
