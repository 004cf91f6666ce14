import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { grad } from '../../core/backward.ts';
import { Variable } from '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import { assertAllclose } from '../../testing/assert-allclose.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import * as F from './index.ts';

const runner = { describe, it };
const all = xp.s();
const sigmoid = (x: xp.NdArray) => xp.divide(1, xp.add(1, xp.exp(xp.negative(x))));
const product = (a: xp.NdArray, b: xp.NdArray) => xp.multiply(a, b);

/** The cell by its formula, of gates that stand interleaved. */
function lstm(c: xp.NdArray, x: xp.NdArray): [xp.NdArray, xp.NdArray] {
  const [a, i, f, o] = [0, 1, 2, 3].map((k) => x.at(all, xp.s(k, null, 4))) as [
    xp.NdArray,
    xp.NdArray,
    xp.NdArray,
    xp.NdArray,
  ];
  const next = xp.add(product(xp.tanh(a), sigmoid(i)), product(sigmoid(f), c));
  return [next, product(sigmoid(o), xp.tanh(next))];
}

describeFunction(runner, 'lstm', {
  apply: (c, x) => F.lstm(c as Variable, x as Variable),
  inputs: [
    [2, 3],
    [2, 12],
  ],
  outputs: 2,
  reference: lstm,
});
describeFunction(runner, 'lstm of a batch that has shrunk', {
  apply: (c, x) => F.lstm(c as Variable, x as Variable),
  inputs: [
    [3, 2],
    [2, 8],
  ],
  outputs: 2,
  reference: (c, x) => {
    const [next, h] = lstm(c.at(xp.s(0, 2)), x);
    return [xp.concatenate([next, c.at(xp.s(2))]), h];
  },
  empty: false,
});
describeFunction(runner, 'lstm of maps', {
  apply: (c, x) => F.lstm(c as Variable, x as Variable),
  inputs: [
    [2, 1, 2],
    [2, 4, 2],
  ],
  outputs: 2,
  reference: lstm,
});
describeFunction(runner, 'slstm', {
  apply: (c1, c2, x1, x2) => F.slstm(c1 as Variable, c2 as Variable, x1 as Variable, x2 as Variable),
  inputs: [
    [2, 2],
    [2, 2],
    [2, 8],
    [2, 8],
  ],
  outputs: 2,
  reference: (c1, c2, x1, x2) => {
    const gate = (x: xp.NdArray, k: number) => x.at(all, xp.s(k, null, 4));
    const part = (c: xp.NdArray, x: xp.NdArray) =>
      xp.add(product(xp.tanh(gate(x, 0)), sigmoid(gate(x, 1))), product(sigmoid(gate(x, 2)), c));
    const next = xp.add(part(c1, x1), part(c2, x2));
    return [next, product(sigmoid(xp.add(gate(x1, 3), gate(x2, 3))), xp.tanh(next))];
  },
});
describeFunction(runner, 'treeLstm', {
  apply: (c1, c2, x) => F.treeLstm(c1 as Variable, c2 as Variable, x as Variable),
  inputs: [
    [2, 3],
    [2, 3],
    [2, 15],
  ],
  outputs: 2,
  reference: (c1, c2, x) => {
    const [a, i, o, f1, f2] = [0, 3, 6, 9, 12].map((k) => x.at(all, xp.s(k, k + 3))) as [
      xp.NdArray,
      xp.NdArray,
      xp.NdArray,
      xp.NdArray,
      xp.NdArray,
    ];
    const next = xp.add(
      xp.add(product(xp.tanh(a), sigmoid(i)), product(sigmoid(f1), c1)),
      product(sigmoid(f2), c2),
    );
    return [next, product(sigmoid(o), xp.tanh(next))];
  },
});

describe('recurrent cells', () => {
  const c = new Variable(xp.array([[0.5, -0.3]], { dtype: 'float64' }));
  const x = new Variable(xp.array([[0.1, -0.2, 0.3, 0.4, -0.5, 0.6, 0.7, -0.8]], { dtype: 'float64' }));

  it('have gradients where only one result has', () => {
    const ones = new Variable(xp.ones([1, 2], { dtype: 'float64' }));
    const zeros = new Variable(xp.zeros([1, 2], { dtype: 'float64' }));
    const [next, h] = F.lstm(c, x);
    const alone = grad([h], [c, x], { gradOutputs: [ones] });
    const both = grad([next, h], [c, x], { gradOutputs: [zeros, ones] });
    alone.forEach((g, i) => {
      assertAllclose(g as Variable, both[i] as Variable);
    });
  });

  it('have gradients of the third order', () => {
    const f = (v: Variable): Variable => F.lstm(v, x)[1].sum();
    const second = (v: Variable): Variable => {
      const [g] = grad([f(v)], [v], { enableDoubleBackprop: true });
      const [gg] = grad([(g as Variable).sum()], [v], { enableDoubleBackprop: true });
      return (gg as Variable).sum();
    };
    const [third] = grad([second(c)], [c]);
    const eps = 1e-4;
    const at = (d: number) =>
      Number(second(new Variable(xp.add(c.array, xp.array([[d, 0]], { dtype: 'float64' })))).itemSync());
    expect(Number((third as Variable).array.at(0, 0).itemSync())).toBeCloseTo(
      (at(eps) - at(-eps)) / (2 * eps),
      6,
    );
  });

  it.each<[string, () => unknown]>([
    [
      '[lstm] x has 10 gates but cPrev has 3 units, which need 12 (cPrev: float32[2,3], x: float32[2,10])',
      () => F.lstm(xp.ones([2, 3]), xp.ones([2, 10])),
    ],
    [
      '[lstm] the batch of x, 3, must not exceed that of cPrev, 2',
      () => F.lstm(xp.ones([2, 3]), xp.ones([3, 12])),
    ],
    [
      '[lstm] cPrev and x must have the same dtype: float32 != float64',
      () => F.lstm(xp.ones([2, 3]), xp.ones([2, 12], { dtype: 'float64' })),
    ],
    [
      '[slstm] cPrev1 and cPrev2 must have the same shape: [2,2] != [2,3]',
      () => F.slstm(xp.ones([2, 2]), xp.ones([2, 3]), xp.ones([2, 8]), xp.ones([2, 8])),
    ],
    [
      '[treeLstm] x must have shape [2,10] for 2 children',
      () => F.treeLstm(xp.ones([2, 2]), xp.ones([2, 2]), xp.ones([2, 8])),
    ],
  ])('%s', (message, call) => {
    expect(call).toThrow(InvalidType);
    expect(call).toThrow(message);
  });
});
