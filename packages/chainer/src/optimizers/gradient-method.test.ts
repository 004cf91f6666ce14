import * as xp from '@chainer/xp';
import { describe, expect, it, vi } from 'vitest';
import { Variable } from '../core/install.ts';
import { Parameter } from '../core/parameter.ts';
import { GradientClipping } from '../optimizerHooks/gradient-clipping.ts';
import { WeightDecay } from '../optimizerHooks/weight-decay.ts';
import { Adam, GradientMethod, MomentumSGD, SGD, UpdateRule, updateFormula } from './index.ts';
import { Model, setGrads, values } from './model.testing.ts';

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

  it('grows no memory', () => {
    xp.withDevice('js', () => {
      const model = new Model();
      const optimizer = new Adam()
        .setup(model)
        .addHook(new WeightDecay(0.1))
        .addHook(new GradientClipping(1));
      const step = () =>
        xp.scope(() => {
          setGrads(model);
          optimizer.update();
          model.cleargrads();
        });
      step();
      const before = xp.memory.stats('js').live;
      for (let i = 0; i < 50; i++) step();
      expect(xp.memory.stats('js').live).toBeLessThanOrEqual(before);
    });
  });

  it('refuses a gradient on another device', () => {
    const model = new Model();
    const optimizer = new SGD().setup(model);
    const elsewhere = { ...model.a.array.device, name: 'elsewhere' };
    const g = xp.ones([2]);
    Object.defineProperty(g, 'storage', {
      value: Object.create(g.storage, { device: { value: elsewhere } }),
    });
    model.a.node.gradVar = new Variable(g);
    expect(() => optimizer.update()).toThrow(
      /^\[update\] parameter 'a' is on \S+ but its gradient on elsewhere; move the model/,
    );
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
