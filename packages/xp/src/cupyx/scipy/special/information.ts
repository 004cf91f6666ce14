import { Complex } from '../../../core/complex.ts';
import { type Expr, lift } from '../../../scalar/expr.ts';
import type { Ufunc1, Ufunc2 } from '../../../ufunc/types.ts';
import { special1, special2 } from './declare.ts';
import { both, choose, either, infinity, nan, sign } from './tools.ts';

/** `x ln y`, 0 where x is 0 and y a number. */
export const xlogy: Ufunc2 = /*#__PURE__*/ special2(
  'xlogy',
  (x, y) => both(x.eq(0), y.isnan().eq(false)).where(0, x.mul(y.log())),
  {
    small: true,
    complex: (x, y) =>
      both((x as Expr).eq(0), (y as Expr).isnan().eq(false)).where(
        new Complex(0, 0),
        (x as Expr).mul((y as Expr).log()),
      ),
  },
);

/** `x ln(1 + y)`, 0 where x is 0 and y a number. */
export const xlog1py: Ufunc2 = /*#__PURE__*/ special2(
  'xlog1py',
  (x, y) => both(x.eq(0), y.isnan().eq(false)).where(0, x.mul(y.log1p())),
  {
    small: true,
    complex: (x, y) =>
      both((x as Expr).eq(0), (y as Expr).isnan().eq(false)).where(
        new Complex(0, 0),
        (x as Expr).mul((y as Expr).log1p()),
      ),
  },
);

/** Entropy of an element: `-x ln x`, -∞ for negative numbers. */
export const entr: Ufunc1 = /*#__PURE__*/ special1(
  'entr',
  (x) =>
    choose(
      [
        [x.lt(0), infinity.neg()],
        [x.eq(0), 0],
      ],
      x.mul(x.log()).neg(),
    ),
  { small: true },
);

/** `x ln(x / y)`, ∞ outside of its domain. */
export const relEntr: Ufunc2 = /*#__PURE__*/ special2(
  'relEntr',
  (x, y) =>
    choose(
      [
        [either(x.isnan(), y.isnan()), nan],
        [both(x.gt(0), y.gt(0)), entropyOf(x, y)],
        [both(x.eq(0), y.ge(0)), 0],
      ],
      infinity,
    ),
  { small: true },
);

/** `x ln(x / y)`: the quotient's logarithm, or that of its parts where it leaves the range of numbers. */
function entropyOf(x: Expr, y: Expr): Expr {
  const quotient = x.div(y);
  const log = both(quotient.gt(1e-300), quotient.lt(1e300)).where(quotient.log(), x.log().sub(y.log()));
  return x.mul(log);
}

/** Kullback and Leibler's divergence of an element: `x ln(x / y) - x + y`. */
export const klDiv: Ufunc2 = /*#__PURE__*/ special2(
  'klDiv',
  (x, y) =>
    choose(
      [
        [either(x.isnan(), y.isnan()), nan],
        [both(x.gt(0), y.gt(0)), entropyOf(x, y).sub(x).add(y)],
        [both(x.eq(0), y.ge(0)), y],
      ],
      infinity,
    ),
  { small: true },
);

/** Huber's loss: quadratic up to delta, linear beyond; ∞ for negative delta. */
export const huber: Ufunc2 = /*#__PURE__*/ special2(
  'huber',
  (delta, r) => {
    const size = r.abs();
    return choose(
      [
        [delta.lt(0), infinity],
        [size.le(delta), r.square().mul(0.5)],
      ],
      delta.mul(size.sub(delta.mul(0.5))),
    );
  },
  { small: true },
);

/** `δ² (√(1 + (r / δ)²) - 1)`; ∞ for negative delta. */
export const pseudoHuber: Ufunc2 = /*#__PURE__*/ special2(
  'pseudoHuber',
  (delta, r) => {
    const square = r.div(delta).square();
    // √(1 + t) - 1 = t / (√(1 + t) + 1), which keeps small t.
    const value = square
      .isinf()
      .where(delta.mul(r.abs()), delta.square().mul(square.div(square.add(1).sqrt().add(1))));
    return choose(
      [
        [delta.lt(0), infinity],
        [either(delta.eq(0), r.eq(0)), 0],
      ],
      value,
    );
  },
  { small: true },
);

/** Box and Cox's transformation: `(xˡ - 1) / l`, `ln x` where l is 0. */
export const boxcox: Ufunc2 = /*#__PURE__*/ special2(
  'boxcox',
  (x, l) => transformed(x.log(), l, l.abs().lt(1e-19)),
  { small: true },
);

/** `boxcox(1 + x, l)`, exact for small x. */
export const boxcox1p: Ufunc2 = /*#__PURE__*/ special2(
  'boxcox1p',
  (x, l) => {
    const log = x.log1p();
    const small = either(l.abs().lt(1e-19), both(log.abs().lt(1e-289), l.abs().lt(1e273)));
    return transformed(log, l, small);
  },
  { small: true },
);

function transformed(log: Expr, l: Expr, flat: Expr): Expr {
  const power = l.mul(log);
  const large = sign(l).mul(power.sub(l.abs().log()).exp()).sub(l.reciprocal());
  return choose(
    [
      [flat, log],
      [power.ge(709.78), large],
    ],
    power.expm1().div(l),
  );
}

/** The x with `boxcox(x, l) = y`. */
export const invBoxcox: Ufunc2 = /*#__PURE__*/ special2(
  'invBoxcox',
  (y, l) => l.eq(0).where(y.exp(), grown(y, l).exp()),
  { small: true },
);

/** The x with `boxcox1p(x, l) = y`. */
export const invBoxcox1p: Ufunc2 = /*#__PURE__*/ special2(
  'invBoxcox1p',
  (y, l) =>
    choose(
      [
        [l.eq(0), y.expm1()],
        [l.mul(y).abs().lt(1e-154), y],
      ],
      grown(y, l).expm1(),
    ),
  { small: true },
);

/** `ln(1 + l y) / l`. */
function grown(y: Expr, l: Expr): Expr {
  const product = l.mul(y);
  const log = product.isinf().where(sign(y).mul(l).log().add(y.abs().log()), product.log1p());
  return log.div(l.eq(0).where(lift(1), l));
}
