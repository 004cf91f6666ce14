import { float32, isHalf } from '../../../core/dtype.ts';
import type { NdArray } from '../../../core/ndarray.ts';
import { broadcastView } from '../../../core/views.ts';
import type { ArrayLike } from '../../../creation/array.ts';
import { astype } from '../../../creation/copy.ts';
import { eye } from '../../../creation/tri.ts';
import { isEmpty, matricesOf, workCopy } from '../../../linalg/prepare.ts';
import { solveStack } from '../../../linalg/solve.ts';
import { matmul } from '../../../products/matmul.ts';
import { max } from '../../../reduction/max.ts';
import { sum } from '../../../reduction/sum.ts';
import { absolute, add, multiply, subtract } from '../../../ufunc/arithmetic.ts';
import { exp } from '../../../ufunc/exponential.ts';

/** Degree of Padé's approximant. */
const degree = 13;
/** Norm up to which it has float64's precision (Higham 2005). */
const reach = 5.37;

/** Coefficients of the numerator; the denominator has them with alternating signs. */
function coefficients(): number[] {
  const c = [1];
  for (let k = 1; k <= degree; k++)
    c.push(((c[k - 1] as number) * (degree - k + 1)) / (k * (2 * degree - k + 1)));
  return c;
}

/**
 * Exponential of matrices, by Padé's approximant of degree 13, scaling and squaring. The norm is read.
 *
 * @param a `[…, n, n]`; integers give float64.
 * @throws {LinAlgError} if a is not square.
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.linalg.expm(array([[0, 1], [0, 0]])).toArraySync(); // [[1.000, 1.000], [0.000, 1.000]]
 */
export function expm(a: ArrayLike): NdArray {
  const given = matricesOf(a, 'expm', true);
  if (given.shape[given.ndim - 1] === 1) return exp(given);
  const x = workCopy(isHalf(given.dtype) ? astype(given, float32) : given, 'expm');
  if (isEmpty(x)) return x;
  const norm = Number(max(sum(absolute(x), { axis: -2 })).itemSync());
  const squarings = Number.isFinite(norm) && norm > reach ? Math.ceil(Math.log2(norm / reach)) : 0;
  const A = squarings === 0 ? x : multiply(x, 2 ** -squarings);
  const n = x.shape[x.ndim - 1] as number;
  const one = broadcastView(eye(n, { dtype: x.dtype, device: x.device }), x.shape);
  const c = coefficients();
  const square = matmul(A, A);
  // Even and odd powers apart: p = V + U and q = V - U.
  let power: NdArray = one;
  let even = multiply(one, c[0] as number);
  let odd = multiply(one, c[1] as number);
  for (let k = 2; k <= degree; k += 2) {
    power = k === 2 ? square : matmul(power, square);
    even = k <= degree - 1 ? add(even, multiply(power, c[k] as number)) : even;
    odd = add(odd, multiply(power, c[k + 1] ?? 0));
  }
  const u = matmul(A, odd);
  let y = solveStack(subtract(even, u), add(even, u), 'expm');
  for (let k = 0; k < squarings; k++) y = matmul(y, y);
  return y;
}
