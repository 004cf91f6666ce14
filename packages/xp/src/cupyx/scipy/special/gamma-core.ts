import { Complex } from '../../../core/complex.ts';
import { apply, type Expr, fold, lift, select } from '../../../scalar/expr.ts';
import { both, choose, either, nan, sinPi, whole } from './tools.ts';

/** The gamma function and its kin as expressions, of which the public functions are made. */

/** B₂ⱼ for j = 1, 2, … */
export const bernoulli = [
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
] as const;

/** Arguments below this are raised to it by recurrence, so that the asymptotic series hold. */
const start = 8;

const halfLogTwoPi = Math.log(2 * Math.PI) / 2;

/** An argument raised to `start` or more, the product of what was passed on the way, and whether x was reflected first. */
function raised(x: Expr): { u: Expr; product: Expr; left: Expr } {
  const left = x.lt(0.5);
  let u = left.where(x.neg().add(1), x);
  let product: Expr = lift(1);
  for (let k = 0; k < start; k++) {
    const small = u.lt(start);
    product = product.mul(small.where(u, 1));
    u = u.add(small.where(1, 0));
  }
  return { u, product, left };
}

/** `ln Γ(u) - (u - ½) ln u + u - ½ ln 2π` for u from 8 on: what is left of Stirling's formula. */
export function stirling(u: Expr): Expr {
  const inverse = u.reciprocal();
  const square = inverse.square();
  let sum: Expr = lift(0);
  for (let j = 8; j >= 1; j--)
    sum = sum.mul(square).add((bernoulli[j - 1] as number) / (2 * j * (2 * j - 1)));
  return sum.mul(inverse);
}

/** ln |Γ(x)|: Stirling's series from 8 on, recurrence below, reflection left of ½. */
export function lgammaOf(x: Expr): Expr {
  const { u, product, left } = raised(x);
  const main = u.sub(0.5).mul(u.log()).sub(u).add(halfLogTwoPi).add(stirling(u)).sub(product.log());
  const sine = left.where(sinPi(x).abs(), 1);
  const y = left.where(sine.log().neg().add(Math.log(Math.PI)).sub(main), main);
  return x.isinf().where(x, y);
}

/** Γ(x), NaN at its poles but ±0. */
export function gammaOf(x: Expr): Expr {
  const { u, product, left } = raised(x);
  // In two halves, which do not overflow before the product does.
  const half = u.pow(u.mul(0.5).sub(0.25));
  const value = half
    .mul(u.neg().exp())
    .mul(half)
    .mul(stirling(u).exp())
    .mul(Math.sqrt(2 * Math.PI))
    .div(product);
  const main = u.gt(180).where(Number.POSITIVE_INFINITY, value);
  const reflected = lift(Math.PI).div(sinPi(x).mul(main));
  const pole = either(both(x.lt(0), whole(x)), x.eq(Number.NEGATIVE_INFINITY));
  return choose(
    [
      [pole, nan],
      [x.eq(0), x.reciprocal()],
      [left, reflected],
    ],
    main,
  );
}

/** 1 / Γ(x), 0 at the poles of Γ. */
export function rgammaOf(x: Expr): Expr {
  const pole = both(x.le(0), whole(x));
  const left = x.lt(-1);
  const right = gammaOf(left.where(x.neg().add(1), x));
  return choose(
    [
      [either(pole, x.eq(Number.NEGATIVE_INFINITY)), 0],
      [left, sinPi(x).mul(right).div(Math.PI)],
    ],
    right.reciprocal(),
  );
}

/** The sign of Γ(x): NaN where it has none. */
export function gammaSignOf(x: Expr): Expr {
  const odd = x.floor().mod(2).ne(0);
  return choose(
    [
      [either(x.isnan(), either(both(x.lt(0), whole(x)), x.eq(Number.NEGATIVE_INFINITY))), nan],
      [x.eq(0), apply('copysign', lift(1).add(x.mul(0)), x)],
      [both(x.lt(0), odd), -1],
    ],
    1,
  );
}

/** ψ(x), the derivative of ln Γ: the same way. */
export function digammaOf(x: Expr): Expr {
  const left = x.lt(0.5);
  let u = left.where(x.neg().add(1), x);
  let steps: Expr = lift(0);
  for (let k = 0; k < start; k++) {
    const small = u.lt(start);
    steps = steps.add(small.where(u.reciprocal(), 0));
    u = u.add(small.where(1, 0));
  }
  const square = u.square().reciprocal();
  let sum: Expr = lift(0);
  for (let j = 8; j >= 1; j--) sum = sum.mul(square).add((bernoulli[j - 1] as number) / (2 * j));
  const main = u.log().sub(u.mul(2).reciprocal()).sub(sum.mul(square)).sub(steps);
  const tangent = left.where(x.sub(x.rint()).mul(Math.PI).tan(), 1);
  return left.where(main.sub(tangent.reciprocal().mul(Math.PI)), main);
}

/** ψ′(x) by recurrence and reflection. */
export function trigammaOf(x: Expr): Expr {
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
  let sum: Expr = lift(0);
  for (let j = 8; j >= 1; j--) sum = sum.mul(square).add(bernoulli[j - 1] as number);
  const main = inverse.add(square.div(2)).add(sum.mul(square).mul(inverse)).add(steps);
  const sine = left.where(sinPi(x), 1);
  return left.where(
    sine
      .square()
      .reciprocal()
      .mul(Math.PI ** 2)
      .sub(main),
    main,
  );
}

/** Σ (q + k)⁻ˣ by Euler and Maclaurin: ten terms, the integral of the rest, corrections. */
export function zetaOf(x: Expr, q: Expr): Expr {
  const terms = 10;
  let sum: Expr = q.pow(x.neg());
  for (let k = 1; k < terms; k++) sum = sum.add(q.add(k).pow(x.neg()));
  return sum.add(zetaRest(x, q.add(terms)));
}

/** Σ (a + k)⁻ˣ for a from 9 on. */
export function zetaRest(x: Expr, a: Expr): Expr {
  const power = a.pow(x.neg());
  let sum = power.mul(a).div(x.sub(1)).add(power.mul(0.5));
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

/** `ln |Γ(a)| - ln |Γ(a + b)|`, without loss where a is large beside b. */
export function lgammaStep(a: Expr, b: Expr): Expr {
  const c = a.add(b);
  const large = both(a.ge(8), c.ge(8));
  const at = (x: Expr) => large.where(x, 8);
  const near = a
    .sub(0.5)
    .neg()
    .mul(b.div(at(a)).log1p())
    .sub(b.mul(at(c).log()))
    .add(b)
    .add(stirling(at(a)))
    .sub(stirling(at(c)));
  return large.where(near, lgammaOf(a).sub(lgammaOf(c)));
}

/** ln |B(a, b)|. */
export function lbetaOf(a: Expr, b: Expr): Expr {
  const big = a.max(b);
  const small = a.min(b);
  const bothLarge = small.ge(8);
  const at = (x: Expr) => bothLarge.where(x, 8);
  // With Stirling's formula in all three places, what is large cancels before it is computed.
  const s = at(small);
  const g = at(big);
  const large = g
    .sub(0.5)
    .neg()
    .mul(s.div(g).log1p())
    .sub(s.mul(g.div(s).log1p()))
    .sub(s.log().mul(0.5))
    .add(halfLogTwoPi)
    .add(stirling(s))
    .add(stirling(g))
    .sub(stirling(s.add(g)));
  return bothLarge.where(large, lgammaOf(small).add(lgammaStep(big, small)));
}

const i = /*#__PURE__*/ new Complex(0, 1);

/** A complex number of its parts. */
export function complexOf(re: Expr, im: Expr): Expr {
  return re.add(im.mul(i));
}

/** sin πz for complex z. */
function sinPiComplex(z: Expr): Expr {
  const [x, y] = [z.real(), z.imag().mul(Math.PI)];
  return complexOf(sinPi(x).mul(y.cosh()), sinPi(x.add(0.5)).mul(y.sinh()));
}

/** ln Γ(z), continuous off the negative real axis. */
export function loggammaComplex(z: Expr): Expr {
  const x = z.real();
  const left = both(x.lt(0), z.imag().abs().lt(8));
  const w = left.where(z.neg().add(1), z);
  const steps = select(w.real().lt(8), lift(8).sub(w.real()).ceil(), 0);
  const far = z.imag().abs().ge(8);
  const count = far.where(0, steps).cast('int32');
  const [u, logs] = fold(count, [w, lift(new Complex(0, 0))], ([v, sum]) => [
    (v as Expr).add(1),
    (sum as Expr).add((v as Expr).log()),
  ]) as [Expr, Expr];
  const inverse = u.reciprocal();
  const square = inverse.square();
  let sum: Expr = lift(0);
  for (let j = 8; j >= 1; j--)
    sum = sum.mul(square).add((bernoulli[j - 1] as number) / (2 * j * (2 * j - 1)));
  const main = u.sub(0.5).mul(u.log()).sub(u).add(halfLogTwoPi).add(sum.mul(inverse)).sub(logs);
  const turns = x.mul(0.5).add(0.25).floor();
  const turned = apply('copysign', lift(2 * Math.PI).add(x.mul(0)), z.imag()).mul(turns);
  const reflected = complexOf(lift(Math.log(Math.PI)).add(x.mul(0)), turned)
    .sub(sinPiComplex(z).log())
    .sub(main);
  const pole = both(z.imag().eq(0), both(x.le(0), whole(x)));
  return choose(
    [
      [pole, new Complex(Number.NaN, Number.NaN)],
      [left, reflected],
    ],
    main,
  );
}

/** ψ(z) for complex z. */
export function digammaComplex(z: Expr): Expr {
  const x = z.real();
  const left = both(x.lt(0.5), z.imag().abs().lt(16));
  const w = left.where(z.neg().add(1), z);
  const steps = select(w.real().lt(10), lift(10).sub(w.real()).ceil(), 0);
  const count = z.imag().abs().ge(16).where(0, steps).cast('int32');
  const [u, sum] = fold(count, [w, lift(new Complex(0, 0))], ([v, total]) => [
    (v as Expr).add(1),
    (total as Expr).add((v as Expr).reciprocal()),
  ]) as [Expr, Expr];
  const square = u.square().reciprocal();
  let rest: Expr = lift(0);
  for (let j = 8; j >= 1; j--) rest = rest.mul(square).add((bernoulli[j - 1] as number) / (2 * j));
  const main = u.log().sub(u.mul(2).reciprocal()).sub(rest.mul(square)).sub(sum);
  // tan πz with its real part reduced, so that it does not lose what is near an integer.
  const near = complexOf(x.sub(x.rint()), z.imag()).mul(Math.PI);
  const reflected = main.sub(near.cos().div(near.sin()).mul(Math.PI));
  const pole = both(z.imag().eq(0), both(x.le(0), whole(x)));
  return choose(
    [
      [pole, new Complex(Number.NaN, Number.NaN)],
      [left, reflected],
    ],
    main,
  );
}
