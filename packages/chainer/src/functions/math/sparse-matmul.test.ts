import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { Variable } from '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { CooMatrix } from '../../utils/index.ts';
import * as F from './index.ts';

const runner = { describe, it };
const index = (values: xp.NestedScalars, device: xp.Device | string = 'js') =>
  xp.array(values, { dtype: 'int32', device });

/** The matrix of those entries as an array, by loops over them: what the product must be that of. */
function dense(data: xp.NdArray, places: readonly (readonly [number, number])[][], [m, n]: [number, number]) {
  const values = data.reshape([places.length, -1]).toArraySync() as number[][];
  const stack = places.map((own, b) => {
    const matrix = Array.from({ length: m }, () => new Array<number>(n).fill(0));
    own.forEach(([r, c], i) => {
      if (r >= 0 && c >= 0) {
        const line = matrix[r] as number[];
        line[c] = (line[c] as number) + ((values[b] as number[])[i] as number);
      }
    });
    return matrix;
  });
  return xp.array(data.ndim === 1 ? (stack[0] as number[][]) : stack, { dtype: 'float64', device: 'js' });
}

/** A place twice, an entry that is not used, an empty row. */
const single: [number, number][][] = [
  [
    [2, 1],
    [0, 0],
    [2, 1],
    [-1, -1],
    [0, 2],
  ],
];
const pair: [number, number][][] = [
  [
    [1, 2],
    [1, 0],
    [-1, -1],
  ],
  [
    [0, 1],
    [2, 2],
    [0, 2],
  ],
];
const transpose = (x: xp.NdArray, flag: boolean) => (flag ? xp.swapaxes(x, -1, -2) : x);

for (const [name, places] of [
  ['a matrix', single],
  ['a stack', pair],
] as const)
  for (const left of [true, false])
    for (const transa of [false, true])
      for (const transb of [false, true]) {
        const stack = places.length > 1 ? [places.length] : [];
        const length = (places[0] as unknown[]).length;
        const shape: [number, number] = [3, 4];
        // The sum runs over the sparse matrix's columns, or over its rows.
        const inner = (left ? !transa : transb) ? 4 : 3;
        const flipped = left ? transb : !transa;
        const sparse = (data: Variable) => {
          const entry = (k: 0 | 1) => {
            const values = places.map((own) => own.map((p) => p[k]));
            return index(stack.length > 0 ? values : (values[0] as number[]), data.array.device);
          };
          const made = new CooMatrix(data.array, entry(0), entry(1), shape);
          // The entries are the function's argument here.
          return Object.assign(Object.create(CooMatrix.prototype), made, { data }) as CooMatrix;
        };
        describeFunction(
          runner,
          `sparseMatmul of ${name} on the ${left ? 'left' : 'right'}${transa ? ', a transposed' : ''}${transb ? ', b transposed' : ''}`,
          {
            apply: (data, x) =>
              left
                ? F.sparseMatmul(sparse(data), x, { transa, transb })
                : F.sparseMatmul(x, sparse(data), { transa, transb }),
            inputs: [[...stack, length], flipped ? [...stack, 2, inner] : [...stack, inner, 2]],
            reference: (data, x) => {
              const S = dense(data, places, shape);
              const [a, b] = left ? [S, x] : [x, S];
              return xp.matmul(transpose(a, transa), transpose(b, transb));
            },
            empty: false,
          },
        );
      }

describe('sparseMatmul', () => {
  const a = new CooMatrix(
    xp.array([2, -1]),
    index([0, 1], xp.defaultDevice()),
    index([1, 0], xp.defaultDevice()),
    [2, 3],
  );

  it('has the wider dtype, and gradients of the arguments’ own', () => {
    const data = xp.array([2, 3], { dtype: 'float16' });
    const s = new CooMatrix(data, index([0, 1], data.device), index([1, 0], data.device), [2, 2], {
      requiresGrad: true,
    });
    const x = new Variable(
      xp.array(
        [
          [1, 2],
          [3, 4],
        ],
        { dtype: 'float64' },
      ),
    );
    const y = F.sparseMatmul(s, x);
    expect(y.dtype.name).toBe('float64');
    F.sum(y).backward();
    expect(s.data.grad?.dtype.name).toBe('float16');
    expect(s.data.grad?.toArraySync()).toEqual([7, 3]);
    expect(x.grad?.toArraySync()).toEqual([
      [3, 3],
      [2, 2],
    ]);
  });

  it('sums half-precision products in float32', () => {
    const n = 4096;
    const zeros = index(new Array<number>(n).fill(0), xp.defaultDevice());
    const s = new CooMatrix(xp.ones([n], { dtype: 'float16' }), zeros, zeros, [1, 1]);
    // One by one in float16, the sum would stop at 2048.
    expect(F.sparseMatmul(s, xp.ones([1, 1], { dtype: 'float16' })).array.toArraySync()).toEqual([[4096]]);
  });

  it('does not read what an unused entry would meet', () => {
    const s = new CooMatrix(
      xp.array([1, 5]),
      index([1, -1], xp.defaultDevice()),
      index([1, -1], xp.defaultDevice()),
      [2, 2],
    );
    expect(F.sparseMatmul(s, xp.array([[Number.NaN], [3]])).array.toArraySync()).toEqual([[0], [3]]);
  });

  it('gives zeros without entries', () => {
    const none = index([], xp.defaultDevice());
    const s = new CooMatrix(xp.zeros([0]), none, none, [2, 3], { requiresGrad: true });
    const x = new Variable(xp.ones([3, 2]));
    const y = F.sparseMatmul(s, x);
    expect(y.array.toArraySync()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    F.sum(y).backward();
    expect(x.grad?.toArraySync()).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    expect(s.data.grad?.shape).toEqual([0]);
  });

  it('gives entries no gradient unless they ask for it', () => {
    const x = new Variable(xp.ones([3, 1]));
    F.sum(F.sparseMatmul(a, x)).backward();
    expect(a.data.grad).toBeNull();
    expect(x.grad?.toArraySync()).toEqual([[-1], [2], [0]]);
  });

  it('tells mistakes', () => {
    expect(() => F.sparseMatmul(xp.ones([2, 2]), xp.ones([2, 2]))).toThrow(
      '[sparseMatmul] one of a and b must be a CooMatrix and the other dense, got a NdArray and a NdArray; make one with utils.toCoo(x)',
    );
    expect(() => F.sparseMatmul(a, a)).toThrow(TypeError);
    expect(() => F.sparseMatmul(a, xp.ones([2, 2]))).toThrow(InvalidType);
    expect(() => F.sparseMatmul(a, xp.ones([2, 2]))).toThrow(
      '[sparseMatmul] a and b must agree in the axis that is summed: 3 != 2; a: CooMatrix of float32[2] entries in 2 x 3 (b: float32[2,2])',
    );
    expect(() => F.sparseMatmul(xp.ones([1, 2, 2]), a)).toThrow('[sparseMatmul] a must have 2 axes, got 3');
    expect(() => F.sparseMatmul(a, xp.ones([3, 2], { dtype: 'int32' }))).toThrow(
      'b must have a floating dtype, got int32',
    );
  });
});
