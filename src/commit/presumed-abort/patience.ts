/**
 * Patience: how often a process asks or announces again before it only waits. Without a bound nothing is counted, so that
 * there is an end to the states.
 *
 * @module
 */
import { Schema } from "effect"
import type { Budget } from "../../system/budget.ts"

/** How often it will do so yet. */
export const Patience = Schema.Union([Schema.Int, Schema.Literal("unbounded")])

/** What is left when it has done so once. */
export const lessPatient = (patience: Budget): Budget => patience === "unbounded" ? patience : patience - 1
