import type { NdArray } from '@chainer/xp/functions';
import { expectFloat, expectSameDtype, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { reshape } from '../array/reshape.ts';
import { add } from '../math/add.ts';
import { mul } from '../math/arithmetic.ts';
import { matmul } from '../math/matmul.ts';

const features = (x: NdArray): number => x.shape.slice(1).reduce((a, d) => a * d, 1);

function check(arrays: Readonly<Record<string, NdArray>>): void {
  const { e1, e2, W } = arrays as { e1: NdArray; e2: NdArray; W: NdArray };
  for (const [name, x] of Object.entries(arrays)) {
    expectFloat('bilinear', name, x);
    expectSameDtype('bilinear', 'e1', e1, name, x);
  }
  if (e1.ndim < 2 || e2.ndim < 2) invalid('bilinear', 'e1 and e2 must have at least 2 axes', arrays);
  if (e1.shape[0] !== e2.shape[0])
    invalid('bilinear', `e1 has ${e1.shape[0]} samples but e2 has ${e2.shape[0]}`, arrays);
  if (W.ndim !== 3) invalid('bilinear', `W must have 3 axes (left, right, out), got ${W.ndim}`, arrays);
  const [left, right, out] = W.shape as [number, number, number];
  if (features(e1) !== left)
    invalid('bilinear', `e1 has ${features(e1)} features but W expects ${left}`, arrays);
  if (features(e2) !== right)
    invalid('bilinear', `e2 has ${features(e2)} features but W expects ${right}`, arrays);
  const wanted: Record<string, readonly number[]> = { V1: [left, out], V2: [right, out], b: [out] };
  for (const [name, shape] of Object.entries(wanted)) {
    const x = arrays[name];
    if (x !== undefined && (x.ndim !== shape.length || x.shape.some((d, i) => d !== shape[i])))
      invalid('bilinear', `${name} must have shape [${shape.join(',')}], got [${x.shape.join(',')}]`, arrays);
  }
}

/**
 * Bilinear form of two vectors.
 *
 * `y[n, l] = Σⱼₖ e1[n, j] e2[n, k] W[j, k, l]`, and with the linear terms `+ e1 V1 + e2 V2 + b`
 *
 * @param e1 `[N, …]`, flattened to `[N, J]`
 * @param e2 `[N, …]`, flattened to `[N, K]`
 * @param W `[J, K, L]`
 * @param V1 `[J, L]`, or null; V1, V2 and b are given together or not at all
 * @param V2 `[K, L]`
 * @param b `[L]`
 * @returns `[N, L]`
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @throws {TypeError} if only some of V1, V2 and b are given.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const e = new Variable(xp.array([[1, 2]]));
 * F.bilinear(e, e, xp.ones([2, 2, 1])).array.toArraySync(); // [[9]]
 */
export function bilinear(
  e1: VariableLike,
  e2: VariableLike,
  W: VariableLike,
  V1: VariableLike | null = null,
  V2: VariableLike | null = null,
  b: VariableLike | null = null,
): Variable {
  const linear = V1 !== null && V2 !== null && b !== null;
  if (!linear && (V1 !== null || V2 !== null || b !== null))
    throw new TypeError('[bilinear] V1, V2 and b must be given together: one of them is null');
  check({
    e1: asArray(e1),
    e2: asArray(e2),
    W: asArray(W),
    ...(linear ? { V1: asArray(V1), V2: asArray(V2), b: asArray(b) } : {}),
  });
  const [left, right, out] = W.shape as [number, number, number];
  const batch = e1.shape[0] as number;
  const [x1, x2] = [reshape(e1, [batch, left]), reshape(e2, [batch, right])];
  const pairs = mul(reshape(x1, [batch, left, 1]), reshape(x2, [batch, 1, right]));
  const y = matmul(reshape(pairs, [batch, left * right]), reshape(W, [left * right, out]));
  return linear ? add(y, matmul(x1, V1), matmul(x2, V2), b) : y;
}
