import { describe, expect, it } from 'vitest';
import { arange } from '../index.ts';
import { complex64 } from './dtype.ts';
import { emptyOn } from './ndarray.ts';
import { toArraySync } from './read.ts';
import {
  axisInserted,
  axisMoved,
  broadcastView,
  diagonalView,
  flat,
  joined,
  partsView,
  permuted,
  picked,
  reshaped,
  sliced,
} from './views.ts';

const x = arange(24, { dtype: 'float32' }).reshape(2, 3, 4);

describe('views', () => {
  it('share storage and read the right elements', () => {
    const views = [permuted(x, [2, 0, 1]), axisMoved(x, 2, 0), picked(x, 1, 2), sliced(x, 2, 3, 2, -2)];
    for (const v of views) expect(v.storage).toBe(x.storage);
    expect(views.map((v) => v.shape)).toEqual([
      [4, 2, 3],
      [4, 2, 3],
      [2, 4],
      [2, 3, 2],
    ]);
    expect(toArraySync(picked(x, 1, 2))).toEqual([
      [8, 9, 10, 11],
      [20, 21, 22, 23],
    ]);
    expect(toArraySync(picked(sliced(x, 2, 3, 2, -2), 0, 0))).toEqual([
      [3, 1],
      [7, 5],
      [11, 9],
    ]);
    expect(toArraySync(broadcastView(axisInserted(picked(picked(x, 0, 0), 0, 0), 1), [4, 2]))).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  it('take diagonals, empty ones too', () => {
    expect(toArraySync(diagonalView(x, 1, 1, 2))).toEqual([
      [1, 6, 11],
      [13, 18, 23],
    ]);
    expect(toArraySync(diagonalView(x, -1, 1, 2))).toEqual([
      [4, 9],
      [16, 21],
    ]);
    expect(diagonalView(x, 9, 1, 2).shape).toEqual([2, 0]);
  });

  it('show complex numbers as pairs', () => {
    const z = emptyOn(x.device, [3], complex64);
    x.device.write(z, new Float32Array([1, 2, 3, 4, 5, 6]));
    expect(toArraySync(partsView(sliced(z, 0, 2, 2, -1)))).toEqual([
      [5, 6],
      [3, 4],
    ]);
  });
});

describe('reshaped', () => {
  it('copies only where no steps could read the elements', () => {
    const rows = sliced(x, 1, 0, 2);
    expect(reshaped(rows, [2, 8]).storage).toBe(x.storage);
    expect(reshaped(rows, [2, 1, 4, 2]).storage).toBe(x.storage);
    expect(reshaped(rows, [16]).storage).not.toBe(x.storage);
    expect(reshaped(permuted(x, [1, 0, 2]), [3, 2, 2, 2]).storage).toBe(x.storage);
    expect(reshaped(permuted(x, [2, 0, 1]), [24]).storage).not.toBe(x.storage);
  });

  it('reads elements in C order either way', () => {
    for (const v of [
      x,
      sliced(x, 1, 0, 2),
      permuted(x, [2, 0, 1]),
      sliced(x, 0, 1, 2, -1),
      permuted(x, [0, 2, 1]),
    ]) {
      const list = (toArraySync(v) as number[][][]).flat(2);
      expect(toArraySync(flat(v))).toEqual(list);
      const half = reshaped(v, [2, v.size / 4, 2]);
      expect((toArraySync(half) as number[][][]).flat(2)).toEqual(list);
    }
  });

  it('keeps no elements', () => {
    expect(reshaped(sliced(permuted(x, [2, 1, 0]), 0, 0, 0), [3, 0, 5]).shape).toEqual([3, 0, 5]);
  });
});

describe('joined', () => {
  it('puts arrays one after another along an axis', () => {
    const y = joined([sliced(x, 1, 2, 1), sliced(x, 1, 0, 1)], 1);
    expect(toArraySync(picked(y, 0, 0))).toEqual([
      [8, 9, 10, 11],
      [0, 1, 2, 3],
    ]);
  });
});
