import { arange, array, copyto, ones, zeros } from '@chainer/xp';
import { expect, it } from 'vitest';
import { cuda, describeCuda } from './both.testing.ts';
import { captureGraph } from './graph.ts';
import { RawKernel, RawModule } from './raw.ts';

describeCuda('a graph', () => {
  it('does again what its function did, on what its inputs hold then', () => {
    const x = zeros([3], { device: cuda });
    const graph = captureGraph(cuda, () => x.mul(2).add(array([1, 10, 100], { device: cuda })));
    for (const k of [1, 2, 3]) {
      copyto(x, arange(3, { device: cuda, dtype: 'float32' }).add(k));
      graph.launch();
      expect(graph.result.toArraySync()).toEqual([0, 1, 2].map((i) => (i + k) * 2 + 10 ** i));
    }
    graph.release();
    expect(() => graph.launch()).toThrow('launch after release()');
  });

  it('keeps the memory of what it computes on the way', () => {
    const x = ones([1000], { device: cuda });
    const graph = captureGraph(cuda, () => x.add(1).mul(3).sub(1).sum());
    cuda.memory.collect();
    const others = Array.from({ length: 20 }, () => zeros([1000], { device: cuda }));
    graph.launch();
    expect(graph.result.itemSync()).toBe(5000);
    for (const other of others) expect(other.sum().itemSync()).toBe(0);
    graph.release();
  });

  it('refuses to be read while it is captured', () => {
    let runs = 0;
    const x = ones([2], { device: cuda });
    expect(() =>
      captureGraph(cuda, () => {
        if (++runs === 2) x.add(1).toArraySync();
      }),
    ).toThrow('nothing can be read while a graph is captured');
    expect(x.add(1).toArraySync()).toEqual([2, 2]);
  });
});

describeCuda('kernels of a user', () => {
  const module = new RawModule(
    `
    template <typename T> __device__ T twice(T x) { return x + x; }
    // saxpy(not, this, one)
    extern "C" __global__ void saxpy(const float* __restrict__ x, float* y, const int n, float a, double b, unsigned long long big, bool add) {
      extern __shared__ float tile[];
      const int i = blockIdx.x * blockDim.x + threadIdx.x;
      tile[threadIdx.x] = i < n ? x[i] : 0;
      __syncthreads();
      if (i < n) y[i] = twice(a * tile[threadIdx.x]) + (add ? y[i] : 0) + b + (big == 18446744073709551615ULL ? 1000 : 0) + N;
    }
    extern "C" __global__ void places(int* out) {
      out[(threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x + blockIdx.y * 12] = threadIdx.z * 100 + threadIdx.y * 10 + threadIdx.x;
    }`,
    { options: ['-DN=7'] },
  );

  it('take arrays and numbers by the types of their parameters', () => {
    const x = array([1, 2, 3, 4, 5], { device: cuda });
    const y = ones([5], { device: cuda });
    module.kernel('saxpy').run(3, 2, [x, y, 5, 0.5, 0.25, 2n ** 64n - 1n, true], 8);
    expect(y.toArraySync()).toEqual([1, 2, 3, 4, 5].map((v) => v + 1 + 0.25 + 1000 + 7));
  });

  it('run in grids of several axes', () => {
    const out = zeros([24], { device: cuda, dtype: 'int32' });
    module.kernel('places').run([1, 2], [3, 2, 2], [out]);
    const block = [0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112];
    expect(out.toArraySync()).toEqual([...block, ...block]);
  });

  it('say what is wrong with them', () => {
    expect(() => module.kernel('absent')).toThrow("the code defines no kernel 'absent'");
    expect(() => new RawKernel('extern "C" __global__ void f(float4 v) {}', 'f')).toThrow(
      "parameter 'float4 v' of f has type 'float4'",
    );
    const places = module.kernel('places');
    const out = zeros([24], { device: cuda, dtype: 'int32' });
    expect(() => places.run(1, 1, [])).toThrow('places has 1 parameters and was given 0 arguments');
    expect(() => places.run(1, 1, [3])).toThrow('argument 0 of places must be an array, got 3');
    expect(() => places.run(0, 1, [out])).toThrow('blocks must be positive integers, got 0');
    expect(() => places.run(1, 1, [zeros([24], { device: 'js' })])).toThrow(
      /runs on cuda, its arrays are on js/,
    );
    expect(() =>
      new RawKernel('extern "C" __global__ void g(int* x) { y = 1; }', 'g').run(1, 1, [out]),
    ).toThrow(/kernel g does not compile\ng\.cu\(1\): error/);
  });
});
