import { float32, float64, int32, jsKernels, type Kernels, type NdArray } from '@chainer/xp/internal';
import { denseInput, denseOutput, finishInput, finishOutput } from './dense.ts';
import type { Native } from './native.ts';
import { pointer } from './operands.ts';
import { hasWindows, writeWindows } from './windows.ts';

type PoolingKernels = Pick<
  Kernels,
  'maxPooling' | 'maxPoolingGrad' | 'maxPoolingPick' | 'averagePooling' | 'averagePoolingGrad'
>;

/** Pooling of float32 and float64, half types by way of float32; more than three spatial axes, and integers, on js. */
export function poolingKernels(native: Native, copy: Kernels['copy']): PoolingKernels {
  const { D, run } = native;
  const commands = {
    maxPooling: native.command('maxPooling'),
    maxPoolingGrad: native.command('maxPoolingGrad'),
    maxPoolingPick: native.command('maxPoolingPick'),
    averagePooling: native.command('averagePooling'),
    averagePoolingGrad: native.command('averagePoolingGrad'),
  };
  const typeOf = (x: NdArray) => (x.dtype === float64 ? float64 : float32);

  return {
    maxPooling(x, y, indices, g) {
      if (!hasWindows(x)) return jsKernels.maxPooling(x, y, indices, g);
      if (y.size === 0) return;
      const dtype = typeOf(x);
      const from = denseInput(x, dtype, copy);
      const to = denseOutput(y, dtype);
      const places = denseOutput(indices, int32);
      D[0] = dtype === float64 ? 1 : 0;
      D[1] = pointer(from);
      D[2] = pointer(to);
      D[3] = pointer(places);
      writeWindows(D, 4, x, y.shape.slice(2), g, null);
      run(commands.maxPooling);
      finishInput(from, x);
      finishOutput(to, y, copy);
      finishOutput(places, indices, copy);
    },
    maxPoolingGrad(gy, indices, gx, g) {
      if (!hasWindows(gx)) return jsKernels.maxPoolingGrad(gy, indices, gx, g);
      if (gx.size === 0) return;
      const dtype = typeOf(gx);
      const from = denseInput(gy, dtype, copy);
      const to = denseOutput(gx, dtype);
      const places = denseInput(indices, int32, copy);
      D[0] = dtype === float64 ? 1 : 0;
      D[1] = pointer(from);
      D[2] = pointer(to);
      D[3] = pointer(places);
      writeWindows(D, 4, gx, gy.shape.slice(2), g, null);
      run(commands.maxPoolingGrad);
      finishInput(from, gy);
      finishInput(places, indices);
      finishOutput(to, gx, copy);
    },
    maxPoolingPick(x, indices, y, g) {
      if (!hasWindows(x)) return jsKernels.maxPoolingPick(x, indices, y, g);
      if (y.size === 0) return;
      const dtype = typeOf(x);
      const from = denseInput(x, dtype, copy);
      const to = denseOutput(y, dtype);
      const places = denseInput(indices, int32, copy);
      D[0] = dtype === float64 ? 1 : 0;
      D[1] = pointer(to);
      D[2] = pointer(from);
      D[3] = pointer(places);
      writeWindows(D, 4, x, y.shape.slice(2), g, null);
      run(commands.maxPoolingPick);
      finishInput(from, x);
      finishInput(places, indices);
      finishOutput(to, y, copy);
    },
    averagePooling(x, y, g, divisor) {
      if (!hasWindows(x)) return jsKernels.averagePooling(x, y, g, divisor);
      if (y.size === 0) return;
      const dtype = typeOf(x);
      const from = denseInput(x, dtype, copy);
      const to = denseOutput(y, dtype);
      D[0] = dtype === float64 ? 1 : 0;
      D[1] = pointer(from);
      D[2] = pointer(to);
      D[3] = divisor === 'inside' ? 1 : 0;
      writeWindows(D, 4, x, y.shape.slice(2), g, null);
      run(commands.averagePooling);
      finishInput(from, x);
      finishOutput(to, y, copy);
    },
    averagePoolingGrad(gy, gx, g, divisor) {
      if (!hasWindows(gx)) return jsKernels.averagePoolingGrad(gy, gx, g, divisor);
      if (gx.size === 0) return;
      const dtype = typeOf(gx);
      const from = denseInput(gy, dtype, copy);
      const to = denseOutput(gx, dtype);
      D[0] = dtype === float64 ? 1 : 0;
      D[1] = pointer(from);
      D[2] = pointer(to);
      D[3] = divisor === 'inside' ? 1 : 0;
      writeWindows(D, 4, gx, gy.shape.slice(2), g, null);
      run(commands.averagePoolingGrad);
      finishInput(from, gy);
      finishOutput(to, gx, copy);
    },
  };
}
