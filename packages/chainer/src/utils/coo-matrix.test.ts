import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import '../core/install.ts';
import { CooMatrix, toCoo } from './index.ts';

const index = (values: xp.NestedScalars) => xp.array(values, { dtype: 'int32' });

for (const device of xp.devices().filter((each) => each.synchronous))
  describe(`toCoo on ${device.name}`, () => {
    it('lists what is not 0, row by row', () => {
      const x = xp.array(
        [
          [0, 2, 0],
          [-1, 0, 3],
        ],
        { dtype: 'float16', device },
      );
      const a = toCoo(x);
      expect(a.data.array.toArraySync()).toEqual([2, -1, 3]);
      expect(a.data.dtype.name).toBe('float16');
      expect(a.data.requiresGrad).toBe(false);
      expect([a.row.toArraySync(), a.col.toArraySync()]).toEqual([
        [0, 1, 1],
        [1, 0, 2],
      ]);
      expect(a.row.dtype.name).toBe('int32');
      expect(a.row.device).toBe(device);
      expect(a.shape).toEqual([2, 3]);
      expect(a.toDense().toArraySync()).toEqual(x.toArraySync());
    });

    it('makes matrices of a stack equally long', () => {
      const x = xp.array(
        [
          [
            [0, 1],
            [0, 0],
          ],
          [
            [2, 0],
            [0, 3],
          ],
        ],
        { device },
      );
      const a = toCoo(x, { requiresGrad: true });
      expect(a.data.array.toArraySync()).toEqual([
        [1, 0],
        [2, 3],
      ]);
      expect(a.data.requiresGrad).toBe(true);
      expect(a.row.toArraySync()).toEqual([
        [0, -1],
        [0, 1],
      ]);
      expect(a.col.toArraySync()).toEqual([
        [1, -1],
        [0, 1],
      ]);
      expect(a.toDense().toArraySync()).toEqual(x.toArraySync());
    });

    it('leaves room', () => {
      const a = toCoo(xp.array([[0, 5]], { device }), { ldnz: 3 });
      expect(a.data.array.toArraySync()).toEqual([5, 0, 0]);
      expect(a.col.toArraySync()).toEqual([1, -1, -1]);
      expect(toCoo(xp.ones([2, 2], { device }), { ldnz: 1 }).data.shape).toEqual([4]);
    });

    it('takes matrices of zeros, views, and stacks without a matrix', () => {
      expect(
        toCoo(xp.zeros([2, 2], { device }))
          .toDense()
          .toArraySync(),
      ).toEqual([
        [0, 0],
        [0, 0],
      ]);
      const x = xp.array(
        [
          [1, 0],
          [2, 3],
          [0, 4],
        ],
        { device },
      );
      expect(toCoo(x.T).toDense().toArraySync()).toEqual([
        [1, 2, 0],
        [0, 3, 4],
      ]);
      expect(toCoo(xp.zeros([0, 2, 3], { device })).toDense().shape).toEqual([0, 2, 3]);
    });
  });

describe('CooMatrix', () => {
  it('adds entries at one place', () => {
    const a = new CooMatrix(xp.array([1, 2, 4]), index([0, 0, 1]), index([1, 1, -1]), [2, 2]);
    expect(a.toDense().toArraySync()).toEqual([
      [0, 3],
      [0, 0],
    ]);
  });

  it('tells mistakes', () => {
    expect(() => new CooMatrix(xp.ones([2]), index([0]), index([0, 1]), [2, 2])).toThrow(
      "[CooMatrix] row must have data's shape [2], got int32[1]",
    );
    expect(() => new CooMatrix(xp.ones([1]), xp.ones([1]), index([0]), [2, 2])).toThrow(
      '[CooMatrix] row must have an integer dtype, got float32',
    );
    expect(() => new CooMatrix(xp.ones([1]), index([0]), index([2]), [2, 2])).toThrow(
      '[CooMatrix] entry 0 is at (0, 2), outside of a matrix of 2 x 2',
    );
    expect(() => new CooMatrix(xp.ones([1]), index([0]), index([0]), [0, 2])).toThrow(
      '[CooMatrix] shape must be two positive integers, got [0,2]',
    );
    expect(() => toCoo(xp.ones([2]))).toThrow('[toCoo] x must have 2 axes or 3, got float32[2]');
    expect(() => toCoo(xp.ones([2, 2]), { ldnz: -1 })).toThrow('[toCoo] ldnz must be a natural number');
  });
});
