import { float32, float64, jsKernels, type Kernels } from '@chainer/xp/internal';
import { denseInput, denseOutput, finishInput, finishOutput } from './dense.ts';
import type { Native } from './native.ts';
import { pointer } from './operands.ts';
import { hasWindows, writeWindows } from './windows.ts';

/** Columns of float32 and float64 images, half types by way of float32; more than three spatial axes, and integers, on js. */
export function im2colKernels(native: Native, copy: Kernels['copy']): Pick<Kernels, 'im2col' | 'col2im'> {
  const { D, run } = native;
  const im2col = native.command('im2col');
  const col2im = native.command('col2im');

  return {
    im2col(x, col, g) {
      if (!hasWindows(x)) return jsKernels.im2col(x, col, g);
      if (col.size === 0) return;
      const dtype = x.dtype === float64 ? float64 : float32;
      const from = denseInput(x, dtype, copy);
      const to = denseOutput(col, dtype);
      D[0] = dtype === float64 ? 1 : 0;
      D[1] = pointer(from);
      D[2] = pointer(to);
      writeWindows(D, 3, x, col.shape.slice(x.ndim), g, g.dilate);
      run(im2col);
      finishInput(from, x);
      finishOutput(to, col, copy);
    },
    col2im(col, x, g) {
      if (!hasWindows(x)) return jsKernels.col2im(col, x, g);
      if (x.size === 0) return;
      const dtype = x.dtype === float64 ? float64 : float32;
      const from = denseInput(col, dtype, copy);
      const to = denseOutput(x, dtype);
      D[0] = dtype === float64 ? 1 : 0;
      D[1] = pointer(to);
      D[2] = pointer(from);
      writeWindows(D, 3, x, col.shape.slice(x.ndim), g, g.dilate);
      run(col2im);
      finishInput(from, col);
      finishOutput(to, x, copy);
    },
  };
}
