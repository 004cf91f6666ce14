import * as z from './complex-ops.ts';
import { apply, type Expr, lift, select } from './expr.ts';
import * as m from './number-ops.ts';
import type { OpName } from './op-name.ts';

/** How an operation's result type follows from its arguments'. */
export type TypeRule =
  /** The promoted type of the arguments. */
  | 'same'
  /** The promoted type, integers raised to floats. */
  | 'float'
  /** Arguments promoted, result boolean. */
  | 'compare'
  /** Arguments as booleans, result boolean. */
  | 'logical'
  /** One argument of any type, result boolean. */
  | 'test'
  /** Complex to its real type, others unchanged. */
  | 'real'
  /** First argument boolean, the others promoted. */
  | 'select'
  /** First argument floating, second an int32; result as the first. */
  | 'scale'
  /** Result uint8. */
  | 'count'
  /** Result int32. */
  | 'exponent';

/** Numbers of the floating types and of integers up to 32 bits, and their BigInt counterparts. */
type NumberFn = (a: number, b: number, c: number) => number;
type BigFn = (a: bigint, b: bigint, c: bigint) => bigint;

/**
 * One scalar operation with all its renderings. `f` computes floats, `i` integers up to 32 bits and booleans (the result is
 * wrapped to its type afterwards), `n` 64-bit integers, `c` complex numbers; null where the operation has no such form.
 * `derive` gives the gradient towards each argument from the arguments, the result and the incoming gradient.
 */
export interface Op {
  readonly arity: 1 | 2 | 3;
  readonly rule: TypeRule;
  readonly f: NumberFn | null;
  readonly i: NumberFn | null;
  readonly n: BigFn | ((a: bigint, b: bigint) => number) | null;
  readonly c: z.ComplexFn | null;
  /** The operation that stands for this one between booleans, where its own form would not do. */
  readonly b?: OpName;
  readonly derive: ((args: readonly Expr[], y: Expr, g: Expr) => readonly (Expr | null)[]) | null;
}

const one = /*#__PURE__*/ lift(1);

function A(args: readonly Expr[]): Expr {
  return args[0] as Expr;
}
function B(args: readonly Expr[]): Expr {
  return args[1] as Expr;
}

/** An exponent less one, folded where it is a constant so that x² derives to x and not to a power. */
function lessOne(x: Expr): Expr {
  return x.op === 'const' && typeof x.attr === 'number' ? lift(x.attr - 1) : x.sub(1);
}

type Derive = Op['derive'];

/** A real floating function of one argument. */
function float1(f: (a: number) => number, derive: Derive, c: z.ComplexFn | null = null): Op {
  return { arity: 1, rule: 'float', f, i: null, n: null, c, derive };
}
function float2(f: (a: number, b: number) => number, derive: Derive, c: z.ComplexFn | null = null): Op {
  return { arity: 2, rule: 'float', f, i: null, n: null, c, derive };
}
function same1(
  f: NumberFn | null,
  i: NumberFn | null,
  n: BigFn | null,
  c: z.ComplexFn | null,
  derive: Derive,
): Op {
  return { arity: 1, rule: 'same', f, i, n, c, derive };
}
function same2(
  f: NumberFn | null,
  i: NumberFn | null,
  n: BigFn | null,
  c: z.ComplexFn | null,
  derive: Derive,
): Op {
  return { arity: 2, rule: 'same', f, i, n, c, derive };
}
function compare(
  f: (a: number, b: number) => boolean,
  n: (a: bigint, b: bigint) => boolean,
  c: z.ComplexTest,
): Op {
  const number: NumberFn = (a, b) => (f(a, b) ? 1 : 0);
  return {
    arity: 2,
    rule: 'compare',
    f: number,
    i: number,
    n: (a: bigint, b: bigint) => (n(a, b) ? 1 : 0),
    c: z.test(c),
    derive: null,
  };
}
function test(f: (a: number) => boolean, whenInteger: boolean, c: z.ComplexTest): Op {
  const constant = whenInteger ? 1 : 0;
  return {
    arity: 1,
    rule: 'test',
    f: (a) => (f(a) ? 1 : 0),
    i: () => constant,
    n: () => constant,
    c: z.test(c),
    derive: null,
  };
}
function logical(f: (a: number, b: number) => number): Op {
  return { arity: 2, rule: 'logical', f: null, i: f, n: null, c: null, derive: null };
}
function bits(i: NumberFn, n: BigFn): Op {
  return { arity: 2, rule: 'same', f: null, i, n, c: null, derive: null };
}

/** Every scalar operation of the language. */
export const ops: Readonly<Record<OpName, Op>> = {
  add: same2(
    (a, b) => a + b,
    (a, b) => a + b,
    (a, b) => a + b,
    z.add,
    (_, __, g) => [g, g],
  ),
  sub: same2(
    (a, b) => a - b,
    (a, b) => a - b,
    (a, b) => a - b,
    z.sub,
    (_, __, g) => [g, g.neg()],
  ),
  mul: same2(
    (a, b) => a * b,
    (a, b) => Math.imul(a, b),
    (a, b) => a * b,
    z.mul,
    (x, _, g) => [g.mul(B(x)), g.mul(A(x))],
  ),
  div: float2(
    (a, b) => a / b,
    (x, y, g) => [g.div(B(x)), g.mul(y).div(B(x)).neg()],
    z.div,
  ),
  floordiv: same2(m.floordiv, m.floordivInt, m.floordivBig, null, null),
  mod: same2(m.mod, m.modInt, m.modBig, null, (x, _, g) => [g, g.mul(A(x).div(B(x)).floor()).neg()]),
  fmod: same2(
    (a, b) => a % b,
    (a, b) => (b === 0 ? 0 : a % b),
    (a, b) => (b === 0n ? 0n : a % b),
    null,
    (x, _, g) => [g, g.mul(A(x).div(B(x)).trunc()).neg()],
  ),
  pow: same2(m.pow, m.powInt, m.powBig, z.pow, (x, y, g) => [
    g.mul(B(x)).mul(A(x).pow(lessOne(B(x)))),
    g.mul(y).mul(A(x).log()),
  ]),
  neg: same1(
    (a) => -a,
    (a) => -a,
    (a) => -a,
    z.neg,
    (_, __, g) => [g.neg()],
  ),
  positive: same1(
    (a) => a,
    (a) => a,
    (a) => a,
    z.same,
    (_, __, g) => [g],
  ),
  abs: {
    arity: 1,
    rule: 'real',
    f: (a) => Math.abs(a),
    i: (a) => Math.abs(a),
    n: (a: bigint) => (a < 0n ? -a : a),
    c: z.abs,
    derive: (x, _, g) => [g.mul(A(x).sign())],
  },
  sign: same1(
    (a) => Math.sign(a),
    (a) => Math.sign(a),
    (a) => (a > 0n ? 1n : a < 0n ? -1n : 0n),
    z.sign,
    null,
  ),
  square: same1(
    (a) => a * a,
    (a) => Math.imul(a, a),
    (a) => a * a,
    z.square,
    (x, _, g) => [g.mul(A(x)).mul(2)],
  ),
  reciprocal: same1(
    (a) => 1 / a,
    (a) => (a === 0 ? 0 : Math.trunc(1 / a)),
    (a) => (a === 0n ? 0n : 1n / a),
    z.reciprocal,
    (_, y, g) => [g.mul(y.square()).neg()],
  ),
  sqrt: float1(Math.sqrt, (_, y, g) => [g.mul(0.5).div(y)], z.sqrt),
  rsqrt: float1(
    (a) => 1 / Math.sqrt(a),
    (x, y, g) => [g.mul(y).div(A(x)).mul(-0.5)],
  ),
  cbrt: float1(Math.cbrt, (_, y, g) => [g.div(y.square().mul(3))]),
  exp: float1(Math.exp, (_, y, g) => [g.mul(y)], z.exp),
  exp2: float1(
    (a) => 2 ** a,
    (_, y, g) => [g.mul(y).mul(Math.LN2)],
    z.exp2,
  ),
  expm1: float1(Math.expm1, (_, y, g) => [g.mul(y.add(1))], z.expm1),
  log: float1(Math.log, (x, _, g) => [g.div(A(x))], z.log),
  log2: float1(m.log2, (x, _, g) => [g.div(A(x)).mul(Math.LOG2E)], z.log2),
  log10: float1(Math.log10, (x, _, g) => [g.div(A(x)).mul(Math.LOG10E)], z.log10),
  log1p: float1(Math.log1p, (x, _, g) => [g.div(A(x).add(1))], z.log1p),
  sin: float1(Math.sin, (x, _, g) => [g.mul(A(x).cos())], z.sin),
  cos: float1(Math.cos, (x, _, g) => [g.mul(A(x).sin()).neg()], z.cos),
  tan: float1(Math.tan, (_, y, g) => [g.mul(y.square().add(1))], z.tan),
  asin: float1(Math.asin, (x, _, g) => [g.mul(one.sub(A(x).square()).rsqrt())], z.asin),
  acos: float1(Math.acos, (x, _, g) => [g.mul(one.sub(A(x).square()).rsqrt()).neg()], z.acos),
  atan: float1(Math.atan, (x, _, g) => [g.div(A(x).square().add(1))], z.atan),
  sinh: float1(Math.sinh, (x, _, g) => [g.mul(apply('cosh', A(x)))], z.sinh),
  cosh: float1(Math.cosh, (x, _, g) => [g.mul(apply('sinh', A(x)))], z.cosh),
  tanh: float1(Math.tanh, (_, y, g) => [g.mul(one.sub(y.square()))], z.tanh),
  asinh: float1(Math.asinh, (x, _, g) => [g.mul(A(x).square().add(1).rsqrt())], z.asinh),
  acosh: float1(Math.acosh, (x, _, g) => [g.mul(A(x).square().sub(1).rsqrt())], z.acosh),
  atanh: float1(Math.atanh, (x, _, g) => [g.div(one.sub(A(x).square()))], z.atanh),
  sigmoid: float1(m.sigmoid, (_, y, g) => [g.mul(y).mul(one.sub(y))]),
  erf: float1(m.erf, (x, _, g) => [g.mul(A(x).square().neg().exp()).mul(2 / Math.sqrt(Math.PI))]),
  erfc: float1(m.erfc, (x, _, g) => [g.mul(A(x).square().neg().exp()).mul(-2 / Math.sqrt(Math.PI))]),
  atan2: float2(Math.atan2, (x, _, g) => {
    const r = A(x).square().add(B(x).square());
    return [g.mul(B(x)).div(r), g.mul(A(x)).div(r).neg()];
  }),
  hypot: float2(m.hypot, (x, y, g) => [g.mul(A(x)).div(y), g.mul(B(x)).div(y)]),
  logaddexp: float2(m.logaddexp, (x, _, g) => [
    g.mul(A(x).sub(B(x)).sigmoid()),
    g.mul(B(x).sub(A(x)).sigmoid()),
  ]),
  logaddexp2: float2(m.logaddexp2, (x, _, g) => {
    const d = A(x).sub(B(x)).mul(Math.LN2);
    return [g.mul(d.sigmoid()), g.mul(d.neg().sigmoid())];
  }),
  copysign: float2(m.copysign, (x, y, g) => [g.mul(A(x).sign()).mul(y.sign()), null]),
  nextafter: float2(m.nextafter64, null),
  heaviside: float2((a, b) => (Number.isNaN(a) ? a : a === 0 ? b : a > 0 ? 1 : 0), null),
  floor: same1(
    Math.floor,
    (a) => a,
    (a) => a,
    null,
    null,
  ),
  ceil: same1(
    Math.ceil,
    (a) => a,
    (a) => a,
    null,
    null,
  ),
  trunc: same1(
    Math.trunc,
    (a) => a,
    (a) => a,
    null,
    null,
  ),
  rint: same1(
    m.rint,
    (a) => a,
    (a) => a,
    z.rint,
    null,
  ),
  maximum: same2(
    m.maximum,
    (a, b) => (a > b ? a : b),
    (a, b) => (a > b ? a : b),
    z.maximum,
    (x, _, g) => [select(A(x).ge(B(x)), g, 0), select(A(x).ge(B(x)), 0, g)],
  ),
  minimum: same2(
    m.minimum,
    (a, b) => (a < b ? a : b),
    (a, b) => (a < b ? a : b),
    z.minimum,
    (x, _, g) => [select(A(x).le(B(x)), g, 0), select(A(x).le(B(x)), 0, g)],
  ),
  fmax: same2(
    m.fmax,
    (a, b) => (a > b ? a : b),
    (a, b) => (a > b ? a : b),
    z.fmax,
    (x, _, g) => [select(A(x).ge(B(x)), g, 0), select(A(x).ge(B(x)), 0, g)],
  ),
  fmin: same2(
    m.fmin,
    (a, b) => (a < b ? a : b),
    (a, b) => (a < b ? a : b),
    z.fmin,
    (x, _, g) => [select(A(x).le(B(x)), g, 0), select(A(x).le(B(x)), 0, g)],
  ),
  eq: compare(
    (a, b) => a === b,
    (a, b) => a === b,
    (ar, ai, br, bi) => ar === br && ai === bi,
  ),
  ne: compare(
    (a, b) => a !== b,
    (a, b) => a !== b,
    (ar, ai, br, bi) => ar !== br || ai !== bi,
  ),
  lt: compare(
    (a, b) => a < b,
    (a, b) => a < b,
    z.less,
  ),
  le: compare(
    (a, b) => a <= b,
    (a, b) => a <= b,
    z.lessEqual,
  ),
  gt: compare(
    (a, b) => a > b,
    (a, b) => a > b,
    (ar, ai, br, bi) => z.less(br, bi, ar, ai),
  ),
  ge: compare(
    (a, b) => a >= b,
    (a, b) => a >= b,
    (ar, ai, br, bi) => z.lessEqual(br, bi, ar, ai),
  ),
  logicalAnd: logical((a, b) => a & b),
  logicalOr: logical((a, b) => a | b),
  logicalXor: logical((a, b) => a ^ b),
  logicalNot: { arity: 1, rule: 'logical', f: null, i: (a) => 1 - a, n: null, c: null, derive: null },
  bitAnd: bits(
    (a, b) => a & b,
    (a, b) => a & b,
  ),
  bitOr: bits(
    (a, b) => a | b,
    (a, b) => a | b,
  ),
  bitXor: bits(
    (a, b) => a ^ b,
    (a, b) => a ^ b,
  ),
  invert: {
    arity: 1,
    rule: 'same',
    f: null,
    i: (a) => ~a,
    n: (a: bigint) => ~a,
    c: null,
    b: 'logicalNot',
    derive: null,
  },
  leftShift: bits(m.leftShift, m.leftShiftBig),
  rightShift: bits(m.rightShift, m.rightShiftBig),
  bitCount: { arity: 1, rule: 'count', f: null, i: m.bitCount, n: m.bitCountBig, c: null, derive: null },
  gcd: bits(m.gcd, m.gcdBig),
  lcm: bits(m.lcm, m.lcmBig),
  isnan: test(Number.isNaN, false, (re, im) => Number.isNaN(re) || Number.isNaN(im)),
  isinf: test(
    (a) => Math.abs(a) === Infinity,
    false,
    (re, im) => Math.abs(re) === Infinity || Math.abs(im) === Infinity,
  ),
  isfinite: test(Number.isFinite, true, (re, im) => Number.isFinite(re) && Number.isFinite(im)),
  signbit: {
    arity: 1,
    rule: 'test',
    f: (a) => (a < 0 || Object.is(a, -0) ? 1 : 0),
    i: (a) => (a < 0 ? 1 : 0),
    n: (a: bigint) => (a < 0n ? 1 : 0),
    c: null,
    derive: null,
  },
  ldexp: {
    arity: 2,
    rule: 'scale',
    f: m.ldexp,
    i: null,
    n: null,
    c: null,
    derive: (x, _, g) => [apply('ldexp', g, B(x)), null],
  },
  frexpMantissa: float1(m.frexpMantissa, null),
  frexpExponent: { arity: 1, rule: 'exponent', f: m.frexpExponent, i: null, n: null, c: null, derive: null },
  conj: same1(
    (a) => a,
    (a) => a,
    (a) => a,
    z.conj,
    (_, __, g) => [g],
  ),
  real: {
    arity: 1,
    rule: 'real',
    f: (a) => a,
    i: (a) => a,
    n: (a: bigint) => a,
    c: z.real,
    derive: (_, __, g) => [g],
  },
  imag: { arity: 1, rule: 'real', f: () => 0, i: () => 0, n: () => 0n, c: z.imag, derive: null },
  angle: {
    arity: 1,
    rule: 'real',
    f: (a) => (Number.isNaN(a) ? a : a < 0 ? Math.PI : 0),
    i: null,
    n: null,
    c: z.angle,
    derive: null,
  },
  where: {
    arity: 3,
    rule: 'select',
    f: (c, a, b) => (c ? a : b),
    i: (c, a, b) => (c ? a : b),
    n: null,
    c: null,
    derive: (x, _, g) => [null, select(A(x), g, 0), select(A(x), 0, g)],
  },
};

/** The table's entry of that name. */
export function opOf(name: OpName): Op {
  return ops[name];
}
