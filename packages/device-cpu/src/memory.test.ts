import { Worker } from 'node:worker_threads';
import { input, scope } from '@chainer/xp';
import { emptyOn, float32, int8, Kernel, NdArray, uint8 } from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { cpu, pair, values } from './both.testing.ts';
import { addonPath } from './native.ts';

const mebi = 1024 * 1024;

function live(): number {
  return cpu.memory.stats().live;
}

describe('memory', () => {
  it('counts what is allocated and what is released, small and large', () => {
    for (const n of [1, 100, 8192, 8193, 100_000, 10 * mebi]) {
      const before = live();
      const storage = cpu.allocate(n);
      expect(live() - before, `${n} bytes`).toBe(Math.ceil(n / 64) * 64);
      storage.release();
      expect(live()).toBe(before);
      storage.release(); // a second release does nothing
      expect(live()).toBe(before);
    }
  });

  it('is aligned to 64 bytes, and arrays do not share bytes', () => {
    const seen: { from: number; to: number }[] = [];
    const kept = [];
    for (let i = 0; i < 500; i++) {
      const n = 1 + ((i * 7919) % 20000);
      const storage = cpu.allocate(n);
      kept.push(storage);
      const { address } = storage as unknown as { address: number };
      expect(address % 64).toBe(0);
      seen.push({ from: address, to: address + n });
    }
    seen.sort((a, b) => a.from - b.from);
    for (let i = 1; i < seen.length; i++) expect(seen[i]!.from).toBeGreaterThanOrEqual(seen[i - 1]!.to);
    for (const s of kept) s.release();
  });

  it('a million temporaries in a loop without a scope stay within budget', () => {
    cpu.memory.collect();
    cpu.memory.resetPeak();
    const before = live();
    const [, x] = pair(float32, [1000], (i) => i);
    const program = new Kernel('add', [input(0).add(1)]).program([x]);
    let y = x;
    for (let i = 0; i < 1_000_000; i++) {
      const next = emptyOn(cpu, [1000], float32);
      cpu.kernels.elementwise(program, [y], [next], next.shape);
      y = i % 1000 === 999 ? x : next;
    }
    const { peak } = cpu.memory.stats();
    // 4 GB went through.
    expect(peak - before).toBeLessThan(96 * mebi);
  });

  it('large temporaries as well: 40 GB through a small pool', () => {
    cpu.memory.collect();
    cpu.memory.resetPeak();
    const before = cpu.memory.stats();
    let last: NdArray | null = null;
    for (let i = 0; i < 10_000; i++) last = emptyOn(cpu, [mebi], float32);
    const after = cpu.memory.stats();
    expect(last).not.toBeNull();
    expect(after.peak - before.live).toBeLessThan(96 * mebi);
    expect(after.live + after.pooled - before.live - before.pooled).toBeLessThan(96 * mebi);
    expect(after.collections).toBeGreaterThan(before.collections);
  });

  it('the budget follows what stays alive', () => {
    cpu.memory.collect();
    const kept: NdArray[] = [];
    for (let i = 0; i < 100; i++) kept.push(emptyOn(cpu, [mebi / 2], float32));
    const { collections } = cpu.memory.stats();
    for (let i = 0; i < 5000; i++) emptyOn(cpu, [mebi / 2], float32);
    const stats = cpu.memory.stats();
    expect(kept).toHaveLength(100);
    // 10 GB of garbage beside 200 MB that stay: neither growth without end nor a collection for every array.
    expect(stats.live + stats.pooled).toBeLessThan(800 * mebi);
    expect(stats.collections - collections).toBeLessThan(500);
    for (const x of kept) x.storage.release();
  });

  it('what a graph let go of is found when memory is wanted, though it is old', () => {
    // More than the most garbage that the pool lets lie about where collecting takes much of the time, as it does on a loaded machine.
    const old = Array.from({ length: 280 }, () => emptyOn(cpu, [mebi / 2], float32));
    cpu.memory.collect(); // which also makes them old
    const before = live();
    for (const x of old) x.storage.abandon();
    old.length = 0;
    const kept = Array.from({ length: 60 }, () => emptyOn(cpu, [mebi / 2], float32));
    expect(live() - before).toBeLessThan((120 - 560 + 64) * mebi);
    for (const x of kept) x.storage.release();
  });

  it('memory that was needed once goes back to the system after a while', () => {
    const once = Array.from({ length: 100 }, () => emptyOn(cpu, [mebi], float32));
    for (const x of once) x.storage.release();
    const pooled = () => cpu.memory.stats().pooled;
    expect(pooled()).toBeGreaterThan(390 * mebi);
    for (let round = 0; round < 40; round++) {
      const old = Array.from({ length: 40 }, () => emptyOn(cpu, [mebi / 2 + round], float32));
      for (const x of old) x.storage.abandon();
    }
    expect(pooled()).toBeLessThan(390 * mebi);
  });

  it('a scope releases at once what was made in it', () => {
    cpu.memory.collect();
    const before = live();
    const { collections } = cpu.memory.stats();
    for (let i = 0; i < 2000; i++) {
      scope(() => {
        for (let k = 0; k < 20; k++) emptyOn(cpu, [5000 + k], float32);
        emptyOn(cpu, [10], float32);
      });
    }
    expect(live()).toBe(before);
    expect(cpu.memory.stats().collections - collections).toBe(0);
  });

  it('collect gives pooled memory back to the system', () => {
    for (let i = 0; i < 30; i++) (cpu.allocate(mebi).view(uint8) as Uint8Array).fill(1);
    cpu.memory.collect();
    expect(cpu.memory.stats().pooled).toBeLessThan(2 * mebi);
  });

  it('memory that was given back and taken again can be written', () => {
    for (let round = 0; round < 5; round++) {
      const arrays = Array.from({ length: 40 }, (_, i) => {
        const x = emptyOn(cpu, [50_000 + 1000 * i], int8);
        (x.storage.view(int8) as Int8Array).fill(i);
        return x;
      });
      for (const [i, x] of arrays.entries()) expect(x.storage.view(int8).every((v) => v === i)).toBe(true);
      for (const [i, x] of arrays.entries()) if (i % 2) x.storage.release();
      if (round % 2) cpu.memory.collect();
    }
  });

  it('a view of a released array throws, one taken before reads no foreign process memory', () => {
    const x = emptyOn(cpu, [100_000], float32);
    const before = x.storage.view(float32);
    x.storage.release();
    expect(() => x.storage.view(float32)).toThrow('released');
    expect(before).toHaveLength(100_000);
    expect(typeof before[5]).toBe('number');
  });

  it('arrays of more than 4 GiB are there; what a buffer cannot cover is said', () => {
    // Address space only: no page of it is touched but the last.
    const huge = cpu.allocate(5 * 1024 * mebi);
    expect(() => huge.view(float32)).toThrow(/cannot see an array of 5368709120 bytes/);
    huge.release();
    cpu.memory.collect();
    const parts = [1, 2, 3, 4].map(() => cpu.allocate(1024 * mebi));
    for (const [i, p] of parts.entries()) p.view(float32)[mebi] = i + 1;
    expect(parts.map((p) => p.view(float32)[mebi])).toEqual([1, 2, 3, 4]);
    for (const p of parts) p.release();
    cpu.memory.collect();
  });

  it('asks for more than there is: an error with the numbers', () => {
    expect(() => cpu.allocate(2 ** 50)).toThrow(/\[cpu\] the system has no 1125899906842624 bytes more/);
  });

  it('views of one storage share its bytes', () => {
    const x = emptyOn(cpu, [8], float32);
    (x.storage.view(float32) as Float32Array).fill(1);
    const bytes = new NdArray(x.storage, uint8, [32]);
    expect(values(bytes).slice(0, 4)).toEqual([0, 0, 128, 63]);
  });
});

const workerText = `
const { parentPort, workerData } = require('node:worker_threads');
const addon = { exports: {} };
process.dlopen(addon, workerData);
const { buffer, address, allocate, run, commands } = addon.exports;
const D = new Float64Array(buffer, 64 + 4096 * 8, 1 << 15);
const kept = [];
for (let i = 0; i < 2000; i++) {
  D[0] = 65536; D[1] = 1; D[2] = 0; D[3] = 65536;
  const handle = allocate();
  if (i % 3 === 0) kept.push(handle);
}
// One command with threads of its own: fill a megabyte with ones, then read it through a buffer over the region.
D[0] = 1 << 20; D[1] = 1; D[2] = 0; D[3] = 1 << 20;
const block = allocate();
const at = D[0];
const base = D[2];
D[0] = base; D[1] = D[3];
const region = addon.exports.window();
D[0] = 4; D[1] = at; D[2] = 1; D[3] = 1 << 18; D[4] = 1;
new Float32Array(buffer, 64 + 4096 * 8, 16)[10] = 1;
run(commands.indexOf('fill'));
const x = new Float32Array(region, at - base, 1 << 18);
parentPort.postMessage({ sum: x.reduce((a, b) => a + b), kept: kept.length, block: typeof block });
`;

describe('worker threads', () => {
  it('each have their own memory; one that ends with live memory takes nothing with it', async () => {
    const [, mine] = pair(float32, [100_000], (i) => i % 10);
    for (let round = 0; round < 4; round++) {
      const answers = await Promise.all(
        [0, 1].map(
          () =>
            new Promise((resolve, reject) => {
              const worker = new Worker(workerText, { eval: true, workerData: addonPath() });
              let answer: unknown;
              worker.on('message', (m) => {
                answer = m;
              });
              worker.on('error', reject);
              worker.on('exit', (code) =>
                code === 0 ? resolve(answer) : reject(new Error(`worker ended with ${code}`)),
              );
            }),
        ),
      );
      for (const answer of answers) expect(answer).toEqual({ sum: 1 << 18, kept: 667, block: 'object' });
    }
    expect(values(mine).reduce((a, b) => a + b)).toBe(450_000);
    emptyOn(cpu, [100_000], float32);
  });
});
