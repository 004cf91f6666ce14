import { type Expr, fold, lift, select } from '../../../scalar/expr.ts';
import type { Ufunc1, Ufunc1x2, Ufunc2 } from '../../../ufunc/types.ts';
import { special1, special1x2, special2 } from './declare.ts';
import { digammaOf } from './gamma-core.ts';
import { both, choose, either, fraction, infinity, nan, series } from './tools.ts';

const euler = 0.5772156649015329;

/** `Σ xᵏ / (k k!)`, k from 1. */
function exponentialSeries(x: Expr, terms: Expr): Expr {
  return fold(
    terms,
    [lift(0), lift(1)],
    ([sum, power], i) => {
      const k = i.add(1);
      const p = (power as Expr).mul(x).div(k);
      return [(sum as Expr).add(p.div(k)), p];
    },
    ([sum, power]) => (power as Expr).abs().lt((sum as Expr).abs().mul(2 ** -60)),
  )[0] as Expr;
}

/** E₁ at positive x. */
function e1(x: Expr): Expr {
  const near = x.le(1);
  const small = exponentialSeries(near.where(x.neg(), -1), near.where(40, 0)).add(x.log()).add(euler).neg();
  return near.where(small, en(lift(1).add(x.mul(0)), x, near.eq(false)));
}

/** `Eₙ(x)` by its continued fraction, for x above 1. */
function en(n: Expr, x: Expr, wanted: Expr): Expr {
  const tail = fraction(wanted.where(1000, 0), x.add(n), (k) => [
    k.neg().mul(n.add(k).sub(1)),
    x.add(n).add(k.mul(2)),
  ]);
  return x.gt(750).where(0, x.neg().exp().div(tail));
}

/**
 * Exponential integral `E₁(x) = ∫ₓ^∞ e⁻ᵗ / t dt`: NaN for negative numbers.
 *
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.special.exp1(array([1, 2])).toArraySync(); // [0.219, 0.049]
 */
export const exp1: Ufunc1 = /*#__PURE__*/ special1(
  'exp1',
  (x) =>
    choose(
      [
        [x.eq(0), infinity],
        [x.lt(0), nan],
      ],
      e1(x),
    ),
  { small: true },
);

/** Ei at positive x. */
function eiRight(x: Expr): Expr {
  const near = x.le(40);
  const at = near.where(x, 1);
  const small = exponentialSeries(at, near.where(200, 0)).add(at.log()).add(euler);
  const large = series(near.where(0, 40), 1, (k, term) => term.mul(k.add(1)).div(x));
  const half = x.mul(0.5).exp();
  const far = large.div(x).mul(half).mul(half);
  return near.where(small, x.eq(infinity).where(x, far));
}

/** Exponential integral `Ei(x)`, the principal value. */
export const expi: Ufunc1 = /*#__PURE__*/ special1(
  'expi',
  (x) =>
    choose(
      [
        [x.eq(0), infinity.neg()],
        [x.lt(0), e1(x.neg()).neg()],
      ],
      eiRight(x),
    ),
  { small: true },
);

/** Exponential integral `Eₙ(x) = ∫₁^∞ e⁻ˣᵗ / tⁿ dt`, of integer order n. */
export const expn: Ufunc2 = /*#__PURE__*/ special2(
  'expn',
  (n, x) => {
    const near = both(x.le(1), both(x.gt(0), n.ge(1)));
    const m = n.sub(1);
    const [sum] = fold(near.where(30, 0), [lift(0), lift(1)], (state, k) => {
      const [sum, power] = state as [Expr, Expr];
      const gap = k.cast('float64').sub(m);
      const logarithm = digammaOf(n).sub(x.log()).mul(power);
      const term = gap.eq(0).where(logarithm, power.div(gap).neg());
      return [sum.add(term), power.mul(x).div(k.add(1)).neg()];
    }) as [Expr, Expr];
    return choose(
      [
        [either(n.isnan(), x.isnan()), nan],
        [either(n.lt(0), x.lt(0)), nan],
        [both(x.eq(0), n.lt(2)), infinity],
        [x.eq(0), m.reciprocal()],
        [n.eq(0), x.neg().exp().div(x)],
        [near, sum],
      ],
      en(n, x, near.eq(false)),
    );
  },
  { integers: 1 },
);

/** Sine and cosine integrals at positive x: series up to 4, the complex continued fraction of E₁(ix) beyond. */
function sineCosine(x: Expr): [Expr, Expr] {
  const near = x.le(4);
  const at = near.where(x, 1);
  const [s, c] = fold(near.where(20, 0), [at, lift(0), at], (state, i) => {
    const [s, c, term] = state as [Expr, Expr, Expr];
    const k = i.mul(2).add(2);
    const even = term.mul(at).div(k).neg();
    const odd = even.mul(at).div(k.add(1));
    return [s.add(odd.div(k.add(1))), c.add(even.div(k)), odd];
  }) as [Expr, Expr];
  // E₁(ix) = e⁻ⁱˣ / (1 + ix - 1² / (3 + ix - 2² / (5 + ix - …))), evaluated from its end.
  const t = near.where(4, x);
  const steps = near.where(0, lift(20).add(lift(600).div(t))).cast('int32');
  const [re, im] = fold(steps, [lift(0), lift(0)], (state, i) => {
    const [re, im] = state as [Expr, Expr];
    const k = steps.sub(i).cast('float64');
    const [br, bi] = [k.mul(2).add(1).add(re), t.add(im)];
    const scale = k.square().neg().div(br.square().add(bi.square()));
    return [scale.mul(br), scale.mul(bi).neg()];
  }) as [Expr, Expr];
  const [br, bi] = [lift(1).add(re), t.add(im)];
  const d = br.square().add(bi.square());
  const [fr, fi] = [br.div(d), bi.div(d).neg()];
  const [cos, sin] = [t.cos(), t.sin()];
  // e⁻ⁱˣ f, whose real part is -Ci and whose imaginary part Si - π/2.
  const ci = cos.mul(fr).add(sin.mul(fi)).neg();
  const si = cos
    .mul(fi)
    .sub(sin.mul(fr))
    .add(Math.PI / 2);
  const end = x.eq(infinity);
  return [
    near.where(s, end.where(Math.PI / 2, si)),
    near.where(c.add(at.log()).add(euler), end.where(0, ci)),
  ];
}

/**
 * Sine and cosine integrals: `Si(x) = ∫₀ˣ sin t / t dt` and `Ci(x) = γ + ln |x| + ∫₀ˣ (cos t - 1) / t dt`.
 *
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * const [si, ci] = cupyx.scipy.special.sici(array([1]));
 * [si.toArraySync(), ci.toArraySync()]; // [[0.946], [0.337]]
 */
export const sici: Ufunc1x2 = /*#__PURE__*/ special1x2(
  'sici',
  (x) => {
    const [si, ci] = sineCosine(x.abs());
    return [
      x.lt(0).where(si.neg(), si),
      choose(
        [
          [x.eq(0), infinity.neg()],
          [x.eq(infinity.neg()), nan],
        ],
        ci,
      ),
    ];
  },
  { small: true },
);

/** Hyperbolic sine and cosine integrals: `Shi(x) = ∫₀ˣ sinh t / t dt` and `Chi(x) = γ + ln |x| + ∫₀ˣ (cosh t - 1) / t dt`. */
export const shichi: Ufunc1x2 = /*#__PURE__*/ special1x2(
  'shichi',
  (x) => {
    const t = x.abs();
    const near = t.le(4);
    const at = near.where(t, 1);
    const [s, c] = fold(near.where(20, 0), [at, lift(0), at], (state, i) => {
      const [s, c, term] = state as [Expr, Expr, Expr];
      const k = i.mul(2).add(2);
      const even = term.mul(at).div(k);
      const odd = even.mul(at).div(k.add(1));
      return [s.add(odd.div(k.add(1))), c.add(even.div(k)), odd];
    }) as [Expr, Expr];
    const far = near.where(5, t);
    const [ei, first] = [eiRight(far), e1(far)];
    const shi = near.where(s, ei.add(first).mul(0.5));
    const chi = near.where(c.add(at.log()).add(euler), ei.sub(first).mul(0.5));
    return [x.lt(0).where(shi.neg(), shi), select(x.eq(0), infinity.neg(), chi)];
  },
  { small: true },
);
