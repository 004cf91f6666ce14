import { array, linalg, ones, zeros } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import type { Variable } from '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import '../../core/install.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { add } from './add.ts';
import { mul } from './arithmetic.ts';
import { cholesky } from './cholesky.ts';
import { batchDet, det } from './det.ts';
import { batchInv, inv } from './inv.ts';
import { matmul } from './matmul.ts';

const runner = { describe, it };
// Far from singular, so that differences in float32 see the gradient.
const matrix = { shape: [3, 3], values: [2, 0.3, -0.5, 0.1, 1.5, 0.4, -0.2, 0.6, -1.8] };
const batch = { shape: [2, 2, 2], values: [1.5, 0.4, -0.3, 2, -1.2, 0.5, 0.8, 1.4] };
const dtypes = ['float32', 'float64'] as const;
const common = { dtypes, empty: false as const };

describeFunction(runner, 'inv', {
  ...common,
  apply: (a) => inv(a as Variable),
  inputs: [matrix],
  reference: linalg.inv,
});
describeFunction(runner, 'batchInv', {
  ...common,
  apply: (a) => batchInv(a as Variable),
  inputs: [batch],
  reference: linalg.inv,
});
describeFunction(runner, 'det', {
  ...common,
  apply: (a) => det(a as Variable),
  inputs: [matrix],
  reference: linalg.det,
});
describeFunction(runner, 'batchDet', {
  ...common,
  apply: (a) => batchDet(a as Variable),
  inputs: [batch],
  reference: linalg.det,
});
describeFunction(runner, 'cholesky', {
  ...common,
  // Any matrix becomes symmetric and positive definite, and the gradient symmetric.
  apply: (a) => cholesky(add(matmul(a as Variable, a as Variable, { transb: true }), mul(a as Variable, 0))),
  inputs: [matrix],
  reference: (a) => linalg.cholesky(a.matmul(a.T)),
});

describe('linear algebra', () => {
  it('takes 16-bit floats by way of 32', () => {
    const a = array(
      [
        [2, 0],
        [0, 4],
      ],
      { dtype: 'float16' },
    );
    expect(inv(a).array.dtype.name).toBe('float16');
    expect(inv(a).array.toArraySync()).toEqual([
      [0.5, 0],
      [0, 0.25],
    ]);
    expect(det(a).array.itemSync()).toBe(8);
    expect(cholesky(a).array.dtype.name).toBe('float16');
  });

  it('says what is wrong', () => {
    expect(() => inv(ones([2, 3]))).toThrow(InvalidType);
    expect(() => inv(ones([2, 3]))).toThrow('a must be square, got 2 rows and 3 columns');
    expect(() => batchInv(ones([2, 2]))).toThrow('batchInv');
    expect(() => inv(zeros([2, 2]))).toThrow('[inv] a is a singular matrix');
    expect(() => det(ones([2, 2, 2]))).toThrow('det');
    expect(() =>
      cholesky(
        array([
          [1, 2],
          [2, 1],
        ]),
      ),
    ).toThrow('its leading minor of order 2 is not');
  });
});
