import { readArray } from '../api.ts';
import { type CaseRun, expectedArray } from '../case-run.ts';
import { type Json, numberOf, numbersOf, stringOf } from '../json.ts';
import { FormatError, Mismatch } from '../outcome.ts';
import { elements, type RawArray, strides } from '../raw.ts';
import { arrayKeys } from '../values.ts';

/** Checks a partition: what stands at each kth, nothing greater before it, nothing smaller after it. */
export async function checkPartition(
  run: CaseRun,
  result: unknown,
  check: 'partition' | 'argpartition',
): Promise<void> {
  const sorted = expectedArray(run, stringOf(run.case.sorted, 'sorted'));
  const got = await readArray(run.api, result);
  const axis = run.case.axis === null ? null : numberOf(run.case.axis, 'axis');
  const wanted = lines(sorted, axis);
  const positions = lines(got, axis);
  const values = check === 'partition' ? positions : pick(inputOf(run), positions, axis);
  const kth = numbersOf(run.case.kth, 'kth');
  for (const [i, line] of values.entries()) requirePartition(line, wanted[i] as number[], kth);
}

/** The first array among the arguments. */
function inputOf(run: CaseRun): RawArray {
  const [key] = arrayKeys(run.case.args as Json);
  if (key === undefined) throw new FormatError('a partition of no array');
  return expectedArray(run, key);
}

/** The values along an axis, one list for each place of the other axes; null: all of them in one. */
export function lines(array: RawArray, axis: number | null): number[][] {
  const values = Array.from(elements(array), Number);
  const { shape } = array;
  if (axis === null || shape.length === 0) return [values];
  const at = axis < 0 ? axis + shape.length : axis;
  const step = strides(shape)[at] as number;
  const length = shape[at] as number;
  const starts = Array.from(values.keys()).filter((flat) => Math.floor(flat / step) % length === 0);
  return starts.map((start) => Array.from({ length }, (_, k) => values[start + k * step] as number));
}

function pick(array: RawArray, positions: readonly number[][], axis: number | null): number[][] {
  const all = lines(array, axis);
  return positions.map((line, i) => line.map((position) => (all[i] as number[])[position] as number));
}

/** NaN sorts last. */
const order = (a: number, b: number): number => {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a - b;
};

/** One line of a partition against the same values sorted. */
export function requirePartition(
  line: readonly number[],
  sorted: readonly number[],
  kth: readonly number[],
): void {
  const own = [...line].sort(order);
  const lost = sorted.find((value, i) => !Object.is(value + 0, (own[i] as number) + 0));
  if (lost !== undefined || own.length !== sorted.length)
    throw new Mismatch(`the values are ${own}, expected ${sorted}`);
  for (const k of kth) {
    const at = k < 0 ? k + line.length : k;
    const pivot = sorted[at] as number;
    const wrong = line.find((value, i) =>
      i < at ? order(value, pivot) > 0 : i > at ? order(value, pivot) < 0 : order(value, pivot) !== 0,
    );
    if (wrong !== undefined) throw new Mismatch(`${wrong} is on the wrong side of ${pivot} at ${k}: ${line}`);
  }
}
