import { type Expr, lift } from '../../../scalar/expr.ts';
import type { Ufunc1, Ufunc3 } from '../../../ufunc/types.ts';
import { special1, special3 } from './declare.ts';
import { both, choose, infinity, nan } from './tools.ts';

/** `1 / (1 + exp(-x))`. */
export const expit: Ufunc1 = /*#__PURE__*/ special1('expit', (x) => x.sigmoid());

/** `ln(x / (1 - x))`, the inverse of `expit`: NaN outside of [0, 1]. */
export const logit: Ufunc1 = /*#__PURE__*/ special1('logit', (x) => {
  // Near a half both logarithms nearly cancel: there one of the quotient less one.
  const u = x.mul(2).sub(1).div(lift(1).sub(x));
  const near = both(x.gt(0.3), x.lt(0.65));
  return near.where(u.log1p(), x.log().sub(x.neg().log1p()));
});

/** Logarithm of `expit`, exact in the left tail. */
export const logExpit: Ufunc1 = /*#__PURE__*/ special1('logExpit', (x) => {
  const rest = x.abs().neg().exp().log1p().neg();
  return x.lt(0).where(x.add(rest), rest);
});

/** `2ˣ`. */
export const exp2: Ufunc1 = /*#__PURE__*/ special1('exp2', (x) => x.exp2(), { small: true });
/** `10ˣ`. */
export const exp10: Ufunc1 = /*#__PURE__*/ special1('exp10', (x) => lift(10).pow(x), { small: true });
/** Cube root. */
export const cbrt: Ufunc1 = /*#__PURE__*/ special1('cbrt', (x) => x.cbrt());
/** `ln(1 + x)`. */
export const log1p: Ufunc1 = /*#__PURE__*/ special1('log1p', (x) => x.log1p(), {
  small: true,
  complex: (z) => (z as Expr).log1p(),
});
/** `eˣ - 1`. */
export const expm1: Ufunc1 = /*#__PURE__*/ special1('expm1', (x) => x.expm1(), {
  small: true,
  complex: (z) => (z as Expr).expm1(),
});

/** `cos x - 1`, exact for small x. */
export const cosm1: Ufunc1 = /*#__PURE__*/ special1('cosm1', (x) => x.mul(0.5).sin().square().mul(-2));

/** `(eˣ - 1) / x`, 1 at 0. */
export const exprel: Ufunc1 = /*#__PURE__*/ special1('exprel', (x) =>
  choose(
    [
      [x.abs().lt(1e-16), 1],
      [x.gt(717), infinity],
    ],
    x.expm1().div(x),
  ),
);

/** The nearest integer, halves to the even one. */
export const round: Ufunc1 = /*#__PURE__*/ special1('round', (x) => x.rint(), { small: true });

/** `sin(πx) / πx`, 1 at 0. */
export const sinc: Ufunc1 = /*#__PURE__*/ special1(
  'sinc',
  (x) => {
    const t = x.eq(0).where(1, x.mul(Math.PI));
    return x.eq(0).where(1, t.sin().div(t));
  },
  {
    complex: (z) => {
      const zero = (z as Expr).eq(0);
      const t = zero.where(1, (z as Expr).mul(Math.PI));
      return zero.where(1, t.sin().div(t));
    },
  },
);

/** Beyond this, degrees have no fraction of a turn that could be told: SciPy gives 0. */
const lost = 1e14;

/** sin of an angle in degrees plus a number of right angles, exact at multiples of 30. */
function degrees(x: Expr, quarters: number): Expr {
  const turned = x.mod(360);
  const k = turned.mul(1 / 90).rint();
  const rest = turned.sub(k.mul(90)).mul(Math.PI / 180);
  const q = k.add(quarters).mod(4);
  const y = q.mod(2).eq(0).where(rest.sin(), rest.cos());
  return choose([[x.abs().gt(lost), 0]], q.ge(2).where(y.neg(), y));
}

/** Sine of degrees. */
export const sindg: Ufunc1 = /*#__PURE__*/ special1('sindg', (x) => degrees(x, 0));
/** Cosine of degrees. */
export const cosdg: Ufunc1 = /*#__PURE__*/ special1('cosdg', (x) => degrees(x, 1));

/** Tangent of degrees: ∞ at odd multiples of 90. */
function tangent(x: Expr): Expr {
  const turned = x.mod(180);
  return choose(
    [
      [turned.eq(90), infinity],
      [turned.eq(45), 1],
      [turned.eq(135), -1],
    ],
    degrees(turned, 0).div(degrees(turned, 1)),
  );
}
const held = (x: Expr, y: Expr): Expr =>
  choose(
    [
      [x.isnan(), nan],
      [x.abs().gt(lost), 0],
    ],
    y,
  );

/** Tangent of degrees: ∞ at odd multiples of 90. */
export const tandg: Ufunc1 = /*#__PURE__*/ special1('tandg', (x) => held(x, tangent(x)));
/** Cotangent of degrees: ∞ at multiples of 180. */
export const cotdg: Ufunc1 = /*#__PURE__*/ special1('cotdg', (x) => {
  const turned = x.mod(180);
  return held(
    x,
    choose(
      [
        [turned.eq(0), infinity],
        [turned.eq(45), 1],
        [turned.eq(135), -1],
        [turned.eq(90), 0],
      ],
      degrees(turned, 1).div(degrees(turned, 0)),
    ),
  );
});

/** An angle of degrees, minutes and seconds in radians. */
export const radian: Ufunc3 = /*#__PURE__*/ special3('radian', (d, m, s) =>
  d
    .mul(60)
    .add(m)
    .mul(60)
    .add(s)
    .mul(Math.PI / 648000),
);
