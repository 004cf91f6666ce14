import { describe, expect, test } from 'vitest';
import { array, broadcastTo, s, zeros } from '../index.ts';
import { checkOut, mayOverlap, sameView } from './launch.ts';

describe('views that overlap', () => {
  const x = zeros([10]);
  test('mayOverlap compares the reach of both', () => {
    expect(mayOverlap(x.at(s(0, 5)), x.at(s(4)))).toBe(true);
    expect(mayOverlap(x.at(s(0, 5)), x.at(s(5)))).toBe(false);
    expect(mayOverlap(x, zeros([10]))).toBe(false);
    expect(mayOverlap(x.at(s(null, null, -1)), x.at(s(9)))).toBe(true);
    expect(mayOverlap(x.at(s(3, 3)), x)).toBe(false);
  });
  test('sameView is the same elements in the same order', () => {
    expect(sameView(x.at(s(1)), x.at(s(1)))).toBe(true);
    expect(sameView(x, x.at(s(null, null, -1)))).toBe(false);
  });
});

test('a broadcast view is no place for results', () => {
  const out = broadcastTo(zeros([1, 3]), [2, 3]);
  expect(() => checkOut(out, [2, 3], out.dtype, 'add')).toThrow(
    '[add] out is a broadcast view: along axis 0',
  );
});

test.each([
  [s(1), s(0, -1), [1, 3, 5, 7, 9]],
  [s(0, -1), s(1), [3, 5, 7, 9, 5]],
  [s(null, null, -1), s(), [6, 6, 6, 6, 6]],
] as const)('in-place work on overlapping views reads what was there before', (to, from, expected) => {
  const x = array([1, 2, 3, 4, 5]);
  x.at(to).iadd(x.at(from));
  expect(x.toArraySync()).toEqual(expected);
});
