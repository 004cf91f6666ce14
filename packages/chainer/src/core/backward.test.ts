import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { relu } from '../functions/activation/relu.ts';
import { linear } from '../functions/connection/linear.ts';
import { add } from '../functions/math/add.ts';
import { mul } from '../functions/math/arithmetic.ts';
import { exp } from '../functions/math/exponential.ts';
import { sum } from '../functions/math/sum.ts';
import { grad } from './backward.ts';
import { noBackpropMode, usingConfig } from './config.ts';
import { Variable } from './install.ts';

const v = (data: number[] | number[][]) => new Variable(xp.array(data));

describe('backward', () => {
  it('adds up the gradients of a variable used twice', () => {
    const x = v([1, 2, 3]);
    const y = sum(add(mul(x, x), x));
    y.backward();
    expect(x.grad?.toArraySync()).toEqual([3, 5, 7]);
  });

  it('accumulates in leaves until they are cleared', () => {
    const x = v([2]);
    mul(x, 3).backward();
    mul(x, 4).backward();
    expect(x.grad?.toArraySync()).toEqual([7]);
    x.cleargrad();
    expect(x.grad).toBeNull();
  });

  it('gives second and third derivatives', () => {
    const x = v([2]);
    const y = mul(mul(x, x), mul(x, x));
    const [g] = grad([y], [x], { enableDoubleBackprop: true });
    const [gg] = grad([g as Variable], [x], { enableDoubleBackprop: true });
    const [ggg] = grad([gg as Variable], [x]);
    expect(g?.array.toArraySync()).toEqual([32]);
    expect(gg?.array.toArraySync()).toEqual([48]);
    expect(ggg?.array.toArraySync()).toEqual([48]);
  });

  it('sums the gradient of a broadcast operand', () => {
    const x = v([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const b = v([1, 1, 1]);
    sum(mul(x, b)).backward();
    expect(b.grad?.toArraySync()).toEqual([5, 7, 9]);
    expect(b.grad?.shape).toEqual([3]);
  });

  it('keeps gradients of intermediate variables only when asked', () => {
    const x = v([1]);
    const h = mul(x, 2);
    mul(h, 3).backward();
    expect(h.grad).toBeNull();
    const h2 = mul(x, 2);
    mul(h2, 3).backward({ retainGrad: true });
    expect(h2.grad?.toArraySync()).toEqual([3]);
  });

  it('refuses to walk a graph that was released, and says what to do', () => {
    const x = v([1]);
    const y = exp(mul(x, x));
    y.backward();
    expect(() => y.backward()).toThrow(/retainGraph/);
    const z = exp(mul(x, x));
    z.backward({ retainGraph: true });
    z.backward();
  });

  it('needs a gradient to start from for more than one element', () => {
    expect(() => mul(v([1, 2]), 2).backward()).toThrow(/set y\.grad/);
  });

  it('records nothing in noBackpropMode', () => {
    const x = v([1]);
    const y = noBackpropMode(() => mul(x, 2));
    expect(y.creator).toBeNull();
    expect(y.requiresGrad).toBe(false);
  });

  it('cuts the graph by unchainBackward', () => {
    const x = v([1]);
    const h = mul(x, 2);
    const y = mul(h, 3);
    y.unchainBackward();
    expect(h.creator).toBeNull();
    expect(y.creator).toBeNull();
  });

  it('multiplies gradients by lossScale', () => {
    const x = v([1]);
    mul(x, 2).backward({ lossScale: 8 });
    expect(x.grad?.toArraySync()).toEqual([16]);
    expect(x.node.lossScale).toBe(8);
  });

  it('names the function that made a NaN in debug mode, and where', () => {
    usingConfig('debug', true, () => {
      expect(() => mul(v([Number.NaN]), 1)).toThrow(/NaN.*_ \* _|NaN.*mul/);
    });
  });

  it('trains a layer: gradients of linear and relu', () => {
    const x = v([
      [1, -1],
      [2, 3],
    ]);
    const W = v([
      [1, 2],
      [-1, 0.5],
    ]);
    const b = v([0.5, 0]);
    sum(relu(linear(x, W, b))).backward();
    // y = [[1-2+.5, -1-.5], [2+6+.5, -2+1.5]] = [[-.5, -1.5], [8.5, -.5]]: only y[1,0] is positive
    expect(W.grad?.toArraySync()).toEqual([
      [2, 3],
      [0, 0],
    ]);
    expect(b.grad?.toArraySync()).toEqual([1, 0]);
    expect(x.grad?.toArraySync()).toEqual([
      [0, 0],
      [1, 2],
    ]);
  });
});
