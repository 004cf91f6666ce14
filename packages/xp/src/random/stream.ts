import type { RandomState as Position } from '../core/device.ts';
import { ValueError } from '../errors.ts';
import { philox, type Words } from '../js/random.ts';

/** A seed: a non-negative integer below 2⁶⁴. */
export type Seed = number | bigint;

/** Where a random stream stands, as plain data: `JSON.parse(JSON.stringify(state))` serves as well. */
export interface StreamState {
  readonly algorithm: 'philox4x32-10';
  /** The seed as two 32-bit words, low word first. */
  readonly key: readonly [number, number];
  /** Blocks of four 32-bit words that were used. */
  readonly offset: number;
}

/**
 * A stream of random words: Philox4x32-10, keyed by the seed, counting blocks of four 32-bit words. Block `b` is the same on
 * every device, so that one seed gives the same numbers everywhere. Every draw takes whole blocks.
 */
export class Stream {
  key0 = 0;
  key1 = 0;
  /** Blocks that were taken. */
  offset = 0;

  /** @param seed null: from the system's entropy. */
  constructor(seed: Seed | null = null) {
    this.reseed(seed);
  }

  /** Starts again from a seed. */
  reseed(seed: Seed | null): void {
    const [key0, key1] = seed === null ? entropy() : wordsOfSeed(seed);
    this.key0 = key0;
    this.key1 = key1;
    this.offset = 0;
  }

  /** Takes that many blocks: where they begin. */
  take(blocks: number): Position {
    const position = { key0: this.key0, key1: this.key1, offset: this.offset };
    this.offset += blocks;
    return position;
  }
}

/** A stream's position, for snapshots. */
export function stateOf({ key0, key1, offset }: Stream): StreamState {
  return { algorithm: 'philox4x32-10', key: [key0, key1], offset };
}

/**
 * Continues where a stream stood when its state was taken.
 *
 * @throws {ValueError} for anything that `stateOf` cannot have given.
 */
export function restoreState(stream: Stream, state: StreamState): void {
  const { algorithm, key, offset } = state;
  const isWord = (x: unknown) => Number.isInteger(x) && (x as number) >= 0 && (x as number) < 2 ** 32;
  if (algorithm !== 'philox4x32-10' || !Array.isArray(key) || key.length !== 2 || !key.every(isWord)) {
    throw new ValueError(
      `[setState] expected the state of a philox4x32-10 stream, got ${JSON.stringify(state)}`,
    );
  }
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw new ValueError(`[setState] offset must be a non-negative integer, got ${String(offset)}`);
  }
  [stream.key0, stream.key1] = key as [number, number];
  stream.offset = offset;
}

/**
 * Reads single words of a stream on the host, and takes blocks as it goes. What is left of the last block when reading ends is never used.
 */
export class WordReader {
  private readonly stream: Stream;
  private readonly words: Words = [0, 0, 0, 0];
  private used = 4;

  constructor(stream: Stream) {
    this.stream = stream;
  }

  /** The next 32-bit word, unsigned. */
  next(): number {
    if (this.used === 4) {
      const { key0, key1, offset } = this.stream.take(1);
      philox(key0, key1, offset >>> 0, Math.floor(offset / 2 ** 32), 0, 0, this.words);
      this.used = 0;
    }
    return this.words[this.used++] as number;
  }

  /** A float in [0, 1) with 53 random bits. */
  unit(): number {
    const high = this.next() >>> 5;
    return (high * 2 ** 26 + (this.next() >>> 6)) * 2 ** -53;
  }

  /**
   * An integer in [0, n), n ≤ 2³², each equally likely: words are cut to the bits that n - 1 has, and drawn again while they
   * are too large.
   */
  below(n: number): number {
    const mask = 0xffffffff >>> Math.clz32(n - 1);
    if (n === 1) return 0;
    for (;;) {
      const x = (this.next() & mask) >>> 0;
      if (x < n) return x;
    }
  }

  /** The same for n ≤ 2⁶⁴. */
  belowBig(n: bigint): bigint {
    const mask = (1n << BigInt((n - 1n).toString(2).length)) - 1n;
    for (;;) {
      const x = (BigInt(this.next()) | (BigInt(this.next()) << 32n)) & mask;
      if (x < n) return x;
    }
  }
}

function wordsOfSeed(seed: Seed): [number, number] {
  const fits =
    typeof seed === 'bigint' ? seed >= 0n && seed < 1n << 64n : Number.isSafeInteger(seed) && seed >= 0;
  if (!fits) {
    throw new ValueError(
      `[seed] a seed is a non-negative integer (a bigint above 2 ** 53, at most 2 ** 64 - 1), got ${String(seed)}`,
    );
  }
  const big = BigInt(seed);
  return [Number(big & 0xffffffffn), Number(big >> 32n)];
}

function entropy(): [number, number] {
  const words = crypto.getRandomValues(new Uint32Array(2));
  return [words[0] as number, words[1] as number];
}
