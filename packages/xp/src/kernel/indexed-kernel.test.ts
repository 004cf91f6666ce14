import { describe, expect, it } from 'vitest';
import { toArraySync } from '../core/read.ts';
import { arange, array } from '../index.ts';
import { coord } from '../scalar/expr.ts';
import { IndexedKernel } from './indexed-kernel.ts';

describe('IndexedKernel', () => {
  const reversed = new IndexedKernel('reversed', ['raw', 'int'], (x, n) => x.at(n.sub(1).sub(coord(0))));

  it('reads raw operands at computed places, of views too', () => {
    expect(toArraySync(reversed.run([array([1, 2, 3]), 3], [3]))).toEqual([3, 2, 1]);
    expect(toArraySync(reversed.run([arange(6).at('::2'), 3], [3]))).toEqual([4, 2, 0]);
  });

  it('keeps integers exact beside floats', () => {
    const plus = new IndexedKernel('plus', ['array', 'int', 'int'], (x, a, b) => x.add(a.sub(b)));
    expect(toArraySync(plus.run([array([0.5], { dtype: 'float64' }), 2 ** 24 + 1, 2 ** 24]))).toEqual([1.5]);
  });

  it('stores what it is told to, where it is told to', () => {
    const twice = new IndexedKernel('twice', ['array'], (x) => x.mul(2), 'int32');
    expect(twice.run([array([1.5])]).dtype.name).toBe('int32');
    const out = array([0, 0]);
    expect(twice.run([array([2, 3])], undefined, out)).toBe(out);
    expect(toArraySync(out)).toEqual([4, 6]);
  });
});
