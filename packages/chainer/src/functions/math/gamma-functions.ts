import { ElementwiseKernel, type Expr, lift } from '@chainer/xp';
import { elementwise } from '../../core/elementwise.ts';
import { expectFloat, expectInteger } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { where } from '../array/where.ts';
import { mul } from './arithmetic.ts';
import { maximum } from './maximum.ts';

/** B₂ⱼ for j = 1, 2, … */
const bernoulli = [
  1 / 6,
  -1 / 30,
  1 / 42,
  -1 / 30,
  5 / 66,
  -691 / 2730,
  7 / 6,
  -3617 / 510,
  43867 / 798,
  -174611 / 330,
];

/** Arguments below this are raised to it by recurrence, so that the asymptotic series hold. */
const start = 8;

/** The fractional part of x around 0: sin πx and tan πx without loss for large x. */
function reduced(x: Expr): Expr {
  return x.sub(x.rint()).mul(Math.PI);
}

/** ln |Γ(x)|: Stirling's series from 8 on, recurrence below, reflection left of ½. */
function lgammaOf(x: Expr): Expr {
  const left = x.lt(0.5);
  let u = left.where(x.neg().add(1), x);
  let product: Expr | null = null;
  for (let k = 0; k < start; k++) {
    const small = u.lt(start);
    const factor = small.where(u, 1);
    product = product === null ? factor : product.mul(factor);
    u = u.add(small.where(1, 0));
  }
  const inverse = u.reciprocal();
  const square = inverse.square();
  let series: Expr = lift(0);
  for (let j = 6; j >= 1; j--)
    series = series.mul(square).add((bernoulli[j - 1] as number) / (2 * j * (2 * j - 1)));
  const main = u
    .sub(0.5)
    .mul(u.log())
    .sub(u)
    .add(Math.log(2 * Math.PI) / 2)
    .add(series.mul(inverse))
    .sub((product as Expr).log());
  const sine = left.where(reduced(x).sin().abs(), 1);
  return left.where(sine.log().neg().add(Math.log(Math.PI)).sub(main), main);
}

/** ψ(x), the derivative of ln Γ: the same way. */
function digammaOf(x: Expr): Expr {
  const left = x.lt(0.5);
  let u = left.where(x.neg().add(1), x);
  let steps: Expr = lift(0);
  for (let k = 0; k < start; k++) {
    const small = u.lt(start);
    steps = steps.add(small.where(u.reciprocal(), 0));
    u = u.add(small.where(1, 0));
  }
  const square = u.square().reciprocal();
  let series: Expr = lift(0);
  for (let j = 7; j >= 1; j--) series = series.mul(square).add((bernoulli[j - 1] as number) / (2 * j));
  const main = u.log().sub(u.mul(2).reciprocal()).sub(series.mul(square)).sub(steps);
  const tangent = left.where(reduced(x).tan(), 1);
  return left.where(main.sub(tangent.reciprocal().mul(Math.PI)), main);
}

/** Σ (q + k)⁻ˣ by Euler and Maclaurin: ten terms, the integral of the rest, corrections. */
function zetaOf(x: Expr, q: Expr): Expr {
  const terms = 10;
  let sum: Expr = q.pow(x.neg());
  for (let k = 1; k < terms; k++) sum = sum.add(q.add(k).pow(x.neg()));
  const a = q.add(terms);
  const power = a.pow(x.neg());
  sum = sum.add(power.mul(a).div(x.sub(1))).add(power.mul(0.5));
  const inverse = a.square().reciprocal();
  let rising: Expr = x;
  let falling = power.div(a);
  let factorial = 2;
  for (let j = 1; j <= bernoulli.length; j++) {
    sum = sum.add(rising.mul(falling).mul((bernoulli[j - 1] as number) / factorial));
    rising = rising.mul(x.add(2 * j - 1)).mul(x.add(2 * j));
    falling = falling.mul(inverse);
    factorial *= (2 * j + 1) * (2 * j + 2);
  }
  return sum;
}

/** ψ′(x) by recurrence and reflection. */
function trigammaOf(x: Expr): Expr {
  const left = x.lt(0.5);
  let u = left.where(x.neg().add(1), x);
  let steps: Expr = lift(0);
  for (let k = 0; k < start; k++) {
    const small = u.lt(start);
    steps = steps.add(small.where(u.square().reciprocal(), 0));
    u = u.add(small.where(1, 0));
  }
  const inverse = u.reciprocal();
  const square = inverse.square();
  let series: Expr = lift(0);
  for (let j = 7; j >= 1; j--) series = series.mul(square).add(bernoulli[j - 1] as number);
  const main = inverse.add(square.div(2)).add(series.mul(square).mul(inverse)).add(steps);
  const sine = left.where(reduced(x).sin(), 1);
  return left.where(
    sine
      .square()
      .reciprocal()
      .mul(Math.PI ** 2)
      .sub(main),
    main,
  );
}

/** (-1)ⁿ⁺¹ n! for n ≥ 1. */
const coefficient = new ElementwiseKernel('polygamma', 1, (n) =>
  lgammaOf(n.max(1).add(1)).exp().mul(n.mod(2).mul(2).sub(1)),
);

const lgammaNode = elementwise('lgamma', lgammaOf, {
  label: 'LGamma',
  derivative: ([x], _, gy) => (x ? [digammaOf(x).mul(gy)] : []),
});
const digammaNode = elementwise('digamma', digammaOf, {
  label: 'DiGamma',
  derivative: ([x], _, gy) => (x ? [trigammaOf(x).mul(gy)] : []),
});
const zetaNode = elementwise('zeta', zetaOf, {
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
  const k = order.astype(at.dtype);
  const higher = mul(coefficient.call([k]), zeta(maximum(k, 1).array.add(1), x));
  return where(order.eq(0), digamma(x), higher);
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
