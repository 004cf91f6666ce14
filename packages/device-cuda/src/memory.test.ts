import { scope } from '@chainer/xp';
import { dtype, NdArray } from '@chainer/xp/internal';
import { afterEach, expect, it } from 'vitest';
import { cuda, describeCuda } from './both.testing.ts';

const float32 = dtype('float32');
const mebi = 2 ** 20;
const array = (bytes: number) => new NdArray(cuda.allocate(bytes), float32, [bytes / 4]);

describeCuda('memory of cuda', () => {
  afterEach(() => {
    cuda.memory.limit = Number.POSITIVE_INFINITY;
    cuda.debug = false;
    cuda.memory.collect();
  });

  it('counts what is alive, and reuses what was released at once', () => {
    cuda.memory.collect();
    const before = cuda.memory.stats().live;
    const x = array(3 * mebi);
    expect(cuda.memory.stats().live - before).toBe(3 * mebi);
    const { address } = x.storage as unknown as { address: number };
    x.storage.release();
    expect(cuda.memory.stats().live).toBe(before);
    expect((array(3 * mebi).storage as unknown as { address: number }).address).toBe(address);
    expect(() => cuda.readSync(x)).toThrow(/released/);
  });

  it('stays flat where temporaries are left to the collector', () => {
    cuda.memory.collect();
    cuda.memory.resetPeak();
    const { live } = cuda.memory.stats();
    // 20 GB of garbage.
    for (let k = 0; k < 5000; k++) array(4 * mebi);
    expect(cuda.memory.stats().peak - live).toBeLessThan(200 * mebi);
    for (let k = 0; k < 200_000; k++) array(1024);
    expect(cuda.memory.stats().peak - live).toBeLessThan(200 * mebi);
  });

  it('is given back to the driver by collect', () => {
    array(50 * mebi).storage.release();
    expect(cuda.memory.stats().pooled).toBeGreaterThanOrEqual(50 * mebi);
    cuda.memory.collect();
    expect(cuda.memory.stats().pooled).toBeLessThan(30 * mebi);
  });

  it('collects and gives back before it says that there is no more, then goes on', () => {
    cuda.memory.collect();
    const held = cuda.memory.held;
    cuda.memory.limit = held + 64 * mebi;
    for (let k = 0; k < 100; k++) array(40 * mebi);
    const kept = array(40 * mebi);
    expect(() => array(40 * mebi)).toThrow(
      /\[cuda:0\] out of memory: 40\.0 MiB were asked for; .* are alive in \d+ arrays, .* limit .*\nThe largest arrays:\n {2}40\.0 MiB\n/,
    );
    kept.storage.release();
    expect(array(40 * mebi).size).toBe(10 * mebi);
  });

  it('names where the largest arrays were made, in debug mode', () => {
    cuda.memory.collect();
    cuda.debug = true;
    cuda.memory.limit = cuda.memory.held + 64 * mebi;
    const kept = array(40 * mebi);
    expect(() => array(40 * mebi)).toThrow(/ {2}40\.0 MiB made at .*memory\.test\.ts:\d+/);
    kept.storage.release();
  });

  it('belongs to streams: what another one still reads is not overwritten', () => {
    const side = cuda.newStream();
    const x = array(mebi);
    cuda.write(x, new Float32Array(mebi / 4).fill(1));
    side.wait(cuda.stream.record(cuda.event()));
    const y = side.run(() => {
      const y = array(mebi);
      cuda.kernels.copy(x, y);
      return y;
    });
    x.storage.release();
    // The same memory, in the first stream; the emulator runs streams when they are waited for, this one first.
    const z = array(mebi);
    cuda.write(z, new Float32Array(mebi / 4).fill(2));
    cuda.synchronizeSync();
    side.synchronize();
    expect(side.run(() => cuda.readSync(y)[0])).toBe(1);
  });

  it('is released by scopes', () => {
    cuda.memory.collect();
    const before = cuda.memory.stats().live;
    scope(() => {
      for (let k = 0; k < 10; k++) array(mebi);
    });
    expect(cuda.memory.stats().live).toBe(before);
  });

  it('has a limit of a positive number of bytes', () => {
    expect(() => {
      cuda.memory.limit = 0;
    }).toThrow('limit must be a positive number of bytes, got 0');
  });
});
