import { float64, type Kernels, type NdArray } from '@chainer/xp/internal';
import type { Native } from './native.ts';
import { pointer } from './operands.ts';

/** Fourier transforms along an axis, each in its own precision; lines are read and written as they lie. */
export function fftKernels(native: Native): Pick<Kernels, 'fft'> {
  const { D, run } = native;
  const command = native.command('fft');
  return {
    fft(re, im, outRe, outIm, { axis, n, inverse, scale }) {
      const arrays: readonly (NdArray | null)[] = [re, im, outRe, outIm];
      let at = 0;
      D[at++] = re.dtype === float64 ? 1 : 0;
      D[at++] = n;
      D[at++] = Math.min(n, re.shape[axis]!);
      D[at++] = outRe.shape[axis]!;
      D[at++] = inverse ? 1 : 0;
      D[at++] = scale;
      for (const x of arrays) D[at++] = x === null ? 0 : pointer(x);
      for (const x of arrays) D[at++] = x === null ? 0 : x.steps[axis]!;
      D[at++] = re.ndim - 1;
      for (let i = 0; i < re.ndim; i++) if (i !== axis) D[at++] = re.shape[i]!;
      for (const x of arrays)
        for (let i = 0; i < re.ndim; i++) if (i !== axis) D[at++] = x === null ? 0 : x.steps[i]!;
      run(command);
    },
  };
}
