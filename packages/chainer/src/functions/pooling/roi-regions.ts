import { coord, type DTypeName, ElementwiseKernel, type Expr, type NdArray } from '@chainer/xp/functions';
import { expectFloat, expectInteger, expectNdim, expectSameDtype, invalid } from '../../core/type-check.ts';
import { perAxis, type Sizes } from '../connection/geometry.ts';

/** Regions of interest in whole pixels, int32 `[R, 5]`: image, top, left, height, width. */
export type Regions = NdArray;

const pixels = (scaled: Expr): Expr => scaled.rint().cast('int32');

/** One of five values, by the column. */
function columns(...values: readonly [Expr, Expr, Expr, Expr, Expr]): Expr {
  return values.reduceRight((rest, value, k) => (k === 4 ? value : coord(1).eq(k).where(value, rest)));
}

const fromCorners = /*#__PURE__*/ new ElementwiseKernel(
  'roiPooling',
  3,
  (rois, images, scale) => {
    const r = coord(0);
    const corner = (k: number) => pixels(rois.at(r, k).mul(scale));
    const [y0, x0, y1, x1] = [corner(0), corner(1), corner(2), corner(3)];
    return columns(images.at(r).cast('int32'), y0, x0, y1.sub(y0).max(1), x1.sub(x0).max(1));
  },
  { raw: [0, 1], outputs: ['int32'] },
);

const fromFives = /*#__PURE__*/ new ElementwiseKernel(
  'roiPooling2d',
  2,
  (rois, scale) => {
    const r = coord(0);
    const corner = (k: number) => pixels(rois.at(r, k).mul(scale));
    const [x0, y0, x1, y1] = [corner(1), corner(2), corner(3), corner(4)];
    const extent = (from: Expr, to: Expr) => to.sub(from).add(1).max(1);
    return columns(rois.at(r, 0).cast('int32'), y0, x0, extent(y0, y1), extent(x0, x1));
  },
  { raw: [0], outputs: ['int32'] },
);

/** Regions of interest as they were given, and how they become pixels: an exporter writes that anew. */
export interface RegionSource {
  /** `[R, 4]`: y1, x1, y2, x2, or `[R, 5]`: image, x1, y1, x2, y2. */
  readonly rois: NdArray;
  /** `[R]`; null where the rois name their images. */
  readonly images: NdArray | null;
  readonly scale: number;
  readonly out: readonly [number, number];
}

/** Regions of rois `[R, 4]` as `y1, x1, y2, x2`, whose far edges do not belong to them. */
export function regionsFromCorners(rois: NdArray, images: NdArray, scale: number): Regions {
  return fromCorners.call([rois, images, scale], { shape: [rois.shape[0] as number, 5] });
}

/** Regions of rois `[R, 5]` as `image, x1, y1, x2, y2`, whose far edges belong to them. */
export function regionsFromFives(rois: NdArray, scale: number): Regions {
  return fromFives.call([rois, scale], { shape: [rois.shape[0] as number, 5] });
}

/** Checks what all functions of regions with separate image indices take. */
export function checkRois(
  who: string,
  x: NdArray,
  rois: NdArray,
  roiIndices: NdArray,
  outsize: Sizes,
  scale: number,
): readonly [number, number] {
  const given = { x, rois, roiIndices };
  const out = perAxis(who, 'outsize', outsize, 2) as readonly [number, number];
  if (out.some((d) => !Number.isInteger(d) || d < 1))
    throw new TypeError(`[${who}] outsize must be one or two positive integers, got [${out.join(', ')}]`);
  if (!(typeof scale === 'number' && scale > 0))
    throw new TypeError(`[${who}] spatialScale must be a positive number, got ${String(scale)}`);
  expectFloat(who, 'x', x);
  expectNdim(who, 'x', x, 4);
  expectSameDtype(who, 'x', x, 'rois', rois);
  expectNdim(who, 'rois', rois, 2);
  if (rois.shape[1] !== 4)
    invalid(who, `rois must have 4 columns (y1, x1, y2, x2), got ${rois.shape[1]}`, given);
  expectInteger(who, 'roiIndices', roiIndices);
  expectNdim(who, 'roiIndices', roiIndices, 1);
  if (roiIndices.shape[0] !== rois.shape[0])
    invalid(who, `there are ${rois.shape[0]} rois but ${roiIndices.shape[0]} roiIndices`, given);
  return out;
}

/** First pixel of bin `p` of `bins` over a region, and the one behind its last; held inside the image. */
export function binOf(p: Expr, bins: Expr, start: Expr, extent: Expr, size: Expr): [Expr, Expr] {
  const first = p.mul(extent).floordiv(bins);
  const behind = p.add(1).mul(extent).add(bins).sub(1).floordiv(bins);
  return [first.add(start).clip(0, size), behind.add(start).clip(0, size)];
}

/** A kernel for each dtype: integers that meet values in it are cast to the values' type, so that they do not widen them. */
export function byDtype(make: (dtype: DTypeName) => ElementwiseKernel): (x: NdArray) => ElementwiseKernel {
  const made = new Map<DTypeName, ElementwiseKernel>();
  return (x) => {
    let kernel = made.get(x.dtype.name);
    if (kernel === undefined) {
      kernel = make(x.dtype.name);
      made.set(x.dtype.name, kernel);
    }
    return kernel;
  };
}
