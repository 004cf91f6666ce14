import { type ConvGeometry, type DType, type Kernels, type NdArray, sizeOf } from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { elementType, loaded, stored } from './cuda/types.ts';
import { Dense } from './dense.ts';
import { computing, floating } from './floating.ts';
import { blocksFor, type Index, indexFor, threads } from './grid.ts';
import type { KernelText } from './kernel.ts';
import { type Product, runProduct } from './product.ts';
import { axesOf, flat, inside, split, windowFields, windowParams } from './windows.ts';

/** Which of the three products. */
type Kind = 'forward' | 'data' | 'weight';

interface Variant {
  readonly kind: Kind;
  readonly axes: number;
  readonly index: Index;
  /** Of the rows' operand, of what the columns are read from, and of the result. */
  readonly a: DType;
  readonly b: DType;
  readonly y: DType;
  readonly bias: DType | null;
  /** Whether windows have a single place, whether all strides are 1. */
  readonly points: boolean;
  readonly unit: boolean;
}

/**
 * A convolution as an implicit product: columns are never written, their elements are read where the windows find them. `cg` and
 * `og` are the channels of image and windows in a group, `image` and `windows` the elements of a channel, `places` those of a window.
 */
function productText(v: Variant): Product {
  const { kind, axes, index, bias, points, unit } = v;
  const type = computing(v.a, v.b, v.y);
  const fields = [
    `const ${elementType(v.a)}* a`,
    `const ${elementType(v.b)}* b`,
    `${elementType(v.y)}* y`,
    ...['groups', 'cg', 'og', 'image', 'windows', 'places'].map((name) => `int ${name}`),
    ...windowFields(axes),
    ...(bias ? [`const ${elementType(bias)}* bias`] : []),
  ];
  const a = (at: string) => `return ${loaded(v.a, `p.a[${at}]`)};`;
  const b = (at: string) => `return ${loaded(v.b, `p.b[${at}]`)};`;
  /** A flat number taken apart by an extent: `high` and `low`. */
  const apart = (high: string, low: string, from: string, by: string) =>
    `const int ${high} = (int)((unsigned)${from} / (unsigned)${by}), ${low} = (int)((unsigned)${from} % (unsigned)${by});`;
  const own = (channels: string) => (n: string, c: string) =>
    `(((${index})${n} * p.groups + z) * p.${channels} + ${c})`;
  const [image, windows] = [own('cg'), own('og')];
  const places = (place: string) =>
    points
      ? axesOf(axes)
          .map((x) => `const int q${x} = 0;`)
          .join(' ')
      : split('q', place, 'k', axes);
  const term = points ? 'const int c = (int)k, place = 0;' : apart('c', 'place', 'k', 'p.places');
  const put = (at: string, value: string) => `p.y[${at}] = ${stored(v.y, value)};`;
  /** Places of the image that window `w` sees at its place `q`. */
  const seen = axesOf(axes)
    .map((x) => `const int t${x} = w${x} * p.st${x} - p.pd${x} + q${x} * p.dl${x};`)
    .join(' ');
  const shown = inside((x) => `t${x}`, 'i', axes);
  const biased = (c: string) => (bias ? `value + ${loaded(bias, `p.bias[z * ${c}]`)}` : 'value');
  const texts: Record<Kind, Pick<Product, 'readA' | 'readB' | 'store'>> = {
    forward: {
      readA: a(`((${index})z * p.og + row) * p.k + k`),
      readB: `${apart('n', 'w', 'col', 'p.windows')} ${split('w', 'w', 'o', axes)}
    ${term} ${places('place')}
    ${seen}
    if (!(${shown})) return 0;
    ${b(`${image('n', 'c')} * p.image + ${flat((x) => `t${x}`, 'i', axes)}`)}`,
      store: `${apart('n', 'w', 'col', 'p.windows')} ${put(`${windows('n', 'row')} * p.windows + w`, biased('p.og + row'))}`,
    },
    data: {
      readA: `${term} ${a(`(((${index})z * p.og + c) * p.cg + row) * p.places + place`)}`,
      readB: `${apart('n', 'i', 'col', 'p.image')} ${split('x', 'i', 'i', axes)}
    ${term} ${places('place')}
    ${axesOf(axes)
      .map(
        (x) =>
          `const int s${x} = x${x} + p.pd${x} - q${x} * p.dl${x}, t${x} = ${unit ? `s${x}` : `s${x} / p.st${x}`};`,
      )
      .join(' ')}
    if (!(${[inside((x) => `t${x}`, 'o', axes), ...(unit ? [] : axesOf(axes).map((x) => `s${x} >= 0 && t${x} * p.st${x} == s${x}`))].join(' && ')})) return 0;
    ${b(`${windows('n', 'c')} * p.windows + ${flat((x) => `t${x}`, 'o', axes)}`)}`,
      store: `${apart('n', 'i', 'col', 'p.image')} ${put(`${image('n', 'row')} * p.image + i`, biased('p.cg + row'))}`,
    },
    weight: {
      readA: `${apart('n', 'w', 'k', 'p.windows')} ${a(`${windows('n', 'row')} * p.windows + w`)}`,
      readB: `${apart('c', 'place', 'col', 'p.places')} ${places('place')}
    ${apart('n', 'w', 'k', 'p.windows')} ${split('w', 'w', 'o', axes)}
    ${seen}
    if (!(${shown})) return 0;
    ${b(`${image('n', 'c')} * p.image + ${flat((x) => `t${x}`, 'i', axes)}`)}`,
      store: put(`((${index})z * p.og + row) * p.cols + col`, 'value'),
    },
  };
  return {
    name: `convolution_${kind}`,
    type,
    index,
    fields,
    setup: '',
    ...texts[kind],
    alongA: kind !== 'data' || !points,
    alongB: kind === 'weight',
  };
}

/** A block for each channel: every thread sums its places in each image, then the images' sums. */
function channelSums(from: DType, to: DType, index: Index): KernelText {
  const T = computing(from, to);
  return {
    name: 'channel_sums',
    fields: [
      'int channels',
      'int windows',
      'int batch',
      `const ${elementType(from)}* x`,
      `${elementType(to)}* y`,
    ],
    block: threads,
    body: `__shared__ ${T} room[32];
for (int c = blockIdx.x; c < p.channels; c += gridDim.x) {
  ${T} total = 0;
  for (int n = 0; n < p.batch; n++) {
    const ${elementType(from)}* const at = p.x + ((${index})n * p.channels + c) * p.windows;
    ${T} sum = 0;
    for (int i = threadIdx.x; i < p.windows; i += ${threads}) sum += ${loaded(from, 'at[i]')};
    total += sum;
  }
  total = x_together<${threads}>(total, room, [](${T} a, ${T} b) -> ${T} { return a + b; });
  if (threadIdx.x == 0) p.y[c] = ${stored(to, 'total')};
  __syncthreads();
}`,
  };
}

/** Convolutions of any number of spatial axes, without a library: no columns are written. */
export function convolutionKernels(
  ctx: Context,
  copy: Kernels['copy'],
): Pick<Kernels, 'convolution' | 'convolutionData' | 'convolutionWeight'> {
  /**
   * @param a weights (for `weight`, the gradients of the windows); @param b what the terms are read from.
   * @param image @param windows @param weights arrays of these shapes.
   */
  function run(
    kind: Kind,
    a: NdArray,
    b: NdArray,
    bias: NdArray | null,
    output: NdArray,
    image: NdArray,
    windows: NdArray,
    weights: NdArray,
    g: ConvGeometry,
  ): void {
    if (output.size === 0) return;
    const dense = new Dense(copy);
    const y = dense.output(output, floating(output.dtype));
    const [rows, columns] = [dense.input(a, floating(a.dtype)), dense.input(b, floating(b.dtype))];
    const shift = bias && dense.input(bias, floating(bias.dtype));
    const axes = image.ndim - 2;
    const spatial = image.shape.slice(2);
    const out = windows.shape.slice(2);
    const ksize = weights.shape.slice(2);
    const places = sizeOf(ksize);
    const cg = weights.shape[1]!;
    const og = weights.shape[0]! / g.groups;
    const batch = image.shape[0]!;
    const [i, w] = [sizeOf(spatial), sizeOf(out)];
    const extents = {
      forward: { m: og, n: batch * w, k: cg * places },
      data: { m: cg, n: batch * i, k: og * places },
      weight: { m: og, n: cg * places, k: batch * w },
    }[kind];
    const index = indexFor(Math.max(image.size, windows.size, weights.size));
    const variant: Variant = {
      kind,
      axes,
      index,
      a: rows.dtype,
      b: columns.dtype,
      y: y.dtype,
      bias: shift?.dtype ?? null,
      points: places === 1,
      unit: g.stride.every((n) => n === 1),
    };
    const { points, unit } = variant;
    const key = `convolution;${kind};${axes};${index};${rows.dtype.name};${columns.dtype.name};${y.dtype.name};${shift?.dtype.name};${points};${unit}`;
    const args = [
      ...[rows, columns, y, g.groups, cg, og, i, w, places],
      ...windowParams(spatial, out, { ksize, ...g }),
      ...(shift ? [shift] : []),
    ];
    const bytes = computing(rows.dtype, columns.dtype, y.dtype) === 'double' ? 8 : 4;
    runProduct(ctx, key, () => productText(variant), { ...extents, z: g.groups }, args, bytes);
    dense.finish();
  }

  /** The sum of all but channels: the gradient towards a bias. */
  function sumChannels(gy: NdArray, gb: NdArray): void {
    const dense = new Dense(copy);
    const to = dense.output(gb, floating(gb.dtype));
    const from = dense.input(gy, floating(gy.dtype));
    const [batch, channels] = gy.shape as [number, number];
    const index = indexFor(gy.size);
    ctx.kernels
      .get(`convolution;bias;${from.dtype.name};${to.dtype.name};${index}`, () =>
        channelSums(from.dtype, to.dtype, index),
      )
      .run([channels, sizeOf(gy.shape.slice(2)), batch, from, to], blocksFor(channels, 1));
    dense.finish();
  }

  return {
    convolution: (x, W, b, y, g) => run('forward', W, x, b, y, x, y, W, g),
    convolutionData: (gy, W, b, gx, g) => run('data', W, gy, b, gx, gx, gy, W, g),
    convolutionWeight(x, gy, gW, gb, g) {
      run('weight', gy, x, null, gW, x, gy, gW, g);
      if (gb !== null && gb.size > 0) sumChannels(gy, gb);
    },
  };
}
