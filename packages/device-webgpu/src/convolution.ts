import { type ConvGeometry, type DType, type Kernels, type NdArray, sizeOf } from '@chainer/xp/internal';
import { Bindings } from './bindings.ts';
import type { Context } from './context.ts';
import { Dense } from './dense.ts';
import { blockOf, type KernelText } from './kernel.ts';
import type { Product } from './product.ts';
import { runProduct } from './run-product.ts';
import { stored } from './wgsl/types.ts';
import { flat, split, windowFields, windowParams } from './windows.ts';

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
  /** Whether windows have a single place, and whether all strides are 1. */
  readonly points: boolean;
  readonly unit: boolean;
  /** Whether weights, or the windows' gradients, lie in wholes of four terms. */
  readonly wide: boolean;
}

const part = (i: number) => 'xyzw'[i]!;
const axesOf = (n: number) => Array.from({ length: n }, (_, a) => a);

/**
 * A convolution as an implicit product: columns are never written, their elements are read where the windows find them. `cg` and
 * `og` are the channels of image and windows in a group, `image` and `windows` the elements of a channel, `places` those of a window.
 */
function productText(v: Variant): Product {
  const { kind, axes, bias, output, places, points, unit, wide } = v;
  const fields = [
    ...['oa', 'ob', 'oo', 'groups', 'cg', 'og', 'image', 'windows', 'places'].map((name) => `${name}: i32`),
    ...windowFields(axes),
  ];
  if (bias) fields.push('obias: i32');
  const read = (k: number, at: string) => `bitcast<f32>(b${places[k]}[${at}])`;
  const put = (at: string, value: string) =>
    `b${places[2]}[p.oo + ${at}] = bitcast<u32>(${stored(output.dtype, value)});`;
  const row = {
    forward: '(g * p.og + row) * p.k',
    data: '(g * p.og * p.cg + row) * p.places',
    weight: '(g * p.og + row) * p.windows',
  }[kind];
  const declarations = [
    'var<private> g: i32;',
    `struct Cols { base: vec4<i32>, ${axesOf(axes)
      .map((a) => `at${a}: vec4<i32>`)
      .join(', ')} };`,
    `struct Term { a: i32, base: i32, ${axesOf(axes)
      .map((a) => `at${a}: i32`)
      .join(', ')} };`,
    'fn setup(z: i32) { g = z; }',
    `fn rowOf(row: i32) -> i32 { return p.oa + ${row}; }`,
    colsOf(kind, axes),
    termOf(kind, axes, points),
    wide
      ? `fn readA4(row: i32, t: Term) -> vec4<f32> { return bitcast<vec4<f32>>(b${places[0]}[(row + t.a) / 4i]); }`
      : `fn readA(row: i32, t: Term) -> f32 { return ${read(0, 'row + t.a')}; }`,
    readB(kind, axes, unit, read),
    store(kind, bias, read, put),
  ].join('\n');
  return {
    type: 'f32',
    access: v.access,
    fields,
    declarations,
    alongA: kind !== 'data' || !points,
    alongB: kind === 'weight',
    wideA: wide,
    wideB: false,
    types: wide ? Object.assign([] as string[], { [places[0]!]: 'vec4<u32>' }) : [],
  };
}

/** Where the four columns start in memory, and at which coordinates. */
function colsOf(kind: Kind, axes: number): string {
  const list = axesOf(axes);
  const column = (i: number) => {
    const set = (base: string, at: (a: number) => string) =>
      `cols.base.${part(i)} = p.ob + ${base}; ${list.map((a) => `cols.at${a}.${part(i)} = ${at(a)};`).join(' ')}`;
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
  return `fn colsOf(col: i32) -> Cols {
  var cols: Cols;
  ${[0, 1, 2, 3].map((i) => `{ let c = min(col + ${i}i, p.n - 1i); ${column(i)} }`).join('\n  ')}
  return cols;
}`;
}

/** Where the rows find a term, where the columns' channel starts, and how far the term is from a column's own coordinates. */
function termOf(kind: Kind, axes: number, points: boolean): string {
  const term = (a: string, base: string, at: (a: number) => string) =>
    `return Term(${[a, base, ...axesOf(axes).map(at)].join(', ')});`;
  const body = () => {
    if (kind === 'weight')
      return `let n = k / p.windows;
  let place = k - n * p.windows;
  ${split('q', 'place', 'o', axes)}
  ${term('n * p.og * p.groups * p.windows + place', 'n * p.groups * p.cg * p.image', (a) => `q${a} * p.st${a}`)}`;
    const elements = kind === 'forward' ? 'p.image' : 'p.windows';
    // Windows of a single place have no other to look for.
    if (points) return term(kind === 'forward' ? 'k' : 'k * p.cg', `k * ${elements}`, () => '0i');
    return `let c = k / p.places;
  let place = k - c * p.places;
  ${split('q', 'place', 'k', axes)}
  ${term(kind === 'forward' ? 'k' : 'c * p.cg * p.places + place', `c * ${elements}`, (a) => `${kind === 'forward' ? '' : '-'}q${a} * p.dl${a}`)}`;
  };
  return `fn termOf(k: i32) -> Term {
  ${body()}
}`;
}

/** Elements of image or windows that a term meets in four columns; 0 where it meets none. */
function readB(kind: Kind, axes: number, unit: boolean, read: (k: number, at: string) => string): string {
  const list = axesOf(axes);
  const extent = kind === 'data' ? 'o' : 'i';
  // The data's gradient looks for windows that start at a multiple of the stride.
  const strided = kind === 'data' && !unit;
  const lines = list.map((a) => `let ${strided ? 's' : 't'}${a} = c.at${a} + t.at${a};`);
  if (strided) lines.push(...list.map((a) => `let t${a} = s${a} / p.st${a};`));
  const conditions = list.flatMap((a) => [
    `(bitcast<vec4<u32>>(t${a}) < vec4<u32>(u32(p.${extent}${a})))`,
    ...(strided ? [`(t${a} * p.st${a} == s${a})`] : []),
  ]);
  const zero = 'vec4<f32>()';
  const values = `vec4<f32>(${[0, 1, 2, 3].map((i) => read(1, `at.${part(i)}`)).join(', ')})`;
  return `fn readB(c: Cols, t: Term) -> vec4<f32> {
  ${lines.join('\n  ')}
  let at = c.base + t.base + ${axes === 0 ? '0i' : flat((a) => `t${a}`, extent, axes)};
  return ${conditions.length === 0 ? values : `select(${zero}, ${values}, ${conditions.join(' & ')})`};
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
function channelSums(d: DType, team: number): KernelText {
  return {
    access: 'wr',
    fields: ['channels: i32', 'windows: i32', 'batch: i32', 'oy: i32', 'ox: i32'],
    size: team,
    declarations: `var<workgroup> sums: array<f32, ${team}>;`,
    body: `if (group >= p.channels) { return; }
var total = 0f;
for (var n = 0i; n < p.batch; n++) {
  var sum = 0f;
  let base = p.ox + (n * p.channels + group) * p.windows;
  for (var i = lane; i < p.windows; i += ${team}i) { sum += bitcast<f32>(b1[base + i]); }
  total += sum;
}
sums[lane] = total;
for (var s = ${team / 2}i; s > 0i; s = s / 2i) {
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
    const own = bindings.places.filter((place) => place === bindings.places[0]).length === 1;
    const length = kind === 'weight' ? w : extents.k;
    const inFours = kind !== 'data' && own && length % 4 === 0 && offsets[0]! % 4 === 0;
    const variant: Variant = {
      kind,
      axes,
      bias: bias !== null,
      output,
      places: bindings.places,
      access: bindings.access,
      points: places === 1,
      unit: g.stride.every((n) => n === 1),
      wide: inFours,
    };
    const key = `convolution;${kind};${axes};${bias !== null};${output.dtype.name};${bindings.places};${bindings.access};${variant.points};${variant.unit};${inFours}`;
    const all = { ...extents, z: g.groups };
    // Coordinates are computed and compared for every element.
    runProduct(ctx, key, () => productText(variant), all, bindings.blocks, params, 2);
    dense.finish();
  }

  /** The sum of all but channels: the gradient towards a bias. */
  function sumChannels(gy: NdArray, gb: NdArray): void {
    const dense = new Dense(copy);
    const to = dense.output(gb);
    const from = dense.input(gy);
    const [batch, channels] = gy.shape as [number, number];
    const team = ctx.gpu.team(64);
    const kernel = ctx.kernels.get(`convolution;bias;${team};${gb.dtype.name}`, () =>
      channelSums(gb.dtype, team),
    );
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
