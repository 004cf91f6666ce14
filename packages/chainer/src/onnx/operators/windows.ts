import { s } from '@chainer/xp/functions';
import type { VariableLike } from '../../core/variable.ts';
import * as F from '../../functions/index.ts';
import { type Attributes, at, type Operator } from './operator.ts';

/** Operations whose windows go over images. */

/** The padding of the spatial axes, before and after. */
function padding(a: Attributes, axes: number): { before: number[]; after: number[]; equal: boolean } {
  if (a.text('auto_pad', 'NOTSET') !== 'NOTSET') a.fail('auto_pad is not supported; give pads');
  const pads = a.integers('pads') ?? new Array<number>(2 * axes).fill(0);
  const [before, after] = [pads.slice(0, axes), pads.slice(axes)];
  return { before, after, equal: before.every((p, i) => p === after[i]) };
}

/** What windows go over, and the padding that is left to them: none where both ends differ. */
function padded(x: VariableLike, a: Attributes, axes: number, value: number): [VariableLike, number[]] {
  const { before, after, equal } = padding(a, axes);
  if (equal) return [x, before];
  const widths = before.map((p, i): [number, number] => [p, after[i] as number]);
  const nothing: [number, number] = [0, 0];
  const wide = F.pad(x, [nothing, nothing, ...widths], 'constant', { constantValues: value });
  return [wide, before.map(() => 0)];
}

const geometry = (a: Attributes, axes: number) => ({
  stride: a.integers('strides') ?? new Array<number>(axes).fill(1),
  dilate: a.integers('dilations') ?? new Array<number>(axes).fill(1),
  groups: a.integer('group', 1),
});

const conv: Operator = (xs, a) => {
  const axes = at(xs, 1).shape.length - 2;
  const [x, pad] = padded(at(xs, 0), a, axes, 0);
  return F.convolutionNd(x, at(xs, 1), xs[2] ?? null, { pad, ...geometry(a, axes) });
};

/** The whole of what windows cover, of which the padding is cut off. */
const convTranspose: Operator = (xs, a) => {
  const axes = at(xs, 1).shape.length - 2;
  const { before, after } = padding(a, axes);
  const { stride, dilate, groups } = geometry(a, axes);
  const extra = a.integers('output_padding') ?? before.map(() => 0);
  const outsize = before.map((_, i) => {
    const reach = ((at(xs, 1).shape[i + 2] as number) - 1) * (dilate[i] as number) + 1;
    return ((at(xs, 0).shape[i + 2] as number) - 1) * (stride[i] as number) + reach + (extra[i] as number);
  });
  const all = F.deconvolutionNd(at(xs, 0), at(xs, 1), xs[2] ?? null, { stride, outsize, dilate, groups });
  const inside = outsize.map((d, i) => s(before[i] as number, d - (after[i] as number)));
  return F.getItem(all, ['...', ...inside]);
};

const maxPool: Operator = (xs, a) => {
  const ksize = a.integers('kernel_shape') as readonly number[];
  const [x, pad] = padded(at(xs, 0), a, ksize.length, Number.NEGATIVE_INFINITY);
  const stride = a.integers('strides') ?? ksize.map(() => 1);
  if (a.integers('dilations')?.some((d) => d !== 1)) a.fail('dilations are not supported');
  return F.maxPoolingNd(x, ksize, { stride, pad, coverAll: a.integer('ceil_mode', 0) === 1 });
};

const averagePool: Operator = (xs, a) => {
  const ksize = a.integers('kernel_shape') as readonly number[];
  const { before, equal } = padding(a, ksize.length);
  if (!equal) a.fail('pads that differ at both ends are not supported');
  if (a.integer('ceil_mode', 0) === 1) a.fail('ceil_mode is not supported');
  const stride = a.integers('strides') ?? ksize.map(() => 1);
  return F.averagePoolingNd(at(xs, 0), ksize, {
    stride,
    pad: before,
    padValue: a.integer('count_include_pad', 0) === 1 ? 0 : null,
  });
};

const globalAverage: Operator = (xs) => {
  const axes = at(xs, 0)
    .shape.map((_, i) => i)
    .slice(2);
  return F.mean(at(xs, 0), { axis: axes, keepdims: true });
};

export const windowOperators: Readonly<Record<string, Operator>> = {
  AveragePool: averagePool,
  Conv: conv,
  ConvTranspose: convTranspose,
  GlobalAveragePool: globalAverage,
  LRN: (xs, a) => {
    const n = a.integer('size', 5);
    const [alpha, beta, k] = [a.float('alpha', 1e-4) / n, a.float('beta', 0.75), a.float('bias', 1)];
    return F.localResponseNormalization(at(xs, 0), { n, k, alpha, beta });
  },
  MaxPool: maxPool,
};
