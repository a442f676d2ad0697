/**
 * Single-decree Paxos behind a register: the counts that Stateright reports for `paxos`, and two ways to break it.
 *
 * @module
 */
import { paxosRegister, registerServer } from "../../../spec/stateright/paxos-register.ts"
import type { Model } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"

const constants = { clients: atLeast(1, "clients") }

type Constants = ConstantsOf<typeof constants>

/** A leader proposes its own client's write, whatever other servers have accepted. */
const acceptedIgnored = ({ clients }: Constants): Model<any> =>
  paxosRegister({ clients }, (self) => {
    const server = registerServer(self)
    const { Prepared } = server.receive
    return {
      ...server,
      receive: {
        ...server.receive,
        Prepared: (state, message, context) => Prepared!(state, { ...message, accepted: null }, context),
      },
    }
  })

/** A server accepts proposals in ballots below its promise. */
const promiseBroken = ({ clients }: Constants): Model<any> =>
  paxosRegister({ clients }, (self) => {
    const server = registerServer(self)
    const { Accept } = server.receive
    return {
      ...server,
      receive: {
        ...server.receive,
        Accept: (state, message, context) => Accept!({ ...state, ballot: { round: 0, leader: 0 } }, message, context),
      },
    }
  })

/** The suite `paxos-register`. */
export const paxosRegisterSuite: Suite = suite({
  name: "stateright/paxos-register",
  aliases: ["paxos-register"],
  description: "Clients write and read a register that three servers keep by Paxos",
  source: "the public example paxos.rs of Stateright",
  constants,
  configurations: [
    ...([[1, 265, 482], [2, 16668, 32971], [3, 1194428, 2420477]] as const)
      .map(([clients, distinct, generated]) => ({
        name: clients === 1 ? "1-client" : `${clients}-clients`,
        constants: { clients },
        model: paxosRegister,
        expected: { verdict: "holds" as const, distinct, generated },
      })),
    {
      name: "sabotage-accepted-ignored",
      constants: { clients: 2 },
      model: acceptedIgnored,
      expected: { verdict: "violated", property: "linearizable", steps: 17 },
    },
    {
      name: "sabotage-promise-broken",
      constants: { clients: 2 },
      model: promiseBroken,
      expected: { verdict: "violated", property: "linearizable", steps: 17 },
    },
  ],
})
