import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { grad } from '../../core/backward.ts';
import { usingConfig } from '../../core/config.ts';
import { Variable } from '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import * as F from './index.ts';

const runner = { describe, it };
const factors = [0, 2, 2, 0, 2, 0];
const like = (x: { dtype: xp.DType; array: xp.NdArray }, values: number[], shape: number[]) =>
  xp.array(values, { shape, dtype: x.dtype, device: x.array.device });

describeFunction(runner, 'dropout with a given mask', {
  apply: (x) => F.dropout(x as Variable, { mask: like(x as Variable, factors, [2, 3]) }),
  inputs: [[2, 3]],
  reference: (x) => xp.multiply(x, xp.array(factors, { shape: [2, 3], dtype: 'float64', device: 'js' })),
  empty: false,
});
const normal = [0.3, -1.2, 0.8, 0, 2, -0.5];
describeFunction(runner, 'gaussian with given numbers', {
  apply: (mean, lnVar) =>
    F.gaussian(mean as Variable, lnVar as Variable, { eps: like(mean as Variable, normal, [2, 3]) }),
  inputs: [[2, 3], { shape: [2, 3], low: -1, high: 1 }],
  reference: (mean, lnVar) =>
    xp.add(
      mean,
      xp.multiply(
        xp.exp(xp.divide(lnVar, 2)),
        xp.array(normal, { shape: [2, 3], dtype: 'float64', device: 'js' }),
      ),
    ),
  empty: false,
});
describeFunction(runner, 'zoneout that keeps nothing', {
  apply: (h, x) => F.zoneout(h as Variable, x as Variable, { ratio: 0 }),
  inputs: [
    [2, 3],
    [2, 3],
  ],
  scalar: (_, x) => x,
});
const kept = [1, 0, 1, 1, 1, 0];
const mask = (device: xp.Device, shape: number[]) => xp.array(kept, { shape, device, dtype: 'bool' });
describeFunction(runner, 'simplifiedDropconnect', {
  apply: (x, W, b) =>
    F.simplifiedDropconnect(x as Variable, W as Variable, b as Variable, {
      ratio: 0.2,
      mask: mask((x as Variable).array.device, [2, 3]),
      useBatchwiseMask: false,
    }),
  inputs: [[4, 3], [2, 3], [2]],
  reference: (x, W, b) => {
    const m = xp.divide(mask(xp.js, [2, 3]).astype('float64'), 0.8);
    return xp.add(xp.dot(x, xp.multiply(W, m).T), b);
  },
});
describeFunction(runner, 'simplifiedDropconnect with a mask for each sample', {
  apply: (x, W) =>
    F.simplifiedDropconnect(x as Variable, W as Variable, null, {
      mask: mask((x as Variable).array.device, [2, 1, 3]),
    }),
  inputs: [
    [2, 3],
    [1, 3],
  ],
  reference: (x, W) =>
    xp.einsum('ni,oi,noi->no', x, W, xp.multiply(mask(xp.js, [2, 1, 3]).astype('float64'), 2)),
  empty: false,
});
describeFunction(runner, 'simplifiedDropconnect outside of training, with a mask', {
  apply: (x, W) =>
    F.simplifiedDropconnect(x as Variable, W as Variable, null, {
      train: false,
      mask: mask((x as Variable).array.device, [2, 1, 3]),
    }),
  inputs: [
    [2, 3],
    [1, 3],
  ],
  reference: (x, W) => xp.einsum('ni,oi,noi->no', x, W, mask(xp.js, [2, 1, 3]).astype('float64')),
  empty: false,
});

describe('dropout', () => {
  const x = new Variable(xp.ones([10_000]));

  it('drops the share it should, scales the rest, and drops the same in backward', () => {
    const y = F.dropout(x, { ratio: 0.25 });
    const values = y.array.toArraySync() as number[];
    const survivors = values.filter((v) => v !== 0);
    expect(survivors.length / values.length).toBeCloseTo(0.75, 1);
    expect(new Set(survivors)).toEqual(new Set([Math.fround(1 / 0.75)]));
    const [gx] = grad([y], [x], { gradOutputs: [new Variable(xp.ones([10_000]))] });
    expect((gx as Variable).array.toArraySync()).toEqual(values);
  });

  it('returns the factors that it used', () => {
    const [y, m] = F.dropout(x, { ratio: 0.25, returnMask: true });
    expect(xp.arrayEqual(y.array, m as xp.NdArray).itemSync()).toBe(true);
    const again = F.dropout(x, { mask: m });
    expect(xp.arrayEqual(again.array, y.array).itemSync()).toBe(true);
  });

  it('draws anew each time, and the same after the same seed', () => {
    const draw = () => F.dropout(x).array;
    xp.random.seed(3);
    const [a, b] = [draw(), draw()];
    xp.random.seed(3);
    expect(xp.arrayEqual(a, b).itemSync()).toBe(false);
    expect(xp.arrayEqual(a, draw()).itemSync()).toBe(true);
  });

  it('does nothing when not training', () => {
    usingConfig('train', false, () => {
      expect(F.dropout(x) === x).toBe(true);
      const [y, m] = F.dropout(x, { returnMask: true });
      expect([y === x, m]).toEqual([true, null]);
    });
  });

  it.each([1, -0.1, Number.NaN])('refuses the ratio %d', (ratio) => {
    expect(() => F.dropout(x, { ratio })).toThrow(`[dropout] ratio must be in [0, 1), got ${ratio}`);
  });

  it('refuses integers', () => {
    expect(() => F.dropout(xp.ones([2], { dtype: 'int32' }))).toThrow(InvalidType);
  });
});

describe('gaussian', () => {
  it('has the mean and the variance that it is given', () => {
    const n = 20_000;
    const [y, eps] = F.gaussian(xp.full([n], 3), xp.full([n], Math.log(4)), { returnEps: true });
    expect(Number(xp.mean(y.array).itemSync())).toBeCloseTo(3, 1);
    expect(Number(xp.std(y.array).itemSync())).toBeCloseTo(2, 1);
    expect(Number(xp.std(eps).itemSync())).toBeCloseTo(1, 1);
  });
});

describe('gumbelSoftmax', () => {
  it('samples the classes by their probabilities', () => {
    const logPi = xp.broadcastTo(xp.log(xp.array([0.2, 0.8])), [20_000, 2]);
    const y = F.gumbelSoftmax(new Variable(logPi), { tau: 0.01 });
    expect(Number(xp.mean(y.array.at(xp.s(), 1)).itemSync())).toBeCloseTo(0.8, 1);
    expect(xp.allclose(xp.sum(y.array, { axis: 1 }), xp.ones([20_000])).itemSync()).toBe(true);
  });
});

describe('zoneout', () => {
  const [h, x] = [new Variable(xp.zeros([10_000])), new Variable(xp.ones([10_000]))];

  it('keeps the share of the old state that it should', () => {
    expect(Number(xp.mean(F.zoneout(h, x, { ratio: 0.25 }).array).itemSync())).toBeCloseTo(0.75, 1);
  });

  it('takes the new state when not training', () => {
    expect(usingConfig('train', false, () => F.zoneout(h, x)) === x).toBe(true);
  });
});

describe('simplifiedDropconnect', () => {
  it('drops nothing when told so', () => {
    const y = F.simplifiedDropconnect(xp.ones([2, 3]), xp.ones([1, 3]), null, { train: false });
    expect(y.array.toArraySync()).toEqual([[3], [3]]);
  });

  it('names a mask of another shape', () => {
    const call = () =>
      F.simplifiedDropconnect(xp.ones([2, 3]), xp.ones([1, 3]), null, {
        mask: xp.ones([1, 3], { dtype: 'bool' }),
      });
    expect(call).toThrow('[simplifiedDropconnect] mask must have shape [2,1,3]');
  });
});
