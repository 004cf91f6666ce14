import { arange, astype, eye, type Index, NdArray, reshape, zeros } from '@chainer/xp/functions';
import { at } from '@chainer/xp/internal';
import type { LinearMap } from '../../core/linear-map.ts';
import type { ScatterAdd } from '../../functions/array/scatter-add.ts';
import type { CooMatMul } from '../../functions/math/sparse-matmul.ts';
import type { MaxPoolingGrad } from '../../functions/pooling/max-pooling-nd.ts';
import type { UnpoolAxis } from '../../functions/pooling/unpooling-nd.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import type { Rule, Rules } from './rule.ts';

/** Functions that read or write at computed places. */

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, d) => a * d, 1);

/** Numbers of the elements of an array of this shape, from `start` on. */
const numbersOf = (shape: readonly number[], start = 0): NdArray =>
  reshape(arange(start, start + sizeOf(shape), { dtype: 'int32', device: 'js' }), [...shape]);

const isRange = (i: Index): boolean =>
  typeof i === 'string' || i === null || (i as object).constructor?.name === 'Slice';

/**
 * The places in the flat array that an index reads, of which some arrays are values of the graph: what is constant of them,
 * plus each of these arrays times the step of its axis.
 *
 * @throws {Error} for lists of truth values beside them.
 */
export function placesOf(g: GraphBuilder, index: readonly Index[], x: NdArray): string {
  const ellipsis = index.indexOf('...');
  const taken = index.filter((i) => i !== null && i !== '...').length;
  const rest = new Array<string>(x.ndim - taken).fill(':');
  const items =
    ellipsis < 0 ? [...index, ...rest] : [...index.slice(0, ellipsis), ...rest, ...index.slice(ellipsis + 1)];
  const varying = items.map((i) => (i instanceof NdArray && g.varies(i) ? i : null));
  for (const i of items)
    if (Array.isArray(i) || typeof i === 'boolean' || (i instanceof NdArray && i.dtype.kind === 'b'))
      throw new Error('[onnx.export] an index mixes arrays that are computed with lists or truth values');
  const still = items.map((i, k) => {
    if (varying[k]) return zeros([...(i as NdArray).shape], { dtype: 'int32', device: 'js' });
    return i instanceof NdArray ? i.to('js') : (i as Index);
  });
  const read = at(numbersOf(x.shape), still);
  // The axes of arrays stand where the first array stood, or in front if ranges separate them.
  const advanced = items.flatMap((i, k) => (isRange(i as Index) ? [] : [k]));
  const [first, last] = [advanced[0] as number, advanced.at(-1) as number];
  const adjacent = advanced.length === last - first + 1;
  const before = adjacent ? first : 0;
  const ndim = Math.max(...items.map((i) => (i instanceof NdArray ? i.ndim : 0)));
  const after = read.ndim - before - ndim;
  let places = g.places(read);
  let axis = 0;
  for (const [k, item] of items.entries()) {
    if (item === null) continue;
    const own = varying[k];
    if (own) {
      const d = x.shape[axis] as number;
      const value = g.cast(g.valueOf(own), 'int64');
      const negative = g.op('Less', [value, g.scalar(0, 'int64')]);
      const counted = g.op('Where', [negative, g.op('Add', [value, g.scalar(d, 'int64')]), value]);
      const steps = g.op('Mul', [counted, g.scalar(sizeOf(x.shape.slice(axis + 1)), 'int64')]);
      const shape = [...own.shape, ...new Array<number>(after).fill(1)];
      places = g.op('Add', [places, g.reshape(steps, shape)]);
    }
    axis++;
  }
  return places;
}

/** Adds values to the flat array at places, as often as these occur. */
function addAt(g: GraphBuilder, x: string, places: string, values: string, shape: readonly number[]): string {
  g.require(16, 'ScatterElements with a sum');
  const flat = [g.reshape(x, [-1]), g.reshape(places, [-1]), g.reshape(values, [-1])];
  return g.reshape(g.op('ScatterElements', flat, { axis: 0, reduction: 'add' }), shape);
}

const scatterAdd: Rule<ScatterAdd> = (g, [x, y], { node, inputs: [a, b] }) => {
  const { shape } = a as NdArray;
  const varies = node.index.some((i) => i instanceof NdArray && g.varies(i));
  const still = () =>
    g.places(
      at(
        numbersOf(shape),
        node.index.map((i) => (i instanceof NdArray ? i.to('js') : i)),
      ),
    );
  const places = varies ? placesOf(g, node.index, a as NdArray) : still();
  const values = g.op('Expand', [y as string, g.integers((b as NdArray).shape)]);
  return addAt(g, x as string, places, values, shape);
};

/** Functions whose results are elements of their argument, or 0: their result for the elements' numbers tells which. */
export const picked: Rule<never> = (g, [x], { node, inputs: [a] }) => {
  const { shape, size, dtype } = a as NdArray;
  const from = astype(numbersOf(shape, 1), 'float64');
  const [y] = (node as { forward(xs: readonly NdArray[]): readonly NdArray[] }).forward([from]) as [NdArray];
  const nothing = g.numbers([0], dtype.name);
  const padded = g.op('Concat', [g.reshape(x as string, [-1]), nothing], { axis: 0 });
  const places = (y.flatScalars() as number[]).map((k) => (k === 0 ? size : k - 1));
  return g.op('Gather', [padded, g.integers(places, y.shape)], { axis: 0 });
};

/** Values go to where the maxima were: window and place in it say where that is. */
const maxPoolingGrad: Rule<MaxPoolingGrad> = (g, [gy], { node, inputs: [a], outputs: [y] }) => {
  const { ksize, stride, pad } = node.windows;
  const [from, to] = [a as NdArray, y as NdArray];
  const spatial = to.shape.slice(2);
  const planes = sizeOf(to.shape.slice(0, 2));
  const windows = from.shape.slice(2);
  const index = g.reshape(g.cast(g.valueOf(node.indices), 'int64'), [planes, ...windows]);
  const plane = Array.from({ length: planes }, (_, i) => i * sizeOf(spatial));
  let places = g.integers(plane, [planes, ...spatial.map(() => 1)]);
  for (const [i, d] of spatial.entries()) {
    // Along axis i: start of the window, and the digit of the place in it.
    const lesser = sizeOf(ksize.slice(i + 1));
    const digit = g.op('Mod', [
      g.op('Div', [index, g.scalar(lesser, 'int64')]),
      g.scalar(ksize[i] as number, 'int64'),
    ]);
    const starts = Array.from(
      { length: windows[i] as number },
      (_, w) => w * (stride[i] as number) - (pad[i] as number),
    );
    const shape = [1, ...spatial.map((_, k) => (k === i ? starts.length : 1))];
    const along = g.op('Add', [digit, g.integers(starts, shape)]);
    const step = sizeOf(spatial.slice(i + 1));
    places = g.op('Add', [places, g.op('Mul', [along, g.scalar(step, 'int64')])]);
    if (d === 0) return g.op('Expand', [g.scalar(0, to.dtype.name), g.integers(to.shape)]);
  }
  const nothing = g.op('Expand', [g.scalar(0, to.dtype.name), g.integers([to.size])]);
  return addAt(g, nothing, places, gy as string, to.shape);
};

/** A linear map along one axis, as a matrix. */
const alongAxis: Rule<LinearMap> = (g, [x], { node, inputs: [a], outputs: [y] }) => {
  const { axis } = node.operator as UnpoolAxis;
  const [from, to] = [(a as NdArray).shape, (y as NdArray).shape];
  const [d, size] = [from[axis] as number, to[axis] as number];
  const shape = from.map((_, i) => (i === axis ? d : i === 0 ? d : 1));
  const unit = reshape(eye(d, { dtype: 'float64', device: 'js' }), shape);
  // Row i of what it makes of the unit vectors is column i of the matrix.
  const rows = (
    node.adjoint ? node.operator.transposed(unit) : node.operator.apply(unit)
  ).flatScalars() as number[];
  const matrix = Array.from(
    { length: size * d },
    (_, k) => rows[(k % d) * size + Math.floor(k / d)] as number,
  );
  const flat = g.reshape(x as string, [sizeOf(from.slice(0, axis)), d, sizeOf(from.slice(axis + 1))]);
  return g.reshape(g.op('MatMul', [g.numbers(matrix, (a as NdArray).dtype.name, [size, d]), flat]), to);
};

/** Rows of B times the entries, summed by a matrix of which rows they go to. */
const cooMatMul: Rule<CooMatMul> = (g, [data, B], { node, inputs, outputs: [c] }) => {
  const [entries, dense] = inputs as [NdArray, NdArray];
  const [m, count] = [(c as NdArray).shape[0] as number, entries.size];
  const [row, col] = [node.at.row, node.at.col].map((x) => g.cast(g.valueOf(x), 'int64')) as [string, string];
  const rows = g.op('Gather', [B as string, g.op('Max', [g.reshape(col, [-1]), g.scalar(0, 'int64')])], {
    axis: 0,
  });
  const terms = g.op('Mul', [g.reshape(g.cast(data as string, dense.dtype.name), [count, 1]), rows]);
  const own = g.integers(numbersOf([m]).flatScalars() as number[], [m, 1]);
  const goes = g.cast(g.op('Equal', [own, g.reshape(row, [1, count])]), dense.dtype.name);
  return g.op('MatMul', [goes, terms]);
};

export const placeRules: Rules = {
  ScatterAdd: scatterAdd,
  Diagonal: picked,
  Im2Col: picked,
  Shift: picked,
  MaxPoolingGrad: maxPoolingGrad,
  UnpoolingND: alongAxis,
  CooMatMul: cooMatMul,
};
