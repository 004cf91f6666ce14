import { apply, array, type NdArray, random, s } from '@chainer/xp';
import { describe, expect, test } from 'vitest';
import { noBackpropMode, usingConfig } from '../core/config.ts';
import { elementwise } from '../core/elementwise.ts';
import { FunctionNode } from '../core/function-node.ts';
import { Variable, type VariableLike } from '../core/variable.ts';
import * as F from '../functions/index.ts';
import * as L from '../links/index.ts';
import * as onnx from './index.ts';
import { runInOnnxRuntime } from './testing.testing.ts';

type Fn = (...xs: Variable[]) => Variable | readonly Variable[];

const normal = (...shape: number[]): NdArray => random.randn(...shape);
const positive = (...shape: number[]): NdArray => random.rand(...shape).add(0.1);
const integers = (list: number[] | number[][]): NdArray => array(list, { dtype: 'int32' });
/** The same numbers whenever they are asked for: a model's weights. */
const weights = (...shape: number[]): NdArray => {
  const size = shape.reduce((a, d) => a * d, 1);
  return array(
    Float32Array.from({ length: size }, (_, i) => Math.sin(7 * i + 1) / 2),
    { shape },
  );
};
const variances = (...shape: number[]): NdArray =>
  weights(...shape)
    .abs()
    .add(0.1);

async function check(fn: Fn, given: readonly NdArray[]): Promise<void> {
  // Traced with one set of values, compared with another: nothing of the trace may have become a constant.
  const example = given.map((x) => (x.dtype.kind === 'f' ? x.mul(0.5).add(0.01) : x));
  const bytes = await onnx.export(fn as never, example);
  const expected = noBackpropMode(() =>
    usingConfig('train', false, () => [fn(...given.map((x) => new Variable(x)))].flat()),
  ) as Variable[];
  const outputs = await runInOnnxRuntime(bytes, Object.fromEntries(given.map((x, i) => [`Input_${i}`, x])));
  for (const [i, y] of expected.entries()) {
    const found = outputs[`Output_${i}`] as NdArray;
    expect([found.shape, found.dtype.name]).toEqual([y.shape, y.dtype.name]);
    const scale = Math.max(1, Number(y.array.abs().max().itemSync()));
    expect(Number(found.sub(y.array).abs().max().itemSync()) / scale).toBeLessThan(1e-5);
  }
}

const plain = {
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

describe('functions of one matrix', () => {
  test.each(Object.entries(plain))('%s', (_, fn) => check(fn as Fn, [normal(3, 4)]));
});

const others: Record<string, readonly [Fn, readonly NdArray[]]> = {
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

describe('functions of others', () => {
  test.each(Object.entries(others))('%s', (_, [fn, given]) => check(fn, given));
});

describe('the file', () => {
  test('parameters have the names of .npz files, inputs and outputs those that are given', async () => {
    const model = new L.Classifier(new L.Linear(3, 2));
    const bytes = await onnx.export(
      (x: VariableLike) => model.predictor.forward(x as never),
      array([[1, 2, 3]]),
      {
        inputNames: ['image'],
        outputNames: ['score'],
      },
    );
    const x = array([[1, 0, -1]]).astype('float32');
    const { score } = await runInOnnxRuntime(bytes, { image: x });
    expect(score?.shape).toEqual([1, 2]);
    const own = await onnx.export(model.predictor, array([[1, 2, 3]]));
    const text = Buffer.from(own).toString('latin1');
    expect([text.includes('\x01W'), text.includes('\x01b')]).toEqual([true, true]);
  });

  test('a record of outputs gives their names; an argument that is passed through', async () => {
    const bytes = await onnx.export((x: Variable) => ({ same: x, twice: F.add(x, x) }), array([1, 2]));
    const out = await runInOnnxRuntime(bytes, { Input_0: array([3, 4]) });
    expect([out.same?.toArraySync(), out.twice?.toArraySync()]).toEqual([
      [3, 4],
      [6, 8],
    ]);
  });

  test('a function without an equivalent is named, and can be given one', async () => {
    class Odd extends FunctionNode {
      readonly label = 'OddFunction';
      forward([x]: readonly [NdArray]): readonly NdArray[] {
        return [x.mul(3)];
      }
    }
    const odd = (x: Variable) => new Odd().apply1([x]);
    await expect(onnx.export(odd, array([1]))).rejects.toThrow(
      "[onnx.export] the function 'OddFunction' has no equivalent in ONNX here; give one by {externalConverters:",
    );
    const bytes = await onnx.export(odd, array([1]), {
      externalConverters: { OddFunction: (g, [x]) => g.op('Mul', [x as string, g.scalar(3, 'float32')]) },
    });
    const { Output_0 } = await runInOnnxRuntime(bytes, { Input_0: array([5]) });
    expect(Output_0?.toArraySync()).toEqual([15]);
    const gamma = elementwise('twist', (x) => apply('copysign', x, x.neg()));
    await expect(onnx.export(gamma as never, array([1]))).rejects.toThrow("'twist' computes 'copysign'");
  });

  test('wrong arguments are named', async () => {
    const x = array([1]);
    await expect(onnx.export(F.relu as never, 3 as never)).rejects.toThrow(
      '[onnx.export] argument 0 must be',
    );
    await expect(onnx.export((() => 3) as never, x)).rejects.toThrow('must return variables, output 0 is 3');
    await expect(onnx.export(F.relu as never, x, { opsetVersion: 9 })).rejects.toThrow(
      'from 13 to 17, got 9',
    );
    await expect(onnx.export(F.relu as never, x, { inputNames: ['a', 'b'] })).rejects.toThrow(
      '2 names for 1',
    );
    await expect(onnx.export(F.relu as never, x, { file: 'a' } as never)).rejects.toThrow(
      "unknown option 'file'",
    );
    await expect(onnx.export((() => new Variable(array([1]))) as never, x)).rejects.toThrow(
      "output 'Output_0' does not come from functions of the inputs",
    );
  });
});
