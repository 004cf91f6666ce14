import { array, NdArray, type NestedScalars } from '@chainer/xp';
import { Variable } from '../core/variable.ts';
import { hostNumbers } from '../gradient-check/numerical-grad.ts';

/** What can be compared: arrays, variables, numbers, nested lists of numbers. */
export type Comparable = NdArray | Variable | NestedScalars;

const arrayOf = (x: Comparable): NdArray =>
  x instanceof Variable
    ? x.array
    : x instanceof NdArray
      ? x
      : array(x as number[], { dtype: 'float64', device: 'js' });

/**
 * Checks that two arrays agree: `|x - y| ≤ atol + rtol |y|` everywhere; infinities and NaNs must stand at the same places.
 *
 * @throws {Error} naming the worst element, if they do not agree or have different shapes.
 * @example
 * import { xp } from 'chainer';
 * import { assertAllclose } from 'chainer/testing';
 * assertAllclose(xp.array([1, 2]), [1, 2.00001]);
 */
export function assertAllclose(
  x: Comparable,
  y: Comparable,
  options: { readonly atol?: number; readonly rtol?: number } = {},
): void {
  const { atol = 1e-5, rtol = 1e-4 } = options;
  const a = arrayOf(x);
  const b = arrayOf(y);
  if (a.shape.join() !== b.shape.join()) {
    throw new Error(`[assertAllclose] shapes differ: [${a.shape.join(', ')}] and [${b.shape.join(', ')}]`);
  }
  const p = hostNumbers(a);
  const q = hostNumbers(b);
  let wrong = 0;
  let worst = 0;
  let excess = -1;
  for (let i = 0; i < p.length; i++) {
    const u = p[i] as number;
    const v = q[i] as number;
    if (Object.is(u, v) || u === v || (Number.isNaN(u) && Number.isNaN(v))) continue;
    const error = Math.abs(u - v);
    const bound = atol + rtol * Math.abs(v);
    if (error <= bound && Number.isFinite(v)) continue;
    wrong++;
    const by = Number.isFinite(error) ? error / bound : Number.POSITIVE_INFINITY;
    if (by > excess) {
      excess = by;
      worst = i;
    }
  }
  if (wrong === 0) return;
  throw new Error(
    `[assertAllclose] ${wrong} of ${p.length} elements differ by more than ${atol} + ${rtol} |y|; worst at [${positionOf(worst, a.shape).join(', ')}]: ${p[worst]} and ${q[worst]}`,
  );
}

function positionOf(flat: number, shape: readonly number[]): number[] {
  const position: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const d = shape[axis] as number;
    position.unshift(flat % d);
    flat = Math.floor(flat / d);
  }
  return position;
}
