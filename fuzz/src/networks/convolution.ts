import type { Layer, Network } from './network.ts';
import { largest, list, options, product } from './network.ts';

/** Numbers of channels: what blocked layouts like, and what they do not. */
const channels = [1, 2, 3, 4, 5, 8, 16, 17, 24, 32, 33] as const;

export const isImage = (net: Network): boolean =>
  net.shape.length >= 3 && net.shape.length <= 5 && product(net.shape) > 0;

/** Where the windows of one axis lie. */
interface Windows {
  readonly k: number;
  readonly stride: number;
  readonly pad: number;
  readonly dilate: number;
}

function windows(net: Network, size: number, coverAll: boolean): Windows & { readonly out: number } {
  const { choices } = net;
  const k = choices.pick([1, 2, 3, 5]);
  const stride = choices.int(1, 3);
  let pad = choices.int(0, Math.min(2, k));
  const dilate = choices.chance(20) ? 2 : 1;
  const extent = (k - 1) * dilate + 1;
  // At least one window.
  while (size + 2 * pad < extent) pad++;
  const out = Math.floor((size + 2 * pad - extent + (coverAll ? stride - 1 : 0)) / stride) + 1;
  return { k, stride, pad, dilate, out };
}

/** One number where all are equal, which is how people write it. */
const short = (xs: readonly number[]): number | readonly number[] =>
  xs.every((v) => v === xs[0]) ? (xs[0] as number) : xs;
const unless = (usual: number, xs: readonly number[]) =>
  xs.every((v) => v === usual) ? undefined : short(xs);

function divisors(...numbers: number[]): number[] {
  const least = Math.min(...numbers);
  return Array.from({ length: least }, (_, i) => i + 1).filter((d) => numbers.every((n) => n % d === 0));
}

const convolution: Layer = {
  fits: isImage,
  write(net) {
    const [n, c, ...size] = net.shape as [number, number, ...number[]];
    const coverAll = net.choices.chance(15);
    const axes = size.map((d) => windows(net, d, coverAll));
    const groups = net.choices.chance(25) ? net.choices.pick(divisors(c)) : 1;
    let o = groups * Math.max(1, Math.ceil(net.choices.pick(channels) / groups));
    const out = axes.map((a) => a.out);
    if (n * o * product(out) > largest) o = groups;
    const kernel = axes.map((a) => a.k);
    const terms = (c / groups) * product(kernel);
    const W = net.parameter('W', [o, c / groups, ...kernel], terms);
    const b = net.bias(o);
    const given = options({
      stride: unless(
        1,
        axes.map((a) => a.stride),
      ),
      pad: unless(
        0,
        axes.map((a) => a.pad),
      ),
      dilate: unless(
        1,
        axes.map((a) => a.dilate),
      ),
      groups: groups === 1 ? undefined : groups,
      coverAll: coverAll || undefined,
    });
    const name = net.choices.chance(20) ? 'convolutionNd' : `convolution${size.length}d`;
    net.step(`F.${name}(h, ${W}, ${b}${given})`, [n, o, ...out], terms);
  },
};

const deconvolution: Layer = {
  fits: (net) => isImage(net) && product(net.shape) < largest / 8,
  write(net) {
    const { choices } = net;
    const [n, c, ...size] = net.shape as [number, number, ...number[]];
    const exact = choices.chance(30);
    const axes = size.map((d) => {
      const k = choices.int(1, 4);
      const stride = choices.int(1, 2);
      const dilate = choices.chance(20) ? 2 : 1;
      const extent = stride * (d - 1) + (k - 1) * dilate + 1;
      const pad = Math.min(choices.int(0, 2), Math.floor((extent - 1) / 2));
      // Sizes that the same windows of a convolution would lead back from.
      return { k, stride, dilate, pad, out: extent - 2 * pad + (exact ? choices.int(0, stride - 1) : 0) };
    });
    const out = axes.map((a) => a.out);
    const groups = choices.chance(25) ? choices.pick(divisors(c)) : 1;
    let o = groups * Math.max(1, Math.ceil(choices.pick(channels) / groups));
    if (n * o * product(out) > largest) o = groups;
    const kernel = axes.map((a) => a.k);
    const terms = (c / groups) * product(kernel);
    const W = net.parameter('W', [c, o / groups, ...kernel], terms);
    const b = net.bias(o);
    const given = options({
      stride: unless(
        1,
        axes.map((a) => a.stride),
      ),
      pad: unless(
        0,
        axes.map((a) => a.pad),
      ),
      dilate: unless(
        1,
        axes.map((a) => a.dilate),
      ),
      groups: groups === 1 ? undefined : groups,
      outsize: exact ? out : undefined,
    });
    net.step(`F.deconvolution${size.length}d(h, ${W}, ${b}${given})`, [n, o, ...out], terms);
  },
};

const depthwise: Layer = {
  fits: (net) => isImage(net) && net.shape.length === 4,
  write(net) {
    const [n, c, ...size] = net.shape as [number, number, number, number];
    const axes = size.map((d) => windows({ choices: net.choices } as Network, d, false));
    const multiplier = net.choices.int(1, 2);
    const extent = (a: Windows) => a.k;
    const out = axes.map((a, i) => Math.floor(((size[i] as number) + 2 * a.pad - extent(a)) / a.stride) + 1);
    const W = net.parameter('W', [multiplier, c, ...axes.map(extent)], product(axes.map(extent)));
    const b = net.bias(multiplier * c);
    const given = options({
      stride: unless(
        1,
        axes.map((a) => a.stride),
      ),
      pad: unless(
        0,
        axes.map((a) => a.pad),
      ),
    });
    const code = `F.depthwiseConvolution2d(h, ${W}, ${b}${given})`;
    net.step(code, [n, multiplier * c, ...out], product(axes.map(extent)));
  },
};

const linear: Layer = {
  fits: (net) => net.shape.length >= 2 && product(net.shape) > 0,
  write(net) {
    const { shape, choices } = net;
    const batchAxes = choices.int(1, shape.length - 1);
    const inputs = product(shape.slice(batchAxes));
    const outputs = choices.pick([1, 2, 3, 5, 8, 16, 17, 33]);
    const W = net.parameter('W', [outputs, inputs], inputs);
    const b = net.bias(outputs);
    const given = options({ nBatchAxes: batchAxes === 1 ? undefined : batchAxes });
    net.step(`F.linear(h, ${W}, ${b}${given})`, [...shape.slice(0, batchAxes), outputs], inputs);
  },
};

const product3: Layer = {
  fits: (net) => net.shape.length >= 2 && product(net.shape) > 0,
  write(net) {
    const { shape, choices } = net;
    const [rows, k] = shape.slice(-2) as [number, number];
    const columns = choices.int(1, 9);
    const batched = choices.chance(50) && shape.length <= 4;
    const name = net.parameter('M', [...(batched ? shape.slice(0, -2) : []), k, columns], k);
    net.step(`F.matmul(h, ${name})`, [...shape.slice(0, -2), rows, columns], k);
  },
};

const embed: Layer = {
  fits: (net) => net.shape.length >= 1 && net.shape.length <= 3 && product(net.shape) < largest / 8,
  write(net) {
    const rows = net.choices.int(1, 9);
    const size = net.choices.pick([1, 3, 8, 16]);
    const W = net.parameter('W', [rows, size]);
    const ignored = net.choices.chance(30);
    const ids = `integers(${list(net.shape)}, ${ignored ? -1 : 0}, ${rows})`;
    const taken = `F.embedId(${ids}, ${W}${options({ ignoreLabel: ignored ? -1 : undefined })})`;
    net.step(
      `F.mul(F.expandDims(h, ${net.shape.length}), ${taken})`,
      [...net.shape, size],
      product(net.shape),
    );
  },
};

export const connections: readonly Layer[] = [
  convolution,
  convolution,
  convolution,
  deconvolution,
  depthwise,
  linear,
  product3,
  embed,
];
