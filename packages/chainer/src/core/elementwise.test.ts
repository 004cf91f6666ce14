import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { describeFunction } from '../testing/describe-function.ts';
import { grad } from './backward.ts';
import { noBackpropMode } from './config.ts';
import { elementwise } from './elementwise.ts';
import { Variable } from './install.ts';

const blend = elementwise('blend', (x, y, w) => x.mul(w).add(y.square()), { names: ['x', 'y', 'w'] });

describeFunction({ describe, it }, 'a declared function of operands that broadcast', {
  apply: (x, y, w) => blend(x as Variable, y as Variable, w as Variable),
  inputs: [[2, 3], [3], [2, 1]],
  reference: (x, y, w) => xp.add(xp.multiply(x, w), xp.square(y)),
});

describe('elementwise', () => {
  const array = (...values: number[]) => xp.array(values);
  const retained = (y: Variable) => y.creator?.retainedInputArrays().map((x) => x.toArraySync());

  it('retains only what the gradients that are owed will read', () => {
    const [x, y, w] = [new Variable(array(1)), new Variable(array(2)), new Variable(array(3))];
    expect(retained(blend(x, y, w))).toEqual([[1], [2], [3]]);
    // x alone needs a gradient: that is w gy.
    expect(retained(blend(x, array(2), array(3)))).toEqual([[3]]);
    expect(retained(blend(array(1), y, 3))).toEqual([[2]]);
  });

  it('leaves no trace in the graph where no operand needs a gradient', () => {
    const x = new Variable(array(1));
    expect(blend(array(1), array(2), 3).creator).toBeNull();
    expect(noBackpropMode(() => blend(x, x, x)).requiresGrad).toBe(false);
  });

  it('takes one operand several times', () => {
    const x = new Variable(array(2));
    const y = blend(x, x, x);
    expect(y.array.toArraySync()).toEqual([8]);
    y.backward();
    expect(x.grad?.toArraySync()).toEqual([8]);
  });

  it('gives an explicit derivative gradients of its own', () => {
    const half = elementwise('half', (x) => x.max(0), {
      derivative: ([x], _, gy) => [x?.square().mul(gy) ?? null],
    });
    const x = new Variable(array(3));
    const [g] = grad([half(x)], [x], { enableDoubleBackprop: true });
    const [gg] = grad([g as Variable], [x]);
    expect([g, gg].map((v) => v?.array.toArraySync())).toEqual([[9], [6]]);
  });

  it('has deep derivatives without growing exponentially', () => {
    let f = (x: Parameters<Parameters<typeof elementwise>[1]>[0]) => x;
    for (let k = 0; k < 40; k++) {
      const inner = f;
      f = (x) => {
        const y = inner(x);
        return y.add(y.tanh().mul(y)).mul(0.5);
      };
    }
    const deep = elementwise('deep', (x) => f(x));
    const x = new Variable(array(0.3));
    const [g] = grad([deep(x)], [x], { enableDoubleBackprop: true });
    const [gg] = grad([g as Variable], [x]);
    expect(Number(gg?.array.at(0).itemSync())).toBeGreaterThan(0);
  });

  it('names function and operands in errors', () => {
    expect(() => blend(array(1, 2), array(1, 2, 3), 1)).toThrow(
      '[blend] shapes do not broadcast: [2] and [3] (x: float32[2], y: float32[3])',
    );
    expect(() => blend(array(1), array(1).astype('float64'), 1)).toThrow(
      '[blend] x and y must have the same dtype: float32 != float64',
    );
    expect(() => blend(array(1), 1)).toThrow('[blend] takes 3 operands, got 2');
    expect(() => blend(1, array(1).astype('int32'), 1)).toThrow(
      '[blend] y must have a floating dtype, got int32',
    );
    expect(() => blend([1] as unknown as Variable, array(1), 1)).toThrow(
      '[blend] operand 0 must be a Variable, an NdArray or a number',
    );
  });
});
