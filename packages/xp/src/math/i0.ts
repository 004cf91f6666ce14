import type { NdArray } from '../core/ndarray.ts';
import { castTo } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { DTypeError } from '../errors.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { arrayOf, meanType } from '../reduction/options.ts';
import { type Expr, lift, select } from '../scalar/expr.ts';

/**
 * `exp(-x) I₀(x)` on 0…8 as a polynomial in `x/4 - 1`, lowest power first: the truncated Chebyshev series, computed in 60 digits.
 * Exact to 4e-16.
 */
const near = [
  0.2070019212239867, -0.11300432688620549, 0.09451562853995103, -0.08904344136075962, 0.08734341617552313,
  -0.08496338091616305, 0.07927522590716347, -0.06954119561719381, 0.05677703201991695, -0.04298594945479612,
  0.030177912022978357, -0.01968265469059234, 0.011960077907026221, -0.0067923998730731695,
  0.003617126448897043, -0.001811886793937724, 0.0008563152748272306, -0.00038290209550065975,
  0.00016240542162878106, -6.550861389620851e-5, 2.520232727107692e-5, -9.251680584432654e-6,
  3.2293390826404927e-6, -1.0883393970072518e-6, 3.675842926555429e-7, -1.1384114641747256e-7,
  2.6265363151970112e-8, -7.723094556846333e-9, 4.470516727511741e-9, -1.1852342482684723e-9,
];

/** The same of `exp(-x) √x I₀(x)` from 8 on, in `16/x - 1`. */
const far = [
  0.4021765094450081, 0.0033605519836678614, 0.0001362160743919305, 1.1143033790932038e-5,
  1.4838475658279249e-6, 2.9735985885673923e-7, 8.872219737904054e-8, 3.932584334552952e-8,
  2.1548377974791598e-8, 7.554691881248808e-9, -6.747657956107524e-9, -1.340891754008974e-8,
  -5.404771567579958e-9, 7.552583062123384e-9, 7.430464650325426e-9, -3.505966530879332e-9,
  -5.95356943826489e-9, 1.5200816953924232e-9, 3.6379546359011143e-9, -5.715843864202709e-10,
  -1.618980683624682e-9, 1.5279202694981569e-10, 4.577087631643623e-10, -2.0260604287413626e-11,
  -6.067631570603006e-11,
];

/** Horner's scheme. */
function polynomial(t: Expr, coefficients: readonly number[]): Expr {
  return coefficients
    .slice(0, -1)
    .reduceRight<Expr>((sum, c) => sum.mul(t).add(c), lift(coefficients.at(-1) as number));
}

const kernel = /*#__PURE__*/ new ElementwiseKernel('i0', 1, (x) => {
  const a = x.abs();
  const small = polynomial(a.mul(0.25).sub(1), near);
  const large = polynomial(lift(16).div(a).sub(1), far).div(a.sqrt());
  return a.exp().mul(select(a.le(8), small, large));
});

/**
 * Modified Bessel function of the first kind, order 0.
 *
 * @param x real; integers give float64.
 * @throws {DTypeError} for complex numbers.
 * @example
 * import { array, i0 } from '@chainer/xp';
 * i0(array([0, 1])).toArraySync(); // [1, 1.266066]
 */
export function i0(x: ArrayLike): NdArray {
  const a = arrayOf(x);
  if (a.dtype.kind === 'c') throw new DTypeError(`[i0] x is ${a.dtype.name}; expected real numbers`);
  return kernel.call([castTo(a, meanType(a.dtype))]);
}
