import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { Parameter } from '../core/parameter.ts';
import { mul } from '../functions/math/arithmetic.ts';
import { sum } from '../functions/math/sum.ts';
import { GradientClipping } from '../optimizerHooks/gradient-clipping.ts';
import { WeightDecay } from '../optimizerHooks/weight-decay.ts';
import { SGD } from './index.ts';
import { Model, setGrads, values } from './model.testing.ts';

describe('loss scaling', () => {
  const loss = (model: Model) => () => sum(mul(model.a, xp.array([1, 2])));

  it('does not change what is learnt', () => {
    const model = new Model();
    const optimizer = new SGD({ lr: 1 }).lossScaling({ scale: 128 }).setup(model);
    const seen: unknown[] = [];
    optimizer.addHook(() => seen.push(model.a.grad?.toArraySync()), { name: 'look' });
    optimizer.update(loss(model));
    expect(seen).toEqual([[128, 256]]);
    expect(values(model.a)).toEqual([0, -1]);
    expect(model.a.grad?.toArraySync()).toEqual([1, 2]);
  });

  it('scales weight decay, and clips what is not scaled', () => {
    const run = (scale: number) => {
      const model = new Model();
      const optimizer = new SGD({ lr: 1 })
        .setup(model)
        .addHook(new WeightDecay(0.5))
        .addHook(new GradientClipping(1));
      optimizer.setLossScale(scale);
      optimizer.update(loss(model));
      return values(model.a) as number[];
    };
    run(64).forEach((v, i) => {
      expect(v).toBeCloseTo(run(1)[i] as number, 6);
    });
  });

  it('finds the scale by itself, and skips updates that overflow', () => {
    const model = new Model();
    const optimizer = new SGD({ lr: 1 }).setup(model).lossScaling({ interval: 2 });
    const scales: (number | null)[] = [];
    for (const g of [1, 1, Number.POSITIVE_INFINITY, 1]) {
      setGrads(model, 1);
      model.b.grad = xp.array([1, g, 1]);
      scales.push(optimizer.lossScale);
      optimizer.update();
      expect(optimizer.isSafeToUpdate()).toBe(Number.isFinite(g));
    }
    expect(scales).toEqual([1, 2, 4, 2]);
    expect(optimizer.lossScale).toBeCloseTo(2 * Math.SQRT2, 10);
    expect(values(model.a)).toEqual([-2, -2]);
    expect(optimizer.t).toBe(4);
  });

  it('works with float32 copies of half-precision parameters', () => {
    const model = new Model();
    model.a = new Parameter(xp.array([1, 1], { dtype: 'float16' }), null, { name: 'a' });
    const optimizer = new SGD({ lr: 2 ** -12 }).useFp32Update().lossScaling({ scale: 1024 }).setup(model);
    for (let i = 0; i < 4; i++)
      optimizer.update(() => sum(mul(model.a, xp.array([1, 2], { dtype: 'float16' }))));
    expect(values(model.a)).toEqual([1 - 2 ** -10, 1 - 2 ** -9]);
  });

  it('tells mistakes', () => {
    expect(() => new SGD().lossScaling({ interval: 0 })).toThrow(
      '[SGD.lossScaling] interval must be at least 1, got 0',
    );
    expect(() => new SGD().setLossScale(-1)).toThrow(
      '[SGD.setLossScale] the loss scale must be positive, got -1',
    );
  });
});
