import type { NdArray } from '@chainer/xp/functions';
import { invalid } from '../../core/type-check.ts';

/** Which axes are reduced and which are kept, and how the kept ones' arrays broadcast to x. */
export interface Axes {
  readonly reduced: readonly number[];
  readonly kept: readonly number[];
  /** Shape of gamma seen from x: 1 along reduced axes. */
  readonly expanded: readonly number[];
  /** Number of elements behind each statistic. */
  readonly count: number;
}

/** Axes of a normalization: those given, or axis 0 and all after gamma's. @throws {InvalidType} where gamma does not fit. */
export function axesOfNormalization(
  who: string,
  x: NdArray,
  gamma: NdArray,
  axis: number | readonly number[] | null | undefined,
  given: Readonly<Record<string, NdArray>>,
): Axes {
  const n = gamma.ndim;
  const reduced =
    axis === null || axis === undefined
      ? x.shape.map((_, i) => i).filter((i) => i === 0 || i > n)
      : (typeof axis === 'number' ? [axis] : [...axis])
          .map((a) => (a < 0 ? a + x.ndim : a))
          .sort((a, b) => a - b);
  if (reduced.some((a, i) => a >= x.ndim || a < 0 || a === reduced[i - 1]))
    invalid(who, `axis [${reduced.join(',')}] does not fit an array of ${x.ndim} axes`, given);
  const kept = x.shape.map((_, i) => i).filter((i) => !reduced.includes(i));
  const expected = kept.map((i) => x.shape[i] as number);
  for (const [name, array] of Object.entries(given)) {
    if (name === 'x') continue;
    if (array.ndim !== expected.length || array.shape.some((d, i) => d !== expected[i])) {
      invalid(
        who,
        `${name} must have shape [${expected.join(',')}], that of x without axes [${reduced.join(',')}], got [${array.shape.join(',')}]`,
        given,
      );
    }
  }
  return {
    reduced,
    kept,
    expanded: x.shape.map((d, i) => (kept.includes(i) ? d : 1)),
    count: reduced.reduce((a, i) => a * (x.shape[i] as number), 1),
  };
}
