import { expect, test } from 'vitest';
import { slope } from './slope.ts';

test('the rise of a line, and of a line with what cancels out', () => {
  expect(slope([1, 3, 5, 7])).toBe(2);
  expect(slope([5, 5, 5])).toBe(0);
  // Σ(i - 1.5) v = -1.5·0 - 0.5·4 + 0.5·2 + 1.5·6 = 8, Σ(i - 1.5)² = 5
  expect(slope([0, 4, 2, 6])).toBe(1.6);
});
