import { type Expr, fold, lift, select } from '../../../scalar/expr.ts';
import type { Ufunc1, Ufunc2, Ufunc2x4 } from '../../../ufunc/types.ts';
import { special1, special2, special2x4 } from './declare.ts';
import { both, choose, either, infinity, nan, sign } from './tools.ts';

/** K by the arithmetic-geometric mean of 1 and √p, p = 1 - m. */
function completeK(p: Expr): Expr {
  const [mean] = fold(
    40,
    [lift(1).add(p.mul(0)), p.sqrt()],
    ([a, b]) => [(a as Expr).add(b as Expr).mul(0.5), (a as Expr).mul(b as Expr).sqrt()],
    ([a, b]) =>
      (a as Expr)
        .sub(b as Expr)
        .abs()
        .le((a as Expr).mul(1e-16)),
  ) as [Expr];
  return choose(
    [
      [p.lt(0), nan],
      [p.eq(0), infinity],
      [p.eq(infinity), 0],
    ],
    lift(Math.PI / 2).div(mean),
  );
}

/**
 * Complete elliptic integral of the first kind: `∫₀^{π/2} dt / √(1 - m sin² t)`.
 *
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.special.ellipk(array([0, 0.5])).toArraySync(); // [1.571, 1.854]
 */
export const ellipk: Ufunc1 = /*#__PURE__*/ special1('ellipk', (m) => completeK(lift(1).sub(m)));

/** `ellipk(1 - p)`, exact near p = 0. */
export const ellipkm1: Ufunc1 = /*#__PURE__*/ special1('ellipkm1', completeK);

/** Carlson's symmetric integrals R_F(x, y, 1) and R_D(x, y, 1), by duplication. */
function carlson(x: Expr, y: Expr): { rf: Expr; rd: Expr } {
  const [a, b, c, sum, power] = fold(
    30,
    [x, y, lift(1).add(x.mul(0)), lift(0), lift(1)],
    (state) => {
      const [a, b, c, sum, power] = state as [Expr, Expr, Expr, Expr, Expr];
      const [u, v, w] = [a.sqrt(), b.sqrt(), c.sqrt()];
      const l = u.mul(v).add(u.mul(w)).add(v.mul(w));
      const next = sum.add(power.div(w.mul(c.add(l))));
      return [a.add(l).mul(0.25), b.add(l).mul(0.25), c.add(l).mul(0.25), next, power.mul(0.25)];
    },
    (state) => {
      const [a, b, c] = state as [Expr, Expr, Expr];
      return a.max(b).max(c).sub(a.min(b).min(c)).le(c.mul(2e-3));
    },
  ) as [Expr, Expr, Expr, Expr, Expr];
  const mean = a.add(b).add(c).div(3);
  const [X, Y] = [lift(1).sub(a.div(mean)), lift(1).sub(b.div(mean))];
  const Z = X.add(Y).neg();
  const e2 = X.mul(Y).sub(Z.square());
  const e3 = X.mul(Y).mul(Z);
  const rf = e2
    .mul(-1 / 10)
    .add(e3.mul(1 / 14))
    .add(e2.square().mul(1 / 24))
    .sub(e2.mul(e3).mul(3 / 44))
    .sub(e2.mul(e2.square()).mul(5 / 208))
    .add(e3.square().mul(3 / 104))
    .add(1)
    .div(mean.sqrt());
  const weighted = a.add(b).add(c.mul(3)).div(5);
  const [P, Q] = [lift(1).sub(a.div(weighted)), lift(1).sub(b.div(weighted))];
  const R = P.add(Q).div(-3);
  const f2 = P.mul(Q).sub(R.square().mul(6));
  const f3 = P.mul(Q).mul(3).sub(R.square().mul(8)).mul(R);
  const f4 = P.mul(Q).sub(R.square()).mul(R.square()).mul(3);
  const f5 = P.mul(Q).mul(R.mul(R.square()));
  const series = f2
    .mul(-3 / 14)
    .add(f3.mul(1 / 6))
    .add(f2.square().mul(9 / 88))
    .sub(f4.mul(3 / 22))
    .sub(f2.mul(f3).mul(9 / 52))
    .add(f5.mul(3 / 26))
    .sub(f2.mul(f2.square()).mul(1 / 16))
    .add(f3.square().mul(3 / 40))
    .add(f2.mul(f4).mul(3 / 20))
    .add(1);
  const rd = sum.mul(3).add(power.mul(series).div(weighted.mul(weighted.sqrt())));
  return { rf, rd };
}

/** An angle as a number of half turns and what is left, in [-π/2, π/2]. */
function reduced(phi: Expr): { turns: Expr; s: Expr; c: Expr } {
  const turns = phi.mul(1 / Math.PI).rint();
  const rest = phi.sub(turns.mul(Math.PI)).sub(turns.mul(1.2246467991473532e-16));
  return { turns, s: rest.sin(), c: rest.cos() };
}

/** Incomplete elliptic integral of the first kind: `∫₀^φ dt / √(1 - m sin² t)`. */
export const ellipkinc: Ufunc2 = /*#__PURE__*/ special2('ellipkinc', (phi, m) => {
  const { turns, s, c } = reduced(phi);
  const { rf } = carlson(c.square(), lift(1).sub(m.mul(s.square())));
  // A right angle is a multiple of K, and where m = 1 infinite.
  const right = phi.abs().eq(Math.PI / 2);
  const rest = s.mul(rf);
  const whole = turns.mul(2).mul(completeK(lift(1).sub(m)));
  const value = turns.eq(0).where(rest, whole.add(rest));
  return choose(
    [
      [either(phi.isnan(), m.isnan()), nan],
      [m.gt(1), nan],
      [either(phi.isinf(), m.isinf()), select(m.isinf(), phi.isinf().where(nan, 0), phi)],
      [both(m.eq(1), phi.abs().ge(Math.PI / 2)), sign(phi).mul(infinity)],
      [right, sign(phi).mul(completeK(lift(1).sub(m)))],
    ],
    value,
  );
});

/** Incomplete elliptic integral of the second kind: `∫₀^φ √(1 - m sin² t) dt`. */
export const ellipeinc: Ufunc2 = /*#__PURE__*/ special2('ellipeinc', (phi, m) => {
  const { turns, s, c } = reduced(phi);
  const of = (sin: Expr, cos2: Expr): Expr => {
    const { rf, rd } = carlson(cos2, lift(1).sub(m.mul(sin.square())));
    return sin.mul(rf).sub(m.mul(sin).mul(sin.square()).mul(rd).div(3));
  };
  const unit = m.eq(1);
  const one = lift(1).add(phi.mul(0));
  const complete = unit.where(1, of(one, one.sub(1)));
  const rest = unit.where(s, of(s, c.square()));
  const value = turns.mul(2).mul(complete).add(rest);
  return choose(
    [
      [either(phi.isnan(), m.isnan()), nan],
      [m.gt(1), nan],
      [phi.isinf(), phi],
      [m.isinf(), select(phi.eq(0), 0, sign(phi).mul(infinity))],
    ],
    value,
  );
});

/** Levels of Landen's transformation: beyond these the means of float64 agree. */
const levels = 10;

/** sn, cn, dn and the amplitude: descending by arithmetic-geometric means, back by their angles. */
function jacobi(u: Expr, m: Expr): [Expr, Expr, Expr, Expr] {
  const inside = both(m.ge(0), m.lt(1 - 1e-10));
  const k = inside.where(m, 0.5);
  let a: Expr = lift(1).add(u.mul(0));
  let b = lift(1).sub(k).sqrt();
  const ratios: Expr[] = [k.sqrt()];
  for (let n = 0; n < levels; n++) {
    const c = a.sub(b).mul(0.5);
    const mean = a.add(b).mul(0.5);
    b = a.mul(b).sqrt();
    a = mean;
    ratios.push(c.div(a));
  }
  let angle = a.mul(u).mul(2 ** levels);
  let above = angle;
  for (let n = levels; n >= 1; n--) {
    above = angle;
    const t = (ratios[n] as Expr).mul(angle.sin());
    angle = t.arcsin().add(angle).mul(0.5);
  }
  const [s, c] = [angle.sin(), angle.cos()];
  const gap = above.sub(angle).cos();
  const d = gap
    .abs()
    .lt(0.1)
    .where(lift(1).sub(k.mul(s.square())).sqrt(), c.div(gap));
  // Next to m = 1, to first order in 1 - m.
  const q = lift(1).sub(m).mul(0.25);
  const [cosh, sinh, tanh] = [u.cosh(), u.sinh(), u.tanh()];
  const sech = cosh.reciprocal();
  const twice = cosh.mul(sinh);
  const near = {
    s: tanh.add(q.mul(twice.sub(u)).div(cosh.square())),
    c: sech.sub(q.mul(tanh).mul(sech).mul(twice.sub(u))),
    d: sech.add(q.mul(tanh).mul(sech).mul(twice.add(u))),
    angle: u
      .exp()
      .arctan()
      .mul(2)
      .sub(Math.PI / 2)
      .add(q.mul(twice.sub(u)).div(cosh)),
  };
  const bad = either(either(u.isnan(), m.isnan()), either(m.lt(0), m.gt(1)));
  const pick = (x: Expr, y: Expr): Expr => bad.where(nan, inside.where(x, y));
  return [pick(s, near.s), pick(c, near.c), pick(d, near.d), pick(angle, near.angle)];
}

/** Jacobi's elliptic functions sn, cn, dn and the amplitude of parameter m in [0, 1]. */
export const ellipj: Ufunc2x4 = /*#__PURE__*/ special2x4('ellipj', jacobi);
