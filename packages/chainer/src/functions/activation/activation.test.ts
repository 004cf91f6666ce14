import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { usingConfig } from '../../core/config.ts';
import { Variable } from '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import * as F from './index.ts';

const runner = { describe, it };
const signed = [{ shape: [3, 4], avoid: [0] }];
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

describeFunction(runner, 'clippedRelu', {
  apply: (x) => F.clippedRelu(x, { z: 1 }),
  inputs: [{ shape: [3, 4], avoid: [0, 1] }],
  scalar: (x) => Math.min(Math.max(0, x), 1),
});
describeFunction(runner, 'relu6', {
  apply: F.relu6,
  inputs: [{ shape: [3, 4], low: -9, high: 9, avoid: [0, 6] }],
  scalar: (x) => Math.min(Math.max(0, x), 6),
});
describeFunction(runner, 'crelu', {
  apply: (x) => F.crelu(x),
  inputs: signed,
  reference: (x) => xp.concatenate([xp.maximum(x, 0), xp.maximum(xp.negative(x), 0)], { axis: 1 }),
});
describeFunction(runner, 'elu', {
  apply: (x) => F.elu(x, { alpha: 0.7 }),
  inputs: signed,
  scalar: (x) => (x > 0 ? x : 0.7 * Math.expm1(x)),
});
describeFunction(runner, 'elu with a negative alpha', {
  apply: (x) => F.elu(x, { alpha: -0.5 }),
  inputs: signed,
  scalar: (x) => (x > 0 ? x : -0.5 * Math.expm1(x)),
});
describeFunction(runner, 'selu', {
  apply: (x) => F.selu(x),
  inputs: signed,
  scalar: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
});
describeFunction(runner, 'hardSigmoid', {
  apply: F.hardSigmoid,
  inputs: [{ shape: [3, 4], low: -4, high: 4, avoid: [-2.5, 2.5] }],
  scalar: (x) => Math.min(Math.max(0.2 * x + 0.5, 0), 1),
});
describeFunction(runner, 'leakyRelu', {
  apply: (x) => F.leakyRelu(x, { slope: -0.3 }),
  inputs: signed,
  scalar: (x) => (x >= 0 ? x : -0.3 * x),
});
describeFunction(runner, 'maxout', {
  apply: (x) => F.maxout(x, 2),
  inputs: [{ shape: [2, 6], values: [1, 3, -2, 0, 5, 2, 0, 1, 7, 8, -1, -3] }],
  reference: (x) => xp.max(x.reshape([x.shape[0] as number, 3, 2]), { axis: 2 }),
});
describeFunction(runner, 'maxout along an axis counted from the end', {
  apply: (x) => F.maxout(x, 3, { axis: -2 }),
  inputs: [{ shape: [6, 2], values: [1, 3, -2, 0, 5, 2, 0, 1, 7, 8, -1, -3] }],
  reference: (x) => xp.max(x.reshape([2, 3, x.shape[1] as number]), { axis: 1 }),
  empty: false,
});
describeFunction(runner, 'prelu', {
  apply: (x, W) => F.prelu(x as Variable, W as Variable),
  inputs: [{ shape: [2, 3, 4], avoid: [0] }, { shape: [3] }],
  reference: (x, W) => xp.add(xp.maximum(x, 0), xp.multiply(xp.minimum(x, 0), W.reshape([3, 1]))),
});
describeFunction(runner, 'relu', { apply: F.relu, inputs: signed, scalar: (x) => Math.max(x, 0) });
describeFunction(runner, 'sigmoid', { apply: F.sigmoid, inputs: [[3, 4]], scalar: sigmoid });
describeFunction(runner, 'softplus', {
  apply: (x) => F.softplus(x, { beta: 2 }),
  inputs: signed,
  scalar: (x) => Math.log1p(Math.exp(2 * x)) / 2,
});
describeFunction(runner, 'swish', {
  apply: (x, beta) => F.swish(x as Variable, beta as Variable),
  inputs: [[2, 3, 2], [3]],
  reference: (x, beta) => xp.divide(x, xp.add(xp.exp(xp.negative(xp.multiply(x, beta.reshape([3, 1])))), 1)),
});
describeFunction(runner, 'tanh', { apply: F.tanh, inputs: [[3, 4]], scalar: Math.tanh });

const softmax = (x: xp.NdArray, axis: number) => {
  const e = xp.exp(x);
  return xp.divide(e, xp.sum(e, { axis, keepdims: true }));
};
describeFunction(runner, 'softmax', {
  apply: (x) => F.softmax(x),
  inputs: [[3, 4, 2]],
  reference: (x) => softmax(x, 1),
});
describeFunction(runner, 'softmax along the last axis', {
  apply: (x) => F.softmax(x, { axis: -1 }),
  inputs: [[3, 4]],
  reference: (x) => softmax(x, 1),
});
describeFunction(runner, 'logSoftmax', {
  apply: (x) => F.logSoftmax(x),
  inputs: [[3, 4]],
  reference: (x) => xp.log(softmax(x, 1)),
});
const slopes = [0.15, 0.2, 0.25, 0.3, 0.18, 0.22];
describeFunction(runner, 'rrelu with given slopes', {
  apply: (x) =>
    F.rrelu(x, { r: xp.array(slopes, { shape: [2, 3], dtype: x.dtype, device: x.array.device }) }),
  inputs: [{ shape: [2, 3], avoid: [0] }],
  reference: (x) =>
    xp.where(x.ge(0), x, xp.multiply(x, xp.array(slopes, { shape: [2, 3], dtype: 'float64', device: 'js' }))),
  empty: false,
});

describe('rrelu', () => {
  const x = new Variable(xp.full([1000], -1));

  it('draws slopes between its bounds while training, and returns them', () => {
    const [y, r] = F.rrelu(x, { l: 0.1, u: 0.3, returnR: true });
    const slopes = (r as xp.NdArray).toArraySync() as number[];
    expect(Math.min(...slopes)).toBeGreaterThanOrEqual(0.1);
    expect(Math.max(...slopes)).toBeLessThan(0.3);
    expect(new Set(slopes).size).toBeGreaterThan(900);
    expect(xp.add(y.array, r as xp.NdArray).toArraySync()).toEqual(new Array(1000).fill(0));
  });

  it('takes their mean otherwise', () => {
    const y = usingConfig('train', false, () => F.rrelu(x, { l: 0.25, u: 0.75 }));
    expect(y.array.at(0).itemSync()).toBe(-0.5);
  });

  it('refuses bounds that are out of order', () => {
    expect(() => F.rrelu(x, { l: 0.5, u: 0.2 })).toThrow(
      '[rrelu] slopes must satisfy 0 <= l < u < 1, got l = 0.5, u = 0.2',
    );
  });
});

describe('activations blame the argument', () => {
  const x = new Variable(xp.ones([2, 5]));

  it.each<[string, () => unknown]>([
    [
      '[relu] x must have a floating dtype, got int32 (x: int32[2])',
      () => F.relu(xp.array([1, 2], { dtype: 'int32' })),
    ],
    ['[maxout] axis 1 of size 5 does not divide into groups of 2 (x: float32[2,5])', () => F.maxout(x, 2)],
    [
      "[prelu] W must have the shape of x's axes from 1 on, got [4] for [2,5]",
      () => F.prelu(x, xp.ones([4])),
    ],
    [
      "[swish] beta must have the shape of x's axes from 1 on, got [4] for [2,5]",
      () => F.swish(x, xp.ones([4])),
    ],
    [
      '[softmax] axis 2 is out of range for an array of 2 axes (x: float32[2,5])',
      () => F.softmax(x, { axis: 2 }),
    ],
  ])('%s', (message, call) => {
    expect(call).toThrow(InvalidType);
    expect(call).toThrow(message);
  });
});

describe('large arguments', () => {
  const far = new Variable(xp.array([-1e4, 1e4]));

  it('saturate without overflow', () => {
    expect(F.sigmoid(far).array.toArraySync()).toEqual([0, 1]);
    expect(F.softplus(far).array.toArraySync()).toEqual([0, 1e4]);
    expect(F.softmax(far.reshape(1, 2)).array.toArraySync()).toEqual([[0, 1]]);
    expect(F.logSoftmax(far.reshape(1, 2)).array.toArraySync()).toEqual([[-2e4, 0]]);
    expect(F.elu(far).array.toArraySync()).toEqual([-1, 1e4]);
  });
});
