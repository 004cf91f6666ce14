import { type Expr, fold, lift, select } from '../../../scalar/expr.ts';
import type { Ufunc3 } from '../../../ufunc/types.ts';
import { special3 } from './declare.ts';
import { lbetaOf, stirling } from './gamma-core.ts';
import { both, choose, either, fraction, infinity, log1pMinus, nan } from './tools.ts';

/** `ln(xᵃ yᵇ / B(a, b))`, y = 1 - x; from 8 on without the loss that large terms would bring. */
function logDensity(a: Expr, b: Expr, x: Expr, y: Expr): Expr {
  const large = both(a.ge(8), b.ge(8));
  const p = large.where(a, 8);
  const q = large.where(b, 8);
  const sum = p.add(q);
  // How far x is from the mean a / (a + b), in units of a and of b.
  const gap = select(p.gt(q), y.mul(sum).sub(q).neg(), x.mul(sum).sub(p));
  const near = p
    .mul(log1pMinus(gap.div(p)))
    .add(q.mul(log1pMinus(gap.neg().div(q))))
    .add(
      p
        .mul(q)
        .div(sum.mul(2 * Math.PI))
        .log()
        .mul(0.5),
    )
    .add(stirling(sum))
    .sub(stirling(p))
    .sub(stirling(q));
  const far = a.mul(x.log()).add(b.mul(y.log())).sub(lbetaOf(a, b));
  return large.where(near, far);
}

/** The regularised incomplete beta function at x and what it lacks to 1; y = 1 - x. */
function incompleteBeta(a: Expr, b: Expr, x: Expr, y: Expr): { p: Expr; q: Expr } {
  const finite = both(both(a.gt(0), a.lt(infinity)), both(b.gt(0), b.lt(infinity)));
  const good = both(finite, both(x.gt(0), y.gt(0)));
  // The fraction converges left of the mean; right of it the function is turned round.
  const turned = x.gt(a.add(1).div(a.add(b).add(2)));
  const s = turned.where(b, a);
  const t = turned.where(a, b);
  const z = turned.where(y, x);
  const value = fraction(good.where(1e5, 0), 1, (k) => {
    const m = k.div(2).floor();
    const m2 = m.mul(2);
    const even = m.mul(t.sub(m)).mul(z).div(s.add(m2).sub(1)).div(s.add(m2));
    const odd = s.add(m).mul(s.add(t).add(m)).mul(z).div(s.add(m2)).div(s.add(m2).add(1)).neg();
    return [k.mod(2).eq(0).where(even, odd), lift(1).add(z.mul(0))];
  });
  const part = logDensity(s, t, z, turned.where(x, y)).exp().div(s.mul(value));
  const rest = lift(1).sub(part);
  const low = turned.where(rest, part);
  const high = turned.where(part, rest);
  const ends = (v: Expr, left: number): Expr =>
    choose(
      [
        [either(either(a.isnan(), b.isnan()), x.isnan()), nan],
        [either(either(a.lt(0), b.lt(0)), either(x.lt(0), y.lt(0))), nan],
        [either(both(a.eq(0), b.eq(0)), both(a.isinf(), b.isinf())), nan],
        [either(a.eq(0), b.isinf()), x.gt(0).where(1 - left, left)],
        [either(b.eq(0), a.isinf()), x.lt(1).where(left, 1 - left)],
        [x.eq(0), left],
        [y.eq(0), 1 - left],
      ],
      v,
    );
  return { p: ends(low, 0), q: ends(high, 1) };
}

/**
 * The x and 1 - x where the incomplete beta function is p, and 1 - p is q: Newton's steps on the logarithm of the smaller of both as a
 * function of ln(x / (1 - x)), which is concave, so that they never miss.
 */
function inverseBeta(a: Expr, b: Expr, p: Expr, q: Expr): { x: Expr; y: Expr } {
  const lower = p.le(q);
  const target = lower.where(p, q).log();
  const shape = lower.where(a, b);
  // Where the variable is so small that only the first factor counts, that is the result.
  const first = target.add(shape.log()).add(lbetaOf(a, b)).div(shape);
  const tiny = first.lt(-40);
  const good = both(both(p.gt(0), q.gt(0)), both(a.gt(0), b.gt(0)));
  const small = first.min(-0.01);
  const logit = small.sub(small.expm1().neg().log());
  const mean = lower.where(a.div(b).log(), b.div(a).log());
  const [u] = fold(
    both(good, tiny.eq(false)).where(200, 0),
    [select(first.lt(-3), logit, mean), lift(1)],
    ([u]) => {
      const v = lower.where(u as Expr, (u as Expr).neg());
      const [x, y] = [v.sigmoid(), v.neg().sigmoid()];
      const value = incompleteBeta(a, b, x, y);
      const tail = lower.where(value.p, value.q);
      const slope = logDensity(a, b, x, y).exp().div(tail);
      const step = target.sub(tail.log()).div(slope);
      const safe = tail.gt(0).where(step.max(-2).min(2), 1);
      return [(u as Expr).add(safe), safe];
    },
    ([, step]) => (step as Expr).abs().le(1e-9),
  ) as [Expr, Expr];
  const part = tiny.where(first.exp(), u.sigmoid());
  const rest = tiny.where(lift(1).sub(first.exp()), u.neg().sigmoid());
  const bad = either(
    either(either(a.isnan(), b.isnan()), either(a.le(0), b.le(0))),
    either(either(a.isinf(), b.isinf()), either(p.isnan(), either(p.lt(0), q.lt(0)))),
  );
  const ends = (v: Expr, left: number): Expr =>
    choose(
      [
        [bad, nan],
        [p.eq(0), left],
        [q.eq(0), 1 - left],
      ],
      v,
    );
  return { x: ends(lower.where(part, rest), 0), y: ends(lower.where(rest, part), 1) };
}

/** Whether both parameters are positive and finite. */
const shapes = (a: Expr, b: Expr): Expr => both(both(a.gt(0), a.isfinite()), both(b.gt(0), b.isfinite()));

const beta = (a: Expr, b: Expr, x: Expr): Expr => incompleteBeta(a, b, x, lift(1).sub(x)).p;
const betaUpper = (a: Expr, b: Expr, x: Expr): Expr => incompleteBeta(a, b, x, lift(1).sub(x)).q;

/**
 * Regularised incomplete beta function: `∫₀ˣ tᵃ⁻¹ (1 - t)ᵇ⁻¹ dt / B(a, b)`.
 *
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.special.betainc(array([1, 2]), array([1, 2]), array([0.5, 0.5])).toArraySync(); // [0.500, 0.500]
 */
export const betainc: Ufunc3 = /*#__PURE__*/ special3(
  'betainc',
  (a, b, x) => choose([[shapes(a, b).eq(false), nan]], beta(a, b, x)),
  { small: true },
);

/** The x with `betainc(a, b, x) = y`. */
export const betaincinv: Ufunc3 = /*#__PURE__*/ special3(
  'betaincinv',
  (a, b, y) => inverseBeta(a, b, y, lift(1).sub(y)).x,
  { small: true },
);

const isProbability = (p: Expr): Expr => both(p.ge(0), p.le(1));

/** Distribution function of the binomial distribution: k successes or fewer, k rounded down, in n trials of probability p. */
export const bdtr: Ufunc3 = /*#__PURE__*/ special3(
  'bdtr',
  (k, n, p) => {
    const f = k.floor();
    return choose(
      [
        [isProbability(p).eq(false), nan],
        [either(f.lt(0), n.lt(f)), nan],
        [f.eq(n), 1],
      ],
      betaUpper(f.add(1), n.sub(f), p),
    );
  },
  { small: true },
);

/** `1 - bdtr(k, n, p)`. */
export const bdtrc: Ufunc3 = /*#__PURE__*/ special3(
  'bdtrc',
  (k, n, p) => {
    const f = k.floor();
    return choose(
      [
        [isProbability(p).eq(false), nan],
        [n.lt(f), nan],
        [f.lt(0), 1],
        [f.eq(n), 0],
      ],
      beta(f.add(1), n.sub(f), p),
    );
  },
  { small: true },
);

/** The probability p with `bdtr(k, n, p) = y`. */
export const bdtri: Ufunc3 = /*#__PURE__*/ special3(
  'bdtri',
  (k, n, y) => {
    const f = k.floor();
    return choose(
      [
        [isProbability(y).eq(false), nan],
        [either(f.lt(0), n.le(f)), nan],
      ],
      inverseBeta(f.add(1), n.sub(f), lift(1).sub(y), y).x,
    );
  },
  { small: true },
);

/** Distribution function of the F distribution with a and b degrees of freedom. */
export const fdtr: Ufunc3 = /*#__PURE__*/ special3(
  'fdtr',
  (a, b, x) => {
    const total = b.add(a.mul(x));
    const value = incompleteBeta(a.mul(0.5), b.mul(0.5), a.mul(x).div(total), b.div(total)).p;
    return choose([[either(either(a.le(0), b.le(0)), x.lt(0)), nan]], value);
  },
  { small: true },
);

/** `1 - fdtr(a, b, x)`. */
export const fdtrc: Ufunc3 = /*#__PURE__*/ special3(
  'fdtrc',
  (a, b, x) => {
    const total = b.add(a.mul(x));
    const value = incompleteBeta(a.mul(0.5), b.mul(0.5), a.mul(x).div(total), b.div(total)).q;
    return choose([[either(either(a.le(0), b.le(0)), x.lt(0)), nan]], value);
  },
  { small: true },
);

/** The x with `fdtr(a, b, x) = y`. */
export const fdtri: Ufunc3 = /*#__PURE__*/ special3(
  'fdtri',
  (a, b, y) => {
    const w = inverseBeta(a.mul(0.5), b.mul(0.5), y, lift(1).sub(y));
    const bad = either(either(a.le(0), b.le(0)), either(y.le(0), y.gt(1)));
    return choose([[bad, nan]], b.mul(w.x).div(a.mul(w.y)));
  },
  { small: true },
);

/** Distribution function of the negative binomial distribution: k failures or fewer before n successes of probability p. */
export const nbdtr: Ufunc3 = /*#__PURE__*/ special3(
  'nbdtr',
  (k, n, p) =>
    choose([[either(isProbability(p).eq(false), either(k.lt(0), n.le(0))), nan]], beta(n, k.add(1), p)),
  { integers: 2 },
);

/** `1 - nbdtr(k, n, p)`. */
export const nbdtrc: Ufunc3 = /*#__PURE__*/ special3(
  'nbdtrc',
  (k, n, p) =>
    choose([[either(isProbability(p).eq(false), either(k.lt(0), n.le(0))), nan]], betaUpper(n, k.add(1), p)),
  { integers: 2 },
);

/** The probability p with `nbdtr(k, n, p) = y`. */
export const nbdtri: Ufunc3 = /*#__PURE__*/ special3(
  'nbdtri',
  (k, n, y) =>
    choose(
      [[either(isProbability(y).eq(false), k.lt(0)), nan]],
      inverseBeta(n, k.add(1), y, lift(1).sub(y)).x,
    ),
  { integers: 2 },
);
