/**
 * Single-decree Paxos behind a register: the counts that Stateright reports for `paxos`.
 *
 * @module
 */
import { paxosRegister } from "../../spec/paxos-register.ts"
import { type Suite, suite } from "../suite.ts"

/** The suite `paxos-register`. */
export const paxosRegisterSuite: Suite = suite({
  name: "paxos-register",
  description: "Clients write and read a register that three servers keep by Paxos",
  source: "the public example paxos.rs of Stateright",
  constants: { clients: { description: "clients", minimum: 1 } },
  configurations: ([[1, 265, 482], [2, 16668, 32971], [3, 1194428, 2420477]] as const)
    .map(([clients, distinct, generated]) => ({
      name: clients === 1 ? "1-client" : `${clients}-clients`,
      constants: { clients },
      model: paxosRegister,
      expected: { verdict: "holds" as const, distinct, generated },
    })),
})
