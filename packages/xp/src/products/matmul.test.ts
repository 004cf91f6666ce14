import { describe, expect, it } from 'vitest';
import { arange, array, complex, type NdArray, zeros } from '../index.ts';
import { near } from '../testing/near.testing.ts';
import { dot } from './dot.ts';
import { matmul } from './matmul.ts';
import { kron, outer, vdot } from './outer.ts';
import { inner, tensordot } from './tensordot.ts';

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
const z = array(
  [
    [complex(1, 1), complex(2)],
    [complex(0), complex(0, 1)],
  ],
  { dtype: 'complex128' },
);

describe('matmul', () => {
  it('multiplies matrices, rows and columns', () => {
    near(matmul(a, b), 'float64', [
      [10, 6],
      [22, 12],
    ]);
    near(matmul(v, b), 'float64', [-2, -2]);
    near(matmul(a, v), 'float64', [-2, -2]);
    near(matmul(v, v), 'float64', 2);
  });
  it('takes transposed and reversed views as they are', () => {
    near(matmul(b.transpose(), a.transpose()), 'float64', [
      [10, 22],
      [6, 12],
    ]);
    near(matmul(a.at('::-1', '::-1'), b), 'float64', [
      [18, 8],
      [6, 2],
    ]);
  });
  it('broadcasts stacks', () => {
    near(matmul(a, stack), 'float64', [
      [
        [16, 22],
        [34, 49],
      ],
      [
        [52, 58],
        [124, 139],
      ],
    ]);
    near(matmul(stack, b.transpose()), 'float64', [
      [
        [-1, 2, 1],
        [-1, 6, 9],
        [-1, 10, 17],
      ],
      [
        [-1, 14, 25],
        [-1, 18, 33],
        [-1, 22, 41],
      ],
    ]);
    near(matmul(v, stack), 'float64', [
      [-4, -4],
      [-4, -4],
    ]);
    near(matmul(stack.reshape(2, 1, 3, 2), stack.transpose([0, 2, 1])), 'float64', [
      [
        [
          [1, 3, 5],
          [3, 13, 23],
          [5, 23, 41],
        ],
        [
          [7, 9, 11],
          [33, 43, 53],
          [59, 77, 95],
        ],
      ],
      [
        [
          [7, 33, 59],
          [9, 43, 77],
          [11, 53, 95],
        ],
        [
          [85, 111, 137],
          [111, 145, 179],
          [137, 179, 221],
        ],
      ],
    ]);
  });
  it('promotes, wraps integers, and combines booleans', () => {
    near(matmul(a, b.astype('float32')), 'float64', [
      [10, 6],
      [22, 12],
    ]);
    near(matmul(array([[100, 100]], { dtype: 'int8' }), array([[2], [1]], { dtype: 'int8' })), 'int8', [
      [44],
    ]);
    near(
      matmul(
        array([
          [true, true],
          [false, false],
        ]),
        array([[true], [true]]),
      ),
      'bool',
      [[true], [false]],
    );
    near(matmul(z, z), 'complex128', [
      [complex(0, 2), complex(2, 4)],
      [complex(0, 0), complex(-1, 0)],
    ]);
  });
  it('adds float16 up in float32', () => {
    near(
      matmul(zeros([1, 3000], { dtype: 'float16' }).add(1), zeros([3000, 1], { dtype: 'float16' }).add(1)),
      'float16',
      [[3000]],
    );
  });
  it('of nothing is zeros', () => {
    near(matmul(zeros([2, 0]), zeros([0, 2])), 'float32', [
      [0, 0],
      [0, 0],
    ]);
    near(matmul(zeros([0, 3]), zeros([3, 2])), 'float32', []);
  });
  it('writes into out, even over an operand', () => {
    near(matmul(a, b, { out: zeros([2, 2], { dtype: 'float32' }) }), 'float32', [
      [10, 6],
      [22, 12],
    ]);
    near(
      (() => {
        const y = array([
          [1, 2],
          [3, 4],
        ]);
        return matmul(y, y, { out: y });
      })(),
      'float32',
      [
        [7, 10],
        [15, 22],
      ],
    );
    expect(() => matmul(a, b, { out: zeros([2, 3]) })).toThrow(/\[matmul\] out has shape \(2, 3\)/);
  });
  it('blames shapes and scalars', () => {
    expect(() => matmul(a, a)).toThrow(
      /\[matmul\] a has 3 columns but b has 2 rows \(a: float64\(2, 3\), b: float64\(2, 3\)\)/,
    );
    expect(() => matmul(a, 2 as unknown as NdArray)).toThrow(/\[matmul\] b is the scalar 2/);
    expect(() => matmul(stack, zeros([3, 2, 2]))).toThrow(/\[matmul\] shapes \(2,\) and \(3,\)/);
  });
});

describe('dot, inner, outer, vdot, kron, tensordot', () => {
  it('dot is the product that fits the dimensions', () => {
    near(dot(v, v), 'float64', 2);
    near(dot(a, b), 'float64', [
      [10, 6],
      [22, 12],
    ]);
    near(dot(a, 2), 'float64', [
      [2, 4, 6],
      [8, 10, 12],
    ]);
    expect(() => dot(stack, stack)).toThrow(/\[dot\] axis 2 of a has 2 elements but axis 1 of b has 3/);
    near(dot(a, stack), 'float64', [
      [
        [16, 22],
        [52, 58],
      ],
      [
        [34, 49],
        [124, 139],
      ],
    ]);
  });
  it('inner sums over the last axes', () => {
    near(inner(a, a), 'float64', [
      [14, 32],
      [32, 77],
    ]);
    expect(() => inner(a, b)).toThrow(/\[inner\] axis 1 of a has 3/);
  });
  it('outer and kron pair all elements', () => {
    near(outer(v, array([1, 2])), 'float64', [
      [1, 2],
      [0, 0],
      [-1, -2],
    ]);
    near(kron(a, array([[1, 2]])), 'float64', [
      [1, 2, 2, 4, 3, 6],
      [4, 8, 5, 10, 6, 12],
    ]);
    near(kron(v, 2), 'float64', [2, 0, -2]);
  });
  it('vdot conjugates', () => {
    near(vdot(z, z), 'complex128', complex(7, 0));
    expect(() => vdot(a, v)).toThrow(/\[vdot\] a has 6 elements but b has 3/);
  });
  it('tensordot pairs axes by count or by list', () => {
    expect(() => tensordot(stack, stack)).toThrow(/\[tensordot\]/);
    near(tensordot(a, b, 1), 'float64', [
      [10, 6],
      [22, 12],
    ]);
    near(
      tensordot(stack, stack, {
        axes: [
          [0, 1],
          [0, 1],
        ],
      }),
      'float64',
      [
        [220, 250],
        [250, 286],
      ],
    );
    near(tensordot(v, v, 0), 'float64', [
      [1, 0, -1],
      [0, 0, 0],
      [-1, 0, 1],
    ]);
    near(tensordot(a, b, [1, -2]), 'float64', [
      [10, 6],
      [22, 12],
    ]);
    expect(() => tensordot(a, b, [[0, 1], [0]])).toThrow(/\[tensordot\] axes pairs 2 axes of a with 1 of b/);
  });
});
