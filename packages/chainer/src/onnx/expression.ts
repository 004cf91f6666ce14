import type { DTypeName, Expr, NdArray, OpName } from '@chainer/xp/functions';
import type { GraphBuilder } from './graph-builder.ts';

/** A value in the graph: its name and its dtype. */
export interface Operand {
  readonly name: string;
  readonly dtype: DTypeName;
}

/** Helps a rule: operations on names, and numbers in the dtype that is computed in. */
interface Terms {
  op(type: string, ...inputs: string[]): string;
  number(value: number): string;
}

type Rule = (t: Terms, a: string, b: string) => string;

const direct =
  (type: string): Rule =>
  (t, a) =>
    t.op(type, a);
const direct2 =
  (type: string): Rule =>
  (t, a, b) =>
    t.op(type, a, b);

/** `log(exp(a) + exp(b))`, stable. */
const logaddexp: Rule = (t, a, b) => {
  const difference = t.op('Neg', t.op('Abs', t.op('Sub', a, b)));
  return t.op('Add', t.op('Max', a, b), t.op('Log', t.op('Add', t.op('Exp', difference), t.number(1))));
};

/** Arithmetic of the scalar language: operands and result have the dtype that is computed in. */
const arithmetic: { readonly [K in OpName]?: Rule } = {
  add: direct2('Add'),
  sub: direct2('Sub'),
  mul: direct2('Mul'),
  div: direct2('Div'),
  floordiv: (t, a, b) => t.op('Floor', t.op('Div', a, b)),
  mod: (t, a, b) => t.op('Sub', a, t.op('Mul', b, t.op('Floor', t.op('Div', a, b)))),
  fmod: (t, a, b) => {
    const q = t.op('Div', a, b);
    return t.op('Sub', a, t.op('Mul', b, t.op('Mul', t.op('Sign', q), t.op('Floor', t.op('Abs', q)))));
  },
  pow: direct2('Pow'),
  neg: direct('Neg'),
  positive: direct('Identity'),
  abs: direct('Abs'),
  sign: direct('Sign'),
  square: (t, a) => t.op('Mul', a, a),
  reciprocal: direct('Reciprocal'),
  sqrt: direct('Sqrt'),
  rsqrt: (t, a) => t.op('Reciprocal', t.op('Sqrt', a)),
  cbrt: (t, a) => t.op('Mul', t.op('Sign', a), t.op('Pow', t.op('Abs', a), t.number(1 / 3))),
  exp: direct('Exp'),
  exp2: (t, a) => t.op('Pow', t.number(2), a),
  expm1: (t, a) => t.op('Sub', t.op('Exp', a), t.number(1)),
  log: direct('Log'),
  log2: (t, a) => t.op('Div', t.op('Log', a), t.number(Math.LN2)),
  log10: (t, a) => t.op('Div', t.op('Log', a), t.number(Math.LN10)),
  log1p: (t, a) => t.op('Log', t.op('Add', a, t.number(1))),
  sin: direct('Sin'),
  cos: direct('Cos'),
  tan: direct('Tan'),
  asin: direct('Asin'),
  acos: direct('Acos'),
  atan: direct('Atan'),
  sinh: direct('Sinh'),
  cosh: direct('Cosh'),
  tanh: direct('Tanh'),
  asinh: direct('Asinh'),
  acosh: direct('Acosh'),
  atanh: direct('Atanh'),
  sigmoid: direct('Sigmoid'),
  erf: direct('Erf'),
  erfc: (t, a) => t.op('Sub', t.number(1), t.op('Erf', a)),
  hypot: (t, a, b) => t.op('Sqrt', t.op('Add', t.op('Mul', a, a), t.op('Mul', b, b))),
  logaddexp,
  floor: direct('Floor'),
  ceil: direct('Ceil'),
  trunc: (t, a) => t.op('Mul', t.op('Sign', a), t.op('Floor', t.op('Abs', a))),
  rint: direct('Round'),
  atan2: (t, a, b) => {
    const [zero, pi] = [t.number(0), t.number(Math.PI)];
    const negative = t.op('Less', a, zero);
    const half = t.op('Atan', t.op('Div', a, b));
    const turned = t.op('Add', half, t.op('Where', negative, t.number(-Math.PI), pi));
    const upright = t.op('Mul', t.op('Sign', a), t.number(Math.PI / 2));
    const left = t.op('Where', t.op('Less', b, zero), turned, upright);
    return t.op('Where', t.op('Greater', b, zero), half, left);
  },
  maximum: direct2('Max'),
  minimum: direct2('Min'),
  fmax: direct2('Max'),
  fmin: direct2('Min'),
};

/** Comparisons: their result is a truth value. */
const comparisons: { readonly [K in OpName]?: Rule } = {
  eq: direct2('Equal'),
  ne: (t, a, b) => t.op('Not', t.op('Equal', a, b)),
  lt: direct2('Less'),
  le: direct2('LessOrEqual'),
  gt: direct2('Greater'),
  ge: direct2('GreaterOrEqual'),
  isnan: direct('IsNaN'),
  isinf: direct('IsInf'),
  isfinite: (t, a) => t.op('Not', t.op('Or', t.op('IsNaN', a), t.op('IsInf', a))),
};

/** Operations on truth values. */
const logic: { readonly [K in OpName]?: Rule } = {
  logicalAnd: direct2('And'),
  logicalOr: direct2('Or'),
  logicalXor: direct2('Xor'),
  logicalNot: direct('Not'),
  // Of truth values; of integers they have no equivalent.
  bitAnd: direct2('And'),
  bitOr: direct2('Or'),
  bitXor: direct2('Xor'),
  invert: direct('Not'),
};

const isFloat = (dtype: DTypeName): boolean => dtype.includes('float');

/**
 * Writes a scalar expression as operations of ONNX: every function that is declared by its expression can be exported, the users' own,
 * too.
 *
 * @param who the function, for the error
 * @param operands the values of the expression's inputs
 * @param result dtype and shape of the result
 * @throws {Error} for an operation that ONNX lacks, which it names.
 */
export function writeExpression(
  who: string,
  g: GraphBuilder,
  expr: Expr,
  operands: readonly Operand[],
  { dtype: { name: result }, shape }: NdArray,
): string {
  // Everything numeric is computed in one dtype: that of the floats among the operands.
  const work =
    operands.find(({ dtype }) => isFloat(dtype))?.dtype ??
    (isFloat(result) || operands.length === 0
      ? result
      : (operands.find(({ dtype }) => dtype !== 'bool')?.dtype ?? result));
  const terms: Terms = {
    op: (type, ...inputs) => g.op(type, inputs),
    number: (value) => g.scalar(value, work),
  };
  const known = new Map<Expr, Operand>();
  const as = (value: Operand, dtype: DTypeName): string =>
    value.dtype === dtype ? value.name : g.cast(value.name, dtype);

  const visit = (e: Expr): Operand => {
    let found = known.get(e);
    if (found === undefined) {
      found = write(e);
      known.set(e, found);
    }
    return found;
  };
  const numeric = (e: Expr): string => as(visit(e), work);
  const truth = (e: Expr): string => as(visit(e), 'bool');
  const write = (e: Expr): Operand => {
    const [a, b, c] = e.args as [Expr, Expr, Expr];
    if (e.op === 'input') return operands[e.attr as number] as Operand;
    if (e.op === 'const') {
      if (typeof e.attr === 'boolean') return { name: g.scalar(Number(e.attr), 'bool'), dtype: 'bool' };
      return { name: g.scalar(Number(e.attr), work), dtype: work };
    }
    if (e.op === 'cast') {
      const dtype = (e.attr as { readonly name: DTypeName }).name;
      return { name: as(visit(a), dtype), dtype };
    }
    if (e.op === 'coord') {
      const axis = e.attr as number;
      const along = Array.from({ length: shape[axis] as number }, (_, i) => i);
      return {
        name: g.numbers(
          along,
          work,
          shape.map((d, i) => (i === axis ? d : 1)),
        ),
        dtype: work,
      };
    }
    const op = e.op as OpName;
    if ((e.op as string) === 'where')
      return { name: g.op('Where', [truth(a), numeric(b), numeric(c)]), dtype: work };
    const arith = arithmetic[op];
    if (arith !== undefined)
      return { name: arith(terms, numeric(a), e.args.length > 1 ? numeric(b) : ''), dtype: work };
    const compare = comparisons[op];
    if (compare !== undefined)
      return { name: compare(terms, numeric(a), e.args.length > 1 ? numeric(b) : ''), dtype: 'bool' };
    const logical = logic[op];
    const bits = op === 'bitAnd' || op === 'bitOr' || op === 'bitXor' || op === 'invert';
    if (logical !== undefined && !(bits && e.args.some((x) => visit(x).dtype !== 'bool')))
      return { name: logical(terms, truth(a), e.args.length > 1 ? truth(b) : ''), dtype: 'bool' };
    throw new Error(`[onnx.export] '${who}' computes '${e.op}', which has no equivalent in ONNX`);
  };
  return as(visit(expr), result);
}
