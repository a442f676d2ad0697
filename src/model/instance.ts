/**
 * Instances of classes: the plain data that they stand for.
 *
 * What an instance holds is its class's own affair: it may cache what it has computed, hold equal values in different ways, or
 * hide what tells it apart. Its Schema knows: `toCodecJson` (or `toCodec`) of a declaration says what an instance is made of,
 * and makes one of it. One layer is taken off at a time, so what is inside, plain or not, is looked at by whoever asked.
 *
 * The declarations are those of the variable's own Schema, then that of the class itself (a `Schema.Class`), then those of
 * Effect's data types. An instance that is not the same as the one made of its plain data is refused: something would be lost.
 *
 * @module
 */
import { Equal, HashMap, HashSet, Redacted, Result, Schema, SchemaAST } from "effect"
import { UnencodableValue } from "./errors.ts"
import { foreign, parts } from "./foreign-schema.ts"

/** What an instance stands for. */
export interface Standing {
  /** Its class, by a name that no other has among the declarations. */
  readonly of: string
  /** Plain data, in which there may be other instances. */
  readonly plain: unknown
  /** Makes an instance of such data. */
  readonly revive: (plain: unknown) => object
}

/**
 * Says what an instance stands for.
 *
 * @throws {@link UnencodableValue} where nothing is known of its class.
 */
export type Instances = (instance: object) => Standing

/** One declaration of a class: takes off its layer, and puts it on again. */
interface Declared {
  readonly name: string
  readonly take: (instance: object) => Result.Result<unknown, string>
  readonly put: (plain: unknown) => object
}

const EXACT = { onExcessProperty: "error" } as const

/** The layer of a declaration, or nothing where it has no codec: the schema of what it stands for, and the way there. */
const linkOf = ({ annotations, typeParameters }: SchemaAST.Declaration): SchemaAST.Link | undefined => {
  const codec: unknown = annotations?.["toCodecJson"] ?? annotations?.["toCodec"]
  if (typeof codec !== "function") return undefined
  return codec(typeParameters.map((parameter) => Schema.make(SchemaAST.toType(parameter)))) as
    | SchemaAST.Link
    | undefined
}

const nameOf = ({ annotations }: SchemaAST.Declaration): string => {
  const representation = annotations?.["representation"] as { readonly id: string } | undefined
  return representation?.id ?? String(annotations?.["identifier"] ?? annotations?.["expected"] ?? "")
}

/** The schema that takes off the layer of a declaration: by its codec, else by what it is decoded from; or nothing. */
const layerOf = (ast: SchemaAST.Declaration, link: SchemaAST.Link | undefined): Schema.Codec<object> | undefined =>
  link !== undefined
    ? Schema.make(new SchemaAST.Declaration(ast.typeParameters, ast.run, ast.annotations, ast.checks, [link]))
    : ast.encoding !== undefined
    ? Schema.make(ast)
    : undefined

/** How the instances of a declaration are made. */
export interface Making {
  /** The schema of the plain data that they are made of, in which there may be other instances. */
  readonly from: SchemaAST.AST
  /** Makes an instance, or fails where the declaration does not take such data. Throws what a constructor throws. */
  readonly make: (plain: unknown) => Result.Result<unknown, unknown>
}

/**
 * How the instances of a declaration are made, or nothing where it has no codec. Whatever instance can be part of a state is
 * made so, since it is refused unless it is the same as the one made of its plain data.
 */
export const makingOf = (ast: SchemaAST.Declaration): Making | undefined => {
  const link = linkOf(ast)
  const layer = layerOf(ast, link)
  if (link === undefined || layer === undefined) return undefined
  return { from: SchemaAST.toEncoded(link.to), make: Schema.decodeUnknownResult(layer, EXACT) }
}

/** Calls a codec; one that waits for something, say, throws. */
const attempt = (take: () => unknown): Result.Result<unknown, string> =>
  Result.try({ try: take, catch: (cause) => cause instanceof Error ? cause.message : String(cause) })

/** The declarations that have a codec, those within what others stand for too, each once and in the order of the schema. */
const declarationsOf = (schema: Schema.Top): ReadonlyArray<Declared> => {
  const seen = new Set<SchemaAST.AST>()
  const found: Array<Declared> = []
  const look = (ast: SchemaAST.AST): void => {
    if (seen.has(ast)) return
    seen.add(ast)
    if (SchemaAST.isSuspend(ast)) return look(ast.thunk())
    if (SchemaAST.isDeclaration(ast)) {
      const link = linkOf(ast)
      const layer = layerOf(ast, link)
      if (layer !== undefined) {
        const encode = Schema.encodeUnknownSync(layer, EXACT)
        const take = (instance: object) => attempt(() => encode(instance))
        found.push({ name: nameOf(ast), take, put: Schema.decodeUnknownSync(layer, EXACT) })
      }
      if (link !== undefined) look(link.to)
    }
    parts(ast).forEach(look)
  }
  look(schema.ast)
  return found
}

/** What is only needed where there are instances. */
const once = <A>(make: () => A): () => A => {
  let made: { readonly it: A } | undefined
  return () => (made ??= { it: make() }).it
}

/** Effect's own data types, known wherever they are. */
const ofEffect = once(() =>
  [
    Schema.Option(Schema.Unknown),
    Schema.Result(Schema.Unknown, Schema.Unknown),
    Schema.Exit(Schema.Unknown, Schema.Unknown, Schema.Unknown),
    Schema.Chunk(Schema.Unknown),
    Schema.HashMap(Schema.Unknown, Schema.Unknown),
    Schema.HashSet(Schema.Unknown),
    Schema.BigDecimal,
    Schema.Duration,
    Schema.DateTimeUtc,
    Schema.DateTimeZoned,
  ].flatMap(declarationsOf)
)

const ofClasses = new WeakMap<object, ReadonlyArray<Declared>>()

/** The declarations of a class that is a Schema itself. */
const ofClass = (constructor: unknown): ReadonlyArray<Declared> => {
  if (typeof constructor !== "function" || !Schema.isSchema(constructor) || foreign(constructor) !== undefined) {
    return []
  }
  const known = ofClasses.get(constructor)
  if (known !== undefined) return known
  const declared = declarationsOf(constructor)
  ofClasses.set(constructor, declared)
  return declared
}

/** The order of these says nothing. */
const unordered = (instance: object, plain: unknown): unknown =>
  HashMap.isHashMap(instance)
    ? new Map(plain as ReadonlyArray<readonly [unknown, unknown]>)
    : HashSet.isHashSet(instance)
    ? new Set(plain as ReadonlyArray<unknown>)
    : plain

const labelOf = (value: unknown): unknown => Redacted.isRedacted(value) ? value.label : undefined

/** What an instance is called in messages. */
const named = (instance: object): string => {
  const { name } = (instance.constructor ?? {}) as { readonly name?: string }
  const tag = "_tag" in instance ? String(instance._tag) : ""
  return `an instance of ${(name === "Object" ? tag : name) || "a class without a name"}`
}

type Properties = { readonly [key: PropertyKey]: unknown }

/** The keys of an object's own properties. Where an error was made is no part of it. */
const keysOf = (value: object): ReadonlyArray<PropertyKey> =>
  Reflect.ownKeys(value).filter((key) => !(key === "stack" && value instanceof Error))

/**
 * Whether two values have the same properties of their own, or are equal by what their class says. `Equal.equals` is not asked:
 * it remembers what it has said of objects, which their owner may change.
 */
const isSame = (one: unknown, other: unknown): boolean => {
  if (one === other || Object.is(one, other)) return true
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false
  if (Equal.isEqual(one) && Equal.isEqual(other)) return one[Equal.symbol](other)
  const keys = keysOf(one)
  return keys.length === keysOf(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSame((one as Properties)[key], (other as Properties)[key]))
}

/** Whether an instance is all that its copy is. A label is no part of what `Redacted` values are compared by. */
const isWhole = (instance: object, copy: object): boolean =>
  Object.getPrototypeOf(instance) === Object.getPrototypeOf(copy) && labelOf(instance) === labelOf(copy) &&
  isSame(instance, copy)

/** What is known of the instances of a schema's values. Without a schema, it is what is known everywhere. */
export const instancesOf = (schema?: Schema.Top): Instances => {
  const declared = once(() => schema === undefined ? [] : declarationsOf(schema))
  return (instance) => {
    const own = declared()
    let reason = "is not plain data, and there is no Schema that says what it stands for"
    for (const [at, { name, put, take }] of [...own, ...ofClass(instance.constructor), ...ofEffect()].entries()) {
      const taken = take(instance)
      if (Result.isFailure(taken)) {
        if (at < own.length) reason = `cannot be encoded through its Schema (${taken.failure})`
        continue
      }
      const plain = unordered(instance, taken.success)
      const revive = (plain: unknown) => put(plain instanceof Map || plain instanceof Set ? [...plain] : plain)
      if (isWhole(instance, revive(taken.success))) return { of: `${at} ${name}`, plain, revive }
      reason = "is more than what its Schema encodes: made of that, it would be another value"
    }
    throw new UnencodableValue({ value: named(instance), reason })
  }
}

/** What those instances stand for that are part of a state. */
const standing = new WeakMap<object, unknown>()

/** Remembers what an instance that is part of a state stands for, for those who know no more than the value. */
export const standFor = (instance: object, plain: unknown): void => {
  standing.set(instance, plain)
}

const withoutSchema = instancesOf()

/** What is known of instances where no Schema says more. */
export const knownInstances: Instances = (instance) => {
  try {
    return withoutSchema(instance)
  } catch (cause) {
    if (!standing.has(instance)) throw cause
    return { of: named(instance), plain: standing.get(instance), revive: () => instance }
  }
}

/** The plain data that an instance stands for, in which there may be other instances; nothing where it is not known. */
export const plainOf = (instance: object): unknown => {
  if (standing.has(instance)) return standing.get(instance)
  try {
    return withoutSchema(instance).plain
  } catch {
    return undefined
  }
}
