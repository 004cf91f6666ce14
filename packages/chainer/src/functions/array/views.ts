import { NdArray } from '@chainer/xp/functions';
import { emptyOn } from '@chainer/xp/internal';
import { Variable, type VariableNode } from '../../core/variable.ts';

/** Part of an array along one axis: a view. */
export function narrow(x: NdArray, axis: number, start: number, count: number): NdArray {
  const shape = x.shape.slice();
  shape[axis] = count;
  return new NdArray(
    x.storage,
    x.dtype,
    shape,
    x.steps,
    count === 0 ? x.offset : x.offset + start * (x.steps[axis] as number),
  );
}

/** One place along an axis, which disappears: a view. */
export function pick(x: NdArray, axis: number, at: number): NdArray {
  const without = (list: readonly number[]) => [...list.slice(0, axis), ...list.slice(axis + 1)];
  return new NdArray(
    x.storage,
    x.dtype,
    without(x.shape),
    without(x.steps),
    x.offset + at * (x.steps[axis] as number),
  );
}

/** Copies one array into a view of another; the source broadcasts. */
export function write(source: NdArray, target: NdArray): void {
  if (target.size > 0) target.device.kernels.copy(source, target);
}

/** Zeros of a shape on the device and of the dtype of another array. */
export function zerosBeside(x: NdArray, shape: readonly number[]): NdArray {
  const y = emptyOn(x.device, shape, x.dtype);
  if (y.size > 0) x.device.kernels.fill(y, 0);
  return y;
}

/** Gradients of several outputs, zeros where nothing depends on one. */
export function filled(gys: readonly (Variable | null)[], outputs: readonly VariableNode[]): Variable[] {
  const known = gys.find((g) => g !== null) as Variable;
  return gys.map((g, k) => {
    if (g !== null) return g;
    const y = outputs[k] as VariableNode;
    return new Variable(zerosBeside(known.array, y.shape), { requiresGrad: false });
  });
}
