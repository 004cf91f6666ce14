import {
  add,
  argsort,
  astype,
  type DTypeName,
  dtype,
  greater,
  negative,
  s,
  takeAlongAxis,
  where,
} from '@chainer/xp/functions';
import { sliced } from '@chainer/xp/internal';
import type { VariableLike } from '../../core/variable.ts';
import { asArray } from '../../core/variable.ts';
import * as F from '../../functions/index.ts';
import { elementTypes } from '../fields.ts';
import { at, numbers, type Operator, placesBeside } from './operator.ts';

/** Operations that move elements: shapes, parts, places. */

const reshape: Operator = (xs, a) => {
  const x = at(xs, 0);
  const keep = a.integer('allowzero', 0) === 0;
  const shape = (numbers(xs[1]) as number[]).map((d, i) => (d === 0 && keep ? (x.shape[i] as number) : d));
  return F.reshape(x, shape);
};

const slice: Operator = (xs) => {
  const x = at(xs, 0);
  const [starts, ends] = [numbers(xs[1]), numbers(xs[2])] as [number[], number[]];
  const axes = numbers(xs[3]) ?? starts.map((_, i) => i);
  const steps = numbers(xs[4]) ?? starts.map(() => 1);
  const index = x.shape.map(() => s(null, null));
  for (const [k, axis] of axes.entries()) {
    const d = x.shape[axis < 0 ? axis + x.shape.length : axis] as number;
    const [start, end, step] = [starts[k], ends[k], steps[k]] as [number, number, number];
    // Ends far beyond the array mean all of it.
    const stop = (step > 0 && end > d) || (step < 0 && end < -d) ? null : end;
    index[axis < 0 ? axis + x.shape.length : axis] = s(Math.abs(start) > d ? null : start, stop, step);
  }
  return F.getItem(x, index);
};

const gather: Operator = (xs, a) => {
  const x = at(xs, 0);
  const places = placesBeside(x, at(xs, 1));
  const axis = a.integer('axis', 0);
  const before = axis < 0 ? axis + x.shape.length : axis;
  return F.getItem(x, [...new Array<ReturnType<typeof s>>(before).fill(s(null, null)), places]);
};

const pad: Operator = (xs, a) => {
  if (a.text('mode', 'constant') !== 'constant') a.fail('only constant padding is supported');
  const x = at(xs, 0);
  const widths = numbers(xs[1]) as number[];
  const value = numbers(xs[2])?.[0] ?? 0;
  const pairs = x.shape.map((_, i): [number, number] => [
    widths[i] as number,
    widths[i + x.shape.length] as number,
  ]);
  return F.pad(x, pairs, 'constant', { constantValues: value });
};

const split: Operator = (xs, a) => {
  const sizes = numbers(xs[1]) ?? a.integers('split');
  const axis = a.integer('axis', 0);
  if (sizes === null) return F.splitAxis(at(xs, 0), a.node.output?.length ?? 1, axis);
  let end = 0;
  const ends = sizes.map((size) => {
    end += size;
    return end;
  });
  return F.splitAxis(at(xs, 0), ends.slice(0, -1), axis);
};

const unsqueeze: Operator = (xs, a) => {
  const axes = numbers(xs[1]) ?? a.integers('axes') ?? [];
  const ndim = at(xs, 0).shape.length + axes.length;
  const sorted = axes.map((axis) => (axis < 0 ? axis + ndim : axis)).sort((p, q) => p - q);
  return sorted.reduce<VariableLike>((x, axis) => F.expandDims(x, axis), at(xs, 0));
};

const squeeze: Operator = (xs, a) => {
  const axes = numbers(xs[1]) ?? a.integers('axes');
  return F.squeeze(at(xs, 0), axes === null ? {} : { axis: axes });
};

const cast: Operator = (xs, a) => {
  const to = a.integer('to', 1);
  const found = Object.entries(elementTypes).find(([, type]) => type === to);
  return F.cast(at(xs, 0), dtype((found?.[0] ?? a.fail(`there is no element type ${to}`)) as DTypeName));
};

const flatten: Operator = (xs, a) => {
  const { shape } = at(xs, 0);
  const axis = a.integer('axis', 1);
  const rows = shape.slice(0, axis).reduce((p, d) => p * d, 1);
  return F.reshape(at(xs, 0), [rows, -1]);
};

const expand: Operator = (xs) => {
  const shape = numbers(xs[1]) as number[];
  const { shape: own } = at(xs, 0);
  // Both broadcast: axes of 1 in the wanted shape keep what the array has.
  const ndim = Math.max(shape.length, own.length);
  const axis = (list: readonly number[], i: number) => list[i - ndim + list.length] ?? 1;
  const wanted = Array.from({ length: ndim }, (_, i) =>
    axis(shape, i) === 1 ? axis(own, i) : axis(shape, i),
  );
  return F.broadcastTo(at(xs, 0), wanted);
};

/** Adds values at places of one axis. */
const scatterElements: Operator = (xs, a) => {
  a.expect('reduction', 'add');
  const [x, places] = [at(xs, 0), at(xs, 1)];
  if (x.shape.length !== 1) a.fail(`is understood for arrays of 1 axis, got ${x.shape.length}`);
  const [d] = x.shape as [number];
  const given = placesBeside(x, places);
  return F.scatterAdd(x, where(greater(0, given), add(given, d), given), at(xs, 2));
};

const topK: Operator = (xs, a) => {
  const x = asArray(at(xs, 0));
  const axis = a.integer('axis', -1);
  const from = axis < 0 ? axis + x.ndim : axis;
  const k = (numbers(xs[1]) as number[])[0] as number;
  const order = argsort(a.integer('largest', 1) === 1 ? negative(x) : x, { axis: from });
  const places = sliced(order, from, 0, k);
  return [takeAlongAxis(x, places, from), astype(places, 'int64')];
};

export const shapeOperators: Readonly<Record<string, Operator>> = {
  Cast: cast,
  Concat: (xs, a) => F.concat(xs as readonly VariableLike[], { axis: a.integer('axis', 1) }),
  Expand: expand,
  Flatten: flatten,
  Gather: gather,
  Pad: pad,
  Reshape: reshape,
  ScatterElements: scatterElements,
  Slice: slice,
  Split: split,
  Squeeze: squeeze,
  TopK: topK,
  Transpose: (xs, a) => F.transpose(at(xs, 0), { axes: a.integers('perm') ?? null }),
  Unsqueeze: unsqueeze,
};
