import { xp } from 'chainer';

/** Random decisions of generated data, from a seed; they do not touch the library's global stream. */
export class Dice {
  private readonly stream: xp.random.RandomState;
  private numbers: Float32Array = new Float32Array(0);
  private at = 0;

  constructor(seed: number) {
    this.stream = new xp.random.RandomState(seed);
  }

  /** Uniform in [0, 1). */
  next(): number {
    if (this.at === this.numbers.length) {
      this.numbers = this.stream.rand(4096, { device: 'js' }).dataSync() as Float32Array;
      this.at = 0;
    }
    return this.numbers[this.at++] as number;
  }

  below(n: number): number {
    return Math.min(Math.floor(this.next() * n), n - 1);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  chance(p: number): boolean {
    return this.next() < p;
  }
}
