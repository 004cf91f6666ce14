import { commonDevice } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import type { DType } from '../core/dtype.ts';
import { broadcastTwo, sameShape, shapeText } from '../core/layout.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { promote } from '../core/promotion.ts';
import { broadcastView, castTo } from '../core/views.ts';
import { ValueError } from '../errors.ts';
import { matmulOn } from '../js/families.ts';
import { checkOut, mayOverlap } from '../kernel/launch.ts';

/** Options of matrix products. */
export interface ProductOptions {
  /** Where to leave the result. */
  readonly out?: NdArray | null;
}

/** `a @ b` of matrices (stacks of them) of one dtype whose shapes were checked, into `output`. */
export function multiplyMatrices(a: NdArray, b: NdArray, output: NdArray): void {
  if (output.size === 0) return;
  if (a.shape[a.ndim - 1] === 0) output.device.kernels.fill(output, 0);
  else matmulOn(output.device).matmul(a, b, output, null);
}

/**
 * Matrix product over the last two axes; leading axes broadcast.
 *
 * `y[..., i, j] = Σ_k a[..., i, k] b[..., k, j]`. A one-dimensional operand is a row on the left and a column on the right,
 * and its axis is gone from the result. float16 and bfloat16 add up in float32; booleans combine with `and` and `or`.
 *
 * @param a `[..., M, K]` or `[K]`.
 * @param b `[..., K, N]` or `[K]`.
 * @returns `[..., M, N]`.
 * @throws {ValueError} where the shapes do not fit, or for a 0-dimensional operand.
 * @example
 * import { array, matmul } from '@chainer/xp';
 * matmul(array([[1, 2], [3, 4]]), array([[1, 1], [0, 1]])).toArraySync(); // [[1, 3], [3, 7]]
 * matmul(array([[1, 2], [3, 4]]), array([1, 1])).toArraySync(); // [3, 7]
 */
export function matmul(a: NdArray, b: NdArray, options?: ProductOptions): NdArray {
  checkOptions('matmul', options, ['out']);
  if (
    a instanceof NdArray &&
    b instanceof NdArray &&
    a.ndim === 2 &&
    b.ndim === 2 &&
    a.dtype === b.dtype &&
    options === undefined
  ) {
    if (a.shape[1] !== b.shape[0]) throw misfit(a, b);
    if (a.storage.device !== b.storage.device) commonDevice([a, b], 'matmul');
    const y = emptyOn(a.storage.device, [a.shape[0] as number, b.shape[1] as number], a.dtype);
    multiplyMatrices(a, b, y);
    return y;
  }
  return general(a, b, options?.out ?? null);
}

function misfit(a: NdArray, b: NdArray): ValueError {
  return new ValueError(
    `[matmul] a has ${a.shape[a.ndim - 1]} columns but b has ${b.shape[Math.max(0, b.ndim - 2)]} rows (a: ${a.dtype.name}${shapeText(a.shape)}, b: ${b.dtype.name}${shapeText(b.shape)})`,
  );
}

function general(a: NdArray, b: NdArray, out: NdArray | null): NdArray {
  for (const [name, x] of [
    ['a', a],
    ['b', b],
  ] as const) {
    if (!(x instanceof NdArray) || x.ndim === 0) {
      throw new ValueError(
        `[matmul] ${name} is ${x instanceof NdArray ? '0-dimensional' : `the scalar ${String(x)}`}; expected at least one axis (multiply by scalars with mul)`,
      );
    }
  }
  const device = commonDevice([a, b, out], 'matmul');
  const d = promote(a.dtype, b.dtype);
  const left = matrixOf(castTo(a, d), 'row');
  const right = matrixOf(castTo(b, d), 'column');
  const [m, k] = left.shape.slice(-2) as [number, number];
  const [rows, n] = right.shape.slice(-2) as [number, number];
  if (k !== rows) throw misfit(a, b);
  const lead = broadcastTwo(left.shape.slice(0, -2), right.shape.slice(0, -2), 'matmul');
  const shape = [...lead, ...(a.ndim === 1 ? [] : [m]), ...(b.ndim === 1 ? [] : [n])];
  if (out) checkOut(out, shape, d, 'matmul');
  const direct = out !== null && out.dtype === d && !mayOverlap(out, left) && !mayOverlap(out, right);
  const y = direct ? out : emptyOn(device as NonNullable<typeof device>, shape, d);
  const spread = (x: NdArray): NdArray => {
    const full = [...lead, ...x.shape.slice(-2)];
    return sameShape(x.shape, full) ? x : broadcastView(x, full);
  };
  multiplyMatrices(spread(left), spread(right), matrixResult(y, a.ndim === 1, b.ndim === 1, d));
  if (out === null || direct) return y;
  if (y.size > 0) y.device.kernels.copy(y, out);
  return out;
}

/** One-dimensional operands as matrices. */
function matrixOf(x: NdArray, as: 'row' | 'column'): NdArray {
  if (x.ndim > 1) return x;
  const [n] = x.shape as [number];
  const [s] = x.steps as [number];
  return as === 'row'
    ? new NdArray(x.storage, x.dtype, [1, n], [0, s], x.offset)
    : new NdArray(x.storage, x.dtype, [n, 1], [s, 0], x.offset);
}

/** The result with the axes that one-dimensional operands lack. */
function matrixResult(y: NdArray, row: boolean, column: boolean, d: DType): NdArray {
  if (!row && !column) return y;
  const lead = y.ndim - (row ? 0 : 1) - (column ? 0 : 1);
  const shape = [
    ...y.shape.slice(0, lead),
    row ? 1 : (y.shape[lead] as number),
    column ? 1 : (y.shape[y.ndim - 1] as number),
  ];
  const steps = [
    ...y.steps.slice(0, lead),
    row ? 0 : (y.steps[lead] as number),
    column ? 0 : (y.steps[y.ndim - 1] as number),
  ];
  return new NdArray(y.storage, d, shape, steps, y.offset);
}
