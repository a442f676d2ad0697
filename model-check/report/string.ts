/**
 * Strings as text, on one line. Here alone, since this is needed where Effect is not loaded.
 *
 * @module
 */

/** A string, bare where it is clear that it is one; else with quotation marks, and without control characters. */
export const showString = (value: string): string =>
  /^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(value) ? value : JSON.stringify(value)
