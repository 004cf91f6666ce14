import { coord, type DTypeName, type Expr, type NdArray } from '@chainer/xp/functions';
import { expectFloat } from '../../core/type-check.ts';
import type { Sizes } from '../connection/geometry.ts';
import { checkRois } from './roi-regions.ts';

/** Options of the ROI aligning functions. */
export interface RoiAlignOptions {
  /** Samples along each side of a bin: one number, or one per axis; null (and unless given): one for each pixel that the bin is wide. */
  readonly samplingRatio?: number | null | readonly (number | null)[];
}

/** What an aligning function works on. */
export interface AlignGeometry {
  /** `[N, C, H, W]` */
  readonly shape: readonly number[];
  /** `[R, 4]` */
  readonly rois: NdArray;
  /** `[R]` */
  readonly images: NdArray;
  readonly out: readonly [number, number];
  readonly scale: number;
  /** Samples along each side of a bin; 0: as many as it is wide. */
  readonly ratio: readonly [number, number];
}

/** Checks the arguments. */
export function alignGeometry(
  who: string,
  x: NdArray,
  rois: NdArray,
  images: NdArray,
  outsize: Sizes,
  scale: number,
  options: RoiAlignOptions,
): AlignGeometry {
  expectFloat(who, 'x', x);
  const out = checkRois(who, x, rois, images, outsize, scale);
  const given = options.samplingRatio ?? null;
  const ratio = Array.isArray(given) ? (given as readonly (number | null)[]) : [given, given];
  if (
    ratio.length !== 2 ||
    ratio.some((s) => s !== null && (typeof s !== 'number' || !Number.isInteger(s) || s < 1))
  )
    throw new TypeError(
      `[${who}] samplingRatio must be a positive integer, a pair of them, or null, got ${JSON.stringify(given)}`,
    );
  return {
    shape: x.shape,
    rois,
    images,
    out,
    scale,
    ratio: ratio.map((s) => (s as number | null) ?? 0) as [number, number],
  };
}

/** One axis of a region as seen inside a kernel. */
export class Side {
  readonly grid: Expr;
  private readonly start: Expr;
  private readonly bin: Expr;
  private readonly size: Expr;
  private readonly dtype: DTypeName;

  /**
   * @param from coordinates of the near and the far corner
   * @param bins number of bins, and `ratio` of samples in each
   * @param size pixels of the image
   */
  constructor(dtype: DTypeName, from: Expr, to: Expr, bins: Expr, ratio: Expr, size: Expr) {
    const extent = to.sub(from).max(1);
    this.dtype = dtype;
    this.start = from;
    this.size = size;
    this.bin = extent.div(bins.cast(dtype));
    this.grid = ratio.gt(0).where(ratio, this.bin.ceil().cast('int32'));
  }

  /** Where sample `i` of bin `p` lies. */
  sample(p: Expr, i: Expr): Sample {
    const way = i.cast(this.dtype).add(0.5).mul(this.bin).div(this.grid.cast(this.dtype));
    return new Sample(this.dtype, this.start.add(p.cast(this.dtype).mul(this.bin)).add(way), this.size);
  }
}

/** A place between two pixels of an axis. */
export class Sample {
  /** Whether it lies in the image, or less than a pixel outside. */
  readonly valid: Expr;
  readonly low: Expr;
  readonly high: Expr;
  /** Share of `high`. */
  readonly share: Expr;
  private readonly place: Expr;
  private readonly dtype: DTypeName;

  constructor(dtype: DTypeName, at: Expr, size: Expr) {
    const limit = size.cast(dtype);
    this.dtype = dtype;
    this.valid = at.ge(-1).and(at.le(limit));
    this.place = at.clip(0, limit.sub(1));
    this.low = this.place.floor().cast('int32').clip(0, size.sub(1));
    this.high = this.low.add(1).min(size.sub(1));
    this.share = this.place.sub(this.low.cast(dtype));
  }

  /** With which weight it reads a pixel. */
  weight(pixel: Expr): Expr {
    return this.valid.where(this.place.sub(pixel.cast(this.dtype)).abs().neg().add(1).max(0), 0);
  }
}

/** Both axes of region r inside a kernel whose operands end with these. */
export function sidesOf(
  dtype: DTypeName,
  r: Expr,
  [rois, scale, height, width, outH, outW, ratioH, ratioW]: readonly Expr[],
): [Side, Side] {
  const corner = (k: number) => (rois as Expr).at(r, k).mul(scale as Expr);
  return [
    new Side(dtype, corner(0), corner(2), outH as Expr, ratioH as Expr, height as Expr),
    new Side(dtype, corner(1), corner(3), outW as Expr, ratioW as Expr, width as Expr),
  ];
}

/** Operands that `sidesOf` reads. */
export function sideOperands(g: AlignGeometry): (NdArray | number)[] {
  return [g.rois, g.scale, g.shape[2] as number, g.shape[3] as number, ...g.out, ...g.ratio];
}

/** Types of scalar operands: of a kernel that takes `arrays` arrays, then what `sidesOf` reads, then `more` integers. */
export function sideScalars(arrays: number, more = 0): (null | 'int32')[] {
  return [...new Array<null>(arrays + 2).fill(null), ...new Array<'int32'>(6 + more).fill('int32')];
}

/** The value between four pixels. */
export function interpolate(x: Expr, image: Expr, channel: Expr, y: Sample, z: Sample): Expr {
  const row = (h: Expr): Expr => {
    const a = x.at(image, channel, h, z.low);
    return a.add(x.at(image, channel, h, z.high).sub(a).mul(z.share));
  };
  const top = row(y.low);
  return top.add(row(y.high).sub(top).mul(y.share));
}

export const [regionAxis, channelAxis, rowAxis, columnAxis] = [coord(0), coord(1), coord(2), coord(3)];
