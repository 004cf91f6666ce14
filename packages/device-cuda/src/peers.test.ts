import { arange, array, ones, zeros } from '@chainer/xp';
import { expect, it } from 'vitest';
import { cuda, describeCuda } from './both.testing.ts';
import type { CudaDevice } from './device.ts';
import { createCudaDevice } from './index.ts';

const gpus = cuda === null ? 0 : cuda.gpu.driver.deviceCount;
const second = (gpus > 1 ? createCudaDevice('cuda:1') : null) as CudaDevice;

describeCuda.skipIf(gpus < 2)('two GPUs', () => {
  it('compute in turn, each with its own kernels and memory', () => {
    const [x, y] = [cuda, second].map((device) => arange(5, { device, dtype: 'float32' })) as [never, never];
    const a = (x as ReturnType<typeof ones>).mul(2);
    const b = (y as ReturnType<typeof ones>).mul(3);
    const c = a.add(1);
    const d = b.sum();
    expect([a.device, b.device, c.device, d.device]).toEqual([cuda, second, cuda, second]);
    expect(c.toArraySync()).toEqual([1, 3, 5, 7, 9]);
    expect(d.itemSync()).toBe(30);
  });

  it('hand arrays over in the order of both streams, without the host', () => {
    const x = ones([1000], { device: cuda });
    const y = x.mul(2).to(second);
    // What is written now comes behind the copy.
    const z = x.mul(2);
    z.fill(7);
    expect(y.add(1).sum().itemSync()).toBe(3000);
    const back = y.mul(4).to(cuda);
    y.fill(0);
    expect(back.sum().itemSync()).toBe(8000);
  });

  it('give the memory of what was handed over back behind the copy', () => {
    const sums = [1, 2, 3, 4].map((k) => {
      const x = ones([4096], { device: cuda }).mul(k);
      const y = x.to(second);
      x.release();
      // The pool gives the same memory again.
      zeros([4096], { device: cuda }).add(100);
      return y.sum();
    });
    expect(sums.map((s) => s.itemSync())).toEqual([4096, 8192, 12288, 16384]);
  });

  it('hand over views, all dtypes, nothing at all, and in their own streams', async () => {
    const x = arange(12, { device: cuda, dtype: 'int16' }).reshape([3, 4]);
    expect(x.T.to(second).toArraySync()).toEqual(x.T.toArraySync());
    expect(x.at(1, '1:3').to(second).toArraySync()).toEqual([5, 6]);
    expect(zeros([0, 3], { device: cuda }).to(second).shape).toEqual([0, 3]);
    const side = second.newStream();
    const y = side.run(() => x.to(second).mul(2).to(cuda));
    expect((await y.toAsync(second)).toArraySync()).toEqual(x.mul(2).toArraySync());
    expect(array(x, { device: second, dtype: 'float64' }).toArraySync()).toEqual(x.toArraySync());
  });

  it('are named when their arrays meet', () => {
    const x = ones([2], { device: cuda });
    const y = ones([2], { device: second });
    expect(() => x.add(y)).toThrow(
      /arrays on cuda:0 and cuda:1 cannot be mixed; move one with x\.to\("cuda:0"\)/,
    );
  });

  it('are used for what is made meanwhile', () => {
    expect(second.use(() => ones([2]).add(1)).device).toBe(second);
  });

  it('do not hand over what a graph captures', async () => {
    const { captureGraph } = await import('./graph.ts');
    const x = ones([2], { device: cuda });
    let runs = 0;
    expect(() => captureGraph(cuda, () => (++runs === 2 ? x.to(second) : x))).toThrow(
      'nothing can be copied between GPUs while a graph is captured',
    );
  });
});
