// What users do wrong with functions and variables, and what they are told: the function, the argument, both values, the cure.

import * as xp from '@chainer/xp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functions as F, InvalidType, Variable } from './index.ts';

/** What is done, and what the message says. */
type Mistake = readonly [what: string, mistake: () => unknown, message: RegExp];

let before: ReturnType<typeof xp.setDefaultDevice>;
beforeAll(() => {
  before = xp.setDefaultDevice('js');
});
afterAll(() => {
  xp.setDefaultDevice(before);
});

const f32 = (...shape: number[]) => xp.ones(shape, { device: 'js' });
const f64 = (...shape: number[]) => xp.ones(shape, { device: 'js', dtype: 'float64' });
const i32 = (list: number[] | number[][]) => xp.array(list, { device: 'js', dtype: 'int32' });
const v = (...shape: number[]) => new Variable(f32(...shape));
/** For calls that the compiler refuses. */
const wrong = F as unknown as Record<string, (...args: unknown[]) => unknown>;
const list = [[1, 2]];

describe('functions given shapes that do not fit', () => {
  it.each<Mistake>([
    [
      'channels',
      () => F.convolution2d(f32(8, 3, 32, 32), f32(16, 4, 3, 3)),
      /^\[convolution2d\] x has 3 channels but W expects 4 \(x: float32\[8,3,32,32\], W: float32\[16,4,3,3\]\)$/,
    ],
    [
      'a batch that was forgotten',
      () => F.convolution2d(f32(3, 32, 32), f32(16, 3, 3, 3)),
      /^\[convolution2d\] x must have 4 axes, got 3 \(x: float32\[3,32,32\]/,
    ],
    [
      'a bias',
      () => F.convolution2d(f32(8, 3, 5, 5), f32(16, 3, 3, 3), f32(15)),
      /^\[convolution2d\] b must have shape \[16\], got \[15\]/,
    ],
    [
      'features',
      () => F.linear(f32(2, 3), f32(4, 5)),
      /^\[linear\] x has 3 features but W expects 5 \(x: float32\[2,3\], W: float32\[4,5\]\)$/,
    ],
    [
      'operands',
      () => F.add(f32(2, 3), f32(4)),
      /^\[add\] shapes do not broadcast: \[2,3\] and \[4\] \(x0: float32\[2,3\], x1: float32\[4\]\)$/,
    ],
    [
      'matmul',
      () => F.matmul(f32(2, 3), f32(4, 5)),
      /^\[matmul\] a has 3 columns but b has 4 rows \(a: float32\[2,3\], b: float32\[4,5\]\)$/,
    ],
    [
      'labels',
      () => F.softmaxCrossEntropy(f32(2, 3), i32([1, 2, 0])),
      /^\[softmaxCrossEntropy\] t must have the shape of x without axis 1: \[2\] != \[3\] \(x: float32\[2,3\], t: int32\[3\]\)$/,
    ],
    [
      'one-hot labels',
      () =>
        F.softmaxCrossEntropy(
          f32(2, 3),
          i32([
            [1, 0, 0],
            [0, 1, 0],
          ]),
        ),
      /^\[softmaxCrossEntropy\] t must have the shape of x without axis 1: \[2\] != \[2,3\]/,
    ],
    [
      'accuracy',
      () => F.accuracy(f32(2, 3), i32([1, 2, 0])),
      /^\[accuracy\] t must have the shape of y without axis 1: \[2\] != \[3\]/,
    ],
    [
      'a target',
      () => F.meanSquaredError(f32(2, 3), f32(2)),
      /^\[meanSquaredError\] x0 and x1 must have the same shape: \[2,3\] != \[2\]/,
    ],
    [
      'concat',
      () => F.concat([f32(2, 3), f32(3, 4)]),
      /^\[concat\] x0 and x1 must have the same shape but for axis 1 \(x0: float32\[2,3\], x1: float32\[3,4\]\)$/,
    ],
    [
      'stack',
      () => F.stack([f32(2, 3), f32(3, 4)]),
      /^\[stack\] x0 and x1 must have the same shape and dtype/,
    ],
    [
      'reshape',
      () => F.reshape(f32(2, 3), [4, 2]),
      /^\[reshape\] x has 6 elements, which do not fit shape \[4,2\] \(x: float32\[2,3\]\)$/,
    ],
    [
      'splitAxis',
      () => F.splitAxis(f32(2, 3), 2, 1),
      /^\[splitAxis\] axis 1 of size 3 does not divide into 2 parts/,
    ],
    [
      'broadcastTo',
      () => F.broadcastTo(f32(2, 3), [2, 4]),
      /^\[broadcastTo\] x cannot be broadcast to shape \[2,4\]/,
    ],
    [
      'normalization',
      () => F.batchNormalization(f32(2, 3), f32(4), f32(4)),
      /^\[batchNormalization\] gamma must have shape \[3\], that of x without axes \[0\], got \[4\]/,
    ],
    [
      'pooling',
      () => F.maxPooling2d(f32(2, 3), 2),
      /^\[maxPooling2d\] x must have 4 axes \(N, C and 2 spatial\), got 2/,
    ],
    [
      'cell and gates',
      () => F.lstm(f32(2, 3), f32(2, 8)),
      /^\[lstm\] x has 8 gates but cPrev has 3 units, which need 12/,
    ],
    [
      'an axis',
      () => F.softmax(f32(2, 3), { axis: 4 }),
      /^\[softmax\] axis 4 is out of range for an array of 2 axes/,
    ],
    [
      'the axis of a sum',
      () => F.sum(v(2, 3), { axis: 5 }),
      /^\[sum\] axis 5 is out of range for an array of 2 axes/,
    ],
  ])('%s', (_, mistake, message) => {
    expect(mistake).toThrow(message);
    expect(mistake).toThrow(InvalidType);
  });

  it.each<Mistake>([
    [
      'a window larger than the image',
      () => F.convolution2d(f32(1, 3, 2, 2), f32(4, 3, 3, 3)),
      /^\[convolution2d\] the output would have size \[0,0\]: the window of W .* does not fit x/,
    ],
    [
      'an index past the end',
      () => v(2, 3).at(5),
      /^\[getItem\] index 5 is out of bounds for axis 0 with size 2$/,
    ],
    ['an axis twice', () => F.sum(v(2, 3), { axis: [0, 0] }), /^\[sum\] duplicate value in axis: \[0, 0\]$/],
    [
      'no window',
      () => wrong.maxPooling2d?.(f32(1, 1, 4, 4)),
      /^\[maxPooling2d\] ksize must be a number or a list of 2 numbers, got undefined$/,
    ],
    [
      'sizes one by one',
      () => wrong.reshape?.(f32(2, 3), 3, 2),
      /^\[reshape\] shape must be a list of sizes, got 3; write reshape\(x, \[3, …\]\)$/,
    ],
    ['no arrays at all', () => F.concat([]), /^\[concat\] xs must hold at least one array, got none$/],
    [
      'an array where a list of arrays belongs',
      () => wrong.concat?.(f32(2, 3)),
      /^\[concat\] xs must be a list of arrays, got a NdArray; write concat\(\[x, y\]\)$/,
    ],
    [
      'a ratio of 1.5',
      () => F.dropout(f32(2), { ratio: 1.5 }),
      /^\[dropout\] ratio must be in \[0, 1\), got 1\.5$/,
    ],
    [
      'another way to reduce',
      () => F.softmaxCrossEntropy(f32(2, 3), i32([0, 1]), { reduce: 'sum' as never }),
      /^\[softmaxCrossEntropy\] reduce must be 'mean' or 'no', got 'sum'$/,
    ],
  ])('or values that mean nothing: %s', (_, mistake, message) => {
    expect(mistake).toThrow(message);
  });
});

describe('functions given dtypes that do not fit', () => {
  it.each<Mistake>([
    [
      'integers where floats belong',
      () => F.relu(i32([1, 2])),
      /^\[relu\] x must have a floating dtype, got int32 \(x: int32\[2\]\)$/,
    ],
    [
      'two precisions',
      () => F.mul(f32(2), f64(2)),
      /^\[mul\] x0 and x1 must have the same dtype: float32 != float64/,
    ],
    [
      'weights of another precision',
      () => F.linear(f32(2, 3), f64(4, 3)),
      /^\[linear\] x and W must have the same dtype: float32 != float64/,
    ],
    [
      'float labels',
      () => F.sigmoidCrossEntropy(f32(2, 3), f32(2, 3)),
      /^\[sigmoidCrossEntropy\] t must have an integer dtype, got float32/,
    ],
    [
      'float ids',
      () => F.embedId(f32(2), f32(3, 2)),
      /^\[embedId\] x must have an integer dtype, got float32/,
    ],
    [
      'a condition of floats',
      () => F.where(f32(2), f32(2), f32(2)),
      /^\[where\] condition must be boolean, got float32/,
    ],
  ])('%s', (_, mistake, message) => {
    expect(mistake).toThrow(message);
    expect(mistake).toThrow(InvalidType);
  });
});

describe('lists where arrays belong', () => {
  it.each([
    ...[
      'prelu',
      'swish',
      'sigmoid',
      'softmax',
      'broadcastTo',
      'moveaxis',
      'pad',
      'cast',
      'tile',
      'repeat',
      'hstack',
    ],
    ...['flatten', 'squeeze', 'sum', 'mean', 'logsumexp', 'matmul', 'bias', 'where', 'embedId', 'lstm'],
    ...['convolution2d', 'deconvolution2d', 'batchNormalization', 'layerNormalization', 'groupNormalization'],
    ...['softmaxCrossEntropy', 'sigmoidCrossEntropy', 'hinge', 'accuracy', 'averagePooling2d', 'normalize'],
  ])('%s says what it got', (name) => {
    const called = wrong[name]!;
    // Without what may be left out: that would be options.
    const rest = name.endsWith('Pooling2d')
      ? [2]
      : [f32(1, 2), f32(1, 2), f32(1, 2)].slice(0, called.length - 1);
    expect(() => called(list, ...rest)).toThrow(
      /^\[\w+\] .* must be (a Variable|an? ).*, got a JavaScript array/,
    );
  });

  it.each<Mistake>([
    [
      'relu',
      () => wrong.relu?.(list),
      /^\[relu\] operand 0 must be a Variable, an NdArray or a number, got a JavaScript array; make an array with xp\.array\(\.\.\.\)$/,
    ],
    [
      'linear',
      () => wrong.linear?.(list, f32(4, 2)),
      /^\[linear\] x must be a Variable or an NdArray, got a JavaScript array; make an array with xp\.array/,
    ],
    ['dropout', () => wrong.dropout?.(list), /^\[dropout\] x must be .* got a JavaScript array/],
    ['reshape', () => wrong.reshape?.(list, [2]), /^\[reshape\] x must be .* got a JavaScript array/],
    [
      'meanSquaredError',
      () => wrong.meanSquaredError?.(f32(1, 2), list),
      /^\[MeanSquaredError\] argument 1 must be .* got a JavaScript array/,
    ],
    ['nothing', () => wrong.relu?.(), /^\[relu\] operand 0 must be .* got undefined/],
    [
      'Variable',
      () => new Variable(list as never),
      /^\[Variable\] array must be an NdArray, got a JavaScript array; make one with xp\.array\(\.\.\.\)$/,
    ],
    [
      'a Variable of a Variable',
      () => new Variable(v(1) as never),
      /^\[Variable\] array must be an NdArray, got a Variable; use its \.array$/,
    ],
    [
      'a gradient',
      () => {
        v(2).grad = [1, 2] as never;
      },
      /^\[Variable\.grad\] the gradient must be an NdArray, got a JavaScript array$/,
    ],
    [
      'an assigned array',
      () => {
        v(2).array = [1, 2] as never;
      },
      /^\[Variable\.array\] must be an NdArray, got a JavaScript array$/,
    ],
  ])('%s', (_, mistake, message) => {
    expect(mistake).toThrow(message);
    expect(mistake).toThrow(TypeError);
  });
});
