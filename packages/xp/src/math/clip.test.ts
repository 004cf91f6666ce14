import { describe, it } from 'vitest';
import { array, complex, zeros } from '../index.ts';
import { near } from '../testing/near.testing.ts';
import { clip } from './clip.ts';
import { nanToNum } from './nan-to-num.ts';
import { around, round } from './round.ts';

const x = array(
  [
    [3, 1, 2],
    [9, -4, 8],
  ],
  { dtype: 'float64' },
);
const i = array(
  [
    [3, 1],
    [2, -4],
  ],
  { dtype: 'int32' },
);
const u = array([10, 200], { dtype: 'uint8' });
const odd = array([NaN, Infinity, -Infinity, 1.5], { dtype: 'float32' });

describe('clip', () => {
  it('limits from both sides, or one, or none', () => {
    near(clip(x, 0, 3), 'float64', [
      [3, 1, 2],
      [3, 0, 3],
    ]);
    near(clip(x, null, 2), 'float64', [
      [2, 1, 2],
      [2, -4, 2],
    ]);
    near(clip(x, 2), 'float64', [
      [3, 2, 2],
      [9, 2, 8],
    ]);
    near(clip(x), 'float64', [
      [3, 1, 2],
      [9, -4, 8],
    ]);
  });
  it('broadcasts bounds; the upper one wins', () => {
    near(clip(x, array([0, 2, 5]), array([[4], [1]])), 'float64', [
      [3, 2, 4],
      [1, 1, 1],
    ]);
  });
  it('keeps integers for integer bounds, even beyond their range', () => {
    near(clip(i, -2, 2), 'int32', [
      [2, 1],
      [2, -2],
    ]);
    near(clip(u, -5, 300), 'uint8', [10, 200]);
    near(clip(i, 0.5, 2), 'float64', [
      [2, 1],
      [2, 0.5],
    ]);
  });
  it('keeps NaN', () => {
    near(clip(odd, 0, 2), 'float32', [NaN, 2, 0, 1.5]);
  });
  it('writes into out', () => {
    near(clip(x, 0, 3, { out: zeros([2, 3], { dtype: 'float32' }) }), 'float32', [
      [3, 1, 2],
      [3, 0, 3],
    ]);
  });
});

describe('round', () => {
  it('rounds half to even, to decimals', () => {
    near(round(array([0.5, 1.5, -2.5, 2.675])), 'float32', [0, 2, -2, 3]);
    near(round(array([1.2345, -1.755], { dtype: 'float64' }), 2), 'float64', [1.23, -1.76]);
    near(around(x, { decimals: -1 }), 'float64', [
      [0, 0, 0],
      [10, -0, 10],
    ]);
  });
  it('leaves integers alone but for negative decimals', () => {
    near(round(i, 3), 'int32', [
      [3, 1],
      [2, -4],
    ]);
    near(round(array([15, 25, -14], { dtype: 'int32' }), -1), 'int32', [20, 20, -10]);
  });
  it('rounds both parts of complex numbers', () => {
    near(round(array([complex(1.25, 2.5)], { dtype: 'complex128' })), 'complex128', [complex(1, 2)]);
  });
});

describe('nanToNum', () => {
  it('puts numbers for NaN and infinities', () => {
    near(nanToNum(odd), 'float32', [0, 3.4028234663852886e38, -3.4028234663852886e38, 1.5]);
    near(nanToNum(odd, { nan: 7, posinf: 8, neginf: 9 }), 'float32', [7, 8, 9, 1.5]);
    near(nanToNum(i), 'int32', [
      [3, 1],
      [2, -4],
    ]);
    near(nanToNum(array([complex(NaN, 1)], { dtype: 'complex128' })), 'complex128', [complex(0, 1)]);
  });
  it('works in place if asked to', () => {
    near(
      (() => {
        const y = array([NaN, 2]);
        nanToNum(y, { copy: false, nan: 1 });
        return y;
      })(),
      'float32',
      [1, 2],
    );
  });
});
