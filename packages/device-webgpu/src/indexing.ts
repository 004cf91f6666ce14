import {
  broadcastSteps,
  type DType,
  IndexError,
  type Kernels,
  NdArray,
  type ScatterMode,
  sizeOf,
} from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { Dense } from './dense.ts';
import { blockOf, type KernelText } from './kernel.ts';
import { combination } from './lines.ts';
import { powerOfTwo, sortPairs } from './sort.ts';
import { classOf, fromWord, stored, toWord } from './wgsl/types.ts';

/** The position that an index names; one outside the axis is reported. */
const positions = `
fn position(index: i32, size: i32) -> i32 {
  if (index < -size || index >= size) { complain(index, size); return -1i; }
  return select(index, index + size, index < 0i);
}`;

/** `y[a, j, b] = x[a, indices[j], b]` */
const gatherText = (): KernelText => ({
  access: 'wrr',
  fields: ['n: i32', 'count: i32', 'size: i32', 'inner: i32', 'oy: i32', 'ox: i32', 'oi: i32'],
  size: 64,
  declarations: positions,
  body: `if (id >= p.n) { return; }
let b = id % p.inner;
let rest = id / p.inner;
let j = rest % p.count;
let a = rest / p.count;
let at = position(bitcast<i32>(b2[p.oi + j]), p.size);
var word = 0u;
if (at >= 0i) { word = b1[p.ox + (a * p.size + at) * p.inner + b]; }
b0[p.oy + id] = word;`,
});

/** Positions of the indices as keys, with their numbers. */
const keysText = (): KernelText => ({
  access: 'wwr',
  fields: ['length: i32', 'count: i32', 'size: i32', 'oi: i32'],
  size: 64,
  declarations: positions,
  body: `if (id >= p.length) { return; }
var key = 0xffffffffu;
if (id < p.count) { key = bitcast<u32>(position(bitcast<i32>(b2[p.oi + id]), p.size)); }
b0[id] = key;
b1[id] = u32(id);`,
});

/** Every place takes the values that are meant for it, in order: the first of equal keys does it for all. */
function scatterText(mode: ScatterMode, d: DType): KernelText {
  const type = classOf(d);
  const value = (j: string) => fromWord(type, `b1[p.ov + (a * p.count + i32(${j})) * p.inner + b]`);
  const combine = { set: null, add: 'add', max: 'maximum', min: 'minimum' } as const;
  const op = combine[mode];
  const step = op === null ? 'sum = v;' : `sum = ${combination(op, d)('sum', 'v')};`;
  return {
    access: 'wrrr',
    fields: ['n: i32', 'count: i32', 'size: i32', 'inner: i32', 'ox: i32', 'ov: i32'],
    size: 64,
    body: `if (id >= p.n) { return; }
let b = id % p.inner;
let rest = id / p.inner;
let j = rest % p.count;
let a = rest / p.count;
let key = b2[j];
if (key == 0xffffffffu) { return; }
if (j > 0i) { if (b2[j - 1i] == key) { return; } }
let at = p.ox + (a * p.size + i32(key)) * p.inner + b;
var sum = ${fromWord(type, 'b0[at]')};
for (var t = j; t < p.count; t++) {
  if (b2[t] != key) { break; }
  let v = ${value('b3[t]')};
  ${step}
}
b0[at] = ${toWord(type, stored(d, 'sum'))};`,
  };
}

/** Gathering and scattering whole slices. Scattering sorts the indices: the result is the same in every run. */
export function indexingKernels(ctx: Context, copy: Kernels['copy']): Pick<Kernels, 'gather' | 'scatter'> {
  const { gpu, memory, kernels } = ctx;
  const complaint = (who: string, axis: number) =>
    gpu.complaint(
      `${who} ${axis}`,
      (index, size) =>
        new IndexError(`[${who}] index ${index} is out of bounds for axis ${axis} with size ${size}`),
    );
  const innerOf = (x: NdArray, axis: number) => sizeOf(x.shape.slice(axis + 1));

  return {
    gather(x, indices, axis, output) {
      if (output.size === 0) return;
      const dense = new Dense(copy);
      const to = dense.output(output, x.dtype);
      const arrays = [to, dense.input(x), dense.input(indices)];
      kernels
        .get('gather', gatherText)
        .runOver(output.size, arrays.map(blockOf), [
          output.size,
          indices.size,
          x.shape[axis]!,
          innerOf(x, axis),
          ...arrays.map((a) => a.offset),
          complaint('gather', axis),
        ]);
      dense.finish();
    },

    scatter(x, indices, axis, values, mode) {
      const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
      const n = sizeOf(shape);
      if (n === 0) return;
      const steps = broadcastSteps(values.shape, values.steps, shape);
      const dense = new Dense(copy);
      const to = dense.changed(x);
      const listed = dense.input(
        new NdArray(values.storage, values.dtype, shape, steps, values.offset),
        x.dtype,
      );
      const places = dense.input(indices);
      const count = indices.size;
      const length = powerOfTwo(count);
      const keys = memory.scratch(length * 4);
      const numbers = memory.scratch(length * 4);
      kernels
        .get('scatter;keys', keysText)
        .runOver(
          length,
          [keys, numbers, blockOf(places)],
          [length, count, x.shape[axis]!, places.offset, complaint('scatter', axis)],
        );
      sortPairs(ctx, keys, numbers, 1, length);
      kernels
        .get(`scatter;${mode};${x.dtype.name}`, () => scatterText(mode, x.dtype))
        .runOver(
          n,
          [blockOf(to), blockOf(listed), keys, numbers],
          [n, count, x.shape[axis]!, innerOf(x, axis), to.offset, listed.offset],
        );
      memory.giveScratchBack(keys);
      memory.giveScratchBack(numbers);
      dense.finish();
    },
  };
}
