import { describe, expect, it } from 'vitest';
import { Choices } from './choices.ts';
import { shrink } from './shrink.ts';

describe('Choices', () => {
  it('makes the same decisions from a seed, and from the record of them', () => {
    const decide = (c: Choices) => [c.int(3, 9), c.pick(['a', 'b', 'c']), c.chance(50), c.permutation(5)];
    const first = Choices.fromSeed(7);
    const decided = decide(first);
    expect(decide(Choices.fromSeed(7))).toEqual(decided);
    expect(decide(Choices.fromRecord(first.taken))).toEqual(decided);
    expect(decided[3]).toHaveLength(5);
  });

  it('takes the plainest choice where a record ends, and the last one where it asks for more than there is', () => {
    const choices = Choices.fromRecord([9]);
    expect(choices.pick(['a', 'b'])).toBe('b');
    expect([choices.int(2, 5), choices.chance(99), choices.permutation(3)]).toEqual([2, false, [0, 1, 2]]);
  });
});

describe('shrink', () => {
  it('keeps what matters', () => {
    const fails = (record: readonly number[]) => (record.some((v) => v >= 5) ? record : null);
    expect(shrink([3, 1, 4, 1, 5, 9, 2, 6, 5, 3], fails)).toEqual([5]);
  });

  it('keeps what a program used, not what was offered', () => {
    const fails = (record: readonly number[]) => (record.length >= 2 ? record.slice(0, 2) : null);
    expect(shrink([8, 8, 8, 8], fails)).toEqual([0, 0]);
  });

  it('stops after so many attempts', () => {
    let runs = 0;
    shrink(
      Array(500).fill(9),
      (record) => {
        runs++;
        return record;
      },
      20,
    );
    expect(runs).toBe(20);
  });
});
