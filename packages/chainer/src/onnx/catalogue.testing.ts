import { array, type NdArray, random, s } from '@chainer/xp';
import { elementwise } from '../core/elementwise.ts';
import { Variable } from '../core/variable.ts';
import * as F from '../functions/index.ts';
import { type Fn, integers, normal, positive, variances, weights } from './catalogue-values.testing.ts';

/** Functions of one matrix of normal numbers, `[3, 4]`. */
export const ofOneMatrix = {
  absolute: F.absolute,
  arctan: F.arctan,
  arctanh: (x) => F.arctanh(F.mul(F.tanh(x), 0.9)),
  ceil: F.ceil,
  clip: (x) => F.clip(x, -0.5, 0.7),
  clippedRelu: (x) => F.clippedRelu(x, { z: 0.6 }),
  cos: F.cos,
  cosh: F.cosh,
  crelu: (x) => F.crelu(x),
  elu: (x) => F.elu(x, { alpha: 0.7 }),
  erf: F.erf,
  erfc: F.erfc,
  exp: F.exp,
  expm1: F.expm1,
  fix: F.fix,
  floor: F.floor,
  hardSigmoid: F.hardSigmoid,
  identity: F.identity,
  leakyRelu: (x) => F.leakyRelu(x, { slope: 0.3 }),
  logistic: F.sigmoid,
  negative: F.neg,
  relu: F.relu,
  selu: (x) => F.selu(x),
  sign: F.sign,
  sin: F.sin,
  sinh: F.sinh,
  softplus: (x) => F.softplus(x),
  'softplus, another beta': (x) => F.softplus(x, { beta: 2 }),
  square: F.square,
  tan: F.tan,
  tanh: F.tanh,
  swish: (x) => F.swish(x, new Variable(array(1.5))),
  'numbers on both sides': (x) => F.sub(1, F.div(F.add(x, 2), 3)),
  'max and min of numbers': (x) => F.maximum(F.minimum(x, F.mul(x, 0)), F.sub(F.mul(x, 0), 1)),
  power: (x) => F.pow(F.absolute(x), 1.5),
  softmax: (x) => F.softmax(x, { axis: 0 }),
  logSoftmax: (x) => F.logSoftmax(x, { axis: -1 }),
  sum: (x) => [F.sum(x), F.sum(x, { axis: 1, keepdims: true }), F.sum(x, { axis: [0, -1] })],
  mean: (x) => F.mean(x, { axis: 0 }),
  average: (x) => F.average(x, { axis: 1, weights: new Variable(array([1, 2, 3, 4])) }),
  max: (x) => [F.max(x), F.max(x, { axis: 1 })],
  min: (x) => F.min(x, { axis: [0], keepdims: true }),
  prod: (x) => F.prod(x, { axis: 1 }),
  logsumexp: (x) => [F.logsumexp(x), F.logsumexp(x, { axis: 0 })],
  'argmax, argmin': (x) => [F.argmax(x), F.argmax(x, { axis: 0 }), F.argmin(x, { axis: -1 })],
  cumsum: (x) => F.cumsum(x, { axis: 1 }),
  normalize: (x) => F.normalize(x),
  dropout: (x) => F.dropout(x),
  reshape: (x) => F.reshape(x, [4, -1]),
  flatten: F.flatten,
  transpose: (x) => [F.transpose(x), F.transpose(x, { axes: [1, 0] })],
  expandDims: (x) => F.expandDims(x, 1),
  squeeze: (x) => F.squeeze(F.expandDims(x, 1), { axis: 1 }),
  broadcastTo: (x) => F.broadcastTo(x, [2, 3, 4]),
  sumTo: (x) => F.sumTo(F.mul(x, x), [1, 4]),
  tile: (x) => F.tile(x, [2, 1]),
  repeat: (x) => F.repeat(x, 2, { axis: 1 }),
  concat: (x) => F.concat([x, F.relu(x)], { axis: -1 }),
  stack: (x) => F.stack([x, x], { axis: 1 }),
  hstack: (x) => F.hstack([x, x]),
  vstack: (x) => F.vstack([x, x]),
  separate: (x) => F.separate(x, { axis: 1 }),
  splitAxis: (x) => [...F.splitAxis(x, 2, 1), ...F.splitAxis(x, [1], 0)],
  flip: (x) => F.flip(x, 1),
  fliplr: F.fliplr,
  pad: (x) =>
    F.pad(
      x,
      [
        [1, 2],
        [0, 1],
      ] as never,
      'constant',
    ),
  moveaxis: (x) => F.moveaxis(F.expandDims(x, 0), 0, 2),
  swapaxes: (x) => F.swapaxes(x, 0, 1),
  rollaxis: (x) => F.rollaxis(x, 1),
  cast: (x) => F.cast(x, 'float64'),
  permutate: (x) => [
    F.permutate(x, integers([2, 0, 1])),
    F.permutate(x, integers([1, 3, 0, 2]), { axis: 1, inv: true }),
  ],
  'getItem: a row, a range, steps': (x) => [
    F.getItem(x, 1),
    F.getItem(x, s(0, 2)),
    F.getItem(x, ['...', s(null, null, -2)]),
    F.getItem(x, [s(2, 0, -1), null, 1]),
    F.getItem(x, [-1, 2]),
  ],
  'getItem: lists and masks': (x) => [
    F.getItem(x, integers([2, 0, 0])),
    F.getItem(x, [integers([0, 1]), integers([3, 2])]),
    F.getItem(x, array([true, false, true])),
  ],
  where: (x) => F.where(array([[true, false, true, false]]), x, F.neg(x)),
  matmul: (x) => [F.matmul(x, x, { transb: true }), F.matmul(x, x, { transa: true })],
  einsum: (x) => F.einsum('ij,kj->ik', x, x),
  meanSquaredError: (x) => F.meanSquaredError(x, F.relu(x)),
  meanAbsoluteError: (x) => F.meanAbsoluteError(x, F.relu(x)),
  squaredError: (x) => F.squaredError(x, F.relu(x)),
  huberLoss: (x) => F.huberLoss(x, F.relu(x), 0.5),
  linearInterpolate: (x) => F.linearInterpolate(F.sigmoid(x), x, F.neg(x)),
  gaussianKlDivergence: (x) => F.gaussianKlDivergence(x, x),
  layerNormalization: (x) =>
    F.layerNormalization(x, array([1, 2, 3, 4]), array([0, 1, 0, 1]).astype('float32')),
  maxout: (x) => F.maxout(x, 2),
  bias: (x) => F.bias(x, new Variable(array([1, 2, 3, 4]).astype('float32'))),
  scale: (x) => F.scale(x, new Variable(array([1, 2, 3, 4]).astype('float32'))),
  "a user's function": elementwise('mish', (x) => x.mul(x.exp().add(1).log().tanh())),
  "a user's function of comparisons": elementwise('band', (x) => x.gt(-0.5).mul(x.lt(0.5)).mul(x.add(1))),
} satisfies Record<string, (x: Variable) => Variable | readonly Variable[]>;

/** A function, and its arguments. */
export type Case = readonly [Fn, readonly NdArray[]];

export const ofOthers: Readonly<Record<string, Case>> = {
  'arccos, arcsin': [(x) => [F.arccos(x), F.arcsin(x)], [random.rand(3, 4)]],
  'logarithms and roots': [
    (x) => [F.log(x), F.log10(x), F.log2(x), F.log1p(x), F.sqrt(x), F.rsqrt(x)],
    [positive(3, 4)],
  ],
  'arithmetic that broadcasts': [
    (x, y) => [
      F.add(x, y),
      F.sub(x, y),
      F.mul(x, y),
      F.div(x, y),
      F.maximum(x, y),
      F.minimum(x, y),
      F.fmod(x, y),
    ],
    [normal(2, 3, 4), positive(3, 1)],
  ],
  'batched products': [(x, y) => F.matmul(x, y), [normal(2, 3, 4), normal(2, 4, 5)]],
  'convolution1d, 3d': [
    (x, y) => [
      F.convolution1d(x, new Variable(weights(4, 2, 3)), null, { pad: 1, stride: 2 }),
      F.convolution3d(y, new Variable(weights(2, 2, 2, 2, 2)), new Variable(weights(2))),
    ],
    [normal(2, 2, 7), normal(1, 2, 4, 4, 4)],
  ],
  'convolution2d that covers all': [
    (x) =>
      F.convolution2d(x, new Variable(weights(3, 2, 3, 3)), null, { stride: 2, coverAll: true } as never),
    [normal(2, 2, 8, 6)],
  ],
  deconvolution2d: [
    (x) =>
      F.deconvolution2d(x, new Variable(weights(2, 3, 3, 3)), null, { stride: 2, pad: 1, outsize: [8, 9] }),
    [normal(2, 2, 4, 5)],
  ],
  depthwiseConvolution2d: [
    (x) => F.depthwiseConvolution2d(x, new Variable(weights(2, 3, 3, 3)), null, { pad: 1 }),
    [normal(2, 3, 6, 6)],
  ],
  'max pooling, all covered and not': [
    (x) => [
      F.maxPooling2d(x, 3, { stride: 2, pad: 1 }),
      F.maxPooling2d(x, 3, { stride: 2, coverAll: false }),
      F.maxPooling2d(x, 2),
    ],
    [normal(2, 3, 7, 8)],
  ],
  'average pooling': [
    (x) => [
      F.averagePooling2d(x, 3, { stride: 2, pad: 1 }),
      F.averagePoolingNd(x, 2, { padValue: null, pad: 1 } as never),
    ],
    [normal(2, 3, 7, 8)],
  ],
  localResponseNormalization: [(x) => F.localResponseNormalization(x, { n: 3 }), [normal(2, 5, 3, 3)]],
  'normalization in groups': [
    (x) => F.groupNormalization(x, 2, weights(4), weights(4)),
    [normal(2, 4, 3, 3)],
  ],
  'fixed normalization of other axes': [
    (x) => F.fixedBatchNormalization(x, weights(3), weights(3), weights(3), variances(3), { axis: [0, 1] }),
    [normal(2, 4, 3)],
  ],
  resizeImages: [(x) => F.resizeImages(x, [5, 7]), [normal(1, 2, 3, 4)]],
  depth2space: [(x) => [F.depth2space(x, 2), F.space2depth(x, 2)], [normal(2, 4, 4, 6)]],
  embedId: [
    (ids) => [
      F.embedId(
        ids,
        new Variable(
          array([
            [1, 2],
            [3, 4],
            [5, 6],
          ]).astype('float32'),
        ),
      ),
      F.embedId(
        ids,
        new Variable(
          array([
            [1, 2],
            [3, 4],
            [5, 6],
          ]).astype('float32'),
        ),
        { ignoreLabel: 2 },
      ),
    ],
    [
      integers([
        [0, 2],
        [1, 2],
      ]),
    ],
  ],
  softmaxCrossEntropy: [
    (x, t) => [
      F.softmaxCrossEntropy(x, t, { ignoreLabel: 1 }),
      F.softmaxCrossEntropy(x, t, { normalize: false }),
      F.softmaxCrossEntropy(x, t, { reduce: 'no' }),
      F.softmaxCrossEntropy(x, t, { classWeight: array([1, 2, 3]).astype('float32') }),
    ],
    [normal(4, 3), integers([0, 1, 2, 1])],
  ],
  sigmoidCrossEntropy: [
    (x, t) => F.sigmoidCrossEntropy(x, t),
    [
      normal(2, 3),
      integers([
        [0, 1, 1],
        [1, 0, 0],
      ]),
    ],
  ],
  bernoulliNll: [(x, y) => F.bernoulliNll(x, y), [random.rand(2, 3), normal(2, 3)]],
  gaussianNll: [(x, m, v) => F.gaussianNll(x, m, v), [normal(2, 3), normal(2, 3), normal(2, 3)]],
  lstm: [(c, x) => F.lstm(c, x), [normal(3, 2), normal(2, 8)]],
  'tree LSTM, slstm': [
    (c, d, x, y) => [...F.treeLstm(c, d, x), ...F.slstm(c, d, y, y)],
    [normal(2, 3), normal(2, 3), normal(2, 15), normal(2, 12)],
  ],
  'sequences of different lengths': [
    (x, y) => [F.padSequence([x, y], { padding: -1 }), ...F.transposeSequence([x, y])],
    [normal(3, 2), normal(1, 2)],
  ],
  float64: [(x) => F.softplus(F.add(x, 1)), [normal(2, 3).astype('float64')]],
};
