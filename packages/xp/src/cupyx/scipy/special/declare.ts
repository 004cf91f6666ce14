import { complex64, complex128, type DType, float32, float64 } from '../../../core/dtype.ts';
import { castable } from '../../../core/promotion.ts';
import type { Expr, Operand } from '../../../scalar/expr.ts';
import { ufunc1, ufunc1x2, ufunc2, ufunc2x4, ufunc3 } from '../../../ufunc/declare.ts';
import { firstThatHolds } from '../../../ufunc/loops.ts';
import type {
  Loop,
  Resolve,
  Ufunc1,
  Ufunc1x2,
  Ufunc2,
  Ufunc2x4,
  Ufunc3,
  UfuncSpec,
} from '../../../ufunc/types.ts';

/**
 * Special functions are ufuncs whose expressions are computed in float64 whatever the loop's type is, as SciPy computes them:
 * devices without that type compute in float32.
 */

const loopOf = (d: DType, types: readonly DType[]): Loop => ({ inputs: types.map(() => d), outputs: [d] });

/** float32 where all operands are; everything else in float64: SciPy's functions that list their double loop first. */
const doubleFirst: Resolve = (types) => {
  if (types.every((t) => t === float32)) return loopOf(float32, types);
  return types.every((t) => castable(t, float64)) ? loopOf(float64, types) : null;
};

/** The smallest of float32 and float64 that holds the operands: SciPy's functions that list their float loop first. */
const floatFirst: Resolve = (types) => {
  const d = firstThatHolds(types, [float32, float64]);
  return d && loopOf(d, types);
};

/** As before, but integers for the first `n` operands ask for float64: SciPy's functions whose first loop takes them as integers. */
const integersFirst =
  (n: number): Resolve =>
  (types) => {
    const whole = types.slice(0, n).every(({ kind }) => kind === 'i' || kind === 'u' || kind === 'b');
    return whole ? loopOf(float64, types) : floatFirst(types);
  };

/** The same with complex loops. */
const withComplex =
  (real: Resolve): Resolve =>
  (types) => {
    const found = real(types);
    if (found !== null) return found;
    const d = firstThatHolds(types, [complex64, complex128]);
    return d && loopOf(d, types);
  };

/** How a special function departs from the rule. */
interface Declared {
  /** Whether small types are raised to float32 only; to float64 unless said. */
  readonly small?: boolean;
  /** How many of the first operands are integers by rights: those make the result float64, others are raised as by `small`. */
  readonly integers?: number;
  /** What complex operands give; there is no complex loop unless said. */
  readonly complex?: (...operands: Expr[]) => Operand | readonly Operand[];
}

type Body = (...operands: Expr[]) => Operand | readonly Operand[];

function spec(
  name: string,
  nout: number,
  body: Body,
  { small, integers, complex }: Declared,
): Omit<UfuncSpec, 'nin'> {
  const real = integers ? integersFirst(integers) : small ? floatFirst : doubleFirst;
  const resolve = complex ? withComplex(real) : real;
  return {
    name,
    resolve: (types) => {
      const loop = resolve(types);
      return loop && { inputs: loop.inputs, outputs: new Array<DType>(nout).fill(loop.outputs[0] as DType) };
    },
    body: (operands, loop) => {
      const given = operands.slice(0, loop?.inputs.length ?? operands.length);
      if (loop === null) return body(...given);
      if (loop.inputs[0]?.kind === 'c') return (complex as Body)(...given.map((x) => x.cast(complex128)));
      return body(...given.map((x) => x.cast(float64)));
    },
  };
}

/** Declares a special function of one operand. */
export function special1(name: string, body: (x: Expr) => Operand, options: Declared = {}): Ufunc1 {
  return ufunc1(spec(name, 1, body as Body, options));
}

/** Declares a special function of one operand with two results. */
export function special1x2(
  name: string,
  body: (x: Expr) => readonly [Operand, Operand],
  options: Declared = {},
): Ufunc1x2 {
  return ufunc1x2(spec(name, 2, body as Body, options));
}

/** Declares a special function of two operands. */
export function special2(name: string, body: (x: Expr, y: Expr) => Operand, options: Declared = {}): Ufunc2 {
  return ufunc2(spec(name, 1, body as Body, options));
}

/** Declares a special function of two operands with four results. */
export function special2x4(
  name: string,
  body: (x: Expr, y: Expr) => readonly [Operand, Operand, Operand, Operand],
  options: Declared = {},
): Ufunc2x4 {
  return ufunc2x4(spec(name, 4, body as Body, options));
}

/** Declares a special function of three operands. */
export function special3(
  name: string,
  body: (x: Expr, y: Expr, z: Expr) => Operand,
  options: Declared = {},
): Ufunc3 {
  return ufunc3(spec(name, 1, body as Body, options));
}
