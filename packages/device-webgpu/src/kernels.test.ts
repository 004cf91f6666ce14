import { testKernels } from '../../xp/src/testing/kernels/index.testing.ts';
import { webgpu } from './both.testing.ts';

testKernels(
  webgpu === null
    ? null
    : {
        device: webgpu,
        slow: true,
        // WGSL's functions are less exact than C's.
        looser: { tan: 80, pow: 600, logaddexp: 30, erf: 20, asin: 20, acos: 20, acosh: 20, atanh: 20 },
      },
);
