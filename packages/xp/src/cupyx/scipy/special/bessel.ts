import { checkOptions } from '../../../core/check-options.ts';
import type { NdArray } from '../../../core/ndarray.ts';
import type { Scalar } from '../../../core/promotion.ts';
import { type Expr, fold, lift, select } from '../../../scalar/expr.ts';
import type { Ufunc1, Ufunc2, Ufunc3, UfuncOptions } from '../../../ufunc/types.ts';
import { ufuncKeys } from '../../../ufunc/types.ts';
import { special1, special2, special3 } from './declare.ts';
import { lgammaOf, rgammaOf } from './gamma-core.ts';
import { both, choose, either, euler, infinity, nan, rightOf } from './tools.ts';

/** J₀, J₁, Y₀ and Y₁ at positive x. */
interface Cylinder {
  readonly j0: Expr;
  readonly j1: Expr;
  readonly y0: Expr;
  readonly y1: Expr;
}

/**
 * Ascending series up to 5: the terms `(-x²/4)ᵏ / k!²` and `(-x²/4)ᵏ / (k! (k + 1)!)`, and the same weighted with harmonic numbers.
 */
function nearCylinder(x: Expr, wanted: Expr): Cylinder {
  const m = x.square().mul(-0.25);
  const [j, h, j1, h1] = fold(
    wanted.where(30, 0),
    [lift(1), lift(0), lift(1), lift(1), lift(1), lift(0)],
    (a, i) => {
      const [j, h, j1, h1, term, harmonic] = a as [Expr, Expr, Expr, Expr, Expr, Expr];
      const k = i.add(1);
      const t = term.mul(m).div(k.mul(k));
      const n = harmonic.add(lift(1).div(k));
      const t1 = t.div(k.add(1));
      return [
        j.add(t),
        h.add(t.mul(n)),
        j1.add(t1),
        h1.add(t1.mul(n.mul(2).add(lift(1).div(k.add(1))))),
        t,
        n,
      ];
    },
  ) as [Expr, Expr, Expr, Expr];
  const log = x
    .mul(0.5)
    .log()
    .add(euler)
    .mul(2 / Math.PI);
  const half = x.mul(0.5);
  return {
    j0: j,
    j1: half.mul(j1),
    y0: log.mul(j).sub(h.mul(2 / Math.PI)),
    y1: log
      .mul(half.mul(j1))
      .sub(lift(2 / Math.PI).div(x))
      .sub(half.mul(h1).div(Math.PI)),
  };
}

/** Between 5 and 25: Miller's backward recurrence, with the sums over all orders that normalise J and give Y. */
function middleCylinder(x: Expr, wanted: Expr): Cylinder {
  const pairs = x.mul(0.5).ceil().add(18);
  const top = wanted.where(pairs, 0).cast('int32');
  const two = lift(2).div(x);
  const first = [lift(0), lift(1e-30), lift(0), lift(0), lift(0)];
  const [a1, a0, norm, s0, s1] = fold(top, first, (state, i) => {
    // From orders 2k + 1 and 2k to 2k - 1 and 2k - 2.
    const [above, at, norm, s0, s1] = state as [Expr, Expr, Expr, Expr, Expr];
    const k = pairs.sub(i);
    const odd = two.mul(k.mul(2)).mul(at).sub(above);
    const even = two.mul(k.mul(2).sub(1)).mul(odd).sub(at);
    const sign = k.mod(2).eq(0).where(1, -1);
    return [
      odd,
      even,
      norm.add(at.mul(2)),
      s0.add(at.mul(sign).div(k)),
      s1.add(odd.sub(above).mul(sign).div(k)),
    ];
  }) as [Expr, Expr, Expr, Expr, Expr];
  const scale = a0.add(norm).reciprocal();
  const j0 = a0.mul(scale);
  const j1 = a1.mul(scale);
  const log = x.mul(0.5).log().add(euler);
  return {
    j0,
    j1,
    y0: log
      .mul(j0)
      .mul(2 / Math.PI)
      .sub(s0.mul(scale).mul(4 / Math.PI)),
    // The derivative of Y₀, turned round.
    y1: log
      .mul(j1)
      .sub(j0.div(x))
      .add(s1.mul(scale))
      .mul(2 / Math.PI),
  };
}

/** Hankel's asymptotic sums P and Q of order n from 25 on. */
function hankel(x: Expr, order: 0 | 1, wanted: Expr): { p: Expr; q: Expr } {
  const mu = 4 * order * order;
  const [p, q] = fold(wanted.where(12, 0), [lift(1), lift(0), lift(1)], (state, i) => {
    const [p, q, term] = state as [Expr, Expr, Expr];
    const k = i.mul(2).add(1);
    const at = (n: Expr) => lift(mu).sub(n.mul(2).sub(1).square()).div(n.mul(8)).div(x);
    const odd = term.mul(at(k));
    const even = odd.mul(at(k.add(1)));
    const sign = i.mod(2).eq(0).where(1, -1);
    return [p.sub(even.mul(sign)), q.add(odd.mul(sign)), even];
  }) as [Expr, Expr];
  return { p, q };
}

function farCylinder(x: Expr, wanted: Expr): Cylinder {
  const scale = lift(1 / Math.PI)
    .div(x)
    .sqrt();
  const [s, c] = [x.sin(), x.cos()];
  const zero = hankel(x, 0, wanted);
  const one = hankel(x, 1, wanted);
  // cos(x - π/4) √2 = cos x + sin x, and its relatives.
  const [plus, minus] = [c.add(s), s.sub(c)];
  return {
    j0: scale.mul(zero.p.mul(plus).sub(zero.q.mul(minus))),
    y0: scale.mul(zero.p.mul(minus).add(zero.q.mul(plus))),
    j1: scale.mul(one.p.mul(minus).add(one.q.mul(plus))),
    y1: scale.mul(one.q.mul(minus).sub(one.p.mul(plus))),
  };
}

/** One of the cylinder functions at positive x; `which` makes the others disappear from the kernel. */
function cylinder(which: keyof Cylinder, x: Expr): Expr {
  const near = x.le(5);
  const far = x.ge(25);
  const middle = both(x.gt(5), x.lt(25));
  return choose(
    [
      [near, nearCylinder(x, near)[which]],
      [middle, middleCylinder(middle.where(x, 10), middle)[which]],
    ],
    farCylinder(far.where(x, 30), far)[which].add(x.mul(0)),
  );
}

/**
 * Bessel function of the first kind, order 0.
 *
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.special.j0(array([0, 1])).toArraySync(); // [1, 0.765]
 */
export const j0: Ufunc1 = /*#__PURE__*/ special1('j0', (x) => cylinder('j0', x.abs()));
/** Bessel function of the first kind, order 1. */
export const j1: Ufunc1 = /*#__PURE__*/ special1('j1', (x) => {
  const y = cylinder('j1', x.abs());
  return x.lt(0).where(y.neg(), y);
});
/** Bessel function of the second kind, order 0: NaN for negative numbers. */
export const y0: Ufunc1 = /*#__PURE__*/ special1('y0', (x) => rightOf(x, cylinder('y0', x), infinity.neg()));
/** Bessel function of the second kind, order 1: NaN for negative numbers. */
export const y1: Ufunc1 = /*#__PURE__*/ special1('y1', (x) => rightOf(x, cylinder('y1', x), infinity.neg()));

/** Bessel function of the second kind of integer order: the recurrence upwards from orders 0 and 1. */
export const yn: Ufunc2 = /*#__PURE__*/ special2('yn', (n, x) => {
  const order = n.trunc().abs();
  const first = cylinder('y0', x);
  const second = cylinder('y1', x);
  const [, value] = fold(order.sub(1).max(0).min(1e6).cast('int32'), [first, second], ([below, at], k) => [
    at as Expr,
    k
      .add(1)
      .mul(2)
      .div(x)
      .mul(at as Expr)
      .sub(below as Expr),
  ]) as [Expr, Expr];
  const size = order.eq(0).where(first, value);
  const odd = order.mod(2).ne(0);
  const flips = both(n.lt(0), odd);
  return rightOf(
    x,
    // Once infinite, the recurrence would subtract infinities.
    both(value.isnan(), x.isnan().eq(false)).where(infinity.neg(), flips.where(size.neg(), size)),
    flips.where(infinity, infinity.neg()),
  );
});

/** Spherical Bessel function of the second kind, upwards from orders 0 and 1. */
function sphericalY(n: Expr, x: Expr): Expr {
  const t = x.abs();
  const first = t.cos().div(t).neg();
  const second = first.sub(t.sin()).div(t);
  const [, value] = fold(n.sub(1).max(0).min(1e6).cast('int32'), [first, second], ([below, at], k) => [
    at as Expr,
    k
      .mul(2)
      .add(3)
      .div(t)
      .mul(at as Expr)
      .sub(below as Expr),
  ]) as [Expr, Expr];
  const size = n.eq(0).where(first, value);
  // yₙ(-x) = (-1)ⁿ⁺¹ yₙ(x)
  const flips = both(x.lt(0), n.mod(2).eq(0));
  const grown = both(value.isnan(), x.isnan().eq(false)).where(infinity.neg(), size);
  return choose(
    [
      [either(n.isnan(), n.lt(0)), nan],
      [x.isinf(), 0],
      [x.eq(0), infinity.neg()],
    ],
    flips.where(grown.neg(), grown),
  );
}

const sphericalValue = /*#__PURE__*/ special2('sphericalYn', sphericalY);
const sphericalDerivative = /*#__PURE__*/ special2('sphericalYn', (n, x) => {
  const below = n.eq(0).where(sphericalY(n.mul(0).add(1), x).neg(), sphericalY(n.sub(1).max(0), x));
  const value = below.sub(n.add(1).div(x).mul(sphericalY(n, x)));
  return choose(
    [
      [either(n.lt(0), x.eq(0)), nan],
      [x.isinf(), 0],
    ],
    n.eq(0).where(below, value),
  );
});

/**
 * Spherical Bessel function of the second kind, of order n, or its derivative.
 *
 * @param n non-negative integers
 */
export function sphericalYn(
  n: NdArray | Scalar,
  z: NdArray | Scalar,
  options: UfuncOptions & { readonly derivative?: boolean } = {},
): NdArray {
  checkOptions('sphericalYn', options, [...ufuncKeys, 'derivative']);
  const { derivative, ...rest } = options;
  return (derivative ? sphericalDerivative : sphericalValue)(n, z, rest);
}

/** Wright's generalised Bessel function `Σ xᵏ / (k! Γ(a k + b))`, for non-negative a, b and x: NaN elsewhere. */
export const wrightBessel: Ufunc3 = /*#__PURE__*/ special3('wrightBessel', (a, b, x) => {
  // The largest term stands near (x a⁻ᵃ)^(1 / (1 + a)).
  const logX = x.log();
  const shifted = a.gt(0).where(a.mul(a.log()), 0);
  const peak = logX.sub(shifted).div(a.add(1)).exp();
  const terms = peak.mul(4).add(60).min(1e5);
  const shapes = both(both(a.ge(0), a.lt(infinity)), both(b.ge(0), b.lt(infinity)));
  const good = both(shapes, both(x.ge(0), x.lt(infinity)));
  const sum = fold(
    both(good, x.gt(0)).where(terms, 0).cast('int32'),
    [rgammaOf(b), lift(1)],
    ([sum], i) => {
      const k = i.cast('float64').add(1);
      const argument = a.mul(k).add(b);
      const small = argument.lt(0.5);
      const log = k.mul(logX).sub(lgammaOf(k.add(1)));
      const whole = log.sub(lgammaOf(argument)).exp();
      const term = small.where(log.exp().mul(rgammaOf(argument)), whole);
      return [(sum as Expr).add(term), i.gt(peak.mul(1.5)).where(term.div((sum as Expr).abs()), 1)];
    },
    ([, ratio]) => (ratio as Expr).abs().le(1e-17),
  )[0] as Expr;
  const bad = either(either(a.isnan(), either(b.isnan(), x.isnan())), good.eq(false));
  const exponential = x.exp().mul(rgammaOf(b));
  return choose(
    [
      [both(bad, x.eq(infinity)), select(shapes, infinity, nan)],
      [bad, nan],
      [a.eq(0), exponential],
    ],
    sum,
  );
});
