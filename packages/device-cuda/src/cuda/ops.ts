import { type DType, type OpName, opOf } from '@chainer/xp/internal';
import { partType, valueType } from './types.ts';

/** The types that a form may name. */
interface Types {
  /** Of the arguments. */
  readonly T: string;
  /** The unsigned type in which integers of it are computed, as C++ leaves open what a signed overflow gives. */
  readonly U: string;
  readonly signed: boolean;
  /** Where complaints go: two arguments. */
  readonly report: string;
}

/** CUDA C of an operation's arguments. */
type Form = (t: Types, a: string, b: string, c: string) => string;

/**
 * The forms of one operation: of floats and doubles, of integers and booleans, of complex numbers; null where the table of the
 * language has none either. An operation without an entry does not compile.
 */
interface Forms {
  readonly f: Form | null;
  readonly i: Form | null;
  readonly c: Form | null;
}

const same: Form = (_, a) => a;
const infix =
  (op: string): Form =>
  (_, a, b) =>
    `(${a} ${op} ${b})`;
const call =
  (name: string): Form =>
  (_, a, b) =>
    b === undefined ? `${name}(${a})` : `${name}(${a}, ${b})`;
/** Integers are computed in an unsigned type and wrapped. */
const wrapped =
  (op: string): Form =>
  ({ T, U }, a, b) =>
    `(${T})((${U})${a} ${op} (${U})${b})`;
const integer =
  (name: string, both = true): Form =>
  ({ T, U }, a, b) =>
    `${name}<${T}${both ? `, ${U}` : ''}>(${b === undefined ? a : `${a}, ${b}`})`;

const all = (form: Form): Forms => ({ f: form, i: form, c: form });
const arithmetic = (op: string): Forms => ({ f: infix(op), i: wrapped(op), c: infix(op) });
const real = (f: Form): Forms => ({ f, i: null, c: null });
const float = (name: string, complex = false): Forms => ({
  f: call(`x_${name}`),
  i: null,
  c: complex ? call(`x_c${name}`) : null,
});
const whole = (i: Form): Forms => ({ f: null, i, c: null });
const rounding = (name: string): Forms => ({
  f: call(`x_${name}`),
  i: same,
  c: name === 'rint' ? call('x_crint') : null,
});
const extreme = (name: string, op: string): Forms => ({
  f: call(`x_${name}`),
  i: (_, a, b) => `(${a} ${op} ${b} ? ${a} : ${b})`,
  c: call(`x_c${name}`),
});
const compare = (op: string, c: Form = infix(op)): Forms => ({ f: infix(op), i: infix(op), c });

/** Every operation of the scalar language in CUDA C. */
const forms: Readonly<Record<OpName, Forms>> = {
  add: arithmetic('+'),
  sub: arithmetic('-'),
  mul: arithmetic('*'),
  div: { f: infix('/'), i: null, c: infix('/') },
  floordiv: { f: call('x_floordiv'), i: integer('x_ifloordiv'), c: null },
  mod: { f: call('x_mod'), i: integer('x_imod', false), c: null },
  fmod: { f: call('x_fmod'), i: integer('x_ifmod', false), c: null },
  pow: {
    f: call('x_pow'),
    i: ({ T, U, signed, report }, a, b) =>
      signed ? `x_ipowsigned<${T}, ${U}>(${a}, ${b}, ${report})` : `x_ipow<${T}, ${U}>(${a}, ${b})`,
    c: call('x_cpow'),
  },
  neg: { f: (_, a) => `(-${a})`, i: ({ T, U }, a) => `(${T})((${U})0 - (${U})${a})`, c: (_, a) => `(-${a})` },
  positive: all(same),
  abs: {
    f: call('x_fabs'),
    i: ({ T, U, signed }, a) => (signed ? `(${T})x_magnitude<${T}, ${U}>(${a})` : a),
    c: call('x_cabs'),
  },
  sign: { f: call('x_sign'), i: ({ T }, a) => `(${T})((${a} > 0) - (${a} < 0))`, c: call('x_csign') },
  square: {
    f: (_, a) => `(${a} * ${a})`,
    i: ({ T, U }, a) => `(${T})((${U})${a} * (${U})${a})`,
    c: call('x_csquare'),
  },
  reciprocal: {
    f: (_, a) => `(1 / ${a})`,
    i: integer('x_ireciprocal', false),
    c: (_, a) => `(decltype(${a})(1, 0) / ${a})`,
  },
  sqrt: float('sqrt', true),
  rsqrt: float('rsqrt'),
  cbrt: float('cbrt'),
  exp: float('exp', true),
  exp2: float('exp2', true),
  expm1: float('expm1', true),
  log: float('log', true),
  log2: float('log2', true),
  log10: float('log10', true),
  log1p: float('log1p', true),
  sin: float('sin', true),
  cos: float('cos', true),
  tan: float('tan', true),
  asin: float('asin', true),
  acos: float('acos', true),
  atan: float('atan', true),
  sinh: float('sinh', true),
  cosh: float('cosh', true),
  tanh: float('tanh', true),
  asinh: float('asinh', true),
  acosh: float('acosh', true),
  atanh: float('atanh', true),
  sigmoid: float('sigmoid'),
  erf: float('erf'),
  erfc: float('erfc'),
  atan2: float('atan2'),
  hypot: float('hypot'),
  logaddexp: float('logaddexp'),
  logaddexp2: float('logaddexp2'),
  copysign: float('copysign'),
  nextafter: float('nextafter'),
  heaviside: float('heaviside'),
  floor: rounding('floor'),
  ceil: rounding('ceil'),
  trunc: rounding('trunc'),
  rint: rounding('rint'),
  maximum: extreme('maximum', '>'),
  minimum: extreme('minimum', '<'),
  fmax: extreme('fmax', '>'),
  fmin: extreme('fmin', '<'),
  eq: compare('=='),
  ne: compare('!='),
  lt: compare('<', call('x_cless')),
  le: compare('<=', call('x_clessequal')),
  gt: compare('>', (_, a, b) => `x_cless(${b}, ${a})`),
  ge: compare('>=', (_, a, b) => `x_clessequal(${b}, ${a})`),
  logicalAnd: whole(infix('&&')),
  logicalOr: whole(infix('||')),
  logicalXor: whole(infix('!=')),
  logicalNot: whole((_, a) => `(!${a})`),
  bitAnd: whole(wrapped('&')),
  bitOr: whole(wrapped('|')),
  bitXor: whole(wrapped('^')),
  invert: whole(({ T, U }, a) => `(${T})~(${U})${a}`),
  leftShift: whole(integer('x_ishl')),
  rightShift: whole(integer('x_ishr')),
  bitCount: whole(integer('x_ibits')),
  gcd: whole(integer('x_igcd')),
  lcm: whole(integer('x_ilcm')),
  isnan: { f: (_, a) => `(${a} != ${a})`, i: () => 'false', c: call('x_cisnan') },
  isinf: {
    f: call('x_isinf'),
    i: () => 'false',
    c: (_, a) => `(x_isinf(${a}.re) || x_isinf(${a}.im))`,
  },
  isfinite: {
    f: call('x_isfinite'),
    i: () => 'true',
    c: (_, a) => `(x_isfinite(${a}.re) && x_isfinite(${a}.im))`,
  },
  signbit: { f: call('x_signbit'), i: (_, a) => `(${a} < 0)`, c: null },
  ldexp: real(call('x_ldexp')),
  frexpMantissa: real(call('x_mantissa')),
  frexpExponent: real(call('x_exponent')),
  conj: { f: same, i: same, c: call('x_cconj') },
  real: { f: same, i: same, c: (_, a) => `${a}.re` },
  imag: { f: ({ T }) => `(${T})0`, i: ({ T }) => `(${T})0`, c: (_, a) => `${a}.im` },
  angle: {
    f: ({ T }, a) => `(${a} != ${a} ? ${a} : ${a} < 0 ? (${T})3.141592653589793 : (${T})0)`,
    i: null,
    c: call('x_cangle'),
  },
  where: all((_, c, a, b) => `(${c} ? ${a} : ${b})`),
};

/**
 * An operation's text.
 *
 * @param type the type of the first argument; of `where`, that of the alternatives.
 * @param report where complaints go: two arguments.
 */
export function operation(op: OpName, type: DType, args: readonly string[], report: string): string {
  const form = forms[op][type.kind === 'c' ? 'c' : type.kind === 'f' ? 'f' : 'i'];
  if (form === null) throw new Error(`[cuda] '${op}' has no form for ${type.name} (rule '${opOf(op).rule}')`);
  const types: Types = {
    T: type.kind === 'f' ? partType(type) : valueType(type),
    U: type.itemsize === 8 ? 'unsigned long long' : 'unsigned',
    signed: type.kind === 'i',
    report,
  };
  return form(types, args[0] as string, args[1] as string, args[2] as string);
}

/** Whether an operation may complain. */
export function complains(op: string, type: DType): boolean {
  return op === 'pow' && type.kind === 'i';
}
