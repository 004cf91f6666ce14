import { type Expr, lift } from '@chainer/xp/functions';
import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const rootPi = Math.sqrt(Math.PI);
const root2 = Math.SQRT2;

/** exp(x²) erfc(x) without overflow: the product up to 5, a continued fraction beyond. */
function scaled(x: Expr): Expr {
  const small = x.min(5);
  const large = x.max(5);
  let tail: Expr = large;
  for (let k = 24; k >= 1; k--) tail = large.add(lift(k / 2).div(tail));
  return x.lt(5).where(small.square().exp().mul(small.erfc()), tail.reciprocal().div(rootPi));
}

/** The y ≥ 0 with erfc(y) = z for 0 ≤ z ≤ 1: a rational start and two Halley steps. */
function inverse(z: Expr): Expr {
  const t = z.div(2).log().mul(-2).sqrt();
  const top = t.mul(0.27061).add(2.30753);
  const bottom = t.mul(0.04481).add(0.99229).mul(t).add(1);
  let y = t.sub(top.div(bottom)).mul(Math.SQRT1_2);
  for (let step = 0; step < 2; step++) {
    const error = y.erfc().sub(z);
    y = y.add(
      error.div(
        y
          .square()
          .neg()
          .exp()
          .mul(2 / rootPi)
          .sub(y.mul(error)),
      ),
    );
  }
  return z.eq(0).where(Number.POSITIVE_INFINITY, y);
}

function erfcinvOf(z: Expr): Expr {
  return z.lt(1).where(inverse(z.min(1)), inverse(z.neg().add(2).min(1)).neg());
}

/** Near 0 a last Newton step with erf itself, as 1 - x forgets small x. */
function erfinvOf(x: Expr): Expr {
  const far = inverse(x.abs().neg().add(1));
  const size = x.abs();
  const near = far.sub(
    far
      .erf()
      .sub(size)
      .mul(far.square().exp())
      .mul(rootPi / 2),
  );
  return size.lt(0.5).where(near, far).mul(x.sign());
}

function logNdtrOf(x: Expr): Expr {
  const low = x.min(-1);
  const high = x.max(-1);
  const tail = scaled(low.mul(-Math.SQRT1_2)).div(2).log().sub(low.square().div(2));
  const body = high.mul(Math.SQRT1_2).erfc().mul(-0.5).log1p();
  return x.lt(-1).where(tail, body);
}

const erfcxNode = /*#__PURE__*/ elementwise('erfcx', scaled, {
  derivative: ([x], y, gy) =>
    x
      ? [
          gy.mul(
            x
              .mul(2)
              .mul(y)
              .sub(2 / rootPi),
          ),
        ]
      : [],
});
const erfinvNode = /*#__PURE__*/ elementwise('erfinv', erfinvOf, {
  derivative: (_, y, gy) => [
    y
      .square()
      .exp()
      .mul(gy)
      .mul(rootPi / 2),
  ],
});
const erfcinvNode = /*#__PURE__*/ elementwise('erfcinv', erfcinvOf, {
  derivative: (_, y, gy) => [
    y
      .square()
      .exp()
      .mul(gy)
      .mul(-rootPi / 2),
  ],
});
const ndtrNode = /*#__PURE__*/ elementwise('ndtr', (x) => x.mul(-Math.SQRT1_2).erfc().mul(0.5));
const ndtriNode = /*#__PURE__*/ elementwise('ndtri', (x) => erfcinvOf(x.mul(2)).mul(-root2), {
  derivative: (_, y, gy) => [
    y
      .square()
      .div(2)
      .exp()
      .mul(gy)
      .mul(rootPi * root2),
  ],
});
const logNdtrNode = /*#__PURE__*/ elementwise('logNdtr', logNdtrOf, {
  derivative: ([x], y, gy) =>
    x
      ? [
          x
            .square()
            .mul(-0.5)
            .sub(y)
            .exp()
            .mul(gy)
            .div(rootPi * root2),
        ]
      : [],
});

/**
 * Scaled complementary error function, elementwise.
 *
 * `y = exp(x²) erfc(x)`
 *
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.erfcx(new Variable(xp.array([0, 1]))).array.toArraySync(); // [1, 0.4276]
 */
export function erfcx(x: VariableLike): Variable {
  return erfcxNode(x);
}

/**
 * Inverse of the error function, elementwise.
 *
 * @param x between -1 and 1
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.erfinv(new Variable(xp.array([0, 0.5]))).array.toArraySync(); // [0, 0.4769]
 */
export function erfinv(x: VariableLike): Variable {
  return erfinvNode(x);
}

/**
 * Inverse of the complementary error function, elementwise.
 *
 * @param x between 0 and 2
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.erfcinv(new Variable(xp.array([0.5]))).array.toArraySync(); // [0.4769]
 */
export function erfcinv(x: VariableLike): Variable {
  return erfcinvNode(x);
}

/**
 * Distribution function of the standard normal distribution, elementwise.
 *
 * `y = erfc(-x / √2) / 2`
 *
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.ndtr(new Variable(xp.array([0, 1]))).array.toArraySync(); // [0.5, 0.8413]
 */
export function ndtr(x: VariableLike): Variable {
  return ndtrNode(x);
}

/**
 * Quantiles of the standard normal distribution: the inverse of `ndtr`, elementwise.
 *
 * @param x between 0 and 1
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.ndtri(new Variable(xp.array([0.975]))).array.toArraySync(); // [1.96]
 */
export function ndtri(x: VariableLike): Variable {
  return ndtriNode(x);
}

/**
 * Logarithm of the distribution function of the standard normal distribution, elementwise; exact far out, too.
 *
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.logNdtr(new Variable(xp.array([0, -10]))).array.toArraySync(); // [-0.6931, -53.2313]
 */
export function logNdtr(x: VariableLike): Variable {
  return logNdtrNode(x);
}
