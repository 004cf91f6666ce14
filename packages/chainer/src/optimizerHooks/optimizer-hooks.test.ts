import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { Variable } from '../core/install.ts';
import { Parameter } from '../core/parameter.ts';
import type { OptimizerHook } from '../optimizers/hook.ts';
import {
  GradientClipping,
  GradientHardClipping,
  GradientLARS,
  GradientNoise,
  Lasso,
  WeightDecay,
} from './index.ts';

function param(p: number[], g: number[], dtype: 'float16' | 'float32' | 'float64' = 'float64'): Parameter {
  const made = new Parameter(xp.array(p, { dtype }));
  made.grad = xp.array(g, { dtype });
  return made;
}

/** Gradients after a hook. */
function after(hook: OptimizerHook, ...params: Parameter[]): number[][] {
  hook.apply(params);
  return params.map((p) => p.grad?.toArraySync() as number[]);
}

const close = (got: readonly number[][], expected: readonly number[][], digits = 10): void => {
  expected.flat().forEach((v, i) => {
    expect(got.flat()[i]).toBeCloseTo(v, digits);
  });
};

describe('WeightDecay', () => {
  it('adds the parameter', () => {
    close(after(new WeightDecay(0.1), param([1, -2], [3, 4])), [[3.1, 3.8]]);
  });

  it('grows with the loss scale', () => {
    const p = param([1, -2], [300, 400]);
    p.node.lossScale = 100;
    close(after(new WeightDecay(0.1), p), [[310, 380]]);
  });
});

describe('Lasso', () => {
  it('adds the sign of the parameter', () => {
    close(after(new Lasso(0.1), param([5, -2, 0], [3, 4, 5])), [[3.1, 3.9, 5]]);
  });
});

describe('GradientHardClipping', () => {
  it('holds elements between the bounds', () => {
    close(after(new GradientHardClipping(-1, 2), param([0, 0, 0], [-3, 0.5, 3])), [[-1, 0.5, 2]]);
  });
});

describe('GradientClipping', () => {
  it('scales all gradients by one factor', () => {
    close(after(new GradientClipping(1), param([0, 0], [3, 0]), param([0], [4])), [[0.6, 0], [0.8]]);
  });

  it('leaves gradients below the threshold', () => {
    expect(after(new GradientClipping(5), param([0, 0], [3, 0]), param([0], [4]))).toEqual([[3, 0], [4]]);
    expect(after(new GradientClipping(5), param([0], [0]))).toEqual([[0]]);
  });

  it('takes gradients of several dtypes, and does not overflow half precision', () => {
    const got = after(
      new GradientClipping(500),
      param([0], [300], 'float16'),
      param([0], [400], 'float32'),
      param([0], [1200], 'float64'),
    );
    close(got, [[300 / 2.6], [400 / 2.6], [1200 / 2.6]], 0);
    expect(got[0]?.[0]).not.toBe(0);
  });

  it('changes nothing where a gradient is NaN', () => {
    expect(after(new GradientClipping(1), param([0, 0], [Number.NaN, 3]))).toEqual([[Number.NaN, 3]]);
  });

  it('compares unscaled gradients', () => {
    const scaled = param([0], [3 * 8]);
    scaled.node.lossScale = 8;
    close(after(new GradientClipping(1), scaled, param([0], [4])), [[0.6], [0.8]]);
    const both = [param([0], [3 * 8]), param([0], [4 * 8])];
    for (const p of both) p.node.lossScale = 8;
    close(after(new GradientClipping(1), ...both), [[0.6 * 8], [0.8 * 8]]);
  });
});

describe('GradientLARS', () => {
  it('scales each gradient by the ratio of norms', () => {
    // ‖p‖ = 5, ‖g‖ = 2: r = 5 / (2 + 0.1 · 5)
    close(after(new GradientLARS({ weightDecay: 0.1, eps: 0 }), param([3, 4], [0, 2])), [[0.3 * 2, 2.4 * 2]]);
  });

  it('leaves small parameters alone but for weight decay', () => {
    close(after(new GradientLARS({ threshold: 10, weightDecay: 0.1 }), param([3, 4], [0, 2])), [[0.3, 2.4]]);
  });
});

describe('GradientNoise', () => {
  it('adds noise whose spread falls with the updates', () => {
    const seen: number[] = [];
    const hook = new GradientNoise(2, {
      noiseFunc: (g, h, t) => {
        seen.push(h.eta, t);
        return xp.onesLike(g);
      },
    });
    close(after(hook, param([0, 0], [1, 2])), [[2, 3]]);
    expect(seen).toEqual([2, 0]);
  });

  it('is normal unless told otherwise', () => {
    const n = 4000;
    const p = new Parameter(0, [n]);
    p.grad = xp.zeros([n]);
    const noise = after(new GradientNoise(0.25), p)[0] as number[];
    const std = Math.sqrt(noise.reduce((a, b) => a + b * b, 0) / n);
    expect(std).toBeGreaterThan(0.47);
    expect(std).toBeLessThan(0.53);
  });
});

describe('hooks', () => {
  it.each([
    new WeightDecay(0.1),
    new Lasso(0.1),
    new GradientHardClipping(-1, 1),
    new GradientClipping(0.1),
    new GradientLARS(),
    new GradientNoise(0.1),
  ])('leave the memory of old gradients alone: $name', (hook) => {
    // Both parameters have one gradient array, which is a broadcast view besides.
    const g = xp.broadcastTo(xp.array(2), [3]);
    const params = [new Parameter(1, [3]), new Parameter(4, [3])];
    for (const p of params) p.gradVar = new Variable(g);
    hook.apply(params);
    expect(g.toArraySync()).toEqual([2, 2, 2]);
    for (const p of params) expect(p.grad?.toArraySync()).not.toEqual([2, 2, 2]);
  });

  it('run before the update', () => {
    expect(
      [
        new WeightDecay(0),
        new Lasso(0),
        new GradientClipping(1),
        new GradientLARS(),
        new GradientNoise(1),
        new GradientHardClipping(0, 1),
      ].map((h) => h.timing),
    ).toEqual(Array(6).fill('pre'));
  });
});
