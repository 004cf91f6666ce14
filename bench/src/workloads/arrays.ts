import { xp } from 'chainer';
import { measure } from '../measure.ts';

const rand = (...shape: number[]) => xp.random.rand(...shape).astype('float32');

/** Eager expressions on a million elements, and a thousand additions of ten. */
export async function elementwise(): Promise<void> {
  const a = rand(1000, 1000);
  const b = rand(1000, 1000);
  await measure('a+b 1e6', () => a.add(b), 5, 50);
  await measure('tanh(a)*b+a 1e6', () => xp.tanh(a).mul(b).add(a), 5, 50);
  const fused = xp.fuse((x, y) => x.tanh().mul(y).add(x));
  await measure('tanh(a)*b+a 1e6 fuse', () => fused(a, b), 5, 50);
  await measure('sum axis0 1e6', () => a.sum(0), 5, 50);
  const s = rand(10);
  await measure(
    'small add 10 x1000',
    () => {
      for (let i = 0; i < 1000; i++) s.add(s);
    },
    5,
    20,
  );
}

/** Square float32 products. */
export async function gemm(): Promise<void> {
  for (const n of [64, 256, 1024]) {
    const a = rand(n, n);
    const b = rand(n, n);
    await measure(`gemm ${n}`, () => xp.matmul(a, b), 5, 20);
  }
}
