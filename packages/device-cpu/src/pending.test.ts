import { Worker } from 'node:worker_threads';
import { ElementwiseKernel, scope } from '@chainer/xp';
import { type ConvGeometry, emptyOn, float32, js, NdArray } from '@chainer/xp/internal';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cpu, difference, generator, outputs, type Pair, pair, values } from './both.testing.ts';
import { layoutOf } from './layouts.ts';
import type { CpuMemory } from './memory.ts';
import { addonPath } from './native.ts';
import type { CpuStorage } from './storage.ts';

const memory = cpu.memory as CpuMemory;
const random = generator(11);
const noise = () => random() - 0.5;
const geometry: ConvGeometry = { stride: [1, 1], pad: [1, 1], dilate: [1, 1], groups: 1 };
const relu = new ElementwiseKernel('relu', 1, (x) => x.max(0));
const sum = new ElementwiseKernel('sum', 2, (x, y) => x.add(y));
const scaled = new ElementwiseKernel('scaled', 2, (x, y) => x.mul(2).sub(y));

const isPending = (x: NdArray) => (x.storage as CpuStorage).pending !== null;
const both = <T>(f: (k: 0 | 1) => T) => [f(0), f(1)] as const;
const on = [js, cpu] as const;

/** The layout in which a convolution leaves images. */
const images = (() => {
  const y = emptyOn(cpu, [1, 16, 3, 3], float32);
  const [x, W] = [pair(float32, [1, 16, 3, 3], noise)[1], pair(float32, [16, 16, 3, 3], noise)[1]];
  cpu.kernels.convolution(x, W, null, y, geometry);
  return layoutOf(y)!;
})();

/** Both arrays, that on cpu in blocks of channels. */
function blocked(shape: readonly number[]): Pair {
  const x = pair(float32, shape, noise);
  (x[1].storage as CpuStorage).rearrange(memory.layouts.like(images, shape));
  return x;
}

/** A batch normalization: pending on cpu. */
function normalized(x: Pair, kind: 'batch' | 'fixed' = 'batch') {
  const C = x[0].shape[1]!;
  const [gamma, beta] = [pair(float32, [C], noise), pair(float32, [C], noise)];
  const [mean, variance] = [pair(float32, [C], noise), pair(float32, [C], () => 0.5 + random())];
  const invStd = outputs(float32, [C]);
  const y = both((k) => emptyOn(on[k], x[0].shape, float32));
  both((k) => {
    const { kernels } = on[k];
    if (kind === 'fixed')
      kernels.fixedBatchNormalization(x[k], gamma[k], beta[k], mean[k], variance[k], y[k], [1], 1e-5);
    else
      kernels.batchNormalization(x[k], gamma[k], beta[k], y[k], mean[k], variance[k], invStd[k], [1], 1e-5);
  });
  expect(isPending(y[1])).toBe(true);
  return { y, parameters: [gamma, beta, mean, variance] };
}

const shapes = [
  [2, 32, 5, 7],
  [3, 16, 40, 33],
  [2, 48, 21],
  [1, 16, 3, 2, 5],
  [5, 64, 1, 3],
].map((s) => [s]);
const close = (a: Pair) => difference(a, 50, 3e-6);

describe('what is pending', () => {
  it.each(shapes)('is computed on the way to who reads it: %j', (shape) => {
    for (const kind of ['batch', 'fixed'] as const) {
      const x = blocked(shape);
      const { y } = normalized(x, kind);
      const z = both((k) => relu.call([y[k]]));
      expect(isPending(y[1])).toBe(true);
      expect(isPending(z[1])).toBe(false);
      expect(close(z)).toBeNull();
      // Looked at late, it is there.
      expect(close(y)).toBeNull();
      expect(isPending(y[1])).toBe(false);
      expect(difference(x, 0)).toBeNull();
    }
  });

  it.each(shapes)('goes through sums, with a pending or another shortcut: %j', (shape) => {
    const [x, v, h] = [blocked(shape), blocked(shape), blocked(shape)];
    const [a, b] = [normalized(x).y, normalized(v, 'fixed').y];
    const ab = both((k) => sum.call([a[k], b[k]]));
    const abh = both((k) => sum.call([h[k], ab[k]]));
    const z = both((k) => relu.call([abh[k]]));
    for (const p of [a, b, ab, abh]) expect(isPending(p[1])).toBe(true);
    for (const p of [z, abh, ab, b, a, x, v, h]) expect(close(p)).toBeNull();
  });

  it('is computed once for all who read it later', () => {
    const { y } = normalized(blocked([2, 32, 5, 7]));
    const first = both((k) => relu.call([y[k]]));
    expect(isPending(y[1])).toBe(true);
    const second = both((k) => scaled.call([y[k], first[k]]));
    expect(isPending(y[1])).toBe(false);
    const twice = both((k) => sum.call([y[k], y[k]]));
    for (const p of [first, second, twice, y]) expect(close(p)).toBeNull();
    const { y: w } = normalized(blocked([2, 32, 5, 7]));
    expect(close(both((k) => sum.call([w[k], w[k]])))).toBeNull();
  });

  it('is seen by who does not know of it: views, convolutions, reductions, copies', () => {
    const shape = [2, 32, 3, 4];
    const W = pair(float32, [16, 32, 3, 3], noise);
    const looks: ((y: NdArray, k: 0 | 1) => NdArray)[] = [
      (y) => new NdArray(y.storage, float32, [3, 4], [4, 1], 12),
      (y) => new NdArray(y.storage, float32, [4, 3, 32, 2], [1, 4, 12, 384], 0),
      (y) => relu.call([new NdArray(y.storage, float32, shape, [384, 12, 1, 3], 0)]),
      (y, k) => {
        const z = emptyOn(on[k], [2, 16, 3, 4], float32);
        on[k].kernels.convolution(y, W[k], null, z, geometry);
        return z;
      },
      (y, k) => {
        const z = emptyOn(on[k], shape, float32);
        on[k].kernels.copy(y, z);
        return z;
      },
      (y) => sum.call([y, 0]),
    ];
    for (const look of looks) {
      const { y } = normalized(blocked(shape));
      expect(
        difference(
          both((k) => look(y[k], k)),
          100,
          1e-5,
        ),
      ).toBeNull();
      expect(close(y)).toBeNull();
    }
  });

  it('may be overwritten, in part, as a whole and in place', () => {
    const shape = [2, 16, 3, 3];
    const value = pair(float32, [3, 3], noise);
    const other = blocked(shape);
    const writes: ((y: NdArray, k: 0 | 1) => void)[] = [
      (y, k) => on[k].kernels.fill(y, 3),
      (y, k) => on[k].kernels.copy(value[k], new NdArray(y.storage, float32, [3, 3], [3, 1], 9)),
      (y, k) => on[k].kernels.copy(other[k], y),
      (y) => scaled.call([y, 1], { out: [y] }),
      (y, k) => sum.call([y, other[k]], { out: [y] }),
      (y, k) => scaled.call([other[k], 1], { out: [y] }),
    ];
    for (const write of writes) {
      const { y } = normalized(blocked(shape));
      both((k) => write(y[k], k));
      expect(close(y)).toBeNull();
    }
  });
});

describe('what a pending result reads', () => {
  const shape = [2, 16, 4, 3];
  const other = blocked(shape);

  it('may be overwritten: the result is that of before', () => {
    const writes: ((x: NdArray, k: 0 | 1) => void)[] = [
      (x, k) => on[k].kernels.fill(x, 9),
      (x, k) => on[k].kernels.fill(new NdArray(x.storage, float32, [3], [1], 7), 9),
      (x, k) => on[k].kernels.copy(other[k], x),
      (x) => scaled.call([x, 1], { out: [x] }),
      (x, k) => scaled.call([other[k], 1], { out: [x] }),
      (x) => x.storage.view(float32).fill(2 as never),
      (x, k) => {
        const kernel = scaled as unknown as { kernel: { program(o: readonly unknown[]): never } };
        const calls = [{ inputs: [other[k], 1], outputs: [x], shape }];
        on[k].kernels.elementwiseMany(kernel.kernel.program(calls[0]!.inputs), calls);
      },
    ];
    for (const write of writes) {
      for (const joined of [false, true]) {
        const [x, h] = [blocked(shape), blocked(shape)];
        const { y } = normalized(x);
        const s = both((k) => sum.call([y[k], h[k]]));
        if (joined) expect(close(both((k) => relu.call([s[k]])))).toBeNull();
        both((k) => write(h[k], k));
        both((k) => write(x[k], k));
        for (const p of [y, s, x, h]) expect(close(p)).toBeNull();
      }
    }
  });

  it('may be what is written: a result in the place of an operand', () => {
    const [x, h] = [blocked(shape), blocked(shape)];
    const { y } = normalized(x);
    both((k) => relu.call([y[k]], { out: [x[k]] }));
    const { y: w } = normalized(blocked(shape));
    both((k) => sum.call([w[k], h[k]], { out: [h[k]] }));
    for (const p of [x, y, h, w]) expect(close(p)).toBeNull();
  });

  it('may be released: the result is computed before', () => {
    const [x, h] = [blocked(shape), blocked(shape)];
    const { y } = normalized(x);
    const s = both((k) => sum.call([h[k], y[k]]));
    both((k) => h[k].storage.release());
    expect(isPending(s[1])).toBe(false);
    both((k) => x[k].storage.release());
    for (const p of [y, s]) expect(close(p)).toBeNull();
  });

  it('may move, and parameters and statistics may change', () => {
    for (const kind of ['batch', 'fixed'] as const) {
      const x = blocked(shape);
      const { y, parameters } = normalized(x, kind);
      for (const p of parameters) both((k) => on[k].kernels.fill(p[k], 7));
      expect(values(x[1])).toEqual(values(x[0]));
      expect(close(y)).toBeNull();
    }
  });
});

describe('memory of pending results', () => {
  const shape = [4, 64, 20, 20];
  const bytes = 4 * 64 * 400 * 4;
  afterEach(() => vi.restoreAllMocks());

  it('is taken when they are computed, and never for those that nobody looks at', () => {
    const x = blocked(shape);
    // What other tests left must not come back in between.
    cpu.memory.collect();
    const before = cpu.memory.stats().live;
    const y = normalized(x).y[1];
    expect(cpu.memory.stats().live - before).toBeLessThan(bytes / 4);
    expect(relu.call([y]).storage.release()).toBeUndefined();
    expect(cpu.memory.stats().live - before).toBeLessThan(bytes / 4);
    values(y);
    expect(cpu.memory.stats().live - before).toBeGreaterThanOrEqual(bytes);
    y.storage.release();
    const w = normalized(x).y[1];
    w.storage.release();
    expect(() => relu.call([w])).toThrow('was released');
    expect(() => values(w)).toThrow('was released');
  });

  it('is not taken for garbage whose operands change', () => {
    const x = blocked(shape);
    const leave = () => {
      for (let i = 0; i < 600; i++) normalized(x);
    };
    leave();
    cpu.memory.collect();
    const obtain = vi.spyOn(memory, 'complete');
    cpu.kernels.fill(x[1], 1);
    expect(obtain).not.toHaveBeenCalled();
  });

  it('of a scope comes back; what the scope returns is computed before its operands go', () => {
    const before = cpu.memory.stats().live;
    const complete = vi.spyOn(memory, 'complete');
    const made = scope(() => {
      const x = blocked(shape)[1];
      const w = normalized([pair(float32, shape, noise)[0], x]).y[1];
      relu.call([w]);
      return null;
    });
    expect(made).toBeNull();
    expect(complete).not.toHaveBeenCalled();
    expect(cpu.memory.stats().live - before).toBeLessThan(bytes / 4);
    const kept = scope(() => normalized(blocked(shape)).y);
    expect(complete).toHaveBeenCalledTimes(1);
    expect(close(kept)).toBeNull();
  });

  it('that is not there: the error comes from who looks, and the result stays pending', () => {
    const { y } = normalized(blocked(shape));
    vi.spyOn(memory, 'obtainStorage').mockImplementationOnce(() => {
      throw new Error('no memory');
    });
    expect(() => values(y[1])).toThrow('no memory');
    expect(isPending(y[1])).toBe(true);
    expect(close(y)).toBeNull();
  });
});

const workerText = `
const { workerData } = require('node:worker_threads');
const addon = { exports: {} };
process.dlopen(addon, workerData);
const { weak, strong, forget } = addon.exports;
const kept = { x: 1 };
const numbers = [];
for (let i = 0; i < 3000; i++) numbers.push(weak({ i }));
const mine = weak(kept);
forget(numbers[0]);
if (strong(mine) !== kept) throw new Error('lost what is held');
`;

describe('weak references', () => {
  it('lose what was collected, in the same job, and nothing else', () => {
    const { weak, strong, forget } = (memory as unknown as { native: { addon: Addon } }).native.addon;
    const held = { held: true };
    const [lost, kept] = [() => weak({ held: false }), () => weak(held)].map((f) => f()) as [number, number];
    cpu.memory.collect();
    expect(strong(lost)).toBeUndefined();
    expect(strong(kept)).toBe(held);
    for (const reference of [lost, kept]) forget(reference);
  });

  it('do not mind that a worker ends', async () => {
    const code = await new Promise((resolve, reject) => {
      const worker = new Worker(workerText, { eval: true, workerData: addonPath() });
      worker.on('error', reject);
      worker.on('exit', resolve);
    });
    expect(code).toBe(0);
  });
});

interface Addon {
  weak(object: object): number;
  strong(reference: number): unknown;
  forget(reference: number): void;
}
