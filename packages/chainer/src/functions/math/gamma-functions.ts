import { add, astype, ElementwiseKernel, equal } from '@chainer/xp/functions';
import { digammaOf, lgammaOf, trigammaOf, zetaOf } from '@chainer/xp/internal';
import { elementwise } from '../../core/elementwise.ts';
import { expectFloat, expectInteger } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { where } from '../array/where.ts';
import { mul } from './arithmetic.ts';
import { maximum } from './maximum.ts';

/** (-1)ⁿ⁺¹ n! for n ≥ 1. */
const coefficient = /*#__PURE__*/ new ElementwiseKernel('polygamma', 1, (n) =>
  lgammaOf(n.max(1).add(1)).exp().mul(n.mod(2).mul(2).sub(1)),
);

const lgammaNode = /*#__PURE__*/ elementwise('lgamma', lgammaOf, {
  label: 'LGamma',
  derivative: ([x], _, gy) => (x ? [digammaOf(x).mul(gy)] : []),
});
const digammaNode = /*#__PURE__*/ elementwise('digamma', digammaOf, {
  label: 'DiGamma',
  derivative: ([x], _, gy) => (x ? [trigammaOf(x).mul(gy)] : []),
});
const zetaNode = /*#__PURE__*/ elementwise('zeta', zetaOf, {
  label: 'Zeta',
  names: ['x', 'q'],
  derivative: ([x, q], _, gy) => (x && q ? [null, zetaOf(x.add(1), q).mul(x).neg().mul(gy)] : []),
});

/**
 * Logarithm of the absolute value of the gamma function, elementwise.
 *
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.lgamma(new Variable(xp.array([5, 0.5]))).array.toArraySync(); // [3.1781, 0.5724]
 */
export function lgamma(x: VariableLike): Variable {
  return lgammaNode(x);
}

/**
 * Digamma function, the derivative of `lgamma`, elementwise.
 *
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.digamma(new Variable(xp.array([1, 2]))).array.toArraySync(); // [-0.5772, 0.4228]
 */
export function digamma(x: VariableLike): Variable {
  return digammaNode(x);
}

/**
 * The n-th derivative of the digamma function, elementwise; operands broadcast.
 *
 * `ψ⁽ⁿ⁾(x) = (-1)ⁿ⁺¹ n! ζ(n + 1, x)` for n ≥ 1
 *
 * @param n integers of at least 0; they have no gradient
 * @param x positive numbers
 * @throws {InvalidType} if n is not integral or x not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const n = xp.array([0, 1], { dtype: 'int32' });
 * F.polygamma(n, new Variable(xp.array([1, 1]))).array.toArraySync(); // [-0.5772, 1.6449]
 */
export function polygamma(n: VariableLike, x: VariableLike): Variable {
  const [order, at] = [asArray(n), asArray(x)];
  expectInteger('polygamma', 'n', order);
  expectFloat('polygamma', 'x', at);
  const k = astype(order, at.dtype);
  const higher = mul(coefficient.call([k]), zeta(add(maximum(k, 1).array, 1), x));
  return where(equal(order, 0), digamma(x), higher);
}

/**
 * Hurwitz zeta function, elementwise; operands broadcast. It has a gradient towards q only.
 *
 * `ζ(x, q) = Σₖ (q + k)⁻ˣ`, k from 0
 *
 * @param x numbers above 1
 * @param q positive numbers
 * @throws {InvalidType} if they are not floating, or of different dtypes.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.zeta(xp.array([2]), new Variable(xp.array([1]))).array.toArraySync(); // [1.6449]
 */
export function zeta(x: VariableLike, q: VariableLike): Variable {
  return zetaNode(x, q);
}
