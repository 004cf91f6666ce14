import { argmax, type NdArray, subtract } from '@chainer/xp/functions';
import { elementwise } from '../core/elementwise.ts';
import type { Variable } from '../core/variable.ts';
import { neg } from '../functions/math/neg.ts';
import { sum } from '../functions/math/sum.ts';
import { uniforms } from './scalar-distribution.ts';

/** What distributions over classes share: probabilities lie along the last axis. */

/** `p y`, 0 where p is 0. */
const times = /*#__PURE__*/ elementwise('categorical', (p, y) => {
  const zero = p.eq(0);
  return zero.where(0, p.mul(zero.where(1, y)));
});

/** `Σ p y` over classes, without those of probability 0. */
export function expected(p: Variable, y: Variable): Variable {
  return sum(times(p, y), { axis: -1 });
}

export function classEntropy(p: Variable, logP: Variable): Variable {
  return neg(expected(p, logP));
}

/** Classes (int32) drawn by their logarithmic probabilities: the greatest after Gumbel's noise was added. */
export function drawClasses(logP: NdArray, n: number): NdArray {
  const u = uniforms(logP, [n, ...logP.shape]);
  return argmax(subtract(logP, gumbelOf(u)), { axis: -1 });
}

/** Minus Gumbel's noise. */
function gumbelOf(u: NdArray): NdArray {
  return minusGumbel(u).array;
}
const minusGumbel = /*#__PURE__*/ elementwise('categorical', (u) => u.log().neg().log());
