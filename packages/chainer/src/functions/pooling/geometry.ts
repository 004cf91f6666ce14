import type { NdArray } from '@chainer/xp/functions';
import type { PoolGeometry } from '@chainer/xp/internal';
import { expectFloat, invalid } from '../../core/type-check.ts';
import { getConvOutsize, perAxis, type Sizes } from '../connection/geometry.ts';

/** Where the windows of a pooling lie. */
export interface PoolingWindows extends PoolGeometry {
  readonly coverAll: boolean;
}

/** Windows of the given options; stride is ksize unless given. @throws {RangeError} for a stride below 1. */
export function windows(
  who: string,
  ndim: number,
  ksize: Sizes,
  stride: Sizes | null | undefined,
  pad: Sizes | undefined,
  coverAll: boolean,
): PoolingWindows {
  const k = perAxis(who, 'ksize', ksize, ndim);
  const s = perAxis(who, 'stride', stride ?? k, ndim);
  const p = perAxis(who, 'pad', pad ?? 0, ndim);
  if (k.some((v) => v < 1) || s.some((v) => v < 1))
    throw new RangeError(
      `[${who}] ksize and stride must be at least 1, got ksize [${k.join(',')}], stride [${s.join(',')}]`,
    );
  return { ksize: k, stride: s, pad: p, coverAll };
}

/** Checks a pooling's input. */
export function checkPooled(who: string, x: NdArray, ndim: number): void {
  expectFloat(who, 'x', x);
  if (x.ndim !== ndim + 2)
    invalid(who, `x must have ${ndim + 2} axes (N, C and ${ndim} spatial), got ${x.ndim}`, { x });
}

/** Spatial size of the result. @throws {RangeError} where no window fits. */
export function pooledSize(
  who: string,
  x: { readonly shape: readonly number[] },
  w: PoolingWindows,
): number[] {
  const size = x.shape.slice(2).map((d, i) =>
    getConvOutsize(d, w.ksize[i] as number, w.stride[i] as number, w.pad[i] as number, {
      coverAll: w.coverAll,
    }),
  );
  if (size.some((d) => d <= 0))
    throw new RangeError(
      `[${who}] the output would have size [${size.join(',')}]: windows [${w.ksize.join(',')}] do not fit x [${x.shape.join(',')}]`,
    );
  return size;
}
