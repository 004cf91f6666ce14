import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { Parameter } from '../core/parameter.ts';
import { Lasso } from '../optimizerHooks/lasso.ts';
import { WeightDecay } from '../optimizerHooks/weight-decay.ts';
import { OptimizerHook, SGD, type UpdateRule } from './index.ts';
import { Model, values } from './model.testing.ts';

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
