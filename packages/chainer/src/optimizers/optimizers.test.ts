import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { Chain } from '../core/chain.ts';
import { Parameter } from '../core/parameter.ts';
import * as optimizers from './index.ts';

class Model extends Chain {
  readonly w: Parameter;
  constructor(values: number[], dtype: 'float16' | 'float32' | 'float64' = 'float64') {
    super();
    this.w = new Parameter(xp.array(values, { dtype }), null, { name: 'w' });
  }
  forward(): void {}
}

const start = [1, -2, 0.5];
const grads = [
  [0.1, -0.2, 0.3],
  [0.3, 0.1, -0.4],
  [-0.5, 0.2, 0],
  [0.05, -0.6, 0.2],
];

/** Runs the optimizer over the gradients; the parameter after each update. */
function run(
  optimizer: optimizers.Optimizer,
  dtype: 'float16' | 'float32' | 'float64' = 'float64',
): number[][] {
  const model = new Model(start, dtype);
  optimizer.setup(model);
  return grads.map((g) => {
    model.w.grad = xp.array(g, { dtype });
    optimizer.update();
    return model.w.array.toArraySync() as number[];
  });
}

/** The same by a recurrence on plain numbers: from p, g, t and the element's state to the new p. */
function recurrence(
  step: (p: number, g: number, t: number, s: Record<string, number>) => number,
  state: Record<string, number> = {},
): number[][] {
  const states = start.map(() => ({ ...state }));
  let p = start;
  return grads.map((g, i) => {
    p = p.map((v, k) => step(v, g[k] as number, i + 1, states[k] as Record<string, number>));
    return p;
  });
}

type Step = Parameters<typeof recurrence>[0];
type S = Record<'v' | 'm' | 'h' | 'g' | 'n' | 'd' | 'x' | 'top', number>;
const typed = (step: (p: number, g: number, t: number, s: S) => number): Step => step as Step;

const adam = (
  alpha: number,
  b1: number,
  b2: number,
  eps: number,
  eta: number,
  decay: number,
  top: boolean,
  bounds: ((t: number) => [number, number]) | null,
): Step =>
  typed((p, g, t, s) => {
    s.m = b1 * s.m + (1 - b1) * g;
    s.v = b2 * s.v + (1 - b2) * g * g;
    s.top = Math.max(s.top, s.v);
    let rate = (alpha * Math.sqrt(1 - b2 ** t)) / (1 - b1 ** t) / (Math.sqrt(top ? s.top : s.v) + eps);
    if (bounds !== null) rate = Math.min(Math.max(rate, bounds(t)[0]), bounds(t)[1]);
    return p - eta * (rate * s.m + decay * p);
  });

const zero = { v: 0, m: 0, h: 0, g: 0, n: 0, d: 0, x: 0, top: 0 };
const cases: [string, optimizers.Optimizer, Step, Record<string, number>][] = [
  ['SGD', new optimizers.SGD({ lr: 0.1 }), typed((p, g) => p - 0.1 * g), zero],
  [
    'MomentumSGD',
    new optimizers.MomentumSGD({ lr: 0.1, momentum: 0.8 }),
    typed((p, g, _, s) => {
      s.v = 0.8 * s.v - 0.1 * g;
      return p + s.v;
    }),
    zero,
  ],
  [
    'CorrectedMomentumSGD',
    new optimizers.CorrectedMomentumSGD({ lr: 0.1, momentum: 0.8 }),
    typed((p, g, _, s) => {
      s.v = 0.8 * s.v - g;
      return p + 0.1 * s.v;
    }),
    zero,
  ],
  [
    'NesterovAG',
    new optimizers.NesterovAG({ lr: 0.1, momentum: 0.8 }),
    typed((p, g, _, s) => {
      s.v = 0.8 * s.v - 0.1 * g;
      return p + 0.64 * s.v - 1.8 * 0.1 * g;
    }),
    zero,
  ],
  [
    'AdaGrad',
    new optimizers.AdaGrad({ lr: 0.1, eps: 1e-3 }),
    typed((p, g, _, s) => {
      s.h += g * g;
      return p - (0.1 * g) / (Math.sqrt(s.h) + 1e-3);
    }),
    zero,
  ],
  [
    'AdaDelta',
    new optimizers.AdaDelta({ rho: 0.8, eps: 1e-3 }),
    typed((p, g, _, s) => {
      s.g = 0.8 * s.g + 0.2 * g * g;
      const dx = Math.sqrt((s.d + 1e-3) / (s.g + 1e-3)) * g;
      s.d = 0.8 * s.d + 0.2 * dx * dx;
      return p - dx;
    }),
    zero,
  ],
  [
    'RMSprop',
    new optimizers.RMSprop({ lr: 0.1, alpha: 0.8, eps: 1e-3 }),
    typed((p, g, _, s) => {
      s.m = 0.8 * s.m + 0.2 * g * g;
      return p - (0.1 * g) / (Math.sqrt(s.m) + 1e-3);
    }),
    zero,
  ],
  [
    'RMSprop, eps inside',
    new optimizers.RMSprop({ lr: 0.1, alpha: 0.8, eps: 1e-3, epsInsideSqrt: true }),
    typed((p, g, _, s) => {
      s.m = 0.8 * s.m + 0.2 * g * g;
      return p - (0.1 * g) / Math.sqrt(s.m + 1e-3);
    }),
    zero,
  ],
  [
    'RMSpropGraves',
    new optimizers.RMSpropGraves({ lr: 0.1, alpha: 0.8, momentum: 0.5, eps: 1e-2 }),
    typed((p, g, _, s) => {
      s.n = 0.8 * s.n + 0.2 * g * g;
      s.g = 0.8 * s.g + 0.2 * g;
      s.d = 0.5 * s.d - (0.1 * g) / Math.sqrt(s.n - s.g * s.g + 1e-2);
      return p + s.d;
    }),
    zero,
  ],
  [
    'SMORMS3',
    new optimizers.SMORMS3({ lr: 0.1, eps: 1e-8 }),
    typed((p, g, _, s) => {
      const r = 1 / (s.m + 1);
      s.g = (1 - r) * s.g + r * g;
      s.n = (1 - r) * s.n + r * g * g;
      const x = (s.g * s.g) / (s.n + 1e-8);
      s.m = 1 + s.m * (1 - x);
      return p - (g * Math.min(0.1, x)) / (Math.sqrt(s.n) + 1e-8);
    }),
    { ...zero, m: 1 },
  ],
  [
    'MSVAG',
    new optimizers.MSVAG({ lr: 0.1, beta: 0.8, eta: 0.5, weightDecayRate: 0.1 }),
    typed((p, g, t, s) => {
      s.m = 0.8 * s.m + 0.2 * g;
      s.v = 0.8 * s.v + 0.2 * g * g;
      const power = 0.8 ** t;
      const rho = (0.2 * (1 + power)) / (1.8 * (1 - power));
      const mean = s.m / (1 - power);
      const variance = (s.v / (1 - power) - mean * mean) / (1 - rho);
      const factor = t === 1 ? 1 : (mean * mean) / (mean * mean + rho * variance);
      return p - 0.5 * (0.1 * factor * mean + 0.1 * p);
    }),
    zero,
  ],
  [
    'Adam',
    new optimizers.Adam({ alpha: 0.1, beta1: 0.8, beta2: 0.7, eps: 1e-4 }),
    adam(0.1, 0.8, 0.7, 1e-4, 1, 0, false, null),
    zero,
  ],
  [
    'AdamW',
    new optimizers.AdamW({ alpha: 0.1, eta: 0.5, weightDecayRate: 0.2 }),
    adam(0.1, 0.9, 0.999, 1e-8, 0.5, 0.2, false, null),
    zero,
  ],
  [
    'AMSGrad',
    new optimizers.AMSGrad({ alpha: 0.1, beta2: 0.5 }),
    adam(0.1, 0.9, 0.5, 1e-8, 1, 0, true, null),
    zero,
  ],
  [
    'AdaBound',
    new optimizers.AdaBound({ alpha: 0.1, finalLr: 0.2, gamma: 0.5 }),
    adam(0.1, 0.9, 0.999, 1e-8, 1, 0, false, (t) => [
      0.2 * (1 - 1 / (0.5 * t + 1)),
      0.2 * (1 + 1 / (0.5 * t)),
    ]),
    zero,
  ],
  [
    'AMSBound',
    new optimizers.AMSBound({ alpha: 0.1, finalLr: 0.2, gamma: 0.5, beta2: 0.5, eta: 0.7 }),
    adam(0.1, 0.9, 0.5, 1e-8, 0.7, 0, true, (t) => [
      0.2 * (1 - 1 / (0.5 * t + 1)),
      0.2 * (1 + 1 / (0.5 * t)),
    ]),
    zero,
  ],
];

describe.each(cases)('%s', (_, optimizer, step, state) => {
  it('follows its recurrence', () => {
    const expected = recurrence(step, state);
    run(optimizer).forEach((p, t) => {
      p.forEach((v, k) => {
        expect(v, `update ${t + 1}, element ${k}`).toBeCloseTo((expected[t] as number[])[k] as number, 10);
      });
    });
  });

  it.each(xp.devices().map((device) => device.name))('does so in float32 on %s', (device) => {
    const expected = recurrence(step, state).at(-1) as number[];
    const got = xp.withDevice(device, () => run(optimizer, 'float32')).at(-1) as number[];
    got.forEach((v, k) => {
      expect(v).toBeCloseTo(expected[k] as number, 4);
    });
  });
});

describe('float16', () => {
  it('is computed in float32 by Adam, whose eps float16 cannot hold', () => {
    const expected = recurrence(adam(0.1, 0.9, 0.999, 1e-8, 1, 0, false, null), zero).at(-1) as number[];
    (run(new optimizers.Adam({ alpha: 0.1 }), 'float16').at(-1) as number[]).forEach((v, k) => {
      expect(Math.abs(v - (expected[k] as number))).toBeLessThan(0.02);
    });
  });

  it('is refused by RMSprop when eps would be 0', () => {
    expect(() => run(new optimizers.RMSprop(), 'float16')).toThrow(
      '[RMSprop] eps 1e-8 is too small for float16 parameters',
    );
    expect(() => run(new optimizers.RMSprop({ eps: 1e-4 }), 'float16')).not.toThrow();
  });

  it('keeps steps that are too small for it with useFp32Update', () => {
    const small = 2 ** -13;
    const steps = (optimizer: optimizers.SGD) => {
      const model = new Model([1], 'float16');
      optimizer.setup(model);
      for (let i = 0; i < 16; i++) {
        model.w.grad = xp.array([1], { dtype: 'float16' });
        optimizer.update();
      }
      return model.w.array.toArraySync();
    };
    expect(steps(new optimizers.SGD({ lr: small }))).toEqual([1]);
    expect(steps(new optimizers.SGD({ lr: small }).useFp32Update())).toEqual([1 - 16 * small]);
  });
});

describe('Adam', () => {
  it('shows its step size after the first update', () => {
    const optimizer = new optimizers.Adam({ alpha: 0.1, beta1: 0.5, beta2: 0.75 });
    optimizer.setup(new Model(start));
    expect(() => optimizer.alphaT).toThrow('[Adam.alphaT] there is no step size before the first update');
    optimizer.update();
    expect(optimizer.alphaT).toBeCloseTo((0.1 * Math.sqrt(0.25)) / 0.5, 12);
    expect(optimizer.lr).toBe(optimizer.alphaT);
  });

  it('lets AdaBound follow alpha', () => {
    const model = new Model([0]);
    const optimizer = new optimizers.AdaBound({ alpha: 0.1, finalLr: 0.1, gamma: 1e9, beta1: 0 }).setup(
      model,
    );
    optimizer.alpha = 0.05;
    model.w.grad = xp.array([1], { dtype: 'float64' });
    optimizer.update();
    // The bounds have closed in on finalLr alpha / (alpha at setup).
    expect((model.w.array.toArraySync() as number[])[0]).toBeCloseTo(-0.05, 6);
  });
});
