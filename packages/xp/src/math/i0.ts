import type { NdArray } from '../core/ndarray.ts';
import { castTo } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { DTypeError } from '../errors.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { arrayOf, meanType } from '../reduction/options.ts';
import { type Expr, lift, select } from '../scalar/expr.ts';

/** Chebyshev coefficients of `exp(-x) I₀(x)` on 0…8, in `x/4 - 1`; computed from the power series in 60 digits. */
const near = [
  0.6767952744094761, -0.3046826723431984, 0.17162090152220877, -0.09490109704804764, 0.04930528423967071,
  -0.02373741480589947, 0.010546460394594998, -0.004324309995050576, 0.0016394756169413357,
  -0.0005763755745385824, 0.00018850288509584165, -5.754195010082104e-5, 1.6448448070728896e-5,
  -4.4167383584587505e-6, 1.1173875391201037e-6, -2.670793853940612e-7, 6.046995022541919e-8,
  -1.300025009986248e-8, 2.6598237246823866e-9, -5.189795601635263e-10, 9.675809035373237e-11,
  -1.726826291441556e-11, 2.95505266312964e-12, -4.856446783111929e-13, 7.676185498604936e-14,
  -1.1685332877993451e-14, 1.715391285555133e-15, -2.431279846547955e-16, 3.3307945188222384e-17,
  -4.4153416464793395e-18,
];

/** The same of `exp(-x) √x I₀(x)` from 8 on, in `16/x - 1`. */
const far = [
  0.8044904110141088, 0.0033691164782556943, 6.889758346916825e-5, 2.8913705208347567e-6,
  2.0489185894690638e-7, 2.266668990498178e-8, 3.3962320257083865e-9, 4.94060238822497e-10,
  1.1889147107846439e-11, -3.1499165279632416e-11, -1.3215811840447713e-11, -1.7941785315068062e-12,
  7.180124451383666e-13, 3.8527783827421426e-13, 1.54008621752141e-14, -4.150569347287222e-14,
  -9.554846698828307e-15, 3.8116806693526224e-15, 1.7725601330565263e-15, -3.425485619677219e-16,
  -2.8276239805165836e-16, 3.461222867697461e-17, 4.46562142029676e-17, -4.830504485944178e-18,
  -7.23318048787476e-18,
];

/** Clenshaw's sum of a Chebyshev series; `y` is twice the variable. */
function series(y: Expr, coefficients: readonly number[]): Expr {
  let b0: Expr = lift(coefficients[coefficients.length - 1] as number);
  let b1: Expr = lift(0);
  let b2: Expr = lift(0);
  for (let k = coefficients.length - 2; k >= 0; k--) {
    b2 = b1;
    b1 = b0;
    b0 = y
      .mul(b1)
      .sub(b2)
      .add(coefficients[k] as number);
  }
  return b0.sub(b2).mul(0.5);
}

const kernel = new ElementwiseKernel('i0', 1, (x) => {
  const a = x.abs();
  const small = series(a.mul(0.5).sub(2), near);
  const large = series(lift(32).div(a).sub(2), far).div(a.sqrt());
  return a.exp().mul(select(a.le(8), small, large));
});

/**
 * Modified Bessel function of the first kind, order 0.
 *
 * @param x real; integers give float64.
 * @throws {DTypeError} for complex numbers.
 * @example
 * import { array, i0 } from '@chainer/xp';
 * i0(array([0, 1])).toArraySync(); // [1, 1.2660658]
 */
export function i0(x: ArrayLike): NdArray {
  const a = arrayOf(x);
  if (a.dtype.kind === 'c') throw new DTypeError(`[i0] x is ${a.dtype.name}; expected real numbers`);
  return kernel.call([castTo(a, meanType(a.dtype))]);
}
