import { contiguousSteps, type DTypeName, dtype, NdArray } from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { matmulTests } from '../../../xp/src/testing/kernels/matmul.testing.ts';
import { Sides } from '../../../xp/src/testing/kernels/sides.testing.ts';
import { deviceWith, sample } from './library.testing.ts';

const device = deviceWith('cublasLt');

describe.skipIf(device === null)('products by cuBLASLt', () => {
  const subject = device!;
  if (subject !== null) matmulTests(new Sides({ device: subject, ...sample }));

  /** How many kernels of ours a product took. */
  function launched(
    name: DTypeName,
    run: (make: (shape: number[], steps?: number[]) => NdArray) => void,
  ): number {
    const d = dtype(name);
    const make = (shape: number[], steps = contiguousSteps(shape)) => {
      const n = shape.reduce((p, e) => p * e, 1);
      return new NdArray(subject.allocate(n * d.itemsize), d, shape, steps as number[]);
    };
    const before = subject.launches;
    run(make);
    subject.synchronizeSync();
    return subject.launches - before;
  }

  it('take the library for dense and transposed matrices, stacks and biases', () => {
    const { kernels } = subject;
    for (const name of ['float16', 'bfloat16', 'float32', 'float64', 'complex64'] as const) {
      expect(launched(name, (x) => kernels.matmul(x([3, 4]), x([4, 5]), x([3, 5]), null))).toBe(0);
      expect(
        launched(name, (x) => kernels.matmul(x([3, 4], [1, 3]), x([4, 5], [1, 4]), x([3, 5]), null)),
      ).toBe(0);
      expect(launched(name, (x) => kernels.matmul(x([2, 3, 4]), x([2, 4, 5]), x([2, 3, 5]), null))).toBe(0);
      expect(
        launched(name, (x) => kernels.matmul(x([2, 3, 4]), x([2, 4, 5], [0, 5, 1]), x([2, 3, 5]), null)),
      ).toBe(0);
    }
    expect(launched('float32', (x) => kernels.matmul(x([3, 4]), x([4, 5]), x([3, 5]), x([5])))).toBe(0);
  });

  it('leave others to the kernels of the device', () => {
    const { kernels } = subject;
    expect(launched('int32', (x) => kernels.matmul(x([3, 4]), x([4, 5]), x([3, 5]), null))).toBe(1);
    expect(
      launched('float32', (x) =>
        kernels.matmul(
          new NdArray(x([6, 8]).storage, dtype('float32'), [3, 4], [16, 2]),
          x([4, 5]),
          x([3, 5]),
          null,
        ),
      ),
    ).toBe(1);
    // The bias of float64 is copied first.
    expect(launched('float64', (x) => kernels.matmul(x([3, 4]), x([4, 5]), x([3, 5]), x([5])))).toBe(1);
  });
});
