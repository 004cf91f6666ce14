import { coord, ElementwiseKernel, type Expr, fold, type NdArray } from '@chainer/xp/functions';
import type { LinearOperator } from '../../core/linear-map.ts';
import { binOf, type RegionSource, type Regions } from './roi-regions.ts';
import { addAt } from './roi-spread.ts';

const ints = (n: number) => new Array<'int32'>(n).fill('int32');

/** Place (`row · W + column`) of the greatest pixel of each bin, -1 where a bin is empty. */
const search = /*#__PURE__*/ new ElementwiseKernel(
  'roiMaxPooling',
  6,
  (x, regions, height, width, outH, outW) => {
    const [r, c] = [coord(0), coord(1)];
    const [top, bottom] = binOf(coord(2), outH, regions.at(r, 1), regions.at(r, 3), height);
    const [left, right] = binOf(coord(3), outW, regions.at(r, 2), regions.at(r, 4), width);
    const image = regions.at(r, 0);
    const [, found] = fold(bottom.sub(top).max(0), [x.at(image, c, 0, 0), -1], (outer, i) =>
      fold(right.sub(left).max(0), outer, ([best, place], j) => {
        const [greatest, at] = [best as Expr, place as Expr];
        const [h, w] = [top.add(i), left.add(j)];
        const v = x.at(image, c, h, w);
        const better = at.lt(0).or(v.gt(greatest)).or(v.isnan().and(greatest.isnan().not()));
        return [better.where(v, greatest), better.where(h.mul(width).add(w), at)];
      }),
    );
    return found as Expr;
  },
  { raw: [0, 1], outputs: ['int32'], scalars: [null, null, ...ints(4)] },
);

/** The pixels that were found; another value where none was. */
const pick = /*#__PURE__*/ new ElementwiseKernel(
  'roiMaxPooling',
  5,
  (places, regions, x, width, empty) => {
    const place = places.at(coord(0), coord(1), coord(2), coord(3));
    const at = place.max(0);
    const v = x.at(regions.at(coord(0), 0), coord(1), at.floordiv(width), at.mod(width));
    return place.lt(0).where(empty, v);
  },
  { raw: [0, 1, 2], scalars: [null, null, null, 'int32', null] },
);

/** Where in the flat image each bin's gradient goes, and what: nothing, where the bin is empty. */
const send = /*#__PURE__*/ new ElementwiseKernel(
  'roiMaxPooling',
  6,
  (places, regions, gy, channels, height, width) => {
    const plane = regions.at(coord(0), 0).mul(channels).add(coord(1));
    return [plane.mul(height).mul(width).add(places.max(0)), places.lt(0).where(gy.mul(0), gy)];
  },
  { raw: [1], outputs: ['int32', null], scalars: [null, null, null, ...ints(3)] },
);

/** Reads the greatest pixel of each bin of each region; which one that is was found once, so that reading is linear. */
export class RoiMax implements LinearOperator {
  readonly label: string;
  private readonly regions: Regions;
  private readonly shape: readonly number[];
  readonly source: RegionSource;
  private readonly places: NdArray;

  constructor(label: string, x: NdArray, regions: Regions, source: RegionSource) {
    this.label = label;
    this.source = source;
    this.regions = regions;
    this.shape = x.shape;
    const [, c, h, w] = x.shape as [number, number, number, number];
    this.places = search.call([x, regions, h, w, ...source.out], {
      shape: [regions.shape[0] as number, c, ...source.out],
    });
  }

  apply(x: NdArray): NdArray {
    return this.read(x, 0);
  }

  /** The same with another value for empty bins. */
  read(x: NdArray, empty: number): NdArray {
    return pick.call([this.places, this.regions, x, this.shape[3] as number, empty], {
      shape: this.places.shape,
    });
  }

  transposed(gy: NdArray): NdArray {
    const [, c, h, w] = this.shape as [number, number, number, number];
    const [at, values] = send.callAll([this.places, this.regions, gy, c, h, w]) as [NdArray, NdArray];
    return addAt(this.shape, at, values);
  }
}
