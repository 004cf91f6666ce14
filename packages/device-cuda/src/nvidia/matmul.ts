import { broadcastSteps, collapse, type Kernels, type NdArray } from '@chainer/xp/internal';
import type { Context } from '../context.ts';
import { pointer } from '../storage.ts';
import { CublasLt, type Matrix } from './cublaslt.ts';

/** How the last two axes of an array are columns: their distance, or null if its rows and columns both have gaps. */
function columns(rows: number, cols: number, rowStep: number, colStep: number) {
  // The place of an axis of length 1 does not matter.
  if ((rows === 1 || rowStep === 1) && (cols === 1 || colStep >= rows))
    return { ld: cols === 1 ? Math.max(rows, 1) : colStep, transposed: false };
  if ((cols === 1 || colStep === 1) && (rows === 1 || rowStep >= cols))
    return { ld: rows === 1 ? Math.max(cols, 1) : rowStep, transposed: true };
  return null;
}

/** Products that are run one by one where a stack of matrices has more axes than a batch. */
const mostProducts = 64;

/**
 * Matrix products by cuBLASLt, of floats and complex numbers whose rows or columns are dense; the portable kernel has the others, and those that
 * the library has no algorithm for. Rows of C are columns of the library, so it computes `yᵀ = bᵀ aᵀ`.
 */
export function matmulByLibrary(
  ctx: Context,
  portable: Pick<Kernels, 'matmul' | 'copy' | 'fill'>,
): Kernels['matmul'] {
  let library: CublasLt | null = null;

  /** Whether the library could. */
  function run(a: NdArray, b: NdArray, output: NdArray, bias: NdArray | null): boolean {
    const dtype = output.dtype.name;
    if (!CublasLt.multiplies(dtype) || a.dtype !== output.dtype || b.dtype !== output.dtype) return false;
    const lead = output.ndim - 2;
    const [m, n] = output.shape.slice(lead) as [number, number];
    const k = a.shape[a.ndim - 1]!;
    if (k === 0) return false;
    const shape = output.shape.slice(0, lead);
    const leading = (x: NdArray) =>
      broadcastSteps(x.shape.slice(0, x.ndim - 2), x.steps.slice(0, x.ndim - 2), shape);
    const loops = collapse(shape, [leading(a), leading(b), leading(output)]);
    const matrix = (x: NdArray, rows: number, cols: number) =>
      columns(rows, cols, x.steps[x.ndim - 1]!, x.steps[x.ndim - 2]!);
    // As columns: a is [k, m], b is [n, k], y is [n, m].
    const [fa, fb, fy] = [matrix(a, k, m), matrix(b, n, k), matrix(output, n, m)];
    if (fa === null || fb === null || fy === null || fy.transposed) return false;
    if (loops.steps.some((steps) => steps.some((s) => s < 0))) return false;
    const outer = loops.shape.slice(0, -1);
    const count = outer.reduce((p, d) => p * d, 1);
    if (count > mostProducts) return false;
    let batch = loops.shape.at(-1) ?? 1;
    const inner = loops.steps.map((steps) => steps.at(-1) ?? 0) as [number, number, number];
    let rows = m;
    if (batch > 1 && inner[1] === 0 && !fa.transposed && inner[0] === m * fa.ld && inner[2] === m * fy.ld) {
      // All matrices of the stack are multiplied by one: one product of all their rows.
      rows = m * batch;
      batch = 1;
    }
    if (batch > 1 && inner[2] === 0) return false;
    // The library adds biases to single and half precision alone.
    const byLibrary = bias !== null && bias.steps[0] === 1 && output.dtype.itemsize <= 4;
    const before = bias !== null && !byLibrary;
    if (before) portable.copy(bias, output);
    library ??= new CublasLt(ctx);
    const { itemsize } = output.dtype;
    const [pa, pb, py] = [pointer(a), pointer(b), pointer(output)];
    for (const { storage } of [pa, pb, py]) if (storage !== undefined) ctx.launcher.uses(storage);
    const at = new Array<number>(outer.length).fill(0);
    for (let i = 0; i < count; i++) {
      const place = (
        k: number,
        { address }: { address: number },
        form: { ld: number; transposed: boolean },
      ): Matrix => ({
        address: address + itemsize * at.reduce((sum, c, axis) => sum + c * loops.steps[k]![axis]!, 0),
        ...form,
        stride: inner[k]!,
      });
      const done = library.run({
        dtype,
        m: n,
        n: rows,
        k,
        batch,
        a: place(1, pb, fb),
        b: place(0, pa, fa),
        d: place(2, py, fy),
        bias: byLibrary ? pointer(bias).address : null,
        beta: before ? 1 : 0,
        tf32: ctx.device.tf32,
      });
      // What it cannot do it cannot do for all of them.
      if (!done) return false;
      for (let axis = outer.length - 1; axis >= 0; axis--) {
        if (++at[axis]! < outer[axis]!) break;
        at[axis] = 0;
      }
    }
    return true;
  }

  return (a, b, output, bias) => {
    if (output.size === 0) return;
    if (!run(a, b, output, bias)) portable.matmul(a, b, output, bias);
  };
}
