import { NdArray } from '../core/ndarray.ts';
import { Expr, lift, type Operand } from '../scalar/expr.ts';
import { accumulate } from './accumulate.ts';
import { at } from './at.ts';
import { outer } from './outer.ts';
import { reduce } from './reduce.ts';
import { reduceat } from './reduceat.ts';
import type {
  AtIndices,
  BinaryMethods,
  Ufunc1,
  Ufunc1x2,
  Ufunc2,
  Ufunc2x2,
  Ufunc2x4,
  Ufunc3,
  Ufunc4,
  UfuncAxisOptions,
  UfuncInfo,
  UfuncOperand,
  UfuncOptions,
  UfuncReduceOptions,
  UfuncSpec,
} from './types.ts';
import { UfuncCore } from './ufunc.ts';

/** From a declaration to the function: arrays go to the core, symbols of the scalar language become expressions. */

function finished<F extends object>(f: F, core: UfuncCore): F & UfuncInfo {
  Object.defineProperties(f, {
    name: { value: core.name },
    ufunc: { value: core },
    nin: { value: core.spec.nin },
    nout: { get: () => core.nout },
    nargs: { get: () => core.spec.nin + core.nout },
    types: { get: () => core.types },
  });
  return f as F & UfuncInfo;
}

function symbols(core: UfuncCore, operands: readonly (UfuncOperand | Expr)[]): Expr[] {
  return core.expressions(
    operands.map((x) => lift(x as Operand)),
    null,
  );
}

/** Declares a ufunc of one operand. */
export function ufunc1(spec: Omit<UfuncSpec, 'nin'>): Ufunc1 {
  const core = new UfuncCore({ ...spec, nin: 1 });
  const f = (x: UfuncOperand | Expr, options?: UfuncOptions) =>
    x instanceof Expr ? symbols(core, [x])[0] : core.unary(x, options);
  return finished(f, core) as unknown as Ufunc1;
}

/** Declares a ufunc of one operand with two results. */
export function ufunc1x2(spec: Omit<UfuncSpec, 'nin'>): Ufunc1x2 {
  const core = new UfuncCore({ ...spec, nin: 1 });
  const f = (x: UfuncOperand | Expr, options?: UfuncOptions) =>
    x instanceof Expr ? symbols(core, [x]) : core.general([x], options);
  return finished(f, core) as unknown as Ufunc1x2;
}

/** Declares a ufunc of two operands. */
export function ufunc2(spec: Omit<UfuncSpec, 'nin'>): Ufunc2 {
  const core = new UfuncCore({ ...spec, nin: 2 });
  const f = (x: UfuncOperand | Expr, y: UfuncOperand | Expr, options?: UfuncOptions) => {
    if (x instanceof NdArray && !(y instanceof Expr)) return core.binary(x, y, options);
    if (x instanceof Expr || y instanceof Expr) return symbols(core, [x, y])[0];
    return core.binary(x, y, options);
  };
  const methods: BinaryMethods = {
    outer: (x: UfuncOperand, y: UfuncOperand, options?: UfuncOptions) => outer(core, x, y, options),
    reduce: (x: NdArray, options?: UfuncReduceOptions) => reduce(core, x, options),
    accumulate: (x: NdArray, options?: UfuncAxisOptions) => accumulate(core, x, options),
    reduceat: (x: NdArray, indices: NdArray | readonly number[], options?: UfuncAxisOptions) =>
      reduceat(core, x, indices, options),
    at: (x: NdArray, indices: AtIndices, values: UfuncOperand) => at(core, x, indices, values),
  };
  return finished(Object.assign(f, methods), core) as unknown as Ufunc2;
}

/** Declares a ufunc of two operands with two results. */
export function ufunc2x2(spec: Omit<UfuncSpec, 'nin'>): Ufunc2x2 {
  const core = new UfuncCore({ ...spec, nin: 2 });
  const f = (x: UfuncOperand | Expr, y: UfuncOperand | Expr, options?: UfuncOptions) =>
    x instanceof Expr || y instanceof Expr ? symbols(core, [x, y]) : core.general([x, y], options);
  return finished(f, core) as unknown as Ufunc2x2;
}

/** Declares a ufunc of two operands with four results. */
export function ufunc2x4(spec: Omit<UfuncSpec, 'nin'>): Ufunc2x4 {
  return ufunc2x2(spec) as unknown as Ufunc2x4;
}

/** Declares a ufunc of three operands. */
export function ufunc3(spec: Omit<UfuncSpec, 'nin'>): Ufunc3 {
  return many({ ...spec, nin: 3 }) as unknown as Ufunc3;
}

/** Declares a ufunc of four operands. */
export function ufunc4(spec: Omit<UfuncSpec, 'nin'>): Ufunc4 {
  return many({ ...spec, nin: 4 }) as unknown as Ufunc4;
}

function many(spec: UfuncSpec) {
  const core = new UfuncCore(spec);
  const f = (...values: (UfuncOperand | Expr | UfuncOptions | undefined)[]) => {
    const operands = values.slice(0, spec.nin) as (UfuncOperand | Expr)[];
    if (operands.some((x) => x instanceof Expr)) return symbols(core, operands)[0];
    return core.general(operands as UfuncOperand[], values[spec.nin] as UfuncOptions | undefined)[0];
  };
  return finished(f, core);
}
