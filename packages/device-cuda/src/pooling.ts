import {
  type AverageDivisor,
  type DType,
  int32,
  type Kernels,
  type NdArray,
  type PoolGeometry,
} from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { elementType, loaded, stored } from './cuda/types.ts';
import { Dense } from './dense.ts';
import { computing, floating } from './floating.ts';
import { blocksFor, type Index, indexOf, walking } from './grid.ts';
import {
  axesOf,
  flat,
  inside,
  overPlaces,
  overWindows,
  split,
  volume,
  windowFields,
  windowParams,
} from './windows.ts';

type Geometry = PoolGeometry & { readonly dilate?: readonly number[] };

/** What a text is written for: axes, the dtypes of what is written and read, and what an average is divided by. */
interface Form {
  readonly axes: number;
  readonly index: Index;
  readonly y: DType;
  readonly x: DType;
  readonly divisor: AverageDivisor | null;
}

/** Coordinates of a window's place `k0`, … in the image, for the window at `w0`, …. */
const placeOf = (a: number) => `(w${a} * p.st${a} - p.pd${a} + k${a} * p.dl${a})`;

/** The window of output element `id`, and where its plane starts. */
const windowAt = ({ axes, index }: Form) => `const int windows = ${volume('o', axes)};
  const ${index} plane = id / windows;
  ${split('w', 'id - plane * windows', 'o', axes)}
  const ${index} base = plane * (${volume('i', axes)});`;

/** The image's element `id`: its coordinates `x0`, …, and the number of windows of its plane. */
const imageAt = ({ axes, index }: Form) => `const int image = ${volume('i', axes)};
  const ${index} plane = id / image;
  ${split('x', 'id - plane * image', 'i', axes)}
  const int windows = ${volume('o', axes)};`;

/** How many places of the window `name0`, … lie inside the image, at least one. */
const insideCount = (name: string, axes: number) => {
  const extents = axesOf(axes).map((a) => {
    const start = `(${name}${a} * p.st${a} - p.pd${a})`;
    return `span(${start}, ${start} + p.k${a}, p.i${a})`;
  });
  return `atleast(${extents.join(' * ') || '1'})`;
};
const spans = `__device__ inline int span(int from, int to, int extent) { return (to < extent ? to : extent) - (from > 0 ? from : 0); }
__device__ inline int atleast(int n) { return n > 1 ? n : 1; }`;

const dividing = ({ divisor, axes }: Form, name: string) =>
  `(T)${divisor === 'inside' ? insideCount(name, axes) : `(${volume('k', axes)})`}`;

/** Kernels by name: an element `id` of `y` from `x` and, of some, `indices`. */
const bodies = {
  max_pooling: (f: Form) => `${windowAt(f)}
  T best = -x_inf<T>();
  int found = -1;
  bool stop = false;
  ${overPlaces(
    f.axes,
    `if (!stop && ${inside(placeOf, 'i', f.axes)}) {
      const T value = ${loaded(f.x, `p.x[base + ${flat(placeOf, 'i', f.axes)}]`)};
      stop = value != value;
      if (value > best || found < 0 || stop) { best = value; found = place; }
    }`,
  )}
  p.y[id] = ${stored(f.y, 'best')};
  p.indices[id] = found > 0 ? found : 0;`,
  max_pooling_grad: (f: Form) => `${imageAt(f)}
  T sum = 0;
  ${overWindows(
    f.axes,
    `const ${f.index} w = plane * windows + ${flat((a) => `q${a}`, 'o', f.axes)};
    if (p.indices[w] == place) sum += ${loaded(f.x, 'p.x[w]')};`,
  )}
  p.y[id] = ${stored(f.y, 'sum')};`,
  max_pooling_pick: (f: Form) => `${windowAt(f)}
  ${split('k', 'p.indices[id]', 'k', f.axes)}
  T value = 0;
  if (${inside(placeOf, 'i', f.axes)}) value = ${loaded(f.x, `p.x[base + ${flat(placeOf, 'i', f.axes)}]`)};
  p.y[id] = ${stored(f.y, 'value')};`,
  average_pooling: (f: Form) => `${windowAt(f)}
  T sum = 0;
  ${overPlaces(f.axes, `if (${inside(placeOf, 'i', f.axes)}) sum += ${loaded(f.x, `p.x[base + ${flat(placeOf, 'i', f.axes)}]`)};`)}
  p.y[id] = ${stored(f.y, `sum / ${dividing(f, 'w')}`)};`,
  average_pooling_grad: (f: Form) => `${imageAt(f)}
  T sum = 0;
  ${overWindows(f.axes, `sum += ${loaded(f.x, `p.x[plane * windows + ${flat((a) => `q${a}`, 'o', f.axes)}]`)} / ${dividing(f, 'q')};`)}
  p.y[id] = ${stored(f.y, 'sum')};`,
  im2col: (f: Form) => `const int windows = ${volume('o', f.axes)}, places = ${volume('k', f.axes)};
  const ${f.index} plane = id / windows / places;
  const int number = (int)(id / windows % places);
  ${split('w', 'id % windows', 'o', f.axes)}
  ${split('k', 'number', 'k', f.axes)}
  const ${f.index} base = plane * (${volume('i', f.axes)});
  T value = 0;
  if (${inside(placeOf, 'i', f.axes)}) value = ${loaded(f.x, `p.x[base + ${flat(placeOf, 'i', f.axes)}]`)};
  p.y[id] = ${stored(f.y, 'value')};`,
  col2im: (f: Form) => `${imageAt(f)}
  const int places = ${volume('k', f.axes)};
  T sum = 0;
  ${overWindows(f.axes, `sum += ${loaded(f.x, `p.x[(plane * places + place) * windows + ${flat((a) => `q${a}`, 'o', f.axes)}]`)};`)}
  p.y[id] = ${stored(f.y, 'sum')};`,
} as const;

type Name = keyof typeof bodies;

/**
 * Kernels over windows: a thread for each element that is written. Gradients look for the windows that hold a place, in order, so that
 * sums are the same in every run.
 */
class Windows {
  private readonly ctx: Context;
  private readonly copy: Kernels['copy'];

  constructor(ctx: Context, copy: Kernels['copy']) {
    this.ctx = ctx;
    this.copy = copy;
  }

  /** @param image @param windows extents of the spatial axes. */
  run(
    name: Name,
    y: NdArray,
    x: NdArray,
    indices: NdArray | null,
    image: readonly number[],
    windows: readonly number[],
    g: Geometry,
    divisor: AverageDivisor | null = null,
  ): void {
    if (y.size === 0) return;
    const dense = new Dense(this.copy);
    const to = dense.output(y, floating(y.dtype));
    const from = dense.input(x, floating(x.dtype));
    const places =
      indices && (name === 'max_pooling' ? dense.output(indices, int32) : dense.input(indices, int32));
    const axes = image.length;
    const form: Form = { axes, index: indexOf(to, from), y: to.dtype, x: from.dtype, divisor };
    const key = `${name};${axes};${form.index};${form.y.name};${form.x.name};${divisor}`;
    this.ctx.kernels
      .get(key, () =>
        walking(
          name,
          form.index,
          [
            `${elementType(form.y)}* y`,
            `const ${elementType(form.x)}* x`,
            ...(places ? ['int* indices'] : []),
            ...windowFields(axes),
          ],
          `typedef ${computing(form.y, form.x)} T;\n  ${bodies[name](form)}`,
          divisor === 'inside' ? spans : '',
        ),
      )
      .run(
        [y.size, to, from, ...(places ? [places] : []), ...windowParams(image, windows, g)],
        blocksFor(y.size),
      );
    dense.finish();
  }
}

/** Pooling over any number of spatial axes, and its gradients. */
export function poolingKernels(
  ctx: Context,
  copy: Kernels['copy'],
): Pick<
  Kernels,
  'maxPooling' | 'maxPoolingGrad' | 'maxPoolingPick' | 'averagePooling' | 'averagePoolingGrad'
> {
  const windows = new Windows(ctx, copy);
  const spatial = (x: NdArray) => x.shape.slice(2);
  return {
    maxPooling: (x, y, indices, g) => windows.run('max_pooling', y, x, indices, spatial(x), spatial(y), g),
    maxPoolingGrad: (gy, indices, gx, g) =>
      windows.run('max_pooling_grad', gx, gy, indices, spatial(gx), spatial(gy), g),
    maxPoolingPick: (x, indices, y, g) =>
      windows.run('max_pooling_pick', y, x, indices, spatial(x), spatial(y), g),
    averagePooling: (x, y, g, divisor) =>
      windows.run('average_pooling', y, x, null, spatial(x), spatial(y), g, divisor),
    averagePoolingGrad: (gy, gx, g, divisor) =>
      windows.run('average_pooling_grad', gx, gy, null, spatial(gx), spatial(gy), g, divisor),
  };
}

/** Windows as columns and back. */
export function im2colKernels(ctx: Context, copy: Kernels['copy']): Pick<Kernels, 'im2col' | 'col2im'> {
  const windows = new Windows(ctx, copy);
  const out = (image: NdArray, col: NdArray) => col.shape.slice(image.ndim);
  return {
    im2col: (x, col, g) => windows.run('im2col', col, x, null, x.shape.slice(2), out(x, col), g),
    col2im: (col, x, g) => windows.run('col2im', x, col, null, x.shape.slice(2), out(x, col), g),
  };
}
