import { Complex } from '../../../core/complex.ts';
import { NdArray } from '../../../core/ndarray.ts';
import type { Scalar } from '../../../core/promotion.ts';
import { ValueError } from '../../../errors.ts';
import { min } from '../../../reduction/max.ts';
import { type Expr, fold, lift, select } from '../../../scalar/expr.ts';
import type { Ufunc1, Ufunc2, UfuncOptions } from '../../../ufunc/types.ts';
import { special1, special2 } from './declare.ts';
import {
  bernoulli,
  digammaComplex,
  digammaOf,
  gammaOf,
  gammaSignOf,
  lbetaOf,
  lgammaOf,
  lgammaStep,
  loggammaComplex,
  rgammaOf,
} from './gamma-core.ts';
import { both, choose, either, infinity, nan, whole } from './tools.ts';

/**
 * The gamma function. NaN at its poles -1, -2, …
 *
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.special.gamma(array([5, 0.5])).toArraySync(); // [24.000, 1.772]
 */
export const gamma: Ufunc1 = /*#__PURE__*/ special1('gamma', gammaOf, {
  complex: (z) => loggammaComplex(z as Expr).exp(),
});

/**
 * `ln |Γ(x)|`.
 *
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.special.gammaln(array([5, 0.5])).toArraySync(); // [3.178, 0.572]
 */
export const gammaln: Ufunc1 = /*#__PURE__*/ special1('gammaln', lgammaOf);

/** `ln Γ(z)`: NaN for negative real numbers; of complex numbers the branch that is continuous off the negative axis. */
export const loggamma: Ufunc1 = /*#__PURE__*/ special1(
  'loggamma',
  (x) => choose([[x.lt(0), nan]], lgammaOf(x)),
  { complex: (z) => loggammaComplex(z as Expr) },
);

/** `1 / Γ(x)`, which has no poles. */
export const rgamma: Ufunc1 = /*#__PURE__*/ special1('rgamma', rgammaOf, {
  complex: (z) => {
    const x = (z as Expr).real();
    const pole = both((z as Expr).imag().eq(0), both(x.le(0), whole(x)));
    return pole.where(
      new Complex(0, 0),
      loggammaComplex(z as Expr)
        .neg()
        .exp(),
    );
  },
});

/** The sign of `Γ(x)`. */
export const gammasgn: Ufunc1 = /*#__PURE__*/ special1('gammasgn', gammaSignOf);

const digammaSpec = (name: string): Ufunc1 =>
  special1(
    name,
    (x) =>
      choose(
        [
          [x.eq(0), x.reciprocal().neg()],
          [either(both(x.lt(0), whole(x)), x.eq(Number.NEGATIVE_INFINITY)), nan],
        ],
        digammaOf(x),
      ),
    { complex: (z) => digammaComplex(z as Expr) },
  );

/**
 * `ψ(x)`, the derivative of `ln Γ(x)`; also called `psi`.
 *
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.special.digamma(array([1, 2])).toArraySync(); // [-0.577, 0.423]
 */
export const digamma: Ufunc1 = /*#__PURE__*/ digammaSpec('digamma');
/** `ψ(x)`: `digamma` by its other name. */
export const psi: Ufunc1 = /*#__PURE__*/ digammaSpec('psi');

/** `B(a, b) = Γ(a) Γ(b) / Γ(a + b)`. */
export const beta: Ufunc2 = /*#__PURE__*/ special2('beta', (a, b) => {
  const { pole, a: p, b: q, sign } = atPoles(a, b);
  const s = gammaSignOf(p).mul(gammaSignOf(q));
  const c = p.add(q);
  const zero = both(c.le(0), whole(c));
  const value = lbetaOf(p, q)
    .exp()
    .mul(s)
    .mul(gammaSignOf(zero.where(1, c)))
    .mul(sign);
  return choose(
    [
      [pole, sign.mul(infinity)],
      [zero, 0],
    ],
    value,
  );
});

/** `ln |B(a, b)|`. */
export const betaln: Ufunc2 = /*#__PURE__*/ special2('betaln', (a, b) => {
  const { pole, a: p, b: q } = atPoles(a, b);
  const far = both(either(a.eq(infinity), b.eq(infinity)), both(a.min(b).gt(0), a.min(b).lt(infinity)));
  return choose(
    [
      [pole, infinity],
      [far, Number.NEGATIVE_INFINITY],
    ],
    lbetaOf(p, q),
  );
});

/**
 * At the poles of Γ(a), B(a, b) is finite where Γ(a + b) has a pole as well: there `B(a, b) = (-1)ᵇ B(1 - a - b, b)` for integers b. Gives
 * the arguments to use, a sign, and whether there is a pole.
 */
function atPoles(a: Expr, b: Expr): { pole: Expr; a: Expr; b: Expr; sign: Expr } {
  const poleA = both(a.le(0), whole(a));
  const poleB = both(b.le(0), whole(b));
  const other = poleA.where(b, a);
  const any = either(poleA, poleB);
  const turned = lift(1).sub(a).sub(b);
  const finite = both(any, both(whole(other), turned.gt(0)));
  return {
    pole: both(any, either(finite.eq(false), both(poleA, poleB))),
    a: finite.where(turned, a),
    b: finite.where(other, b),
    sign: both(finite, other.mod(2).ne(0)).where(-1, 1),
  };
}

/**
 * Binomial coefficients, for real arguments: `Γ(n + 1) / (Γ(k + 1) Γ(n - k + 1))`.
 *
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.special.binom(array([5, 4]), array([2, 4])).toArraySync(); // [10, 1]
 */
export const binom: Ufunc2 = /*#__PURE__*/ special2(
  'binom',
  (n, k) => {
    const wholeN = n.eq(n.floor());
    const wholeK = both(k.eq(k.floor()), either(n.abs().gt(1e-8), n.eq(0)));
    const turn = both(wholeN, both(k.gt(n.mul(0.5)), n.gt(0)));
    const kx = turn.where(n.sub(k), k);
    const counted = both(wholeK, both(kx.ge(0), kx.lt(20)));
    const product = fold(counted.where(kx, 0).cast('int32'), [lift(1)], ([p], i) => [
      (p as Expr).mul(n.sub(kx).add(i).add(1)).div(i.add(1)),
    ])[0] as Expr;
    const below = n.sub(k).add(1);
    const above = k.add(1);
    const pole = either(both(below.le(0), whole(below)), both(above.le(0), whole(above)));
    const sign = gammaSignOf(below)
      .mul(gammaSignOf(above))
      .mul(gammaSignOf(n.add(1)));
    // 1 / ((n + 1) B(n - k + 1, k + 1)), with Γ(n + 1) itself where n + 1 is small.
    const general = lgammaOf(n.add(1)).sub(lgammaOf(above)).sub(lgammaOf(below));
    const large = n.add(1).log().add(lbetaOf(below, above)).neg();
    const value = n.gt(8).where(large, general).exp().mul(sign);
    return choose(
      [
        [both(n.lt(0), wholeN), nan],
        [counted, product],
        [pole, 0],
      ],
      value,
    );
  },
  { small: true },
);

/** Pochhammer's symbol: `Γ(z + m) / Γ(z)`. */
export const poch: Ufunc2 = /*#__PURE__*/ special2(
  'poch',
  (z, m) => {
    const counted = both(whole(m), both(m.ge(0), m.le(100)));
    const back = both(whole(m), both(m.lt(0), m.ge(-100)));
    const up = fold(counted.where(m, 0).cast('int32'), [lift(1)], ([p], i) => [
      (p as Expr).mul(z.add(i)),
    ])[0] as Expr;
    const down = fold(back.where(m.neg(), 0).cast('int32'), [lift(1)], ([p], i) => [
      (p as Expr).div(z.sub(i).sub(1)),
    ])[0] as Expr;
    const top = z.add(m);
    const poleTop = both(top.le(0), whole(top));
    const poleBottom = both(z.le(0), whole(z));
    const sign = gammaSignOf(top).mul(gammaSignOf(z));
    return choose(
      [
        [counted, up],
        [both(poleTop, poleBottom.eq(false)), Number.POSITIVE_INFINITY],
        [back, down],
        [both(poleBottom, poleTop.eq(false)), 0],
      ],
      lgammaStep(z, m).neg().exp().mul(sign),
    );
  },
  { small: true },
);

const multivariate = /*#__PURE__*/ special2('multigammaln', (a, d) => {
  const constant = d.mul(d.sub(1)).mul(Math.log(Math.PI) / 4);
  return fold(d.cast('int32'), [constant], ([sum], j) => [
    (sum as Expr).add(lgammaOf(a.sub(j.cast('float64').mul(0.5)))),
  ])[0] as Expr;
});

/**
 * Logarithm of the multivariate gamma function of dimension d, for a above `(d - 1) / 2`.
 *
 * @throws {ValueError} if d is not a positive integer, or (on devices that can be read at once) if a is too small.
 */
export function multigammaln(a: NdArray | number, d: number): NdArray {
  if (!Number.isInteger(d) || d < 1)
    throw new ValueError(`[multigammaln] d must be a positive integer, got ${d}`);
  if (a instanceof NdArray && a.device.synchronous && a.size > 0) {
    const low = min(a).itemSync() as number;
    if (!(Number(low) > (d - 1) / 2))
      throw new ValueError(`[multigammaln] a must be above (d - 1) / 2 = ${(d - 1) / 2}, but holds ${low}`);
  }
  return multivariate(a, d);
}

/** Terms of the Hurwitz zeta function until its argument reaches 10, then Euler and Maclaurin's formula. */
function hurwitz(x: Expr, q: Expr): Expr {
  const steps = select(q.lt(10), lift(10).sub(q).ceil(), 0).min(1e6).cast('int32');
  const sum = fold(steps, [lift(0)], ([s], k) => [(s as Expr).add(q.add(k).pow(x.neg()))])[0] as Expr;
  const a = q.add(steps);
  const power = a.pow(x.neg());
  let rest = power.mul(a).div(x.sub(1)).add(power.mul(0.5));
  const inverse = a.square().reciprocal();
  let term = power.div(a).mul(x);
  let factorial = 2;
  for (let j = 1; j <= bernoulli.length; j++) {
    const part = term.mul((bernoulli[j - 1] as number) / factorial);
    rest = rest.add(power.eq(0).where(0, part));
    term = term.mul(x.add(2 * j - 1).mul(inverse)).mul(x.add(2 * j));
    factorial *= (2 * j + 1) * (2 * j + 2);
  }
  return sum.add(power.eq(0).where(0, rest));
}

/** ζ(x, q) with SciPy's conventions at its poles. */
function zetaAt(x: Expr, q: Expr): Expr {
  return choose(
    [
      [x.eq(1), Number.POSITIVE_INFINITY],
      [x.lt(1), nan],
      [both(q.le(0), whole(q)), Number.POSITIVE_INFINITY],
      [both(q.le(0), whole(x).eq(false)), nan],
    ],
    hurwitz(x, q),
  );
}

/** ζ(x) - 1 for all real x. */
function zetacAt(x: Expr): Expr {
  const left = x.lt(-1);
  const y = left.where(lift(1).sub(x), x);
  // From 2 on by terms; Euler and Maclaurin's formula continues the sum to the left of 1.
  const right = hurwitz(y.max(-1.5), lift(2).add(x.mul(0)));
  // sin(πx/2), with the remainder taken first.
  const quarter = x.sub(x.div(4).rint().mul(4)).mul(Math.PI / 2);
  const sine = both(whole(x), x.mod(2).eq(0)).where(0, quarter.sin());
  const size = x
    .mul(Math.LN2)
    .add(x.sub(1).mul(Math.log(Math.PI)))
    .add(lgammaOf(y))
    .exp();
  const reflected = size.mul(sine).mul(right.add(1)).sub(1);
  return choose(
    [
      [x.eq(Number.NEGATIVE_INFINITY), nan],
      [x.eq(1), Number.POSITIVE_INFINITY],
      [x.eq(Number.POSITIVE_INFINITY), 0],
      [both(left, sine.eq(0)), -1],
      [left, reflected],
    ],
    right,
  );
}

/** Riemann's `ζ(x) - 1`, exact where it is small. */
export const zetac: Ufunc1 = /*#__PURE__*/ special1('zetac', zetacAt);

const riemann = /*#__PURE__*/ special1('zeta', (x) => zetacAt(x).add(1));
const hurwitzZeta = /*#__PURE__*/ special2('zeta', zetaAt);

/**
 * Hurwitz' zeta function `Σ (k + q)⁻ˣ`, k from 0; without q Riemann's. Operands broadcast.
 *
 * @param x above 1 where q is given
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.special.zeta(array([2, 4])).toArraySync(); // [1.645, 1.082]
 */
export function zeta(x: NdArray | Scalar, q?: NdArray | Scalar | null, options?: UfuncOptions): NdArray {
  return q === undefined || q === null ? riemann(x, options) : hurwitzZeta(x, q, options);
}

const derivatives = /*#__PURE__*/ special2('polygamma', (n, x) => {
  const sign = n.mod(2).eq(0).where(-1, 1);
  const higher = gammaOf(n.add(1))
    .mul(sign)
    .mul(zetaAt(n.add(1), x));
  return n.eq(0).where(digammaOf(x), higher);
});

/**
 * The n-th derivative of `digamma`: `(-1)ⁿ⁺¹ n! ζ(n + 1, x)`. Operands broadcast.
 *
 * @param n non-negative integers; NaN comes of negative ones
 */
export function polygamma(n: NdArray | Scalar, x: NdArray | Scalar, options?: UfuncOptions): NdArray {
  return derivatives(n, x, options);
}
