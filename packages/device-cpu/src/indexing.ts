import {
  emptyOn,
  float32,
  float64,
  int32,
  int64,
  jsKernels,
  type Kernels,
  type NdArray,
  sameShape,
} from '@chainer/xp/internal';
import { denseInput, denseOutput, finishInput, finishOutput } from './dense.ts';
import type { Native } from './native.ts';
import { pointer } from './operands.ts';

const modes = { set: 0, add: 1, max: 2, min: 3 } as const;
const scattered = new Set([float32, float64, int32, int64]);

/** Slices along an axis at listed places. Gathering moves any element type; scattering combines float32/64 and int32/64, the rest on js. */
export function indexingKernels(native: Native, copy: Kernels['copy']): Pick<Kernels, 'gather' | 'scatter'> {
  const { D, run } = native;
  const gather = native.command('gather');
  const scatter = native.command('scatter');

  function writeShape(at: number, x: NdArray, axis: number, count: number): void {
    let outer = 1;
    let inner = 1;
    for (let i = 0; i < axis; i++) outer *= x.shape[i]!;
    for (let i = axis + 1; i < x.ndim; i++) inner *= x.shape[i]!;
    D[at] = outer;
    D[at + 1] = x.shape[axis]!;
    D[at + 2] = inner;
    D[at + 3] = count;
    D[at + 4] = axis;
  }

  return {
    gather(x, indices, axis, output) {
      // A slice of a large view is cheaper than a dense copy of all of it.
      const sparse = !x.contiguous && output.size < x.size;
      if (sparse || x.dtype !== output.dtype) return jsKernels.gather(x, indices, axis, output);
      const from = denseInput(x, x.dtype, copy);
      const at = denseInput(indices, int64, copy);
      const to = denseOutput(output, output.dtype);
      D[0] = x.dtype.itemsize;
      D[1] = pointer(from);
      D[2] = pointer(at);
      D[3] = pointer(to);
      writeShape(4, x, axis, indices.size);
      run(gather);
      finishInput(from, x);
      finishInput(at, indices);
      finishOutput(to, output, copy);
    },
    scatter(x, indices, axis, values, mode) {
      if (!scattered.has(x.dtype) || !x.contiguous || values.dtype.kind === 'c')
        return jsKernels.scatter(x, indices, axis, values, mode);
      const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
      const whole = sameShape(values.shape, shape) && values.contiguous && values.dtype === x.dtype;
      const from = whole ? values : emptyOn(x.device, shape, x.dtype);
      if (!whole && from.size > 0) copy(values, from);
      const at = denseInput(indices, int64, copy);
      D[0] = x.dtype.index;
      D[1] = modes[mode];
      D[2] = pointer(x);
      D[3] = pointer(at);
      D[4] = pointer(from);
      writeShape(5, x, axis, indices.size);
      run(scatter);
      if (!whole) from.storage.release();
      finishInput(at, indices);
    },
  };
}
