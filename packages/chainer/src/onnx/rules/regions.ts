import type { DTypeName, NdArray } from '@chainer/xp/functions';
import type { LinearMap } from '../../core/linear-map.ts';
import type { AlignGeometry } from '../../functions/pooling/roi-align.ts';
import type { RoiAverageAlign } from '../../functions/pooling/roi-average-align2d.ts';
import type { RoiAverage } from '../../functions/pooling/roi-average-pooling2d.ts';
import type { RoiMax } from '../../functions/pooling/roi-max.ts';
import type { RoiMaxAlign } from '../../functions/pooling/roi-max-align2d.ts';
import type { RegionSource } from '../../functions/pooling/roi-regions.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import type { Rule, Rules } from './rule.ts';

/**
 * Regions of interest. Which pixels a bin takes, or with which weight, is computed from the regions along each axis by itself,
 * `[R, bins, pixels]`; maxima are taken over rows, then over columns, and means are products with these matrices.
 */

/** Operations on the edges of regions. */
class Edges {
  private readonly g: GraphBuilder;
  private readonly rois: string;
  private readonly type: DTypeName;
  private readonly count: number;

  constructor(g: GraphBuilder, rois: NdArray) {
    this.g = g;
    this.rois = g.valueOf(rois);
    this.type = rois.dtype.name;
    this.count = rois.shape[0] as number;
  }

  /** Column k, `[R, 1, 1]`. */
  column(k: number): string {
    const { g } = this;
    return g.reshape(g.op('Gather', [this.rois, g.integers([k])], { axis: 1 }), [this.count, 1, 1]);
  }

  number(value: number): string {
    return this.g.scalar(value, this.type);
  }

  list(values: readonly number[], shape: readonly number[]): string {
    return this.g.numbers(values, this.type, shape);
  }

  op(type: string, ...inputs: string[]): string {
    return this.g.op(type, inputs);
  }

  held(x: string, low: number, high: number): string {
    return this.op('Min', this.op('Max', x, this.number(low)), this.number(high));
  }
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** The images of the regions, `[R, C, H, W]`. */
function imagesOf(
  g: GraphBuilder,
  x: string,
  { rois, images }: Pick<RegionSource, 'rois' | 'images'>,
): string {
  const indices =
    images === null
      ? g.reshape(g.op('Gather', [g.valueOf(rois), g.integers([0])], { axis: 1 }), [-1])
      : g.valueOf(images);
  return g.op('Gather', [x, g.cast(indices, 'int64')], { axis: 0 });
}

/** Whether a bin takes a pixel, by its edges along one axis: `[R, bins, pixels]`. */
function binsOf(e: Edges, { images, scale }: RegionSource, axis: 0 | 1, bins: number, size: number): string {
  const pixel = (k: number) => e.op('Round', e.op('Mul', e.column(k), e.number(scale)));
  const [from, to] = images === null ? [pixel(2 - axis), pixel(4 - axis)] : [pixel(axis), pixel(axis + 2)];
  const extent = e.op('Sub', to, from);
  const pixels = e.op('Max', images === null ? e.op('Add', extent, e.number(1)) : extent, e.number(1));
  const part = (shift: number) =>
    e.op(
      'Div',
      e.op(
        'Mul',
        e.list(
          upTo(bins).map((p) => p + shift),
          [1, bins, 1],
        ),
        pixels,
      ),
      e.number(bins),
    );
  const first = e.held(e.op('Add', e.op('Floor', part(0)), from), 0, size);
  const behind = e.held(e.op('Add', e.op('Ceil', part(1)), from), 0, size);
  const at = e.list(upTo(size), [1, 1, size]);
  return e.op('And', e.op('GreaterOrEqual', at, first), e.op('Less', at, behind));
}

const roiMax: Rule<LinearMap> = (g, [x], { node, inputs: [a], outputs: [y] }) => {
  const { source } = node.operator as RoiMax;
  const [r, c, p, q] = (y as NdArray).shape as [number, number, number, number];
  const [h, w] = (a as NdArray).shape.slice(2) as [number, number];
  const e = new Edges(g, source.rois);
  // A bin that takes no pixel has what the function gave it: -∞, or 0.
  const least = g.scalar(Number.NEGATIVE_INFINITY, (a as NdArray).dtype.name);
  const rows = g.reshape(binsOf(e, source, 0, p, h), [r, 1, p, h, 1]);
  const columns = g.reshape(binsOf(e, source, 1, q, w), [r, 1, 1, q, w]);
  const image = g.reshape(imagesOf(g, x as string, source), [r, c, 1, h, w]);
  const byRows = g.op('ReduceMax', [g.op('Where', [rows, image, least])], { axes: [3], keepdims: 0 });
  const wide = g.reshape(byRows, [r, c, p, 1, w]);
  const greatest = g.op('ReduceMax', [g.op('Where', [columns, wide, least])], { axes: [4], keepdims: 0 });
  if (node.label !== 'ROIPooling2D') return greatest;
  const none = g.op('Equal', [greatest, least]);
  return g.op('Where', [none, g.scalar(0, (a as NdArray).dtype.name), greatest]);
};

/** `rows x columnsᵀ` for each region and channel. */
function sampled(g: GraphBuilder, image: string, rows: string, columns: string): string {
  const along = (matrix: string) => g.op('Unsqueeze', [matrix, g.integers([1])]);
  const turned = g.op('Transpose', [columns], { perm: [0, 2, 1] });
  return g.op('MatMul', [along(rows), g.op('MatMul', [image, along(turned)])]);
}

const roiAverage: Rule<LinearMap> = (g, [x], { node, inputs: [a], outputs: [y] }) => {
  const { source } = node.operator as RoiAverage;
  const [p, q] = (y as NdArray).shape.slice(2) as [number, number];
  const [h, w] = (a as NdArray).shape.slice(2) as [number, number];
  const e = new Edges(g, source.rois);
  const type = (a as NdArray).dtype.name;
  const means = (taken: string) => {
    const weight = g.cast(taken, type);
    const count = g.op('ReduceSum', [weight, g.integers([2])], { keepdims: 1 });
    return e.op('Div', weight, e.op('Max', count, e.number(1)));
  };
  const rows = means(binsOf(e, source, 0, p, h));
  const columns = means(binsOf(e, source, 1, q, w));
  return sampled(g, imagesOf(g, x as string, source), rows, columns);
};

/** With which weight a sample reads a pixel `[R, bins · ratio, pixels]`, and whether it lies in the image `[R, bins · ratio, 1]`. */
function samplesOf(e: Edges, scale: number, axis: 0 | 1, bins: number, ratio: number, size: number) {
  const corner = (k: number) => e.op('Mul', e.column(k), e.number(scale));
  const [from, to] = [corner(axis), corner(axis + 2)];
  const bin = e.op('Div', e.op('Max', e.op('Sub', to, from), e.number(1)), e.number(bins));
  const k = upTo(bins * ratio);
  const starts = e.list(
    k.map((i) => Math.floor(i / ratio)),
    [1, k.length, 1],
  );
  const way = e.list(
    k.map((i) => (i % ratio) + 0.5),
    [1, k.length, 1],
  );
  const into = e.op('Div', e.op('Mul', way, bin), e.number(ratio));
  const at = e.op('Add', e.op('Add', from, e.op('Mul', starts, bin)), into);
  const valid = e.op(
    'And',
    e.op('GreaterOrEqual', at, e.number(-1)),
    e.op('LessOrEqual', at, e.number(size)),
  );
  const away = e.op('Abs', e.op('Sub', e.held(at, 0, size - 1), e.list(upTo(size), [1, 1, size])));
  const near = e.op('Max', e.op('Sub', e.number(1), away), e.number(0));
  return { weights: e.op('Where', valid, near, e.number(0)), valid };
}

/** All samples, `[R, C, bins, ratio, bins, ratio]`, and which of them lie in the image. */
function grid(g: GraphBuilder, x: string, { rois, images, scale, out, ratio, shape }: AlignGeometry) {
  const e = new Edges(g, rois);
  const [p, q] = out;
  const [i, j] = ratio;
  const [r, c, h, w] = [rois.shape[0], ...shape.slice(1)] as [number, number, number, number];
  const rows = samplesOf(e, scale, 0, p, i, h);
  const columns = samplesOf(e, scale, 1, q, j, w);
  const all = sampled(g, imagesOf(g, x, { rois, images }), rows.weights, columns.weights);
  const valid = e.op(
    'And',
    g.reshape(rows.valid, [r, 1, p, i, 1, 1]),
    g.reshape(columns.valid, [r, 1, 1, 1, q, j]),
  );
  return { samples: g.reshape(all, [r, c, p, i, q, j]), valid };
}

/** As many samples as a bin is wide: what ONNX's own operation does. */
function adaptive(g: GraphBuilder, x: string, { rois, images, scale, out }: AlignGeometry): string {
  const corners = g.op('Gather', [g.valueOf(rois), g.integers([1, 0, 3, 2])], { axis: 1 });
  return g.op('RoiAlign', [x, corners, g.cast(g.valueOf(images), 'int64')], {
    output_height: out[0],
    output_width: out[1],
    spatial_scale: { float: scale },
    sampling_ratio: 0,
    coordinate_transformation_mode: g.opset >= 16 ? 'output_half_pixel' : undefined,
  });
}

const byHand = (node: LinearMap): never => {
  throw new Error(
    `[onnx.export] the function '${node.label}' takes a number of samples that depends on the regions, which has no equivalent in ONNX; give {samplingRatio}`,
  );
};

const averageAlign: Rule<LinearMap> = (g, [x], { node }) => {
  const { geometry } = node.operator as RoiAverageAlign;
  if (geometry.ratio.every((s) => s === 0)) return adaptive(g, x as string, geometry);
  if (geometry.ratio.includes(0)) return byHand(node);
  return g.op('ReduceMean', [grid(g, x as string, geometry).samples], { axes: [3, 5], keepdims: 0 });
};

const maxAlign: Rule<LinearMap> = (g, [x], { node, inputs: [a] }) => {
  const { geometry } = node.operator as RoiMaxAlign;
  if (geometry.ratio.includes(0)) return byHand(node);
  const { samples, valid } = grid(g, x as string, geometry);
  const least = g.scalar(Number.NEGATIVE_INFINITY, (a as NdArray).dtype.name);
  return g.op('ReduceMax', [g.op('Where', [valid, samples, least])], { axes: [3, 5], keepdims: 0 });
};

export const regionRules: Rules = {
  ROIMaxPooling2D: roiMax,
  ROIPooling2D: roiMax,
  ROIAveragePooling2D: roiAverage,
  ROIAverageAlign2D: averageAlign,
  ROIMaxAlign2D: maxAlign,
};
