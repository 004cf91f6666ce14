import { complexElements, coordinates, elements, kindOf, type RawArray } from './raw.ts';

/** `|actual − expected| ≤ atol + rtol·|expected|`. */
export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

export interface CompareOptions extends Tolerance {
  /** int32 is as good as an expected int64. */
  readonly int32ForInt64?: boolean;
  /** The dtype that the device has in place of one it lacks: what its results have where that was expected. */
  readonly standIn?: (dtype: string) => string;
  /** Compare the values only. */
  readonly anyDtype?: boolean;
}

const name = ({ dtype, shape }: RawArray): string => `${dtype}[${shape.join(',')}]`;

/** Whether a number meets an expected one; NaN and infinities must be met exactly. */
export function isClose(actual: number, expected: number, { rtol, atol }: Tolerance): boolean {
  if (Number.isNaN(expected)) return Number.isNaN(actual);
  if (!Number.isFinite(expected)) return actual === expected;
  return Math.abs(actual - expected) <= atol + rtol * Math.abs(expected);
}

/** The same for complex numbers: by modulus where the expected one is finite, else part by part. */
export function isCloseComplex(
  actual: readonly [number, number],
  expected: readonly [number, number],
  tolerance: Tolerance,
): boolean {
  const [re, im] = expected;
  if (!Number.isFinite(re) || !Number.isFinite(im))
    return isClose(actual[0], re, tolerance) && isClose(actual[1], im, tolerance);
  const distance = Math.hypot(actual[0] - re, actual[1] - im);
  return distance <= tolerance.atol + tolerance.rtol * Math.hypot(re, im);
}

/** Whether the dtype is the expected one, or int32 where that is as good. */
export const dtypeAgrees = (actual: string, expected: string, int32ForInt64: boolean): boolean =>
  actual === expected || (int32ForInt64 && expected === 'int64' && actual === 'int32');

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, axis) => n === b[axis]);

/** What differs between an array and the expected one, in one line, or null. */
export function difference(actual: RawArray, expected: RawArray, options: CompareOptions): string | null {
  if (!options.anyDtype && !dtypeAgrees(actual.dtype, expected.dtype, options.int32ForInt64 ?? false))
    return `got ${name(actual)}, expected ${name(expected)}`;
  if (!sameShape(actual.shape, expected.shape)) return `got ${name(actual)}, expected ${name(expected)}`;
  const kinds = [kindOf(actual.dtype).kind, kindOf(expected.dtype).kind];
  if (kinds.includes('complex')) return complexDifference(actual, expected, options);
  const a = elements(actual);
  const e = elements(expected);
  // biome-ignore lint/suspicious/noDoubleEquals: == compares a bigint and a number by value
  const exact = (i: number): boolean => a[i] == e[i];
  const close = (i: number): boolean => isClose(Number(a[i]), Number(e[i]), options);
  return report(e.length, kinds[1] === 'float' ? close : exact, expected.shape, (i) => [
    String(a[i]),
    String(e[i]),
  ]);
}

function complexDifference(actual: RawArray, expected: RawArray, tolerance: Tolerance): string | null {
  const a = complexElements(actual);
  const e = complexElements(expected);
  const at = (list: typeof a, i: number): [number, number] => [list.re[i] as number, list.im[i] as number];
  return report(
    e.re.length,
    (i) => isCloseComplex(at(a, i), at(e, i), tolerance),
    expected.shape,
    (i) => [at(a, i), at(e, i)].map(([re, im]) => `${re}+${im}j`) as [string, string],
  );
}

function report(
  size: number,
  agrees: (i: number) => boolean,
  shape: readonly number[],
  texts: (i: number) => [string, string],
): string | null {
  let first = -1;
  let count = 0;
  for (let i = 0; i < size; i++) {
    if (agrees(i)) continue;
    if (first < 0) first = i;
    count++;
  }
  if (first < 0) return null;
  const [got, expected] = texts(first);
  const place = shape.length === 0 ? '' : ` at [${coordinates(first, shape).join(',')}]`;
  return `got ${got}, expected ${expected}${place} (${count} of ${size} differ)`;
}
