import type { NdArray } from '@chainer/xp/functions';
import * as xp from '@chainer/xp/functions';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { asArray, asVariable } from '../../core/variable.ts';
import * as F from '../../functions/index.ts';
import { at, floating, numbers, type Operator, together, type Values } from './operator.ts';

/** Operations of elements. Floats are computed by functions, which have gradients; integers and truth values by arrays. */

const unary =
  (f: (x: VariableLike) => Variable): Operator =>
  (xs) =>
    f(at(xs, 0));

type Binary<T, R> = (x: T, y: T) => R;

const several =
  (f: Binary<VariableLike, Variable>, ofIntegers: Binary<NdArray, NdArray>): Operator =>
  (xs) =>
    floating(xs)
      ? (xs as readonly VariableLike[]).reduce((a, b) => f(a, b))
      : together(xs).reduce((x, y) => ofIntegers(x, y));

const arrays =
  (f: (...xs: NdArray[]) => NdArray): Operator =>
  (xs) =>
    f(...together(xs));

/** Quotients of integers are cut off. */
const quotient: Binary<NdArray, NdArray> = (x, y) => xp.astype(xp.trunc(xp.divide(x, y)), x.dtype);

const remainder = (xs: Values, fmod: boolean): NdArray => {
  const [x, y] = together(xs) as [NdArray, NdArray];
  return fmod ? xp.fmod(x, y) : xp.remainder(x, y);
};

const where: Operator = (xs) => {
  const [condition, x, y] = together(xs) as [NdArray, NdArray, NdArray];
  if (x.dtype.kind !== 'f') return xp.where(condition, x, y);
  return F.where(condition, at(xs, 1), at(xs, 2));
};

const clip: Operator = (xs) =>
  F.clip(
    at(xs, 0),
    numbers(xs[1])?.[0] ?? Number.NEGATIVE_INFINITY,
    numbers(xs[2])?.[0] ?? Number.POSITIVE_INFINITY,
  );

const prelu: Operator = (xs) =>
  F.where(xp.greater(asArray(at(xs, 0)), 0), asVariable(at(xs, 0)), F.mul(at(xs, 0), at(xs, 1)));

export const elementwiseOperators: Readonly<Record<string, Operator>> = {
  Abs: unary(F.absolute),
  Acos: unary(F.arccos),
  Acosh: unary((x) => F.log(F.add(x, F.sqrt(F.sub(F.square(x), 1))))),
  Add: several(F.add, xp.add),
  And: arrays(xp.logicalAnd),
  Asin: unary(F.arcsin),
  Asinh: unary((x) => F.mul(F.sign(x), F.log(F.add(F.absolute(x), F.sqrt(F.add(F.square(x), 1)))))),
  Atan: unary(F.arctan),
  Atanh: unary(F.arctanh),
  Ceil: unary(F.ceil),
  Clip: clip,
  Cos: unary(F.cos),
  Cosh: unary(F.cosh),
  Div: several(F.div, quotient),
  Dropout: (xs) => F.dropout(at(xs, 0)),
  Elu: (xs, a) => F.elu(at(xs, 0), { alpha: a.float('alpha', 1) }),
  Equal: arrays(xp.equal),
  Erf: unary(F.erf),
  Exp: unary(F.exp),
  Floor: unary(F.floor),
  Greater: arrays(xp.greater),
  GreaterOrEqual: arrays(xp.greaterEqual),
  HardSigmoid: (xs, a) => F.clip(F.add(F.mul(at(xs, 0), a.float('alpha', 0.2)), a.float('beta', 0.5)), 0, 1),
  Identity: (xs) => at(xs, 0),
  IsInf: arrays(xp.isinf),
  IsNaN: arrays(xp.isnan),
  LeakyRelu: (xs, a) => F.leakyRelu(at(xs, 0), { slope: a.float('alpha', 0.01) }),
  Less: arrays(xp.less),
  LessOrEqual: arrays(xp.lessEqual),
  Log: unary(F.log),
  Max: several(F.maximum, xp.maximum),
  Min: several(F.minimum, xp.minimum),
  Mod: (xs, a) => remainder(xs, a.integer('fmod', 0) === 1),
  Mul: several(F.mul, xp.multiply),
  Neg: unary(F.neg),
  Not: arrays(xp.logicalNot),
  Or: arrays(xp.logicalOr),
  PRelu: prelu,
  Pow: several(F.pow, xp.power),
  Reciprocal: unary((x) => F.div(1, x)),
  Relu: unary(F.relu),
  Round: arrays(xp.rint),
  Selu: unary((x) => F.selu(x)),
  Sigmoid: unary(F.sigmoid),
  Sign: unary(F.sign),
  Sin: unary(F.sin),
  Sinh: unary(F.sinh),
  Softplus: unary((x) => F.softplus(x)),
  Sqrt: unary(F.sqrt),
  Sub: several(F.sub, xp.subtract),
  Sum: several(F.add, xp.add),
  Tan: unary(F.tan),
  Tanh: unary(F.tanh),
  Where: where,
  Xor: arrays(xp.logicalXor),
};
