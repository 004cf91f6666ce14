import { array, ones } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import '../../core/install.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { distinct, regionwise, samplesOf } from './roi.testing.ts';
import { roiAverageAlign2d } from './roi-average-align2d.ts';
import { roiMaxAlign2d } from './roi-max-align2d.ts';

const shape = [2, 2, 5, 6];
// Exact in every dtype; corners inside, at the border and outside.
const corners = [
  [0.5, 1, 3.25, 5],
  [-0.5, 2.25, 4.75, 6.5],
  [1, 1, 1.25, 1.5],
];
const images = [0, 1, 1];
const regions = images.map((image, r) => ({ image, box: corners[r] as number[] }));
const numbers = (xs: readonly (number | null)[]) => xs.filter((v) => v !== null);

for (const ratio of [2, null]) {
  const options = { samplingRatio: ratio };
  describeFunction({ describe, it }, `roiAverageAlign2d with samplingRatio ${ratio}`, {
    apply: (x) => {
      const beside = { device: x.array.device };
      const rois = array(corners, { ...beside, dtype: x.dtype });
      return roiAverageAlign2d(x, rois, array(images, { ...beside, dtype: 'int32' }), [2, 3], 1, options);
    },
    inputs: [shape],
    empty: false,
    reference: (x) =>
      regionwise(x, regions, [2, 3], (plane, box, p, q) => {
        const samples = samplesOf(plane, [5, 6], box, [2, 3], p, q, ratio);
        return numbers(samples).reduce((a, b) => a + b, 0) / samples.length;
      }),
  });
  describeFunction({ describe, it }, `roiMaxAlign2d with samplingRatio ${ratio}`, {
    apply: (x) => {
      const beside = { device: x.array.device };
      const rois = array(corners, { ...beside, dtype: x.dtype });
      return roiMaxAlign2d(x, rois, array(images, { ...beside, dtype: 'int32' }), [2, 3], 1, options);
    },
    inputs: [{ shape, values: distinct(shape) }],
    empty: false,
    reference: (x) =>
      regionwise(x, regions, [2, 3], (plane, box, p, q) =>
        Math.max(...numbers(samplesOf(plane, [5, 6], box, [2, 3], p, q, ratio))),
      ),
  });
}

describe('ROI align', () => {
  const first = array([0], { dtype: 'int32' });

  it('gives 0, or -∞, where no sample lies in the image', () => {
    const outside = array([[20, 20, 22, 22]]);
    expect(roiAverageAlign2d(ones([1, 1, 4, 4]), outside, first, 1, 1).array.itemSync()).toBe(0);
    expect(roiMaxAlign2d(ones([1, 1, 4, 4]), outside, first, 1, 1).array.itemSync()).toBe(
      Number.NEGATIVE_INFINITY,
    );
  });

  it('refuses a ratio that is not a positive integer', () => {
    for (const samplingRatio of [0, 1.5, [2, -1]])
      expect(() => roiMaxAlign2d(ones([1, 1, 4, 4]), ones([1, 4]), first, 2, 1, { samplingRatio })).toThrow(
        '[roiMaxAlign2d] samplingRatio must be a positive integer',
      );
  });
});
