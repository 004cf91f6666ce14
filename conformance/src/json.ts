import { FormatError } from './outcome.ts';

/** What `JSON.parse` gives. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Refuses keys that are not among the words of `allowed`.
 * A case that asks for more than is checked must not pass.
 */
export function onlyKeys(object: JsonObject, allowed: string, where: string): void {
  const known = allowed.split(/\s+/).filter((word) => word !== '');
  const unknown = Object.keys(object).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new FormatError(`unknown key ${unknown.join(', ')} in ${where}`);
}

export function objectOf(value: Json | undefined, where: string): JsonObject {
  if (!isObject(value)) throw new FormatError(`${where}: expected an object, got ${JSON.stringify(value)}`);
  return value;
}

export function listOf(value: Json | undefined, where: string): readonly Json[] {
  if (!Array.isArray(value)) throw new FormatError(`${where}: expected a list, got ${JSON.stringify(value)}`);
  return value;
}

export function stringOf(value: Json | undefined, where: string): string {
  if (typeof value !== 'string')
    throw new FormatError(`${where}: expected a string, got ${JSON.stringify(value)}`);
  return value;
}

export function numberOf(value: Json | undefined, where: string): number {
  if (typeof value !== 'number')
    throw new FormatError(`${where}: expected a number, got ${JSON.stringify(value)}`);
  return value;
}

/** The numbers of a list, for shapes and positions. */
export const numbersOf = (value: Json | undefined, where: string): number[] =>
  listOf(value, where).map((item) => numberOf(item, where));

/** `{args, options}`, either of which may be left out. */
export interface Call {
  readonly args: readonly Json[];
  readonly options: JsonObject;
}

/** Reads `args` and `options` of an object. */
export const callOf = (object: JsonObject, where: string): Call => ({
  args: object.args === undefined ? [] : listOf(object.args, `${where}.args`),
  options: object.options === undefined ? {} : objectOf(object.options, `${where}.options`),
});
