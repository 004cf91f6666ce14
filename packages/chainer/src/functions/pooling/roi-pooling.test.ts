import { array, ones } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { distinct, type Plane, pixelsOf, regionwise } from './roi.testing.ts';
import { roiAveragePooling2d } from './roi-average-pooling2d.ts';
import { roiMaxPooling2d } from './roi-max-pooling2d.ts';
import { roiPooling2d } from './roi-pooling2d.ts';

const shape = [2, 2, 6, 5];
const x = { shape, values: distinct(shape) };
// Coordinates at a scale of 1/2: whole images, single pixels, corners outside.
const corners = [
  [0, 0, 12, 10],
  [2, 4, 8, 6],
  [-2, 2, 6, 14],
  [6, 6, 6, 6],
];
const images = [0, 1, 1, 0];
const rois = array(corners);
const indices = array(images, { dtype: 'int32' });
const regions = images.map((image, r) => ({ image, box: (corners[r] as number[]).map((v) => v / 2) }));

function binPixels(plane: Plane, box: readonly number[], p: number, q: number): number[] {
  const [top, left, bottom, right] = box as [number, number, number, number];
  const rows = pixelsOf(p, 3, top, Math.max(bottom - top, 1), 6);
  const columns = pixelsOf(q, 2, left, Math.max(right - left, 1), 5);
  return rows.flatMap((i) => columns.map((j) => plane(i, j)));
}
const beside = (device: string) => [rois.to(device), indices.to(device)] as const;

describeFunction({ describe, it }, 'roiMaxPooling2d', {
  apply: (v) => {
    const [r, i] = beside(v.array.device.name);
    return roiMaxPooling2d(v, r.astype(v.dtype), i, [3, 2], 0.5);
  },
  inputs: [x],
  empty: false,
  reference: (v) => regionwise(v, regions, [3, 2], (...at) => Math.max(...binPixels(...at))),
});

describeFunction({ describe, it }, 'roiAveragePooling2d', {
  apply: (v) => {
    const [r, i] = beside(v.array.device.name);
    return roiAveragePooling2d(v, r.astype(v.dtype), i, [3, 2], 0.5);
  },
  inputs: [shape],
  empty: false,
  reference: (v) =>
    regionwise(v, regions, [3, 2], (...at) => {
      const pixels = binPixels(...at);
      return pixels.reduce((a, b) => a + b, 0) / Math.max(1, pixels.length);
    }),
});

describeFunction({ describe, it }, 'roiPooling2d', {
  apply: (v) => {
    const fives = corners.map(
      ([top, left, bottom, right], r) => [images[r], left, top, right, bottom] as number[],
    );
    return roiPooling2d(v, array(fives, { dtype: v.dtype, device: v.array.device }), 3, 2, 0.5);
  },
  inputs: [x],
  empty: false,
  // The far edge belongs to the region: one pixel more.
  reference: (v) => {
    const inclusive = regions.map(({ image, box }) => ({
      image,
      box: box.map((b, k) => (k > 1 ? b + 1 : b)),
    }));
    return regionwise(v, inclusive, [3, 2], (...at) => {
      const pixels = binPixels(...at);
      return pixels.length > 0 ? Math.max(...pixels) : 0;
    });
  },
});

describe('ROI pooling', () => {
  it('gives -∞, or 0, for bins outside the image', () => {
    const image = ones([1, 1, 4, 4]);
    const outside = array([[10, 10, 12, 12]]);
    const first = array([0], { dtype: 'int32' });
    expect(roiMaxPooling2d(image, outside, first, 1, 1).array.itemSync()).toBe(Number.NEGATIVE_INFINITY);
    expect(roiAveragePooling2d(image, outside, first, 1, 1).array.itemSync()).toBe(0);
    expect(roiPooling2d(image, array([[0, 10, 10, 12, 12]]), 1, 1, 1).array.itemSync()).toBe(0);
  });

  it('names what does not fit', () => {
    const image = ones([1, 1, 4, 4]);
    const first = array([0], { dtype: 'int32' });
    expect(() => roiMaxPooling2d(image, ones([1, 5]), first, 2, 1)).toThrow(InvalidType);
    expect(() => roiMaxPooling2d(image, ones([2, 4]), first, 2, 1)).toThrow(
      'there are 2 rois but 1 roiIndices',
    );
    expect(() => roiAveragePooling2d(image, ones([1, 4]), first, 0, 1)).toThrow(TypeError);
    expect(() => roiPooling2d(image, ones([1, 4]), 2, 2, 1)).toThrow('rois must have 5 columns');
  });
});
