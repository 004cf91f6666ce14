import { type Api, arrayOf, describe, dtypeName, member, readArray } from './api.ts';
import { type CompareOptions, difference, sameShape, type Tolerance } from './compare.ts';
import { isObject, type Json, type JsonObject, listOf, numberOf, numbersOf } from './json.ts';
import { inCOrder, type Npz } from './npz.ts';
import { Mismatch, Unsupported } from './outcome.ts';
import type { RawArray } from './raw.ts';
import { kinds } from './raw.ts';
import { arrayKeys, namedDtypes, readKey } from './values.ts';

/** One case with all that is needed to run it. */
export interface CaseRun {
  readonly api: Api;
  /** The arrays beside the case file. */
  readonly store: Npz;
  /** The folder of the case file. */
  readonly folder: string;
  readonly id: string;
  readonly case: JsonObject;
  readonly tolerance: Tolerance;
  /** No input is a 64-bit integer and none is asked for: then int32 is as good as an expected int64. */
  readonly int32ForInt64: boolean;
}

/** Prepares a case. `inputs` are the parts of it that hold arguments; arrays of params are named by KEY alone. */
export function caseRun(
  api: Api,
  store: Npz,
  folder: string,
  content: JsonObject,
  inputs: readonly string[],
): CaseRun {
  const parts = inputs.map((name) => content[name]);
  const plain = (part: unknown): string[] => {
    if (typeof part === 'string') return store.has(part) ? [part] : [];
    return isObject(part) || Array.isArray(part) ? Object.values(part).flatMap(plain) : [];
  };
  const keys = new Set([...arrayKeys(parts), ...plain(parts)]);
  const arrays = [...keys].map((key) => readKey(store, key).dtype);
  const config = isObject(content.config) ? content.config.dtype : undefined;
  const dtypes = new Set([...arrays, ...namedDtypes(parts), ...(typeof config === 'string' ? [config] : [])]);
  for (const dtype of dtypes)
    if (kinds[dtype] !== undefined && !api.supports(dtype))
      throw new Unsupported(`device ${api.device} has no ${dtype}`);
  return {
    api,
    store,
    folder,
    id: String(content.id),
    case: content,
    tolerance: {
      rtol: content.rtol === undefined ? 0 : numberOf(content.rtol, 'rtol'),
      atol: content.atol === undefined ? 0 : numberOf(content.atol, 'atol'),
    },
    int32ForInt64: !dtypes.has('int64') && !dtypes.has('uint64'),
  };
}

/** The array KEY of the case file, in C order. */
export const expectedArray = (run: CaseRun, key: string): RawArray => inCOrder(readKey(run.store, key));

/** On a device without 64-bit types: what its results have in place of one. */
export function standIn(api: Api, dtype: string): string | null {
  const narrower: { readonly [dtype: string]: string } = {
    float64: 'float32',
    int64: 'int32',
    uint64: 'uint32',
  };
  return api.supports(dtype) ? null : (narrower[dtype] ?? null);
}

/** Values of 64 bits that were computed in 32. */
const inSinglePrecision = ({ rtol, atol }: Tolerance): Partial<CompareOptions> => ({
  rtol: Math.max(rtol, 1e-5),
  atol: Math.max(atol, 1e-6),
  anyDtype: true,
});

/** Compares what the API gave (an NdArray or a Variable) with the array KEY. */
export async function compareWithKey(
  run: CaseRun,
  actual: unknown,
  key: string,
  what: string,
  options: Partial<CompareOptions> = {},
): Promise<void> {
  const expected = expectedArray(run, key);
  if (actual === null || actual === undefined)
    throw new Mismatch(`${what}: got ${actual}, expected ${expected.dtype}[${expected.shape}]`);
  const got = await readArray(run.api, arrayOf(run.api, actual)).catch((error: Error) => {
    throw error instanceof Mismatch ? new Mismatch(`${what}: ${error.message}`) : error;
  });
  const { int32ForInt64 } = run;
  const narrowed = got.dtype === standIn(run.api, expected.dtype) ? inSinglePrecision(run.tolerance) : {};
  const message = difference(got, expected, { ...run.tolerance, int32ForInt64, ...options, ...narrowed });
  if (message !== null) throw new Mismatch(`${what}: ${message}`);
}

/** Compares every array of a `{name: KEY}` object; a null KEY is not compared. */
export async function compareAll(
  run: CaseRun,
  expected: JsonObject,
  actual: (name: string) => unknown,
  what: string,
  options: Partial<CompareOptions> = {},
): Promise<void> {
  for (const [name, key] of Object.entries(expected))
    if (typeof key === 'string') await compareWithKey(run, actual(name), key, `${what} ${name}`, options);
}

/** A result and the tuples in it, flattened depth first. */
export const flatten = (result: unknown): unknown[] =>
  Array.isArray(result) ? result.flatMap(flatten) : [result ?? null];

/** Refuses a result with another number of parts. */
export function requireCount(parts: readonly unknown[], expected: number): void {
  if (parts.length !== expected) throw new Mismatch(`got ${parts.length} results, expected ${expected}`);
}

/** Checks `shapes` and `dtypes` of the results that have no values to compare. */
export function compareForms(run: CaseRun, results: readonly unknown[]): void {
  const shapes = run.case.shapes === undefined ? [] : listOf(run.case.shapes, 'shapes');
  const dtypes = run.case.dtypes === undefined ? [] : listOf(run.case.dtypes, 'dtypes');
  for (const [i, result] of results.entries()) {
    const array = arrayOf(run.api, result);
    const shape = shapes[i];
    if (shape !== undefined && shape !== null) {
      const expected = numbersOf(shape, 'shapes');
      const actual = member(array, 'shape');
      if (!Array.isArray(actual) || !sameShape(actual as number[], expected))
        throw new Mismatch(
          `result ${i}: got ${describe(result)} of shape [${actual}], expected [${expected}]`,
        );
    }
    const dtype = dtypes[i];
    if (typeof dtype === 'string') {
      const actual = dtypeName(member(array, 'dtype'));
      if (actual !== dtype && !(run.int32ForInt64 && dtype === 'int64' && actual === 'int32'))
        throw new Mismatch(`result ${i}: got dtype ${actual}, expected ${dtype}`);
    }
  }
}

/** The configuration of a case or of a call. */
export const configOf = (value: Json | undefined): Record<string, Json> =>
  isObject(value) ? { ...value } : {};
