import {
  type AverageDivisor,
  type DType,
  float32,
  int32,
  type Kernels,
  type NdArray,
  type PoolGeometry,
  sizeOf,
} from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { Dense } from './dense.ts';
import { blockOf, type KernelText } from './kernel.ts';
import { stored } from './wgsl/types.ts';
import {
  flat,
  inside,
  type KnownWindows,
  knownWindows,
  overPlaces,
  overWindows,
  split,
  volume,
  windowFields,
  windowParams,
} from './windows.ts';

/** The dtype in which a numeric kernel reads an array: its own where that is floating. */
export function floating(d: DType): DType {
  return d.kind === 'f' ? d : float32;
}

type Geometry = PoolGeometry & { readonly dilate?: readonly number[] };

const list = (axes: number) => Array.from({ length: axes }, (_, a) => a);

/** Coordinates of a window's place `k0`, … in the image, for the window at `w0`, …. */
const placeOf = (a: number) => `(w${a} * p.st${a} - p.pd${a} + k${a} * p.dl${a})`;

/** Where the window of output element `id` starts to read. */
const windowAt = (axes: number) => `
let windows = ${volume('o', axes)};
let plane = id / windows;
${split('w', '(id - plane * windows)', 'o', axes)}
let base = p.ob + plane * (${volume('i', axes)});`;

/** The image's element `id`: its coordinates `x0`, …, and where the windows of its plane start. */
const imageAt = (axes: number) => `
let image = ${volume('i', axes)};
let plane = id / image;
${split('x', '(id - plane * image)', 'i', axes)}
let windows = ${volume('o', axes)};`;

/** How many places of the window `name0`, … lie inside the image, at least one. */
const insideCount = (name: string, axes: number) =>
  `f32(max(${
    list(axes)
      .map((a) => {
        const start = `${name}${a} * p.st${a} - p.pd${a}`;
        return `(min(${start} + p.k${a}, p.i${a}) - max(${start}, 0i))`;
      })
      .join(' * ') || '1i'
  }, 1i))`;

const float = (buffer: number, at: string) => `bitcast<f32>(b${buffer}[${at}])`;
const put = (buffer: number, at: string, d: DType, value: string) =>
  `b${buffer}[${at}] = bitcast<u32>(${stored(d, value)});`;

/** Kernels by name; `d` is the dtype of what is written, `b` the operands read, the last buffers what is written. */
const texts = {
  maxPooling: (axes: number, d: DType, known: KnownWindows) => ({
    access: 'wrw',
    body: `${windowAt(axes)}
var best = -x_inf();
var found = -1i;
var stop = false;
${overPlaces(
  axes,
  `if (!stop && ${inside(placeOf, 'i', axes)}) {
  let value = ${float(1, `base + ${flat(placeOf, 'i', axes)}`)};
  stop = x_isnan(value);
  if (value > best || found < 0i || stop) { best = value; found = place; }
}`,
  known,
)}
${put(0, 'p.oa + id', d, 'best')}
b2[p.oc + id] = bitcast<u32>(max(found, 0i));`,
  }),
  maxPoolingGrad: (axes: number, d: DType, known: KnownWindows) => ({
    access: 'wrr',
    body: `${imageAt(axes)}
var sum = 0f;
${overWindows(
  axes,
  `let w = plane * windows + ${flat((a) => `q${a}`, 'o', axes)};
if (bitcast<i32>(b2[p.oc + w]) == place) { sum += ${float(1, 'p.ob + w')}; }`,
  known,
)}
${put(0, 'p.oa + id', d, 'sum')}`,
  }),
  maxPoolingPick: (axes: number, d: DType, _: KnownWindows) => ({
    access: 'wrr',
    body: `${windowAt(axes)}
${split('k', 'bitcast<i32>(b2[p.oc + id])', 'k', axes)}
var value = 0f;
if (${inside(placeOf, 'i', axes)}) { value = ${float(1, `base + ${flat(placeOf, 'i', axes)}`)}; }
${put(0, 'p.oa + id', d, 'value')}`,
  }),
  averagePooling: (axes: number, d: DType, known: KnownWindows, divisor: AverageDivisor | null) => ({
    access: 'wr',
    body: `${windowAt(axes)}
var sum = 0f;
${overPlaces(axes, `if (${inside(placeOf, 'i', axes)}) { sum += ${float(1, `base + ${flat(placeOf, 'i', axes)}`)}; }`, known)}
${put(0, 'p.oa + id', d, `sum / ${divisor === 'inside' ? insideCount('w', axes) : `f32(${volume('k', axes)})`}`)}`,
  }),
  averagePoolingGrad: (axes: number, d: DType, known: KnownWindows, divisor: AverageDivisor | null) => ({
    access: 'wr',
    body: `${imageAt(axes)}
var sum = 0f;
${overWindows(
  axes,
  `sum += ${float(1, `p.ob + plane * windows + ${flat((a) => `q${a}`, 'o', axes)}`)} / ${
    divisor === 'inside' ? insideCount('q', axes) : `f32(${volume('k', axes)})`
  };`,
  known,
)}
${put(0, 'p.oa + id', d, 'sum')}`,
  }),
  im2col: (axes: number, d: DType, _: KnownWindows) => ({
    access: 'wr',
    body: `
let windows = ${volume('o', axes)};
let places = ${volume('k', axes)};
let plane = id / (windows * places);
let rest = id - plane * windows * places;
let number = rest / windows;
${split('w', '(rest - number * windows)', 'o', axes)}
${split('k', 'number', 'k', axes)}
let base = p.ob + plane * (${volume('i', axes)});
var value = 0f;
if (${inside(placeOf, 'i', axes)}) { value = ${float(1, `base + ${flat(placeOf, 'i', axes)}`)}; }
${put(0, 'p.oa + id', d, 'value')}`,
  }),
  col2im: (axes: number, d: DType, known: KnownWindows) => ({
    access: 'wr',
    body: `${imageAt(axes)}
let places = ${volume('k', axes)};
var sum = 0f;
${overWindows(axes, `sum += ${float(1, `p.ob + (plane * places + place) * windows + ${flat((a) => `q${a}`, 'o', axes)}`)};`, known)}
${put(0, 'p.oa + id', d, 'sum')}`,
  }),
} as const;

/**
 * Runs a kernel over windows: a thread for each element that is written. Gradients look for the windows that hold a place, in order,
 * so that sums are the same in every run.
 *
 * @param arrays as the kernel's buffers: written, read, then indices where there are any.
 */
export function runWindows(
  ctx: Context,
  name: keyof typeof texts,
  arrays: readonly NdArray[],
  image: readonly number[],
  out: readonly number[],
  g: Geometry,
  divisor: AverageDivisor | null = null,
): void {
  const y = arrays[0]!;
  const axes = image.length;
  const letters = ['a', 'b', 'c'].slice(0, arrays.length);
  const known = knownWindows(g);
  const key = `${name};${axes};${y.dtype.name};${divisor};${known.ksize};${known.disjoint}`;
  const kernel = ctx.kernels.get(key, (): KernelText => {
    const { access, body } = texts[name](axes, y.dtype, known, divisor);
    return {
      access,
      fields: ['n: i32', ...letters.map((l) => `o${l}: i32`), ...windowFields(axes)],
      size: 64,
      body: `if (id >= p.n) { return; }${body}`,
    };
  });
  kernel.runOver(y.size, arrays.map(blockOf), [
    y.size,
    ...arrays.map((x) => x.offset),
    ...windowParams(image, out, g),
  ]);
}

/** Pooling over any number of spatial axes, and its gradients. */
export function poolingKernels(
  ctx: Context,
  copy: Kernels['copy'],
): Pick<
  Kernels,
  'maxPooling' | 'maxPoolingGrad' | 'maxPoolingPick' | 'averagePooling' | 'averagePoolingGrad'
> {
  const spatial = (x: NdArray) => x.shape.slice(2);

  /** @param image @param windows arrays of these shapes. */
  function run(
    name: keyof typeof texts,
    y: NdArray,
    x: NdArray,
    indices: NdArray | null,
    image: NdArray,
    windows: NdArray,
    g: PoolGeometry,
    divisor: AverageDivisor | null = null,
  ): void {
    if (y.size === 0) return;
    const dense = new Dense(copy);
    const arrays = [dense.output(y, floating(y.dtype)), dense.input(x, floating(x.dtype))];
    if (indices !== null)
      arrays.push(name === 'maxPooling' ? dense.output(indices, int32) : dense.input(indices, int32));
    runWindows(ctx, name, arrays, spatial(image), spatial(windows), g, divisor);
    dense.finish();
  }

  return {
    maxPooling: (x, y, indices, g) => run('maxPooling', y, x, indices, x, y, g),
    maxPoolingGrad: (gy, indices, gx, g) => run('maxPoolingGrad', gx, gy, indices, gx, gy, g),
    maxPoolingPick: (x, indices, y, g) => run('maxPoolingPick', y, x, indices, x, y, g),
    averagePooling: (x, y, g, divisor) => run('averagePooling', y, x, null, x, y, g, divisor),
    averagePoolingGrad: (gy, gx, g, divisor) => run('averagePoolingGrad', gx, gy, null, gx, gy, g, divisor),
  };
}

/** Windows as columns and back. */
export function im2colKernels(ctx: Context, copy: Kernels['copy']): Pick<Kernels, 'im2col' | 'col2im'> {
  const run = (
    name: 'im2col' | 'col2im',
    y: NdArray,
    x: NdArray,
    image: NdArray,
    col: NdArray,
    g: Geometry,
  ) => {
    if (y.size === 0 || sizeOf(image.shape) === 0) return;
    const dense = new Dense(copy);
    const arrays = [dense.output(y, floating(y.dtype)), dense.input(x, floating(x.dtype))];
    const axes = image.ndim - 2;
    runWindows(ctx, name, arrays, image.shape.slice(2), col.shape.slice(2 + axes), g);
    dense.finish();
  };
  return {
    im2col: (x, col, g) => run('im2col', col, x, x, col, g),
    col2im: (col, x, g) => run('col2im', x, col, x, col, g),
  };
}
