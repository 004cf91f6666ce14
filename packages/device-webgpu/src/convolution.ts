import { type ConvGeometry, type DType, type Kernels, type NdArray, sizeOf } from '@chainer/xp/internal';
import { Bindings } from './bindings.ts';
import type { Context } from './context.ts';
import { Dense } from './dense.ts';
import { blockOf, type KernelText } from './kernel.ts';
import { type Product, runProduct } from './product.ts';
import { stored } from './wgsl/types.ts';
import { flat, inside, split, windowFields, windowParams } from './windows.ts';

/** Which of the three products. */
type Kind = 'forward' | 'data' | 'weight';

/** Operands by name, in the order of their buffers: `x` and `y` are image and windows, whichever is given. */
interface Variant {
  readonly kind: Kind;
  readonly axes: number;
  readonly bias: boolean;
  readonly output: NdArray;
  readonly places: readonly number[];
  readonly access: string;
  readonly points: boolean;
}

const four = [0, 1, 2, 3] as const;
const part = (i: number) => 'xyzw'[i]!;

/**
 * A convolution as an implicit product: columns are never written, their elements are read where the windows find them. `cg` and
 * `og` are the channels of image and windows in a group, `image` and `windows` the elements of a channel, `places` those of a window.
 */
function productText(v: Variant): Product {
  const { kind, axes, bias, output, places } = v;
  const fields = [
    ...['oa', 'ob', 'oo', 'groups', 'cg', 'og', 'image', 'windows', 'places'].map((name) => `${name}: i32`),
    ...windowFields(axes),
  ];
  if (bias) fields.push('obias: i32');
  const read = (k: number, at: string) => `bitcast<f32>(b${places[k]}[${at}])`;
  const put = (at: string, value: string) =>
    `b${places[2]}[p.oo + ${at}] = bitcast<u32>(${stored(output.dtype, value)});`;
  const list = Array.from({ length: axes }, (_, a) => a);
  const declarations = [
    'var<private> g: i32; var<private> rowA: i32; var<private> baseA: i32; var<private> baseB: vec4<i32>;',
    ...list.map((a) => `var<private> at${a}: vec4<i32>;`),
    'fn setup(z: i32) { g = z; }',
    `fn initA(row: i32) { rowA = row; baseA = p.oa + ${
      kind === 'forward'
        ? '(g * p.og + row) * p.k'
        : kind === 'data'
          ? '(g * p.og * p.cg + row) * p.places'
          : '(g * p.og + row) * p.windows'
    }; }`,
    loadA(kind, read),
    initB(kind, axes),
    loadB(kind, axes, read),
    store(kind, bias, read, put),
  ].join('\n');
  return {
    type: 'f32',
    access: v.access,
    fields,
    declarations,
    alongA: kind !== 'data' || !v.points,
    alongB: kind === 'weight',
  };
}

/** Weights (gradients of windows for `weight`): four rows of one term. */
function loadA(kind: Kind, read: (k: number, at: string) => string): string {
  const at = {
    forward: 'let at = baseA + k; let step = p.k;',
    data: 'let o = k / p.places; let at = baseA + o * p.cg * p.places + (k - o * p.places); let step = p.places;',
    weight:
      'let n = k / p.windows; let at = baseA + n * p.og * p.groups * p.windows + (k - n * p.windows); let step = p.windows;',
  }[kind];
  return `fn loadA(k: i32, first: i32) -> vec4<f32> {
  var v = vec4<f32>();
  if (k >= p.k) { return v; }
  ${at}
  ${four.map((i) => `if (rowA + first + ${i}i < p.m) { v.${part(i)} = ${read(0, `at + (first + ${i}i) * step`)}; }`).join('\n  ')}
  return v;
}`;
}

/** What the four columns of a thread have in common over all terms: where they start in memory, and at which coordinates. */
function initB(kind: Kind, axes: number): string {
  const list = Array.from({ length: axes }, (_, a) => a);
  const column = (i: number) => {
    const set = (base: string, at: (a: number) => string) =>
      `baseB.${part(i)} = p.ob + ${base}; ${list.map((a) => `at${a}.${part(i)} = ${at(a)};`).join(' ')}`;
    if (kind === 'forward')
      return `let n = c / p.windows;
      ${split('w', '(c - n * p.windows)', 'o', axes)}
      ${set('(n * p.groups + g) * p.cg * p.image', (a) => `w${a} * p.st${a} - p.pd${a}`)}`;
    if (kind === 'data')
      return `let n = c / p.image;
      ${split('w', '(c - n * p.image)', 'i', axes)}
      ${set('(n * p.groups + g) * p.og * p.windows', (a) => `w${a} + p.pd${a}`)}`;
    return `let n = c / p.places;
      ${split('w', '(c - n * p.places)', 'k', axes)}
      ${set('(g * p.cg + n) * p.image', (a) => `w${a} * p.dl${a} - p.pd${a}`)}`;
  };
  return `fn initB(col: i32) {
  ${four
    .map(
      (i) => `{
      let c = min(col + ${i}i, p.n - 1i);
      ${column(i)}
    }`,
    )
    .join('\n  ')}
}`;
}

/** Elements of image or windows that the terms meet: four columns of one term. Columns beyond the last are read and not stored. */
function loadB(kind: Kind, axes: number, read: (k: number, at: string) => string): string {
  const list = Array.from({ length: axes }, (_, a) => a);
  const body = {
    forward: {
      term: `let c = k / p.places;
  ${split('q', '(k - c * p.places)', 'k', axes)}
  let first = c * p.image;
  ${list.map((a) => `let t${a} = at${a} + q${a} * p.dl${a};`).join(' ')}`,
      extent: 'i',
      coordinate: (a: number, i: number) => `t${a}.${part(i)}`,
      extra: () => '',
    },
    data: {
      term: `let c = k / p.places;
  ${split('q', '(k - c * p.places)', 'k', axes)}
  let first = c * p.windows;
  ${list.map((a) => `let s${a} = at${a} - q${a} * p.dl${a}; let t${a} = s${a} / p.st${a};`).join(' ')}`,
      extent: 'o',
      coordinate: (a: number, i: number) => `t${a}.${part(i)}`,
      extra: (i: number) => list.map((a) => ` && t${a}.${part(i)} * p.st${a} == s${a}.${part(i)}`).join(''),
    },
    weight: {
      term: `let n = k / p.windows;
  ${split('q', '(k - n * p.windows)', 'o', axes)}
  let first = n * p.groups * p.cg * p.image;
  ${list.map((a) => `let t${a} = at${a} + q${a} * p.st${a};`).join(' ')}`,
      extent: 'i',
      coordinate: (a: number, i: number) => `t${a}.${part(i)}`,
      extra: () => '',
    },
  }[kind];
  const column = (i: number) => {
    const coordinate = (a: number) => body.coordinate(a, i);
    return `if (${inside(coordinate, body.extent, axes)}${body.extra(i)}) { v.${part(i)} = ${read(1, `baseB.${part(i)} + first + ${flat(coordinate, body.extent, axes)}`)}; }`;
  };
  return `fn loadB(k: i32) -> vec4<f32> {
  var v = vec4<f32>();
  if (k >= p.k) { return v; }
  ${body.term}
  ${four.map(column).join('\n  ')}
  return v;
}`;
}

function store(
  kind: Kind,
  bias: boolean,
  read: (k: number, at: string) => string,
  put: (at: string, value: string) => string,
): string {
  if (kind === 'weight')
    return `fn store(row: i32, col: i32, value: f32) { ${put('(g * p.og + row) * p.n + col', 'value')} }`;
  const [channels, elements] = kind === 'forward' ? ['og', 'windows'] : ['cg', 'image'];
  const channel = `g * p.${channels} + row`;
  return `fn store(row: i32, col: i32, value: f32) {
  let n = col / p.${elements};
  ${put(`((n * p.groups + g) * p.${channels} + row) * p.${elements} + (col - n * p.${elements})`, bias ? `value + ${read(3, `p.obias + ${channel}`)}` : 'value')}
}`;
}

/** A workgroup for each channel: every thread sums its places in each image, then the images' sums. */
function channelSums(d: DType): KernelText {
  return {
    access: 'wr',
    fields: ['channels: i32', 'windows: i32', 'batch: i32', 'oy: i32', 'ox: i32'],
    size: 64,
    declarations: 'var<workgroup> sums: array<f32, 64>;',
    body: `if (group >= p.channels) { return; }
var total = 0f;
for (var n = 0i; n < p.batch; n++) {
  var sum = 0f;
  let base = p.ox + (n * p.channels + group) * p.windows;
  for (var i = lane; i < p.windows; i += 64i) { sum += bitcast<f32>(b1[base + i]); }
  total += sum;
}
sums[lane] = total;
for (var s = 32i; s > 0i; s = s / 2i) {
  workgroupBarrier();
  if (lane < s) { sums[lane] += sums[lane + s]; }
}
if (lane == 0i) { b0[p.oy + group] = bitcast<u32>(${stored(d, 'sums[0]')}); }`,
  };
}

/** Convolutions of any number of spatial axes: no columns are written. */
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
    const y = dense.output(output);
    const operands = [dense.input(a), dense.input(b), y];
    if (bias !== null) operands.push(dense.input(bias));
    const bindings = new Bindings();
    operands.forEach((x, k) => {
      bindings.add(x, k === 2);
    });
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
    const offsets = bindings.offsets;
    const params = [
      ...[offsets[0]!, offsets[1]!, offsets[2]!, g.groups, cg, og, i, w, places],
      ...windowParams(spatial, out, { ksize, ...g }),
    ];
    if (bias !== null) params.push(offsets[3]!);
    const variant: Variant = {
      kind,
      axes,
      bias: bias !== null,
      output,
      places: bindings.places,
      access: bindings.access,
      points: places === 1,
    };
    const key = `convolution;${kind};${axes};${bias !== null};${output.dtype.name};${bindings.places};${bindings.access};${places === 1}`;
    runProduct(ctx, key, () => productText(variant), { ...extents, z: g.groups }, bindings.blocks, params);
    dense.finish();
  }

  /** The sum of all but channels: the gradient towards a bias. */
  function sumChannels(gy: NdArray, gb: NdArray): void {
    const dense = new Dense(copy);
    const to = dense.output(gb);
    const from = dense.input(gy);
    const [batch, channels] = gy.shape as [number, number];
    const kernel = ctx.kernels.get(`convolution;bias;${gb.dtype.name}`, () => channelSums(gb.dtype));
    kernel.run(
      [to, from].map(blockOf),
      [channels, sizeOf(gy.shape.slice(2)), batch, to.offset, from.offset],
      channels,
    );
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
