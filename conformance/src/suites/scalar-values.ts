import { describe, dtypeName, isNdArray, member, readArray } from '../api.ts';
import type { CaseRun } from '../case-run.ts';
import { isClose, isCloseComplex } from '../compare.ts';
import { isObject, type Json, listOf, numbersOf, stringOf } from '../json.ts';
import { FormatError, Mismatch } from '../outcome.ts';
import { complexElements, elements, kindOf } from '../raw.ts';
import { specialFloat } from '../values.ts';

/** Compares a result that is no array with a JSON value; a 0-d array that holds it is as good. */
export async function compareValue(
  run: CaseRun,
  actual: unknown,
  expected: Json,
  what: string,
): Promise<void> {
  const fail = (): never => {
    throw new Mismatch(`${what}: got ${show(actual)}, expected ${JSON.stringify(expected)}`);
  };
  if (isObject(expected) && expected.dtype !== undefined) {
    if (dtypeName(actual) !== stringOf(expected.dtype, 'dtype')) fail();
    return;
  }
  if (Array.isArray(expected) || (isObject(expected) && expected.list !== undefined)) {
    const items = Array.isArray(expected) ? expected : listOf((expected as { list: Json }).list, 'list');
    const list = ArrayBuffer.isView(actual) ? Array.from(actual as Uint8Array) : actual;
    if (!Array.isArray(list) || list.length !== items.length) return fail();
    for (const [i, item] of items.entries()) await compareValue(run, list[i], item as Json, `${what}[${i}]`);
    return;
  }
  const value = isNdArray(run.api, actual) ? await scalarOf(run, actual) : actual;
  if (!agrees(run, value, expected)) fail();
}

function agrees(run: CaseRun, value: unknown, expected: Json): boolean {
  if (typeof expected === 'number') return isNumber(value) && isClose(Number(value), expected, run.tolerance);
  if (!isObject(expected)) return (value ?? null) === expected;
  if (expected.float !== undefined)
    return isNumber(value) && isClose(Number(value), specialFloat(expected.float), run.tolerance);
  if (expected.complex === undefined) throw new FormatError(`value ${JSON.stringify(expected)}`);
  const [re = 0, im = 0] = numbersOf(expected.complex, 'complex');
  const parts = isNumber(value) ? [Number(value), 0] : [member(value, 're'), member(value, 'im')];
  const [real, imaginary] = parts;
  if (typeof real !== 'number' || typeof imaginary !== 'number') return false;
  return isCloseComplex([real, imaginary], [re, im], run.tolerance);
}

const isNumber = (value: unknown): boolean => typeof value === 'number' || typeof value === 'bigint';

const show = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value) : describe(value);

/** The element of a 0-d array; an array of any other shape is no scalar. */
async function scalarOf(run: CaseRun, array: unknown): Promise<unknown> {
  const raw = await readArray(run.api, array);
  if (raw.shape.length > 0) return array;
  const { kind } = kindOf(raw.dtype);
  if (kind === 'complex') {
    const { re, im } = complexElements(raw);
    return { re: re[0], im: im[0] };
  }
  const [element] = Array.from(elements(raw));
  return kind === 'bool' ? element === 1 : element;
}
