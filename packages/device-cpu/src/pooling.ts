import {
  float32,
  float64,
  int32,
  jsKernels,
  type Kernels,
  type NdArray,
  type PoolGeometry,
} from '@chainer/xp/internal';
import { denseInput, denseOutput, finishInput, finishOutput } from './dense.ts';
import { isWhole, type Layout, type Layouts, layoutOf } from './layouts.ts';
import type { Native } from './native.ts';
import { address, pointer } from './operands.ts';
import type { CpuStorage } from './storage.ts';
import { hasWindows, writeWindows } from './windows.ts';

type PoolingKernels = Pick<
  Kernels,
  'maxPooling' | 'maxPoolingGrad' | 'maxPoolingPick' | 'averagePooling' | 'averagePoolingGrad'
>;

/** An array that a kernel reads or writes. */
interface Operand {
  readonly x: NdArray;
  readonly written: boolean;
}
const reads = (x: NdArray): Operand => ({ x, written: false });
const writes = (x: NdArray): Operand => ({ x, written: true });

/**
 * Pooling of float32 and float64, half types by way of float32; images in blocks of channels as they lie; more than three spatial axes,
 * and integers, on js.
 */
export function poolingKernels(native: Native, layouts: Layouts, copy: Kernels['copy']): PoolingKernels {
  const { D, run } = native;

  /** Brings all operands into blocks of channels, if one that is read has them and the others can. */
  function settle(operands: readonly Operand[], image: NdArray): Layout | null {
    if (image.dtype !== float32) return null;
    let layout: Layout | null = null;
    for (const { x, written } of operands) if (!written) layout ??= layoutOf(x);
    if (layout === null || layout.block === 0) return null;
    if (!operands.every(({ x }) => x.dtype.itemsize === 4 && isWhole(x))) return null;
    for (const { x, written } of operands) {
      const storage = x.storage as CpuStorage;
      const own = layouts.like(layout, x.shape);
      if (written) storage.overwrite(own);
      else storage.rearrange(own);
    }
    return layout;
  }

  function kernel(name: string) {
    const dense = native.command(name);
    const blocked = native.command(`blocked${name[0]!.toUpperCase()}${name.slice(1)}`);
    return (
      operands: readonly Operand[],
      divisor: number | null,
      image: NdArray,
      output: NdArray,
      g: PoolGeometry,
    ) => {
      const dtype = image.dtype === float64 ? float64 : float32;
      // Some channels of larger images become whole images here, in the layout that they had.
      const own = operands.map(({ x, written }) => {
        const as = x.dtype === int32 ? int32 : dtype;
        return { x: written ? denseOutput(x, as) : denseInput(x, as, copy), written };
      });
      const layout = settle(own, image);
      D[0] = layout !== null ? layout.block : dtype === float64 ? 1 : 0;
      let at = 1;
      for (const { x } of own) D[at++] = layout === null ? pointer(x) : address(x);
      if (divisor !== null) D[at++] = divisor;
      writeWindows(D, at, image, output.shape.slice(2), g, null);
      run(layout === null ? dense : blocked);
      operands.forEach(({ x, written }, k) => {
        if (written) finishOutput(own[k]!.x, x, copy);
        else finishInput(own[k]!.x, x);
      });
    };
  }

  const maxPooling = kernel('maxPooling');
  const maxPoolingGrad = kernel('maxPoolingGrad');
  const maxPoolingPick = kernel('maxPoolingPick');
  const averagePooling = kernel('averagePooling');
  const averagePoolingGrad = kernel('averagePoolingGrad');

  return {
    maxPooling(x, y, indices, g) {
      if (!hasWindows(x)) return jsKernels.maxPooling(x, y, indices, g);
      if (y.size > 0) maxPooling([reads(x), writes(y), writes(indices)], null, x, y, g);
    },
    maxPoolingGrad(gy, indices, gx, g) {
      if (!hasWindows(gx)) return jsKernels.maxPoolingGrad(gy, indices, gx, g);
      if (gx.size > 0) maxPoolingGrad([reads(gy), writes(gx), reads(indices)], null, gx, gy, g);
    },
    maxPoolingPick(x, indices, y, g) {
      if (!hasWindows(x)) return jsKernels.maxPoolingPick(x, indices, y, g);
      if (y.size > 0) maxPoolingPick([writes(y), reads(x), reads(indices)], null, x, y, g);
    },
    averagePooling(x, y, g, divisor) {
      if (!hasWindows(x)) return jsKernels.averagePooling(x, y, g, divisor);
      const inside = divisor === 'inside' ? 1 : 0;
      if (y.size > 0) averagePooling([reads(x), writes(y)], inside, x, y, g);
    },
    averagePoolingGrad(gy, gx, g, divisor) {
      if (!hasWindows(gx)) return jsKernels.averagePoolingGrad(gy, gx, g, divisor);
      const inside = divisor === 'inside' ? 1 : 0;
      if (gx.size > 0) averagePoolingGrad([reads(gy), writes(gx)], inside, gx, gy, g);
    },
  };
}
