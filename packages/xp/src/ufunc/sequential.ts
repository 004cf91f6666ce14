import { type DType, int32 } from '../core/dtype.ts';
import { Kernel } from '../kernel/kernel.ts';
import { coord, type Expr, fold, input, type Operand } from '../scalar/expr.ts';
import { combining } from './accumulator.ts';
import type { UfuncCore } from './ufunc.ts';

/** Kernels that combine a run of elements first to last, one result an element of the output. */

const kernels = new WeakMap<UfuncCore, Map<string, Kernel>>();

function cached(core: UfuncCore, key: string, make: () => Kernel): Kernel {
  let known = kernels.get(core);
  if (known === undefined) {
    known = new Map();
    kernels.set(core, known);
  }
  let kernel = known.get(key);
  if (kernel === undefined) {
    kernel = make();
    known.set(key, kernel);
  }
  return kernel;
}

/** `f(… f(f(x[start], x[start + 1]), …), x[start + count - 1])`, elements taken by `element`. */
function run(
  core: UfuncCore,
  accumulator: DType,
  start: Operand,
  count: Expr,
  element: (i: Operand) => Expr,
): Expr {
  const loop = combining(core, accumulator);
  const as = (e: Expr) => e.cast(accumulator);
  return fold(count.sub(1), [as(element(start))], ([acc], i) => {
    const next = as(element(i.add(1).add(start)));
    const operands = [acc as Expr, next].map((e, k) => e.cast(loop.inputs[k] as DType));
    return [as(core.expressions(operands, loop)[0] as Expr)];
  })[0] as Expr;
}

/** Along the whole axis. Operands: x raw, the axis' extent. The output lacks the axis. */
export function alongAxis(core: UfuncCore, ndim: number, axis: number, accumulator: DType): Kernel {
  return cached(core, `axis:${ndim}:${axis}:${accumulator.name}`, () => {
    const element = (i: Operand) => {
      const places = Array.from({ length: ndim }, (_, a) => (a === axis ? i : coord(a < axis ? a : a - 1)));
      return input(0).at(...places);
    };
    const expr = run(core, accumulator, 0, input(1), element);
    return new Kernel(`${core.name}.reduce`, [expr], [true, false], [accumulator], [null, int32]);
  });
}

/** Over slices of the axis. Operands: x, starts and stops (int32), all raw. The output has a place for every slice. */
export function overSlices(core: UfuncCore, ndim: number, axis: number, accumulator: DType): Kernel {
  return cached(core, `slices:${ndim}:${axis}:${accumulator.name}`, () => {
    const slice = coord(axis);
    const start = input(1).at(slice);
    const element = (i: Operand) => {
      const places = Array.from({ length: ndim }, (_, a) => (a === axis ? i : coord(a)));
      return input(0).at(...places);
    };
    const expr = run(core, accumulator, start, input(2).at(slice).sub(start), element);
    return new Kernel(`${core.name}.reduceat`, [expr], [true, true, true], [accumulator]);
  });
}
