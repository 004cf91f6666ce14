import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReductionKernel } from '@chainer/xp';
import { DeviceError, float32 } from '@chainer/xp/internal';
import { afterEach, describe, expect, it } from 'vitest';
import { cpu, generator, outputs, pair, values } from './both.testing.ts';
import { createCpuDevice, getNumThreads, setNumThreads } from './index.ts';
import { loadNative } from './native.ts';

describe('the device', () => {
  it('is one for each thread', () => {
    expect(createCpuDevice()).toBe(cpu);
    expect(cpu).toMatchObject({ name: 'cpu', synchronous: true });
  });

  it('writes and reads contiguous arrays, as copies', async () => {
    const [, x] = pair(float32, [3], () => 0);
    cpu.write(x, new Float32Array([1, 2, 3]));
    const read = cpu.readSync(x);
    cpu.write(x, new Float32Array([4, 5, 6]));
    expect(Array.from(read as Float32Array)).toEqual([1, 2, 3]);
    expect(Array.from((await cpu.read(x)) as Float32Array)).toEqual([4, 5, 6]);
  });
});

describe('an addon that is missing or broken', () => {
  it('is named, with the remedy', () => {
    expect(() => loadNative('/nowhere/device_cpu.node')).toThrow(DeviceError);
    expect(() => loadNative('/nowhere/device_cpu.node')).toThrow(
      /looked for \/nowhere\/device_cpu\.node; run 'npm run build'/,
    );
  });

  it('that does not load says so', () => {
    const folder = mkdtempSync(join(tmpdir(), 'addon-'));
    const path = join(folder, 'device_cpu.node');
    writeFileSync(path, 'not a library');
    expect(() => loadNative(path)).toThrow(/does not load: .*npm run build/s);
    rmSync(folder, { recursive: true });
  });
});

describe('threads', () => {
  const before = getNumThreads();
  afterEach(() => setNumThreads(before));

  it('refuses what is no number of threads', () => {
    for (const n of [0, -1, 1.5, Number.NaN]) {
      expect(() => setNumThreads(n)).toThrow(`[setNumThreads] n must be a positive integer, got ${n}`);
    }
  });

  it('as many as asked for, with the same results', () => {
    const random = generator(1);
    const [, x] = pair(float32, [300, 400], () => random());
    const sum = new ReductionKernel('sum', 1, { reduce: (a, b) => a.add(b), identity: 0 });
    const results = [1, 2, 3, 4].map((n) => {
      setNumThreads(n);
      expect(getNumThreads()).toBe(n);
      const [, y] = outputs(float32, [400, 400]);
      const turned = pair(float32, [400, 300], (i) => i % 7)[1];
      cpu.kernels.matmul(turned, x, y, null);
      return [
        values(sum.call([x], { axis: 0 })),
        values(sum.call([x], { axis: 1 })),
        values(y).slice(0, 500),
      ];
    });
    for (const r of results) {
      r.forEach((list, k) => {
        list.forEach((v, i) => {
          expect(v).toBeCloseTo(results[0]![k]![i]!, 2);
        });
      });
    }
  });
});
