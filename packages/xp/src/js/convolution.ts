import type { ConvGeometry } from '../core/device.ts';
import { sizeOf } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';
import { denseFor, denseOf } from './floats.ts';
import { gemm, type Matrix } from './gemm.ts';
import { columnsToImage, imageToColumns } from './im2col.ts';
import { placesOf } from './windows.ts';

/** Sizes of a convolution, per group, and the windows of one image. */
interface Plan {
  readonly batch: number;
  readonly groups: number;
  /** Channels of x and of y in one group. */
  readonly inner: number;
  readonly outer: number;
  /** Elements of one image of x and of y. */
  readonly image: number;
  readonly windows: number;
  /** Rows of the columns: inner channels times places of a window. */
  readonly rows: number;
  /** Window table, place by place; null where windows are single places and columns are the image itself. */
  readonly at: Int32Array | null;
}

function planOf(x: readonly number[], W: readonly number[], y: readonly number[], g: ConvGeometry): Plan {
  const spatial = x.slice(2);
  const out = y.slice(2);
  const ksize = W.slice(2);
  const places = sizeOf(ksize);
  const plain = places === 1 && g.stride.every((s) => s === 1) && g.pad.every((p) => p === 0);
  const inner = W[1]!;
  return {
    batch: x[0]!,
    groups: g.groups,
    inner,
    outer: W[0]! / g.groups,
    image: sizeOf(spatial),
    windows: sizeOf(out),
    rows: inner * places,
    at: plain ? null : placesOf(spatial, out, { ksize, ...g }).at,
  };
}

/** Cross-correlation, a matrix product per image and group: `y = W @ columns(x) (+ b)`. */
export function convolution(x: NdArray, W: NdArray, b: NdArray | null, y: NdArray, g: ConvGeometry): void {
  if (y.size === 0) return;
  const plan = planOf(x.shape, W.shape, y.shape, g);
  const { batch, groups, inner, outer, image, windows, rows, at } = plan;
  const dx = denseOf(x);
  const dW = denseOf(W);
  const db = b && denseOf(b);
  const out = denseFor(y);
  const col = new Float64Array(at ? rows * windows : 0);
  for (let n = 0; n < batch; n++) {
    for (let group = 0; group < groups; group++) {
      const from = (n * groups + group) * inner * image;
      const weights: Matrix = { data: dW, offset: group * outer * rows, row: rows, col: 1 };
      let columns: Matrix = { data: dx, offset: from, row: windows, col: 1 };
      if (at) {
        for (let c = 0; c < inner; c++) imageToColumns(dx, from + c * image, at, col, c * at.length);
        columns = { data: col, offset: 0, row: windows, col: 1 };
      }
      const to = (n * groups + group) * outer * windows;
      if (db)
        for (let o = 0; o < outer; o++)
          out.data.fill(db[group * outer + o]!, to + o * windows, to + (o + 1) * windows);
      gemm(
        outer,
        windows,
        rows,
        weights,
        columns,
        { data: out.data, offset: to, row: windows, col: 1 },
        db !== null,
      );
    }
  }
  out.store();
}

/** Its gradient towards x, which is also a deconvolution: `gx = image(W^T @ gy) (+ b)`. */
export function convolutionData(
  gy: NdArray,
  W: NdArray,
  b: NdArray | null,
  gx: NdArray,
  g: ConvGeometry,
): void {
  if (gx.size === 0) return;
  const plan = planOf(gx.shape, W.shape, gy.shape, g);
  const { batch, groups, inner, outer, image, windows, rows, at } = plan;
  const dgy = denseOf(gy);
  const dW = denseOf(W);
  const db = b && denseOf(b);
  const out = denseFor(gx);
  const col = new Float64Array(rows * windows);
  const sums = new Float64Array(inner * image);
  for (let n = 0; n < batch; n++) {
    for (let group = 0; group < groups; group++) {
      const from = (n * groups + group) * outer * windows;
      const turned: Matrix = { data: dW, offset: group * outer * rows, row: 1, col: rows };
      const grads: Matrix = { data: dgy, offset: from, row: windows, col: 1 };
      for (let c = 0; c < inner; c++) sums.fill(db ? db[group * inner + c]! : 0, c * image, (c + 1) * image);
      const target = { data: at ? col : sums, offset: 0, row: windows, col: 1 };
      gemm(rows, windows, outer, turned, grads, target, !at);
      if (at) for (let c = 0; c < inner; c++) columnsToImage(col, c * at.length, at, sums, c * image);
      out.data.set(sums, (n * groups + group) * inner * image);
    }
  }
  out.store();
}

/** Its gradient towards W: `gW = sum over images of gy @ columns(x)^T`, and `gb`, the sum of gy over all but channels. */
export function convolutionWeight(
  x: NdArray,
  gy: NdArray,
  gW: NdArray,
  gb: NdArray | null,
  g: ConvGeometry,
): void {
  if (gb) sumOfChannels(gy, gb);
  if (gW.size === 0) return;
  const plan = planOf(x.shape, gW.shape, gy.shape, g);
  const { batch, groups, inner, outer, image, windows, rows, at } = plan;
  const dx = denseOf(x);
  const dgy = denseOf(gy);
  const out = denseFor(gW);
  const col = new Float64Array(at ? rows * windows : 0);
  const sums = new Float64Array(outer * rows);
  for (let group = 0; group < groups; group++) {
    sums.fill(0);
    for (let n = 0; n < batch; n++) {
      const from = (n * groups + group) * inner * image;
      let columns: Matrix = { data: dx, offset: from, row: 1, col: windows };
      if (at) {
        for (let c = 0; c < inner; c++) imageToColumns(dx, from + c * image, at, col, c * at.length);
        columns = { data: col, offset: 0, row: 1, col: windows };
      }
      const grads: Matrix = {
        data: dgy,
        offset: (n * groups + group) * outer * windows,
        row: windows,
        col: 1,
      };
      gemm(outer, rows, windows, grads, columns, { data: sums, offset: 0, row: rows, col: 1 }, true);
    }
    out.data.set(sums, group * outer * rows);
  }
  out.store();
}

function sumOfChannels(gy: NdArray, gb: NdArray): void {
  const dgy = denseOf(gy);
  const out = denseFor(gb);
  const [batch, channels] = gy.shape as [number, number];
  const image = sizeOf(gy.shape.slice(2));
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    for (let n = 0; n < batch; n++) {
      const from = (n * channels + c) * image;
      for (let i = 0; i < image; i++) sum += dgy[from + i]!;
    }
    out.data[c] = sum;
  }
  out.store();
}
