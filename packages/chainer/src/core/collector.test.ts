import * as xp from '@chainer/xp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TimerHook } from '../functionHooks/timer-hook.ts';
import * as F from '../functions/index.ts';
import { EmbedID } from '../links/connection/embed-id.ts';
import { Linear } from '../links/connection/linear.ts';
import { StatelessLSTM } from '../links/rnn/stateless-lstm.ts';
import { settle } from '../testing/garbage.testing.ts';
import { usingConfig } from './config.ts';
import { usingHook } from './function-hook.ts';
import { FunctionNode } from './function-node.ts';
import { Variable } from './install.ts';
import { Parameter } from './parameter.ts';

const names = xp.devices().map((d) => d.name);

/** Numbers that differ from place to place, and repeat. */
function numbers(
  shape: readonly number[],
  seed: number,
  dtype: 'float32' | 'float64' = 'float64',
): xp.NdArray {
  const n = shape.reduce((a, d) => a * d, 1);
  const data = Array.from({ length: n }, (_, i) => Math.sin(seed * 12.9898 + i * 1.7) / 2);
  return xp.array(data, { dtype }).reshape(shape);
}

const parameter = (
  shape: readonly number[],
  seed: number,
  dtype: 'float32' | 'float64' = 'float64',
): Parameter => new Parameter(numbers(shape, seed, dtype));

/** Gradients of a loss twice: with uses collected, and use by use, as `retainGraph` asks for. */
function bothWays(leaves: readonly Variable[], loss: () => Variable): void {
  const gradients = [false, true].map((retainGraph) => {
    for (const x of leaves) x.cleargrad();
    loss().backward({ retainGraph });
    return leaves.map((x) => x.grad?.copy() ?? null);
  });
  const [collected, plain] = gradients as [(xp.NdArray | null)[], (xp.NdArray | null)[]];
  collected.forEach((g, k) => {
    const other = plain[k] ?? null;
    expect(g === null, `gradient ${k}`).toBe(other === null);
    if (g !== null && other !== null)
      expect(xp.max(xp.abs(g.sub(other))).itemSync(), `gradient ${k}`).toBeLessThan(1e-12);
  });
}

/** A function through which no gradient passes. */
class Blind extends FunctionNode {
  readonly label = 'Blind';

  forward([x]: readonly xp.NdArray[]): readonly xp.NdArray[] {
    return [(x as xp.NdArray).mul(2)];
  }

  override backward(): readonly null[] {
    return [null];
  }
}

describe.each(names)('gradients of leaves that are used many times on %s', (name) => {
  let before: ReturnType<typeof xp.setDefaultDevice>;
  beforeAll(() => {
    before = xp.setDefaultDevice(name);
  });
  afterAll(() => {
    xp.setDefaultDevice(before);
  });

  it('a weight and its bias in a loop', () => {
    const [W, b] = [parameter([40, 40], 1), parameter([40], 2)];
    const x = new Variable(numbers([3, 40], 3));
    bothWays([W, b, x], () => {
      let h: Variable = x;
      for (let t = 0; t < 9; t++) h = F.tanh(F.linear(h, W, b));
      return F.sum(h);
    });
  });

  it('a weight that other functions use, too, with and without a bias, and batches that shrink', () => {
    const [W, b, c] = [parameter([40, 40], 1), parameter([40], 2), parameter([40], 3)];
    const x = new Variable(numbers([8, 40], 4));
    bothWays([W, b, c, x], () => {
      let h: Variable = x;
      let loss = F.sum(F.square(W));
      for (let t = 7; t > 0; t--) {
        h = F.tanh(F.linear(h.at(`:${t}`), W, t % 3 === 0 ? b : t % 3 === 1 ? c : null));
        loss = F.add(loss, F.sum(F.matmul(h, W)));
      }
      return F.add(loss, F.sum(F.mul(W, 3)), F.sum(b));
    });
  });

  it('a step of one row, behind which there is no place for the next', () => {
    const [W, b] = [parameter([8, 2], 1), parameter([8], 2)];
    const xs = [numbers([1, 2], 3), numbers([2, 2], 4)];
    bothWays([W, b], () => {
      const ys = xs.map((x) => F.linear(x, W, b));
      return F.sum(F.tanh(F.concat(ys, { axis: 0 })));
    });
  });

  it('one table as embedding and as output, with ids of two dtypes and an id to ignore', () => {
    const W = parameter([50, 30], 1);
    bothWays([W], () => {
      let loss: Variable | null = null;
      for (let t = 0; t < 6; t++) {
        const ids = xp.array(
          [
            [t, 2],
            [49 - t, -1],
            [t, t],
          ],
          { dtype: t % 2 === 0 ? 'int32' : 'int64' },
        );
        const e = F.embedId(ids, W, { ignoreLabel: -1 });
        const l = F.sum(F.square(F.linear(F.tanh(F.sum(e, { axis: 1 })), W)));
        loss = loss === null ? l : F.add(loss, l);
      }
      return loss as Variable;
    });
  });

  it('products with a matrix on the right', () => {
    const [A, B] = [parameter([30, 30], 1), parameter([30, 30], 2)];
    const x = new Variable(numbers([4, 30], 3));
    bothWays([A, B, x], () => {
      let h: Variable = x;
      for (let t = 0; t < 5; t++) h = F.tanh(F.matmul(F.matmul(h, A), B, { transb: true }));
      return F.sum(F.add(h, F.matmul(A, B, { transa: true }).at(':4')));
    });
  });

  it('a part of the loss that no gradient reaches, and a weight that was made by a function', () => {
    const W = parameter([40, 40], 1);
    const x = new Variable(numbers([2, 40], 2));
    bothWays([W, x], () => {
      const V = F.mul(W, 2);
      let h: Variable = x;
      for (let t = 0; t < 4; t++) h = F.add(F.tanh(F.linear(h, W)), F.linear(h, V));
      const [kept] = F.splitAxis(F.linear(h, W), 2, 1) as [Variable, Variable];
      return F.sum(kept);
    });
  });

  it('a weight made by a function, some of whose uses no gradient reaches', () => {
    const [W, x] = [parameter([40, 40], 1), new Variable(numbers([2, 40], 2))];
    bothWays([W, x], () => {
      const V = F.tanh(W);
      let h: Variable = x;
      for (let t = 0; t < 4; t++) h = F.linear(h, V);
      h = F.add(h, new Blind().apply1([F.linear(h, V)]));
      return F.add(F.sum(F.square(h)), F.sum(V));
    });
  });

  it('gradients of several backward passes add up', () => {
    const W = parameter([20, 20], 1);
    const x = numbers([2, 20], 2);
    const loss = (): Variable => F.sum(F.linear(F.linear(x, W), W));
    loss().backward();
    const once = W.grad?.copy() as xp.NdArray;
    loss().backward();
    expect(xp.max(xp.abs((W.grad as xp.NdArray).sub(once.mul(2)))).itemSync()).toBeLessThan(1e-12);
  });

  it('a graph of which only a part was walked leaves nothing behind', () => {
    const W = parameter([20, 20], 1);
    const x = numbers([2, 20], 2);
    const h = F.linear(F.linear(x, W), W);
    F.sum(F.square(F.linear(h, W))).backward();
    const first = W.grad?.copy() as xp.NdArray;
    W.cleargrad();
    F.sum(F.square(F.linear(F.linear(F.linear(x, W), W), W))).backward();
    expect(xp.max(xp.abs((W.grad as xp.NdArray).sub(first))).itemSync()).toBe(0);
  });

  it('hooks see every function, and intermediate gradients can be kept', () => {
    const W = parameter([20, 20], 1);
    const x = numbers([2, 20], 2);
    const loss = (): [Variable, Variable] => {
      const h = F.linear(x, W);
      return [h, F.sum(F.square(F.linear(F.linear(h, W), W)))];
    };
    loss()[1].backward();
    const plain = W.grad?.copy() as xp.NdArray;
    const same = (): unknown => xp.max(xp.abs((W.grad as xp.NdArray).sub(plain))).itemSync();
    W.cleargrad();
    const timer = new TimerHook();
    usingHook(timer, () => loss()[1].backward());
    expect(timer.callHistory.filter(([label]) => label === 'LinearFunction')).toHaveLength(6);
    expect(same()).toBeLessThan(1e-12);
    W.cleargrad();
    const [h, y] = loss();
    y.backward({ retainGrad: true });
    expect(h.grad?.shape).toEqual([2, 20]);
    expect(same()).toBeLessThan(1e-12);
  });

  it('debug mode still names the function that made a NaN', () => {
    const W = parameter([20, 20], 1);
    const x = xp.ones([2, 20], { dtype: 'float64' });
    const y = F.linear(F.linear(x, W), W);
    y.grad = xp.full([2, 20], Number.NaN, { dtype: 'float64' });
    expect(() => usingConfig('debug', true, () => y.backward())).toThrow(/LinearFunction/);
  });

  it('a factor of the loss reaches them', () => {
    const W = parameter([20, 20], 1);
    const loss = (): Variable => F.sum(F.linear(F.linear(numbers([2, 20], 2), W), W));
    loss().backward();
    const plain = W.grad?.copy() as xp.NdArray;
    W.cleargrad();
    loss().backward({ lossScale: 8 });
    expect(xp.max(xp.abs((W.grad as xp.NdArray).sub(plain.mul(8)))).itemSync()).toBeLessThan(1e-12);
    expect(W.node.lossScale).toBe(8);
  });

  it('a recurrent language model in float32', () => {
    const [embed, cell, out] = [new EmbedID(60, 24), new StatelessLSTM(24, 24), new Linear(24, 60)];
    const leaves = [embed, cell, out].flatMap((l) => [...l.params()]);
    const run = (retainGraph: boolean): xp.NdArray[] => {
      for (const p of leaves) p.cleargrad();
      let [c, h]: (Variable | null)[] = [null, null];
      let loss: Variable | null = null;
      for (let t = 0; t < 10; t++) {
        const ids = xp.array([t, 59 - t, 7], { dtype: 'int32' });
        [c, h] = cell.forward(c as Variable | null, h as Variable | null, embed.forward(ids));
        const l = F.softmaxCrossEntropy(out.forward(h), ids);
        loss = loss === null ? l : F.add(loss, l);
      }
      (loss as unknown as Variable).backward({ retainGraph });
      return leaves.map((p) => (p.grad as xp.NdArray).copy());
    };
    const plain = run(true);
    run(false).forEach((g, k) => {
      expect(xp.max(xp.abs(g.sub(plain[k] as xp.NdArray))).itemSync()).toBeLessThan(2e-6);
    });
  });

  it('takes no more memory than a few gradients, however often a weight is used', async () => {
    const n = 192;
    const size = n * n * 4;
    const W = parameter([n, n], 1, 'float32');
    const x = numbers([8, n], 2, 'float32');
    const peak = async (steps: number): Promise<number> => {
      let h: Variable = F.linear(x, W);
      for (let t = 0; t < steps; t++) h = F.linear(h, W);
      const loss = F.sum(h);
      W.cleargrad();
      await settle();
      const start = xp.memory.stats(name).live;
      xp.memory.resetPeak(name);
      loss.backward();
      return xp.memory.stats(name).peak - start;
    };
    // Rows of twice the gradient's size, a gradient, and one more that is added to it.
    expect(await peak(20)).toBeLessThan(5 * size);
    expect(await peak(400)).toBeLessThan(5 * size);
  });
});
