import type { NdArray } from '@chainer/xp/functions';
import type { LinearMap } from '../../core/linear-map.ts';
import { SoftTargets } from '../../functions/loss/soft-targets.ts';
import type { SoftmaxCrossEntropy } from '../../functions/loss/softmax-cross-entropy.ts';
import type { BatchNormalization } from '../../functions/normalization/batch-normalization.ts';
import type { FixedBatchNormalization } from '../../functions/normalization/fixed-batch-normalization.ts';
import type { GroupNormalization } from '../../functions/normalization/group-normalization.ts';
import type { ChannelSum } from '../../functions/normalization/local-response-normalization.ts';
import type { Axes } from '../../functions/normalization/statistics.ts';
import type { AveragePooling } from '../../functions/pooling/average-pooling-nd.ts';
import type { MaxPooling } from '../../functions/pooling/max-pooling-nd.ts';
import { float, type GraphBuilder } from '../graph-builder.ts';
import type { Rule, Rules } from './rule.ts';

const maxPooling: Rule<MaxPooling> = (g, [x], { node, inputs: [a], outputs: [y] }) => {
  const { ksize, stride, pad } = node.windows;
  // What windows that cover everything reach beyond the image is padding, which never is the greatest.
  const after = ksize.map((k, i) => {
    const end = (((y as NdArray).shape[i + 2] as number) - 1) * (stride[i] as number) + k;
    return Math.max(0, end - ((a as NdArray).shape[i + 2] as number) - (pad[i] as number));
  });
  return g.op('MaxPool', [x as string], { kernel_shape: ksize, strides: stride, pads: [...pad, ...after] });
};

const averagePooling: Rule<AveragePooling> = (g, [x], { node }) => {
  const { ksize, stride, pad } = node.windows;
  return g.op('AveragePool', [x as string], {
    kernel_shape: ksize,
    strides: stride,
    pads: [...pad, ...pad],
    count_include_pad: Number(node.divisor === 'window'),
  });
};

/** `γ (x - mean) / √(variance + eps) + β`, with statistics of any axes. */
function normalized(
  g: GraphBuilder,
  [x, gamma, beta, mean, variance]: readonly string[],
  input: NdArray,
  { expanded }: Axes,
  eps: number,
): string {
  const wide = (name: string | undefined) => g.reshape(name as string, expanded);
  const deviation = g.op('Sqrt', [g.op('Add', [wide(variance), g.scalar(eps, input.dtype.name)])]);
  const unit = g.op('Div', [g.op('Sub', [x as string, wide(mean)]), deviation]);
  return g.op('Add', [g.op('Mul', [unit, wide(gamma)]), wide(beta)]);
}

const fixedBatchNormalization: Rule<FixedBatchNormalization> = (g, names, { node, inputs }) => {
  const axes = node.axes as Axes;
  const x = inputs[0] as NdArray;
  if (axes.kept.length === 1 && axes.kept[0] === 1)
    return g.op('BatchNormalization', names, { epsilon: float(node.eps) });
  return normalized(g, names, x, axes, node.eps);
};

/** With statistics of the batch: training. */
const batchNormalization: Rule<BatchNormalization> = (g, [x, gamma, beta], { node, inputs }) => {
  const axes = node.axes as Axes;
  const mean = g.op('ReduceMean', [x as string], { axes: axes.reduced, keepdims: 1 });
  const centred = g.op('Sub', [x as string, mean]);
  const variance = g.op('ReduceMean', [g.op('Mul', [centred, centred])], { axes: axes.reduced, keepdims: 1 });
  return normalized(g, [x, gamma, beta, mean, variance] as string[], inputs[0] as NdArray, axes, node.eps);
};

const groupNormalization: Rule<GroupNormalization> = (g, [x, gamma, beta], { node, inputs }) => {
  const { shape, dtype } = inputs[0] as NdArray;
  const [n] = shape as [number];
  const size = shape.slice(1).reduce((a, d) => a * d, 1);
  const rows = g.reshape(x as string, [n, node.groups, size / node.groups]);
  const means = { axes: [2], keepdims: 1 };
  const centred = g.op('Sub', [rows, g.op('ReduceMean', [rows], means)]);
  const variance = g.op('ReduceMean', [g.op('Mul', [centred, centred])], means);
  const deviation = g.op('Sqrt', [g.op('Add', [variance, g.scalar(node.eps, dtype.name)])]);
  const unit = g.reshape(g.op('Div', [centred, deviation]), shape);
  const wide = shape.slice(1).map((d, i) => (i === 0 ? d : 1));
  return g.op('Add', [
    g.op('Mul', [unit, g.reshape(gamma as string, wide)]),
    g.reshape(beta as string, wide),
  ]);
};

/** Sums over neighbouring channels: an average over a window of that many, times their number. */
const channelSum: Rule<LinearMap> = (g, [x], { node, inputs: [a] }) => {
  const { shape, dtype } = a as NdArray;
  const half = (node.operator as ChannelSum).half;
  const [n, c] = shape as [number, number];
  const rest = shape.slice(2).reduce((p, d) => p * d, 1);
  const mean = g.op('AveragePool', [g.reshape(x as string, [n, 1, c, rest])], {
    kernel_shape: [2 * half + 1, 1],
    pads: [half, 0, half, 0],
    count_include_pad: 1,
  });
  return g.reshape(g.op('Mul', [mean, g.scalar(2 * half + 1, dtype.name)]), shape);
};

/** Targets that are distributions over the classes. */
const softTargets: Rule<SoftTargets> = (g, [x, t], { node, inputs: [a] }) => {
  const target = t as string;
  const logp = g.op('LogSoftmax', [x as string], { axis: 1 });
  const near = () => g.op('Log', [g.op('Add', [target, g.scalar(1e-7, (a as NdArray).dtype.name)])]);
  const each = node.kl ? g.op('Sub', [near(), logp]) : g.op('Neg', [logp]);
  const losses = g.op('ReduceSum', [g.op('Mul', [target, each]), g.integers([1])], { keepdims: 0 });
  return node.mean ? g.op('ReduceMean', [losses], { keepdims: 0 }) : losses;
};

const softmaxCrossEntropy: Rule<SoftmaxCrossEntropy | SoftTargets> = (g, [x, t], call) => {
  const { node, inputs } = call;
  if (node instanceof SoftTargets) return softTargets(g, [x, t] as string[], { ...call, node });
  const [scores, labels] = inputs as [NdArray, NdArray];
  const weights = node.weight === null ? [] : [g.valueOf(node.weight)];
  const loss = (reduction: string) =>
    g.op('SoftmaxCrossEntropyLoss', [x as string, g.cast(t as string, 'int64'), ...weights], {
      ignore_index: node.ignore,
      reduction,
    });
  if (!node.mean) return loss('none');
  if (node.normalize && node.weight === null) return loss('mean');
  if (node.normalize) {
    // Chainer divides by the number of labels that count, not by their weights.
    const counts = g.op('Not', [
      g.op('Equal', [g.cast(t as string, 'int64'), g.scalar(node.ignore, 'int64')]),
    ]);
    const number = g.op('ReduceSum', [g.cast(counts, scores.dtype.name)], { keepdims: 0 });
    return g.op('Div', [loss('sum'), number]);
  }
  return g.op('Div', [loss('sum'), g.scalar(Math.max(1, labels.shape[0] as number), scores.dtype.name)]);
};

const meanOf =
  (distance: (g: GraphBuilder, d: string) => string): Rule<never> =>
  (g, [a, b]) =>
    g.op('ReduceMean', [distance(g, g.op('Sub', [a as string, b as string]))], { keepdims: 0 });

export const layerRules: Rules = {
  MaxPooling2D: maxPooling,
  MaxPoolingND: maxPooling,
  AveragePooling2D: averagePooling,
  AveragePoolingND: averagePooling,
  FixedBatchNormalization: fixedBatchNormalization,
  BatchNormalization: batchNormalization,
  GroupNormalization: groupNormalization,
  ChannelSum: channelSum,
  SoftmaxCrossEntropy: softmaxCrossEntropy,
  MeanSquaredError: meanOf((g, d) => g.op('Mul', [d, d])),
  MeanAbsoluteError: meanOf((g, d) => g.op('Abs', [d])),
};
