import { describe, expect, it } from 'vitest';
import { type Block, granule, Pool } from './pool.ts';

const mebi = 1 << 20;

/** A driver with so many bytes; remembers what it was asked for. */
function driver(bytes = Number.POSITIVE_INFINITY) {
  const taken = new Map<number, number>();
  let next = granule;
  const source = {
    taken,
    take(size: number) {
      const used = [...taken.values()].reduce((a, b) => a + b, 0);
      if (used + size > bytes) return null;
      const address = next;
      next += size;
      taken.set(address, size);
      return address;
    },
    give(address: number) {
      expect(taken.delete(address)).toBe(true);
    },
  };
  return source;
}

function obtain(pool: Pool, nbytes: number): Block {
  const size = Pool.rounded(nbytes);
  const found = pool.take(size);
  if (found !== null) return found;
  expect(pool.grow(size)).toBe(true);
  return pool.take(size) as Block;
}

describe('a pool', () => {
  it('gives blocks to measure, of multiples of a granule', () => {
    const pool = new Pool(driver());
    expect(obtain(pool, 1).size).toBe(granule);
    expect(obtain(pool, granule + 1).size).toBe(2 * granule);
    expect(obtain(pool, 5 * mebi + 1).size).toBe(5 * mebi + granule);
    expect(pool.held).toBe(2 * mebi + 20 * mebi);
    expect(pool.held - pool.pooled).toBe(3 * granule + 5 * mebi + granule);
  });

  it('takes the smallest block that fits', () => {
    const pool = new Pool(driver());
    const blocks = [3000, 1000, 2000, 1000, 4000, 1000].map((n) => obtain(pool, n));
    const [large, , small, , larger] = blocks as [Block, Block, Block, Block, Block, Block];
    for (const b of [large, small, larger]) pool.give(b);
    expect(obtain(pool, 2000).address).toBe(small.address);
    expect(obtain(pool, 2000).address).toBe(large.address);
  });

  it('merges neighbours, on both sides', () => {
    const pool = new Pool(driver());
    const [a, b, c, d] = [1, 1, 1, 1].map((n) => obtain(pool, n)) as [Block, Block, Block, Block];
    pool.give(a);
    pool.give(c);
    pool.give(b);
    expect(obtain(pool, 3 * granule).address).toBe(a.address);
    pool.give(a);
    pool.give(d);
    expect(pool.largest).toBe(2 * mebi);
  });

  it('gives the driver back what is whole, and no more', () => {
    const source = driver();
    const pool = new Pool(source);
    const kept = obtain(pool, 1);
    const gone = obtain(pool, 30 * mebi);
    pool.give(gone);
    expect(pool.trim()).toBe(30 * mebi);
    expect([...source.taken.values()]).toEqual([2 * mebi]);
    pool.give(kept);
    expect(pool.trim()).toBe(2 * mebi);
    expect([pool.held, pool.pooled, source.taken.size]).toEqual([0, 0, 0]);
  });

  it('asks for the block alone where the driver has no more', () => {
    const pool = new Pool(driver(3 * mebi));
    expect(pool.grow(Pool.rounded(2.5 * mebi))).toBe(true);
    expect(pool.take(Pool.rounded(2.5 * mebi))!.size).toBe(2.5 * mebi);
    expect(pool.grow(mebi)).toBe(false);
  });

  it('keeps its books in a random run', () => {
    const source = driver();
    const pool = new Pool(source);
    const alive: Block[] = [];
    let s = 1;
    const random = (n: number) => {
      s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
      return Math.floor((s / 2 ** 32) * n);
    };
    for (let round = 0; round < 20000; round++) {
      if (alive.length > 0 && random(2) === 0) pool.give(alive.splice(random(alive.length), 1)[0]!);
      else alive.push(obtain(pool, 1 + random(random(10) === 0 ? 5 * mebi : 20000)));
      if (random(1000) === 0) pool.trim();
    }
    const sorted = [...alive].sort((a, b) => a.address - b.address);
    for (let k = 1; k < sorted.length; k++)
      expect(sorted[k - 1]!.address + sorted[k - 1]!.size).toBeLessThanOrEqual(sorted[k]!.address);
    expect(pool.held - pool.pooled).toBe(alive.reduce((sum, b) => sum + b.size, 0));
    for (const b of alive) pool.give(b);
    pool.trim();
    expect([pool.held, pool.pooled, source.taken.size]).toEqual([0, 0, 0]);
  });
});
