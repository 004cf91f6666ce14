import {
  broadcastSteps,
  type DType,
  IndexError,
  int32,
  type Kernels,
  NdArray,
  type ScatterMode,
  sizeOf,
} from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { reportFields } from './cuda/render.ts';
import { elementType, loaded, stored, valueType } from './cuda/types.ts';
import { Dense } from './dense.ts';
import { blocksFor, type Index, indexOf, threads, walking } from './grid.ts';
import type { KernelText } from './kernel.ts';
import { combination } from './lines.ts';
import { sortLines } from './sort.ts';
import { aligned } from './storage.ts';

/** The position that an index names; one outside the axis is reported. */
const position = `__device__ inline int position(long long index, int size, int* report, int site) {
  if (index < -(long long)size || index >= size) {
    x_complain(report, site, (int)index, size);
    return -1;
  }
  return (int)(index < 0 ? index + size : index);
}`;

/** Types that move bytes without looking at them. */
const words: Readonly<Record<number, string>> = {
  1: 'unsigned char',
  2: 'unsigned short',
  4: 'unsigned',
  8: 'unsigned long long',
  16: 'x_pack<unsigned, 4>',
};

/** `y[a, j, b] = x[a, indices[j], b]`, in words of so many bytes. */
function gatherText(bytes: number, indices: DType, index: Index): KernelText {
  const word = words[bytes]!;
  return walking(
    'gather',
    index,
    [
      ...[`${index} count`, `${index} inner`, 'int size', `${word}* y`, `const ${word}* x`],
      `const ${elementType(indices)}* indices`,
      ...reportFields,
    ],
    `const ${index} b = id % p.inner, rest = id / p.inner, j = rest % p.count, a = rest / p.count;
  const int at = position((long long)p.indices[j], p.size, p.report, p.site);
  if (at >= 0) p.y[id] = p.x[(a * p.size + at) * p.inner + b];
  else {
    const ${word} none = {};
    p.y[id] = none;
  }`,
    position,
  );
}

/** Positions of the indices; one outside the axis stands after all others, and is left out. */
function positionsText(indices: DType): KernelText {
  return walking(
    'scatter_positions',
    'int',
    ['int size', `const ${elementType(indices)}* indices`, 'int* y', ...reportFields],
    `const int at = position((long long)p.indices[id], p.size, p.report, p.site);
  p.y[id] = at < 0 ? 0x7fffffff : at;`,
    position,
  );
}

/** Every place takes the values that are meant for it, in order: the first of equal positions does it for all. */
function scatterText(mode: ScatterMode, d: DType, index: Index): KernelText {
  const type = elementType(d);
  const combine = { set: null, add: 'add', max: 'maximum', min: 'minimum' } as const;
  const op = combine[mode];
  const value = (t: string) => `p.values[(a * p.count + p.places[${t}]) * p.inner + b]`;
  return walking(
    `scatter_${mode}`,
    index,
    [
      ...[`${index} count`, `${index} inner`, 'int size', `${type}* x`, `const ${type}* values`],
      ...['const int* keys', 'const int* places'],
    ],
    `const ${index} b = id % p.inner, rest = id / p.inner, a = rest / p.count;
  const int j = (int)(rest % p.count), key = p.keys[j];
  // Where an index lies outside, nothing is written.
  if (p.keys[p.count - 1] == 0x7fffffff) continue;
  if (j > 0 && p.keys[j - 1] == key) continue;
  ${type}* const at = p.x + (a * p.size + key) * p.inner + b;
  int t = j;
  ${
    op === null
      ? `while (t + 1 < p.count && p.keys[t + 1] == key) t++;
  *at = ${value('t')};`
      : `${valueType(d)} sum = ${loaded(d, '*at')};
  for (; t < p.count && p.keys[t] == key; t++) {
    const ${type} sofar = ${stored(d, combination(op, d)('sum', loaded(d, value('t'))))};
    sum = ${loaded(d, 'sofar')};
  }
  *at = ${stored(d, 'sum')};`
  }`,
  );
}

/** Gathering and scattering whole slices. Scattering sorts the indices: the result is the same in every run. */
export function indexingKernels(ctx: Context, copy: Kernels['copy']): Pick<Kernels, 'gather' | 'scatter'> {
  const { memory, kernels } = ctx;
  const complaint = (who: string, axis: number) => [
    ctx.report,
    ctx.complaint(
      `${who} ${axis}`,
      (index, size) =>
        new IndexError(`[${who}] index ${index} is out of bounds for axis ${axis} with size ${size}`),
    ),
  ];
  const innerOf = (x: NdArray, axis: number) => sizeOf(x.shape.slice(axis + 1));

  return {
    gather(x, indices, axis, output) {
      if (output.size === 0) return;
      const dense = new Dense(copy);
      const to = dense.output(output, x.dtype);
      const from = dense.input(x);
      const places = dense.input(indices);
      const inner = innerOf(x, axis) * x.dtype.itemsize;
      let bytes = 16;
      while (inner % bytes !== 0 || !aligned(to, bytes) || !aligned(from, bytes)) bytes /= 2;
      const index = indexOf(from, to);
      const n = (to.size * x.dtype.itemsize) / bytes;
      kernels
        .get(`gather;${bytes};${indices.dtype.name};${index}`, () => gatherText(bytes, indices.dtype, index))
        .run(
          [n, indices.size, inner / bytes, x.shape[axis]!, to, from, places, ...complaint('gather', axis)],
          blocksFor(n),
        );
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
      const count = indices.size;
      const [found, keys, places] = [0, 1, 2].map(() => memory.scratch(count * 4)) as [
        ReturnType<typeof memory.scratch>,
        ReturnType<typeof memory.scratch>,
        ReturnType<typeof memory.scratch>,
      ];
      kernels
        .get(`scatter;positions;${indices.dtype.name}`, () => positionsText(indices.dtype))
        .run(
          [count, x.shape[axis]!, dense.input(indices), found, ...complaint('scatter', axis)],
          blocksFor(count, threads),
        );
      sortLines(ctx, { dtype: int32, lines: 1, length: count, inner: 1 }, found, keys, places);
      const index = indexOf(to, listed);
      kernels
        .get(`scatter;${mode};${x.dtype.name};${index}`, () => scatterText(mode, x.dtype, index))
        .run([n, count, innerOf(x, axis), x.shape[axis]!, to, listed, keys, places], blocksFor(n));
      for (const scratch of [found, keys, places]) memory.giveScratchBack(scratch);
      dense.finish();
    },
  };
}
