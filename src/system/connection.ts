/**
 * Connections: what breaks them, what is lost then, and what their ends notice.
 *
 * Between any two processes there is one at any time, and each end of it belongs to a process. The variable `broken` has the ends
 * that have yet to notice that their connection has broken. An end notices before it hears anything over the next one, as a socket
 * gives its end-of-file before another socket takes its place.
 *
 * @module
 */
import type { AnyState } from "../model/action.ts"
import type { Update } from "../model/update.ts"
import { type Channel, channelName, type Envelope } from "./network.ts"

/** The end of a connection that belongs to one process, the other one being at the other end. */
const endOf = (from: string, to: string): Channel => ({ _tag: "Channel", from, to })

/** What was on its way between processes is gone. */
const emptied = (...ends: ReadonlyArray<Channel>): Update => ({
  channels: Object.fromEntries(ends.map((end) => [channelName(end), []])),
})

/** The connection between two processes breaks; both have yet to notice. */
export const disconnected = (one: string, other: string): Update => {
  const ends = [endOf(one, other), endOf(other, one)]
  return { ...emptied(...ends), broken: { add: ends } }
}

/**
 * A process is no longer there: all its connections are gone, and what it did not know of them. The others have yet to notice.
 *
 * @param others - those who are there.
 */
export const hungUp = (name: string, names: ReadonlyArray<string>, others: ReadonlyArray<string>): Update => ({
  ...emptied(...names.flatMap((other) => [endOf(name, other), endOf(other, name)])),
  broken: {
    remove: names.map((other) => endOf(name, other)),
    add: others.map((other) => endOf(other, name)),
  },
})

/**
 * What is sent over connections: what goes to one that is no more is gone, and so is what goes to nobody, which the sender may
 * notice.
 *
 * @param isThere - whether there is a process at the other end.
 * @param besides - what else happens in this step: an end may notice in it.
 */
export const connected = (
  s: AnyState,
  sent: ReadonlyArray<Envelope>,
  isThere: (process: string) => boolean,
  besides: Update,
): { readonly arriving: ReadonlyArray<Envelope>; readonly refused: ReadonlyArray<Channel> } => {
  // A process that restarts is there for what it sends to itself.
  const isRefused = ({ from, to }: Envelope) => from !== to && !isThere(to)
  const refused = sent.filter(isRefused).map(({ from, to }) => endOf(from, to))
  const noticed: ReadonlyArray<Channel> = besides["broken"]?.remove ?? []
  const isNoticed = ({ from, to }: Envelope) => noticed.some((end) => end.from === from && end.to === to)
  const arriving = sent.filter((envelope) =>
    !isRefused(envelope) && (isNoticed(envelope) || !isBroken(s, envelope.from, envelope.to))
  )
  return { arriving, refused }
}

/** Whether an end has yet to notice that its connection is no more. */
export const isBroken = (s: AnyState, from: string, to: string): boolean => from !== to && s.broken.has(endOf(from, to))
