import * as xp from '@chainer/xp';
import { describe, expect, it, vi } from 'vitest';
import { Chain } from '../core/chain.ts';
import { Variable } from '../core/install.ts';
import { Parameter } from '../core/parameter.ts';
import type { Serializable, Serializer } from '../core/serializer.ts';
import { mul } from '../functions/math/arithmetic.ts';
import { sum } from '../functions/math/sum.ts';
import { GradientClipping } from '../optimizerHooks/gradient-clipping.ts';
import { Lasso } from '../optimizerHooks/lasso.ts';
import { WeightDecay } from '../optimizerHooks/weight-decay.ts';
import {
  Adam,
  GradientMethod,
  MomentumSGD,
  type Optimizer,
  OptimizerHook,
  SGD,
  UpdateRule,
  updateFormula,
} from './index.ts';

class Model extends Chain {
  a = new Parameter(1, [2], { name: 'a' });
  b = new Parameter(2, [3], { name: 'b' });
  forward(x: xp.NdArray) {
    return sum(mul(this.a, x));
  }
}

const setGrads = (model: Model, value = 1) => {
  for (const p of model.params()) p.grad = xp.ones(p.shape).mul(value);
};
const values = (p: Parameter) => p.array.toArraySync();

/** A serializer over a map. */
class MapSerializer implements Serializer {
  readonly writing: boolean;
  private readonly map: Map<string, unknown>;
  private readonly prefix: string;
  constructor(map: Map<string, unknown>, writing: boolean, prefix = '') {
    this.map = map;
    this.writing = writing;
    this.prefix = prefix;
  }
  child(name: string): Serializer {
    return new MapSerializer(this.map, this.writing, `${this.prefix}${name}/`);
  }
  has(key: string): boolean {
    return this.map.has(this.prefix + key);
  }
  value<T extends Serializable>(key: string, current: T): T {
    const path = this.prefix + key;
    if (!this.writing) {
      if (!this.map.has(path)) throw new Error(`no key ${path}`);
      const stored = this.map.get(path);
      return (stored instanceof xp.NdArray && typeof current === 'number' ? stored.itemSync() : stored) as T;
    }
    this.map.set(path, current instanceof xp.NdArray ? current.copy() : current);
    return current;
  }
}

describe('update', () => {
  it('computes the loss, its gradients, and updates', () => {
    const model = new Model();
    const optimizer = new SGD({ lr: 0.5 }).setup(model);
    const x = xp.array([1, 3]);
    optimizer.update((v: xp.NdArray) => model.forward(v), x);
    optimizer.update(model, x);
    expect(values(model.a)).toEqual([0, -2]);
    expect(values(model.b)).toEqual([2, 2, 2]);
    expect(optimizer.t).toBe(2);
  });

  it('runs one kernel for all parameters', () => {
    const model = new Model();
    const optimizer = new Adam().setup(model);
    const many = vi.spyOn(model.a.array.device.kernels, 'elementwiseMany');
    try {
      for (let i = 0; i < 3; i++) {
        setGrads(model);
        optimizer.update();
      }
      expect(many.mock.calls.map(([, calls]) => calls.length)).toEqual([2, 2, 2]);
      expect(many.mock.calls[2]?.[1][0]).toBe(many.mock.calls[1]?.[1][0]);
    } finally {
      many.mockRestore();
    }
  });

  it('lets go of the gradients', () => {
    const model = new Model();
    const optimizer = new SGD().setup(model);
    const many = vi.spyOn(model.a.array.device.kernels, 'elementwiseMany');
    try {
      setGrads(model);
      const g = model.a.grad;
      optimizer.update();
      expect(many.mock.calls[0]?.[1].some((call) => call.inputs.includes(g as xp.NdArray))).toBe(false);
    } finally {
      many.mockRestore();
    }
  });

  it('changes the arrays in place', () => {
    const model = new Model();
    const optimizer = new SGD().setup(model);
    const before = model.a.array;
    setGrads(model);
    optimizer.update();
    expect(model.a.array).toBe(before);
    expect(before.toArraySync()).not.toEqual([1, 1]);
  });

  it('updates a parameter without a gradient by zeros', () => {
    const model = new Model();
    const optimizer = new MomentumSGD({ lr: 1, momentum: 0.5 }).setup(model);
    setGrads(model);
    optimizer.update();
    model.cleargrads();
    optimizer.update();
    expect(values(model.a)).toEqual([-0.5, -0.5]);
    expect(model.a.grad?.toArraySync()).toEqual([0, 0]);
  });

  it('leaves uninitialised parameters out until they are there', () => {
    const model = new Model();
    model.b = new Parameter(2, null, { name: 'b' });
    const optimizer = new MomentumSGD({ lr: 1, momentum: 0.5 }).setup(model);
    optimizer.update();
    expect(model.b.updateRule?.t).toBe(0);
    model.b.initialize([1]);
    model.b.grad = xp.ones([1]);
    optimizer.update();
    expect(values(model.b)).toEqual([1]);
    expect([model.a.updateRule?.t, model.b.updateRule?.t]).toEqual([2, 1]);
  });

  it('leaves frozen parameters alone', () => {
    const model = new Model();
    const optimizer = new SGD({ lr: 1 }).setup(model);
    (model.a.updateRule as UpdateRule).enabled = false;
    setGrads(model);
    optimizer.update();
    expect(values(model.a)).toEqual([1, 1]);
    expect(values(model.b)).toEqual([1, 1, 1]);
    model.enableUpdate();
    setGrads(model);
    optimizer.update();
    expect(values(model.a)).toEqual([0, 0]);
  });

  it('updates a parameter once that stands in two places', () => {
    const model = new Model();
    (model as unknown as { c: Parameter }).c = model.a;
    const optimizer = new SGD({ lr: 1 }).setup(model);
    setGrads(model);
    optimizer.update();
    expect(values(model.a)).toEqual([0, 0]);
  });

  it('updates two parameters on one memory one after the other', () => {
    const model = new Model();
    model.b = model.a.copyAs('share');
    const optimizer = new SGD({ lr: 1 }).setup(model);
    setGrads(model);
    optimizer.update();
    expect(values(model.a)).toEqual([-1, -1]);
  });

  it('takes gradients and parameters of any layout', () => {
    const model = new Model();
    const base = xp.array([1, 2, 3, 4]);
    model.a = new Parameter(base.at('::2'), null, { name: 'a' });
    model.b = new Parameter(xp.broadcastTo(xp.array(5), [3]), null, { name: 'b' });
    const optimizer = new SGD({ lr: 1 }).setup(model);
    model.a.grad = xp.broadcastTo(xp.array(1), [2]);
    model.b.grad = xp.array([1, 2, 3]).at('::-1');
    optimizer.update();
    expect(base.toArraySync()).toEqual([0, 2, 2, 4]);
    expect(values(model.b)).toEqual([2, 3, 4]);
  });

  it('takes parameters without elements', () => {
    const model = new Model();
    model.b = new Parameter(0, [0, 3], { name: 'b' });
    const optimizer = new Adam().setup(model).addHook(new WeightDecay(0.1)).addHook(new GradientClipping(1));
    setGrads(model);
    expect(() => optimizer.update()).not.toThrow();
  });

  it('keeps state beyond scopes', () => {
    const model = new Model();
    const optimizer = new MomentumSGD({ lr: 1, momentum: 1 }).setup(model);
    for (let i = 0; i < 2; i++) {
      xp.scope(() => {
        setGrads(model);
        optimizer.update();
        model.cleargrads();
      });
    }
    expect(values(model.a)).toEqual([-2, -2]);
  });

  it('tells mistakes', () => {
    const model = new Model();
    const optimizer = new SGD();
    expect(() => optimizer.update()).toThrow(
      '[SGD.update] the optimizer is not set up: call optimizer.setup(model) first',
    );
    expect(() => optimizer.setup(3 as never)).toThrow('[SGD.setup] the target must be a link');
    optimizer.setup(model);
    expect(() => optimizer.update((() => 3) as never)).toThrow(
      '[SGD.update] lossfun must return the loss as a Variable, got number',
    );
    model.a.node.gradVar = new Variable(xp.ones([3]));
    expect(() => optimizer.update()).toThrow(
      "[update] the gradient of parameter 'a' is float32[3], but the parameter is float32[2]",
    );
    model.a.cleargrad();
    expect(() => optimizer.update()).not.toThrow();
    model.b = new Parameter(xp.array([1], { dtype: 'int32' }), null, { name: 'b' });
    expect(() => new SGD().setup(model).update()).toThrow(
      "[update] parameter 'b' is int32[1]; optimizers update floating parameters",
    );
  });
});

describe('hyperparameters', () => {
  it('are properties, which rules fall back to', () => {
    const model = new Model();
    const optimizer = new SGD({ lr: 1 }).setup(model);
    const rule = model.a.updateRule as UpdateRule<{ lr: number }>;
    expect(rule.hyperparam.lr).toBe(1);
    optimizer.lr = 0.5;
    expect(rule.hyperparam.lr).toBe(0.5);
    rule.hyperparam.lr = 2;
    setGrads(model);
    optimizer.update();
    expect([values(model.a), values(model.b)]).toEqual([
      [-1, -1],
      [1.5, 1.5, 1.5],
    ]);
    expect(optimizer.hyperparam).toEqual({ lr: 0.5 });
  });

  it('tell mistakes', () => {
    expect(() => new SGD({ learningRate: 0.1 } as never)).toThrow(
      "[SGD] unknown hyperparameter 'learningRate'; there are lr",
    );
    expect(() => new SGD({ lr: '0.1' } as never)).toThrow('[SGD] lr must be a number, got string 0.1');
    expect(() => new SGD(0.1 as never)).toThrow(
      '[SGD] hyperparameters are given by name, new SGD({lr: …}), got 0.1',
    );
    expect(new SGD({ lr: undefined } as never).lr).toBe(0.01);
  });
});

describe('hooks', () => {
  it('run by timing, in order, once added after setup', () => {
    const model = new Model();
    const optimizer = new SGD();
    expect(() => optimizer.addHook(new WeightDecay(0.1))).toThrow(
      '[SGD.addHook] the optimizer is not set up',
    );
    expect(() => optimizer.removeHook('WeightDecay')).toThrow('[SGD.removeHook] the optimizer is not set up');
    const seen: string[] = [];
    optimizer.setup(model);
    optimizer.addHook(() => seen.push(`after ${optimizer.t}`), { name: 'late', timing: 'post' });
    optimizer.addHook(() => seen.push(`before ${optimizer.t}`), { name: 'early' });
    optimizer.update();
    expect(seen).toEqual(['before 0', 'after 1']);
    optimizer.removeHook('late');
    optimizer.removeHook('early');
    optimizer.update();
    expect(seen.length).toBe(2);
  });

  it('tell mistakes', () => {
    const optimizer = new SGD().setup(new Model()).addHook(new WeightDecay(0.1));
    expect(() => optimizer.addHook(new WeightDecay(0.2))).toThrow(
      "[SGD.addHook] a hook named 'WeightDecay' is there already",
    );
    expect(() => optimizer.addHook(new WeightDecay(0.2), { name: 'second' })).not.toThrow();
    expect(() => optimizer.removeHook('Lasso')).toThrow(
      "[SGD.removeHook] no hook is named 'Lasso' (there are 'WeightDecay', 'second')",
    );
    expect(() => optimizer.addHook(1 as never)).toThrow(
      '[SGD.addHook] hook must be an OptimizerHook or a function, got number',
    );
    expect(() => optimizer.addHook(new Lasso(1), { timing: 'middle' as 'pre' })).toThrow(
      "timing must be 'pre', 'post' or 'auto', got 'middle'",
    );
    expect(() => optimizer.addHook((() => () => {})())).toThrow('needs one: addHook(hook, {name');
  });

  it('of update rules see one parameter, after the optimizer’s', () => {
    const model = new Model();
    const optimizer = new SGD({ lr: 1 }).setup(model).addHook(new WeightDecay(1));
    const rule = model.a.updateRule as UpdateRule;
    rule.addHook(
      (_, p) => {
        p.grad = (p.grad as xp.NdArray).mul(10);
      },
      { name: 'times ten' },
    );
    model.a.grad = xp.zeros([2]);
    optimizer.update();
    expect(values(model.a)).toEqual([-9, -9]);
    expect(() => rule.removeHook('x')).toThrow(
      "[UpdateRule.removeHook] no hook is named 'x' (there are 'times ten')",
    );
    rule.removeHook('times ten');
  });

  it('see only parameters with gradients', () => {
    const seen: number[] = [];
    class Count extends OptimizerHook {
      readonly name = 'Count';
      apply(params: readonly Parameter[]): void {
        seen.push(params.length);
      }
    }
    const model = new Model();
    model.b = new Parameter(0, null);
    new SGD().setup(model).addHook(new Count()).update();
    expect(seen).toEqual([1]);
  });
});

describe('epochs', () => {
  it('are counted by the user or by an updater, not by both', () => {
    const optimizer = new SGD().setup(new Model());
    optimizer.newEpoch();
    expect(optimizer.epoch).toBe(1);
    expect(() => optimizer.newEpoch({ auto: true })).toThrow(
      '[SGD.newEpoch] called with auto although useAutoNewEpoch is false',
    );
    optimizer.useAutoNewEpoch = true;
    optimizer.newEpoch({ auto: true });
    expect(() => optimizer.newEpoch()).toThrow('the updater counts epochs already');
    expect(optimizer.epoch).toBe(2);
  });
});

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
      expect(optimizer.isSafeToUpdate).toBe(Number.isFinite(g));
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

describe('serialize', () => {
  const saved = (optimizer: Optimizer) => {
    const map = new Map<string, unknown>();
    optimizer.serialize(new MapSerializer(map, true));
    return map;
  };

  it('writes Chainer’s keys', () => {
    const model = new Model();
    const optimizer = new Adam().setup(model);
    expect([...saved(optimizer).keys()]).toEqual(['t', 'epoch', 'a/t', 'b/t']);
    optimizer.update();
    expect([...saved(optimizer).keys()]).toEqual(['t', 'epoch', 'a/t', 'a/m', 'a/v', 'b/t', 'b/m', 'b/v']);
  });

  it('continues where it was, also into rules without state', () => {
    const train = (model: Model, optimizer: Adam, from: number, to: number) => {
      for (let i = from; i < to; i++) {
        setGrads(model, i + 1);
        optimizer.update();
      }
    };
    const model = new Model();
    const optimizer = new Adam({ alpha: 0.1, amsgrad: true }).setup(model);
    train(model, optimizer, 0, 3);
    const map = saved(optimizer);
    const other = new Model();
    const resumed = new Adam({ alpha: 0.1, amsgrad: true }).setup(other);
    other.copyparams(model);
    resumed.serialize(new MapSerializer(map, false));
    train(model, optimizer, 3, 6);
    train(other, resumed, 3, 6);
    expect(values(other.a)).toEqual(values(model.a));
    expect(resumed.t).toBe(6);
    expect(other.a.updateRule?.t).toBe(6);
  });

  it('continues float32 copies and the loss scale exactly', () => {
    const make = () => {
      const model = new Model();
      model.a = new Parameter(xp.array([1, 1], { dtype: 'float16' }), null, { name: 'a' });
      return { model, optimizer: new SGD({ lr: 2 ** -13 }).useFp32Update().lossScaling().setup(model) };
    };
    const step = ({ model, optimizer }: ReturnType<typeof make>) => optimizer.update(() => sum(model.a));
    const one = make();
    for (let i = 0; i < 3; i++) step(one);
    const other = make();
    other.model.copyparams(one.model);
    other.optimizer.serialize(new MapSerializer(saved(one.optimizer), false));
    expect(other.optimizer.lossScale).toBe(8);
    for (let i = 0; i < 5; i++) for (const x of [one, other]) step(x);
    expect(values(other.model.a)).toEqual(values(one.model.a));
    expect(values(one.model.a)).toEqual([1 - 2 ** -10, 1 - 2 ** -10]);
  });

  it('makes state anew that a file lacks', () => {
    const model = new Model();
    const optimizer = new MomentumSGD().setup(model);
    optimizer.serialize(
      new MapSerializer(
        new Map<string, unknown>([
          ['t', 5],
          ['epoch', 1],
          ['a/t', 5],
          ['b/t', 5],
        ]),
        false,
      ),
    );
    expect(model.a.updateRule?.state).toBeNull();
    expect(() => optimizer.update()).not.toThrow();
    expect(optimizer.t).toBe(6);
  });
});

describe('own optimizers', () => {
  it('are a formula', () => {
    const formula = updateFormula({
      name: 'SignSGD',
      state: { n: 10 },
      scalars: { lr: (hp: { lr: number }) => hp.lr },
      step: ({ p, grad, n, lr }) => ({ p: p.sub(grad.sign().mul(lr)), n: n.add(1) }),
    });
    class SignSGD extends GradientMethod<{ lr: number }> {
      constructor(options: { lr?: number } = {}) {
        super({ lr: 0.01 }, options);
      }
      protected override formulaFor() {
        return formula;
      }
    }
    const model = new Model();
    const optimizer = new SignSGD({ lr: 0.25 }).setup(model);
    setGrads(model, -7);
    optimizer.update();
    expect(values(model.a)).toEqual([1.25, 1.25]);
    expect(model.a.updateRule?.state?.n?.toArraySync()).toEqual([11, 11]);
  });

  it('or a rule', () => {
    class NormalizedRule extends UpdateRule<{ lr: number }> {
      readonly stateNames = [];
      initialState(): number {
        return 0;
      }
      updateCore(param: Parameter): void {
        const g = param.grad as xp.NdArray;
        param.array.isub(g.div(xp.sqrt(xp.square(g).sum())).mul(this.hyperparam.lr));
      }
    }
    class Normalized extends GradientMethod<{ lr: number }> {
      constructor(options: { lr?: number } = {}) {
        super({ lr: 0.01 }, options);
      }
      protected override createUpdateRule() {
        return new NormalizedRule(this.hyperparam);
      }
    }
    const model = new Model();
    const optimizer = new Normalized({ lr: 5 }).setup(model);
    model.a.grad = xp.array([3, 4]);
    optimizer.update();
    expect(values(model.a)).toEqual([-2, -3]);
  });
});
