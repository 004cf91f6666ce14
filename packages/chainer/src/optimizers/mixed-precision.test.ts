import { array, type Device, devices, getDevice, type NdArray, random, withDevice } from '@chainer/xp';
import { forgetDevice } from '@chainer/xp/internal';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { relu } from '../functions/activation/relu.ts';
import { softmaxCrossEntropy } from '../functions/loss/softmax-cross-entropy.ts';
import { mul } from '../functions/math/arithmetic.ts';
import { Chain, mixed16, Parameter, usingConfig, type Variable } from '../index.ts';
import { BatchNormalization, GroupNormalization, Linear } from '../links/index.ts';
import { Adam, MomentumSGD, SGD } from './index.ts';

const waiting: Device | null = await getDevice('webgpu').catch((error: Error) => {
  console.warn(`mixed precision on an asynchronous device: skipped, ${error.message}`);
  return null;
});
afterAll(() => forgetDevice('webgpu'));
const everywhere = [...devices().filter((d) => d.synchronous), ...(waiting === null ? [] : [waiting])];

const half = (values: number[][]) => array(values, { dtype: 'float16' });

class Net extends Chain {
  readonly l1 = new Linear(3, 4, {
    initialW: half([
      [0.5, -0.25, 0.125],
      [0.75, 0.5, -0.5],
      [-0.375, 0.25, 1],
      [0.0625, -1, 0.5],
    ]),
  });
  readonly bn = new BatchNormalization(4);
  readonly l2 = new Linear(4, 2, {
    initialW: half([
      [0.5, -0.25, 0.125, 1],
      [0.75, 0.5, -0.5, -0.125],
    ]),
  });

  forward(x: NdArray): Variable {
    return this.l2.forward(relu(this.bn.forward(this.l1.forward(x))));
  }
}

class Mlp extends Chain {
  readonly l1 = new Linear(2, 24);
  readonly l2 = new Linear(24, 2);

  forward(x: NdArray): Variable {
    return this.l2.forward(relu(this.l1.forward(x)));
  }
}

class One extends Chain {
  readonly p = new Parameter(array([1, 2]));

  forward(): Variable {
    return this.p;
  }
}

/** What Chainer 7.8.1 does with the same numbers: the factors, the losses of some steps, and what is learnt. */
const chainer = {
  scales: [
    1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 512, 608.8740428813932, 724.0773439350246, 861.0779292198035,
    1023.9999999999998, 511.9999999999999, 608.874042881393, 724.0773439350245, 861.0779292198034,
    1023.9999999999997, 511.99999999999983, 608.8740428813929, 724.0773439350244,
  ],
  skipped: [10, 15, 20],
  losses: new Map([
    [0, 87.8125],
    [1, 79.9375],
    [10, 29.15625],
    [11, 29.15625],
    [23, 13.5625],
  ]),
  gamma: [1.4313267469406128, 1.1983344554901123, 0.7740428447723389, -0.1952541619539261],
  W: [
    [-0.357421875, 1.3974609375, -1.1796875, -0.04327392578125],
    [1.607421875, -1.1474609375, 0.8046875, 0.91845703125],
  ],
};

const close = (found: unknown, expected: readonly number[], tolerance: number) => {
  (found as number[]).forEach((v, i) => {
    expect(Math.abs(v - (expected[i] as number))).toBeLessThan(tolerance);
  });
};

describe.each(everywhere.map((device) => [device.name, device] as const))('mixed16 on %s', (_, device) => {
  it('keeps what float16 is too coarse for in float32', () => {
    usingConfig('dtype', mixed16, () => {
      const dtypes = Object.fromEntries(
        [...new Net().namedparams()].map(([name, p]) => [name, p.dtype.name]),
      );
      expect(dtypes).toEqual({
        '/l1/W': 'float16',
        '/l1/b': 'float16',
        '/bn/gamma': 'float32',
        '/bn/beta': 'float32',
        '/l2/W': 'float16',
        '/l2/b': 'float16',
      });
      const norm = new GroupNormalization(2, 4);
      expect([norm.gamma.dtype.name, norm.beta.dtype.name]).toEqual(['float32', 'float32']);
      expect(norm.forward(array([[1, 2, 3, 4]], { dtype: 'float16' })).dtype.name).toBe('float16');
    });
  });

  it('follows Chainer step by step: factors of the loss, skipped updates, parameters', async () => {
    await usingConfig('dtype', mixed16, () =>
      withDevice(device, () => {
        const model = new Net();
        const optimizer = new MomentumSGD({ lr: 0.1 / 64 })
          .setup(model)
          .useFp32Update()
          .lossScaling({ interval: 4 });
        const x = half([
          [1, 2, -1],
          [0.5, -1, 2],
          [-1.5, 0.25, 0.75],
          [2, 0, -2],
          [0.25, 1.5, -0.5],
        ]);
        const t = array([0, 1, 1, 0, 1], { dtype: 'int32' });
        const scales: (number | null)[] = [];
        const skipped: number[] = [];
        const losses: Promise<unknown>[] = [];
        const run = async () => {
          for (let i = 0; i < 24; i++) {
            withDevice(device, () => {
              scales.push(optimizer.lossScale);
              optimizer.update(() => {
                const loss = mul(softmaxCrossEntropy(model.forward(x), t), 64);
                losses.push(loss.array.item());
                return loss;
              });
            });
            await optimizer.settle();
            if (!optimizer.isSafeToUpdate()) skipped.push(i);
          }
          close(scales, chainer.scales, 1e-9);
          expect(skipped).toEqual(chainer.skipped);
          for (const [i, loss] of chainer.losses)
            expect(Math.abs(Number(await losses[i]) / loss - 1)).toBeLessThan(0.01);
          close(await model.bn.gamma?.array.toArray(), chainer.gamma, 0.01);
          ((await model.l2.W.array.toArray()) as number[][]).forEach((row, i) => {
            close(row, chainer.W[i] as number[], 0.02);
          });
          expect(optimizer.t).toBe(24);
          for (const p of model.params()) expect((p.updateRule as { t: number } | null)?.t).toBe(21);
        };
        return run();
      }),
    );
  });

  it('learns in float16, with nobody waiting', async () => {
    random.seed(4);
    const n = 256;
    const points = Float32Array.from({ length: 2 * n }, (_, i) => Math.sin(i * 12.9898) * 2);
    const labels = Int32Array.from({ length: n }, (_, i) =>
      Math.hypot(points[2 * i] as number, points[2 * i + 1] as number) > 1.6 ? 1 : 0,
    );
    const last = withDevice(device, () =>
      usingConfig('dtype', mixed16, () => {
        const model = new Mlp();
        const optimizer = new Adam({ alpha: 0.02 }).setup(model).useFp32Update().lossScaling();
        const x = array(points, { shape: [n, 2] }).astype('float16');
        const t = array(labels);
        let loss: Variable | null = null;
        for (let i = 0; i < 150; i++)
          optimizer.update(() => {
            loss = softmaxCrossEntropy(model.forward(x), t);
            return loss;
          });
        return (loss as unknown as Variable).array;
      }),
    );
    expect(last.dtype.name).toBe('float16');
    // Untrained 0.7; a straight line comes to 0.6.
    expect(await last.item()).toBeLessThan(0.12);
  });
});

describe.skipIf(waiting === null)('dynamic loss scaling on a device that is read by waiting', () => {
  const on = <T>(body: () => T) => withDevice(waiting as Device, body);

  it('leaves everything as it is where a gradient is not finite, and does not count it', async () => {
    const [p, optimizer] = on(() => {
      const link = new One();
      return [link.p, new Adam({ alpha: 0.5 }).setup(link).lossScaling()] as const;
    });
    const step = (values: number[]) =>
      on(() => {
        p.grad = array(values);
        optimizer.update();
      });
    step([1, 1]);
    const after = await p.array.toArray();
    const m = await p.updateRule?.state?.m?.toArray();
    step([1, Number.NaN]);
    step([Number.POSITIVE_INFINITY, 1]);
    expect(await p.array.toArray()).toEqual(after);
    expect(await p.updateRule?.state?.m?.toArray()).toEqual(m);
    await optimizer.settle();
    expect(optimizer.isSafeToUpdate()).toBe(false);
    expect(optimizer.lossScale).toBe(1);
    expect((p.updateRule as { t: number }).t).toBe(1);
    expect(optimizer.t).toBe(3);
    step([1, 1]);
    expect(await p.array.toArray()).not.toEqual(after);
    await optimizer.settle();
    expect(optimizer.isSafeToUpdate()).toBe(true);
  });
});

describe('a gradient that is not finite at any factor', () => {
  it('is told once', () => {
    const link = new One();
    const optimizer = new SGD().setup(link).lossScaling();
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    for (let i = 0; i < 3; i++) {
      link.p.grad = array([1, Number.NaN]);
      optimizer.update();
    }
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]?.[0]).toMatch(
      /^\[SGD.update\] a gradient is not finite although the loss is not scaled/,
    );
    warn.mockRestore();
    expect(link.p.array.toArraySync()).toEqual([1, 2]);
  });
});
