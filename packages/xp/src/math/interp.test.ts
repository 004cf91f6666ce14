import { describe, expect, it } from 'vitest';
import { array, complex, zeros } from '../index.ts';
import { near } from '../testing/near.testing.ts';
import { convolve, correlate } from './convolve.ts';
import { i0 } from './i0.ts';
import { interp } from './interp.ts';
import { sinc } from './sinc.ts';

const at = array([0, 1, 1.5, 3, 4, 9, NaN], { dtype: 'float64' });
const xp = array([1, 2, 4], { dtype: 'float64' });
const fp = array([10, 20, 0], { dtype: 'float64' });
const a = array([1, 2, 3, 4], { dtype: 'float64' });
const v = array([0, 1, 0.5], { dtype: 'float64' });

describe('interp', () => {
  it('interpolates between points and holds the ends', () => {
    near(interp(at, xp, fp), 'float64', [10, 10, 15, 10, 0, 0, NaN]);
    near(interp(at, xp, fp, { left: -1, right: 7 }), 'float64', [-1, 10, 15, 10, 0, 7, NaN]);
  });
  it('wraps around a period', () => {
    near(interp(at, array([4, 1, 2]), fp, { period: 5 }), 'float64', [15, 20, 10, 5, 10, 10, NaN]);
  });
  it('takes one point, and complex values', () => {
    near(interp(array([0, 1, 9]), array([1]), array([5])), 'float64', [5, 5, 5]);
    near(interp(array([1.5]), xp, array([complex(0, 1), complex(2), complex(0)])), 'complex128', [
      complex(1, 0.5),
    ]);
  });
  it('blames the table', () => {
    expect(() => interp(at, xp, a)).toThrow(/\[interp\] xp has shape \(3,\) and fp \(4,\)/);
    expect(() => interp(at, xp, fp, { period: 0 })).toThrow(/\[interp\] period is 0/);
  });
});

describe('convolve and correlate', () => {
  it('keep all, the middle, or what overlaps fully', () => {
    near(convolve(a, v, { mode: 'full' }), 'float64', [0, 1, 2.5, 4, 5.5, 2]);
    near(convolve(a, v, { mode: 'same' }), 'float64', [1, 2.5, 4, 5.5]);
    near(convolve(a, v, { mode: 'valid' }), 'float64', [2.5, 4]);
    near(correlate(a, v, { mode: 'full' }), 'float64', [0.5, 2, 3.5, 5, 4, 0]);
    near(correlate(a, v, { mode: 'same' }), 'float64', [2, 3.5, 5, 4]);
    near(correlate(a, v, { mode: 'valid' }), 'float64', [3.5, 5]);
    near(correlate(v.at('1:'), a, { mode: 'same' }), 'float64', [5, 3.5, 2, 0.5]);
  });
  it('conjugate, keep integers, and combine booleans', () => {
    near(
      correlate(
        array([complex(1, 1)], { dtype: 'complex128' }),
        array([complex(0, 1)], { dtype: 'complex128' }),
      ),
      'complex128',
      [complex(1, -1)],
    );
    near(convolve(array([1, 2], { dtype: 'int32' }), array([3, 4], { dtype: 'int32' })), 'int32', [3, 10, 8]);
    near(convolve(array([true, false]), array([true, true])), 'bool', [true, true, false]);
  });
  it('blame empty operands and the mode', () => {
    expect(() => convolve(zeros([0]), v)).toThrow(/\[convolve\] a has shape \(0,\)/);
    expect(() => correlate(a, v, { mode: 'all' as 'full' })).toThrow(/\[correlate\] mode is "all"/);
  });
});

describe('i0 and sinc', () => {
  it('follow their definitions', () => {
    near(
      i0(array([0, 1, -7.5, 8, 30], { dtype: 'float64' })),
      'float64',
      [1, 1.2660658778, 268.1613115152, 427.5641157218, 781672297823.9775],
    );
    near(i0(array([2], { dtype: 'int32' })), 'float64', [2.2795853023]);
    near(sinc(array([0, 0.5, -1.25], { dtype: 'float64' })), 'float64', [1, 0.6366197724, -0.1800632632]);
    expect(() => i0(array([complex(1)]))).toThrow(/\[i0\] x is complex64/);
  });
});
