import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { grad } from '../../core/backward.ts';
import { Variable } from '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import * as F from './index.ts';

const runner = { describe, it };
/** No two elements of a row or column are within reach of a difference. */
const apart = { shape: [2, 3, 2], values: [3, -1, 0.5, 2, -2, 1, 4, -3, 1.5, 0, -0.5, 5] };

describeFunction(runner, 'sum', { apply: (x) => F.sum(x), inputs: [[3, 4]], reference: (x) => xp.sum(x) });
describeFunction(runner, 'sum over axes', {
  apply: (x) => F.sum(x, { axis: [0, -1] }),
  inputs: [[2, 3, 4]],
  reference: (x) => xp.sum(x, { axis: [0, 2] }),
});
describeFunction(runner, 'sum that keeps its axis', {
  apply: (x) => F.sum(x, { axis: 1, keepdims: true }),
  inputs: [[2, 3]],
  reference: (x) => xp.sum(x, { axis: 1, keepdims: true }),
});
describeFunction(runner, 'sumTo', {
  apply: (x) => F.sumTo(x, [3, 1]),
  inputs: [[2, 3, 4]],
  reference: (x) => xp.sum(x, { axis: [0, 2] }).reshape([3, 1]),
});
describeFunction(runner, 'average', {
  apply: (x) => F.average(x, { axis: 1 }),
  inputs: [[2, 3, 2]],
  reference: (x) => xp.mean(x, { axis: 1 }),
});
describeFunction(runner, 'average with weights', {
  apply: (x, weights) => F.average(x, { axis: 1, weights: weights as Variable, keepdims: true }),
  inputs: [[2, 3, 2], { shape: [3], low: 0.5, high: 2 }],
  reference: (x, w) =>
    xp.divide(xp.sum(xp.multiply(x, w.reshape([3, 1])), { axis: 1, keepdims: true }), xp.sum(w)),
});
describeFunction(runner, 'max', {
  apply: (x) => F.max(x, { axis: 1 }),
  inputs: [apart],
  reference: (x) => xp.max(x, { axis: 1 }),
});
describeFunction(runner, 'max of all', {
  apply: (x) => F.max(x),
  inputs: [apart],
  reference: (x) => xp.max(x),
  empty: false,
});
describeFunction(runner, 'min', {
  apply: (x) => F.min(x, { axis: [1, 2], keepdims: true }),
  inputs: [apart],
  reference: (x) => xp.min(x, { axis: [1, 2], keepdims: true }),
});
describeFunction(runner, 'logsumexp', {
  apply: (x) => F.logsumexp(x, { axis: [0, 2] }),
  inputs: [[2, 3, 2]],
  reference: (x) => xp.log(xp.sum(xp.exp(x), { axis: [0, 2] })),
  empty: false,
});
describeFunction(runner, 'prod', {
  apply: (x) => F.prod(x, { axis: 1 }),
  inputs: [[2, 3, 2]],
  reference: (x) => xp.prod(x, { axis: 1 }),
});
describeFunction(runner, 'prod over zeros', {
  apply: (x) => F.prod(x, { axis: [0, 2] }),
  inputs: [{ shape: [2, 3, 2], values: [0, 1, 2, 0, 3, 1, -1, 2, 0, 2, 1.5, 3] }],
  reference: (x) => xp.prod(x, { axis: [0, 2] }),
});
describeFunction(runner, 'cumsum', {
  apply: (x) => F.cumsum(x, { axis: 1 }),
  inputs: [[2, 3, 2]],
  reference: (x) => xp.cumsum(x, { axis: 1 }),
});
describeFunction(runner, 'cumsum of the flat array', {
  apply: (x) => F.cumsum(x),
  inputs: [[2, 3]],
  reference: (x) => xp.cumsum(x),
});
describeFunction(runner, 'cumprod', {
  apply: (x) => F.cumprod(x, { axis: 0 }),
  inputs: [[3, 2]],
  reference: (x) => xp.cumprod(x, { axis: 0 }),
});
describeFunction(runner, 'cumprod over zeros', {
  apply: (x) => F.cumprod(x, { axis: -1 }),
  inputs: [{ shape: [2, 4], values: [1, 0, 2, 3, 0, 0, -1, 2] }],
  reference: (x) => xp.cumprod(x, { axis: 1 }),
});
describeFunction(runner, 'batchL2NormSquared', {
  apply: F.batchL2NormSquared,
  inputs: [[2, 3, 2]],
  reference: (x) => xp.sum(xp.square(x), { axis: [1, 2] }),
});
describeFunction(runner, 'argmax', {
  apply: (x) => F.argmax(x, { axis: 1 }),
  inputs: [apart],
  reference: (x) => xp.argmax(x, { axis: 1 }),
  outputDtype: 'int32',
  differentiable: false,
});
describeFunction(runner, 'argmin of the flat array', {
  apply: (x) => F.argmin(x),
  inputs: [apart],
  reference: () => 7,
  outputDtype: 'int32',
  differentiable: false,
  empty: false,
});

describe('reductions', () => {
  it('give the gradient of a maximum to all that tie', () => {
    const x = new Variable(xp.array([2, 3, 3]));
    expect((grad([F.max(x)], [x])[0] as Variable).array.toArraySync()).toEqual([0, 1, 1]);
  });

  it('logsumexp neither overflows nor loses infinities', () => {
    const at = (values: number[]) => F.logsumexp(new Variable(xp.array(values))).array.itemSync();
    expect(at([1000, 1000])).toBeCloseTo(1000 + Math.LN2, 3);
    expect(at([-Infinity, -Infinity])).toBe(-Infinity);
    expect(at([Infinity, 0])).toBe(Infinity);
  });

  it.each<[string, () => unknown]>([
    [
      '[sum] axis 2 is out of range for an array of 2 axes (x: float32[2,3])',
      () => F.sum(xp.ones([2, 3]), { axis: 2 }),
    ],
    ['[max] axis -3 is out of range', () => F.max(xp.ones([2, 3]), { axis: -3 })],
    ['[cumsum] axis 5 is out of range', () => F.cumsum(xp.ones([2, 3]), { axis: 5 })],
    ['[argmax] x must have a floating dtype, got int32', () => F.argmax(xp.ones([2], { dtype: 'int32' }))],
    [
      '[average] weights must have shape [3] (x: float32[2,3], weights: float32[2])',
      () => F.average(xp.ones([2, 3]), { axis: 1, weights: xp.ones([2]) }),
    ],
    ['[sumTo] x cannot be summed to shape [2,2]', () => F.sumTo(xp.ones([2, 3]), [2, 2])],
    ['[batchL2NormSquared] x must have at least 2 axes, got 1', () => F.batchL2NormSquared(xp.ones([2]))],
  ])('%s', (message, call) => {
    expect(call).toThrow(InvalidType);
    expect(call).toThrow(message);
  });

  it('refuse an axis given twice, and one that is no integer', () => {
    expect(() => F.sum(xp.ones([2, 3]), { axis: [0, 0] })).toThrow('[sum] duplicate value in axis: [0, 0]');
    expect(() => F.max(xp.ones([2, 3]), { axis: 0.5 })).toThrow('[max] axis must be an integer');
  });
});
