import { astype, maximum, multiply, type NdArray, notEqual, sum, take } from '@chainer/xp/functions';
import { asArray, asVariable, type Variable, type VariableLike } from '../../core/variable.ts';
import * as F from '../../functions/index.ts';
import { at, numbers, type Operator, placesBeside, together } from './operator.ts';

/** Products, normalization, losses, regions, linear algebra. */

const gemm: Operator = (xs, a) => {
  const product = F.mul(
    F.matmul(at(xs, 0), at(xs, 1), {
      transa: a.integer('transA', 0) === 1,
      transb: a.integer('transB', 0) === 1,
    }),
    a.float('alpha', 1),
  );
  return xs[2] === undefined ? product : F.add(product, F.mul(xs[2], a.float('beta', 1)));
};

const batchNormalization: Operator = (xs, a) =>
  F.fixedBatchNormalization(at(xs, 0), at(xs, 1), at(xs, 2), at(xs, 3), at(xs, 4), {
    eps: a.float('epsilon', 1e-5),
  });

/** Weights that count are summed, as ONNX has it, where the loss is a mean. */
const softmaxCrossEntropyLoss: Operator = (xs, a) => {
  const [x, t] = [at(xs, 0), placesBeside(at(xs, 0), at(xs, 1))];
  const classWeight = xs[2] === undefined ? null : asArray(xs[2]);
  // Labels are not negative where none is to be ignored.
  const ignoreLabel = a.integer('ignore_index', -1);
  const each = F.softmaxCrossEntropy(x, t, { reduce: 'no', classWeight, ignoreLabel });
  const reduction = a.text('reduction', 'mean');
  if (reduction === 'none') return each;
  if (reduction === 'sum') return F.sum(each);
  const counts = astype(notEqual(t, ignoreLabel), asArray(x).dtype);
  if (classWeight === null) return F.div(F.sum(each), sum(counts));
  const [weights, labels] = together([classWeight, t]) as [NdArray, NdArray];
  return F.div(F.sum(each), sum(multiply(take(weights, maximum(labels, 0)), counts)));
};

/** Regions come as x₁, y₁, x₂, y₂. */
const roiAlign: Operator = (xs, a) => {
  a.expect('mode', 'avg');
  if (a.text('coordinate_transformation_mode', 'output_half_pixel') !== 'output_half_pixel')
    a.fail('coordinate_transformation_mode must be output_half_pixel');
  const [x, rois] = [at(xs, 0), asArray(at(xs, 1))];
  const corners = take(rois, [1, 0, 3, 2], { axis: 1 });
  const out = [a.integer('output_height', 1), a.integer('output_width', 1)];
  const ratio = a.integer('sampling_ratio', 0);
  return F.roiAverageAlign2d(x, corners, placesBeside(x, at(xs, 2)), out, a.float('spatial_scale', 1), {
    samplingRatio: ratio === 0 ? null : ratio,
  });
};

/** Parts side by side along a last axis, or the real part alone. */
const dft: Operator = (xs, a) => {
  a.expect('onesided', 0);
  const x = at(xs, 0);
  const ndim = x.shape.length;
  const axis = a.integer('axis', 1);
  const from = axis < 0 ? axis + ndim : axis;
  const length = numbers(xs[1])?.[0];
  if (length !== undefined && length !== x.shape[from]) a.fail('dft_length must be the length of the axis');
  const parts = F.separate(F.moveaxis(x, from, ndim - 2), { axis: ndim - 1 });
  const re = parts[0] as Variable;
  const im = parts[1] ?? F.mul(re, 0);
  const y = a.integer('inverse', 0) === 1 ? F.ifft([re, im]) : F.fft([re, im]);
  return F.moveaxis(F.stack(y, { axis: -1 }), ndim - 2, from);
};

const det: Operator = (xs) => {
  const { shape } = at(xs, 0);
  const [n] = shape.slice(-1) as [number];
  return F.reshape(F.batchDet(F.reshape(at(xs, 0), [-1, n, n])), shape.slice(0, -2));
};

export const layerOperators: Readonly<Record<string, Operator>> = {
  BatchNormalization: batchNormalization,
  Constant: (_, a) => a.tensor('value'),
  DFT: dft,
  Det: det,
  Einsum: (xs, a) => F.einsum(a.text('equation', ''), ...(xs as readonly VariableLike[]).map(asVariable)),
  Gemm: gemm,
  MatMul: (xs) => F.matmul(at(xs, 0), at(xs, 1)),
  RoiAlign: roiAlign,
  SoftmaxCrossEntropyLoss: softmaxCrossEntropyLoss,
};
