import type { OpName } from '@chainer/xp/internal';
import type { Class } from './types.ts';

/** WGSL of an operation's arguments. */
type Form = (a: string, b: string, c: string) => string;

/** The forms of one operation: of f32, of i32 and of u32 arguments; null where the table of the language has none either. */
interface Forms {
  readonly f32: Form | null;
  readonly i32: Form | null;
  readonly u32: Form | null;
}

const same: Form = (a) => a;
const infix =
  (op: string): Form =>
  (a, b) =>
    `(${a} ${op} ${b})`;
const call =
  (name: string): Form =>
  (a, b) =>
    b === undefined ? `${name}(${a})` : `${name}(${a}, ${b})`;
const truth =
  (condition: Form): Form =>
  (a, b, c) =>
    `select(0i, 1i, ${condition(a, b, c)})`;

const all = (form: Form): Forms => ({ f32: form, i32: form, u32: form });
const float = (name: string): Forms => ({ f32: call(name), i32: null, u32: null });
const integer = (i32: Form, u32: Form): Forms => ({ f32: null, i32, u32 });
const compare = (op: string): Forms => all(truth(infix(op)));
const test = (name: string, whenInteger: string): Forms => ({
  f32: truth(call(name)),
  i32: () => whenInteger,
  u32: () => whenInteger,
});
const rounding = (name: string): Forms => ({ f32: call(name), i32: same, u32: same });

/** Every operation of the scalar language in WGSL. */
export const forms: Readonly<Record<OpName, Forms>> = {
  add: all(infix('+')),
  sub: all(infix('-')),
  mul: all(infix('*')),
  div: { f32: infix('/'), i32: null, u32: null },
  floordiv: { f32: call('x_floordiv'), i32: call('x_floordivi'), u32: call('x_floordivu') },
  mod: { f32: call('x_mod'), i32: call('x_modi'), u32: call('x_modu') },
  fmod: { f32: call('x_fmod'), i32: call('x_fmodi'), u32: call('x_modu') },
  pow: { f32: call('x_pow'), i32: call('x_powi'), u32: call('x_powu') },
  neg: { f32: (a) => `(-${a})`, i32: (a) => `(-${a})`, u32: (a) => `(0u - ${a})` },
  positive: all(same),
  abs: { f32: call('abs'), i32: call('abs'), u32: same },
  sign: { f32: call('x_sign'), i32: call('sign'), u32: (a) => `min(${a}, 1u)` },
  square: all((a) => `(${a} * ${a})`),
  reciprocal: {
    f32: (a) => `(1f / ${a})`,
    i32: call('x_reciprocali'),
    u32: (a) => `select(0u, 1u, ${a} == 1u)`,
  },
  sqrt: float('sqrt'),
  rsqrt: { f32: (a) => `(1f / sqrt(${a}))`, i32: null, u32: null },
  cbrt: float('x_cbrt'),
  exp: float('x_exp'),
  exp2: float('x_exp2'),
  expm1: float('x_expm1'),
  log: float('x_log'),
  log2: float('x_log2'),
  log10: { f32: (a) => `(x_log(${a}) * 0.4342944819f)`, i32: null, u32: null },
  log1p: float('x_log1p'),
  sin: float('x_sin'),
  cos: float('x_cos'),
  tan: float('x_tan'),
  asin: float('x_asin'),
  acos: float('x_acos'),
  atan: float('x_atan'),
  sinh: float('x_sinh'),
  cosh: float('x_cosh'),
  tanh: float('x_tanh'),
  asinh: float('x_asinh'),
  acosh: float('x_acosh'),
  atanh: float('x_atanh'),
  sigmoid: float('x_sigmoid'),
  erf: float('x_erf'),
  erfc: float('x_erfc'),
  atan2: float('x_atan2'),
  hypot: float('x_hypot'),
  logaddexp: float('x_logaddexp'),
  logaddexp2: float('x_logaddexp2'),
  copysign: float('x_copysign'),
  nextafter: float('x_nextafter'),
  heaviside: {
    f32: (a, b) => `select(select(select(0f, 1f, ${a} > 0f), ${b}, ${a} == 0f), ${a}, x_isnan(${a}))`,
    i32: null,
    u32: null,
  },
  floor: rounding('floor'),
  ceil: rounding('ceil'),
  trunc: rounding('trunc'),
  rint: rounding('round'),
  maximum: { f32: call('x_maximum'), i32: call('max'), u32: call('max') },
  minimum: { f32: call('x_minimum'), i32: call('min'), u32: call('min') },
  fmax: { f32: call('x_fmax'), i32: call('max'), u32: call('max') },
  fmin: { f32: call('x_fmin'), i32: call('min'), u32: call('min') },
  eq: compare('=='),
  // NaN differs from everything, but the compiler's `!=` may not say so.
  ne: all(truth((a, b) => `!(${a} == ${b})`)),
  lt: compare('<'),
  le: compare('<='),
  gt: compare('>'),
  ge: compare('>='),
  logicalAnd: integer(infix('&'), infix('&')),
  logicalOr: integer(infix('|'), infix('|')),
  logicalXor: integer(infix('^'), infix('^')),
  logicalNot: integer(
    (a) => `(1i - ${a})`,
    (a) => `(1u - ${a})`,
  ),
  bitAnd: integer(infix('&'), infix('&')),
  bitOr: integer(infix('|'), infix('|')),
  bitXor: integer(infix('^'), infix('^')),
  invert: integer(
    (a) => `(~${a})`,
    (a) => `(~${a})`,
  ),
  leftShift: integer(call('x_shli'), call('x_shlu')),
  rightShift: integer(call('x_shri'), call('x_shru')),
  bitCount: integer(
    (a) => `countOneBits(abs(${a}))`,
    (a) => `bitcast<i32>(countOneBits(${a}))`,
  ),
  gcd: integer(call('x_gcdi'), call('x_gcdu')),
  lcm: integer(call('x_lcmi'), call('x_lcmu')),
  isnan: test('x_isnan', '0i'),
  isinf: test('x_isinf', '0i'),
  isfinite: test('x_isfinite', '1i'),
  signbit: { f32: truth(call('x_signbit')), i32: truth((a) => `${a} < 0i`), u32: () => '0i' },
  ldexp: { f32: call('x_ldexp'), i32: null, u32: null },
  frexpMantissa: float('x_mantissa'),
  frexpExponent: float('x_exponent'),
  conj: all(same),
  real: all(same),
  imag: { f32: () => '0f', i32: () => '0i', u32: () => '0u' },
  angle: {
    f32: (a) => `select(select(0f, 3.14159265359f, ${a} < 0f), ${a}, x_isnan(${a}))`,
    i32: null,
    u32: null,
  },
  where: all((c, a, b) => `select(${b}, ${a}, ${c} != 0i)`),
};

/** An operation's text. The class is that of the last argument, except for `ldexp`. */
export function operation(op: OpName, of: Class, args: readonly string[]): string {
  const form = forms[op][of];
  if (form === null) throw new Error(`[webgpu] '${op}' has no form for ${of}`);
  return form(args[0] as string, args[1] as string, args[2] as string);
}
