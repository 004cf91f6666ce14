import { emptyOn, int32, jsKernels, type Kernels } from '@chainer/xp/internal';
import { denseInput, finishInput } from './dense.ts';
import type { Native } from './native.ts';
import { pointer } from './operands.ts';

/** Positions of true elements, which are counted first; complex numbers on js. */
export function nonzeroKernels(native: Native, copy: Kernels['copy']): Pick<Kernels, 'nonzero'> {
  const { D, run } = native;
  const count = native.command('countNonzero');
  const positions = native.command('nonzero');
  return {
    nonzero(x) {
      if (x.dtype.kind === 'c') return jsKernels.nonzero(x);
      if (x.size === 0) return emptyOn(x.device, [0], int32);
      const from = denseInput(x, x.dtype, copy);
      D[0] = x.dtype.index;
      D[1] = pointer(from);
      D[2] = x.size;
      run(count);
      const result = emptyOn(x.device, [D[0]!], int32);
      D[0] = x.dtype.index;
      D[1] = pointer(from);
      D[2] = x.size;
      D[3] = pointer(result);
      run(positions);
      finishInput(from, x);
      return result;
    },
  };
}
