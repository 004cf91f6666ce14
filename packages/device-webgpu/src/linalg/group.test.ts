import { expect, it } from 'vitest';
import { columnRanges } from './group.ts';

it('long factorizations are cut into several dispatches', () => {
  const ranges = [...columnRanges(2000, (j) => (2000 - j) ** 2)];
  expect(ranges.length).toBeGreaterThan(15);
  expect(ranges[0]![0]).toBe(0);
  expect(ranges.at(-1)![1]).toBe(2000);
  for (const [k, [from]] of ranges.slice(1).entries()) expect(from).toBe(ranges[k]![1]);
});
