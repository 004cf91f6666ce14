import { float16, float32, int32 } from '@chainer/xp/internal';
import { testKernels } from '../../xp/src/testing/kernels/index.testing.ts';
import { compileAhead } from './ahead.testing.ts';
import { cuda } from './both.testing.ts';

/**
 * The emulator compiles kernels by g++. In the suite: three dtypes, fewer random operands, several operations
 * in a kernel. Everything, in some minutes: `CHAINER_CUDA_KERNELS=all npx vitest run packages/device-cuda/src/kernels.test.ts`.
 */
const some = {
  slow: true,
  dtypes: [int32, float16, float32],
};

compileAhead();
testKernels(
  cuda === null ? null : { device: cuda, ...(process.env.CHAINER_CUDA_KERNELS === 'all' ? {} : some) },
);
