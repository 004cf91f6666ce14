import { arange, NdArray, reshape as xpReshape } from '@chainer/xp/functions';
import { at } from '@chainer/xp/internal';
import type { BroadcastTo, SumTo } from '../../functions/array/broadcast-to.ts';
import type { Cast } from '../../functions/array/cast.ts';
import type { Concat, SplitAxis } from '../../functions/array/concat.ts';
import type { Copy } from '../../functions/array/copy.ts';
import type { Flip } from '../../functions/array/flip.ts';
import type { GetItem } from '../../functions/array/get-item.ts';
import type { Pad } from '../../functions/array/pad.ts';
import type { PadSequence } from '../../functions/array/pad-sequence.ts';
import type { Permutate } from '../../functions/array/permutate.ts';
import type { Reshape } from '../../functions/array/reshape.ts';
import type { Transpose } from '../../functions/array/transpose.ts';
import type { TransposeSequence } from '../../functions/array/transpose-sequence.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { placesOf } from './places.ts';
import { axesOf, type Rule, type Rules } from './rule.ts';

/** Beyond the end of any axis, in the direction of negative steps. */
const beforeAll = -(2 ** 31);

const concat: Rule<Concat> = (g, names, { node, inputs }) =>
  g.op('Concat', names, { axis: axesOf(node.axis, inputs[0] as NdArray)[0] });

const splitAxis: Rule<SplitAxis> = (g, [x], { node, inputs, outputs }) => {
  const axis = axesOf(node.axis, inputs[0] as NdArray)[0] as number;
  const sizes = outputs.map((y) => y.shape[axis] as number);
  return g.ops('Split', [x as string, g.integers(sizes)], outputs.length, { axis });
};

const reshape: Rule<Reshape> = (g, [x], { outputs: [y] }) => g.reshape(x as string, (y as NdArray).shape);

const transpose: Rule<Transpose> = (g, [x], { node, inputs: [a] }) => {
  const axes = node.axes ?? (a as NdArray).shape.map((_, i) => i).reverse();
  return g.op('Transpose', [x as string], { perm: axesOf(axes, a as NdArray) });
};

const broadcastTo: Rule<BroadcastTo> = (g, [x], { outputs: [y] }) =>
  g.op('Expand', [x as string, g.integers((y as NdArray).shape)]);

const sumTo: Rule<SumTo> = (g, [x], { inputs: [a], outputs: [y] }) => {
  const from = (a as NdArray).shape;
  const to = (y as NdArray).shape;
  const lead = from.length - to.length;
  const axes = from.flatMap((d, i) => (i < lead || (to[i - lead] === 1 && d !== 1) ? [i] : []));
  return g.reshape(g.op('ReduceSum', [x as string, g.integers(axes)]), to);
};

/** What an index reads is found out by reading the numbers of elements with it: a view tells start and step of every axis. */
const getItem: Rule<GetItem> = (g, [x], { node, inputs: [a] }) => {
  const { shape, size } = a as NdArray;
  if (node.index.some((i) => i instanceof NdArray && g.varies(i)))
    return g.op('Gather', [g.reshape(x as string, [-1]), placesOf(g, node.index, a as NdArray)], { axis: 0 });
  const numbers = xpReshape(arange(size, { dtype: 'int32', device: 'js' }), [...shape]);
  const read = at(
    numbers,
    node.index.map((i) => (i instanceof NdArray ? i.to('js') : i)),
  );
  if (read.storage !== numbers.storage || size === 0) return g.gatherFlat(x as string, read);
  const { starts, ends, steps } = sliceOf(numbers, read);
  const axes = shape.map((_, i) => i);
  const bounds = [starts, ends, axes, steps].map((values) => g.integers(values));
  const cut = g.op('Slice', [x as string, ...bounds]);
  return g.reshape(cut, read.shape);
};

/** Start, end and step along each axis of a view. */
function sliceOf(x: NdArray, view: NdArray): { starts: number[]; ends: number[]; steps: number[] } {
  const starts = x.shape.map((d, i) => Math.floor((view.offset - x.offset) / (x.steps[i] as number)) % d);
  const ends = starts.map((start) => start + 1);
  const steps = starts.map(() => 1);
  for (const [k, count] of view.shape.entries()) {
    if (count === 1) continue;
    const step = view.steps[k] as number;
    // The axis whose neighbours are at most that far apart, and the next outer one's farther.
    const axis = x.shape.findIndex((d, i) => d > 1 && (x.steps[i] as number) <= Math.abs(step));
    const by = step / (x.steps[axis] as number);
    const end = (starts[axis] as number) + by * count;
    steps[axis] = by;
    ends[axis] = count === 0 ? (starts[axis] as number) : end < 0 ? beforeAll : end;
  }
  return { starts, ends, steps };
}

const pad: Rule<Pad> = (g, [x], { node, inputs: [a] }) => {
  const { dtype, ndim } = a as NdArray;
  const values = new Set(node.values.flat());
  const write = (from: string, before: readonly number[], after: readonly number[], value: number) =>
    g.op('Pad', [from, g.integers([...before, ...after]), g.scalar(value, dtype.name)]);
  const { widths } = node;
  if (values.size <= 1)
    return write(
      x as string,
      widths.map(([before]) => before),
      widths.map(([, after]) => after),
      [...values][0] ?? 0,
    );
  // Axis by axis, so that a later axis owns the corners.
  let y = x as string;
  for (let i = 0; i < ndim; i++) {
    const only = (width: number) => Array.from({ length: ndim }, (_, k) => (k === i ? width : 0));
    const [[before, after], [low, high]] = [widths[i], node.values[i]] as [
      [number, number],
      [number, number],
    ];
    if (before > 0) y = write(y, only(before), only(0), low);
    if (after > 0) y = write(y, only(0), only(after), high);
  }
  return y;
};

const permutate: Rule<Permutate> = (g, [x], { node, inputs: [a] }) => {
  const axis = axesOf(node.axis, a as NdArray)[0];
  const given = g.cast(g.valueOf(node.indices), 'int64');
  // Where each place is found: the order that sorts the indices.
  const sorted = () =>
    g.ops('TopK', [given, g.integers([node.indices.size])], 2, { axis: 0, largest: 0 })[1] as string;
  return g.op('Gather', [x as string, node.inverse ? sorted() : given], { axis });
};

const flip: Rule<Flip> = (g, [x], { node }) =>
  g.op('Slice', [
    x as string,
    g.integers([-1]),
    g.integers([beforeAll]),
    g.integers([node.axis]),
    g.integers([-1]),
  ]);

/** Sequences made equally long, one after another along a new first axis. */
function stackPadded(
  g: GraphBuilder,
  names: readonly string[],
  inputs: readonly NdArray[],
  length: number,
  padding: number,
): string {
  const rows = names.map((name, i) => {
    const { shape, dtype, ndim } = inputs[i] as NdArray;
    const missing = length - (shape[0] as number);
    const widths = Array.from({ length: 2 * ndim }, (_, k) => (k === ndim ? missing : 0));
    const full =
      missing === 0 ? name : g.op('Pad', [name, g.integers(widths), g.scalar(padding, dtype.name)]);
    return g.reshape(full, [1, length, ...shape.slice(1)]);
  });
  return rows.length === 1 ? (rows[0] as string) : g.op('Concat', rows, { axis: 0 });
}

const padSequence: Rule<PadSequence> = (g, names, { node, inputs, outputs: [y] }) =>
  stackPadded(g, names, inputs, (y as NdArray).shape[1] as number, node.padding);

const transposeSequence: Rule<TransposeSequence> = (g, names, { inputs, outputs }) => {
  const all = stackPadded(g, names, inputs, outputs.length, 0);
  return outputs.map(({ shape }, t) => {
    const step = g.op('Slice', [
      all,
      g.integers([0, t]),
      g.integers([shape[0] as number, t + 1]),
      g.integers([0, 1]),
    ]);
    return g.reshape(step, shape);
  });
};

const cast: Rule<Cast> = (g, [x], { outputs: [y] }) => g.cast(x as string, (y as NdArray).dtype.name);
const copy: Rule<Copy> = (g, [x]) => g.op('Identity', [x as string]);

export const arrayRules: Rules = {
  Concat: concat,
  SplitAxis: splitAxis,
  Reshape: reshape,
  Transpose: transpose,
  BroadcastTo: broadcastTo,
  SumTo: sumTo,
  GetItem: getItem,
  Pad: pad,
  Permutate: permutate,
  Flip: flip,
  PadSequence: padSequence,
  TransposeSequence: transposeSequence,
  Cast: cast,
  Copy: copy,
};
