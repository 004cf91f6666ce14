import { arrayOf, entriesOf, isNdArray, isVariable, readArray } from '../api.ts';
import type { CaseRun } from '../case-run.ts';
import { isClose } from '../compare.ts';
import { type Json, numberOf, objectOf } from '../json.ts';
import { Mismatch } from '../outcome.ts';

/** A number, whatever holds it. */
async function numberFrom(run: CaseRun, value: unknown): Promise<unknown> {
  if (!isNdArray(run.api, value) && !isVariable(run.api, value)) return value;
  const raw = await readArray(run.api, arrayOf(run.api, value));
  return raw.shape.length === 0 ? Number(raw.data[0]) : value;
}

/** Compares a number, or a 0-d array or Variable of it, within the tolerance of the case. */
export async function compareNumber(
  run: CaseRun,
  actual: unknown,
  expected: Json | undefined,
  what: string,
): Promise<void> {
  const value = await numberFrom(run, actual);
  const wanted = numberOf(expected, what);
  if (typeof value !== 'number' || !isClose(value, wanted, run.tolerance))
    throw new Mismatch(`${what}: got ${value}, expected ${wanted}`);
}

/** Compares a Map or an object of numbers: the same names, the values within the tolerance. */
export async function compareDictionary(
  run: CaseRun,
  actual: unknown,
  expected: Json | undefined,
  what: string,
): Promise<void> {
  const wanted = objectOf(expected, what);
  const got = new Map(entriesOf(actual));
  const names = [...got.keys()].sort().join(' ');
  const wantedNames = Object.keys(wanted).sort().join(' ');
  if (names !== wantedNames) throw new Mismatch(`${what}: got ${names}, expected ${wantedNames}`);
  for (const [name, value] of Object.entries(wanted))
    await compareNumber(run, got.get(name), value, `${what} ${name}`);
}
