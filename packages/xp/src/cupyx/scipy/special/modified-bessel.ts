import { type Expr, fold, lift } from '../../../scalar/expr.ts';
import type { Ufunc1 } from '../../../ufunc/types.ts';
import { special1 } from './declare.ts';
import { euler, infinity, rightOf, series } from './tools.ts';

/** `Σ (x²/4)ᵏ / (k! (k + n)!)`, up to 20; of order 0 or 1. */
function modifiedSeries(x: Expr, n: 0 | 1, wanted: Expr): Expr {
  const m = x.square().mul(0.25);
  return series(wanted.where(200, 0), 1, (i, term) => term.mul(m).div(i.add(1).mul(i.add(1 + n))));
}

/** `Iₙ(x) e⁻ˣ` for x from 0. */
function scaledI(x: Expr, n: 0 | 1): Expr {
  const near = x.le(25);
  const at = near.where(x, 1);
  const small = modifiedSeries(at, n, near).mul(at.neg().exp());
  const mu = 4 * n;
  const large = series(near.where(0, 40), 1, (i, term) => {
    const k = i.add(1);
    // The asymptotic series: its terms fall until k = 2x, beyond what counts.
    return term.mul(k.mul(2).sub(1).square().sub(mu)).div(k.mul(8)).div(x);
  });
  const far = large.div(x.mul(2 * Math.PI).sqrt());
  return near.where(n === 0 ? small : small.mul(at).mul(0.5), x.isinf().where(0, far));
}

const grown = (scaled: Expr, size: Expr): Expr => {
  // exp in halves: the function overflows later than exp does.
  const half = size.mul(0.5).exp();
  return scaled.mul(half).mul(half);
};

/** Modified Bessel function of the first kind, order 0. */
export const i0: Ufunc1 = /*#__PURE__*/ special1('i0', (x) => grown(scaledI(x.abs(), 0), x.abs()));
/** `exp(-|x|) i0(x)`. */
export const i0e: Ufunc1 = /*#__PURE__*/ special1('i0e', (x) => scaledI(x.abs(), 0));
/** Modified Bessel function of the first kind, order 1. */
export const i1: Ufunc1 = /*#__PURE__*/ special1('i1', (x) => {
  const y = grown(scaledI(x.abs(), 1), x.abs());
  return x.lt(0).where(y.neg(), y);
});
/** `exp(-|x|) i1(x)`. */
export const i1e: Ufunc1 = /*#__PURE__*/ special1('i1e', (x) => {
  const y = scaledI(x.abs(), 1);
  return x.lt(0).where(y.neg(), y);
});

/** `Kₙ(x) eˣ` for positive x: the series up to 2, an integral by the trapezoidal rule beyond, which converges at once. */
function scaledK(x: Expr, n: 0 | 1): Expr {
  const near = x.le(2);
  const at = near.where(x, 1);
  const m = at.square().mul(0.25);
  const [sum, weighted] = fold(
    near.where(20, 0),
    [lift(1), lift(n === 0 ? 0 : 1), lift(1), lift(0)],
    (a, i) => {
      const [sum, weighted, term, harmonic] = a as [Expr, Expr, Expr, Expr];
      const k = i.add(1);
      const t = term.mul(m).div(k.mul(k.add(n)));
      const h = harmonic.add(lift(1).div(k));
      const weight = n === 0 ? h : h.mul(2).add(lift(1).div(k.add(1)));
      return [sum.add(t), weighted.add(t.mul(weight)), t, h];
    },
  ) as [Expr, Expr];
  const log = at.mul(0.5).log().add(euler);
  const small =
    n === 0
      ? weighted.sub(log.mul(sum))
      : at
          .reciprocal()
          .add(log.mul(at.mul(0.5)).mul(sum))
          .sub(at.mul(0.25).mul(weighted));
  // ∫ exp(-x (cosh t - 1)) cosh nt dt up to where the integrand has vanished.
  const to = lift(40).div(x).add(1).arccosh();
  const steps = 60;
  const h = to.div(steps);
  const tail = fold(near.where(0, steps), [lift(0.5)], ([s], i) => {
    const t = h.mul(i.add(1));
    const half = t.mul(0.5).sinh();
    const value = half.square().mul(x).mul(-2).exp();
    return [(s as Expr).add(n === 0 ? value : value.mul(t.cosh()))];
  })[0] as Expr;
  // Beyond 1e6 the integral's end is too near 0 for arccosh: three terms of the asymptotic series do.
  const r = x.mul(8).reciprocal();
  const c = 4 * n - 1;
  const asymptotic = lift(Math.PI / 2)
    .div(x)
    .sqrt()
    .mul(
      r
        .mul(r.mul((c * (4 * n - 9)) / 2))
        .add(r.mul(c))
        .add(1),
    );
  return near.where(small.mul(at.exp()), x.gt(1e5).where(asymptotic, tail.mul(h)));
}

const shrunk = (scaled: Expr, x: Expr): Expr => x.gt(800).where(0, scaled.mul(x.neg().exp()));

/** Modified Bessel function of the second kind, order 0: NaN for negative numbers. */
export const k0: Ufunc1 = /*#__PURE__*/ special1('k0', (x) => rightOf(x, shrunk(scaledK(x, 0), x), infinity));
/** `exp(x) k0(x)`. */
export const k0e: Ufunc1 = /*#__PURE__*/ special1('k0e', (x) => rightOf(x, scaledK(x, 0), infinity));
/** Modified Bessel function of the second kind, order 1: NaN for negative numbers. */
export const k1: Ufunc1 = /*#__PURE__*/ special1('k1', (x) => rightOf(x, shrunk(scaledK(x, 1), x), infinity));
/** `exp(x) k1(x)`. */
export const k1e: Ufunc1 = /*#__PURE__*/ special1('k1e', (x) => rightOf(x, scaledK(x, 1), infinity));
