import { dtype, NdArray } from '@chainer/xp/internal';
import { afterEach, expect, it } from 'vitest';
import { cuda, describeCuda } from './both.testing.ts';
import { Driver, Gpu } from './driver.ts';
import { onGpu } from './emulator.testing.ts';
import { CudaKernel } from './kernel.ts';
import { here, Libraries } from './libraries.ts';

const float32 = dtype('float32');

/** Changes what the emulator pretends, until the end of the test. */
function pretend(options: string): void {
  process.env.CHAINER_EMULATOR = options;
}

/** What a driver says that is looked for in this environment. */
function starting(env: Record<string, string> = {}): () => Driver {
  const libraries = new Libraries(cuda.gpu.driver.native, { ...here, env: { ...process.env, ...env } });
  return () => new Driver(libraries);
}

const kernel = (name: string, body: string) =>
  new CudaKernel(cuda.launcher, { name, fields: ['float* x', 'int n'], body, block: 32 });
const array = (n: number) => new NdArray(cuda.allocate(n * 4), float32, [n]);

describeCuda.skipIf(onGpu)('a driver that is not what is needed', () => {
  afterEach(() => {
    delete process.env.CHAINER_EMULATOR;
  });

  it('is named with what was looked for when it is missing', () => {
    expect(starting({ CHAINER_CUDA_DRIVER: '/nowhere/libcuda.so.1' })).toThrow(
      /NVIDIA driver is missing.*looked for \/nowhere\/libcuda\.so\.1 \(.*cannot open.*remedy: install the driver/,
    );
  });

  it('is another library', () => {
    expect(starting({ CHAINER_CUDA_DRIVER: process.env.CHAINER_NVRTC as string })).toThrow(
      /NVIDIA driver \(.*libnvrtc\.so\) has no function cuDriverGetVersion: it is too old or another library/,
    );
  });

  it('is too old', () => {
    pretend('version=11040');
    expect(starting()).toThrow(/serves CUDA 11\.4; 12\.0 is the oldest that works: update it/);
  });

  it('does not start', () => {
    pretend('fail=cuInit:999');
    expect(starting()).toThrow(/cuInit failed: CUDA_ERROR_UNKNOWN/);
  });

  it('has fewer GPUs', () => {
    const driver = starting()();
    expect(() => new Gpu(driver, 7)).toThrow('there is no cuda:7: the driver sees 2 GPUs, cuda:0 to cuda:1');
    pretend('fail=cuDevicePrimaryCtxRetain:2');
    expect(() => new Gpu(driver, 0)).toThrow(/cuDevicePrimaryCtxRetain failed: CUDA_ERROR_OUT_OF_MEMORY/);
  });

  it('fails in the middle, and the call is named', () => {
    pretend('fail=cuLaunchKernel:700');
    expect(() => kernel('adds', 'p.x[0] += p.n;').run([array(1), 1], 2)).toThrow(
      /launching kernel adds \(2×1×1 blocks of 32×1×1 threads, 0 bytes shared\) failed: CUDA_ERROR_ILLEGAL_ADDRESS/,
    );
  });
});

describeCuda('kernels', () => {
  it('that do not compile say which line is wrong', () => {
    expect(() => kernel('wrong', 'int a = 1;\nfloat b = notThere(a);').run([array(1), 1], 1)).toThrow(
      /kernel wrong does not compile\nwrong\.cu\(\d+\): error: .*notThere.*\n {4}\| float b = notThere\(a\);/,
    );
  });

  it('are given as many arguments as they have fields, of known types', () => {
    expect(() => kernel('few', '').run([array(1)], 1)).toThrow(
      'kernel few has 2 fields and was given 1 arguments',
    );
    expect(
      () => new CudaKernel(cuda.launcher, { name: 'odd', fields: ['word x'], body: '', block: 1 }),
    ).toThrow("a kernel's field 'word x' has no known type");
  });
});

describeCuda.skipIf(onGpu)('a kernel that traps', () => {
  const reset = () => cuda.gpu.driver.check('emulatorReset');
  afterEach(reset);

  it('is among those that the next wait names', () => {
    kernel('innocent', 'p.x[0] = 1;').run([array(1), 1], 1);
    kernel('traps', 'if (threadIdx.x == 3) __trap();').run([array(1), 1], 1);
    expect(() => cuda.synchronizeSync()).toThrow(
      /CUDA_ERROR_LAUNCH_FAILED \(the kernel trapped\); kernels since the last wait: .*innocent, traps/,
    );
    reset();
    cuda.synchronizeSync();
  });

  it('is named at once in debug mode, with the line that launched it', () => {
    cuda.debug = true;
    try {
      expect(() => kernel('traps', 'if (threadIdx.x == 3) __trap();').run([array(1), 1], 1)).toThrow(
        /LAUNCH_FAILED.*\n {2}in kernel traps, launched at .*faults\.test\.ts:\d+/,
      );
    } finally {
      cuda.debug = false;
    }
  });

  it('is found where threads wait for others that have gone', () => {
    kernel(
      'waits',
      'if (threadIdx.x < 16) __syncwarp(0xffffffffu); else if (threadIdx.x == 20) __syncthreads();',
    ).run([array(1), 1], 1);
    expect(() => cuda.synchronizeSync()).toThrow(/threads wait at barriers/);
  });
});
