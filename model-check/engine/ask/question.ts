/**
 * Questions: a user's function with its arguments bound, asked once per distinct way of reading the state.
 *
 * A question is answered by its decision tree; when the tree does not know, the function is run and the tree learns. A
 * function that reads too much for its tree to be of use is asked *directly* from then on.
 *
 * @module
 */
import {
  type Asked,
  FunctionThrew,
  ImpureFunction,
  InputMutated,
  LostUpdate,
  MissingVariable,
  SpreadSequence,
  UndeclaredRead,
  UnencodableValue,
  UnknownVariable,
  ValueOutsideDomain,
} from "../../../src/model/errors.ts"
import type { Trace } from "../../../src/model/trace.ts"
import { placeOf } from "../../../src/model/user-code.ts"
import { LimitReached } from "../memory.ts"
import { Slice } from "../slice.ts"
import { type Layout, OutsideDomain } from "../state/layout.ts"
import { isUnchanged } from "../state/snapshot.ts"
import { DecisionTrees, Inconsistent } from "./decision-tree.ts"
import { Recorder, Sought, Undeclared } from "./recorder.ts"

/** A tree of fewer bytes is not given up, unless its paths are long, or all trees together take too much. */
const FEW_BYTES = 2 ** 20
/** A path of more reads than this is long: to walk it saves little, and when there are so many it is known what they save. */
const LONG_PATH = 64
const LONG_PATHS = 16
/** A tree of more bytes is always given up: memory stays bounded. */
const MANY_BYTES = 2 ** 26
/** A tree is given up when more than one in so many states taught it a new path. */
const WORTHWHILE = 8
/** All trees together take too much where they take more bytes than this, or than this part of what may be held. */
const TOO_MUCH = 2 ** 26
const TOO_LARGE_A_PART = 1 / 8
/** The answers that are asked for twice at once, per function. */
const ASKED_TWICE = 8

/** The errors that name everything already. */
const COMPLETE = [UnknownVariable, MissingVariable, LostUpdate, SpreadSequence]

const MUTATION = /read only|only a getter|not extensible|Cannot (add|delete|redefine|assign)/

/** A set has grown, and something that ranges over it is wrong: not the function that was being asked is to blame. */
export class BindingFailed extends Error {
  readonly reason: unknown
  constructor(reason: unknown) {
    super()
    this.reason = reason
  }
}

/** One user's function with its arguments bound. */
export interface Question {
  readonly asked: Asked
  readonly tree: number
  /** Whether it reads the states before and after a step. */
  readonly steps: boolean
  /** Runs the function on the recorder's views and turns what it returns into a number from 0. */
  readonly answer: () => number
  /** Says in words what an answer means. */
  readonly show: (answer: number) => string
  /** Set when the tree was given up. */
  direct: boolean
  /** The unit of work in which it was last asked directly, and the answer: a unit that is taken up again does not ask again. */
  keptIn: number
  kept: number
}

/**
 * What a user's function is called about: the state of this number, or unless `instance` is -1 the step that this instance
 * makes from there. A `state` of -1 means initial state `instance`.
 */
export interface CallSite {
  readonly state: number
  readonly instance: number
}

/** What is asked of a model, and what is known of the answers. */
export class Questions {
  readonly layout: Layout
  readonly recorder: Recorder
  readonly trees: DecisionTrees
  /** The slice in which they are asked. */
  readonly slice: Slice
  /** Calls of the user's functions. */
  userCalls = 0
  /** Called before each of them. */
  onCall: (asked: Asked) => void = () => {}
  /** States that the questions have been asked about; set by the search. */
  states = 0
  /** What is being asked about, for errors; set by the search. */
  callSite: CallSite = { state: -1, instance: 0 }
  /** The path to the state that is being asked about, for errors; set by the search. */
  trace: () => Trace = () => ({ steps: [] })

  readonly #askedTwice = new Map<string, number>()

  /** @param slice - that of the questions on whose behalf these are asked, if there are others. */
  constructor(layout: Layout, slice = new Slice()) {
    this.layout = layout
    this.slice = slice
    this.recorder = new Recorder(layout)
    this.trees = new DecisionTrees(layout, this.recorder)
  }

  /** Makes a question. `answer` must call the user's function through {@link run}. */
  add(definition: Omit<Question, "tree" | "direct" | "keptIn" | "kept">): Question {
    return { ...definition, tree: this.trees.add(), direct: false, keptIn: -1, kept: -1 }
  }

  /**
   * The answer about a state. What is asked directly, a unit of work asks about one state only.
   *
   * @throws `Paused` when the function would have to be called, and the slice is over.
   */
  answer(question: Question, words: Int32Array, base: number): number {
    const known = question.direct ? this.#kept(question) : this.trees.walk(question.tree, words, base)
    if (known >= 0) return known
    this.slice.beforeCall()
    this.recorder.load(0, words, base)
    return this.#ask(question)
  }

  /** The answer about a step; the same holds. */
  answerStep(
    question: Question,
    before: Int32Array,
    beforeBase: number,
    after: Int32Array,
    afterBase: number,
  ): number {
    const known = question.direct
      ? this.#kept(question)
      : this.trees.walkStep(question.tree, before, beforeBase, after, afterBase)
    if (known >= 0) return known
    this.slice.beforeCall()
    this.recorder.load(0, before, beforeBase)
    this.recorder.load(1, after, afterBase)
    return this.#ask(question)
  }

  /** The answer about a state that was asked about before, without regard to slices; a function that is called logs its reads. */
  recall(question: Question, words: Int32Array, base: number): number {
    const known = question.direct ? -1 : this.trees.walk(question.tree, words, base)
    if (known >= 0) return known
    this.recorder.load(0, words, base)
    return this.#run(question).answer
  }

  /**
   * Asks the function again about a state whose answer is known.
   *
   * @throws {@link ImpureFunction} when it answers differently.
   */
  crossCheck(question: Question, words: Int32Array, base: number): void {
    if (question.direct || question.steps) return
    const known = this.trees.walk(question.tree, words, base)
    if (known < 0) return
    this.recorder.load(0, words, base)
    const { answer } = this.#run(question)
    if (answer !== known) throw this.#impure(question, known, answer)
  }

  /** Calls a user's function; what it throws becomes a typed error that names it. */
  run<A>(asked: Asked, call: () => A): A {
    this.userCalls++
    this.onCall(asked)
    try {
      return call()
    } catch (cause) {
      throw this.error(asked, cause)
    }
  }

  /** The typed error for what went wrong while a function was being asked. */
  error(asked: Asked, cause: unknown): unknown {
    if (cause instanceof LimitReached || COMPLETE.some((error) => cause instanceof error)) return cause
    if (cause instanceof BindingFailed) return cause.reason
    const isSought = cause instanceof Sought
    const reason = isSought ? cause.reason : cause
    const place = placeOf(cause)
    const at = place === undefined ? {} : { at: place }
    if (reason instanceof OutsideDomain) {
      const { slot, value } = reason
      const expected = slot.expected(value)
      return new ValueOutsideDomain({
        asked,
        variable: slot.name,
        value,
        isSought,
        expected,
        ...at,
        trace: this.trace(),
      })
    }
    if (reason instanceof UnencodableValue) {
      const { reason: why, value, variable } = reason
      return new UnencodableValue({
        value,
        ...(why !== undefined && { reason: why }),
        ...(variable !== undefined && { variable }),
        asked,
        isSought,
        ...at,
        trace: this.trace(),
      })
    }
    if (cause instanceof Undeclared) {
      const { known, variable } = cause
      return new UndeclaredRead({ asked, variable, known, ...at, trace: this.trace() })
    }
    if (cause instanceof TypeError && MUTATION.test(cause.message)) {
      return new InputMutated({ asked, reason: cause.message, ...at, trace: this.trace() })
    }
    return new FunctionThrew({ asked, cause, ...at, trace: this.trace() })
  }

  /** What this unit of work was answered when it asked directly, or -1. */
  #kept({ kept, keptIn }: Question): number {
    return this.slice.isCurrent(keptIn) ? kept : -1
  }

  #keep(question: Question, answer: number): number {
    question.keptIn = this.slice.unit
    question.kept = answer
    return answer
  }

  #ask(question: Question): number {
    const { answer, log } = this.#run(question)
    if (question.direct) return this.#keep(question, answer)
    const name = `${question.asked.kind} ${question.asked.name}`
    const times = this.#askedTwice.get(name) ?? 0
    if (times < ASKED_TWICE) {
      this.#askedTwice.set(name, times + 1)
      const again = this.#run(question)
      if (again.answer !== answer || again.log.join() !== log.join()) throw this.#impure(question, answer, again.answer)
    }
    try {
      this.trees.learn(question.tree, answer, question.steps)
    } catch (cause) {
      if (cause instanceof Inconsistent) throw this.#impure(question, answer, answer)
      throw cause
    }
    if (this.#isWorthless(question.tree)) {
      question.direct = true
      this.trees.forget(question.tree)
      this.#keep(question, answer)
    }
    return answer
  }

  /** Whether a tree takes more than it saves; it has just learned what the recorder has logged. */
  #isWorthless(tree: number): boolean {
    const bytes = this.trees.bytesOf(tree)
    if (bytes > MANY_BYTES) return true
    const paths = this.trees.paths(tree)
    if (paths * WORTHWHILE <= this.states) return false
    if (bytes > FEW_BYTES || (paths > LONG_PATHS && this.recorder.log.length > 2 * LONG_PATH)) return true
    const most = Math.min(TOO_MUCH, TOO_LARGE_A_PART * this.layout.memory.limit)
    return this.trees.bytes > most && bytes * this.trees.count > most
  }

  /**
   * Runs a question's function. Where it searched a set and an element of a set turned up in the same run, it is run again,
   * so that its log knows of all elements.
   */
  #run(question: Question): { readonly answer: number; readonly log: ReadonlyArray<number> } {
    for (;;) {
      const fields = this.layout.fieldCount
      // What a direct question reads is of no use, but to look after the instances of classes that it is given.
      this.recorder.begin(!question.direct || this.layout.holdsInstances)
      const answer = question.answer()
      // A function may have caught this, and answered all the same.
      if (this.layout.memory.exceeded) throw new LimitReached()
      const { log } = this.recorder
      this.#verify(question.asked)
      if (fields === this.layout.fieldCount || !log.some((read, at) => at % 2 === 0 && read < 0)) {
        return { answer, log: question.direct ? [] : [...log] }
      }
    }
  }

  /** Looks after the instances of classes that a function was given: nothing hinders it from changing them. */
  #verify(asked: Asked): void {
    const changed = this.layout.holdsInstances ? this.recorder.changed() : undefined
    const parameter = Object.keys(asked.parameters).find((name) => !isUnchanged(asked.parameters[name]))
    const name = changed ?? (parameter === undefined ? undefined : `its parameter ${parameter}`)
    if (name === undefined) return
    const reason = `an instance of a class in ${name} is another one than before`
    throw new InputMutated({ asked, reason, trace: this.trace() })
  }

  #impure(question: Question, first: number, second: number): ImpureFunction {
    return new ImpureFunction({
      asked: question.asked,
      first: question.show(first),
      second: first === second ? "the same after other reads" : question.show(second),
      trace: this.trace(),
    })
  }
}
