import { checkOptions } from '../../core/check-options.ts';
import { describe, expectFloat, expectSameDtype } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { reshape } from '../array/reshape.ts';
import { transpose } from '../array/transpose.ts';
import { matmul } from './matmul.ts';

/** Axes that are summed over: the last of `a` with the first of `b`, or those listed for each. */
export type TensordotAxes = number | readonly [number | readonly number[], number | readonly number[]];

const many = (x: number | readonly number[]): readonly number[] => (typeof x === 'number' ? [x] : x);

/**
 * Sum of products over some axes of two arrays.
 *
 * @param options `axes`: how many of the last axes of `a` meet the first of `b`, or a list for each; 2 unless given.
 * @returns the remaining axes of `a`, then those of `b`
 * @throws {InvalidType} if dtypes do not fit.
 * @throws {RangeError} if the axes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.tensordot(new Variable(xp.ones([2, 3, 4])), xp.ones([3, 4, 5])).shape; // [2, 5]
 */
export function tensordot(
  a: VariableLike,
  b: VariableLike,
  options: { readonly axes?: TensordotAxes | readonly (number | readonly number[])[] } = {},
): Variable {
  checkOptions('tensordot', options, ['axes']);
  const [x, y] = [asArray(a), asArray(b)];
  expectFloat('tensordot', 'a', x);
  expectSameDtype('tensordot', 'a', x, 'b', y);
  const { axes = 2 } = options;
  const wrong = (what: string): never => {
    throw new RangeError(
      `[tensordot] ${what} (a: ${describe(x)}, b: ${describe(y)}, axes: ${JSON.stringify(axes)})`,
    );
  };
  let [from, to]: (readonly number[])[] = [];
  if (typeof axes === 'number') {
    if (axes > x.ndim || axes > y.ndim) wrong(`a and b do not have ${axes} axes to sum over`);
    from = Array.from({ length: axes }, (_, i) => x.ndim - axes + i);
    to = from.map((_, i) => i);
  } else {
    from = many(axes[0] as number | readonly number[]);
    to = many(axes[1] as number | readonly number[]);
  }
  const front = (list: readonly number[], ndim: number) => list.map((i) => (i < 0 ? i + ndim : i));
  const sumA = front(from, x.ndim);
  const sumB = front(to, y.ndim);
  if (
    sumA.length !== sumB.length ||
    sumA.some((i, k) => x.shape[i] === undefined || x.shape[i] !== y.shape[sumB[k] as number])
  ) {
    wrong('the axes to sum over do not have the same sizes');
  }
  const keptA = x.shape.map((_, i) => i).filter((i) => !sumA.includes(i));
  const keptB = y.shape.map((_, i) => i).filter((i) => !sumB.includes(i));
  const size = (shape: readonly number[], list: readonly number[]) =>
    list.reduce((n, i) => n * (shape[i] as number), 1);
  const inner = size(x.shape, sumA);
  const left = reshape(transpose(a, { axes: [...keptA, ...sumA] }), [size(x.shape, keptA), inner]);
  const right = reshape(transpose(b, { axes: [...sumB, ...keptB] }), [inner, size(y.shape, keptB)]);
  return reshape(matmul(left, right), [
    ...keptA.map((i) => x.shape[i] as number),
    ...keptB.map((i) => y.shape[i] as number),
  ]);
}
