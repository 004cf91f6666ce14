import { describe, expect, it } from 'vitest';
import { NdArray } from '../core/ndarray.ts';
import { flatScalars } from '../core/read.ts';
import { array } from '../creation/array.ts';
import { defaultRng } from './generator.ts';
import { RandomState } from './random-state.ts';

const numbers = (x: NdArray) => flatScalars(x).map(Number);
const sorted = (x: readonly number[]) => x.toSorted((a, b) => a - b);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
const table = (rows: number, columns: number) =>
  array(Float32Array.from(upTo(rows * columns)), { shape: [rows, columns] });

describe('permutation', () => {
  it('gives every order equally often', () => {
    const rs = new RandomState(0);
    const counts = new Map<string, number>();
    for (let i = 0; i < 2400; i++) {
      const order = rs.hostPermutation(4).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const chi = [...counts.values()].reduce((sum, c) => sum + (c - 100) ** 2 / 100, 0);
    expect(chi).toBeLessThan(49.7); // 23 degrees of freedom: once in a thousand seeds
  });

  it('permutes numbers and rows, leaving the array alone', () => {
    const x = new RandomState(1).permutation(100);
    expect(x.dtype.name).toBe('int32');
    expect(sorted(numbers(x))).toEqual(upTo(100));
    expect(numbers(x)).toEqual([...new RandomState(1).hostPermutation(100)]);
    const rows = table(5, 2);
    const mixed = numbers(new RandomState(1).permutation(rows));
    expect(numbers(rows)).toEqual(upTo(10));
    expect(mixed).not.toEqual(upTo(10));
    expect(mixed.filter((_, i) => i % 2 === 0).every((v, i) => mixed[2 * i + 1] === v + 1)).toBe(true);
    expect(sorted(mixed)).toEqual(upTo(10));
  });

  it('permutes along another axis, and nothing at all', () => {
    const mixed = numbers(defaultRng(3).permutation(table(2, 4), { axis: 1 }));
    expect(sorted(mixed.slice(0, 4))).toEqual([0, 1, 2, 3]);
    expect(mixed.slice(4)).toEqual(mixed.slice(0, 4).map((v) => v + 4));
    expect(new RandomState(0).permutation(0).shape).toEqual([0]);
    expect(numbers(new RandomState(0).permutation(1))).toEqual([0]);
    expect(() => new RandomState(0).permutation(-1)).toThrow(
      '[permutation] x must be a non-negative integer',
    );
  });
});

describe('shuffle', () => {
  it('works in place, through views, and on lists', () => {
    const whole = table(6, 2);
    const left = new NdArray(whole.storage, whole.dtype, [6], [2], 0);
    new RandomState(1).shuffle(left);
    const after = numbers(whole);
    expect(after.filter((_, i) => i % 2 === 1)).toEqual([1, 3, 5, 7, 9, 11]);
    const shuffled = after.filter((_, i) => i % 2 === 0);
    expect(shuffled).not.toEqual([0, 2, 4, 6, 8, 10]);
    expect(sorted(shuffled)).toEqual([0, 2, 4, 6, 8, 10]);
    const list = ['a', 'b', 'c', 'd'];
    new RandomState(2).shuffle(list);
    expect(list.toSorted()).toEqual(['a', 'b', 'c', 'd']);
    expect(() => new RandomState(2).shuffle('abc' as never)).toThrow(
      '[shuffle] x must be an NdArray or a list, got abc',
    );
  });
});

describe('choice', () => {
  it('draws with replacement in proportion to p', () => {
    const counts = [0, 0, 0, 0];
    for (const k of numbers(new RandomState(5).choice(4, { size: 10_000, p: [0.1, 0, 0.6, 0.3] })))
      counts[k]!++;
    expect(counts[1]).toBe(0);
    expect(Math.abs(counts[0]! - 1000)).toBeLessThan(100);
    expect(Math.abs(counts[2]! - 6000)).toBeLessThan(165);
  });

  it('draws without replacement, one by one in proportion to what is left', () => {
    const rs = new RandomState(6);
    expect(sorted(numbers(rs.choice(10, { size: 10, replace: false })))).toEqual(upTo(10));
    expect(new Set(numbers(rs.choice(1000, { size: 30, replace: false }))).size).toBe(30);
    // P(first 0, then 2) = 0.5 * 0.2 / 0.5
    let hits = 0;
    for (let i = 0; i < 4000; i++) {
      const [a, b] = numbers(rs.choice(3, { size: 2, replace: false, p: [0.5, 0.3, 0.2] }));
      if (a === 0 && b === 2) hits++;
    }
    expect(Math.abs(hits - 800)).toBeLessThan(84);
  });

  it('takes rows of an array', () => {
    const x = new RandomState(7).choice(table(3, 2), { size: [2, 2] });
    expect(x.shape).toEqual([2, 2, 2]);
    const flat = numbers(x);
    for (let i = 0; i < 8; i += 2) expect(flat[i + 1]).toBe((flat[i] as number) + 1);
    expect(new RandomState(7).choice(array([1, 2, 3])).shape).toEqual([]);
    expect(defaultRng(7).choice(table(3, 4), { size: 2, axis: 1 }).shape).toEqual([3, 2]);
  });

  it('says why a sample cannot be', () => {
    const rs = new RandomState(8);
    expect(() => rs.choice(3, { size: 4, replace: false })).toThrow(
      '[choice] cannot choose 4 of 3 without replacement',
    );
    expect(() => rs.choice(2, { p: [0.5, 0.6] })).toThrow('[choice] p must sum to 1, got 1.1');
    expect(() => rs.choice(2, { p: [1] })).toThrow('one entry for each of the 2 elements, got 1 numbers');
    expect(() => rs.choice(2, { p: [1.5, -0.5] })).toThrow('p must hold probabilities, got -0.5');
    expect(() => rs.choice(3, { size: 2, replace: false, p: [1, 0, 0] })).toThrow(
      'only 1 entries of p are not 0',
    );
    expect(() => rs.choice(0, { size: 1 })).toThrow('a is empty');
  });
});
