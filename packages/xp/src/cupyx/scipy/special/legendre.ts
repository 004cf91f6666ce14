import { complex128, float64 } from '../../../core/dtype.ts';
import { castable } from '../../../core/promotion.ts';
import { type Expr, fold, lift, select } from '../../../scalar/expr.ts';
import { ufunc4 } from '../../../ufunc/declare.ts';
import type { Ufunc3, Ufunc4 } from '../../../ufunc/types.ts';
import { special3 } from './declare.ts';
import { complexOf, gammaSignOf, lgammaOf } from './gamma-core.ts';
import { both, choose, either, infinity, nan, whole } from './tools.ts';

/** Steps beyond which no recurrence goes. */
const most = 1e6;

/** P of integer degree v ≥ m ≥ 0: the recurrence from degrees m and m + 1. */
function wholeDegree(m: Expr, v: Expr, x: Expr, wanted: Expr): Expr {
  const root = lift(1).sub(x.square()).max(0).sqrt();
  const first = fold(wanted.where(m, 0).min(most).cast('int32'), [lift(1)], ([p], i) => [
    (p as Expr).mul(root).mul(i.mul(2).add(1)).neg(),
  ])[0] as Expr;
  const second = x.mul(m.mul(2).add(1)).mul(first);
  const steps = v.sub(m).sub(1).max(0).min(most);
  const [, value] = fold(wanted.where(steps, 0).cast('int32'), [first, second], ([below, at], i) => {
    const n = m.add(i).add(2);
    const next = x
      .mul(n.mul(2).sub(1))
      .mul(at as Expr)
      .sub(
        n
          .add(m)
          .sub(1)
          .mul(below as Expr),
      )
      .div(n.sub(m));
    return [at as Expr, next];
  }) as [Expr, Expr];
  return v.eq(m).where(first, value);
}

/** P of any degree, by the hypergeometric series around x = 1. */
function anyDegree(m: Expr, v: Expr, x: Expr, wanted: Expr): Expr {
  const t = lift(1).sub(x).mul(0.5);
  const [sum] = fold(
    wanted.where(2e5, 0),
    [lift(1), lift(1)],
    (state, k) => {
      const [sum, term] = state as [Expr, Expr];
      const a = m.sub(v).add(k);
      const b = m.add(v).add(1).add(k);
      const next = term.mul(a).mul(b).mul(t).div(m.add(k).add(1)).div(k.add(1));
      return [sum.add(next), next];
    },
    (state) => {
      const [sum, term] = state as [Expr, Expr];
      return term.abs().le(sum.abs().mul(1e-17));
    },
  ) as [Expr];
  const up = v.add(m).add(1);
  const down = v.sub(m).add(1);
  const size = lgammaOf(up)
    .sub(lgammaOf(down))
    .sub(lgammaOf(m.add(1)))
    .sub(m.mul(Math.LN2))
    .exp();
  const sign = gammaSignOf(up).mul(gammaSignOf(down)).mul(m.mod(2).eq(0).where(1, -1));
  const root = m.eq(0).where(1, lift(1).sub(x.square()).max(0).pow(m.mul(0.5)));
  return size.mul(sign).mul(root).mul(sum);
}

/**
 * Associated Legendre function `Pᵥᵐ(x)` of integer order m and real degree v, with the phase (-1)ᵐ, for x in [-1, 1]: NaN elsewhere.
 *
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.special.lpmv(array([0, 1]), array([2, 1]), array([0.5, 0.6])).toArraySync(); // [-0.125, -0.800]
 */
export const lpmv: Ufunc3 = /*#__PURE__*/ special3(
  'lpmv',
  (order, degree, x) => {
    const v = degree.lt(-0.5).where(degree.neg().sub(1), degree);
    const m = order.abs();
    const integral = whole(v);
    const value = choose(
      [
        [both(integral, m.gt(v)), 0],
        [integral, wholeDegree(m, v, x, both(integral, m.le(v)))],
        [x.eq(-1), m.eq(0).where(infinity.neg(), infinity)],
      ],
      anyDegree(m, v, x, both(integral.eq(false), x.gt(-1))),
    );
    // Negative orders: (-1)ᵐ Γ(v - m + 1) / Γ(v + m + 1) times that of m.
    const [up, down] = [v.add(m).add(1), v.sub(m).add(1)];
    const ratio = lgammaOf(down).sub(lgammaOf(up)).exp().mul(gammaSignOf(down)).mul(gammaSignOf(up));
    const turned = value.mul(ratio).mul(m.mod(2).eq(0).where(1, -1));
    return choose(
      [
        [either(whole(order).eq(false), either(x.isnan(), v.isnan())), nan],
        [x.abs().gt(1), nan],
        [both(order.lt(0), both(integral, m.gt(v))), nan],
        [order.lt(0), turned],
      ],
      value,
    );
  },
  { small: true },
);

/** `Yₙᵐ(θ, φ)`, by the recurrence of normalised Legendre functions, which does not overflow. */
function harmonic(n: Expr, m: Expr, theta: Expr, phi: Expr): Expr {
  const k = m.abs();
  const [x, s] = [theta.cos(), theta.sin()];
  const start = lift(0.5 / Math.sqrt(Math.PI)).add(theta.mul(0));
  const first = fold(k.min(most).cast('int32'), [start], ([p], i) => [
    (p as Expr)
      .mul(s)
      .mul(i.mul(2).add(3).cast('float64').div(i.mul(2).add(2)).sqrt())
      .neg(),
  ])[0] as Expr;
  const second = first.mul(x).mul(k.mul(2).add(3).sqrt());
  const steps = n.sub(k).sub(1).max(0).min(most).cast('int32');
  const [, value] = fold(steps, [first, second], ([below, at], i) => {
    const l = k.add(i).add(2);
    const square = l.square().sub(k.square());
    const a = l.square().mul(4).sub(1).div(square).sqrt();
    const prior = l.sub(1);
    const b = prior.square().sub(k.square()).div(prior.square().mul(4).sub(1)).sqrt();
    return [at as Expr, a.mul(x.mul(at as Expr).sub(b.mul(below as Expr)))];
  }) as [Expr, Expr];
  const p = choose(
    [
      [either(k.gt(n), n.lt(0)), 0],
      [n.eq(k), first],
    ],
    value,
  );
  const angle = k.mul(phi);
  const odd = k.mod(2).ne(0);
  const negative = m.lt(0);
  const re = p.mul(angle.cos());
  const im = p.mul(angle.sin());
  // Y of -m is (-1)ᵐ times the conjugate of that of m.
  return complexOf(both(negative, odd).where(re.neg(), re), select(negative, odd.where(im, im.neg()), im));
}

/**
 * Spherical harmonic of degree n and order m, complex: 0 where |m| exceeds n. The operands are n and m, then the polar angle, from 0 to π,
 * and the azimuth.
 */
export const sphHarmY: Ufunc4 = /*#__PURE__*/ ufunc4({
  name: 'sphHarmY',
  resolve: (types) =>
    types.every((t) => castable(t, float64))
      ? { inputs: types.map(() => float64), outputs: [complex128] }
      : null,
  body: ([n, m, theta, phi]) => harmonic(n, m, theta, phi),
});
