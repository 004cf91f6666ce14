import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import type { Variable } from '../../core/variable.ts';
import { describeFunction, type FunctionDeclaration } from '../../testing/describe-function.ts';
import * as F from './index.ts';

const runner = { describe, it };

const products: [
  string,
  (a: Variable, b: Variable) => Variable,
  number[],
  number[],
  (a: xp.NdArray, b: xp.NdArray) => xp.NdArray,
][] = [
  ['matmul', F.matmul, [2, 3], [3, 4], (a, b) => xp.dot(a, b)],
  ['matmul of a stack and a matrix', F.matmul, [2, 3, 4], [4, 2], (a, b) => xp.einsum('bij,jk->bik', a, b)],
  [
    'matmul of stacks that broadcast',
    F.matmul,
    [2, 1, 2, 3],
    [4, 3, 2],
    (a, b) => xp.einsum('bcij,djk->bdik', a, b),
  ],
  [
    'matmul, both transposed',
    (a, b) => F.matmul(a, b, { transa: true, transb: true }),
    [3, 2],
    [4, 3],
    (a, b) => xp.dot(a.T, b.T),
  ],
  [
    'matmul, the left transposed',
    (a, b) => F.matmul(a, b, { transa: true }),
    [2, 3, 2],
    [2, 3, 4],
    (a, b) => xp.einsum('bji,bjk->bik', a, b),
  ],
  ['matmul of vectors', F.matmul, [3], [3], (a, b) => xp.sum(xp.multiply(a, b))],
  ['matmul of a matrix and a vector', F.matmul, [2, 3], [3], (a, b) => xp.dot(a, b)],
  ['matmul of a vector and a stack', F.matmul, [3], [2, 3, 4], (a, b) => xp.einsum('j,bjk->bk', a, b)],
  ['batchMatmul', F.batchMatmul, [2, 3, 4], [2, 4, 2], (a, b) => xp.einsum('bij,bjk->bik', a, b)],
  [
    'batchMatmul of vectors',
    (a, b) => F.batchMatmul(a, b, { transa: true }),
    [2, 3],
    [2, 3],
    (a, b) => xp.sum(xp.multiply(a, b), { axis: 1 }).reshape([a.shape[0] as number, 1, 1]),
  ],
  ['tensordot', (a, b) => F.tensordot(a, b), [2, 3, 2], [3, 2, 2], (a, b) => xp.einsum('ijk,jkl->il', a, b)],
  [
    'tensordot over no axis',
    (a, b) => F.tensordot(a, b, { axes: 0 }),
    [2, 3],
    [2],
    (a, b) => xp.multiply(a.reshape([...a.shape, 1]), b),
  ],
  [
    'tensordot over listed axes',
    (a, b) =>
      F.tensordot(a, b, {
        axes: [
          [0, -1],
          [1, 0],
        ],
      }),
    [2, 3, 4],
    [4, 2, 3],
    (a, b) => xp.einsum('ijk,kil->jl', a, b),
  ],
  ['einsum', (a, b) => F.einsum('ij,jk->ik', a, b), [2, 3], [3, 4], (a, b) => xp.dot(a, b)],
  [
    'einsum that sums an axis away',
    (a, b) => F.einsum('ij,kl->l', a, b),
    [2, 3],
    [3, 4],
    (a, b) => xp.multiply(xp.sum(b, { axis: 0 }), xp.sum(a)),
  ],
  [
    'einsum over an ellipsis',
    (a, b) => F.einsum('...j,j', a, b),
    [2, 3, 4],
    [4],
    (a, b) => xp.sum(xp.multiply(a, b), { axis: 2 }),
  ],
  [
    'einsum over an ellipsis that broadcasts',
    (a, b) => F.einsum('...i,...i->...', a, b),
    [2, 1, 3],
    [4, 3],
    (a, b) => xp.sum(xp.multiply(a, b), { axis: 2 }),
  ],
  [
    'einsum of a diagonal',
    (a, b) => F.einsum('iij,j->i', a, b),
    [3, 3, 2],
    [2],
    (a, b) => xp.sum(xp.multiply(xp.diagonal(a).T, b), { axis: 1 }),
  ],
  [
    'einsum by lists',
    (a, b) => F.einsum(a, [0, 1], b, [1, 2], [2, 0]),
    [2, 3],
    [3, 4],
    (a, b) => xp.dot(a, b).T,
  ],
];
for (const [name, apply, a, b, reference] of products) {
  const declared: FunctionDeclaration = {
    apply: (x, y) => apply(x as Variable, y as Variable),
    inputs: [a, b],
    reference: (x, y) => reference(x as xp.NdArray, y as xp.NdArray),
    forward: { float16: { atol: 2e-2, rtol: 1e-2 } },
  };
  // Where the first axis of the left meets another one, it cannot be empty alone.
  const meets = ['listed', 'transposed', 'diagonal', 'lists', 'no axis', 'of a vector and'].some((part) =>
    name.includes(part),
  );
  describeFunction(runner, name, meets ? { ...declared, empty: false } : declared);
}
describeFunction(runner, 'einsum of three', {
  apply: (a, b, c) => F.einsum('ij,jk,k->i', a as Variable, b as Variable, c as Variable),
  inputs: [[2, 3], [3, 4], [4]],
  reference: (a, b, c) => xp.dot(xp.dot(a, b), c),
  forward: { float16: { atol: 5e-2, rtol: 1e-2 } },
});
describeFunction(runner, 'the trace by einsum', {
  apply: (a) => F.einsum('ii', a as Variable),
  inputs: [[3, 3]],
  reference: (a) => xp.sum(xp.diagonal(a)),
  empty: [[0, 0]],
});

describe('products', () => {
  const [a, b] = [xp.ones([2, 3]), xp.ones([2, 3])];

  it.each<[string, () => unknown]>([
    ['[matmul] a has 3 columns but b has 2 rows (a: float32[2,3], b: float32[2,3])', () => F.matmul(a, b)],
    [
      '[matmul] a and b must have the same dtype: float32 != float64',
      () => F.matmul(a, xp.ones([3, 2], { dtype: 'float64' })),
    ],
    [
      '[matmul] batch axes of a and b do not broadcast',
      () => F.matmul(xp.ones([2, 3, 4]), xp.ones([3, 4, 2])),
    ],
    [
      '[batchMatmul] a and b must have the same batch size',
      () => F.batchMatmul(xp.ones([2, 3, 4]), xp.ones([3, 4, 2])),
    ],
  ])('%s', (message, call) => {
    expect(call).toThrow(InvalidType);
    expect(call).toThrow(message);
  });

  it.each<[string, () => unknown]>([
    [
      '[tensordot] the axes to sum over do not have the same sizes (a: float32[2,3], b: float32[2,3], axes: 1)',
      () => F.tensordot(a, b, { axes: 1 }),
    ],
    ["[einsum] 'ijk' names 3 axes but the operand has 2", () => F.einsum('ijk', a)],
    ['[einsum] the subscripts name 2 operands but 1 were given', () => F.einsum('ij,jk', a)],
    ["[einsum] label 'j' has sizes 3 and 2 (x1: float32[2,3])", () => F.einsum('ij,jk', a, b)],
    ["[einsum] the output names 'z', which no operand has", () => F.einsum('ij->z', a)],
    ['[einsum] the output must have the ellipsis of the operands', () => F.einsum('...j->j', a)],
  ])('%s', (message, call) => {
    expect(call).toThrow(message);
  });
});
