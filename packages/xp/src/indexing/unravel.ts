import { int32 } from '../core/dtype.ts';
import { contiguousSteps } from '../core/layout.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { Kernel } from '../kernel/kernel.ts';
import { launch } from '../kernel/launch.ts';
import { input } from '../scalar/expr.ts';

const kernels: Kernel[] = [];

/** The kernel that splits a flat position into that many coordinates. */
function kernelFor(ndim: number): Kernel {
  let kernel = kernels[ndim];
  if (kernel === undefined) {
    const coordinate = (k: number) =>
      input(0)
        .floordiv(input(1 + 2 * k))
        .mod(input(2 + 2 * k));
    kernel = new Kernel(
      'unravel',
      Array.from({ length: ndim }, (_, k) => coordinate(k)),
    );
    kernels[ndim] = kernel;
  }
  return kernel;
}

/** Coordinates (int32) of flat C-order positions in `shape`, one array per axis, or written to `outs`. */
export function unravel(
  flat: NdArray,
  shape: readonly number[],
  outs: readonly NdArray[] | null = null,
): NdArray[] {
  if (shape.length === 0) return [];
  const steps = contiguousSteps(shape);
  const scalars = shape.flatMap((d, k) => [Math.max(steps[k] as number, 1), Math.max(d, 1)]);
  const results = outs ?? shape.map(() => emptyOn(flat.device, flat.shape, int32));
  if (flat.size === 0) return results.slice();
  const inputs = [flat, ...scalars];
  launch(
    kernelFor(shape.length).program(
      inputs,
      shape.map(() => int32),
    ),
    inputs,
    results,
    'unravel',
    flat.shape,
  );
  return results.slice();
}
