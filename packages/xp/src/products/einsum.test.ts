import { describe, expect, it } from 'vitest';
import { arange, array, zeros } from '../index.ts';
import { near } from '../testing/near.testing.ts';
import { cross } from './cross.ts';
import { einsum } from './einsum.ts';
import { trace } from './trace.ts';

const a = array(
  [
    [1, 2, 3],
    [4, 5, 6],
  ],
  { dtype: 'float64' },
);
const b = array(
  [
    [1, -1],
    [0, 2],
    [3, 1],
  ],
  { dtype: 'float64' },
);
const v = array([1, 0, -1], { dtype: 'float64' });
const stack = arange(12, { dtype: 'float64' }).reshape(2, 3, 2);
const q = arange(9, { dtype: 'float32' }).reshape(3, 3);

describe('einsum', () => {
  it('contracts, transposes, takes diagonals and sums', () => {
    near(einsum('ij,jk->ik', a, b), 'float64', [
      [10, 6],
      [22, 12],
    ]);
    near(einsum('ij->ji', a), 'float64', [
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    near(einsum('ii->i', q), 'float32', [0, 4, 8]);
    near(einsum('ii', q), 'float32', 12);
    near(einsum('ij->', a), 'float64', 21);
  });
  it('orders the output by the alphabet without an arrow', () => {
    near(einsum('ba', a), 'float64', [
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    near(einsum('ij,jk', a, b), 'float64', [
      [10, 6],
      [22, 12],
    ]);
  });
  it('stacks, and spells axes out by an ellipsis', () => {
    near(einsum('bij,bkj->bik', stack, stack), 'float64', [
      [
        [1, 3, 5],
        [3, 13, 23],
        [5, 23, 41],
      ],
      [
        [85, 111, 137],
        [111, 145, 179],
        [137, 179, 221],
      ],
    ]);
    near(einsum('...ij,ik->...kj', stack, b.at([0, 1, 2])), 'float64', [
      [
        [12, 16],
        [8, 10],
      ],
      [
        [36, 40],
        [20, 22],
      ],
    ]);
    near(einsum('...i->...', stack), 'float64', [
      [1, 5, 9],
      [13, 17, 21],
    ]);
  });
  it('contracts many operands pair by pair', () => {
    near(einsum('ij,jk,kl,l->i', a, b, b.transpose(), v), 'float64', [-32, -68]);
    near(einsum('i,j,k->kij', v, v, v), 'float64', [
      [
        [1, 0, -1],
        [0, 0, 0],
        [-1, 0, 1],
      ],
      [
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ],
      [
        [-1, 0, 1],
        [0, 0, 0],
        [1, 0, -1],
      ],
    ]);
  });
  it('broadcasts axes of extent 1', () => {
    near(einsum('ij,ij->ij', a, array([[2], [3]])), 'float64', [
      [2, 4, 6],
      [12, 15, 18],
    ]);
    near(einsum('ij,kj->ik', a, array([[2]])), 'float64', [[12], [30]]);
  });
  it('keeps small integer dtypes', () => {
    near(
      einsum(
        'ij->',
        array(
          [
            [1, 2],
            [3, 4],
          ],
          { dtype: 'int8' },
        ),
      ),
      'int8',
      10,
    );
  });
  it('blames subscripts and shapes', () => {
    expect(() => einsum('ij,jk->ik', a, a)).toThrow(
      /\[einsum\] label 'j' of 'ij,jk->ik' has extent 3, but 2/,
    );
    expect(() => einsum('ij->k', a)).toThrow(/\[einsum\] the output of 'ij->k' names 'k'/);
    expect(() => einsum('ijk', a)).toThrow(/\[einsum\].*'ijk' names 3 axes but the operand has 2/);
    expect(() => einsum('ij,jk', a)).toThrow(/\[einsum\].*name 2 operands but 1/);
    expect(() => einsum('i1', a)).toThrow(/\[einsum\].*holds '1'/);
    expect(() => einsum('ij->ii', a)).toThrow(/\[einsum\].*names a label twice/);
  });
});

describe('cross', () => {
  it('is the vector product along any axes', () => {
    near(cross(a, v), 'float64', [
      [-2, 4, -2],
      [-5, 10, -5],
    ]);
    near(cross(a.transpose(), v, { axisa: 0, axisc: 0 }), 'float64', [
      [-2, -5],
      [4, 10],
      [-2, -5],
    ]);
    near(cross(array([1, 2]), v), 'float64', [-2, 1, -2]);
    near(cross(array([1, 2]), array([3, 5])), 'float32', -1);
  });
  it('refuses other numbers of components', () => {
    expect(() => cross(zeros([4]), zeros([4]))).toThrow(/\[cross\] axis -1 of a has 4 elements/);
  });
});

describe('trace', () => {
  it('sums a diagonal', () => {
    near(trace(q), 'float32', 12);
    near(trace(a, { offset: 1 }), 'float64', 8);
    near(trace(a, { offset: -5 }), 'float64', 0);
    near(trace(stack, { axis1: 1, axis2: 0 }), 'float64', [8, 10]);
    near(
      trace(
        array(
          [
            [1, 2],
            [3, 4],
          ],
          { dtype: 'int8' },
        ),
      ),
      'int64',
      5,
    );
  });
  it('blames dimensions and axes', () => {
    expect(() => trace(v)).toThrow(/\[trace\] x has 1 dimensions/);
    expect(() => trace(a, { axis1: 0, axis2: -2 })).toThrow(/\[trace\] axis1 and axis2 are both 0/);
  });
});
