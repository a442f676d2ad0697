/**
 * # Multi-Paxos
 *
 * A replicated log, and an object whose operations are applied in the log's order, after Lamport, *Paxos made simple* (2001),
 * section 3, and van Renesse and Altinbuken, *Paxos made moderately complex* (ACM Computing Surveys 47(3), 2015).
 *
 * Each slot of the log is decided by Paxos of its own. What makes it cheap is that one *leader* asks once, for all slots,
 * what was voted before its ballot (phase 1); from then on a request takes phase 2 alone. A new leader proposes again
 * whatever it is told of, and fills the gaps with commands that do nothing: a later slot may have been chosen while an
 * earlier one was not. Every server is leader, acceptor and replica in one: it votes, keeps the log of what is chosen, and
 * applies it to the object in order, without gaps. The leader answers when it has applied a request. Clients send their
 * requests to all servers, and again until they are answered, also after a crash; the object remembers what it last answered each
 * client, and applies no request twice, however often it is in the log.
 *
 * A server that is asked to take part in a ballot below its promise tells which one it has promised: whoever is outbid gives up, and
 * its next ballot is above. A promise carries the votes in those slots alone of which the candidate does not know what is chosen.
 *
 * **It promises** that the logs of two servers never contradict each other, and that clients cannot tell the servers from
 * one object that takes operations one at a time (linearizability): for any number of leaders, whatever is lost,
 * duplicated, reordered or late, and however often whoever crashes. Each request is executed once. While one leader goes on
 * undisturbed, with a quorum of each phase up, each request is answered, and all servers that are up learn the whole log, also those
 * that were down in the meantime: whoever crashed before it told what was chosen, or answered, is asked again. A client that crashes
 * may tell its environment the same result twice.
 *
 * **It assumes** that promises, votes, the log, and what a client asks for survive a crash, that messages are not forged, that quorums
 * of phase 1 and 2 intersect, that a client has one request at a time, and that operations and results are plain data. An answer rests
 * on clients and leaders that repeat what they have sent: who does not lead drops a request, and a network may lose it.
 *
 * **It costs**, with *n* > 1 servers, if nothing fails:
 *
 * | | messages | delays | forced writes | of these one after the other |
 * |---|---|---|---|---|
 * | a request, with a leader that stays | *n* + 1 + 3 (*n* − 1) | 4 | 2 *n* + 1 | 4 |
 * | a new leader, once | 2 (*n* − 1) | 2 | *n* | 2 |
 *
 * A request goes to all servers, for the client does not know who leads, and the leader answers; between it and each other server there
 * are the proposal, the vote, and the news that it is chosen. The client waits while it reaches the leader, while the proposal reaches
 * the servers and their votes the leader, and for the answer. It forces its request, and each server a vote and an entry of its log;
 * the answer waits for the client, the leader's vote, another server's vote, and the leader's log. A new leader asks each other server
 * for a promise, which it forces, as the leader forces its own.
 *
 * The news that an entry is chosen, and that all but the leader write it to their logs, nobody waits for. The leader writes its own
 * vote before it sends the proposal; it could do both at once. The log is forced although a quorum has voted, so that who recovers
 * need not ask what is chosen. A heartbeat repeats all that may have been lost: its messages are as many as the log is long.
 *
 * **It does not offer** what practice expects beside it (Chandra, Griesemer and Redstone, *Paxos made live*, PODC 2007, section 5;
 * Ongaro, *Consensus: bridging theory and practice*, 2014, chapters 4 to 6):
 *
 * - *other servers*: who votes is fixed, and a server that has lost its disk must not come back;
 * - *snapshots*: nothing is ever removed from a log, and a server that was away is told all of it;
 * - *reads* that cost less than a write: each is an entry of the log. There are no leases, by which a leader could answer alone;
 * - *sessions that expire*: what each client was last answered is kept for ever, so clients must not come and go;
 * - several requests of a client at once, or several in one slot.
 *
 * **What is explored in full** is small: three servers, two that take turns where a request is to stand twice in the log, five
 * with one leader; up to three candidacies, two clients and two requests; and with these one crash of a server or a client, or one
 * server that stops (two of five), or two messages that are lost, with duplicates without end or with none, in any order or in that of
 * sending. Random walks go through more: five servers, three leaders, three clients, four crashes.
 *
 * @module
 */
import type { Schema } from "effect"
import type { Recording } from "../history/history.ts"
import type { SequentialObject } from "../history/sequential-object.ts"
import { names } from "../model/domain.ts"
import { named } from "../system/blueprint.ts"
import type { Budget } from "../system/budget.ts"
import type { Faults } from "../system/fault.ts"
import type { Network } from "../system/network.ts"
import { system } from "../system/system.ts"
import { multiPaxosClient } from "./multi-paxos/client.ts"
import { multiPaxosServer } from "./multi-paxos/server.ts"
import type { QuorumSystem } from "./quorum-system.ts"

export { multiPaxosClient } from "./multi-paxos/client.ts"
export { LogEntry, LogMessage, SlotVote } from "./multi-paxos/message.ts"
export { applyEntry } from "./multi-paxos/replica.ts"
export { multiPaxosServer } from "./multi-paxos/server.ts"

/**
 * A service that Multi-Paxos keeps running: as servers the members of the quorums, and clients `c1`, `c2`, ….
 *
 * @param definition - the `object` that the servers keep, and the `operations` that clients may ask for; the `quorums`; how
 *   often each server may become a candidate (`rounds`), and how many requests each client has; the servers that each client
 *   asks (`contacts`), all unless given; whether servers give `negativeAnswers`, as they do unless given; the `network` and the
 *   `faults`, which are none unless given; what a history notes (`recording`), if there is one.
 *
 * @example
 * ```ts
 * import { majority, multiPaxos } from "touchstone/consensus"
 * import { unordered } from "touchstone"
 * import { counter } from "touchstone/spec/consensus"
 *
 * const { definition } = multiPaxos({
 *   object: counter,
 *   operations: ["increment"],
 *   quorums: majority(["s1", "s2", "s3"]),
 *   rounds: [1, 1, 0],
 *   requests: [1],
 *   network: unordered({ duplication: "unbounded" }),
 * })
 * definition.processes.map(({ name }) => name) // => ["s1", "s2", "s3", "c1"]
 * ```
 */
export const multiPaxos = <R extends Recording | undefined = undefined>(
  { contacts, faults = {}, negativeAnswers = true, network, object, operations, quorums, recording, requests, rounds }:
    {
      readonly object: SequentialObject<any, any, any>
      readonly operations: ReadonlyArray<Schema.Json>
      readonly quorums: QuorumSystem
      readonly rounds: ReadonlyArray<Budget>
      readonly requests: ReadonlyArray<Budget>
      readonly contacts?: ReadonlyArray<ReadonlyArray<string>>
      readonly negativeAnswers?: boolean
      readonly network: Network
      readonly faults?: Faults
      readonly recording?: R
    },
) => {
  const { members: servers } = quorums
  return system({
    name: "Multi-Paxos",
    processes: [
      ...servers.map((self, index) =>
        named(self, multiPaxosServer({ self, quorums, object, rounds: rounds[index]!, negativeAnswers }))
      ),
      ...names("c", requests.length).map((name, index) =>
        named(name, multiPaxosClient({ servers: contacts?.[index] ?? servers, operations, requests: requests[index]! }))
      ),
    ],
    network,
    faults,
    ...(recording !== undefined && { recording }),
  })
}
