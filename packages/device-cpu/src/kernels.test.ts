import { testKernels } from '../../xp/src/testing/kernels/index.testing.ts';
import { createCpuDevice } from './index.ts';

testKernels({
  device: createCpuDevice(),
  // SIMD loops of our own, and those of the C library.
  looser: { exp: 40, exp2: 60, sinh: 60, cosh: 60, sin: 400, cos: 400, expm1: 40, asinh: 16, sigmoid: 40 },
});
