import { describe, expect, it } from 'vitest';
import { array, keep, NdArray, scope, zeros } from './index.ts';

describe('methods on NdArray', () => {
  it('are there once the package is loaded, hidden from enumeration', () => {
    const x = array([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(x).toBeInstanceOf(NdArray);
    expect(x.T.shape).toEqual([3, 2]);
    expect(x.reshape(3, 2).toArraySync()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(Object.keys(NdArray.prototype)).toEqual([]);
  });

  it('work on what scopes return', () => {
    const kept = scope(() => keep(zeros([2])));
    expect(kept.tolist()).toEqual([0, 0]);
  });
});
