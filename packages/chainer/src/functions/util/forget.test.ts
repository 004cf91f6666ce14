import * as xp from '@chainer/xp';
import { array, ones } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { grad } from '../../core/backward.ts';
import { config, usingConfig } from '../../core/config.ts';
import { FunctionHook, usingHook } from '../../core/function-hook.ts';
import { Variable } from '../../core/install.ts';
import { hostNumbers } from '../../gradient-check/numerical-grad.ts';
import { Linear } from '../../links/connection/linear.ts';
import { BatchNormalization } from '../../links/normalization/batch-normalization.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { settle } from '../../testing/garbage.testing.ts';
import { tanh } from '../activation/tanh.ts';
import { concat } from '../array/concat.ts';
import { exp } from '../math/exponential.ts';
import { sin } from '../math/sin.ts';
import { dropout } from '../noise/dropout.ts';
import { forget } from './forget.ts';

describeFunction({ describe, it }, 'forget', {
  apply: (x, y) => forget((a, b) => sin((a as Variable).mul(b as Variable)), x as Variable, y as Variable),
  inputs: [
    [2, 3],
    [2, 3],
  ],
  scalar: (x, y) => Math.sin((x as number) * (y as number)),
});

describeFunction({ describe, it }, 'forget of several results', {
  apply: (x) => forget((a) => [exp(a as Variable), a as Variable], x as Variable),
  inputs: [[2, 3]],
  outputs: 2,
  reference: (x) => [xp.exp(x), x],
});

describe('forget', () => {
  it('runs the function again in the backward pass, and says so', () => {
    const recomputing: boolean[] = [];
    const x = new Variable(array([0.5]));
    const y = forget((v) => {
      recomputing.push(config.inRecomputing);
      return exp(v as Variable);
    }, x);
    y.backward();
    expect(recomputing).toEqual([false, true]);
  });

  it('leaves one function in the graph', () => {
    const names: string[] = [];
    class Names extends FunctionHook {
      readonly name = 'names';
      override forwardPostprocess(f: { label: string }): void {
        names.push(f.label);
      }
    }
    const x = new Variable(array([0.5]));
    const y = usingHook(new Names(), () => forget((v) => exp(exp(v as Variable)), x));
    expect(y.creator?.label).toBe('Forget');
    expect(y.creator?.inputs[0]).toBe(x.node);
    expect(names).toEqual(['exp', 'exp', 'Forget'].map((n) => expect.stringMatching(new RegExp(n, 'i'))));
  });

  it('gives parameters their gradients, added to those they have', () => {
    const layer = new Linear(3, 2);
    const x = new Variable(ones([4, 3]));
    layer.forward(x).sum().backward();
    const [plain, gx] = [hostNumbers(layer.W.grad as never), hostNumbers(x.grad as never)];
    layer.cleargrads();
    x.cleargrad();
    const inside = (v: Variable) => layer.forward(v);
    forget((v) => inside(v as Variable), x)
      .add(forget((v) => inside(v as Variable), ones([4, 3])))
      .sum()
      .backward();
    expect(hostNumbers(layer.W.grad as never)).toEqual(plain.map((g) => 2 * g));
    expect(hostNumbers(x.grad as never)).toEqual(gx);
  });

  it('gives parameters gradients of gradients', () => {
    const layer = new Linear(2, 1, { initialW: array([[2, 3]]) });
    const x = new Variable(array([[0.5, -1]]));
    const penalty = (f: (v: Variable) => Variable) => {
      layer.cleargrads();
      const [gx] = grad([f(x)], [x], { enableDoubleBackprop: true });
      (gx as Variable)
        .mul(gx as Variable)
        .sum()
        .backward();
      return hostNumbers(layer.W.grad as never);
    };
    const body = (v: Variable) => sin(layer.forward(v));
    const plain = penalty(body);
    const forgetful = penalty((v) => forget((a) => body(a as Variable), v));
    for (const [k, g] of forgetful.entries()) {
      // The forgetful pass has also left the first gradient, d sin(W x) / dW.
      const first = Math.cos(2 * 0.5 - 3) * [0.5, -1][k]!;
      expect(g - first).toBeCloseTo(plain[k] as number, 4);
    }
  });

  it('counts an input that depends on another once', () => {
    const run = (f: (a: Variable, b: Variable) => Variable) => {
      const x = new Variable(array([0.3]));
      const z = exp(x);
      const [g] = grad([f(x, z)], [x], { enableDoubleBackprop: true });
      return hostNumbers((g as Variable).array)[0];
    };
    const body = (a: Variable, b: Variable) => sin(a).mul(b);
    expect(run((a, b) => forget((p, q) => body(p as Variable, q as Variable), a, b))).toBeCloseTo(
      run(body) as number,
      5,
    );
  });

  it('refuses what is no function, or returns no variable', () => {
    expect(() => forget(3 as never, ones([2]))).toThrow('[forget] func must be a function, got');
    expect(() => forget((() => 3) as never, ones([2]))).toThrow(
      '[forget] func must return a variable or a list of them',
    );
    expect(() => forget(((x: Variable) => [x, 3]) as never, ones([2]))).toThrow('at position 1');
  });

  it('takes several arguments of which not all have gradients', () => {
    const labels = array([1], { dtype: 'int32' });
    const x = new Variable(array([2]));
    const y = forget((a, b) => (a as Variable).mul((b as Variable).array.astype('float32')), x, labels);
    y.backward();
    expect(hostNumbers(x.grad as never)[0]).toBe(1);
    expect(concat([y.reshape(1, 1)]).shape).toEqual([1, 1]);
  });

  it('drops the same again, counts a batch once, and leaves the random numbers where they were; nested, too', () => {
    const run = (wrap: (f: (v: Variable) => Variable, v: Variable) => Variable) => {
      xp.random.seed(3);
      const [norm, layer] = [new BatchNormalization(6), new Linear(6, 6)];
      const x = new Variable(xp.random.rand(8, 6));
      const inner = (v: Variable) => dropout(norm.forward(layer.forward(v)));
      const y = wrap((v) => dropout(wrap(inner, v)), x);
      y.grad = xp.random.rand(8, 6);
      const next = () => xp.random.getRandomState().getState();
      const before = next();
      // The mode of the forward pass counts, whenever the backward pass runs.
      usingConfig('train', false, () => y.backward());
      expect(next()).toEqual(before);
      return [x.grad, layer.W.grad, norm.gamma?.grad, norm.avgMean, norm.avgVar, y.array].map((a) =>
        hostNumbers(a as never),
      );
    };
    expect(run((f, v) => forget(f, v))).toEqual(run((f, v) => f(v)));
  });

  it('remembers the arguments of each part, and while it runs backward the inside of one part', async () => {
    const block = 128 * 1024;
    const { memory } = xp;
    const part = (v: Variable) => [1, 2, 3, 4, 5].reduce((h) => tanh(h), v);
    const run = async (wrap: (v: Variable) => Variable) => {
      const x = new Variable(xp.full([block / 4], 0.5));
      await settle();
      const start = memory.stats().live;
      const blocks = (bytes: number) => Math.round((bytes - start) / block);
      let y = x;
      for (let k = 0; k < 6; k++) y = wrap(y);
      y.grad = ones([x.size]);
      await settle();
      const kept = blocks(memory.stats().live);
      memory.resetPeak();
      y.backward();
      expect(y.size).toBe(x.size);
      return { kept, peak: blocks(memory.stats().peak) };
    };
    // 30 results and the gradient of the last; backward has two gradients at a time.
    expect(await run(part)).toEqual({ kept: 31, peak: 33 });
    // The results of 6 parts; backward has the 5 inside of one besides, its gradients, and that which waits for it.
    const forgetful = await run((v) => forget(part, v));
    expect(forgetful.kept).toBe(7);
    expect(forgetful.peak).toBeLessThanOrEqual(7 + 5 + 3);
  });
});
