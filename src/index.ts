/**
 * The language: models, actions and properties; and (with later protocols) the reference implementations.
 *
 * @module touchstone
 */
export * from "./model/action.ts"
export * from "./model/domain.ts"
export * from "./model/encoding.ts"
export * from "./model/errors.ts"
export * from "./model/model.ts"
export * from "./model/property.ts"
export * from "./model/trace.ts"
export * from "./model/variable.ts"
