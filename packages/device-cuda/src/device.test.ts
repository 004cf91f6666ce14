import { dtype, NdArray } from '@chainer/xp/internal';
import { expect, it } from 'vitest';
import { cuda, describeCuda } from './both.testing.ts';
import { CudaKernel } from './kernel.ts';
import { Launcher } from './launch.ts';

const float32 = dtype('float32');
const arrayOf = (values: readonly number[]) => {
  const x = new NdArray(cuda.allocate(values.length * 4), float32, [values.length]);
  cuda.write(x, Float32Array.from(values));
  return x;
};

describeCuda('the cuda device', () => {
  it('holds what is written, and gives it back at once or later', async () => {
    const x = arrayOf([1, 2, 3]);
    expect([...(cuda.readSync(x) as Float32Array)]).toEqual([1, 2, 3]);
    const later = cuda.read(x);
    cuda.write(x, Float32Array.of(4, 5, 6));
    expect([...((await later) as Float32Array)]).toEqual([1, 2, 3]);
    expect([...((await cuda.read(x)) as Float32Array)]).toEqual([4, 5, 6]);
  });

  it('copies more than fits into its pinned memory', () => {
    const n = 5_000_000;
    const x = new NdArray(cuda.allocate(n * 4), float32, [n]);
    const data = Float32Array.from({ length: n }, (_, i) => i);
    cuda.write(x, data);
    expect(Buffer.compare(new Uint8Array(cuda.readSync(x).buffer), new Uint8Array(data.buffer))).toBe(0);
  });

  it('runs a kernel whose threads add up by shuffles and shared memory', () => {
    const compiler = cuda.compiler;
    const launcher = new Launcher(cuda.gpu, compiler, cuda);
    const kernel = new CudaKernel(launcher, {
      name: 'sum_of_blocks',
      fields: ['const float* x', 'float* y', 'int n', 'double scale', 'long long big', 'float k[3]'],
      body: `
        extern __shared__ float parts[];
        int i = blockIdx.x * blockDim.x + threadIdx.x;
        float v = i < p.n ? p.x[i] : 0;
        for (int d = 16; d > 0; d >>= 1) v += __shfl_down_sync(0xffffffffu, v, d);
        if (threadIdx.x % 32 == 0) parts[threadIdx.x / 32] = v;
        __syncthreads();
        if (threadIdx.x == 0) {
          float s = 0;
          for (int w = 0; w < blockDim.x / 32; w++) s += parts[w];
          p.y[blockIdx.x] = s * p.scale + (p.big == 1099511627777LL) + p.k[0] + p.k[1] + p.k[2];
        }`,
      block: 128,
      shared: 16,
    });
    const x = arrayOf(Array.from({ length: 200 }, (_, i) => i));
    const y = arrayOf([0, 0]);
    kernel.run([x, y, 200, 2, 2 ** 40 + 1, 10, 20, 30], 2);
    expect([...(cuda.readSync(y) as Float32Array)]).toEqual([2 * 8128 + 61, 2 * (19900 - 8128) + 61]);
  });
});
