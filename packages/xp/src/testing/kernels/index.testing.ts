import { describe, it } from 'vitest';
import { convolutionTests } from './convolution.testing.ts';
import { copyTests } from './copy.testing.ts';
import { elementwiseTests } from './elementwise.testing.ts';
import { fftTests } from './fft.testing.ts';
import { groupNormalizationTests } from './group-normalization.testing.ts';
import { indexingTests } from './indexing.testing.ts';
import { integerTests } from './integers.testing.ts';
import { linalgTests } from './linalg.testing.ts';
import { lineTests } from './lines.testing.ts';
import { matmulTests } from './matmul.testing.ts';
import { memoryTests } from './memory.testing.ts';
import { nonzeroTests } from './nonzero.testing.ts';
import { normalizationTests } from './normalization.testing.ts';
import { operationTests } from './operations.testing.ts';
import { poolingTests } from './pooling.testing.ts';
import { programTests } from './programs.testing.ts';
import { randomTests } from './random.testing.ts';
import { reduceTests } from './reduce.testing.ts';
import { Sides, type Subject } from './sides.testing.ts';
import { softmaxTests } from './softmax.testing.ts';
import { sortTests } from './sort.testing.ts';

/** A file for each family of kernels in `Kernels`. */
const families = [
  memoryTests,
  copyTests,
  operationTests,
  programTests,
  elementwiseTests,
  integerTests,
  reduceTests,
  lineTests,
  sortTests,
  nonzeroTests,
  indexingTests,
  randomTests,
  matmulTests,
  convolutionTests,
  poolingTests,
  normalizationTests,
  groupNormalizationTests,
  softmaxTests,
  fftTests,
  linalgTests,
];

/**
 * The tests that every device passes: each of its kernels computes what `js` computes, over shapes, dtypes and layouts. Dtypes, and how
 * close results must be, follow from what the device says that it supports; what only one device has is tested in its own package.
 * Where the device cannot be had (null), one skipped test says so.
 */
export function testKernels(subject: Subject | null): void {
  if (subject === null) {
    it.skip('kernels of a device that is not here');
    return;
  }
  describe(`kernels of ${subject.device.name} agree with js:`, () => {
    const sides = new Sides(subject);
    for (const family of families) family(sides);
  });
}
