import { xp } from 'chainer';
import { expect, test } from 'vitest';
import { kernelTimes, wantKernelTimes } from './kernel-times.ts';

test('kernels are timed while they are wanted, and put back', async () => {
  const { kernels } = xp.defaultDevice();
  const before = { ...kernels };
  const x = xp.ones([64, 64]);
  const step = () => x.matmul(x).add(1);
  expect(await kernelTimes(step, 2)).toBeNull();
  wantKernelTimes(true);
  const times = (await kernelTimes(step, 2)) ?? {};
  wantKernelTimes(false);
  expect(Object.keys(times).sort()).toEqual(['elementwise', 'everything else', 'matmul']);
  expect(times.matmul).toBeGreaterThan(0);
  expect({ ...kernels }).toEqual(before);
});
