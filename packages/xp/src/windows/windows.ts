import { defaultDevice } from '../core/devices.ts';
import { float64 } from '../core/dtype.ts';
import { heldType } from '../core/held.ts';
import type { NdArray } from '../core/ndarray.ts';
import { arange } from '../creation/arange.ts';
import { ones } from '../creation/zeros.ts';
import { DTypeError } from '../errors.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { i0 } from '../math/i0.ts';
import { lift } from '../scalar/expr.ts';
import { divide, multiply } from '../ufunc/arithmetic.ts';

// Each at 2k - (m - 1), by which NumPy samples: symmetric to the last bit.
const bartlettKernel = /*#__PURE__*/ new ElementwiseKernel('bartlett', 2, (n, last) =>
  lift(1).sub(n.abs().div(last)),
);
const hanningKernel = /*#__PURE__*/ new ElementwiseKernel('hanning', 2, (n, last) =>
  n.mul(Math.PI).div(last).cos().mul(0.5).add(0.5),
);
const hammingKernel = /*#__PURE__*/ new ElementwiseKernel('hamming', 2, (n, last) =>
  n.mul(Math.PI).div(last).cos().mul(0.46).add(0.54),
);
const blackmanKernel = /*#__PURE__*/ new ElementwiseKernel('blackman', 2, (n, last) => {
  const angle = n.mul(Math.PI).div(last);
  return angle.cos().mul(0.5).add(0.42).add(angle.mul(2).cos().mul(0.08));
});
const kaiserKernel = /*#__PURE__*/ new ElementwiseKernel('kaiser', 3, (n, last, beta) =>
  lift(1).sub(n.div(last).square()).sqrt().mul(beta),
);

/** A window of m samples by its kernel; one sample is 1. */
function sampled(who: string, m: number, shape: (n: NdArray, last: number) => NdArray): NdArray {
  if (typeof m !== 'number' || Number.isNaN(m))
    throw new DTypeError(`[${who}] m must be a number, got ${String(m)}`);
  const dtype = heldType(defaultDevice(), float64);
  if (m < 1) return ones([0], { dtype });
  if (m === 1) return ones([1], { dtype });
  return shape(arange(1 - m, m, 2, { dtype }), m - 1);
}

/**
 * Bartlett's window, a triangle from 0 to 1 and back.
 *
 * @param m number of samples; none below 1.
 * @returns `[m]` float64
 * @example
 * import { bartlett } from '@chainer/xp';
 * bartlett(5).toArraySync(); // [0, 0.5, 1, 0.5, 0]
 */
export function bartlett(m: number): NdArray {
  return sampled('bartlett', m, (n, last) => bartlettKernel.call([n, last]));
}

/**
 * Hann's window, `0.5 - 0.5 cos(2πk/(m-1))`.
 *
 * @param m number of samples; none below 1.
 * @returns `[m]` float64
 * @example
 * import { hanning } from '@chainer/xp';
 * hanning(3).toArraySync(); // [0, 1, 0]
 */
export function hanning(m: number): NdArray {
  return sampled('hanning', m, (n, last) => hanningKernel.call([n, last]));
}

/**
 * Hamming's window, `0.54 - 0.46 cos(2πk/(m-1))`.
 *
 * @param m number of samples; none below 1.
 * @returns `[m]` float64
 * @example
 * import { hamming } from '@chainer/xp';
 * hamming(3).toArraySync(); // [0.080, 1.000, 0.080]
 */
export function hamming(m: number): NdArray {
  return sampled('hamming', m, (n, last) => hammingKernel.call([n, last]));
}

/**
 * Blackman's window, `0.42 - 0.5 cos(2πk/(m-1)) + 0.08 cos(4πk/(m-1))`.
 *
 * @param m number of samples; none below 1.
 * @returns `[m]` float64
 * @example
 * import { blackman } from '@chainer/xp';
 * blackman(5).at(2).itemSync(); // 1.000
 */
export function blackman(m: number): NdArray {
  return sampled('blackman', m, (n, last) => blackmanKernel.call([n, last]));
}

/**
 * Kaiser's window, `I₀(β √(1 - (2k/(m-1) - 1)²)) / I₀(β)`.
 *
 * @param m number of samples; none below 1.
 * @param beta 0 is a rectangle; the larger, the narrower.
 * @returns `[m]` float64
 * @example
 * import { kaiser } from '@chainer/xp';
 * kaiser(3, 0).toArraySync(); // [1, 1, 1]
 */
export function kaiser(m: number, beta: number): NdArray {
  if (typeof beta !== 'number') throw new DTypeError(`[kaiser] beta must be a number, got ${String(beta)}`);
  return sampled('kaiser', m, (n, last) =>
    divide(i0(kaiserKernel.call([n, last, beta])), i0(multiply(ones([], { dtype: float64 }), beta))),
  );
}
