/**
 * Random decisions, each a whole number below a bound, that are written down as they are made. Made again from the record, they
 * give the same program; made from a shorter record or from smaller numbers, a simpler one: 0 is always the plainest choice,
 * and where a record ends, zeros follow. So programs are simplified without knowing anything about them.
 */
export class Choices {
  /** What was decided, in order. */
  readonly taken: number[] = [];
  private readonly next: (bound: number) => number;

  private constructor(next: (bound: number) => number) {
    this.next = next;
  }

  /** Decisions from a seed. */
  static fromSeed(seed: number): Choices {
    let state = seed >>> 0;
    return new Choices((bound) => {
      // mulberry32
      state = (state + 0x6d2b79f5) >>> 0;
      let t = Math.imul(state ^ (state >>> 15), state | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * bound);
    });
  }

  /** The decisions of a record. */
  static fromRecord(record: readonly number[]): Choices {
    let at = 0;
    return new Choices((bound) => Math.min(record[at++] ?? 0, bound - 1));
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    const n = this.next(high - low + 1);
    this.taken.push(n);
    return low + n;
  }

  /** One of a list, whose first is the plainest. */
  pick<T>(list: readonly T[]): T {
    return list[this.int(0, list.length - 1)] as T;
  }

  /** True in `percent` of all cases. */
  chance(percent: number): boolean {
    return this.int(0, 99) >= 100 - percent;
  }

  /** 0 … n - 1 in random order. */
  permutation(n: number): number[] {
    const rest = Array.from({ length: n }, (_, i) => i);
    return Array.from({ length: n }, () => rest.splice(this.int(0, rest.length - 1), 1)[0] as number);
  }
}
